//! A dialplan as it was read: hints in their contexts, each with its file and line.

use std::collections::BTreeMap;
use std::fmt;

/// File and line that an error or a warning points at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileLine {
    /// Name of the file, as the caller gave it.
    pub file: String,
    /// Number of the line, from 1.
    pub line: usize,
}

impl fmt::Display for FileLine {
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
        /// File and line.
        place: FileLine,
        /// What is wrong, for the author of the line.
        reason: String,
    },
    /// An included file cannot be read.
    #[error("{place}: cannot include `{file}`: {reason}")]
    Include {
        /// File and line of the `#include`.
        place: FileLine,
        /// Name in the `#include`.
        file: String,
        /// Error of the attempt.
        reason: String,
    },
}

/// The files that an `#include` names, by name or by pattern.
#[derive(Debug, Default)]
pub struct Included {
    /// Files, in the order in which they are read.
    pub files: Vec<IncludedFile>,
    /// Matches that are no files.
    pub passed_over: Vec<String>,
}

/// An included file.
#[derive(Debug)]
pub struct IncludedFile {
    /// Name of the file in messages.
    pub name: String,
    /// Content of the file.
    pub bytes: Vec<u8>,
}

/// Why an `#include` gives no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IncludeError {
    /// There is no such file, which `#tryinclude` allows.
    Missing(String),
    /// The file exists and cannot be read.
    Unreadable(String),
}

/// Opens the files that an `#include` names.
pub type Include<'a> = &'a mut dyn FnMut(&str) -> Result<Included, IncludeError>;

/// Warning about a line that Asterisk reads otherwise than it looks, or that lampfield cannot follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// File and line.
    pub place: FileLine,
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

/// A hint line, `exten,hint,devices`.
#[derive(Debug, Clone)]
pub(super) struct HintLine {
    pub(super) place: FileLine,
    pub(super) exten: String,
    pub(super) devices: String,
}

/// A line of `[globals]`.
#[derive(Debug, Clone)]
pub(super) struct Global {
    pub(super) place: FileLine,
    pub(super) name: String,
    pub(super) value: String,
}
