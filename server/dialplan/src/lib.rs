//! Hints as the dialplan of an Asterisk has them: which devices an extension stands for, and backwards.
//!
//! ```text
//!  extensions.conf ──reader──► Dialplan ──hints(context)──► Hints ──find──► Hint ──► ExtensionState
//!  hint lines of the configuration ─┘                          └──naming(device)──► extensions
//! ```
//! Pure: whoever calls hands in the text of the files.
//!
//! ```
//! use lampfield_dialplan::{AsteriskVersion, Dialplan, Place};
//!
//! let mut dialplan = Dialplan::default();
//! let place = Place { file: "lampfield.toml".into(), line: 1 };
//! dialplan.add_hint("from-internal", "_1XXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}", place)?;
//!
//! let hints = dialplan.hints("from-internal", AsteriskVersion::V22);
//! let hint = hints.find("1001").expect("the pattern fits");
//! assert_eq!(hint.as_str(), "PJSIP/1001&Custom:DND1001");
//! assert_eq!(hints.naming("Custom:DND1001").extens, ["1001".into()]);
//! # Ok::<(), lampfield_dialplan::DialplanError>(())
//! ```

mod arithmetic;
mod backwards;
mod hint;
mod hints;
mod lines;
mod pattern;
mod reader;
mod template;
mod trie;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

pub use hint::{Hint, unheard};
pub use hints::{Hints, Named, Reach};
pub use pattern::{Pattern, PatternError};

/// Which Asterisk is followed where the versions differ (hint oracle, `docs/protocol.md` §4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AsteriskVersion {
    /// 18 and older: a hint is split at its last comma, and a first UNKNOWN is kept.
    V16,
    /// 20 and newer: a hint is split at its first comma, and a first UNKNOWN is dropped.
    #[default]
    V22,
}

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
    contexts: BTreeMap<String, Context>,
    globals: Vec<Global>,
    warnings: Vec<Warning>,
}

#[derive(Debug, Clone, Default)]
struct Context {
    hints: Vec<HintLine>,
    includes: Vec<String>,
}

/// `exten,hint,devices` as it stands in the file.
#[derive(Debug, Clone)]
struct HintLine {
    place: Place,
    exten: String,
    devices: String,
}

/// A line of `[globals]`.
#[derive(Debug, Clone)]
struct Global {
    place: Place,
    name: String,
    value: String,
}

impl Dialplan {
    /// Reads an `extensions.conf`, in whatever encoding it is. May be called for many files: what they say adds up.
    ///
    /// `include` gives what an `#include` line names.
    ///
    /// # Errors
    /// [`DialplanError`] for an `#include` that cannot be had; all else that is odd becomes a
    /// [`Warning`], as Asterisk passes over it too.
    pub fn read(&mut self, file: &str, bytes: &[u8], include: Include<'_>) -> Result<(), DialplanError> {
        let sections = reader::Sections::read(file, bytes, include, &mut self.warnings)?;
        for section in sections.into_iter() {
            self.take_section(section);
        }
        Ok(())
    }

    /// Adds one hint as the configuration has it: `_[123]xxx,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}`.
    ///
    /// # Errors
    /// [`DialplanError::Line`] with `place` if it is none.
    pub fn add_hint(&mut self, context: &str, line: &str, place: Place) -> Result<(), DialplanError> {
        let hint = match reader::read_exten(line, &place) {
            Ok(Some(hint)) => hint,
            Ok(None) => {
                let reason = format!("`{line}` is no hint: `exten,hint,devices` is expected");
                return Err(DialplanError::Line { place, reason });
            }
            Err(reason) => return Err(DialplanError::Line { place, reason }),
        };
        if !hint.exten.contains("${") {
            hint.exten.parse::<Pattern>().map_err(|error| DialplanError::Line { place, reason: error.to_string() })?;
        }
        self.contexts.entry(context.into()).or_default().hints.push(hint);
        Ok(())
    }

    /// What is odd in what was read; [`Hints::warnings`] tells more.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The hints that are seen from `context`; none if there is no such context.
    pub fn hints(&self, context: &str, version: AsteriskVersion) -> Hints {
        Hints::new(self, context, version)
    }
}
