//! A dialplan as it was read: hints in their contexts, with the places that they stand at.

use std::collections::BTreeMap;
use std::fmt;

/// A place in a file: what an error or a warning points at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as the caller calls it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Why a dialplan cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DialplanError {
    /// A hint line of the configuration is not `exten,hint,devices`.
    #[error("{place}: {reason}")]
    Line {
        /// Where.
        place: Place,
        /// What is wrong, in the words of the line.
        reason: String,
    },
    /// A file that is included cannot be had.
    #[error("{place}: cannot include `{file}`: {reason}")]
    Include {
        /// The line that includes it.
        place: Place,
        /// What it names.
        file: String,
        /// Why not.
        reason: String,
    },
}

/// What an `#include` names: a file, or those that a pattern fits.
#[derive(Debug, Default)]
pub struct Included {
    /// In the order in which they are read.
    pub files: Vec<IncludedFile>,
    /// What fits and is no file.
    pub passed_over: Vec<String>,
}

/// One of them.
#[derive(Debug)]
pub struct IncludedFile {
    /// As messages call it.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Why there is nothing to include.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IncludeError {
    /// It is not there, which `#tryinclude` allows.
    Missing(String),
    /// It is there, and cannot be read.
    Unreadable(String),
}

/// Gives what an `#include` names.
pub type Include<'a> = &'a mut dyn FnMut(&str) -> Result<Included, IncludeError>;

/// A line that Asterisk would not follow as it looks, or that lampfield cannot follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

/// The hints of a dialplan, in their contexts.
#[derive(Debug, Clone, Default)]
pub struct Dialplan {
    pub(super) contexts: BTreeMap<String, Context>,
    pub(super) globals: Vec<Global>,
    pub(super) warnings: Vec<Warning>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    pub(super) hints: Vec<HintLine>,
    pub(super) includes: Vec<String>,
}

/// `exten,hint,devices` as it stands in the file.
#[derive(Debug, Clone)]
pub(super) struct HintLine {
    pub(super) place: Place,
    pub(super) exten: String,
    pub(super) devices: String,
}

/// A line of `[globals]`.
#[derive(Debug, Clone)]
pub(super) struct Global {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) value: String,
}
