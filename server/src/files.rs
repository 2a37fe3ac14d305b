//! Open files: their limit, and the log of connections for which none was left.

use std::io::{self, ErrorKind};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::time::sleep;

/// Limit that counts where the system sets none.
const UNLIMITED: u64 = 1 << 20;

/// Raises the soft limit of open files to the hard one, as systemd's manual asks of servers: the soft one is 1024 for
/// the sake of programs that use `select`.
pub fn raise_limit() {
    let before = getrlimit(Resource::Nofile);
    if before.current == before.maximum {
        return;
    }
    let raised = Rlimit { current: before.maximum.or(Some(UNLIMITED)), ..before };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => tracing::debug!(from = before.current, to = raised.current, "raised the limit of open files"),
        Err(error) => tracing::warn!(%error, limit = before.current, "cannot raise the limit of open files"),
    }
}

/// How many files may be open at once.
pub fn limit() -> usize {
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(UNLIMITED).min(UNLIMITED);
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Connections that a socket could not take in. Each failure comes again at once until files are given back, so
/// the log tells of the first, the second, the fourth …
#[derive(Debug, Default)]
pub struct Untaken(u64);

/// How long a listener rests when it can take nothing in.
const REST: Duration = Duration::from_millis(100);

impl Untaken {
    /// Notes that `accept` failed, and rests where trying again at once is no use.
    pub async fn note(&mut self, error: &io::Error, whom: &'static str) {
        // The other end hung up before its connection was taken in.
        if matches!(
            error.kind(),
            ErrorKind::ConnectionAborted
                | ErrorKind::ConnectionReset
                | ErrorKind::ConnectionRefused
                | ErrorKind::Interrupted
        ) {
            return;
        }
        if self.count() {
            tracing::warn!(%error, times = self.0, "cannot accept a connection from {whom}");
        }
        sleep(REST).await;
    }

    /// Counts a failure, and tells whether it belongs in the log.
    fn count(&mut self) -> bool {
        self.0 += 1;
        self.0.is_power_of_two()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_files_may_be_open_as_the_system_grants() {
        raise_limit();
        let granted = getrlimit(Resource::Nofile);
        assert_eq!(granted.current, granted.maximum);
        assert!(limit() > 0);
    }

    #[test]
    fn the_log_tells_of_each_doubling() {
        let mut untaken = Untaken::default();
        assert_eq!((0..1_000).filter(|_| untaken.count()).count(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn rests_when_files_have_run_out_but_not_for_one_who_hung_up() {
        let (mut untaken, start) = (Untaken::default(), tokio::time::Instant::now());
        untaken.note(&io::Error::from(ErrorKind::ConnectionAborted), "a test").await;
        assert_eq!((start.elapsed(), untaken.0), (Duration::ZERO, 0));
        // EMFILE: too many open files.
        untaken.note(&io::Error::from_raw_os_error(24), "a test").await;
        assert_eq!((start.elapsed(), untaken.0), (REST, 1));
    }
}
