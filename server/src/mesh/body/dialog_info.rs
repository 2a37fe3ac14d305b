//! `application/dialog-info+xml`: the calls of an extension (RFC 4235).
//!
//! An Asterisk writes one `dialog` for the whole extension, without parties (captures `exten-state/*`):
//!
//! ```text
//! <dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="7" state="full" entity="sip:1002@…">
//!  <dialog id="1002" direction="recipient"><state>early</state></dialog>
//! </dialog-info>
//! ```
//! Others write one for each call, and name the remote party. `version` says nothing: Asterisk counts it over all
//! its extensions, Kamailio not at all.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use lampfield_shared::{DeviceState, Direction};

use super::party::remote;
use super::xml::{Element, Space, XmlError, read};
use crate::news::{CallSaid, DialogSaid, DialogTold, Scope, Subject};

/// Media type of the document.
pub const MEDIA_TYPE: &str = "application/dialog-info+xml";

const SPACE: Space = Space::DialogInfo;

/// Progress of a call (RFC 4235 §3.7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// `trying`, `proceeding`
    Begun,
    /// `early`: a phone rings somewhere.
    Early,
    /// `confirmed`
    Talking,
    /// `terminated`
    Over,
}

/// The most dialogs that are told apart; further ones are joined to the last of them.
const MAX_DIALOGS: usize = 64;

/// Reads a document. A dialog without a state is passed over, and spoils no other.
///
/// # Errors
/// See [`XmlError`]; an unknown state is an error where no dialog has a known one.
pub fn parse(bytes: &[u8]) -> Result<DialogSaid, XmlError> {
    let root = read(bytes, SPACE, "dialog-info")?;
    let entity = entity(&root);
    let is_partial = root.attribute("state").is_some_and(|state| state.eq_ignore_ascii_case("partial"));
    let scope = if is_partial { Scope::Partial } else { Scope::Full };
    let mut said = DialogSaid { scope, subject: Subject::Extension, dialogs: Vec::new() };
    let mut unknown = None;
    for dialog in root.all(SPACE, "dialog") {
        if dialog.attribute("call-id").is_some() {
            said.subject = Subject::Calls;
        }
        match phase(dialog) {
            Ok(phase) => add(&mut said.dialogs, told(dialog, phase, &entity)),
            Err(error) => unknown = Some(error),
        }
    }
    match unknown {
        Some(error) if said.dialogs.is_empty() => Err(error),
        _ => Ok(said),
    }
}

fn add(dialogs: &mut Vec<DialogTold>, told: DialogTold) {
    match dialogs.get_mut(MAX_DIALOGS - 1) {
        Some(last) => last.state = last.state.join(told.state),
        None => dialogs.push(told),
    }
}

fn told(dialog: &Element, phase: Phase, entity: &str) -> DialogTold {
    let direction = direction(dialog);
    let state = state(phase, direction, dialog);
    let call = || CallSaid { rings: state == DeviceState::Ringing, direction, caller: remote(dialog) };
    let id = hash(entity, dialog.attribute("id").unwrap_or_default());
    DialogTold { id, state, call: (phase != Phase::Over).then(call) }
}

/// Whom a document tells of, without what is written differently from one document to the next.
pub(super) fn entity(root: &Element) -> String {
    let entity = root.attribute("entity").unwrap_or_default().to_ascii_lowercase();
    let address = entity.trim_start_matches("sips:").trim_start_matches("sip:").trim_start_matches("pres:");
    address.split(';').next().unwrap_or_default().to_owned()
}

/// Number of a thing of an entity in place of its name, which may be as long as the document.
pub(super) fn hash(entity: &str, id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (entity, id).hash(&mut hasher);
    hasher.finish()
}

fn phase(dialog: &Element) -> Result<Phase, XmlError> {
    let word = dialog.child(SPACE, "state").map(Element::text).unwrap_or_default();
    Ok(match word.to_ascii_lowercase().as_str() {
        "trying" | "proceeding" => Phase::Begun,
        "early" => Phase::Early,
        "confirmed" => Phase::Talking,
        // Some servers leave the state out where there is no call.
        "terminated" | "" => Phase::Over,
        _ => return Err(XmlError::Word { word: word.into(), what: "state of a dialog" }),
    })
}

fn direction(dialog: &Element) -> Option<Direction> {
    match dialog.attribute("direction")?.to_ascii_lowercase().as_str() {
        "recipient" => Some(Direction::Incoming),
        "initiator" => Some(Direction::Outgoing),
        _ => None,
    }
}

/// State of a device in such a call: a phone that calls is in use, only a called one rings.
fn state(phase: Phase, direction: Option<Direction>, dialog: &Element) -> DeviceState {
    match (phase, direction) {
        (Phase::Over, _) => DeviceState::Unknown,
        (Phase::Talking, _) if is_held(dialog) => DeviceState::OnHold,
        (Phase::Early, Some(Direction::Incoming) | None) | (Phase::Begun, Some(Direction::Incoming)) => {
            DeviceState::Ringing
        }
        (Phase::Begun | Phase::Early | Phase::Talking, _) => DeviceState::InUse,
    }
}

/// Whether a call is on hold: the phone's own end renders nothing (RFC 4235 §4.1.6, RFC 3840). Where the other end
/// renders nothing, the other party holds, and `+sip.byeless` is no hold.
fn is_held(dialog: &Element) -> bool {
    let locals = || dialog.all(SPACE, "local");
    let targets = locals().flat_map(|local| local.all(SPACE, "target"));
    let params = targets.flat_map(|target| target.all(SPACE, "param"));
    params.chain(locals().flat_map(|local| local.all(SPACE, "param"))).any(|param| {
        let name = param.attribute("pname").unwrap_or_default().trim_matches('"');
        // The schema of RFC 4235 has `pval`, its examples and most servers `pvalue`.
        let value = param.attribute("pvalue").or_else(|| param.attribute("pval")).unwrap_or_default();
        let value = value.trim_matches(|c: char| c == '"' || c == '\'' || c.is_whitespace());
        name.trim_start_matches('+').eq_ignore_ascii_case("sip.rendering") && value.eq_ignore_ascii_case("no")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(dialogs: &str) -> DialogSaid {
        let text =
            format!("<dialog-info xmlns='urn:ietf:params:xml:ns:dialog-info' state='full'>{dialogs}</dialog-info>");
        parse(text.as_bytes()).unwrap()
    }

    #[track_caller]
    fn check(dialogs: &str, state: DeviceState) {
        let said = parsed(dialogs).dialogs;
        let joined = said.iter().fold(DeviceState::Unknown, |state, dialog| state.join(dialog.state));
        assert_eq!(joined, state, "{dialogs}");
    }

    const RINGS: &str = "<dialog id='1' direction='recipient'><state>early</state></dialog>";
    const TALKS: &str = "<dialog id='2'><state>confirmed</state></dialog>";
    const OVER: &str = "<dialog id='4'><state>terminated</state></dialog>";

    fn talking(inside: &str) -> String {
        format!("<dialog id='3'><state>confirmed</state>{inside}</dialog>")
    }

    #[test]
    fn reads_each_state() {
        use DeviceState::{InUse, RingInUse, Ringing, Unknown};
        check("", Unknown);
        check(OVER, Unknown);
        check(RINGS, Ringing);
        check(TALKS, InUse);
        check(&format!("{OVER}{TALKS}"), InUse);
        check(&format!("{TALKS}{RINGS}"), RingInUse);
        check("<dialog id='5'><state>early</state></dialog>", Ringing);
        check("<dialog id='5' direction='initiator'><state>early</state></dialog>", InUse);
        check("<dialog id='5' direction='initiator'><state>Trying</state></dialog>", InUse);
        check("<dialog id='5' direction='recipient'><state> proceeding\n</state></dialog>", Ringing);
        check("<dialog id='5' direction='sideways'><state event='x' code='200'>CONFIRMED</state></dialog>", InUse);
        check("<x:dialog xmlns:x='urn:x'><x:state>confirmed</x:state></x:dialog>", Unknown);
    }

    #[test]
    fn a_dialog_that_says_nothing_spoils_no_other() {
        use DeviceState::{InUse, Unknown};
        for nothing in [
            "<dialog id='117'></dialog>",
            "<dialog/>",
            "<dialog id='y'><state/></dialog>",
            "<dialog id='y'><state> </state></dialog>",
            "<dialog id='y'><x:state xmlns:x='urn:x'>confirmed</x:state></dialog>",
            "<note>x</note><sla xmlns='urn:x'/>",
        ] {
            check(nothing, Unknown);
            check(&format!("{TALKS}{nothing}"), InUse);
            check(&format!("{nothing}{TALKS}"), InUse);
        }
        check(&format!("<dialog id='y'><state>dreaming</state></dialog>{TALKS}"), InUse);
        check(&format!("{TALKS}<dialog id='2'/>"), InUse);
        check("<dialog><state>confirmed</state><duration>soon</duration></dialog>", InUse);
        for version in ["", "version='x'", "version='-1'", "version='99999999999999999999'"] {
            let text =
                format!("<dialog-info {version} xmlns='urn:ietf:params:xml:ns:dialog-info'>{TALKS}</dialog-info>");
            assert_eq!(parse(text.as_bytes()).unwrap().dialogs[0].state, InUse, "{version}");
        }
    }

    #[test]
    fn hold_is_told_by_its_own_end_alone() {
        use DeviceState::{InUse, OnHold};
        let target =
            |end: &str, param: &str| talking(&format!("<{end}><target uri='sip:a@b'>{param}</target></{end}>"));
        for held in [
            "<param pname='+sip.rendering' pvalue='no'/>",
            "<param pname='+sip.rendering' pvalue='NO'/>",
            "<param pname='+SIP.Rendering' pvalue='\"no\"'/>",
            "<param pname='sip.rendering' pval=' no '/>",
            "<param pname='+sip.byeless' pvalue='true'/><param pname='+sip.rendering' pvalue='no'/>",
        ] {
            check(&target("local", held), OnHold);
            check(&target("remote", held), InUse);
        }
        for other in [
            "<param pname='+sip.rendering' pvalue='yes'/>",
            "<param pname='+sip.rendering' pvalue='unknown'/>",
            "<param pname='+sip.rendering'/>",
            "<param pname='+sip.byeless' pvalue='no'/>",
            "<param/>",
        ] {
            check(&target("local", other), InUse);
        }
        let held = target("local", "<param pname='+sip.rendering' pvalue='no'/>");
        check(&held.replace("confirmed", "early"), DeviceState::Ringing);
        check(&format!("{held}{TALKS}"), InUse);
        check(&format!("{held}{RINGS}"), DeviceState::RingInUse);
        let badly_named = "<remote><identity display=\"AT&T \"B\">sip:1@h</identity></remote>";
        check(&held.replace("</dialog>", &format!("{badly_named}</dialog>{RINGS}")), DeviceState::RingInUse);
    }

    #[test]
    fn tells_dialogs_apart_by_entity_and_id() {
        let ids = |entity: &str, dialogs: &str| {
            let space = "urn:ietf:params:xml:ns:dialog-info";
            let text = format!("<dialog-info xmlns='{space}' entity='{entity}'>{dialogs}</dialog-info>");
            parse(text.as_bytes()).unwrap().dialogs.into_iter().map(|dialog| dialog.id).collect::<Vec<_>>()
        };
        assert_eq!(ids("sip:111@PBX.example", RINGS), ids("111@pbx.example;user=phone", RINGS));
        assert_ne!(ids("sip:111@pbx.example", RINGS), ids("sip:111@other.example", RINGS));
        assert_ne!(ids("", RINGS), ids("", TALKS));
        assert_eq!(parsed(&RINGS.repeat(500)).dialogs.len(), MAX_DIALOGS);
        assert_eq!(
            parsed(&format!("{}{TALKS}", RINGS.repeat(64))).dialogs.last().unwrap().state,
            DeviceState::RingInUse
        );
    }

    #[test]
    fn says_what_its_dialogs_stand_for() {
        assert_eq!((parsed(RINGS).subject, parsed(RINGS).scope), (Subject::Extension, Scope::Full));
        assert_eq!(parsed("<dialog id='1' call-id='c'><state>early</state></dialog>").subject, Subject::Calls);
        let partial = "<dialog-info state='Partial'><dialog id='1'><state>early</state></dialog></dialog-info>";
        assert_eq!(parse(partial.as_bytes()).unwrap().scope, Scope::Partial);
    }

    #[test]
    fn tells_of_each_call() {
        let talks = "<dialog id='2'><state>confirmed</state><remote><identity>sip:2@h</identity></remote></dialog>";
        let said = parsed(&format!("{talks}{RINGS}{OVER}")).dialogs;
        let call = |at: usize| said[at].call.as_ref().unwrap();
        assert_eq!((call(1).rings, call(1).direction, &call(1).caller), (true, Some(Direction::Incoming), &None));
        assert_eq!((call(0).rings, call(0).caller.as_ref().unwrap().number.as_deref()), (false, Some("2")));
        assert_eq!(said[2].call, None);
    }

    #[track_caller]
    fn refuse(text: &str, words: &str) {
        let error = parse(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }

    #[test]
    fn refuses_in_the_words_of_the_sender() {
        refuse("<presence/>", "the document is a `presence`, expected a `dialog-info`");
        refuse("<dialog-info><dialog><state>held</state></dialog></dialog-info>", "`held` is not a state of a dialog");
    }
}
