//! Slows down guessing of passwords.
//!
//! ```text
//!  a try ─► counted for its address, and ─► free ones left, or the wait is over ─► goes on
//!           for its account "elsewhere"  └► else: come back in so many seconds
//! ```
//! "Elsewhere" are all addresses from which the account was never logged in. So a guesser with many addresses gets one
//! try a minute, and does not keep out the account's holder, who comes from an address that is known. A try counts
//! before the password is checked, so many tries at once gain nothing. It is taken back unless the password was found
//! to be wrong: a guesser who hangs up before that has learnt nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::client::Sender;
use crate::identity::AccountName;

/// Tries that are let through, and the wait after them.
#[derive(Debug, Clone, Copy)]
struct Allowance {
    /// Failures without any wait.
    free: u32,
    /// Longest wait; the wait doubles from a second up to this.
    longest: Duration,
}

const PER_ADDRESS: Allowance = Allowance { free: 20, longest: Duration::from_mins(5) };
const PER_ACCOUNT: Allowance = Allowance { free: 10, longest: Duration::from_mins(1) };

/// Failures are forgotten after this.
const MEMORY: Duration = Duration::from_hours(1);

/// Most addresses and accounts that are remembered; then the ones that failed longest ago are forgotten.
const MOST: usize = 10_000;

/// Whose tries are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Address(Sender),
    Elsewhere(AccountName),
}

#[derive(Debug, Clone, Copy)]
struct Count {
    failures: u32,
    last: Instant,
}

/// A try that is under way, which counts as a failure. Dropped without having failed, it counts no more.
#[derive(Debug)]
#[must_use]
pub(super) struct Try {
    throttle: Throttle,
    keys: Vec<Key>,
}

/// Counts tries; clones share one state.
#[derive(Debug, Clone, Default)]
pub(super) struct Throttle(Arc<Mutex<HashMap<Key, Count>>>);

impl Throttle {
    /// Lets a try go on, or says how long to wait. Where the account has been logged in from this
    /// address before, others' failures do not count.
    pub fn begin(
        &self,
        now: Instant,
        sender: Sender,
        account: Option<&AccountName>,
        known_here: bool,
    ) -> Result<Try, Duration> {
        let mut keys = vec![Key::Address(sender.network())];
        keys.extend(account.filter(|_| !known_here).cloned().map(Key::Elsewhere));
        let mut counts = self.counts();
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
        drop(counts);
        Ok(Try { throttle: self.clone(), keys })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<Key, Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Try {
    /// Notes that the password was wrong.
    pub fn failed(mut self) {
        self.keys.clear();
    }
}

impl Drop for Try {
    fn drop(&mut self) {
        let mut counts = self.throttle.counts();
        for key in self.keys.drain(..) {
            if let Some(count) = counts.get_mut(&key) {
                count.failures = count.failures.saturating_sub(1);
            }
        }
    }
}

impl Count {
    /// Time that the next try must wait; `None`: none.
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
    use std::net::IpAddr;

    use super::*;

    const HOME: &str = "192.0.2.1";

    fn home() -> Sender {
        HOME.parse::<IpAddr>().unwrap().into()
    }

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
            let address: IpAddr = address.parse().unwrap();
            self.throttle.begin(self.now, address.into(), Some(&self.admin), known_here).map_err(|wait| wait.as_secs())
        }

        fn fail(&self, address: &str, times: usize) -> Vec<u64> {
            (0..times).filter_map(|_| self.attempt(address, false).map(Try::failed).err()).collect()
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
            run.attempt(HOME, false).expect("it has waited").failed();
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
            run.throttle.begin(run.now, home(), Some(&name), false).map(Try::failed).is_ok()
        };
        let let_through = (0..100).filter(|number| attempt(format!("name{number}"))).count();
        assert_eq!(let_through, 20);
    }

    #[test]
    fn whoever_knows_the_password_is_never_slowed_down() {
        let run = Run::new();
        for _ in 0..100 {
            drop(run.attempt(HOME, false).expect("no failures"));
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_guesser() {
        let run = Run::new();
        let try_from = |end: u32| {
            let address: IpAddr = format!("2001:db8::{end:x}").parse().unwrap();
            run.throttle.begin(run.now, address.into(), None, false).map(Try::failed).is_ok()
        };
        assert_eq!((0..100).filter(|end| try_from(*end)).count(), 20);
    }

    #[test]
    fn remembers_only_so_many() {
        let run = Run::new();
        for number in 0..u32::try_from(MOST + 500).unwrap() {
            let address = IpAddr::V4(std::net::Ipv4Addr::from_bits(number));
            run.throttle.begin(run.now, address.into(), None, false).unwrap().failed();
        }
        assert!(run.throttle.0.lock().unwrap().len() <= MOST);
    }

    #[test]
    fn many_at_once_gain_nothing() {
        let run = Run::new();
        let under_way: Vec<_> = (0..100).filter_map(|_| run.attempt(HOME, false).ok()).collect();
        assert_eq!(under_way.len(), 10);
        drop(under_way);
        run.attempt(HOME, false).map(drop).expect("none of them was wrong");
    }

    #[test]
    fn whoever_cannot_be_read_is_counted_beside_the_proxy() {
        let run = Run::new();
        let hidden = Sender { is_unreadable: true, ..home() };
        let tried =
            (0..100).filter(|_| run.throttle.begin(run.now, hidden, None, false).map(Try::failed).is_ok()).count();
        assert_eq!(tried, 20);
        assert!(run.throttle.begin(run.now, home(), None, false).is_ok());
    }
}
