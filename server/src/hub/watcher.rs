//! A watcher: one open stream, from its first byte to its last.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use lampfield_shared::{Revision, Tick};
use tokio::sync::watch;
use tokio::task::coop::consume_budget;
use tokio::time::{Instant, sleep_until};

use super::frame;
use super::log::Missed;
use super::part::{Batch, Part, Verdict};
use super::scope::Scope;
use super::shared::{Clock, Life, Phase, Shared};
use crate::view::View;

/// After changes a watcher rests for so long for each one who watches, and what happens meanwhile comes to it in one
/// batch; a lone change goes at once. So few see everything within a millisecond, and all together cost
/// no more than 20,000 writes a second, however many they are.
const REST_FOR_EACH: Duration = Duration::from_micros(50);
/// And no longer than so.
const LONGEST_REST: Duration = Duration::from_millis(50);

/// A browser that lost us comes back after some time between these, in milliseconds, so that
/// after a restart not all come at once.
const RETRY: std::ops::RangeInclusive<u32> = 1500..=3000;

/// One who looks at the board. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Watcher {
    hub: Arc<Shared>,
    /// What it may know.
    view: View,
    /// The one board that it may see; `None`: all.
    scope: Option<Scope>,
    wake: watch::Receiver<Phase>,
    /// All changes up to this one were looked at; `None` where a snapshot is due.
    cursor: Option<Revision>,
    /// The newest change that it was told. A sign of life that named a later one would tell it that it had missed something, and
    /// how much happens that is none of its business.
    told: Revision,
    /// So many signs of life came before, were handed out, or are owed.
    lives: u64,
    /// A sign of life came when this was the newest change. It says that all up to then is told, so it waits for that, but not for
    /// what came later: who is always a little behind is told that the stream lives, too.
    owed: Option<Revision>,
    /// Handed out next. Short: a snapshot in its pieces, or one batch and a tick.
    ready: VecDeque<Bytes>,
    rest_until: Instant,
    said: Said,
}

/// Whether there is more in the log than was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Behind,
    CaughtUp,
}

/// Whether the stream has shown that it lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Something,
}

impl Watcher {
    pub(super) fn new(hub: Arc<Shared>, view: View, last: Option<Revision>) -> Self {
        let lives = hub.state().life.count;
        Self {
            view,
            scope: None,
            wake: hub.wake.subscribe(),
            cursor: last,
            told: last.unwrap_or_default(),
            lives,
            owed: None,
            ready: VecDeque::from([frame::retry(rand::random_range(RETRY))]),
            rest_until: Instant::now(),
            said: Said::Nothing,
            hub,
        }
    }

    /// The same, of one board alone. What it was told before is not known, so it begins with a snapshot.
    pub(super) fn of_board(hub: Arc<Shared>, view: View, board: &str) -> Self {
        Self { scope: Some(Scope::new(board)), ..Self::new(hub, view, None) }
    }

    /// Waits for the next bytes of the stream; `None` ends it. Events come whole and in order, a
    /// long one in several pieces. To drop the future loses nothing.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(bytes) = self.ready.pop_front() {
                return Some(bytes);
            }
            if self.rest_until > Instant::now() {
                sleep_until(self.rest_until).await;
            }
            if *self.wake.borrow_and_update() == Phase::Closed {
                return None;
            }
            match self.take() {
                // What was looked at may be none of its business, and what it waits for in the rest.
                Place::Behind => consume_budget().await,
                Place::CaughtUp if self.ready.is_empty() => self.wake.changed().await.ok()?,
                Place::CaughtUp => {}
            }
        }
    }

    /// Fills `ready` with some of what is newer than the cursor.
    fn take(&mut self) -> Place {
        let (missed, newest, life, clock) = {
            let mut state = self.hub.state();
            let missed = self.cursor.map_or(Missed::TooMuch, |cursor| state.log.since(cursor));
            (missed, state.log.newest(), state.life.clone(), state.clock)
        };
        match missed {
            Missed::Nothing => {}
            Missed::Changes(part) => match self.cut(&part) {
                Some(batch) => self.take_batch(batch),
                None => return self.take_snapshot(),
            },
            Missed::TooMuch => return self.take_snapshot(),
        }
        let place = if self.cursor == Some(newest) { Place::CaughtUp } else { Place::Behind };
        // After changes, that is: a change that follows a mere sign of life does not wait.
        if place == Place::CaughtUp && !self.ready.is_empty() {
            self.rest_until = self.hub.end_of_rest();
        }
        self.take_sign_of_life(place, &life, clock);
        place
    }

    /// The events of these changes that it may see; `None`: all is to be told anew.
    fn cut(&mut self, part: &Part) -> Option<Batch> {
        let Some(scope) = &mut self.scope else { return Some(part.batch(self.view)) };
        let (batch, verdict) = part.gather(self.view, |change| scope.judge(change));
        (verdict != Verdict::Anew).then_some(batch)
    }

    fn take_batch(&mut self, Batch { upto, told, bytes }: Batch) {
        self.cursor = Some(upto);
        if let Some(told) = told {
            self.told = told;
            self.said = Said::Something;
            self.ready.push_back(bytes);
        }
    }

    fn take_sign_of_life(&mut self, place: Place, life: &Life, clock: Clock) {
        if self.lives != life.count {
            self.lives = life.count;
            self.owed.get_or_insert(life.revision);
        }
        let is_due = self.owed.is_some_and(|owed| self.cursor >= Some(owed));
        // One that resumes and has missed nothing would not know until the next one that it is back.
        let is_back = self.said == Said::Nothing && place == Place::CaughtUp;
        if !is_due && !is_back {
            return;
        }
        (self.owed, self.said) = (None, Said::Something);
        let is_shared = is_due && life.revision <= self.told;
        let tick = || frame::tick(Tick { time: clock.now(), revision: self.told });
        self.ready.push_back(if is_shared { life.tick.clone() } else { tick() });
    }

    fn take_snapshot(&mut self) -> Place {
        self.said = Said::Something;
        let (head, lamps) = match &mut self.scope {
            Some(scope) => self.hub.snapshot_of(scope, self.view),
            None => self.hub.snapshot(self.view),
        };
        (self.cursor, self.told) = (Some(head.revision), head.revision);
        self.ready.extend(frame::snapshot(&head, lamps));
        self.rest_until = self.hub.end_of_rest();
        Place::CaughtUp
    }
}

impl Shared {
    /// When a watcher that takes something now may take more.
    fn end_of_rest(&self) -> Instant {
        let watchers = u32::try_from(self.wake.receiver_count()).unwrap_or(u32::MAX);
        Instant::now() + REST_FOR_EACH.saturating_mul(watchers).min(LONGEST_REST)
    }
}
