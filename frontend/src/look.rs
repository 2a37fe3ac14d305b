//! What every tile shows of its lamp's look, and texts for people and calls.

use lampfield_shared::{Call, DndKind, Exten, Freshness, Lamp, LampState, Party, Side, Timestamp};
use lampfield_words::{Look, Words, freshness_word};

/// The classes and `data-` attributes of a lamp's tile, on the board and on the wall. Tests and scripts read the
/// attributes.
pub struct Bearing {
    /// The lamp's extension.
    pub exten: Exten,
    class: String,
    look: Look,
    dnd: bool,
}

impl Bearing {
    /// The bearing of a tile whose CSS block is `block`.
    pub fn of(block: &str, lamp: &Lamp, look: Look) -> Self {
        Self { exten: lamp.exten.clone(), class: look.class(block), look, dnd: lamp.dnd }
    }

    /// The attributes of the tile, in a fixed order.
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

/// Whether the age of a state is counted in seconds: that of ringing and of calls.
pub const fn is_counted(look: Look) -> bool {
    let is_call = matches!(
        look.state,
        LampState::Ringing | LampState::OnCall | LampState::CallRinging | LampState::OnHold | LampState::Busy
    );
    is_call && matches!(look.freshness, Freshness::Live)
}

/// A lamp's number and name, as "214 Anna Petrova".
pub fn who(lamp: &Lamp) -> String {
    match &lamp.name {
        Some(name) => format!("{} {name}", lamp.exten),
        None => lamp.exten.to_string(),
    }
}

/// The other party of a call and the direction, as far as the reader may know them.
pub fn party_text(call: &Call, words: &Words) -> Option<String> {
    let who = party_name(call.party.as_ref()?, words);
    Some((words.details().call_with)(call.direction, &who))
}

/// The other party of a call that goes on now.
pub fn live_party(lamp: &Lamp, look: Look, words: &Words) -> Option<String> {
    let is_live = look.freshness == Freshness::Live;
    party_text(lamp.call.as_ref().filter(|call| is_live && call.as_of.is_none())?, words)
}

/// How long a phone rings or a call lasts, in minutes and seconds; `None` where nothing is counted in seconds.
pub fn timer(look: Look, now: Timestamp, words: &Words) -> Option<String> {
    let since = look.since.filter(|_| is_counted(look))?;
    Some((words.timer)(now.0.saturating_sub(since.0) / 1000))
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
