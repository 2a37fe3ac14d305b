//! Checks passwords: slowly, a few at a time, and not for whoever guesses.

use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, oneshot};

use super::client::Sender;
use super::problem::Problem;
use super::throttle::Throttle;
use crate::store::Store;
use crate::store::accounts::AccountName;
use crate::store::password;

/// So many passwords are hashed at once: each takes a core and 19 MiB.
const AT_ONCE: usize = 2;

/// So long somebody waits for their turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// See the module.
#[derive(Debug)]
pub struct Doorkeeper {
    throttle: Throttle,
    turns: Semaphore,
}

impl Default for Doorkeeper {
    fn default() -> Self {
        Self { throttle: Throttle::default(), turns: Semaphore::new(AT_ONCE) }
    }
}

impl Doorkeeper {
    /// The number of the account whose name and password these are. An unknown name takes as long as a
    /// wrong password and is answered the same. `wrong` is told as soon as one was wrong, and else dropped.
    pub(super) async fn check(
        &self,
        store: &Store,
        sender: Sender,
        name: Option<AccountName>,
        password: String,
        wrong: oneshot::Sender<()>,
    ) -> Result<i64, Problem> {
        let credentials = match name.clone() {
            Some(name) => store.credentials(name, sender.to_string()).await?,
            None => None,
        };
        let known_here = credentials.as_ref().is_some_and(|credentials| credentials.known_here);
        let attempt = self.throttle.begin(Instant::now(), sender, name.as_ref(), known_here);
        let attempt = attempt.map_err(|wait| Problem::TooManyTries { wait })?;
        let (account, hash) = credentials.map(|it| (it.id, it.hash)).unzip();
        // The verdict counts also where whoever asked has gone meanwhile.
        let verify = move || {
            let fits = password::verify(&password, hash.as_deref());
            if !fits {
                attempt.failed();
                let _nobody_waits = wrong.send(());
            }
            fits
        };
        let fits = self.work(verify).await?;
        account.filter(|_| fits).ok_or(Problem::WrongPassword)
    }

    /// What is kept of a password.
    pub(super) async fn hash(&self, password: String) -> Result<String, Problem> {
        self.work(move || password::hash(&password)).await
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(Problem::Crowded) };
        tokio::task::spawn_blocking(work).await.map_err(|_panicked| Problem::Mistake)
    }
}
