//! The keyboard's way through the grid of lamps: where an arrow key leads, by the lamps that are shown, drawn or not.

/// A move of the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The next lamp to the left, wrapping to the end of the row above.
    Left,
    /// The next lamp to the right, wrapping to the start of the row below.
    Right,
    /// The row above.
    Up,
    /// The row below.
    Down,
    /// The first of the row.
    RowStart,
    /// The last of the row.
    RowEnd,
    /// The first of all.
    First,
    /// The last of all.
    Last,
    /// Up by `PAGE` rows.
    PageUp,
    /// Down by `PAGE` rows.
    PageDown,
}

/// Rows that the keys Page Up and Page Down skip.
const PAGE: usize = 5;

/// A position in the grid: the index of the part (a department) and of the lamp in it.
pub type GridPosition = (usize, usize);

/// Moves from `at` through parts of these lengths, each laid out in `columns` columns. `None` if there is nothing to
/// move to.
pub fn step(lengths: &[usize], columns: usize, at: GridPosition, way: Move) -> Option<GridPosition> {
    let columns = columns.max(1);
    let last = |part: usize| (part, lengths[part] - 1);
    let before = |part: usize| (0..part).rev().find(|&part| lengths[part] > 0);
    let behind = |part: usize| (part + 1..lengths.len()).find(|&part| lengths[part] > 0);
    let (part, index) = at;
    let length = *lengths.get(part)?;
    match way {
        Move::Left if index > 0 => Some((part, index - 1)),
        Move::Left => before(part).map(last),
        Move::Right if index + 1 < length => Some((part, index + 1)),
        Move::Right => behind(part).map(|part| (part, 0)),
        Move::RowStart => Some((part, index / columns * columns)),
        Move::RowEnd => Some((part, (index / columns * columns + columns - 1).min(length.checked_sub(1)?))),
        Move::First => (0..lengths.len()).find(|&part| lengths[part] > 0).map(|part| (part, 0)),
        Move::Last => before(lengths.len()).map(last),
        Move::Up if index >= columns => Some((part, index - columns)),
        Move::Up => before(part).map(|part| {
            let last_row = (lengths[part] - 1) / columns * columns;
            (part, (last_row + index % columns).min(lengths[part] - 1))
        }),
        Move::Down if index / columns < length.checked_sub(1)? / columns => {
            Some((part, (index + columns).min(length - 1)))
        }
        Move::Down => behind(part).map(|part| (part, (index % columns).min(lengths[part] - 1))),
        Move::PageUp => repeat(lengths, columns, at, Move::Up),
        Move::PageDown => repeat(lengths, columns, at, Move::Down),
    }
}

fn repeat(lengths: &[usize], columns: usize, at: GridPosition, way: Move) -> Option<GridPosition> {
    let mut place = at;
    for _ in 0..PAGE {
        place = step(lengths, columns, place, way).unwrap_or(place);
    }
    (place != at).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three columns:
    /// ```text
    /// 0 1 2
    /// 3 4
    ///
    /// 0
    /// ```
    const LENGTHS: [usize; 3] = [5, 0, 1];

    #[track_caller]
    fn check(at: GridPosition, way: Move, expected: Option<GridPosition>) {
        assert_eq!(step(&LENGTHS, 3, at, way), expected, "{way:?} from {at:?}");
    }

    #[test]
    fn goes_along_rows_and_over_their_ends() {
        check((0, 0), Move::Left, None);
        check((0, 0), Move::Right, Some((0, 1)));
        check((0, 4), Move::Right, Some((2, 0)));
        check((2, 0), Move::Left, Some((0, 4)));
        check((2, 0), Move::Right, None);
        check((0, 4), Move::RowStart, Some((0, 3)));
        check((0, 0), Move::RowEnd, Some((0, 2)));
        check((0, 3), Move::RowEnd, Some((0, 4)));
    }

    #[test]
    fn keeps_the_column_where_it_can() {
        check((0, 1), Move::Down, Some((0, 4)));
        check((0, 2), Move::Down, Some((0, 4)));
        check((0, 4), Move::Down, Some((2, 0)));
        check((2, 0), Move::Up, Some((0, 3)));
        check((0, 4), Move::Up, Some((0, 1)));
        check((0, 1), Move::Up, None);
        check((2, 0), Move::Down, None);
    }

    #[test]
    fn goes_far_at_once() {
        check((0, 4), Move::First, Some((0, 0)));
        check((0, 1), Move::Last, Some((2, 0)));
        check((0, 1), Move::PageDown, Some((2, 0)));
        check((2, 0), Move::PageUp, Some((0, 0)));
        check((2, 0), Move::PageDown, None);
    }

    #[test]
    fn does_not_mind_a_board_without_lamps() {
        for way in [Move::Left, Move::Right, Move::Up, Move::Down, Move::First, Move::Last, Move::RowEnd, Move::PageUp]
        {
            assert_eq!(step(&[], 3, (0, 0), way), None);
            assert_eq!(step(&[0, 0], 0, (1, 0), way), None, "{way:?}");
        }
    }
}
