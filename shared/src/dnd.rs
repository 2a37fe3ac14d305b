//! "Do not disturb": requests, and the answers to them.
//!
//! Two things go by that name, and are told apart everywhere ([`DndKind`]): a lamp that says so,
//! and a PBX that lets no call through.

use serde::{Deserialize, Serialize};

use crate::{DeviceName, Exten, SiteName, Timestamp, Vote, Why};

/// Whether "do not disturb" is on; reads well at the call: `set_dnd(exten, Dnd::On)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dnd {
    /// Calls are unwanted.
    On,
    /// Calls are welcome.
    Off,
}

/// Kind of a "do not disturb": a lamp only, or calls blocked at the PBX.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DndKind {
    /// lampfield alone publishes it: every phone's key lights, and calls still come through.
    Lamp,
    /// The extension's own PBX keeps it, and blocks the calls.
    Calls,
}

impl DndKind {
    /// Both kinds, the weaker first.
    pub const ALL: [Self; 2] = [Self::Lamp, Self::Calls];

    /// Name of the kind in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lamp => "lamp",
            Self::Calls => "calls",
        }
    }
}

/// The names of the devices that carry "do not disturb" (`docs/protocol.md` §9).
pub mod device {
    use super::{DeviceName, Exten};

    /// The device of an extension: `Custom:DND1001`.
    pub fn of_exten(exten: &Exten) -> DeviceName {
        format!("Custom:DND{exten}").into()
    }

    /// The device of one of an extension's phones, for the toggle key: `Custom:DEVDND1001`.
    pub fn of_phone(phone: &str) -> DeviceName {
        format!("Custom:DEVDND{phone}").into()
    }
}

/// Time as a request gives it: milliseconds since 1970, or RFC 3339 with its offset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RequestTime {
    /// Milliseconds: `1700000000000`.
    Milliseconds(Timestamp),
    /// RFC 3339: `"2026-11-23T15:00:00+03:00"`.
    Rfc3339(String),
}

/// `PUT /api/v1/extensions/{exten}/dnd`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetDnd {
    /// The wanted state.
    pub state: Dnd,
    /// The wanted kind. With "on" and no kind: calls, where that is possible, else the lamp. With "off" and no kind:
    /// whichever is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<DndKind>,
    /// Time when it ends by itself; only with "on".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<RequestTime>,
    /// Reason for people who look at the lamp; only with "on".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `PUT /api/v1/dnd`: [`SetDnd`] for many extensions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetDndMany {
    /// Extensions one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extens: Vec<Exten>,
    /// Department, in place of single extensions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whether the answer only says what would be done, and nothing is done.
    #[serde(default)]
    pub dry_run: bool,
    /// Wanted state, as [`SetDnd::state`].
    pub state: Dnd,
    /// Wanted kind, as [`SetDnd::kind`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<DndKind>,
    /// Time when it ends by itself, as [`SetDnd::until`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<RequestTime>,
    /// Reason, as [`SetDnd::reason`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What was done for an extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DndReport {
    /// Extension.
    pub exten: Exten,
    /// State that is now in force.
    pub state: Dnd,
    /// Kinds that were switched. Empty: there was nothing to switch off.
    pub kinds: Vec<DndKind>,
    /// The PBX that was ordered to switch; `None`: only the lamp was switched.
    pub node: Option<SiteName>,
    /// The PBX whose PUBLISH confirmed the order.
    pub confirmed_by: Option<SiteName>,
    /// Votes that still hold the lamp: it stays lit until these let go.
    pub held_by: Vec<Vote>,
    /// Time when it ends by itself.
    pub until: Option<Timestamp>,
    /// Reason that was given.
    pub reason: Option<String>,
    /// Account that asked for it; `None`: a visitor who is not logged in.
    pub by: Option<String>,
    /// Time of the deed.
    pub when: Timestamp,
}

/// What would be done for an extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DndPlan {
    /// Extension.
    pub exten: Exten,
    /// State that would be in force.
    pub state: Dnd,
    /// Kinds that would be switched.
    pub kinds: Vec<DndKind>,
    /// The PBX that would be ordered to switch; `None`: only the lamp would be switched.
    pub node: Option<SiteName>,
}

/// Time limit of the answer to [`SetDndMany`] in seconds, whatever the PBXes do.
pub const MANY_SECONDS: u64 = 30;

/// Outcome for one extension of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum DndOutcome {
    /// Only a preview was asked for: this would be done.
    Planned(DndPlan),
    /// The order was carried out.
    Done(DndReport),
    /// The order was refused, or would be.
    Refused {
        /// Extension.
        exten: Exten,
        /// HTTP status that a request for this extension alone would get.
        status: u16,
        /// The reason in English words.
        detail: String,
        /// The cause, for the page to translate; `None` where there is no name for it.
        why: Option<Why>,
    },
}

/// Answer to [`SetDndMany`], in the order of the request or of the department's extensions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DndManyReport {
    /// Whether only a preview was asked for, and nothing was done.
    pub dry_run: bool,
    /// Outcomes, one for each extension.
    pub outcomes: Vec<DndOutcome>,
}

/// A "do not disturb" that is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DndEntry {
    /// Extension.
    pub exten: Exten,
    /// Kind.
    pub kind: DndKind,
    /// The PBX that keeps it; `None`: lampfield itself.
    pub node: Option<SiteName>,
    /// Time when it was set; `None`: it was not set through lampfield, and nobody told.
    pub since: Option<Timestamp>,
    /// Time when it ends by itself.
    pub until: Option<Timestamp>,
    /// Reason that was given.
    pub reason: Option<String>,
    /// Account that set it; `None`: it was set at the phone or the PBX, or by a visitor who was not logged in.
    pub by: Option<String>,
    /// Votes of others that hold the lamp as well.
    pub held_by: Vec<Vote>,
    /// Why it is still on after its end; lampfield goes on trying.
    pub overdue: Option<String>,
}

/// `GET /api/v1/dnd`: every "do not disturb" that is on, in the order of the extensions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DndList {
    /// Entries, one for each extension and kind.
    pub entries: Vec<DndEntry>,
}

/// Details of a lamp's "do not disturb".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DndDetails {
    /// `Calls` when a PBX keeps it, `Lamp` when lampfield alone does.
    pub kind: DndKind,
    /// Time when it ends by itself.
    pub until: Option<Timestamp>,
    /// Reason that was given.
    pub reason: Option<String>,
    /// Account that set it, where lampfield knows.
    pub by: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(json: &str) -> SetDnd {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_moment_is_a_number_or_a_text() {
        let least = reads(r#"{"state":"off"}"#);
        assert_eq!(least, SetDnd { state: Dnd::Off, kind: None, until: None, reason: None });
        let number = reads(r#"{"state":"on","kind":"calls","until":1700000000000}"#);
        assert_eq!(number.until, Some(RequestTime::Milliseconds(Timestamp(1_700_000_000_000))));
        let text = reads(r#"{"state":"on","until":"2026-11-23T15:00:00+03:00"}"#);
        assert_eq!(text.until, Some(RequestTime::Rfc3339("2026-11-23T15:00:00+03:00".into())));
    }

    #[test]
    fn a_mistyped_field_is_no_dnd_without_an_end() {
        for json in [r#"{"state":"on","untill":1}"#, r#"{"state":"maybe"}"#, r#"{"state":"on","kind":"both"}"#] {
            assert!(serde_json::from_str::<SetDnd>(json).is_err(), "{json}");
        }
        let many = r#"{"state":"on","exten":["1001"]}"#;
        assert!(serde_json::from_str::<SetDndMany>(many).is_err(), "extens, not exten");
    }

    #[test]
    fn an_outcome_says_what_it_is() {
        let plan = DndPlan { exten: "1001".into(), state: Dnd::On, kinds: vec![DndKind::Lamp], node: None };
        let json = serde_json::to_string(&DndOutcome::Planned(plan)).unwrap();
        assert_eq!(json, r#"{"outcome":"planned","exten":"1001","state":"on","kinds":["lamp"],"node":null}"#);
    }
}
