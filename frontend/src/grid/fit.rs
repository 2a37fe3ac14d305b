//! How large a tile is: from the names and numbers that are shown, and from the room that there is.

use lampfield_words::Size;

use super::names::{surname, two_words, with_initial};
use crate::sorted::sorted;

/// A font of the tiles. The family is the page's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Font {
    /// The weight, as in CSS
    pub weight: u16,
    /// The height in px
    pub px: u8,
}

/// The room for the grid, in px.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Room {
    /// From the left edge to the right one
    pub width: f64,
    /// What is seen without scrolling
    pub height: f64,
}

/// The measures of a size. Lengths are px; `style/lamp.css` has the same.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Measures {
    /// The height of a row, with its gap
    pitch: f64,
    gap: f64,
    /// What stands beside the name: the block of the state, and air
    lead: f64,
    font: Font,
    /// The font of the number where it stands beside the name; `None` where number and state stand below it
    beside: Option<Font>,
    /// The widest tile: what is left stays empty
    widest: f64,
}

const STRONG_15: Font = Font { weight: 600, px: 15 };
const STRONG_13: Font = Font { weight: 600, px: 13 };
/// The font of the second line.
const SECOND: Font = Font { weight: 400, px: 12 };

const fn measures(size: Size) -> Measures {
    match size {
        Size::Large => Measures { pitch: 58.0, gap: 6.0, lead: 66.0, font: STRONG_15, beside: None, widest: 300.0 },
        Size::Fit | Size::Medium => {
            Measures { pitch: 40.0, gap: 4.0, lead: 48.0, font: STRONG_13, beside: None, widest: 240.0 }
        }
        Size::Small => {
            Measures { pitch: 28.0, gap: 3.0, lead: 42.0, font: STRONG_13, beside: Some(SECOND), widest: 260.0 }
        }
        Size::Dense => Measures {
            pitch: 20.0,
            gap: 2.0,
            lead: 28.0,
            font: Font { weight: 500, px: 12 },
            beside: Some(Font { weight: 400, px: 11 }),
            widest: 200.0,
        },
        Size::Numbers => Measures { pitch: 20.0, gap: 2.0, lead: 28.0, font: SECOND, beside: None, widest: 120.0 },
    }
}

/// How much of a name has to stand whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Nine of ten names with two words, and 96 of 100 with an initial
    Two,
    /// 96 of 100 with an initial
    Initial,
    /// 95 of 100 surnames
    Surname,
    /// No name
    None,
}

/// A size, what stands whole in it, and the least height of a row in px, which may be less than the measure says.
type Step = (Size, Form, f64);

/// The steps from large to dense: a name gives up its second word before the tile gives up its second line. The last shows no name, and
/// only who wants that comes to it.
const STEPS: [Step; 8] = [
    (Size::Large, Form::Two, 58.0),
    (Size::Medium, Form::Two, 40.0),
    (Size::Medium, Form::Initial, 40.0),
    (Size::Small, Form::Two, 28.0),
    (Size::Small, Form::Initial, 28.0),
    (Size::Dense, Form::Surname, 20.0),
    (Size::Dense, Form::Surname, 19.0),
    (Size::Numbers, Form::None, 20.0),
];

/// The widths that tiles need, in px.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Needs {
    /// The width of a tile, for each of `STEPS`
    widths: [f64; STEPS.len()],
    /// The width of the longest number beside a name, with the air before it: small, dense
    numbers: [f64; 2],
}

impl Needs {
    /// What these lamps need, given as name and number; a lamp without a name shows its number as one. `words` are the states of all
    /// lamps that there could be: no change of a state may move the grid.
    pub fn of(lamps: &[(&str, &str)], words: &[&str], mut width: impl FnMut(&str, Font) -> f64) -> Self {
        let longest = lamps.iter().map(|(_, number)| number.chars().count()).max().unwrap_or_default();
        let longest = "0".repeat(longest);
        let number = width(&longest, SECOND);
        let second = number + 8.0 + words.iter().map(|word| width(word, SECOND)).fold(0.0, f64::max);
        let numbers = [(Size::Small, 8.0), (Size::Dense, 5.0)]
            .map(|(size, air)| air + width(&longest, measures(size).beside.unwrap_or(SECOND)));
        let needs = Self { widths: [0.0; STEPS.len()], numbers };
        let widths = STEPS.map(|(size, form, _)| {
            let Measures { lead, font, gap, beside, .. } = measures(size);
            let mut at = |short: fn(&str) -> String, part| {
                quantile(lamps.iter().map(|(name, _)| width(&short(name), font)).collect(), part)
            };
            let name = match form {
                Form::Two => at(two_words, 0.9).max(at(with_initial, 0.96)),
                Form::Initial => at(with_initial, 0.96),
                Form::Surname => at(with_initial, 0.5).max(at(|name| surname(name).to_owned(), 0.95)),
                Form::None => number,
            };
            let has_second_line = beside.is_none() && form != Form::None;
            let whole = if has_second_line { name.max(second) } else { name + needs.number(size) };
            (lead + whole + gap + 1.0).ceil()
        });
        Self { widths, ..needs }
    }

    /// The room of the number beside the name.
    const fn number(&self, size: Size) -> f64 {
        match size {
            Size::Small => self.numbers[0],
            Size::Dense => self.numbers[1],
            Size::Fit | Size::Large | Size::Medium | Size::Numbers => 0.0,
        }
    }
}

/// The value below which `part` of all lie.
fn quantile(all: Vec<f64>, part: f64) -> f64 {
    let all = sorted(all, f64::total_cmp);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list"
    )]
    let at = (all.len().saturating_sub(1) as f64 * part) as usize;
    all.get(at).copied().unwrap_or_default()
}

/// The grid that fits.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Fit {
    /// The size of tiles: not [`Size::Fit`]
    pub size: Size,
    /// Tiles beside each other
    pub columns: usize,
    /// Tiles below each other on one sheet
    pub rows: usize,
    /// The height of a row with its gap, in px
    pub pitch: f64,
    /// The width of a column with its gap, in px
    pub column: f64,
    /// The room for a name, in px
    pub name: f64,
    /// Whether everything is on the screen at once
    pub whole: bool,
    /// Whether the lamps are a list, as on a phone
    pub is_one_column: bool,
}

impl Fit {
    /// The largest size in which so many lamps with so many heads are on the screen at once, or the wanted one. What does not fit in the
    /// last step scrolls.
    pub fn of(lamps: usize, heads: usize, needs: &Needs, room: Room, wanted: Size) -> Self {
        let is_meant = |size| if wanted == Size::Fit { size != Size::Numbers } else { size == wanted };
        let mut fit = Self::default();
        for (step, &width) in STEPS.into_iter().zip(&needs.widths).filter(|((size, ..), _)| is_meant(*size)) {
            fit = Self::of_step(lamps, heads, needs.number(step.0), width, room, step);
            if fit.whole {
                break;
            }
        }
        fit
    }

    /// One column, as a phone shows it: rows of this height, a sheet of so many.
    pub fn one_column(room: Room, pitch: f64, rows: usize) -> Self {
        let Measures { lead, gap, .. } = measures(Size::Large);
        Self {
            size: Size::Large,
            columns: 1,
            rows,
            pitch,
            column: room.width,
            name: room.width - lead - gap,
            whole: false,
            is_one_column: true,
        }
    }

    fn of_step(lamps: usize, heads: usize, number: f64, width: f64, room: Room, (size, _, pitch): Step) -> Self {
        let Measures { gap, lead, widest, .. } = measures(size);
        let need = width.max(1.0);
        let heads = if heads > 1 { heads } else { 0 };
        let rows = whole((room.height + gap) / pitch);
        let most = whole(room.width / need);
        // A head is never the last of a column: each column but the last may lose a cell.
        let cells_in = |columns: usize| (lamps + heads + heads.min(columns - 1)).max(1);
        let columns = (1..most).find(|&columns| columns * rows >= cells_in(columns)).unwrap_or(most);
        let cells = cells_in(columns);
        let fits = columns * rows >= cells;
        let used = if fits { cells.div_ceil(columns) } else { rows };
        let column = (room.width / float(columns)).min(widest.max(need)).floor();
        let spare = (room.height / float(used)).min(pitch * 1.15).max(pitch);
        Self {
            size,
            columns,
            rows: used,
            pitch: if fits { spare.floor() } else { pitch },
            column,
            name: column - gap - lead - number,
            whole: fits,
            is_one_column: false,
        }
    }

    /// Whether a tile has a second line, with state and age.
    pub const fn has_second_line(&self) -> bool {
        matches!(self.size, Size::Large | Size::Medium)
    }

    /// The font of the names.
    pub const fn font(&self) -> Font {
        measures(self.size).font
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count of columns or rows")]
fn whole(count: f64) -> usize {
    (count.floor() as usize).max(1)
}

#[expect(clippy::cast_precision_loss, reason = "a small count of columns or rows")]
const fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: Room = Room { width: 912.0, height: 800.0 };

    /// About the widths of Arial.
    fn arial(text: &str, font: Font) -> f64 {
        let em = f64::from(font.px) * if font.weight >= 600 { 0.58 } else { 0.52 };
        text.chars().map(|sign| if ".,il ".contains(sign) { em / 2.0 } else { em }).sum()
    }

    fn people(count: usize) -> Vec<(String, String)> {
        let surnames = ["Birkdale", "Grabowska", "Ivens", "Jorgensen", "Marchetti", "Olsen", "Tanaka", "Zakharova"];
        let given = ["Anna", "Boris", "Kira", "Leonid", "Sofia"];
        let name = |at: usize| format!("{} {}", surnames[at % 8], given[at % 5]);
        (0..count).map(|at| (name(at), (10_000 + at).to_string())).collect()
    }

    fn fit(count: usize, room: Room, wanted: Size) -> Fit {
        let people = people(count);
        let lamps: Vec<(&str, &str)> = people.iter().map(|(name, number)| (name.as_str(), number.as_str())).collect();
        let words = ["On a call", "was on a call"];
        Fit::of(count, count / 20, &Needs::of(&lamps, &words, arial), room, wanted)
    }

    #[test]
    fn takes_the_largest_size_that_shows_all() {
        let at = |count| fit(count, DESK, Size::Fit).size;
        assert_eq!([10, 80, 120, 500].map(at), [Size::Large, Size::Medium, Size::Small, Size::Dense]);
        assert!(fit(80, DESK, Size::Fit).whole);
        assert!(!fit(2000, DESK, Size::Fit).whole, "what does not fit scrolls");
    }

    #[test]
    fn shows_five_hundred_on_a_common_screen() {
        let fit = fit(500, Room { width: 1530.0, height: 980.0 }, Size::Fit);
        assert!(fit.whole && fit.columns * fit.rows >= 525 && fit.size == Size::Dense, "{fit:?}");
    }

    #[test]
    fn takes_the_size_that_is_chosen() {
        for size in [Size::Large, Size::Medium, Size::Small, Size::Dense, Size::Numbers] {
            assert_eq!(fit(5, DESK, size).size, size);
            assert_eq!(fit(900, DESK, size).size, size);
        }
    }

    #[test]
    fn stays_within_its_room() {
        for count in [0, 1, 7, 80, 500, 3000] {
            for room in [DESK, Room { width: 300.0, height: 200.0 }, Room { width: 2200.0, height: 1300.0 }] {
                let fit = fit(count, room, Size::Fit);
                #[expect(clippy::cast_precision_loss, reason = "small counts")]
                let (width, height) = (fit.columns as f64 * fit.column, fit.rows as f64 * fit.pitch);
                assert!(width <= room.width && height <= room.height + 6.0, "{count} in {room:?}: {fit:?}");
            }
        }
    }

    #[test]
    fn needs_no_more_for_one_long_name() {
        let mut people = people(80);
        let short = Needs::of(&pairs(&people), &[], arial);
        people[3].0 = "Konstantinopolskaya-Preobrazhenskaya Alexandra".to_owned();
        assert_eq!(Needs::of(&pairs(&people), &[], arial), short);
    }

    fn pairs(people: &[(String, String)]) -> Vec<(&str, &str)> {
        people.iter().map(|(name, number)| (name.as_str(), number.as_str())).collect()
    }
}
