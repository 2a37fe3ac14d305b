//! What the pages of boards say, on which an admin makes and changes them.

/// Every text of them, beside those of [`AdminWords`](super::AdminWords).
pub struct OwnBoardWords {
    /// Makes one more.
    pub new: &'static str,
    /// There is none yet.
    pub none: &'static str,
    /// There is none of this name, or no longer.
    pub gone: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it is called in addresses.
    pub name: &'static str,
    /// No name can be made of the title.
    pub name_needed: &'static str,
    /// What stands above a group.
    pub group_title: &'static str,
    /// A column: how many lamps are on it.
    pub lamps: &'static str,
    /// Leads to the wall display of it.
    pub wall: &'static str,
    /// The server has no lamp of this extension.
    pub unknown: &'static str,
    /// Those of which it has none, all together.
    pub all_unknown: fn(&str) -> String,
    /// A field: which lamp is to stand there, too.
    pub which: &'static str,
    /// Puts it there.
    pub add: &'static str,
    /// One more group.
    pub add_group: &'static str,
    /// Moves it towards the beginning.
    pub up: &'static str,
    /// Moves it towards the end.
    pub down: &'static str,
    /// Takes it off the board.
    pub take_off: &'static str,
    /// The same three, of whom or what.
    pub of: fn(&str, &str) -> String,
    /// A group that has no title yet, by its number.
    pub group: fn(usize) -> String,
    /// An extension stands in that group already.
    pub stands: fn(&str, &str) -> String,
    /// Several lamps answer to what was typed.
    pub several: fn(&str) -> String,
    /// None does.
    pub nobody: fn(&str) -> String,
    /// "1001: 2 of 5 in “Desk”"
    pub is_at: fn(&str, usize, usize, &str) -> String,
    /// Somebody has saved it meanwhile.
    pub changed: &'static str,
    /// Takes what they saved, and drops what was changed here.
    pub load: &'static str,
    /// What was changed here is on no page yet.
    pub unsaved: &'static str,
    /// Goes back to what is saved.
    pub drop: &'static str,
    /// In the list: something of it was changed here and is not saved.
    pub changed_here: &'static str,
    /// It is kept, and on every page.
    pub saved: fn(&str) -> String,
    /// Takes a board away.
    pub delete: &'static str,
    /// Is that meant?
    pub delete_sure: fn(&str) -> String,
}
