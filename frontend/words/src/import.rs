//! The texts of the import of a file of extensions, by their meaning.

use lampfield_shared::naming::Field;

/// What a file of extensions is taken as, said before it is done.
pub struct ImportWords {
    /// A heading: names from a file.
    pub title: &'static str,
    /// Where its text can be put instead.
    pub paste: &'static str,
    /// The choice of its encoding.
    pub encoding: &'static str,
    /// The encoding is found out.
    pub find_out: &'static str,
    /// The file was read in this encoding, for sure.
    pub read_as: fn(&str) -> String,
    /// The file was read in this encoding, by a guess.
    pub guessed: fn(&str) -> String,
    /// What a column is taken as.
    pub field: fn(Field) -> &'static str,
    /// "Columns: `Имя` is the name"; each as its title and its field.
    pub columns: fn(&[(&str, Field)]) -> String,
    /// The file has no line of titles: the columns are taken by their order.
    pub no_head: &'static str,
    /// Columns that are passed over, by their titles.
    pub unknown: fn(&[&str]) -> String,
    /// In that line what stands there is taken as that number.
    pub taken: fn(u64, &str, &str) -> String,
    /// So many lines are passed over.
    pub passed: fn(u64) -> String,
    /// Something makes it unclear what the file means.
    pub unclear: &'static str,
}
