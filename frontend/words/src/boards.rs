//! The texts of the pages on which an admin makes and edits own boards.

/// The texts of these pages, beside those of [`AdminWords`](super::AdminWords).
pub struct OwnBoardWords {
    /// Button: make a new board.
    pub new: &'static str,
    /// Text of the empty list: there is no board yet.
    pub none: &'static str,
    /// Error: there is no board of this name, or no longer.
    pub gone: &'static str,
    /// Label: title of the board.
    pub title: &'static str,
    /// Label: name of the board in addresses.
    pub name: &'static str,
    /// Error: no name can be made from the title, so one has to be typed.
    pub name_needed: &'static str,
    /// Error: the board needs a title.
    pub title_needed: &'static str,
    /// Link: back to all boards.
    pub back: &'static str,
    /// Choice: add all lamps of a department.
    pub add_department: &'static str,
    /// "12 lamps of “Sales” added"
    pub added: fn(usize, &str) -> String,
    /// Choice: move the selected lamps to a group.
    pub move_to: &'static str,
    /// Label: title of a group.
    pub group_title: &'static str,
    /// Column: number of lamps on the board.
    pub lamps: &'static str,
    /// Link to the board's wall display.
    pub wall: &'static str,
    /// Tag: the server has no lamp for this extension.
    pub unknown: &'static str,
    /// Warning: the server has no lamps for these extensions.
    pub all_unknown: fn(&str) -> String,
    /// Label: the lamp to add.
    pub which: &'static str,
    /// Button: add the lamp.
    pub add: &'static str,
    /// Button: add a group.
    pub add_group: &'static str,
    /// Button: move towards the beginning.
    pub up: &'static str,
    /// Button: move towards the end.
    pub down: &'static str,
    /// Button: remove from the board.
    pub take_off: &'static str,
    /// Label of one of the three buttons above with what the button applies to, for screen readers.
    pub of: fn(&str, &str) -> String,
    /// Name of a group without a title, by its number.
    pub group: fn(usize) -> String,
    /// Error: the extension is already in that group.
    pub stands: fn(&str, &str) -> String,
    /// Error: several lamps match the typed text.
    pub several: fn(&str) -> String,
    /// Error: no lamp matches the typed text.
    pub nobody: fn(&str) -> String,
    /// "1001: 2 of 5 in “Desk”"
    pub is_at: fn(&str, usize, usize, &str) -> String,
    /// Warning: somebody else has saved the board meanwhile.
    pub changed: &'static str,
    /// Button: load what was saved, and drop the edits made here.
    pub load: &'static str,
    /// Warning: the edits made here are not saved.
    pub unsaved: &'static str,
    /// Button: drop the edits.
    pub drop: &'static str,
    /// Tag in the list: this browser has unsaved edits of the board.
    pub changed_here: &'static str,
    /// Notice: the board was saved.
    pub saved: fn(&str) -> String,
    /// Button: delete the board.
    pub delete: &'static str,
    /// Question before a board is deleted.
    pub delete_sure: fn(&str) -> String,
}
