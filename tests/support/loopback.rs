//! The fixed loopback addresses that the PBXes of the lab, lampfield and the phones have.
//!
//! Each scenario has a network of its own, so that several run beside each other: most of what a scenario does is to wait.
//! Where the kernel gives none (that takes root), they share the machine's, one after the other.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::sched::{CloneFlags, unshare};

/// The right to use the addresses, as long as it is held.
#[derive(Debug)]
pub struct Loopback(Network);

#[derive(Debug)]
enum Network {
    /// Of this thread and of all that it starts; no other scenario has the number.
    Own(u32),
    /// Of the machine.
    Shared(#[expect(dead_code, reason = "held, not read")] MutexGuard<'static, ()>),
}

static NUMBERS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());
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
    let mut numbers = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
    let number = (1..u32::MAX).find(|number| !numbers.contains(number)).expect("few run at once");
    numbers.insert(number);
    Loopback(Network::Own(number))
}

impl Loopback {
    /// What tells files that belong to it from those of another scenario.
    pub(crate) fn place(&self) -> String {
        match self.0 {
            Network::Own(number) => number.to_string(),
            Network::Shared(_) => String::new(),
        }
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        if let Network::Own(number) = self.0 {
            NUMBERS.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
        }
    }
}
