//! What a tile shows of a lamp: the state as far as it is known, and how sure that is.

use lampfield_shared::{Call, DndKind, Exten, Freshness, Lamp, LampState, Party, Side, Timestamp};
use lampfield_words::Words;

/// A lamp as it is drawn. Nothing is drawn fresher than it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The shape, the word and the colour.
    pub state: LampState,
    /// Last known is drawn outlined and hatched.
    pub freshness: Freshness,
    /// "Do not disturb" is on beside `state`.
    pub dnd: Beside,
    /// Which kind of it `state` is, where it is that and the kind is known.
    pub kind: Option<DndKind>,
    /// What the age counts from: the last change of a live lamp, the last moment of truth of a
    /// last known one, nothing where nothing is known.
    pub since: Option<Timestamp>,
}

/// Whether a badge stands beside the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// There is a badge.
    Shown,
    /// There is none.
    Absent,
}

impl Look {
    /// How `lamp` looks while the stream lives, or after it was `lost`, last heard at that time.
    pub fn of(lamp: &Lamp, lost: Option<Timestamp>) -> Self {
        let (state, freshness, since) = match (lamp.freshness, lost) {
            (Freshness::Never, _) => (LampState::NoData, Freshness::Never, None),
            (Freshness::LastKnown, _) => (lamp.state, Freshness::LastKnown, Some(lamp.as_of.unwrap_or(lamp.since))),
            (Freshness::Live, Some(heard)) => (lamp.state, Freshness::LastKnown, Some(heard)),
            (Freshness::Live, None) if lamp.state == LampState::NoData => (lamp.state, Freshness::Live, None),
            (Freshness::Live, None) => (lamp.state, Freshness::Live, Some(lamp.since)),
        };
        let dnd = if lamp.dnd && !matches!(state, LampState::Dnd | LampState::NoData) {
            Beside::Shown
        } else {
            Beside::Absent
        };
        let kind = lamp.dnd_details.as_ref().filter(|_| state == LampState::Dnd).map(|details| details.kind);
        Self { state, freshness, dnd, kind, since }
    }

    /// The classes of a part that shows it, `block` among them.
    pub fn class(self, block: &str) -> String {
        format!("{block} lamp--{} lamp--{}", self.state.as_str(), freshness_word(self.freshness))
    }

    /// The id of its drawing in the sprite: calls that pass have a drawing of their own.
    pub fn shape(self) -> String {
        match self.kind {
            Some(DndKind::Lamp) => "lamp-dnd_lamp".into(),
            Some(DndKind::Calls) | None => format!("lamp-{}", self.state.as_str()),
        }
    }

    /// The state where there is little room.
    pub fn short(self, words: &Words) -> &'static str {
        match self.kind {
            Some(DndKind::Lamp) => words.short_lamp,
            Some(DndKind::Calls) => words.short_calls,
            None => (words.state_short)(self.state),
        }
    }

    /// The state in full words.
    pub fn long(self, words: &Words) -> &'static str {
        if self.kind.is_some() { self.short(words) } else { (words.state)(self.state) }
    }
}

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

/// The word of a freshness in `data-freshness` and in CSS.
pub const fn freshness_word(freshness: Freshness) -> &'static str {
    match freshness {
        Freshness::Live => "live",
        Freshness::LastKnown => "last_known",
        Freshness::Never => "never",
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
    use lampfield_shared::{Direction, DndDetails};
    use lampfield_words::Language;

    use super::*;
    use crate::state::testing;

    fn lamp(state: LampState, freshness: Freshness) -> Lamp {
        Lamp {
            state,
            dnd: true,
            freshness,
            since: Timestamp(10),
            as_of: (freshness == Freshness::LastKnown).then_some(Timestamp(20)),
            ..testing::lamp("214")
        }
    }

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

    #[track_caller]
    fn check(lamp: &Lamp, lost: Option<u64>, state: LampState, freshness: Freshness, since: Option<u64>) {
        let look = Look::of(lamp, lost.map(Timestamp));
        assert_eq!((look.state, look.freshness, look.since), (state, freshness, since.map(Timestamp)));
    }

    #[test]
    fn draws_nothing_fresher_than_it_is() {
        use Freshness::{LastKnown, Live, Never};
        use LampState::{Free, NoData};
        check(&lamp(Free, Live), None, Free, Live, Some(10));
        check(&lamp(Free, Live), Some(30), Free, LastKnown, Some(30));
        check(&lamp(Free, LastKnown), None, Free, LastKnown, Some(20));
        check(&lamp(Free, LastKnown), Some(30), Free, LastKnown, Some(20));
        check(&lamp(Free, Never), None, NoData, Never, None);
        check(&lamp(Free, Never), Some(30), NoData, Never, None);
        check(&lamp(NoData, Live), None, NoData, Live, None);
    }

    #[test]
    fn a_lamp_that_stops_no_calls_has_a_shape_and_a_word_of_its_own() {
        let drawn = |kind: Option<DndKind>, freshness| {
            let dnd_details = kind.map(|kind| DndDetails { kind, until: None, reason: None, by: None });
            let look =
                Look::of(&Lamp { dnd_details: dnd_details.map(Box::new), ..lamp(LampState::Dnd, freshness) }, None);
            (look.shape(), look.short(Language::English.words()))
        };
        assert_eq!(drawn(Some(DndKind::Lamp), Freshness::Live), ("lamp-dnd_lamp".into(), "DND, lamp only"));
        assert_eq!(drawn(Some(DndKind::Calls), Freshness::LastKnown), ("lamp-dnd".into(), "DND, calls blocked"));
        assert_eq!(drawn(None, Freshness::Live), ("lamp-dnd".into(), "Do not disturb"));
        assert_eq!(drawn(Some(DndKind::Lamp), Freshness::Never).0, "lamp-no_data");
    }

    #[test]
    fn shows_a_dnd_badge_only_beside_another_state() {
        let badge = |state, freshness| Look::of(&lamp(state, freshness), None).dnd;
        assert_eq!(badge(LampState::OnCall, Freshness::Live), Beside::Shown);
        assert_eq!(badge(LampState::OnCall, Freshness::LastKnown), Beside::Shown);
        assert_eq!(badge(LampState::Dnd, Freshness::Live), Beside::Absent);
        assert_eq!(badge(LampState::OnCall, Freshness::Never), Beside::Absent);
    }
}
