//! Errors of the configuration, with file, line and key.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Why a configuration cannot be used. Prints as `lampfield.toml:12: peer[0].address: …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// File at fault.
    pub file: PathBuf,
    /// Line at fault, from 1; `None` where the whole file is at fault.
    pub line: Option<usize>,
    /// Key at fault in TOML's own spelling; `None` outside the configuration file.
    pub key: Option<String>,
    /// The fault, in the words of the configuration's author.
    pub message: String,
}

impl ConfigError {
    /// A file that cannot be read.
    pub(super) fn unreadable(file: &Path, error: &std::io::Error) -> Self {
        Self { file: file.into(), line: None, key: None, message: format!("cannot be read: {error}") }
    }

    /// A fault at `span` of `text`.
    pub(super) fn at(file: &Path, text: &str, span: &Range<usize>, key: &str, message: impl fmt::Display) -> Self {
        Self {
            file: file.into(),
            line: Some(line_of(text, span.start)),
            key: Some(key.into()),
            message: message.to_string(),
        }
    }
}

/// The line, from 1, of the byte at `offset`.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ": {key}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ConfigError {}
