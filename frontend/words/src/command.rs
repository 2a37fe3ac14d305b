//! What a key asks for.

use crate::Categories;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// To the search field.
    Search,
    /// The list of the keys.
    Help,
    /// Call the lamp in focus.
    Call,
    /// Tell me when it is free.
    Watch,
    /// Its "do not disturb".
    Dnd,
    /// Its note.
    Note,
    /// Make it a favourite, or no longer.
    Favourite,
    /// Why is it as it is?
    Why,
    /// Add it to the selection, or take it out.
    Select,
    /// The tab before.
    PreviousTab,
    /// The tab behind.
    NextTab,
    /// The first lamp of the site before.
    PreviousSite,
    /// The first lamp of the site behind.
    NextSite,
    /// Only lamps of these categories, or all again.
    Only(Categories),
    /// Larger or smaller tiles.
    Density,
    /// Light or dark.
    Theme,
    /// Ringing lamps blink, or do not.
    Blink,
}
