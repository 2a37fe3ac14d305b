//! The fixed loopback addresses that the PBXes of the lab, lampfield and the phones have.
//!
//! Each scenario has a network of its own, so that several run beside each other: most of what a scenario does is to wait.
//! Where the kernel gives none (that takes root), they share the machine's, one after the other.

use std::fs::File;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::sched::{CloneFlags, unshare};

/// The right to use the addresses, as long as it is held.
#[derive(Debug)]
pub struct Loopback(Network);

#[derive(Debug)]
enum Network {
    /// Of this thread and of all that it starts. No other scenario of the machine has the number: its file is locked.
    Own(u32, #[expect(dead_code, reason = "held, not read")] File),
    /// Of the machine.
    Shared(#[expect(dead_code, reason = "held, not read")] MutexGuard<'static, ()>),
}

static ADDRESSES: Mutex<()> = Mutex::new(());

/// Takes the addresses, from now on for all that the thread does. Where there is but one network it waits until they are free; a test
/// that failed leaves nothing behind that harms the next.
///
/// # Panics
/// When there is a network and its loopback does not come up.
pub fn loopback() -> Loopback {
    if unshare(CloneFlags::CLONE_NEWNET).is_err() {
        return Loopback(Network::Shared(ADDRESSES.lock().unwrap_or_else(PoisonError::into_inner)));
    }
    let up = Command::new("ip").args(["link", "set", "lo", "up"]).status();
    assert!(up.is_ok_and(|status| status.success()), "loopback comes up (by Debian's package iproute2)");
    let free = |number: u32| {
        let file = std::env::temp_dir().join(format!("lampfield-place-{number}"));
        let file = File::create(file).expect("a file can be made for temporary use");
        file.try_lock().is_ok().then_some(Network::Own(number, file))
    };
    Loopback((1..).find_map(free).expect("few run at once"))
}

impl Loopback {
    /// What tells files that belong to it from those of another scenario.
    pub(crate) fn place(&self) -> String {
        match self.0 {
            Network::Own(number, _) => number.to_string(),
            Network::Shared(_) => String::new(),
        }
    }
}
