//! Loopback addresses of the lab's PBXes, of lampfield and of the phones; they are fixed.
//!
//! Each scenario has a network of its own, so that several run side by side: a scenario mostly waits. Where the kernel
//! gives none (that needs root), they share the machine's, one after the other.

use std::fs::File;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::sched::{CloneFlags, unshare};

/// Permission to use the addresses, as long as it is held.
#[derive(Debug)]
pub struct Loopback(Network);

#[derive(Debug)]
enum Network {
    /// A network of this thread and of all that it starts. No other scenario on the machine has the number: its file is
    /// locked.
    Own(u32, #[expect(dead_code, reason = "held, not read")] File),
    /// The machine's network.
    Shared(#[expect(dead_code, reason = "held, not read")] MutexGuard<'static, ()>),
}

static ADDRESSES: Mutex<()> = Mutex::new(());

/// Takes the addresses for all that the thread does from now on. Where there is only one network this waits until the
/// addresses are free; a failed test leaves nothing behind that harms the next.
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
    /// Suffix for file names of this scenario, so that they differ from another's.
    pub(crate) fn place(&self) -> String {
        match self.0 {
            Network::Own(number, _) => number.to_string(),
            Network::Shared(_) => String::new(),
        }
    }
}
