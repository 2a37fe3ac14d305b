//! A watcher: one open stream, from its first byte to its last.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use lampfield_shared::{Privacy, Revision};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::log::{Batch, Missed};
use super::scope::{Cut, Scope};
use super::{Phase, Shared, frame};

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
    /// How much of calls it may know.
    privacy: Privacy,
    /// The one board that it may see; `None`: all.
    scope: Option<Scope>,
    wake: watch::Receiver<Phase>,
    /// All changes up to this one were handed out; `None` where a snapshot is due.
    cursor: Option<Revision>,
    /// So many signs of life came before, or were handed out.
    ticks: u64,
    /// Handed out next. Short: a snapshot in its pieces, or one batch and a tick.
    ready: VecDeque<Bytes>,
    rest_until: Instant,
    said: Said,
}

/// Whether the stream has shown that it lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Something,
}

impl Watcher {
    pub(super) fn new(hub: Arc<Shared>, privacy: Privacy, last: Option<Revision>) -> Self {
        let wake = hub.wake.subscribe();
        let ticks = hub.state().ticks;
        let ready = VecDeque::from([frame::retry(rand::random_range(RETRY))]);
        let rest_until = Instant::now();
        Self { hub, privacy, scope: None, wake, cursor: last, ticks, ready, rest_until, said: Said::Nothing }
    }

    /// The same, of one board alone. What it was told before is not known, so it begins with a snapshot.
    pub(super) fn of_board(hub: Arc<Shared>, privacy: Privacy, board: &str) -> Self {
        Self { scope: Some(Scope::new(board)), ..Self::new(hub, privacy, None) }
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
            self.take();
            if self.ready.is_empty() {
                self.wake.changed().await.ok()?;
            }
        }
    }

    /// Fills `ready` with what is newer than the cursor.
    fn take(&mut self) {
        let mut state = self.hub.state();
        match self.cursor.map_or(Missed::TooMuch, |cursor| state.log.since(cursor, self.privacy)) {
            Missed::Nothing if self.said == Said::Nothing => {
                // One that resumes and has missed nothing would not know until the next tick that it is back.
                (self.said, self.ticks) = (Said::Something, state.ticks);
                return self.ready.push_back(state.sign_of_life());
            }
            Missed::Nothing => {}
            Missed::Changes(Batch { revision, bytes }) => {
                self.cursor = Some(revision);
                match self.scope.as_mut().map_or_else(|| Cut::Some(bytes.clone()), |scope| scope.cut(&bytes)) {
                    Cut::Nothing => {}
                    Cut::Some(own) => self.ready.push_back(own),
                    Cut::Anew => {
                        drop(state);
                        return self.take_snapshot();
                    }
                }
            }
            Missed::TooMuch => {
                drop(state);
                return self.take_snapshot();
            }
        }
        self.said = Said::Something;
        // A tick names the newest revision, so it waits for a watcher that is not there yet.
        let caught_up = self.cursor == Some(state.log.newest());
        // After changes, that is: a change that follows a mere sign of life does not wait.
        if caught_up && !self.ready.is_empty() {
            self.rest_until = self.hub.end_of_rest();
        }
        if caught_up && self.ticks != state.ticks {
            self.ready.push_back(match &self.scope {
                Some(scope) => state.sign_of_life_at(scope.newest()),
                None => state.tick.clone(),
            });
            self.ticks = state.ticks;
        }
    }

    fn take_snapshot(&mut self) {
        self.said = Said::Something;
        let (mut head, mut lamps) = self.hub.snapshot(self.privacy);
        self.cursor = Some(head.revision);
        if let Some(scope) = &mut self.scope {
            lamps = scope.cut_snapshot(&mut head, &lamps);
        }
        self.ready.extend(frame::snapshot(&head, lamps));
        self.rest_until = self.hub.end_of_rest();
    }
}

impl Shared {
    /// When a watcher that takes something now may take more.
    fn end_of_rest(&self) -> Instant {
        let watchers = u32::try_from(self.wake.receiver_count()).unwrap_or(u32::MAX);
        Instant::now() + REST_FOR_EACH.saturating_mul(watchers).min(LONGEST_REST)
    }
}
