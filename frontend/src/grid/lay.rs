//! Which lamp stands where: sections of lamps, cut into sheets of columns.

use super::Fit;

/// A cell of the grid: a head or a lamp, by the index of its section and, of a lamp, by its index in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Piece {
    /// The head of a section
    Head(usize),
    /// A lamp
    Lamp(usize, usize),
}

/// A part of the grid that is at most as tall as the window: reading down a column never needs scrolling back up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// Cells below each other
    pub rows: usize,
    /// The cells in their order, down each column in turn. `None` is an empty cell: a head is never the last of a column.
    pub cells: Vec<Option<Piece>>,
}

impl Sheet {
    /// How many columns are used.
    pub fn columns(&self) -> usize {
        self.cells.len().div_ceil(self.rows.max(1))
    }
}

/// Lays sections of these lengths on sheets. Heads are left out where there is only one section without a name.
pub fn lay(lengths: &[usize], has_heads: bool, fit: &Fit) -> Vec<Sheet> {
    let all: Vec<Piece> = pieces(lengths, has_heads).collect();
    let most = fit.rows.max(1) * fit.columns.max(1);
    let mut sheets = Vec::new();
    let mut rest = all.as_slice();
    while !rest.is_empty() {
        let (sheet, taken) = if rest.len() <= most { last_sheet(rest, fit) } else { fill(rest, fit.rows, fit.columns) };
        sheets.push(sheet);
        rest = &rest[taken..];
    }
    sheets
}

fn pieces(lengths: &[usize], has_heads: bool) -> impl Iterator<Item = Piece> {
    lengths.iter().enumerate().flat_map(move |(section, &length)| {
        let head = has_heads.then_some(Piece::Head(section));
        head.into_iter().chain((0..length).map(move |at| Piece::Lamp(section, at)))
    })
}

/// The last sheet of several is as low as it can be; empty cells may make it a row taller than its pieces need, or leave some for another
/// sheet. Where everything is on the screen the rows are those that everything needs: a filter leaves the lamps in their columns.
fn last_sheet(rest: &[Piece], fit: &Fit) -> (Sheet, usize) {
    if fit.whole {
        return fill(rest, fit.rows, fit.columns);
    }
    let least = rest.len().div_ceil(fit.columns.max(1)).max(1);
    let whole =
        (least..=fit.rows.max(least)).map(|rows| fill(rest, rows, fit.columns)).find(|(_, taken)| *taken == rest.len());
    whole.unwrap_or_else(|| fill(rest, fit.rows, fit.columns))
}

/// Fills one sheet, and tells how many pieces it took: at least one.
fn fill(pieces: &[Piece], rows: usize, columns: usize) -> (Sheet, usize) {
    let (rows, columns) = (rows.max(1), columns.max(1));
    let mut cells = Vec::new();
    for (taken, &piece) in pieces.iter().enumerate() {
        let is_last_of_column = cells.len() % rows == rows - 1;
        if matches!(piece, Piece::Head(_)) && is_last_of_column && rows > 1 {
            cells.push(None);
        }
        if cells.len() >= rows * columns {
            return (Sheet { rows, cells }, taken);
        }
        cells.push(Some(piece));
    }
    (Sheet { rows, cells }, pieces.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(rows: usize, columns: usize) -> Fit {
        Fit { columns, rows, ..Fit::default() }
    }

    /// The sheets as they are seen: a head by `#`, a lamp by its section and place, rows by lines.
    fn drawn(lengths: &[usize], has_heads: bool, fit: &Fit) -> String {
        let sheet = |sheet: Sheet| {
            let cell = |row: usize, column: usize| match sheet.cells.get(column * sheet.rows + row).copied().flatten() {
                Some(Piece::Head(section)) => format!("#{section}"),
                Some(Piece::Lamp(section, at)) => format!("{section}{}", char::from(b'a' + u8::try_from(at).unwrap())),
                None => "..".into(),
            };
            let line = |row| (0..sheet.columns()).map(|column| cell(row, column)).collect::<Vec<_>>().join(" ");
            (0..sheet.rows).map(line).collect::<Vec<_>>().join("\n")
        };
        lay(lengths, has_heads, fit).into_iter().map(sheet).collect::<Vec<_>>().join("\n\n")
    }

    #[test]
    fn fills_downwards() {
        assert_eq!(drawn(&[5], false, &fit(3, 2)), "0a 0d\n0b 0e\n0c ..");
    }

    #[test]
    fn puts_no_head_at_the_end_of_a_column() {
        assert_eq!(drawn(&[1, 2], true, &fit(3, 2)), "#0 #1\n0a 1a\n.. 1b");
        assert_eq!(drawn(&[0, 2], true, &fit(3, 2)), "#0 1b\n#1 ..\n1a ..", "an empty section has its head");
    }

    #[test]
    fn cuts_what_is_taller_than_the_window() {
        assert_eq!(drawn(&[7], false, &fit(2, 2)), "0a 0c\n0b 0d\n\n0e 0g\n0f ..");
    }

    #[test]
    fn loses_no_lamp() {
        for (lengths, heads) in [(vec![3, 0, 9, 1, 1, 1, 1, 40], true), (vec![100], false), (vec![1; 30], true)] {
            for rows in 1..8 {
                for columns in 1..5 {
                    let sheets = lay(&lengths, heads, &fit(rows, columns));
                    let all: Vec<Piece> =
                        sheets.iter().flat_map(|sheet| sheet.cells.iter().flatten().copied()).collect();
                    assert_eq!(all, pieces(&lengths, heads).collect::<Vec<_>>(), "{rows} rows, {columns} columns");
                    assert!(sheets.iter().all(|sheet| sheet.columns() <= columns && sheet.rows <= rows));
                }
            }
        }
    }

    #[test]
    fn has_no_sheet_where_there_is_nothing() {
        assert_eq!(lay(&[], true, &fit(3, 3)), []);
    }
}
