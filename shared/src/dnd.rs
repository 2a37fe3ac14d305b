//! "Do not disturb": what may be asked, and what is answered.
//!
//! Two things go by that name, and are told apart everywhere ([`DndKind`]): a lamp that says so,
//! and a PBX that lets no call through.

use serde::{Deserialize, Serialize};

use crate::{DeviceName, Exten, SiteName, Timestamp, Vote, Why};

/// Reads itself at the call: `set_dnd(exten, Dnd::On)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dnd {
    /// Do not disturb.
    On,
    /// Disturb.
    Off,
}

/// What a "do not disturb" does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DndKind {
    /// lampfield alone says so: every phone's key shows it, and no call is stopped.
    Lamp,
    /// The extension's own PBX holds it, and lets no call through.
    Calls,
}

impl DndKind {
    /// Both, the weaker first.
    pub const ALL: [Self; 2] = [Self::Lamp, Self::Calls];

    /// The word in JSON.
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

    /// That of the extension: `Custom:DND1001`.
    pub fn of_exten(exten: &Exten) -> DeviceName {
        format!("Custom:DND{exten}").into()
    }

    /// That of one of its phones, for the toggle's key: `Custom:DEVDND1001`.
    pub fn of_phone(phone: &str) -> DeviceName {
        format!("Custom:DEVDND{phone}").into()
    }
}

/// A moment as people write it: milliseconds since 1970, or RFC 3339 with its offset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Moment {
    /// `1700000000000`
    Milliseconds(Timestamp),
    /// `"2026-11-23T15:00:00+03:00"`
    Rfc3339(String),
}

/// `PUT /api/v1/extensions/{exten}/dnd`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetDnd {
    /// What it shall be.
    pub state: Dnd,
    /// Which of the two. On without it: calls, where that is possible, else the lamp.
    /// Off without it: whatever is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<DndKind>,
    /// When it ends by itself; only with on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// Why, for whoever looks at the lamp; only with on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `PUT /api/v1/dnd`: the same for many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetDndMany {
    /// Which extensions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extens: Vec<Exten>,
    /// Or: all of this group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Only tell what would be done.
    #[serde(default)]
    pub dry_run: bool,
    /// As in [`SetDnd`].
    pub state: Dnd,
    /// As in [`SetDnd`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<DndKind>,
    /// As in [`SetDnd`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// As in [`SetDnd`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What was done for one extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DndReport {
    /// For which.
    pub exten: Exten,
    /// What it is now.
    pub state: Dnd,
    /// Which of the two were switched. Empty: there was nothing to switch off.
    pub kinds: Vec<DndKind>,
    /// The PBX that was told; `None`: the lamp alone was switched.
    pub node: Option<SiteName>,
    /// The PBX whose own word confirmed it.
    pub confirmed_by: Option<SiteName>,
    /// Who else holds the lamp now: it stays lit until they let go.
    pub held_by: Vec<Vote>,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// Who asked for it; `None`: somebody who is not logged in.
    pub by: Option<String>,
    /// When it was done.
    pub when: Timestamp,
}

/// What would be done for one extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DndPlan {
    /// For which.
    pub exten: Exten,
    /// What it would be.
    pub state: Dnd,
    /// Which of the two would be switched.
    pub kinds: Vec<DndKind>,
    /// The PBX that would be told; `None`: none.
    pub node: Option<SiteName>,
}

/// [`SetDndMany`] is answered within so many seconds, whatever the PBXes do.
pub const MANY_SECONDS: u64 = 30;

/// What became of one extension among many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum DndOutcome {
    /// It was only asked what would be done.
    Planned(DndPlan),
    /// It was done.
    Done(DndReport),
    /// It was not, or would not be.
    Refused {
        /// For which.
        exten: Exten,
        /// The status that the answer for this one alone would have.
        status: u16,
        /// Why, in words.
        detail: String,
        /// And by its cause, where there is a name for it.
        why: Option<Why>,
    },
}

/// The answer to [`SetDndMany`], in the order of the request or of the extensions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DndManyReport {
    /// Whether nothing was done.
    pub dry_run: bool,
    /// One for each extension.
    pub outcomes: Vec<DndOutcome>,
}

/// One "do not disturb" that is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DndEntry {
    /// Whose.
    pub exten: Exten,
    /// Which of the two.
    pub kind: DndKind,
    /// The PBX that holds it; `None`: lampfield itself.
    pub node: Option<SiteName>,
    /// Since when; `None`: it was not set through lampfield, and nobody told.
    pub since: Option<Timestamp>,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// Who set it; `None`: it was set at the phone or the PBX, or by somebody who was not logged in.
    pub by: Option<String>,
    /// Who else holds the lamp.
    pub held_by: Vec<Vote>,
    /// Why it is still on although its time is over: it is tried again.
    pub overdue: Option<String>,
}

/// `GET /api/v1/dnd`: all that is on, in the order of the extensions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DndList {
    /// One for each extension and kind.
    pub entries: Vec<DndEntry>,
}

/// What a lamp says of its "do not disturb".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DndDetails {
    /// `Calls` when a PBX holds it, `Lamp` when lampfield alone does.
    pub kind: DndKind,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// Who set it, where lampfield knows.
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
        assert_eq!(number.until, Some(Moment::Milliseconds(Timestamp(1_700_000_000_000))));
        let text = reads(r#"{"state":"on","until":"2026-11-23T15:00:00+03:00"}"#);
        assert_eq!(text.until, Some(Moment::Rfc3339("2026-11-23T15:00:00+03:00".into())));
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
