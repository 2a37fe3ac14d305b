//! What is said where no program of the page runs: by the server's plain page, and by the offline page.

/// What only the plain page says, which has no script. The words for states, sites and ages are everybody's, and what it
/// says of boards is what a [wall](crate::WallWords) says.
pub struct PlainWords {
    /// Before the time that the lamps show.
    pub shown_at: &'static str,
    /// It refreshes itself; how one sees that it does not.
    pub refreshes: &'static str,
    /// There are no lamps at all, and nobody here can change that.
    pub empty: &'static str,
    /// The server does not know its lamps now.
    pub silent: &'static str,
    /// In place of the page, where scripts do not run: what it needs.
    pub needs_script: &'static str,
    /// And the link from there to the plain page.
    pub without_script: &'static str,
    /// The heads of the columns: state, number, name, since.
    pub columns: [&'static str; 4],
}

/// What the offline page says, which a browser shows when the server does not answer (`frontend/sw.js`).
pub struct OfflineWords {
    /// Its heading.
    pub title: &'static str,
    /// The server was not reached at the time of day that follows.
    pub not_reached: &'static str,
    /// No lamps are shown, and when it is tried again.
    pub next_try: &'static str,
    /// By which locale a browser writes that time of day.
    pub locale: &'static str,
}
