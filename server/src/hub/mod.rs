//! The hub: where the one task that owns the board meets the many who watch it.
//!
//! ```text
//!  driver ──publish──► Log: each change serialised once ──┬─ cursor ─ Watcher ──► browser
//!         ──tick─────►      newest state of each lamp     ├─ cursor ─ Watcher ──► browser
//!                           wake-up                       └─ cursor ─ Watcher ──► browser
//! ```
//! What a reader may not know is cut ([`View`]): a change with something like that in it is serialised once for each
//! view that somebody looks with, every other change once for all. A change that a view does not show is not told there at all.
//!
//! A watcher is a cursor into the [`log`]: it is woken, takes what is newer than its cursor, and
//! rests. Nothing is queued for it, so one that does not read costs nothing but its place, and
//! one that leaves leaves nothing behind. No lock is held across an `await`; under the log's changes and pointers are
//! moved, and nothing is read, cut or written. The driver waits for nobody longer than a list of 10,000 pointers is
//! copied. What it brings at once is there at once: nobody sees a part of it.

mod frame;
mod lock;
mod log;
mod part;
mod scope;
mod shared;
#[cfg(test)]
pub(crate) mod tests;
mod watcher;

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use lampfield_shared::{Freshness, Lamp, OwnBoard, Revision, Site, Snapshot, Tick, Timestamp};
use tokio::sync::watch;

use crate::board::BoardChange;
use crate::view::View;
use log::Log;
use scope::Scope;
use shared::{Clock, Life, Phase, Shared, State};
pub use watcher::Watcher;

/// What a board says of itself in every snapshot.
#[derive(Debug, Clone)]
pub struct BoardIdentity {
    /// The name of the board.
    pub title: String,
    /// The lamps are of people who do not exist.
    pub demo: bool,
    /// The build of the server and its page.
    pub build: String,
    /// The PBXes, in the order of the configuration.
    pub sites: Vec<Site>,
    /// The boards that admins made, by title.
    pub boards: Vec<OwnBoard>,
}

/// The meeting point. Clones are the same hub.
#[derive(Debug, Clone)]
pub struct Hub(Arc<Shared>);

impl Hub {
    /// A hub of a board as it is now: whoever looks first sees all of it. Its first revision derives from the clock, 1,024 to a
    /// millisecond: so revisions grow over restarts, and fit a JavaScript number until 2248.
    pub fn new(identity: BoardIdentity, lamps: impl IntoIterator<Item = Arc<Lamp>>, now: Timestamp) -> Self {
        let BoardIdentity { title, demo, build, sites, boards } = identity;
        let log = Log::new(Revision(now.0 << 10), sites, boards, lamps);
        let state = State { log, clock: Clock::at(now), life: Life::default() };
        let lamps = std::array::from_fn(|_| Mutex::default());
        let wake = watch::Sender::new(Phase::Open);
        Self(Arc::new(Shared { title, demo, build, state: Mutex::new(state), lamps, wake }))
    }

    /// Tells the watchers what looks different now, all of it at once. Waits for none of them.
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

    /// Proves to the watchers that the stream lives; due every
    /// [`TICK_SECONDS`](lampfield_shared::event::TICK_SECONDS).
    pub fn tick(&self, now: Timestamp) {
        {
            let mut state = self.0.state();
            state.clock = Clock::at(now);
            let (count, revision) = (state.life.count + 1, state.log.newest());
            state.life = Life { count, revision, tick: frame::tick(Tick { time: now, revision }) };
        }
        self.0.wake.send_modify(|_| ());
    }

    /// A new watcher. It starts with what changed after `last`, or with a snapshot where that
    /// is unknown, of another run, or too long ago.
    pub fn watch(&self, view: View, last: Option<Revision>) -> Watcher {
        Watcher::new(Arc::clone(&self.0), view, last)
    }

    /// A new watcher, who may see one board. It starts with a snapshot of that.
    pub fn watch_board(&self, view: View, board: &str) -> Watcher {
        Watcher::of_board(Arc::clone(&self.0), view, board)
    }

    /// Ends every stream; watchers that come later get none.
    pub fn close(&self) {
        self.0.wake.send_replace(Phase::Closed);
    }

    /// How many watch now.
    pub fn watchers(&self) -> usize {
        self.0.wake.receiver_count()
    }

    /// The newest revision.
    pub fn revision(&self) -> Revision {
        self.0.state().log.newest()
    }

    /// The sites as they are now, in the order of the configuration.
    pub fn sites(&self) -> Vec<Site> {
        self.0.state().log.sites().cloned().collect()
    }

    /// Whether every site is live.
    pub fn is_all_live(&self) -> bool {
        self.0.state().log.sites().all(|site| site.freshness == Freshness::Live)
    }

    /// The boards that admins made, for one who may see that board alone where one is named.
    pub fn own_boards(&self, board: Option<&str>) -> Vec<OwnBoard> {
        let all = self.0.state().log.boards().to_vec();
        match board {
            Some(board) => OwnBoard::find(&all, board).cloned().into_iter().collect(),
            None => all,
        }
    }

    /// The lamps now, of that board alone where one is named: a JSON
    /// array in the order of the extensions, and its revision.
    pub fn lamps_json(&self, view: View, board: Option<&str>) -> (Revision, Bytes) {
        let (head, lamps) = match board {
            Some(board) => self.0.snapshot_of(&mut Scope::new(board), view),
            None => self.0.snapshot(view),
        };
        (head.revision, lamps)
    }

    /// The board now: a snapshot without its lamps, and these, of which nothing has been cut.
    pub fn board(&self) -> (Snapshot, Vec<Arc<Lamp>>) {
        self.0.whole()
    }
}
