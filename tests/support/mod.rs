//! Programs that the end-to-end tests drive: real ones, each behind a type that starts it, asks it and stops it.
//!
//! ```text
//!  Phone (sipp) ─► Lab (two Asterisks) ─PUBLISH─► Server (lampfield) ─SSE─► Watcher, Browser
//!       Handset ─► Kamailio ────────────PUBLISH───────┘
//!                      └─AMI─► what the lamp must say        ▲
//!                                        Element (UDP) ──────┘ as a peer, or as a stranger
//! ```
//! Everything blocks: a test reads as a list of steps. Addresses are fixed (127.0.0.4 to 127.0.0.20), so each scenario
//! has a [`Loopback`] of its own.

// A scenario has nobody to hand an error to: any error here is its failure.
#![allow(clippy::unwrap_used)]

pub mod asterisk;
pub mod authority;
pub mod browser;
pub mod config;
pub mod disk;
pub mod element;
pub mod eyes;
pub mod handset;
pub mod kamailio;
pub mod loopback;
pub mod nameserver;
pub mod page;
mod process;
pub mod proxy;
pub mod screencast;
pub mod server;
pub mod sipp;
pub mod solo;
pub mod tabs;
pub mod tree;
pub mod visitor;
pub mod wall;
pub mod watcher;
pub mod weather;

use std::fmt::Display;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

pub use asterisk::{Lab, Pbx, Version};
pub use authority::Authority;
pub use browser::{BoardPage, Browser, Look};
pub use config::{Config, Peer};
pub use element::{Answer, Element};
pub use handset::Handset;
pub use kamailio::Kamailio;
pub use loopback::{Loopback, loopback};
pub use nameserver::NameServer;
pub use page::{Page, key};
pub use process::Process;
pub use proxy::Proxy;
pub use screencast::{Grey, Screencast};
pub use server::Server;
pub use sipp::Phone;
pub use solo::Solo;
pub use ureq::http::Method;
pub use visitor::{Reply, Visitor};
pub use wall::{Company, Hung, WallPage};
pub use watcher::Watcher;

/// The folder of this package.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Time limit of a change that is immediate unless the machine is busy. How fast it is, benches measure.
pub const SOON: Duration = Duration::from_secs(20);

/// Asks again and again until the answer is good; gives the answer.
///
/// # Panics
/// After `within`, with what was waited for and the last error.
#[track_caller]
pub fn wait<T, E: Display>(what: &str, within: Duration, mut ask: impl FnMut() -> Result<T, E>) -> T {
    let end = Instant::now() + within;
    loop {
        match ask() {
            Ok(answer) => return answer,
            Err(why) if Instant::now() > end => panic!("{what}: not within {within:?}: {why}"),
            Err(_) => thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Checks that something holds for a while.
///
/// # Panics
/// As soon as it does not hold.
#[track_caller]
pub fn stays<E: Display>(what: &str, during: Duration, mut ask: impl FnMut() -> Result<(), E>) {
    let end = Instant::now() + during;
    while Instant::now() < end {
        if let Err(why) = ask() {
            panic!("{what}: {why}");
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// Turns a condition into a result: `Ok` where it holds, otherwise the reason.
///
/// # Errors
/// `why()` where it does not hold.
pub fn ensure(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}
