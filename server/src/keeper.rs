//! Last-known writer (the keeper): brings what the board is to remember into the store, and never keeps the driver
//! waiting.

use std::time::Duration;

use futures_util::FutureExt as _;
use lampfield_shared::SiteName;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::board::Board;
use crate::ledger::Ledger;
use crate::moment::Moment;
use crate::store::{Store, StoreError};

/// Pause between two writes, and so the most that may be missing after a `kill -9`. A state that changes more often is
/// written once.
pub const EVERY: Duration = Duration::from_secs(5);

/// A state that no peer has told for so long is not shown after a restart: no peer tells of a phone that was taken
/// away, which would stay on the board for ever.
const OLDEST: Duration = Duration::from_hours(30 * 24);

/// How long the last write may take when the server stops.
const PATIENCE: Duration = Duration::from_secs(2);

/// Writes a board into a store.
#[derive(Debug)]
pub struct Keeper {
    store: Store,
    writing: Option<JoinHandle<Result<(), StoreError>>>,
}

impl Keeper {
    /// Makes a keeper that writes into `store`.
    pub const fn new(store: Store) -> Self {
        Self { store, writing: None }
    }

    /// Lets a new board start with what was last known of these peers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn restore(&self, board: &mut Board, ledger: &mut Ledger, now: Moment) -> Result<(), StoreError> {
        let peers: Vec<SiteName> = ledger.peers().ids().map(|id| ledger.peers().name(id).clone()).collect();
        let kept = self.store.kept_board(peers, now.ago(OLDEST).wall).await?;
        board.restore(now, ledger, kept);
        Ok(())
    }

    /// Starts to write what has changed, unless the last write is still under way: then changes gather on the board,
    /// each state once. They gather as well while the disk takes nothing; then the disk is only tried.
    pub fn keep(&mut self, board: &mut Board, ledger: &mut Ledger, now: Moment) {
        if let Some(writing) = &mut self.writing {
            match writing.now_or_never() {
                None => return,
                Some(Ok(Ok(()))) => {}
                Some(Ok(Err(error))) => failed(board, ledger, &error),
                Some(Err(error)) => failed(board, ledger, &error),
            }
            self.writing = None;
        }
        let store = self.store.clone();
        if store.trouble().is_some() {
            // The store writes into the log, once, what comes of this.
            tokio::spawn(async move { drop(store.probe().await) });
            return;
        }
        let kept = board.poll_to_keep(now, ledger);
        self.writing = kept.map(|kept| tokio::spawn(async move { store.keep_board(kept).await }));
    }

    /// Writes what has changed since the last write, before the server stops.
    pub async fn finish(mut self, board: &mut Board, ledger: &mut Ledger, now: Moment) {
        let finish = async {
            if let Some(writing) = self.writing.take()
                && !matches!(writing.await, Ok(Ok(())))
            {
                board.keep_all(ledger);
            }
            match board.poll_to_keep(now, ledger) {
                Some(kept) => self.store.keep_board(kept).await,
                None => Ok(()),
            }
        };
        match timeout(PATIENCE, finish).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the last known states were not saved"),
            Err(_elapsed) => tracing::warn!("the database took too long: the last known states were not saved"),
        }
    }
}

/// Has the board hand out everything again after a failed write.
fn failed(board: &mut Board, ledger: &mut Ledger, error: &dyn std::error::Error) {
    tracing::warn!(%error, "the last known states were not saved; trying again");
    board.keep_all(ledger);
}
