//! The state of the page: lamps, reader and preferences. [`Desk`] holds all of it together.

pub mod address;
mod board;
mod choices;
pub mod deeds;
mod desk;
pub mod draft;
mod entry;
mod fitting;
pub mod history;
pub mod hits;
mod keeper;
pub mod lamps;
pub mod marks;
pub mod roster;
mod session;
mod signal;
mod sites;
pub mod speech;
mod summary;
pub mod tabs;
mod tally;
#[cfg(test)]
pub mod testing;
mod totals;
pub mod watch;

pub use board::BoardSignals;
pub use choices::{Choices, chosen_language, remembered_palette, remembered_theme};
pub use desk::{Desk, Intent};
pub use entry::{Cell, Entry};
pub use fitting::{Fitting, css_font};
pub use hits::Hit;
pub use lamps::{LampTable, Touched};
pub use marks::Mark;
pub use roster::{Head, Section};
pub use session::{Session, Who};
pub use signal::set_if_new;
pub use summary::Summary;
pub use tabs::Tab;
pub use totals::Totals;
