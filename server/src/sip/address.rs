//! `From` and `To`: who, and the tag (RFC 3261 §20.10).

use super::uri::Uri;

/// A `From` or `To`: the URI of a party and its tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Who.
    pub uri: Uri,
    /// Which end of a dialogue; a request's `To` has none.
    pub tag: Option<String>,
}
