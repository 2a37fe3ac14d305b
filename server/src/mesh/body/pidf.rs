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
//! one, else from the activities (RFC 4480); a note that is no word of Asterisk's goes with it. Activities are looked
//! for wherever they stand: each draft of RFC 4480 had another place for them, and some a text in place of an element.

use lampfield_shared::{DeviceState, PresenceState};

use super::dialog_info::{entity, hash};
use super::xml::{Element, Space, XmlError, read};
use crate::news::{Grain, PersonSaid, PresenceSaid};

/// Media type of the document.
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
    let (note_state, activities) = (note_state(root), Activities::of(root));
    let (state, grain) = state(root, note_state, &activities);
    // An Asterisk that writes for eyeBeam says this of phones in a call, and of phones that are switched off.
    let is_by_state = |word: &str| match note_state {
        Some(DeviceState::InUse | DeviceState::Ringing | DeviceState::OnHold) => word == "busy",
        Some(DeviceState::Unavailable) => word == "away",
        _ => false,
    };
    let activities = activities.without(is_by_state);
    let entity = entity(root);
    let mut tuples: Vec<u64> = tuples(root).map(|it| hash(&entity, it.attribute("id").unwrap_or_default())).collect();
    tuples.sort_unstable();
    tuples.dedup();
    PresenceSaid { state, grain, person: digium(root).or_else(|| activities.person(note(root))), tuples }
}

/// The state: Asterisk's note tells most, the activity tells that there is a call, `basic` the rest.
fn state(root: &Element, note: Option<DeviceState>, activities: &Activities) -> (DeviceState, Grain) {
    if let Some(state) = note {
        return (state, Grain::Fine);
    }
    let basics = || tuples(root).flat_map(|tuple| tuple.all(SPACE, "status")).filter_map(|it| it.child(SPACE, "basic"));
    let is_any = |word: &str| basics().any(|basic| basic.text().eq_ignore_ascii_case(word));
    match () {
        () if activities.on_the_phone => (DeviceState::InUse, Grain::Coarse),
        () if is_any("open") => (DeviceState::NotInUse, Grain::Basic),
        () if is_any("closed") => (DeviceState::Unavailable, Grain::Basic),
        () => (DeviceState::Unknown, Grain::Basic),
    }
}

fn note_state(root: &Element) -> Option<DeviceState> {
    let of_tuples = tuples(root).flat_map(|tuple| tuple.all(SPACE, "note"));
    root.all(SPACE, "note").chain(of_tuples).map(Element::text).find_map(state_by_word)
}

/// Reads a note as `ast_sip_presence_exten_state_to_str` writes it (`docs/protocol.md` §5.2).
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
    /// The first activity that says more of the person, and its word.
    person: Option<(PresenceState, String)>,
}

impl Activities {
    fn of(root: &Element) -> Self {
        let mut found = Self::default();
        for word in root.descendants().flat_map(words) {
            match (word.as_str(), state_by_activity(&word)) {
                ("on-the-phone", _) => found.on_the_phone = true,
                (_, Some(state)) if found.person.is_none() => found.person = Some((state, short(&word))),
                _ => {}
            }
        }
        found
    }

    /// Leaves out what the person said only `is_by_state`.
    fn without(self, is_by_state: impl Fn(&str) -> bool) -> Self {
        Self { person: self.person.filter(|(_, word)| !is_by_state(word)), ..self }
    }

    fn person(self, note: Option<&str>) -> Option<PersonSaid> {
        let (state, subtype) = self.person?;
        // A subtype of `away` would repeat the state.
        let subtype = (subtype != state.as_str()).then_some(subtype);
        Some(PersonSaid { state, subtype, note: note.map(short) })
    }
}

/// The activities that an element lists: `<activities><on-the-phone/>`, or as the first drafts had them
/// `<activities><activity>on-the-phone</activity>` and `<activity>on-the-phone</activity>` alone.
fn words(element: &Element) -> Vec<String> {
    let is_one = |element: &Element| element.is(Space::Rpid, "activity");
    if is_one(element) {
        return vec![word(element.text())];
    }
    if !element.is(Space::Rpid, "activities") && !element.is(SPACE, "activities") {
        return Vec::new();
    }
    let listed = element.children(Space::Rpid).chain(element.children_of(SPACE));
    listed.filter(|it| !is_one(it)).map(|it| word(it.name())).collect()
}

/// Writes a word as RFC 4480 does: `onThePhone` and `On the phone` become `on-the-phone`.
fn word(text: &str) -> String {
    let lower = text.to_ascii_lowercase().replace([' ', '_'], "-");
    if lower == "onthephone" { "on-the-phone".into() } else { lower }
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

/// Cuts a text to what a lamp can show.
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
        check(&format!("{CLOSED}{OPEN}"), NotInUse, Grain::Basic);
        check(CLOSED, Unavailable, Grain::Basic);
        check("", Unknown, Grain::Basic);
        check(&OPEN.replace("open", " OPEN\n"), NotInUse, Grain::Basic);
        check(&OPEN.replace("</tuple>", "<note>On the phone</note></tuple>"), InUse, Grain::Fine);
    }

    #[test]
    fn a_tuple_that_says_nothing_spoils_no_other() {
        use DeviceState::{NotInUse, Unavailable, Unknown};
        for nothing in [
            "<tuple id='x'/>",
            "<tuple/>",
            "<tuple id='x'><status/></tuple>",
            "<tuple id='x'><status><basic/></status></tuple>",
            "<tuple id='x'><status><basic>dreaming</basic></status></tuple>",
            "<note/>",
            "<note> </note>",
            "<x:tuple xmlns:x='urn:x'/>",
            "<dm:person/>",
        ] {
            assert_eq!(parsed(nothing).state, Unknown, "{nothing}");
            assert_eq!(parsed(&format!("{nothing}{OPEN}")).state, NotInUse, "{nothing}");
            assert_eq!(parsed(&format!("{CLOSED}{nothing}")).state, Unavailable, "{nothing}");
        }
    }

    #[test]
    fn on_the_phone_is_found_wherever_a_draft_had_it() {
        let spaces = "xmlns:pp='urn:ietf:params:xml:ns:pidf:person' \
            xmlns:ep='urn:ietf:params:xml:ns:pidf:rpid:rpid-person' \
            xmlns:es='urn:ietf:params:xml:ns:pidf:status:rpid-status' \
            xmlns:ce='urn:cisco:params:xml:ns:pidf:rpid'";
        let tuple =
            |inside: &str| format!("<tuple id='1' {spaces}><status><basic>open</basic>{inside}</status></tuple>");
        let person = |inside: &str| format!("<pp:person {spaces}>{inside}</pp:person>{OPEN}");
        for on_the_phone in [
            person("<status><ep:activities><ep:on-the-phone/></ep:activities></status>"),
            person("<ep:activities><ep:on-the-phone/></ep:activities>"),
            person("<ep:activities><ce:away/><ce:on-the-phone/></ep:activities>"),
            person("<activities><on-the-phone/></activities>"),
            person("<status><es:activities><es:activity>on-the-phone</es:activity></es:activities></status>"),
            tuple("<es:activities><es:activity>on-the-phone</es:activity></es:activities>"),
            tuple("<es:activities><es:on-the-phone/></es:activities>"),
            tuple("<es:activity>On the phone</es:activity>"),
            format!(
                "<dm:device id='d'><rpid:activities><rpid:on-the-phone>x</rpid:on-the-phone></rpid:activities></dm:device>{OPEN}"
            ),
        ] {
            let said = parsed(&on_the_phone);
            assert_eq!((said.state, said.grain), (DeviceState::InUse, Grain::Coarse), "{on_the_phone}");
        }
        for other in [
            person("<x:activities xmlns:x='urn:x'><x:on-the-phone/></x:activities>"),
            person("<ep:activities><x:on-the-phone xmlns:x='urn:x'/></ep:activities>"),
            person("<ep:activities/>"),
            person("<ep:mood><ep:on-the-phone/></ep:mood>"),
            tuple("<es:activities><es:activity>busy</es:activity></es:activities>"),
        ] {
            assert_eq!(parsed(&other).state, DeviceState::NotInUse, "{other}");
        }
        assert_eq!(parsed(&tuple("<es:activity>busy</es:activity>")).person.unwrap().state, PresenceState::Dnd);
    }

    #[test]
    fn what_an_asterisk_says_of_a_state_for_eyebeam_is_no_word_of_a_person() {
        let said = |note: &str, activity: &str| {
            let space = "xmlns:ep='urn:ietf:params:xml:ns:pidf:rpid:rpid-person'";
            let person = format!("<dm:person {space}><ep:activities><ep:{activity}/></ep:activities></dm:person>");
            parsed(&format!("<note>{note}</note>{person}{OPEN}")).person.map(|person| person.state)
        };
        assert_eq!(
            (said("On the phone", "busy"), said("Ringing", "busy"), said("On hold", "busy")),
            (None, None, None)
        );
        assert_eq!(said("Unavailable", "away"), None);
        assert_eq!(said("Unavailable", "vacation"), Some(PresenceState::Xa));
        assert_eq!(said("Ready", "busy"), Some(PresenceState::Dnd));
    }

    #[test]
    fn tells_tuples_apart_by_entity_and_id() {
        let two = parsed(&format!("{OPEN}<tuple id='2'/>"));
        assert_eq!((parsed(OPEN).tuples.len(), two.tuples.len()), (1, 2));
        assert!(two.tuples.contains(&parsed(CLOSED).tuples[0]));
        assert_eq!(parsed("<tuple id='digium-presence'/>").tuples.len(), 0);
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
