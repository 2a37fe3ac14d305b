//! Slows down whoever guesses passwords.
//!
//! ```text
//!  a try ─► counted for its address, and ─► free ones left, or the wait is over ─► goes on
//!           for its account "elsewhere"  └► else: come back in so many seconds
//! ```
//! "Elsewhere" are all addresses from which the account was never logged in. So a guesser with
//! many addresses gets one try a minute, and does not keep out who comes from where they always come.
//! A try counts before the password is looked at, so many at once gain nothing; a right one is taken back.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::store::accounts::AccountName;

/// How much is let through.
#[derive(Debug, Clone, Copy)]
struct Allowance {
    /// Failures without any wait.
    free: u32,
    /// The wait doubles from a second up to this.
    longest: Duration,
}

const PER_ADDRESS: Allowance = Allowance { free: 20, longest: Duration::from_mins(5) };
const PER_ACCOUNT: Allowance = Allowance { free: 10, longest: Duration::from_mins(1) };

/// Failures are forgotten after this.
const MEMORY: Duration = Duration::from_hours(1);

/// So many addresses and accounts are remembered; then the ones that failed longest ago are forgotten.
const MOST: usize = 10_000;

/// For whom tries are counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Address(IpAddr),
    Elsewhere(AccountName),
}

#[derive(Debug, Clone, Copy)]
struct Count {
    failures: u32,
    last: Instant,
}

/// A try that is under way; it counts as a failure unless it is taken back.
#[derive(Debug)]
#[must_use]
pub(super) struct Try(Vec<Key>);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Throttle(Mutex<HashMap<Key, Count>>);

impl Throttle {
    /// Lets a try go on, or says how long to wait. Where the account has been logged in from this
    /// address before, others' failures do not count.
    pub fn begin(
        &self,
        now: Instant,
        address: IpAddr,
        account: Option<&AccountName>,
        known_here: bool,
    ) -> Result<Try, Duration> {
        let mut keys = vec![Key::Address(network(address))];
        keys.extend(account.filter(|_| !known_here).cloned().map(Key::Elsewhere));
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = keys.iter().filter_map(|key| counts.get(key)?.wait(key, now)).max();
        if let Some(wait) = wait {
            return Err(wait);
        }
        for key in &keys {
            make_room(&mut counts, now);
            let count = counts.entry(key.clone()).or_insert(Count { failures: 0, last: now });
            if now.saturating_duration_since(count.last) >= MEMORY {
                count.failures = 0;
            }
            *count = Count { failures: count.failures.saturating_add(1), last: now };
        }
        Ok(Try(keys))
    }

    /// It was the right password.
    pub fn take_back(&self, Try(keys): Try) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            if let Some(count) = counts.get_mut(&key) {
                count.failures = count.failures.saturating_sub(1);
            }
        }
    }
}

impl Count {
    /// How long the next try must wait; `None`: not at all.
    fn wait(&self, key: &Key, now: Instant) -> Option<Duration> {
        let allowance = match key {
            Key::Address(_) => PER_ADDRESS,
            Key::Elsewhere(_) => PER_ACCOUNT,
        };
        let beyond = self.failures.checked_sub(allowance.free)?;
        let wait = Duration::from_secs(1 << beyond.min(20)).min(allowance.longest);
        wait.checked_sub(now.saturating_duration_since(self.last)).filter(|rest| !rest.is_zero())
    }
}

/// Whom an address stands for: with IPv6 everybody has a whole network of them.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

fn make_room(counts: &mut HashMap<Key, Count>, now: Instant) {
    if counts.len() < MOST {
        return;
    }
    counts.retain(|_, count| count.failures > 0 && now.saturating_duration_since(count.last) < MEMORY);
    if counts.len() >= MOST
        && let Some(oldest) = counts.iter().min_by_key(|(_, count)| count.last).map(|(key, _)| key.clone())
    {
        counts.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "192.0.2.1";

    struct Run {
        throttle: Throttle,
        now: Instant,
        admin: AccountName,
    }

    impl Run {
        fn new() -> Self {
            Self { throttle: Throttle::default(), now: Instant::now(), admin: "admin".parse().unwrap() }
        }

        fn attempt(&self, address: &str, known_here: bool) -> Result<Try, u64> {
            let address = address.parse().unwrap();
            self.throttle.begin(self.now, address, Some(&self.admin), known_here).map_err(|wait| wait.as_secs())
        }

        fn fail(&self, address: &str, times: usize) -> Vec<u64> {
            (0..times).filter_map(|_| self.attempt(address, false).map(drop).err()).collect()
        }
    }

    #[test]
    fn the_wait_grows_up_to_a_bound() {
        let mut run = Run::new();
        assert_eq!(run.fail(HOME, 10), [0; 0], "the first are free");
        let mut waits = Vec::new();
        for _ in 0..9 {
            let wait = run.attempt(HOME, false).map(drop).expect_err("it must wait");
            waits.push(wait);
            run.now += Duration::from_secs(wait);
            drop(run.attempt(HOME, false).expect("it has waited"));
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        run.now += MEMORY;
        assert_eq!(run.fail(HOME, 10), [0; 0], "all is forgotten after an hour");
    }

    #[test]
    fn an_account_that_is_attacked_from_everywhere_is_open_from_where_it_is_at_home() {
        let run = Run::new();
        for guesser in 0..250 {
            let _waits = run.fail(&format!("198.51.100.{guesser}"), 3);
        }
        assert_eq!(run.attempt("203.0.113.1", false).map(drop), Err(1), "elsewhere must wait");
        run.attempt(HOME, true).map(drop).expect("home is open");
    }

    #[test]
    fn an_address_that_guesses_names_is_slowed_down() {
        let run = Run::new();
        let attempt = |name: String| {
            let name: AccountName = name.parse().unwrap();
            run.throttle.begin(run.now, HOME.parse().unwrap(), Some(&name), false).is_ok()
        };
        let let_through = (0..100).filter(|number| attempt(format!("name{number}"))).count();
        assert_eq!(let_through, 20);
    }

    #[test]
    fn whoever_knows_the_password_is_never_slowed_down() {
        let run = Run::new();
        for _ in 0..100 {
            run.throttle.take_back(run.attempt(HOME, false).expect("no failures"));
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_guesser() {
        let run = Run::new();
        let try_from = |end: u32| {
            let address = format!("2001:db8::{end:x}").parse().unwrap();
            run.throttle.begin(run.now, address, None, false).is_ok()
        };
        assert_eq!((0..100).filter(|end| try_from(*end)).count(), 20);
    }

    #[test]
    fn remembers_only_so_many() {
        let run = Run::new();
        for number in 0..u32::try_from(MOST + 500).unwrap() {
            let address = IpAddr::V4(std::net::Ipv4Addr::from_bits(number));
            drop(run.throttle.begin(run.now, address, None, false));
        }
        assert!(run.throttle.0.lock().unwrap().len() <= MOST);
    }
}
