//! lampfield's server: one more peer of the PUBLISH mesh, and the board that its watchers see.

pub mod board;
pub mod dialplan;
pub mod handle;
pub mod hub;
pub mod mesh;
pub mod sip;
pub mod web;
