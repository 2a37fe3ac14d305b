//! What every tile bears of the look of its lamp, who that is, and who is at the other end of a call.

use lampfield_shared::{Call, DndKind, Exten, Lamp, Party, Side};
use lampfield_words::{Look, Words, freshness_word};

/// What the tile of a lamp bears wherever it is: its classes, and what it is for whoever reads the page by program.
pub struct Bearing {
    /// Whose.
    pub exten: Exten,
    class: String,
    look: Look,
    dnd: bool,
}

impl Bearing {
    /// Of a tile whose first class is `block`.
    pub fn of(block: &str, lamp: &Lamp, look: Look) -> Self {
        Self { exten: lamp.exten.clone(), class: look.class(block), look, dnd: lamp.dnd }
    }

    /// As attributes.
    pub fn attributes(&self) -> impl Iterator<Item = (&'static str, Option<&str>)> {
        let attributes = [
            ("class", Some(&*self.class)),
            ("data-exten", Some(self.exten.as_str())),
            ("data-state", Some(self.look.state.as_str())),
            ("data-freshness", Some(freshness_word(self.look.freshness))),
            ("data-dnd", Some(if self.dnd { "true" } else { "false" })),
            ("data-dnd-kind", self.look.kind.map(DndKind::as_str)),
        ];
        attributes.into_iter()
    }
}

/// "214 Anna Petrova"
pub fn who(lamp: &Lamp) -> String {
    match &lamp.name {
        Some(name) => format!("{} {name}", lamp.exten),
        None => lamp.exten.to_string(),
    }
}

/// The other party of a call, as far as the reader may know, with the way that the call went.
pub fn party_text(call: &Call, words: &Words) -> Option<String> {
    let who = party_name(call.party.as_ref()?, words);
    Some((words.details().call_with)(call.direction, &who))
}

fn party_name(party: &Party, words: &Words) -> String {
    let known: Vec<&str> = [&party.name, &party.number].into_iter().flatten().map(String::as_str).collect();
    if !known.is_empty() {
        return known.join(" ");
    }
    match party.side {
        Side::Internal => words.details().internal,
        Side::External => words.details().external,
        Side::Withheld => words.details().withheld,
    }
    .into()
}

#[cfg(test)]
mod tests {
    use lampfield_shared::Direction;
    use lampfield_words::Language;

    use super::*;

    #[test]
    fn names_the_other_party_as_far_as_it_is_known() {
        let text = |side, name: Option<&str>, number: Option<&str>| {
            let party = Party { side, name: name.map(Into::into), number: number.map(Into::into) };
            let call = Call { direction: Some(Direction::Incoming), party: Some(party), as_of: None };
            party_text(&call, Language::English.words()).unwrap()
        };
        assert_eq!(text(Side::External, Some("Orlov"), Some("5551234")), "Call from Orlov 5551234");
        assert_eq!(text(Side::External, None, Some("5551234")), "Call from 5551234");
        assert_eq!(text(Side::Internal, None, None), "Call from an internal number");
        assert_eq!(text(Side::Withheld, None, None), "Call from a withheld number");
    }
}
