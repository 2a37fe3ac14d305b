//! The hub: hands the changes of the board, which one task owns, to the many who watch it.
//!
//! ```text
//!  driver ──publish──► Log: each change serialised once ──┬─ cursor ─ Watcher ──► browser
//!         ──tick─────►      newest state of each lamp     ├─ cursor ─ Watcher ──► browser
//!                           wake-up                       └─ cursor ─ Watcher ──► browser
//! ```
//! Each reader's [`View`] decides what is cut out. A change with private fields is serialised once for each view in
//! use, every other change once for all. A change that a view does not show is not sent there at all.
//!
//! A watcher is a cursor into the [`log`]: it is woken, takes what is newer than its cursor, and rests. Nothing is
//! queued for a watcher, so one that does not read costs nothing but its cursor, and one that leaves leaves nothing
//! behind. No lock is held across an `await`; under the log's lock changes and pointers are moved, and nothing is read,
//! cut or written. The driver never waits longer than it takes to copy a list of 10,000 pointers. Changes that the
//! driver publishes together appear together: nobody sees a part of them.

mod frame;
mod lamp_array;
mod lock;
mod log;
mod scope;
mod shared;
mod slice;
#[cfg(test)]
pub(crate) mod tests;
mod watcher;

use std::sync::{Arc, Mutex};

use lampfield_shared::{Freshness, Lamp, OwnBoard, Revision, Site, Snapshot, Tick, Timestamp};
use tokio::sync::watch;

use crate::board::BoardChange;
use crate::view::View;
pub use lamp_array::LampArray;
use lamp_array::Packers;
use log::Log;
use scope::Scope;
use shared::{Clock, Life, Phase, Shared, State};
pub use watcher::Watcher;

/// What every snapshot tells of the board itself.
#[derive(Debug, Clone)]
pub struct BoardIdentity {
    /// Title of the board.
    pub title: String,
    /// Whether the server runs its demo: PBXes and people are made up.
    pub demo: bool,
    /// Build of the server and its page.
    pub build: String,
    /// PBXes, in the order of the configuration.
    pub sites: Vec<Site>,
    /// Own boards (those that admins put together), by title.
    pub boards: Vec<OwnBoard>,
}

/// The hub. Clones are the same hub.
#[derive(Debug, Clone)]
pub struct Hub(Arc<Shared>);

impl Hub {
    /// A hub of a board as it is now. The first revision derives from the clock, 1,024 to a millisecond, so that
    /// revisions grow across restarts, and fit a JavaScript number until 2248.
    pub fn new(identity: BoardIdentity, lamps: impl IntoIterator<Item = Arc<Lamp>>, now: Timestamp) -> Self {
        let BoardIdentity { title, demo, build, sites, boards } = identity;
        let log = Log::new(Revision(now.0 << 10), sites, boards, lamps);
        let state = State { log, clock: Clock::at(now), life: Life::default() };
        let lamps = std::array::from_fn(|_| Mutex::default());
        let wake = watch::Sender::new(Phase::Open);
        Self(Arc::new(Shared {
            title,
            demo,
            build,
            state: Mutex::new(state),
            lamps,
            packers: Packers::default(),
            wake,
        }))
    }

    /// Publishes changes to the watchers, all at once. Never waits for a watcher.
    pub fn publish(&self, now: Timestamp, changes: impl IntoIterator<Item = BoardChange>) {
        let mut state = self.0.state();
        let before = state.log.newest();
        changes.into_iter().for_each(|change| state.log.push(change));
        if state.log.newest() > before {
            state.clock = Clock::at(now);
            drop(state);
            self.0.wake.send_modify(|_| ());
        }
    }

    /// Proves to the watchers that the stream lives; due every [`TICK_SECONDS`](lampfield_shared::event::TICK_SECONDS).
    pub fn tick(&self, now: Timestamp) {
        {
            let mut state = self.0.state();
            state.clock = Clock::at(now);
            let (count, revision) = (state.life.count + 1, state.log.newest());
            state.life = Life { count, revision, tick: frame::tick(Tick { time: now, revision }) };
        }
        self.0.wake.send_modify(|_| ());
    }

    /// A new watcher. The stream starts with the changes after `last`, or with a snapshot where `last` is absent, of
    /// another run, or too long ago.
    pub fn watch(&self, view: View, last: Option<Revision>) -> Watcher {
        Watcher::new(Arc::clone(&self.0), view, last)
    }

    /// A new watcher that may see only one board. The stream starts with a snapshot of it.
    pub fn watch_board(&self, view: View, board: &str) -> Watcher {
        Watcher::of_board(Arc::clone(&self.0), view, board)
    }

    /// Ends every stream; later watchers get none.
    pub fn close(&self) {
        self.0.wake.send_replace(Phase::Closed);
    }

    /// Number of the watchers.
    pub fn watchers(&self) -> usize {
        self.0.wake.receiver_count()
    }

    /// The newest revision.
    pub fn revision(&self) -> Revision {
        self.0.state().log.newest()
    }

    /// Sites, in the order of the configuration.
    pub fn sites(&self) -> Vec<Site> {
        self.0.state().log.sites().cloned().collect()
    }

    /// Whether every site is live.
    pub fn is_all_live(&self) -> bool {
        self.0.state().log.sites().all(|site| site.freshness == Freshness::Live)
    }

    /// Own boards; for readers who may see only `board`, that one.
    pub fn own_boards(&self, board: Option<&str>) -> Vec<OwnBoard> {
        let all = self.0.state().log.boards().to_vec();
        match board {
            Some(board) => OwnBoard::find(&all, board).cloned().into_iter().collect(),
            None => all,
        }
    }

    /// Lamps as a JSON array, in the order of the extensions, with their revision; for readers who may see only
    /// `board`, the lamps of that board.
    pub fn lamps_json(&self, view: View, board: Option<&str>) -> (Revision, Arc<LampArray>) {
        let (head, lamps) = match board {
            Some(board) => self.0.snapshot_of(&mut Scope::new(board), view),
            None => self.0.snapshot(view),
        };
        (head.revision, lamps)
    }

    /// The board as it is now: a snapshot without its lamps, and the lamps uncut.
    pub fn board(&self) -> (Snapshot, Vec<Arc<Lamp>>) {
        self.0.whole()
    }
}
