//! The commands that keys give.

use crate::Categories;

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Go to the search field.
    Search,
    /// Show the list of the keys.
    Help,
    /// Call the lamp in focus.
    Call,
    /// Watch the lamp in focus: tell when it is free.
    Watch,
    /// Open the "do not disturb" form of the lamp in focus.
    Dnd,
    /// Open the note about the lamp in focus.
    Note,
    /// Make the lamp in focus a favourite, or no longer.
    Favourite,
    /// Show the votes behind the lamp in focus.
    Why,
    /// Select the lamp in focus, or deselect it.
    Select,
    /// Go to the previous tab.
    PreviousTab,
    /// Go to the next tab.
    NextTab,
    /// Go to the first lamp of the previous site.
    PreviousSite,
    /// Go to the first lamp of the next site.
    NextSite,
    /// Show only lamps of these categories, or all again.
    Only(Categories),
    /// Next size of tiles.
    Density,
    /// Switch between light and dark.
    Theme,
    /// Switch blinking on or off.
    Blink,
}
