//! The texts of pages without scripts: the server's plain page and the offline page.

/// The texts that only the plain page has. It shares the words for states, sites and ages, and the texts on boards of a
/// [wall display](crate::WallWords).
pub struct PlainWords {
    /// Label of the time at which the page was made.
    pub shown_at: &'static str,
    /// Hint: the page refreshes itself, and how to see if it does not.
    pub refreshes: &'static str,
    /// There are no lamps, and this page cannot change that.
    pub empty: &'static str,
    /// The server has no current lamps now.
    pub silent: &'static str,
    /// On the noscript page: the board needs scripts.
    pub needs_script: &'static str,
    /// Link text on the noscript page to `/plain`.
    pub without_script: &'static str,
    /// Column heads: state, number, name, since.
    pub columns: [&'static str; 4],
}

/// The texts of the offline page, which a browser shows when the server does not answer (`frontend/sw.js`).
pub struct OfflineWords {
    /// Heading.
    pub title: &'static str,
    /// The server could not be reached at the time that follows.
    pub not_reached: &'static str,
    /// No lamps are shown, and when the next attempt is.
    pub next_try: &'static str,
    /// The locale by which the browser formats the time.
    pub locale: &'static str,
}
