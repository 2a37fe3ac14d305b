//! What the page knows: the board, who is looking, and what they chose; [`Desk`] has all of it together.

mod board;
mod choices;
mod desk;
pub mod draft;
pub mod history;
pub mod marks;
pub mod roster;
mod session;
mod signal;
mod sites;
pub mod speech;
pub mod tabs;
mod tally;
#[cfg(test)]
pub mod testing;
mod totals;
pub mod watch;

pub use board::{Band, Board, Group, Heading};
pub use choices::{Choices, chosen_language, remembered_palette, remembered_theme};
pub use desk::{Desk, Intent};
pub use marks::Mark;
pub use roster::{BandKey, Cell, Entry};
pub use session::{Session, Who};
pub use signal::set_if_new;
pub use sites::Sites;
pub use tabs::Tab;
pub use tally::Tally;
pub use totals::Totals;
