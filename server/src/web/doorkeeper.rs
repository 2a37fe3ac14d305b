//! Checks passwords: slowly, a few at a time, and ever more slowly for somebody who guesses.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, TryAcquireError, oneshot};

use super::client::Sender;
use super::problem::Problem;
use super::throttle::Throttle;
use crate::identity::{AccountName, Proved, password};
use crate::store::Store;

/// Passwords hashed at once: each takes a core and 19 MiB.
const AT_ONCE: usize = 2;

/// Checks at work or waiting; further callers are told to come again.
const PLACES: usize = 64;

/// How long a caller waits for their turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Checks and hashes passwords.
#[derive(Debug)]
pub struct Doorkeeper {
    throttle: Throttle,
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Default for Doorkeeper {
    fn default() -> Self {
        let room = |count| Arc::new(Semaphore::new(count));
        Self { throttle: Throttle::default(), places: room(PLACES), turns: room(AT_ONCE) }
    }
}

impl Doorkeeper {
    /// Proves by a password who somebody is; that begins no session yet. An unknown name takes as long as a wrong
    /// password and is answered alike. `wrong` is told as soon as name or password was wrong, and else dropped.
    pub(super) async fn check(
        &self,
        store: &Store,
        sender: Sender,
        name: Option<AccountName>,
        password: String,
        wrong: oneshot::Sender<()>,
    ) -> Result<Proved, Problem> {
        let credentials = match name.clone() {
            Some(name) => store.credentials(name, sender.to_string()).await?,
            None => None,
        };
        let known_here = credentials.as_ref().is_some_and(|credentials| credentials.known_here);
        let attempt = self.throttle.begin(Instant::now(), sender, name.as_ref(), known_here);
        let attempt = attempt.map_err(|wait| Problem::TooManyTries { wait })?;
        let proved = credentials.map(|it| Proved { account: it.id, hash: it.hash });
        let hash = proved.as_ref().map(|it| it.hash.clone());
        // The verdict counts also where the caller has hung up meanwhile.
        let verify = move || {
            let fits = password::verify(&password, hash.as_deref());
            if !fits {
                attempt.failed();
                let _nobody_waits = wrong.send(());
            }
            fits
        };
        let fits = self.work(verify).await?;
        proved.filter(|_| fits).ok_or(Problem::WrongPassword)
    }

    /// Hashes a password.
    pub(super) async fn hash(&self, password: String) -> Result<String, Problem> {
        self.work(move || password::hash(&password)).await
    }

    /// Keeps everybody waiting while it is held.
    #[cfg(test)]
    pub(super) async fn hold(&self) -> tokio::sync::OwnedSemaphorePermit {
        let all = u32::try_from(AT_ONCE).unwrap();
        Arc::clone(&self.turns).acquire_many_owned(all).await.unwrap()
    }

    /// Number of checks that wait or are at work.
    #[cfg(test)]
    pub(super) fn present(&self) -> usize {
        PLACES - self.places.available_permits()
    }

    /// Works in turn. The turn belongs to the work and not to the caller, who may hang up while the work goes on; a
    /// caller who hangs up before their turn takes none.
    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let place = match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => place,
            Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => return Err(Problem::Crowded),
        };
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(Problem::Crowded) };
        let work = move || {
            let _held = (place, turn);
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_panicked| Problem::Mistake)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    /// Number of works now, the most at once, and all.
    #[derive(Default)]
    struct Counted {
        now: AtomicUsize,
        most: AtomicUsize,
        ever: AtomicUsize,
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn two_are_checked_at_once_also_where_whoever_asked_has_gone() {
        let (keeper, counted) = (Arc::new(Doorkeeper::default()), Arc::new(Counted::default()));
        let ask = |pause: u64| {
            let (keeper, counted) = (Arc::clone(&keeper), Arc::clone(&counted));
            let work = move || {
                counted.ever.fetch_add(1, Ordering::SeqCst);
                let now = counted.now.fetch_add(1, Ordering::SeqCst) + 1;
                counted.most.fetch_max(now, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(pause));
                counted.now.fetch_sub(1, Ordering::SeqCst);
            };
            tokio::spawn(async move { keeper.work(work).await })
        };
        for _ in 0..8 {
            let asked: Vec<_> = (0..20).map(|_| ask(40)).collect();
            tokio::time::sleep(Duration::from_millis(4)).await;
            asked.iter().for_each(tokio::task::JoinHandle::abort);
        }
        ask(0).await.unwrap().unwrap();
        let [most, ever] = [&counted.most, &counted.ever].map(|count| count.load(Ordering::SeqCst));
        assert!(most <= AT_ONCE, "{most} at once");
        assert!(ever < 40, "{ever} of 161 were begun, and nobody waits for them");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_queue_is_told_to_come_again() {
        let keeper = Arc::new(Doorkeeper::default());
        let (free, blocked) = std::sync::mpsc::channel::<()>();
        let blocked = Arc::new(std::sync::Mutex::new(blocked));
        let asked: Vec<_> = (0..PLACES)
            .map(|_| {
                let (keeper, blocked) = (Arc::clone(&keeper), Arc::clone(&blocked));
                tokio::spawn(async move { keeper.work(move || blocked.lock().unwrap().recv().is_ok()).await })
            })
            .collect();
        while keeper.places.available_permits() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(matches!(keeper.work(|| ()).await, Err(Problem::Crowded)));
        drop(free);
        for asked in asked {
            asked.await.unwrap().unwrap();
        }
        keeper.work(|| ()).await.unwrap();
    }
}
