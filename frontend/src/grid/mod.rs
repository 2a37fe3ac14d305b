//! The grid of lamps: how large a tile is, and where each stands. Nothing here knows the browser: widths of texts are handed in.
//!
//! ```text
//!  names, numbers, words ──Needs──► Fit: size, columns, rows ──lay──► sheets: which lamp stands where ──step──► arrow keys
//! ```
//! Cells fill downwards, like a printed directory: surnames stand under each other. The head of a group is a cell of the same grid.
//! Places follow from names and groups only, never from a state, so that nothing moves when a lamp changes.

pub mod fit;
pub mod lay;
pub mod names;
pub mod step;

pub use self::fit::{Fit, Font, Needs, Room};
pub use self::lay::{Piece, Sheet, lay};
