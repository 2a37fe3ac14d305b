//! `application/pidf+xml`: whether an extension can be reached, and what its person says (RFC 3863).
//!
//! ```text
//! <presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:1001@…">
//!  <note>On the phone</note>                                   Asterisk's word for the state
//!  <tuple id="1001"><status><basic>open</basic></status>…</tuple>
//!  <dm:person><rpid:activities><rpid:on-the-phone /></rpid:activities></dm:person>
//!  <tuple id="digium-presence"><status>
//!   <digium_presence type="away" subtype="lunch">back at three</digium_presence></status></tuple>
//! </presence>
//! ```
//! The last two are supplements that not every Asterisk has loaded. What a person says comes from the last
//! one, else from the activities (RFC 4480); a note that is no word of Asterisk's goes with it.

use lampfield_shared::{DeviceState, PresenceState};

use super::xml::{Element, Space, XmlError, read};
use crate::board::{Grain, PersonSaid, PresenceSaid};

/// The media type.
pub const MEDIA_TYPE: &str = "application/pidf+xml";

const SPACE: Space = Space::Pidf;

/// Reads a document.
///
/// # Errors
/// See [`XmlError`].
pub fn parse(bytes: &[u8]) -> Result<PresenceSaid, XmlError> {
    Ok(reading(&read(bytes, SPACE, "presence")?))
}

pub(super) fn reading(root: &Element) -> PresenceSaid {
    let activities = Activities::of(root);
    let (state, grain) = state(root, &activities);
    PresenceSaid { state, grain, person: digium(root).or_else(|| activities.person(note(root))) }
}

/// Asterisk's note tells most, the activity that there is a call, `basic` the rest.
fn state(root: &Element, activities: &Activities) -> (DeviceState, Grain) {
    let words = root.all(SPACE, "note").map(Element::text);
    if let Some(state) = words.into_iter().find_map(state_by_word) {
        return (state, Grain::Fine);
    }
    let basics = || tuples(root).filter_map(|tuple| tuple.child(SPACE, "status")?.child(SPACE, "basic"));
    match () {
        () if activities.on_the_phone => (DeviceState::InUse, Grain::Coarse),
        () if basics().any(|basic| basic.text().eq_ignore_ascii_case("open")) => (DeviceState::NotInUse, Grain::Fine),
        () if basics().next().is_some() => (DeviceState::Unavailable, Grain::Fine),
        () => (DeviceState::Unknown, Grain::Fine),
    }
}

/// The notes of `ast_sip_presence_exten_state_to_str` (spec §5.2).
fn state_by_word(note: &str) -> Option<DeviceState> {
    Some(match note {
        "Ready" => DeviceState::NotInUse,
        "On the phone" => DeviceState::InUse,
        "Ringing" => DeviceState::Ringing,
        "On hold" => DeviceState::OnHold,
        "Unavailable" => DeviceState::Unavailable,
        _ => return None,
    })
}

/// The tuples of the extension itself.
fn tuples(root: &Element) -> impl Iterator<Item = &Element> {
    root.all(SPACE, "tuple").filter(|tuple| tuple.attribute("id") != Some("digium-presence"))
}

/// What a person wrote, in any of the places for it.
fn note(root: &Element) -> Option<&str> {
    let persons = root.all(Space::DataModel, "person").flat_map(|person| person.all(Space::DataModel, "note"));
    let of_tuples = tuples(root).flat_map(|tuple| tuple.all(SPACE, "note"));
    let notes = persons.chain(root.all(SPACE, "note")).chain(of_tuples).map(Element::text);
    notes.into_iter().find(|note| !note.is_empty() && state_by_word(note).is_none())
}

/// Asterisk's own presence, where it knows that the receiver is a Digium or Sangoma phone.
fn digium(root: &Element) -> Option<PersonSaid> {
    let mut statuses = root.all(SPACE, "tuple").flat_map(|tuple| tuple.all(SPACE, "status"));
    let presence = statuses.find_map(|status| status.child(SPACE, "digium_presence"))?;
    let state = PresenceState::from_word(presence.attribute("type")?)?;
    let text = |text: &str| (!text.is_empty()).then(|| short(text));
    Some(PersonSaid { state, subtype: presence.attribute("subtype").and_then(text), note: text(presence.text()) })
}

/// What a person is doing.
#[derive(Debug, Default)]
struct Activities {
    on_the_phone: bool,
    /// The first that says more of the person, and its word.
    person: Option<(PresenceState, String)>,
}

impl Activities {
    fn of(root: &Element) -> Self {
        let mut found = Self::default();
        let persons = root.all(Space::DataModel, "person").chain(root.all(SPACE, "person"));
        let places = persons.chain(tuples(root)).chain(tuples(root).flat_map(|tuple| tuple.all(SPACE, "status")));
        for activity in places
            .flat_map(|place| place.all(Space::Rpid, "activities"))
            .flat_map(|activities| activities.children(Space::Rpid))
        {
            match (activity.name(), state_by_activity(activity.name())) {
                ("on-the-phone", _) => found.on_the_phone = true,
                (word, Some(state)) if found.person.is_none() => found.person = Some((state, short(word))),
                _ => {}
            }
        }
        found
    }

    fn person(self, note: Option<&str>) -> Option<PersonSaid> {
        let (state, subtype) = self.person?;
        // `away` says the same twice.
        let subtype = (subtype != state.as_str()).then_some(subtype);
        Some(PersonSaid { state, subtype, note: note.map(short) })
    }
}

/// The activities of RFC 4480 §3.2 that say whether one wants to be called.
fn state_by_activity(word: &str) -> Option<PresenceState> {
    Some(match word {
        "away" | "appointment" | "breakfast" | "dinner" | "in-transit" | "lunch" | "meal" | "meeting"
        | "performance" | "presentation" | "shopping" | "spectator" | "steering" | "tv" | "worship" => {
            PresenceState::Away
        }
        "holiday" | "permanent-absence" | "sleeping" | "travel" | "vacation" => PresenceState::Xa,
        "busy" => PresenceState::Dnd,
        _ => return None,
    })
}

/// As much of a text as a lamp can show.
pub(super) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(160).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(inside: &str) -> PresenceSaid {
        let text = format!(
            "<presence xmlns='urn:ietf:params:xml:ns:pidf' xmlns:dm='urn:ietf:params:xml:ns:pidf:data-model' \
             xmlns:rpid='urn:ietf:params:xml:ns:pidf:rpid'>{inside}</presence>"
        );
        parse(text.as_bytes()).unwrap()
    }

    const OPEN: &str = "<tuple id='1001'><status><basic>open</basic></status></tuple>";
    const CLOSED: &str = "<tuple id='1001'><status><basic>closed</basic></status></tuple>";
    const PHONE: &str = "<dm:person><rpid:activities><rpid:on-the-phone/></rpid:activities></dm:person>";

    #[test]
    fn reads_the_state_from_the_most_telling_place() {
        use DeviceState::{InUse, NotInUse, OnHold, Ringing, Unavailable, Unknown};
        let check = |inside: &str, state: DeviceState, grain: Grain| {
            let said = parsed(inside);
            assert_eq!((said.state, said.grain, said.person), (state, grain, None), "{inside}");
        };
        check(&format!("<note>Ready</note>{OPEN}<dm:person />"), NotInUse, Grain::Fine);
        check(&format!("<note>Ringing</note>{OPEN}{PHONE}"), Ringing, Grain::Fine);
        check(&format!("<note>On the phone</note>{OPEN}{PHONE}"), InUse, Grain::Fine);
        check(&format!("<note>On hold</note>{OPEN}"), OnHold, Grain::Fine);
        check(&format!("<note>Unavailable</note>{CLOSED}"), Unavailable, Grain::Fine);
        check(&format!("{OPEN}{PHONE}"), InUse, Grain::Coarse);
        check(&format!("{CLOSED}{OPEN}"), NotInUse, Grain::Fine);
        check(CLOSED, Unavailable, Grain::Fine);
        check("", Unknown, Grain::Fine);
    }

    #[track_caller]
    fn check_person(inside: &str, state: PresenceState, subtype: Option<&str>, note: Option<&str>) {
        let expected = PersonSaid { state, subtype: subtype.map(str::to_owned), note: note.map(str::to_owned) };
        assert_eq!(parsed(inside).person, Some(expected), "{inside}");
    }

    fn person(inside: &str) -> String {
        format!("{OPEN}<dm:person id='p'>{inside}</dm:person>")
    }

    #[test]
    fn says_what_a_person_says() {
        use PresenceState::{Away, Dnd, Xa};
        check_person(&person("<rpid:activities><rpid:away/></rpid:activities>"), Away, None, None);
        check_person(
            &person("<rpid:activities><rpid:on-the-phone/><rpid:lunch/></rpid:activities><dm:note>back at 3</dm:note>"),
            Away,
            Some("lunch"),
            Some("back at 3"),
        );
        check_person(
            &format!("<note>gone fishing</note>{}", person("<rpid:activities><rpid:vacation/></rpid:activities>")),
            Xa,
            Some("vacation"),
            Some("gone fishing"),
        );
        check_person(
            &format!("<note>Ready</note>{}", person("<rpid:activities><rpid:busy/></rpid:activities>")),
            Dnd,
            Some("busy"),
            None,
        );
        let digium = |attributes: &str, text: &str| {
            format!(
                "<note>Ready</note>{OPEN}<tuple id='digium-presence'><status>\
                 <digium_presence {attributes}>{text}</digium_presence></status></tuple>"
            )
        };
        check_person(&digium("type='dnd'", "do not"), Dnd, None, Some("do not"));
        check_person(&digium("type='xa' subtype='vacation'", ""), Xa, Some("vacation"), None);
        assert_eq!(parsed(&digium("type='not_set'", "")).person, None);
        assert_eq!(parsed(&digium("type='xa'", "")).state, DeviceState::NotInUse);
    }

    #[test]
    fn takes_no_word_of_another_vocabulary() {
        let said = parsed("<x:note xmlns:x='urn:x'>Ringing</x:note><x:tuple xmlns:x='urn:x'/>");
        assert_eq!((said.state, said.person), (DeviceState::Unknown, None));
        assert!(parse(b"<dialog-info/>").is_err());
    }
}
