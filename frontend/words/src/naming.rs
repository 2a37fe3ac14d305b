//! The texts of the page of the extensions' names.

/// The texts of this page, beside those of [`AdminWords`](super::AdminWords).
pub struct NamingWords {
    /// Below the title: how many extensions there are, and how many of them a PBX has told of and nobody has named.
    pub all: fn(usize, usize) -> String,
    /// Column and label: number.
    pub number: &'static str,
    /// Column and label: department.
    pub group: &'static str,
    /// Filters: all extensions, those without a name, those that no PBX has told of.
    pub only: [&'static str; 3],
    /// Button: add an extension.
    pub add: &'static str,
    /// Link: download all names as a file.
    pub export: &'static str,
    /// Hint: the keys of the table.
    pub keys: &'static str,
    /// Choice: the PBX of an extension is found out by the server.
    pub found_out: &'static str,
    /// Label of a cell for screen readers: the number and the column.
    pub cell: fn(&str, &str) -> String,
    /// Tag: edited here; the argument is what the configuration file says, if anything.
    pub edited: fn(&str) -> String,
    /// Button: take the edits back.
    pub as_file: &'static str,
    /// Text of the empty list: there are no extensions.
    pub none: &'static str,
    /// Text of the empty list: no extension matches.
    pub no_hits: &'static str,
    /// "50 of 1200 are shown"; so many match.
    pub shown: fn(usize, usize) -> String,
    /// Notice: somebody else has changed the extension meanwhile.
    pub meanwhile: fn(&str) -> String,
    /// Button of a notice: take back what it tells of.
    pub undo: &'static str,
    /// Notice: so many changes were taken back, and so many not, since somebody else came between.
    pub undone: fn(u64, usize) -> String,
}
