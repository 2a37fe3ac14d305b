//! The commands that keys give.

use crate::Category;

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Go to the search field.
    Search,
    /// Type a number into the search field.
    Number,
    /// Move among the lamps.
    Move,
    /// Choose the hit that many places further.
    Choose(isize),
    /// Open the details of the lamp in focus; in its details: call it.
    Enter,
    /// Go to the buttons of the chosen hit.
    Buttons,
    /// Show the details of the chosen hit.
    Details,
    /// Close the innermost thing that is open, and go back to the lamps.
    Escape,
    /// Empty the search field, and go back to the same lamp among all.
    Leave,
    /// Show the list of the keys.
    Help,
    /// Call the lamp in focus.
    Call,
    /// Call the chosen hit, and stay in the list.
    CallOn,
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
    /// Move the favourite in focus one place towards the first.
    Earlier,
    /// Move the favourite in focus one place towards the last.
    Later,
    /// Take the last action back.
    Undo,
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
    Only(&'static [Category]),
}
