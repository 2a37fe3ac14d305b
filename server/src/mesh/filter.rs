//! Filters of the states that are taken from a peer, and told to it: Asterisk's `device_state_filter` and the like.

use std::str::FromStr;

use lampfield_shared::DeviceName;
use regex::{Regex, RegexBuilder};

use super::body::json::Content;

/// A pattern as Asterisk's: it may match anywhere in a name, in capitals or small letters.
///
/// Asterisk compiles POSIX extended expressions, and the crate `regex` has its own. What an admin
/// writes means the same in both: `^PJSIP/`, `[0-9]{4}$`, `(a|b)`, `[[:digit:]]`, `\.`. The differences:
/// a backslash within brackets is itself in POSIX, and here it must be doubled; `\d`, `\w` and `\b`
/// are known here alone; a `{` that begins no repetition must be written `\{` here.
#[derive(Debug, Clone)]
pub struct Filter(Regex);

impl Filter {
    /// Whether a name passes.
    pub fn lets(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}

impl FromStr for Filter {
    type Err = regex::Error;

    fn from_str(text: &str) -> Result<Self, regex::Error> {
        RegexBuilder::new(text).case_insensitive(true).build().map(Self)
    }
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for Filter {}

/// The filters of one peer; `None` lets everything pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Device states of the peer that are taken.
    pub device_state: Option<Filter>,
    /// Mailboxes of the peer that are taken.
    pub mailbox_state: Option<Filter>,
    /// Own device states that the peer is told.
    pub outbound_device_state: Option<Filter>,
}

impl Filters {
    /// Whether what the peer says is taken.
    pub(super) fn let_in(&self, content: &Content) -> bool {
        match content {
            Content::Device { device, .. } => passes(self.device_state.as_ref(), device.as_str()),
            Content::Mailbox { mailbox, .. } => passes(self.mailbox_state.as_ref(), mailbox.as_str()),
            Content::RefreshRequest => true,
        }
    }

    /// Whether the peer is told of a device of ours.
    pub(super) fn let_out(&self, device: &DeviceName) -> bool {
        passes(self.outbound_device_state.as_ref(), device.as_str())
    }
}

fn passes(filter: Option<&Filter>, name: &str) -> bool {
    filter.is_none_or(|filter| filter.lets(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, passing: &[&str], held: &[&str]) {
        let filter: Filter = pattern.parse().unwrap();
        for name in passing {
            assert!(filter.lets(name), "{pattern} {name}");
        }
        for name in held {
            assert!(!filter.lets(name), "{pattern} {name}");
        }
    }

    #[test]
    fn finds_anywhere_and_whatever_the_case() {
        check("", &["PJSIP/1001", ""], &[]);
        check("pjsip", &["PJSIP/1001", "Local/x@pjsip"], &["Custom:DND1001"]);
        check("^PJSIP/1[0-9]{3}$", &["PJSIP/1001", "pjsip/1999"], &["PJSIP/10010", "SIP/1001"]);
        check("^(PJSIP/|Custom:DND)[[:digit:]]+", &["Custom:dnd7"], &["Custom:DEVDND1001"]);
        check("@default$", &["1001@default"], &["1001@other"]);
    }

    #[test]
    fn a_pattern_that_is_none_says_why() {
        let error = "^(PJSIP".parse::<Filter>().unwrap_err().to_string();
        assert!(error.contains("unclosed group"), "{error}");
    }
}
