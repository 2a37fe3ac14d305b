//! The texts of the page of the audit log.

use lampfield_shared::{Fact, Timestamp};

/// The texts of this page, beside those of [`AdminWords`](super::AdminWords).
pub struct AuditWords {
    /// An action of the audit log in words; `None` if the log's own word is used.
    pub deed: fn(&str) -> Option<&'static str>,
    /// A fact of the audit log in words, given a function that formats a time of day; `None` if the outcome says it.
    pub fact: fn(&Fact, &dyn Fn(Timestamp) -> String) -> Option<String>,
    /// The outcome of an action in words; `None` if the log's own word is used.
    pub outcome: fn(&str) -> Option<&'static str>,
    /// Label of the filter by the kind of deed.
    pub kind: &'static str,
    /// Choice: any kind of deed.
    pub any: &'static str,
    /// Name of a kind of deed, by the first part of its action; `None` if there is none.
    pub kinds: fn(&str) -> Option<&'static str>,
    /// Link: download what the filters find as a file.
    pub export: &'static str,
    /// Target of an order for so many extensions.
    pub many: fn(usize) -> String,
    /// Result of an order for many: so many were done, so many not.
    pub partly: fn(usize, usize) -> String,
    /// Button: show each extension of an order for many.
    pub open: &'static str,
    /// No entry matches the filters.
    pub none: &'static str,
}
