//! State that the hub shares with its watchers: the log, the clock, the newest tick.

use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use lampfield_shared::{Lamp, Revision, Snapshot, Timestamp};
use tokio::sync::watch;
use tokio::time::Instant;

use super::frame;
use super::lamp_array::{LampArray, Packers};
use super::lock::lock;
use super::log::Log;
use super::scope::Scope;
use crate::view::View;

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) title: String,
    pub(super) demo: bool,
    pub(super) build: String,
    pub(super) state: Mutex<State>,
    /// Indexed by [`View::board`].
    pub(super) lamps: [Mutex<Newest>; View::BOARDS],
    pub(super) packers: Packers,
    pub(super) wake: watch::Sender<Phase>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) log: Log,
    pub(super) clock: Clock,
    pub(super) life: Life,
}

/// The newest tick, the proof that the stream lives.
#[derive(Debug, Clone, Default)]
pub(super) struct Life {
    /// Number of the ticks so far.
    pub(super) count: u64,
    /// The newest change at the time of the tick.
    pub(super) revision: Revision,
    /// The tick for watchers that were told this change or a newer one.
    pub(super) tick: Bytes,
}

/// Time of the board, between two calls of the driver.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    told: Timestamp,
    at: Instant,
}

/// All lamps as a JSON array with its revision, made when somebody asks and the board has changed.
pub(super) type Newest = Option<(Revision, Arc<LampArray>)>;

/// Whether streams go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Open,
    Closed,
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// A snapshot without its lamps, and the lamps as JSON. Made once for each revision: a second reader waits for the
    /// first. The driver waits for neither, for the long work is done while its lock is free.
    pub(super) fn snapshot(&self, view: View) -> (Snapshot, Arc<LampArray>) {
        let mut newest = lock(&self.lamps[view.board()]);
        let (mut head, known) = {
            let state = self.state();
            let known = newest.take().filter(|(revision, _)| *revision == state.log.newest());
            (self.head(&state), known.map(|(_, array)| array).ok_or_else(|| state.log.lamps()))
        };
        let array = known.unwrap_or_else(|lamps| Arc::new(LampArray::new(frame::array(&lamps, view), &self.packers)));
        *newest = Some((head.revision, Arc::clone(&array)));
        head.sites = head.sites.into_iter().map(|site| view.site(site)).collect();
        (head, array)
    }

    /// A snapshot of one board. Written for this reader only, for it is short or has few readers.
    pub(super) fn snapshot_of(&self, scope: &mut Scope, view: View) -> (Snapshot, Arc<LampArray>) {
        let (mut head, mut lamps) = self.whole();
        scope.cut_snapshot(&mut head, &mut lamps);
        head.sites = head.sites.into_iter().map(|site| view.site(site)).collect();
        (head, Arc::new(LampArray::new(frame::array(&lamps, view), &self.packers)))
    }

    pub(super) fn whole(&self) -> (Snapshot, Vec<Arc<Lamp>>) {
        let state = self.state();
        (self.head(&state), state.log.lamps())
    }

    pub(super) fn head(&self, state: &State) -> Snapshot {
        Snapshot {
            revision: state.log.newest(),
            time: state.clock.now(),
            title: self.title.clone(),
            demo: self.demo,
            build: self.build.clone(),
            sites: state.log.sites().cloned().collect(),
            boards: state.log.boards().to_vec(),
            lamps: Vec::new(),
        }
    }
}

impl Clock {
    pub(super) fn at(now: Timestamp) -> Self {
        Self { told: now, at: Instant::now() }
    }

    pub(super) fn now(&self) -> Timestamp {
        let passed = u64::try_from(self.at.elapsed().as_millis()).unwrap_or(u64::MAX);
        Timestamp(self.told.0.saturating_add(passed))
    }
}
