//! How large tiles are and where each stands, as signals: made of the room, of the names that are shown and of the reader's choice.

use lampfield_words::{Language, Look, Size};
use leptos::prelude::{Get, RwSignal, With};

use super::board::BoardSignals;
use super::choices::Choices;
use super::entry::Person;
use super::roster::Section;
use super::set_if_new;
use crate::browser;
use crate::grid::{Fit, Font, Needs, Room, Sheet, lay};
use crate::uniform::{Kept, memo};

/// The height of the letters that lengths are given for, in px.
const LETTERS: f64 = 16.0;
/// A narrower grid is one column, as on a phone, in px.
const NARROW: f64 = 560.0;
/// The height of a row of one column, with its gap, in px: for a thumb.
const THUMB: f64 = 56.0;
/// The lamps of one column that are drawn together.
const TOGETHER: usize = 60;

/// The signals of the grid. Lengths are px where letters are 16 px high; a reader with larger letters gets all of it larger.
#[derive(Clone, Copy)]
pub struct Fitting {
    room: RwSignal<Room>,
    /// The size and number of rows and columns.
    pub fit: Kept<Fit>,
    /// Which lamp stands where.
    pub sheets: Kept<Vec<Sheet>>,
}

impl Fitting {
    /// The grid of this board.
    pub fn new(board: BoardSignals, choices: Choices) -> Self {
        let room = RwSignal::new(Room::default());
        let needs = memo(move || {
            let language = choices.language();
            board.people().with(|people| needs(people, language))
        });
        let fit = memo(move || {
            let (room, size) = (room.get(), choices.size());
            let lamps = board.people().with(Vec::len);
            let is_roomy = matches!(size, Size::Fit | Size::Large | Size::Medium);
            if room.width < NARROW && is_roomy {
                return Fit::one_column(room, THUMB, TOGETHER);
            }
            needs.with(|needs| Fit::of(lamps, board.heads(), needs, room, size))
        });
        let sheets = memo(move || {
            let fit = fit.get();
            board.sections().with(|sections| {
                let lengths: Vec<usize> = sections.iter().map(|section| section.lamps.len()).collect();
                lay(&lengths, has_heads(sections), &fit)
            })
        });
        Self { room, fit, sheets }
    }

    /// Takes in the width of the grid and the height that is seen without scrolling, in px.
    pub fn set_room(self, width: f64, height: f64) {
        let scale = LETTERS / browser::letter_height();
        set_if_new(&self.room, Room { width: width * scale, height: height * scale });
    }
}

/// Whether sections have heads: a single one says nothing.
fn has_heads(sections: &[Section]) -> bool {
    sections.len() > 1
}

/// A font of the tiles as CSS writes it, of that family.
pub fn css_font(font: Font, family: &str) -> String {
    format!("{} {}px {family}", font.weight, font.px)
}

fn needs(people: &[Person], language: Language) -> Needs {
    let family = browser::font_family();
    let lamps: Vec<(&str, &str)> = people.iter().map(|person| (&*person.name, &*person.number)).collect();
    Needs::of(&lamps, &Look::all_words(language.words()), |text, font| {
        browser::text_width(&css_font(font, &family), text)
    })
}
