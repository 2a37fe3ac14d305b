//! Releases of Asterisk that read hints differently.

/// Release of Asterisk to follow where releases differ (measured by the hint oracle, `docs/protocol.md` §4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AsteriskVersion {
    /// Asterisk 18 and older: a hint is split at its last comma, and a first UNKNOWN is kept.
    V16,
    /// Asterisk 20 and newer: a hint is split at its first comma, and a first UNKNOWN is dropped.
    #[default]
    V22,
}
