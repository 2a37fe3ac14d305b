//! `application/xpidf+xml`, the ancestor of PIDF that old phones speak (`docs/protocol.md` §5.5).
//!
//! ```text
//! <presence>
//!  <presentity uri="sip:1003@…;method=SUBSCRIBE" />
//!  <atom atomid="…" id="1003"><address uri="sip:1003@…;user=ip" priority="0.80000">
//!   <status status="inuse" /><msnsubstatus substatus="onthephone" /></address></atom>
//! </presence>
//! ```
//! XPIDF has no namespace, and does not tell a phone that rings from one in a call. Asterisk calls the same
//! document `application/cpim-pidf+xml`; others mean an early PIDF by that.

use lampfield_shared::{DeviceState, PresenceState};

use super::dialog_info::hash;
use super::pidf;
use super::xml::{Element, Space, XmlError, read};
use crate::news::{Grain, PersonSaid, PresenceSaid};

/// Media types of the document.
pub const MEDIA_TYPES: [&str; 2] = ["application/xpidf+xml", "application/cpim-pidf+xml"];

const SPACE: Space = Space::Unsaid;

/// Reads a document of either kind.
///
/// # Errors
/// See [`XmlError`].
pub fn parse(bytes: &[u8]) -> Result<PresenceSaid, XmlError> {
    let root = read(bytes, Space::Pidf, "presence")?;
    let mut addresses = root.all(SPACE, "atom").flat_map(|atom| atom.all(SPACE, "address")).peekable();
    if addresses.peek().is_none() {
        return Ok(pidf::reading(&root));
    }
    let (mut state, mut person) = (DeviceState::Unknown, None);
    for address in addresses {
        let word = |name: &'static str, attribute| address.child(SPACE, name).and_then(|it| word(it, attribute));
        let substatus = word("msnsubstatus", "substatus").unwrap_or_default();
        let of_address = match (word("status", "status").as_deref(), substatus.as_str()) {
            (Some("inuse"), _) | (_, "onthephone") => DeviceState::InUse,
            (Some("open"), _) => DeviceState::NotInUse,
            (Some("closed" | "inactive"), _) => DeviceState::Unavailable,
            (Some(_) | None, _) => DeviceState::Unknown,
        };
        state = state.join(of_address);
        person = person.or_else(|| person_by_substatus(&substatus));
    }
    let grain = if state == DeviceState::InUse { Grain::Coarse } else { Grain::Basic };
    let presentity = root.child(SPACE, "presentity").and_then(|it| it.attribute("uri")).unwrap_or_default();
    // The `atomid` is another one each time.
    let name = |atom: &Element| hash(presentity, atom.attribute("id").unwrap_or_default());
    let mut tuples: Vec<u64> = root.all(SPACE, "atom").map(name).collect();
    tuples.sort_unstable();
    tuples.dedup();
    Ok(PresenceSaid { state, grain, person, tuples })
}

fn word(element: &Element, attribute: &str) -> Option<String> {
    element.attribute(attribute).map(str::to_ascii_lowercase)
}

/// Reads a word of the messenger that the attribute is named after.
fn person_by_substatus(word: &str) -> Option<PersonSaid> {
    let (state, subtype) = match word {
        "away" | "idle" => (PresenceState::Away, None),
        "berightback" => (PresenceState::Away, Some("be right back")),
        "outtolunch" => (PresenceState::Away, Some("lunch")),
        "busy" => (PresenceState::Dnd, Some("busy")),
        _ => return None,
    };
    Some(PersonSaid { state, subtype: subtype.map(str::to_owned), note: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: &str, substatus: &str, state: DeviceState, grain: Grain, person: Option<PresenceState>) {
        let text = format!(
            "<presence><presentity uri='sip:1@h;method=SUBSCRIBE' /><atom atomid='a' id='1'><address uri='sip:1@h'>\
             <status status='{status}' /><msnsubstatus substatus='{substatus}' /></address></atom></presence>"
        );
        let said = parse(text.as_bytes()).unwrap();
        assert_eq!((said.state, said.grain, said.person.map(|said| said.state)), (state, grain, person), "{text}");
    }

    #[test]
    fn reads_status_and_substatus() {
        check("open", "online", DeviceState::NotInUse, Grain::Basic, None);
        check("closed", "offline", DeviceState::Unavailable, Grain::Basic, None);
        check("inuse", "onthephone", DeviceState::InUse, Grain::Coarse, None);
        check("inactive", "away", DeviceState::Unavailable, Grain::Basic, Some(PresenceState::Away));
        check("dreaming", "online", DeviceState::Unknown, Grain::Basic, None);
        check("open", "outtolunch", DeviceState::NotInUse, Grain::Basic, Some(PresenceState::Away));
    }

    #[test]
    fn reads_the_pidf_that_others_send_under_its_name() {
        let text = "<presence xmlns='urn:ietf:params:xml:ns:cpim-pidf:1.0'><note>Ringing</note></presence>";
        assert_eq!(parse(text.as_bytes()).unwrap().state, DeviceState::Ringing);
    }
}
