//! Rows: how what is kept stands in the tables, read back. Orders look at these before they change anything, and so
//! does everybody who only asks.

pub mod account;
pub mod dnd;
pub mod own_board;
pub mod screen;
