//! The board: states per EID, the hints that name them, and the lamps that follow.

mod news;

pub use news::{BoardChange, MailboxName, News};
