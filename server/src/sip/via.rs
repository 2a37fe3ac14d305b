//! The topmost `Via`: where a message came from, and where its answer goes (RFC 3261 §20.42).

/// One `Via` value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Via {
    /// The host of sent-by; an IPv6 address without its brackets.
    pub host: String,
    /// The port of sent-by.
    pub port: Option<u16>,
    /// The branch, which names the transaction.
    pub branch: Option<String>,
}
