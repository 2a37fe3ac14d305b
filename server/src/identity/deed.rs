//! What was done, and how it ended: an entry of the audit log without its author.

use std::borrow::Cow;

use lampfield_shared::Fact;
use serde::{Deserialize, Serialize};

/// An entry of the audit log, as the order has it that causes the entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// What was done: a word with a point, such as `account.create`.
    pub action: Cow<'static, str>,
    /// To whom or what.
    pub target: String,
    /// `ok`, or why not.
    pub result: String,
    /// What else is worth knowing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
}

impl Deed {
    /// Something that went well.
    pub fn done(action: impl Into<Cow<'static, str>>, target: impl Into<String>) -> Self {
        Self { action: action.into(), target: target.into(), result: "ok".into(), facts: Vec::new() }
    }

    /// Something that was refused or failed, and why.
    pub fn failed(action: impl Into<Cow<'static, str>>, target: impl Into<String>, why: impl Into<String>) -> Self {
        Self { action: action.into(), target: target.into(), result: why.into(), facts: Vec::new() }
    }

    /// Adds facts to the entry.
    #[must_use]
    pub fn with(mut self, facts: impl IntoIterator<Item = Fact>) -> Self {
        self.facts.extend(facts);
        self
    }
}
