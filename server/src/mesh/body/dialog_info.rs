//! `application/dialog-info+xml`: the calls of an extension (RFC 4235).
//!
//! An Asterisk writes one `dialog` for the whole extension, without parties (captures `exten-state/*`):
//!
//! ```text
//! <dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="7" state="full" entity="sip:1002@…">
//!  <dialog id="1002" direction="recipient"><state>early</state></dialog>
//! </dialog-info>
//! ```
//! Others write one for each call, and name the remote party. `version` says nothing: Asterisk
//! counts it over all its extensions.

use lampfield_shared::{DeviceState, Direction};

use super::xml::{Element, Space, XmlError, read};
use crate::board::{CallSaid, CallerSaid, DialogSaid};
use crate::sip::Uri;

/// The media type.
pub const MEDIA_TYPE: &str = "application/dialog-info+xml";

const SPACE: Space = Space::DialogInfo;

/// How far a call is (RFC 4235 §3.7.1); which of the three ways there it takes makes no difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// `trying`, `proceeding`
    Begun,
    /// `early`: somewhere it rings.
    Early,
    /// `confirmed`
    Talking,
    /// `terminated`
    Over,
}

/// Reads a document. All its dialogs come to one state: UNKNOWN where there is no call, since such a
/// document does not tell a free phone from one that is switched off.
///
/// # Errors
/// See [`XmlError`].
pub fn parse(bytes: &[u8]) -> Result<DialogSaid, XmlError> {
    let root = read(bytes, SPACE, "dialog-info")?;
    // The rest of a partial one would be in a notification before it; in a publication there is none.
    if root.attribute("state").is_some_and(|state| state.eq_ignore_ascii_case("partial")) {
        return Err(XmlError::Word { word: "partial".into(), what: "state to publish: all dialogs are needed" });
    }
    let mut said = DialogSaid { state: DeviceState::Unknown, call: None };
    for dialog in root.all(SPACE, "dialog") {
        let phase = phase(dialog)?;
        let direction = direction(dialog);
        let state = state(phase, direction, dialog);
        said.state = said.state.join(state);
        if phase != Phase::Over {
            let call = CallSaid { rings: state == DeviceState::Ringing, direction, caller: remote(dialog) };
            said.call = Some(match said.call.take() {
                Some(before) => more_telling(before, call),
                None => call,
            });
        }
    }
    Ok(said)
}

fn phase(dialog: &Element) -> Result<Phase, XmlError> {
    let word = dialog.child(SPACE, "state").ok_or(XmlError::Missing("the state of a dialog"))?.text();
    Ok(match word.to_ascii_lowercase().as_str() {
        "trying" | "proceeding" => Phase::Begun,
        "early" => Phase::Early,
        "confirmed" => Phase::Talking,
        "terminated" => Phase::Over,
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

/// What a device in such a call is: a phone that calls is in use, only one that is called rings.
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

/// Its own end renders nothing (RFC 4235 §4.1.6, RFC 3840): the call is on hold.
fn is_held(dialog: &Element) -> bool {
    let targets = dialog.all(SPACE, "local").flat_map(|local| local.all(SPACE, "target"));
    targets.flat_map(|target| target.all(SPACE, "param")).any(|param| {
        param.attribute("pname").is_some_and(|name| name.eq_ignore_ascii_case("+sip.rendering"))
            && param.attribute("pvalue").is_some_and(|value| value.trim_matches('"').eq_ignore_ascii_case("no"))
    })
}

/// Of several calls the one that rings is told, and of these the one that names somebody.
fn more_telling(one: CallSaid, other: CallSaid) -> CallSaid {
    let worth = |call: &CallSaid| (call.rings, call.caller.is_some(), call.direction.is_some());
    if worth(&one) >= worth(&other) { one } else { other }
}

fn remote(dialog: &Element) -> Option<CallerSaid> {
    let remote = dialog.child(SPACE, "remote")?;
    let identity = remote.child(SPACE, "identity");
    let uri = identity
        .map(Element::text)
        .filter(|uri| !uri.is_empty())
        .or_else(|| remote.child(SPACE, "target")?.attribute("uri"))?;
    let name = identity.and_then(|identity| identity.attribute("display"));
    Some(caller(uri, name))
}

/// Who stands behind an address. An Asterisk writes `anonymous@anonymous.invalid` for one who hides,
/// and the user `invalid` for one who has no number (spec §5.3).
fn caller(uri: &str, name: Option<&str>) -> CallerSaid {
    let text = uri.trim().trim_start_matches('<').split('>').next().unwrap_or_default();
    let number = match text.parse::<Uri>() {
        // `1001;phone-context=…` is 1001.
        Ok(Uri { user: Some(user), host, .. }) if !host.ends_with(".invalid") => {
            user.split(';').next().map(str::to_owned)
        }
        Ok(Uri { user: None, host, .. }) if text.starts_with("tel:") => Some(host),
        Ok(_) | Err(_) => None,
    };
    let told = |text: &&str| !matches!(text.to_ascii_lowercase().as_str(), "" | "anonymous" | "invalid" | "unknown");
    let number = number.as_deref().filter(told).map(short);
    // A name without a number would tell who it is that hides.
    let name = name.filter(told).filter(|_| number.is_some()).map(short);
    CallerSaid { number, name }
}

/// As much of a text as a lamp can show.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
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
        assert_eq!(parsed(dialogs).state, state, "{dialogs}");
    }

    const RINGS: &str = "<dialog id='1' direction='recipient'><state>early</state></dialog>";
    const TALKS: &str = "<dialog id='2'><state>confirmed</state></dialog>";
    const HELD: &str = "<dialog id='3'><state>confirmed</state><local><target uri='sip:a@b'>\
        <param pname='+sip.rendering' pvalue='no'/></target></local></dialog>";
    const OVER: &str = "<dialog id='4'><state>terminated</state></dialog>";

    #[test]
    fn joins_all_dialogs_as_devices_are_joined() {
        use DeviceState::{InUse, OnHold, RingInUse, Ringing, Unknown};
        check("", Unknown);
        check(OVER, Unknown);
        check(RINGS, Ringing);
        check(TALKS, InUse);
        check(HELD, OnHold);
        check(&format!("{OVER}{TALKS}"), InUse);
        check(&format!("{TALKS}{RINGS}"), RingInUse);
        check(&format!("{HELD}{TALKS}"), InUse);
        check("<dialog id='5'><state>early</state></dialog>", Ringing);
        check("<dialog id='5' direction='initiator'><state>early</state></dialog>", InUse);
        check("<dialog id='5' direction='initiator'><state>Trying</state></dialog>", InUse);
        check("<dialog id='5' direction='recipient'><state>proceeding</state></dialog>", Ringing);
        check("<x:dialog xmlns:x='urn:x'><x:state>confirmed</x:state></x:dialog>", Unknown);
    }

    fn call(remote: &str) -> CallSaid {
        parsed(&format!("<dialog id='1' direction='recipient'><state>early</state>{remote}</dialog>")).call.unwrap()
    }

    #[test]
    fn says_who_is_calling() {
        let said = |number: &str, name: Option<&str>| {
            Some(CallerSaid { number: Some(number.into()), name: name.map(str::to_owned) })
        };
        assert_eq!(call("").caller, None);
        assert_eq!(
            call("<remote><identity display='Анна &amp; Co'>sip:5551234@pbx.example:5060</identity></remote>").caller,
            said("5551234", Some("Анна & Co"))
        );
        assert_eq!(
            call("<remote><target uri='sip:%2b49123@host;transport=tcp'/></remote>").caller,
            said("+49123", None)
        );
        assert_eq!(call("<remote><identity>tel:+49123</identity></remote>").caller, said("+49123", None));
        assert_eq!(call("<remote><identity>&lt;sip:1@h&gt;</identity></remote>").caller, said("1", None));
        for hidden in
            ["sip:anonymous@anonymous.invalid", "sip:invalid@pbx.example", "sip:pbx.example", "?", "sip:Anonymous@h"]
        {
            let remote = format!("<remote><identity display='Petrov'>{hidden}</identity></remote>");
            assert_eq!(call(&remote).caller, Some(CallerSaid { number: None, name: None }), "{hidden}");
        }
        let long = format!("<remote><identity display='{}'>sip:1@h</identity></remote>", "x".repeat(10_000));
        assert_eq!(call(&long).caller.unwrap().name.unwrap().len(), 80);
    }

    #[test]
    fn of_several_calls_it_tells_the_one_that_rings() {
        let talks = "<dialog id='2'><state>confirmed</state><remote><identity>sip:2@h</identity></remote></dialog>";
        let said = parsed(&format!("{talks}{RINGS}")).call.unwrap();
        assert_eq!((said.rings, said.direction, said.caller), (true, Some(Direction::Incoming), None));
        let said = parsed(&format!("{TALKS}{talks}")).call.unwrap();
        assert_eq!(said.caller.unwrap().number.as_deref(), Some("2"));
        assert_eq!(parsed(OVER).call, None);
    }

    #[track_caller]
    fn refuse(text: &str, words: &str) {
        let error = parse(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }

    #[test]
    fn refuses_in_the_words_of_the_sender() {
        refuse("<presence/>", "the document is a `presence`, where a `dialog-info` belongs");
        refuse("<dialog-info state='partial'/>", "all dialogs are needed");
        refuse("<dialog-info><dialog/></dialog-info>", "the state of a dialog is missing");
        refuse("<dialog-info><dialog><state>held</state></dialog></dialog-info>", "`held` is no state of a dialog");
    }
}
