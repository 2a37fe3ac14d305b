//! The hub: where the one task that owns the board meets the many who watch it.
//!
//! ```text
//!  driver ──publish──► Log: each change serialised once ──┬─ cursor ─ Watcher ──► browser
//!         ──tick─────►      newest state of each lamp     ├─ cursor ─ Watcher ──► browser
//!                           wake-up                       └─ cursor ─ Watcher ──► browser
//! ```
//! Who may know less of calls gets them cut: a lamp with a call is serialised once for each privacy that
//! somebody looks with, every other change once for all.
//!
//! A watcher is a cursor into the [`log`]: it is woken, takes what is newer than its cursor, and
//! rests. Nothing is queued for it, so one that does not read costs nothing but its place, and
//! one that leaves leaves nothing behind. No lock is held across an `await`, and the driver
//! waits for nobody longer than a list of 10,000 pointers is copied.

mod frame;
mod log;
mod scope;
#[cfg(test)]
pub(crate) mod tests;
mod watcher;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use lampfield_shared::{Lamp, OwnBoard, Privacy, Revision, Site, Snapshot, Tick, Timestamp};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::board::BoardChange;
use log::Log;
use scope::Scope;
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

#[derive(Debug)]
struct Shared {
    title: String,
    demo: bool,
    build: String,
    state: Mutex<State>,
    /// By privacy.
    lamps: Mutex<[LampArray; Privacy::ALL.len()]>,
    wake: watch::Sender<Phase>,
}

#[derive(Debug)]
struct State {
    log: Log,
    clock: Clock,
    /// The newest sign of life, and how many there were.
    tick: Bytes,
    ticks: u64,
}

/// The board's clock between two calls of the driver.
#[derive(Debug, Clone, Copy)]
struct Clock {
    told: Timestamp,
    at: Instant,
}

/// All lamps as a JSON array, made when somebody asks and the board has changed.
#[derive(Debug, Clone)]
struct LampArray {
    revision: Revision,
    json: Bytes,
}

/// Whether there is anything to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    Closed,
}

impl Hub {
    /// A hub of a board without lamps. Its first revision derives from the clock, 1,024 to a
    /// millisecond: so revisions grow over restarts, and fit a JavaScript number until 2248.
    pub fn new(identity: BoardIdentity, now: Timestamp) -> Self {
        let BoardIdentity { title, demo, build, sites, boards } = identity;
        let start = Revision(now.0 << 10);
        let state = State { log: Log::new(start, sites, boards), clock: Clock::at(now), tick: Bytes::new(), ticks: 0 };
        let lamps = Privacy::ALL.map(|_| LampArray { revision: start, json: Bytes::from_static(b"[]") });
        let wake = watch::Sender::new(Phase::Open);
        Self(Arc::new(Shared { title, demo, build, state: Mutex::new(state), lamps: Mutex::new(lamps), wake }))
    }

    /// Tells the watchers what looks different now. Waits for none of them.
    pub fn publish(&self, now: Timestamp, changes: impl IntoIterator<Item = BoardChange>) {
        let mut published = 0_usize;
        for change in changes {
            // Locked anew for each, so that nobody waits for a long list, nor for its making.
            let mut state = self.0.state();
            state.clock = Clock::at(now);
            state.log.push(change);
            published += 1;
        }
        if published > 0 {
            self.0.wake.send_modify(|_| ());
        }
    }

    /// Proves to the watchers that the stream lives; due every
    /// [`TICK_SECONDS`](lampfield_shared::event::TICK_SECONDS).
    pub fn tick(&self, now: Timestamp) {
        {
            let mut state = self.0.state();
            state.clock = Clock::at(now);
            state.tick = state.sign_of_life();
            state.ticks += 1;
        }
        self.0.wake.send_modify(|_| ());
    }

    /// A new watcher, who may know so much of calls. It starts with what changed after `last`, or with a snapshot where that
    /// is unknown, of another run, or too long ago.
    pub fn watch(&self, privacy: Privacy, last: Option<Revision>) -> Watcher {
        Watcher::new(Arc::clone(&self.0), privacy, last)
    }

    /// A new watcher, who may see one board and so much of calls. It starts with a snapshot of that.
    pub fn watch_board(&self, privacy: Privacy, board: &str) -> Watcher {
        Watcher::of_board(Arc::clone(&self.0), privacy, board)
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
        self.0.state().log.sites()
    }

    /// The boards that admins made, for one who may see that board alone where one is named.
    pub fn own_boards(&self, board: Option<&str>) -> Vec<OwnBoard> {
        let all = self.0.state().log.boards().to_vec();
        match board {
            Some(board) => OwnBoard::find(&all, board).cloned().into_iter().collect(),
            None => all,
        }
    }

    /// The lamps now, for one who may know so much of calls, of that board alone where one is named: a JSON
    /// array in the order of the extensions, and its revision.
    pub fn lamps_json(&self, privacy: Privacy, board: Option<&str>) -> (Revision, Bytes) {
        let (mut head, lamps) = self.board(privacy);
        let own = board.map(|board| Scope::new(board).cut_snapshot(&mut head, &lamps));
        (head.revision, own.unwrap_or(lamps))
    }

    /// The board now, for one who may know so much of calls: a snapshot without its lamps, and these as a JSON array.
    pub fn board(&self, privacy: Privacy) -> (Snapshot, Bytes) {
        self.0.snapshot(privacy)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// A snapshot without its lamps, and these as JSON. Made once for each revision: whoever
    /// comes second waits for the first, and the driver for neither, as the long work is done
    /// while its lock is free.
    fn snapshot(&self, privacy: Privacy) -> (Snapshot, Bytes) {
        let mut arrays = lock(&self.lamps);
        let array = &mut arrays[privacy as usize];
        let (head, lamps) = {
            let state = self.state();
            let revision = state.log.newest();
            let lamps = (revision != array.revision).then(|| state.log.lamps());
            (self.head(&state), lamps)
        };
        if let Some(lamps) = lamps {
            *array = LampArray { revision: head.revision, json: join(&lamps, privacy) };
        }
        (head, array.json.clone())
    }

    fn head(&self, state: &State) -> Snapshot {
        Snapshot {
            revision: state.log.newest(),
            time: state.clock.now(),
            title: self.title.clone(),
            demo: self.demo,
            build: self.build.clone(),
            sites: state.log.sites(),
            boards: state.log.boards().to_vec(),
            lamps: Vec::new(),
        }
    }
}

impl State {
    fn sign_of_life(&self) -> Bytes {
        self.sign_of_life_at(self.log.newest())
    }

    fn sign_of_life_at(&self, revision: Revision) -> Bytes {
        frame::tick(Tick { time: self.clock.now(), revision })
    }
}

impl Clock {
    fn at(now: Timestamp) -> Self {
        Self { told: now, at: Instant::now() }
    }

    fn now(&self) -> Timestamp {
        let passed = u64::try_from(self.at.elapsed().as_millis()).unwrap_or(u64::MAX);
        Timestamp(self.told.0.saturating_add(passed))
    }
}

/// The lamps as a JSON array, for one who may know so much of calls.
fn join(lamps: &[Arc<Lamp>], privacy: Privacy) -> Bytes {
    let mut array = vec![b'['];
    for (index, lamp) in lamps.iter().enumerate() {
        if index > 0 {
            array.push(b',');
        }
        frame::write_lamp(lamp, privacy, &mut array);
    }
    array.push(b']');
    array.into()
}

/// What these locks guard is whole after every statement, so a panic elsewhere spoils nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
