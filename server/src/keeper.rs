//! Writes the last known board into the store: beside the driver, and never in its way.

use std::time::Duration;

use futures_util::FutureExt as _;
use lampfield_shared::SiteName;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::board::Board;
use crate::ledger::Ledger;
use crate::moment::Moment;
use crate::store::{Store, StoreError};

/// Interval of writing: as much may be missing after a `kill -9`. What changes more often is written once.
pub const EVERY: Duration = Duration::from_secs(5);

/// Age of the oldest state that is shown after a restart. Nobody tells of a phone that was taken away, and its lamp would
/// stay on the board for ever.
const OLDEST: Duration = Duration::from_hours(30 * 24);

/// Time that the last writing may take when the server stops.
const PATIENCE: Duration = Duration::from_secs(2);

/// Keeps a board in a store.
#[derive(Debug)]
pub struct Keeper {
    store: Store,
    writing: Option<JoinHandle<Result<(), StoreError>>>,
}

impl Keeper {
    /// A keeper that writes into `store`.
    pub const fn new(store: Store) -> Self {
        Self { store, writing: None }
    }

    /// Lets a new board start with what was last known of these peers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn restore(&self, board: &mut Board, ledger: &mut Ledger, now: Moment) -> Result<(), StoreError> {
        let peers: Vec<SiteName> = ledger.peers().ids().map(|id| ledger.peers().name(id).clone()).collect();
        let kept = self.store.kept_board(now.wall, peers, now.ago(OLDEST).wall).await?;
        board.restore(now, ledger, kept);
        Ok(())
    }

    /// Starts to write what is different. While an earlier writing goes on, or the disk takes nothing, changes gather on the
    /// board, each thing once.
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
            // The store logs its own trouble, once.
            tokio::spawn(async move { drop(store.probe().await) });
            return;
        }
        let kept = board.poll_to_keep(now, ledger);
        self.writing = kept.map(|kept| tokio::spawn(async move { store.keep_board(now.wall, kept).await }));
    }

    /// Writes what is different when the server stops.
    pub async fn finish(mut self, board: &mut Board, ledger: &mut Ledger, now: Moment) {
        let finish = async {
            if let Some(writing) = self.writing.take()
                && !matches!(writing.await, Ok(Ok(())))
            {
                board.keep_all(ledger);
            }
            match board.poll_to_keep(now, ledger) {
                Some(kept) => self.store.keep_board(now.wall, kept).await,
                None => Ok(()),
            }
        };
        match timeout(PATIENCE, finish).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the last known board was not kept"),
            Err(_elapsed) => tracing::warn!("the database took too long: the last known board was not kept"),
        }
    }
}

/// A writing has failed: everything is to be written again.
fn failed(board: &mut Board, ledger: &mut Ledger, error: &dyn std::error::Error) {
    tracing::warn!(%error, "the last known board was not kept; trying again");
    board.keep_all(ledger);
}
