//! What the page knows: the board, the clock of the server, and what the reader has chosen.

mod board;
mod choices;
mod clock;
pub mod roster;
mod totals;

pub use board::{Band, Board, Group};
pub use choices::Choices;
pub use clock::Clock;
pub use roster::Entry;
pub use totals::{Categories, Category, Totals};
