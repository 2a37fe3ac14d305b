//! `application/json` of `asterisk-devicestate` and `asterisk-mwi` (`res_pjsip_publish_asterisk`).
//!
//! ```text
//! {"type":"devicestate","device":"PJSIP/1001","state":"INUSE","cachable":1,"eid":"02:00:00:00:00:04"}
//! {"type":"mailboxstate","uniqueid":"1001@default","old":2,"new":3,"eid":"02:00:00:00:00:04"}
//! {"type":"refresh","eid":"02:00:00:00:00:04"}
//! ```
//! Bodies are read as Asterisk reads them: unknown keys are passed over, an unknown state word is UNKNOWN, and only
//! the number 1 makes a state cachable.

use std::borrow::Cow;
use std::fmt::Write as _;

use lampfield_shared::{DeviceName, DeviceState, Eid, Mailbox};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::ledger::MailboxName;

/// The media type of both events.
pub const MEDIA_TYPE: &str = "application/json";

/// The two events of the mesh: each has its own publications, tags and kinds of body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MeshEvent {
    /// `asterisk-devicestate`
    DeviceState,
    /// `asterisk-mwi`
    Mwi,
}

impl MeshEvent {
    /// Both events.
    pub const ALL: [Self; 2] = [Self::DeviceState, Self::Mwi];

    /// The event package, as in the `Event` header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeviceState => "asterisk-devicestate",
            Self::Mwi => "asterisk-mwi",
        }
    }

    /// Finds the event of that name; Asterisk compares with regard to case, and so do we.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == name)
    }
}

/// A body of the mesh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Entity id of the Asterisk that says it.
    pub eid: Eid,
    /// What that Asterisk says.
    pub content: Content,
}

/// What a body says, by its `type`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// State of a device.
    Device {
        /// Name of the device.
        device: DeviceName,
        /// State of the device.
        state: DeviceState,
        /// Whether the state is to be kept. Asterisk keeps no other, and no hint sees it.
        cachable: Cachable,
    },
    /// Counts of a mailbox.
    Mailbox {
        /// Name of the mailbox.
        mailbox: MailboxName,
        /// Number of new and of old messages.
        counts: Mailbox,
    },
    /// Refresh request: "tell me all you know."
    RefreshRequest,
}

/// Whether a state is to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cachable {
    /// The state stands until the next one.
    Yes,
    /// The state was true for a moment: Local channels and the like.
    No,
}

/// Why a body is not understood; the answer is 400, and the text tells the sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The body is no JSON, no object, or has a value of another kind than expected.
    #[error("not readable: {0}")]
    Json(String),
    /// A key that must be there is missing, or its value is empty.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A name is longer than [`LONGEST`].
    #[error("`{0}` is longer than {LONGEST} bytes")]
    TooLong(&'static str),
    /// The value of `eid` is no entity id.
    #[error("{0}")]
    Eid(String),
    /// The event does not carry bodies of this kind.
    #[error("type `{kind}` does not belong to event {event}", event = .event.as_str())]
    Kind {
        /// Value of `type`.
        kind: String,
        /// The event that the body came with.
        event: MeshEvent,
    },
}

/// The longest name, in bytes. Asterisk's own names end at 79; a name is kept for good, and must not be as long as a
/// datagram.
const LONGEST: usize = 255;

/// All keys of all kinds; `type` decides which of them must be there.
#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    eid: Option<Cow<'a, str>>,
    #[serde(borrow)]
    device: Option<Cow<'a, str>>,
    #[serde(borrow)]
    state: Option<Cow<'a, str>>,
    #[serde(borrow)]
    cachable: Option<&'a RawValue>,
    #[serde(borrow)]
    uniqueid: Option<Cow<'a, str>>,
    #[serde(default)]
    old: u32,
    #[serde(default)]
    new: u32,
}

/// Reads a body of `event`.
///
/// # Errors
/// See [`BodyError`]; Asterisk answers the same bodies with 500 (capture `errors/*`).
pub fn parse(event: MeshEvent, bytes: &[u8]) -> Result<Body, BodyError> {
    // A text is looked at once, and not string by string.
    let wire = str::from_utf8(bytes).map_or_else(|_| serde_json::from_slice(bytes), serde_json::from_str);
    let wire: Wire<'_> = wire.map_err(|error| BodyError::Json(error.to_string()))?;
    let kind = present(wire.kind.as_deref(), "type")?;
    let eid = present(wire.eid.as_deref(), "eid")?.parse::<Eid>().map_err(|error| BodyError::Eid(error.to_string()))?;
    let content = match (event, kind) {
        (MeshEvent::DeviceState, "devicestate") => Content::Device {
            device: present(wire.device.as_deref(), "device")?.into(),
            state: present(wire.state.as_deref(), "state")?.parse().unwrap_or(DeviceState::Unknown),
            cachable: match wire.cachable {
                Some(value) if value.get() == "1" => Cachable::Yes,
                _ => Cachable::No,
            },
        },
        (MeshEvent::Mwi, "mailboxstate") => Content::Mailbox {
            mailbox: present(wire.uniqueid.as_deref(), "uniqueid")?.into(),
            counts: Mailbox { new: wire.new, old: wire.old },
        },
        (_, "refresh") => Content::RefreshRequest,
        (_, kind) => return Err(BodyError::Kind { kind: kind.into(), event }),
    };
    Ok(Body { eid, content })
}

fn present<'a>(value: Option<&'a str>, key: &'static str) -> Result<&'a str, BodyError> {
    let value = value.filter(|text| !text.is_empty()).ok_or(BodyError::Missing(key))?;
    if value.len() > LONGEST { Err(BodyError::TooLong(key)) } else { Ok(value) }
}

/// Writes a body as Asterisk writes it: compact, keys in this order.
pub fn write(body: &Body) -> String {
    let mut json = String::with_capacity(128);
    let eid = body.eid;
    let written = match &body.content {
        Content::Device { device, state, cachable } => {
            let cachable = u8::from(*cachable == Cachable::Yes);
            let device = quoted(device.as_str());
            write!(
                json,
                r#"{{"type":"devicestate","device":{device},"state":"{state}","cachable":{cachable},"eid":"{eid}"}}"#
            )
        }
        Content::Mailbox { mailbox, counts: Mailbox { new, old } } => {
            let mailbox = quoted(mailbox.as_str());
            write!(json, r#"{{"type":"mailboxstate","uniqueid":{mailbox},"old":{old},"new":{new},"eid":"{eid}"}}"#)
        }
        Content::RefreshRequest => write!(json, r#"{{"type":"refresh","eid":"{eid}"}}"#),
    };
    written.expect("writing to a String cannot fail");
    json
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn round(event: MeshEvent, json: &str) {
        let body = parse(event, json.as_bytes()).unwrap();
        assert_eq!(write(&body), json);
    }

    #[test]
    fn reads_and_writes_the_three_kinds_as_asterisk_does() {
        round(
            MeshEvent::DeviceState,
            r#"{"type":"devicestate","device":"PJSIP/1001","state":"INUSE","cachable":1,"eid":"02:00:00:00:00:04"}"#,
        );
        round(
            MeshEvent::DeviceState,
            r#"{"type":"devicestate","device":"Local/5@a\"b","state":"RINGINUSE","cachable":0,"eid":"02:00:00:00:00:04"}"#,
        );
        round(
            MeshEvent::Mwi,
            r#"{"type":"mailboxstate","uniqueid":"1001@default","old":2,"new":3,"eid":"02:00:00:00:00:04"}"#,
        );
        round(MeshEvent::Mwi, r#"{"type":"refresh","eid":"02:00:00:00:00:04"}"#);
        round(MeshEvent::DeviceState, r#"{"type":"refresh","eid":"02:00:00:00:00:04"}"#);
    }

    #[track_caller]
    fn state_of(extra: &str) -> (DeviceState, Cachable) {
        let json = format!(r#"{{"type":"devicestate","eid":"02:00:00:00:00:04","device":"Custom:x",{extra}}}"#);
        match parse(MeshEvent::DeviceState, json.as_bytes()).unwrap().content {
            Content::Device { state, cachable, .. } => (state, cachable),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn takes_what_asterisk_takes() {
        assert_eq!(state_of(r#""state":"onhold","cachable":1"#), (DeviceState::OnHold, Cachable::Yes));
        assert_eq!(state_of(r#""state":"dancing","cachable":1"#), (DeviceState::Unknown, Cachable::Yes));
        assert_eq!(state_of(r#""state":"BUSY""#), (DeviceState::Busy, Cachable::No));
        assert_eq!(state_of(r#""state":"BUSY","cachable":true"#), (DeviceState::Busy, Cachable::No));
        assert_eq!(
            state_of(r#""state":"BUSY","cachable":2,"new":7,"colour":{"deep":[1]}"#),
            (DeviceState::Busy, Cachable::No)
        );
    }

    #[track_caller]
    fn refuse(event: MeshEvent, json: &str, words: &str) {
        let error = parse(event, json.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }

    #[test]
    fn refuses_in_the_words_of_the_sender() {
        let event = MeshEvent::DeviceState;
        refuse(event, "", "not readable");
        refuse(event, "[]", "not readable");
        refuse(event, r#"{"type":"devicestate""#, "not readable");
        refuse(event, r#"{"eid":"02:00:00:00:00:04"}"#, "`type` is missing");
        refuse(event, r#"{"type":"refresh"}"#, "`eid` is missing");
        refuse(event, r#"{"type":"refresh","eid":"nobody"}"#, "`nobody` is not an entity id");
        refuse(
            event,
            r#"{"type":"devicestate","eid":"02:00:00:00:00:04","device":"","state":"BUSY"}"#,
            "`device` is missing",
        );
        refuse(event, r#"{"type":"devicestate","eid":"02:00:00:00:00:04","device":"a","state":3}"#, "not readable");
        refuse(
            event,
            r#"{"type":"mailboxstate","eid":"02:00:00:00:00:04","uniqueid":"1"}"#,
            "does not belong to event asterisk-devicestate",
        );
        refuse(MeshEvent::Mwi, r#"{"type":"mailboxstate","eid":"02:00:00:00:00:04"}"#, "`uniqueid` is missing");
        refuse(
            MeshEvent::Mwi,
            r#"{"type":"mailboxstate","eid":"02:00:00:00:00:04","uniqueid":"1","new":-1}"#,
            "not readable",
        );
    }

    #[test]
    fn a_name_as_long_as_a_datagram_is_refused() {
        let named = |length| {
            format!(r#"{{"type":"mailboxstate","eid":"02:00:00:00:00:04","uniqueid":"{}"}}"#, "1".repeat(length))
        };
        refuse(MeshEvent::Mwi, &named(256), "`uniqueid` is longer than 255 bytes");
        assert!(parse(MeshEvent::Mwi, named(255).as_bytes()).is_ok());
    }

    #[test]
    fn deep_nesting_is_refused_not_followed() {
        let deep = format!(r#"{{"x":{}"#, "[".repeat(60_000));
        refuse(MeshEvent::DeviceState, &deep, "not readable");
    }
}
