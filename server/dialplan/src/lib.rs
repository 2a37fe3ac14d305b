//! Hints of an Asterisk's dialplan: which devices an extension stands for, and which extensions name a device.
//!
//! ```text
//!  extensions.conf ──reader──► Dialplan ──hints(context)──► Hints ──find──► Hint ──► ExtensionState
//!  hint lines of the configuration ─┘                          └──naming(device)──► extensions
//! ```
//! Pure: callers pass in the text of the files.
//!
//! ```
//! use lampfield_dialplan::{AsteriskVersion, Dialplan, FileLine};
//!
//! let mut dialplan = Dialplan::default();
//! let place = FileLine { file: "lampfield.toml".into(), line: 1 };
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
mod plan;
mod reader;
mod template;
mod trie;
mod version;

#[cfg(test)]
mod tests;

pub use hint::{Hint, unheard};
pub use hints::{Hints, Named, Reach};
pub use pattern::{Pattern, PatternError};
pub use plan::{Dialplan, DialplanError, FileLine, Include, IncludeError, Included, IncludedFile, Warning};
pub use version::AsteriskVersion;

impl Dialplan {
    /// Reads an `extensions.conf` in any encoding. Further calls add further files.
    ///
    /// `include` opens the files that an `#include` line names.
    ///
    /// # Errors
    /// [`DialplanError`] for an `#include` that fails. Every other oddity becomes a [`Warning`], as Asterisk reads on
    /// too.
    pub fn read(&mut self, file: &str, bytes: &[u8], include: Include<'_>) -> Result<(), DialplanError> {
        let sections = reader::Sections::read(file, bytes, include, &mut self.warnings)?;
        for section in sections.into_iter() {
            self.take_section(section);
        }
        Ok(())
    }

    /// Adds one hint in the form of the configuration: `_[123]xxx,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}`.
    ///
    /// # Errors
    /// [`DialplanError::Line`] with `place` if the line is no hint.
    pub fn add_hint(&mut self, context: &str, line: &str, place: FileLine) -> Result<(), DialplanError> {
        let hint = match reader::read_exten(line, &place) {
            Ok(Some(hint)) => hint,
            Ok(None) => {
                let reason = format!("`{line}` is not a hint: `exten,hint,devices` is expected");
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

    /// Warnings about the files that were read; [`Hints::warnings`] has further ones.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The hints that `context` sees; none if there is no such context.
    pub fn hints(&self, context: &str, version: AsteriskVersion) -> Hints {
        Hints::new(self, context, version)
    }
}
