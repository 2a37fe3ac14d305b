//! The keyboard's way through the grid: where an arrow key leads, as one sees it.

use super::{Piece, Sheet};

/// A move of the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The lamp to the left
    Left,
    /// The lamp to the right
    Right,
    /// The lamp above; from the top of a column the end of the one before
    Up,
    /// The lamp below; from the end of a column the top of the next
    Down,
    /// The first of the row
    RowStart,
    /// The last of the row
    RowEnd,
    /// The first of all
    First,
    /// The last of all
    Last,
    /// Up by `PAGE` lamps
    PageUp,
    /// Down by `PAGE` lamps
    PageDown,
}

/// Lamps that the keys Page Up and Page Down skip.
const PAGE: usize = 10;

/// Moves from the lamp `at`. `None` if there is nothing to move to.
pub fn step(sheets: &[Sheet], at: Piece, way: Move) -> Option<Piece> {
    let all = || sheets.iter().flat_map(|sheet| sheet.cells.iter().flatten().copied()).filter(is_lamp);
    match way {
        Move::First => all().next(),
        Move::Last => all().next_back(),
        Move::Down => all().skip_while(|piece| *piece != at).nth(1),
        Move::Up => all().take_while(|piece| *piece != at).last(),
        Move::PageDown => all().skip_while(|piece| *piece != at).skip(1).take(PAGE).last(),
        Move::PageUp => {
            let before: Vec<Piece> = all().take_while(|piece| *piece != at).collect();
            let furthest = before.len().saturating_sub(PAGE);
            before.get(furthest).copied()
        }
        Move::Left | Move::Right | Move::RowStart | Move::RowEnd => aside(sheets, at, way),
    }
}

/// Moves along the row that the lamp stands in.
fn aside(sheets: &[Sheet], at: Piece, way: Move) -> Option<Piece> {
    let sheet = sheets.iter().find(|sheet| sheet.cells.contains(&Some(at)))?;
    let place = sheet.cells.iter().position(|cell| *cell == Some(at))?;
    let (column, row) = (place / sheet.rows, place % sheet.rows);
    let in_column = |column: usize| nearest(sheet, column, row);
    match way {
        Move::Left => (0..column).rev().find_map(in_column),
        Move::Right => (column + 1..sheet.columns()).find_map(in_column),
        Move::RowStart => (0..=column).find_map(in_column),
        _ => (column..sheet.columns()).rev().find_map(in_column),
    }
}

/// The lamp of a column that stands in this row, else the next below, else the next above.
fn nearest(sheet: &Sheet, column: usize, row: usize) -> Option<Piece> {
    let cell = |row: usize| sheet.cells.get(column * sheet.rows + row).copied().flatten().filter(is_lamp);
    (row..sheet.rows).find_map(cell).or_else(|| (0..row).rev().find_map(cell))
}

const fn is_lamp(piece: &Piece) -> bool {
    matches!(piece, Piece::Lamp(..))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::{Fit, lay};

    /// ```text
    /// #0 0c 1b
    /// 0a #1 1c
    /// 0b 1a
    /// ```
    #[track_caller]
    fn check(at: (usize, usize), way: Move, expected: Option<(usize, usize)>) {
        let sheets = lay(&[3, 3], true, &Fit { rows: 3, columns: 3, ..Fit::default() });
        let lamp = |(section, at)| Piece::Lamp(section, at);
        assert_eq!(step(&sheets, lamp(at), way), expected.map(lamp), "{way:?} from {at:?}");
    }

    #[test]
    fn reads_down_the_columns() {
        check((0, 0), Move::Up, None);
        check((0, 0), Move::Down, Some((0, 1)));
        check((0, 1), Move::Down, Some((0, 2)));
        check((0, 2), Move::Down, Some((1, 0)));
        check((1, 0), Move::Up, Some((0, 2)));
        check((1, 2), Move::Down, None);
    }

    #[test]
    fn goes_aside_in_the_row_past_heads_and_empty_cells() {
        check((0, 0), Move::Left, None);
        check((0, 0), Move::Right, Some((1, 0)));
        check((0, 1), Move::Right, Some((1, 0)));
        check((1, 0), Move::Right, Some((1, 2)));
        check((0, 2), Move::Left, Some((0, 0)));
        check((1, 1), Move::Right, None);
        check((0, 2), Move::RowEnd, Some((1, 1)));
        check((1, 2), Move::RowStart, Some((0, 0)));
    }

    #[test]
    fn goes_far_at_once() {
        check((0, 1), Move::First, Some((0, 0)));
        check((0, 1), Move::Last, Some((1, 2)));
        check((0, 0), Move::PageDown, Some((1, 2)));
        check((1, 2), Move::PageUp, Some((0, 0)));
        check((1, 2), Move::PageDown, None);
        check((0, 0), Move::PageUp, None);
    }

    #[test]
    fn does_not_mind_a_board_without_lamps() {
        for way in [Move::Left, Move::Up, Move::First, Move::Last, Move::RowEnd, Move::PageUp] {
            assert_eq!(step(&[], Piece::Lamp(0, 0), way), None, "{way:?}");
            assert_eq!(step(&[Sheet::default()], Piece::Lamp(1, 0), way), None, "{way:?}");
        }
    }
}
