//! The texts of the import of names from a CSV file.

use lampfield_shared::naming::Field;

/// The texts of the import and its preview.
pub struct ImportWords {
    /// Heading and label of the file field.
    pub title: &'static str,
    /// Label of the field in which the text of a file can be pasted.
    pub paste: &'static str,
    /// Label: encoding of the file.
    pub encoding: &'static str,
    /// Choice: let the server find out the encoding.
    pub find_out: &'static str,
    /// Preview: the encoding of the file, known for sure.
    pub read_as: fn(&str) -> String,
    /// Preview: the encoding of the file, guessed.
    pub guessed: fn(&str) -> String,
    /// Name of a field of an extension.
    pub field: fn(Field) -> &'static str,
    /// Preview: "Columns: `Имя` is the name"; each column with its title and its field.
    pub columns: fn(&[(&str, Field)]) -> String,
    /// Preview: the file has no line of titles, so columns are taken in a fixed order.
    pub no_head: &'static str,
    /// Preview: the titles of columns that are skipped.
    pub unknown: fn(&[&str]) -> String,
    /// Preview: in that line, the written text is taken as that number.
    pub taken: fn(u64, &str, &str) -> String,
    /// Preview: so many lines are skipped.
    pub passed: fn(u64) -> String,
    /// Error: the meaning of the file is not clear.
    pub unclear: &'static str,
}
