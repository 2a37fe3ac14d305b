//! The languages of lampfield. Their texts are found by `Language::words` and the methods of `Words`.

/// A language of lampfield.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English
    English,
    /// Russian
    Russian,
}

impl Language {
    /// All languages, in the order of the switch.
    pub const ALL: [Self; 2] = [Self::English, Self::Russian];
}
