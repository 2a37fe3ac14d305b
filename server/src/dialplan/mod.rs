//! Hints as the dialplan has them: which devices an extension stands for, and backwards.
//!
//! ```text
//!  extensions.conf ──reader──► Dialplan ──hints(context)──► Hints ──find──► Hint ──► ExtensionState
//!  hint lines of the configuration ─┘                          └──naming(device)──► extensions
//! ```
//! Pure: whoever calls hands in the text of the files.

mod pattern;

pub use pattern::{Pattern, PatternError};

/// Which Asterisk is followed where the versions differ (hint oracle, `publish-mesh.md` §4.4).
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

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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

/// A line that Asterisk would not follow as it looks, or that lampfield cannot follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub reason: String,
}

/// The hints of a dialplan, in their contexts.
#[derive(Debug, Clone, Default)]
pub struct Dialplan {
    warnings: Vec<Warning>,
}

impl Dialplan {
    /// Reads the text of an `extensions.conf`. May be called for many files: what they say adds up.
    ///
    /// `include` gives the text of the file that an `#include` line names.
    ///
    /// # Errors
    /// [`DialplanError`] for an `#include` that cannot be had; all else that is odd becomes a
    /// [`Warning`], as Asterisk passes over it too.
    pub fn read(
        &mut self,
        file: &str,
        text: &str,
        include: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<(), DialplanError> {
        let _ = (file, text, include);
        Ok(())
    }

    /// Adds one hint as the configuration has it: `_[123]xxx,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}`.
    ///
    /// # Errors
    /// [`DialplanError::Line`] with `place` if it is none.
    pub fn add_hint(&mut self, context: &str, line: &str, place: Place) -> Result<(), DialplanError> {
        let _ = (context, line, place);
        Ok(())
    }

    /// What is odd in it.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Whether there is a context of this name.
    pub fn has_context(&self, context: &str) -> bool {
        let _ = context;
        false
    }
}
