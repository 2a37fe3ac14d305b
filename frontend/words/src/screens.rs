//! The texts of the page of the wall displays.

use crate::Theme;

/// The texts of this page, beside those of [`AdminWords`](super::AdminWords).
pub struct ScreenWords {
    /// Label: where the display hangs.
    pub place: &'static str,
    /// Label: the board that the display shows.
    pub shows: &'static str,
    /// Heading of the dialog with a new link.
    pub link_of: fn(&str) -> String,
    /// Warning: whoever has the link gets in, and the link is shown only once.
    pub link_once: &'static str,
    /// Column: when the display was last seen.
    pub last_seen: &'static str,
    /// Column: who made the link.
    pub made_by: &'static str,
    /// Button: revoke the link.
    pub revoke: &'static str,
    /// Question before a link is revoked.
    pub revoke_sure: fn(&str) -> String,
    /// Text of the empty list: there are no displays.
    pub no_screens: &'static str,
    /// Heading: the appearance of a new display, which its link says.
    pub looks: &'static str,
    /// Choice: the language of the display's browser.
    pub by_browser: &'static str,
    /// Choice: the theme of the display's system.
    pub by_system: &'static str,
    /// Choice: a theme.
    pub theme: fn(Theme) -> &'static str,
    /// Choice: the plain page, which needs no scripts.
    pub plain: &'static str,
}
