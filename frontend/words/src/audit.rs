//! The texts of the page of the audit log.

/// The texts of this page, beside those of [`AdminWords`](super::AdminWords).
pub struct AuditWords {
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
