//! The texts of the import of names from a CSV file.

use lampfield_shared::naming::Field;

/// The texts of the import and its preview.
pub struct ImportWords {
    /// Button: choose a file.
    pub choose: &'static str,
    /// Button: paste the text of a file instead.
    pub paste: &'static str,
    /// Label of the field in which the text of a file can be pasted.
    pub pasted: &'static str,
    /// Button: show what the import would change.
    pub preview: &'static str,
    /// Button: import, for so many changes.
    pub go: fn(usize) -> String,
    /// Notice: so many extensions were changed by the import.
    pub done: fn(usize) -> String,
    /// Label: encoding of the file.
    pub encoding: &'static str,
    /// Choice: let the server find out the encoding.
    pub find_out: &'static str,
    /// Preview: the encoding of the file, known for sure.
    pub read_as: fn(&str) -> String,
    /// Preview: the encoding of the file, guessed.
    pub guessed: fn(&str) -> String,
    /// Preview: what separates the cells of a line.
    pub separated: fn(&str) -> String,
    /// Name of a field of an extension.
    pub field: fn(Field) -> &'static str,
    /// Preview: a column that is not read.
    pub not_used: &'static str,
    /// Preview, for screen readers: how the columns are taken.
    pub columns: &'static str,
    /// Preview: the file has no line of titles, so columns are taken in a fixed order.
    pub no_head: &'static str,
    /// Preview: so many extensions will change, so many stay.
    pub sum: fn(usize, u64) -> String,
    /// Preview: extensions that are not in the file stay.
    pub none_removed: &'static str,
    /// Preview: that many more changes are not shown.
    pub more: fn(usize) -> String,
    /// Preview: in that line, the written text is taken as that number.
    pub taken: fn(u64, &str, &str) -> String,
    /// Preview: so many lines are skipped.
    pub passed: fn(u64) -> String,
    /// Error: the meaning of the file is not clear.
    pub unclear: &'static str,
}
