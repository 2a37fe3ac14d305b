//! The page of the audit log, in English.

use super::{counted, deeds, facts};
use crate::AuditWords;

pub(crate) const AUDIT: AuditWords = AuditWords {
    deed: deeds::told,
    fact: facts::told,
    outcome: |result| (result == "ok").then_some("Done"),
    kind: "Kind",
    any: "Anything",
    kinds: |kind| {
        Some(match kind {
            "dnd" => "Do not disturb",
            "extension" => "Extensions",
            "peer" => "PBXes",
            "board" => "Boards",
            "account" => "Accounts",
            "screen" => "Screens",
            "login" => "Logins",
            "logout" => "Logouts",
            "session" => "Sessions",
            _ => return None,
        })
    },
    export: "Export CSV",
    many: |count| counted(count as u64, "extension"),
    partly: |done, failed| format!("{done} done, {failed} failed"),
    open: "Show each",
    none: "No entry matches.",
};
