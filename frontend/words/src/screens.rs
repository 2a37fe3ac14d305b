//! What the page of the wall displays says.

use crate::Theme;

/// Every text of it, beside those of [`AdminWords`](super::AdminWords).
pub struct ScreenWords {
    /// Where it hangs.
    pub place: &'static str,
    /// Which lamps it shows.
    pub shows: &'static str,
    /// The link of a screen, shown once.
    pub link_of: fn(&str) -> String,
    /// Whoever has it gets in; it is not shown again.
    pub link_once: &'static str,
    /// A column: when it was last seen.
    pub last_seen: &'static str,
    /// A column: who made it.
    pub made_by: &'static str,
    /// Lets it in no longer.
    pub revoke: &'static str,
    /// Is that meant?
    pub revoke_sure: fn(&str) -> String,
    /// There are none.
    pub no_screens: &'static str,
    /// How a new one is to look, which its link says.
    pub looks: &'static str,
    /// As its browser has it.
    pub by_browser: &'static str,
    /// As its system has it.
    pub by_system: &'static str,
    /// Light or dark.
    pub theme: fn(Theme) -> &'static str,
    /// The page that needs no script.
    pub plain: &'static str,
}
