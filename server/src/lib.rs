//! The server of lampfield: one more peer of the PUBLISH mesh, and the board that its watchers see.

pub mod ami;
pub mod app;
pub mod board;
pub mod cli;
pub mod clock;
pub mod config;
pub mod core;
pub mod demo;
pub mod dnd;
pub mod driver;
pub mod files;
pub mod handle;
pub mod hub;
pub mod identity;
pub mod keeper;
mod lane;
pub mod maintenance;
pub mod mesh;
pub mod moment;
pub mod naming;
pub mod server;
pub mod signalling;
pub mod store;
pub mod tls;
pub mod transport;
pub mod view;
pub mod web;
