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
use super::lamp_array::LampArray;
use super::log::Missed;
use super::scope::Scope;
use super::shared::{Clock, Life, Phase, Shared};
use super::slice::{Batch, Disclosure, Slice};
use crate::gzip::Coding;
use crate::view::View;

/// Rest of a watcher after a batch of changes, for each watcher of the hub: all together cost no more than 20,000
/// writes a second, however many they are. Changes meanwhile go out as one batch, and a lone change goes out at once.
const REST_FOR_EACH: Duration = Duration::from_micros(50);
/// The longest rest for the sake of the number of watchers.
const LONGEST_REST: Duration = Duration::from_millis(50);

/// Rest of a watcher for each change that it was just told. To wake for a change costs more than the change: a stream
/// of more than 500 a second is written 500 times a second at most. No page draws as often.
const REST_FOR_CHANGE: Duration = Duration::from_millis(1);
/// The longest rest for the sake of the number of changes.
const LONGEST_REST_OF_STREAM: Duration = Duration::from_millis(2);

/// Range of the delay, in milliseconds, after which a browser that lost the server comes back: not all at once after a
/// restart.
const RETRY: std::ops::RangeInclusive<u32> = 1500..=3000;

/// An open stream of the board. Dropping it leaves nothing behind.
#[derive(Debug)]
pub struct Watcher {
    hub: Arc<Shared>,
    /// What the watcher may know.
    view: View,
    coding: Coding,
    /// The one board that the watcher may see; `None`: all.
    scope: Option<Scope>,
    wake: watch::Receiver<Phase>,
    /// The watcher has looked at all changes up to this one; `None` where a snapshot is due.
    cursor: Option<Revision>,
    /// The newest change that the watcher was told. A tick must not name a later one: the watcher would believe that it
    /// had missed something, and would learn how much happens beyond its board.
    told: Revision,
    /// Number of the ticks that the watcher was sent, is owed, or came too late for.
    lives: u64,
    /// A tick is owed since this was the newest change. The tick promises that all changes up to then were told, so it
    /// goes out after these; it does not wait for later ones, for a watcher that is always a little behind must also be
    /// told that the stream lives.
    owed: Option<Revision>,
    /// What to hand out next. The queue is short: a snapshot in pieces, or one batch and a tick.
    ready: VecDeque<Piece>,
    rest_until: Instant,
    /// Whether the watcher waits for something new.
    position: Position,
    said: Said,
}

/// A part of the stream.
#[derive(Debug)]
enum Piece {
    /// Text in the coding of the watcher.
    Text(Bytes),
    /// The lamps of a snapshot, which may have to be packed first.
    Lamps(Arc<LampArray>),
}

/// Whether the watcher has looked at the whole log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    Behind,
    CaughtUp,
}

/// Whether the stream has proved yet that it lives.
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
            coding: Coding::Plain,
            scope: None,
            wake: hub.wake.subscribe(),
            cursor: last,
            told: last.unwrap_or_default(),
            lives,
            owed: None,
            ready: beginning(Coding::Plain),
            rest_until: Instant::now(),
            position: Position::Behind,
            said: Said::Nothing,
            hub,
        }
    }

    /// A watcher that may see only one board. Nothing tells what it was told before, so it begins with a snapshot.
    pub(super) fn of_board(hub: Arc<Shared>, view: View, board: &str) -> Self {
        Self { scope: Some(Scope::new(board)), ..Self::new(hub, view, None) }
    }

    /// Turns the stream to this coding. For a watcher that was sent nothing yet.
    #[must_use]
    pub fn coded(self, coding: Coding) -> Self {
        Self { coding, ready: beginning(coding), ..self }
    }

    /// Waits for the next bytes of the stream; `None` ends it. Events come whole and in order, a long one in several
    /// pieces. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(Piece::Lamps(lamps)) = self.ready.front() {
                // Boxed, for this is rare, and a stream keeps room for all that it may wait for.
                let bytes = Box::pin(lamps.piece(self.coding)).await;
                self.ready.pop_front();
                return Some(bytes);
            }
            if let Some(Piece::Text(bytes)) = self.ready.pop_front() {
                return Some(bytes);
            }
            // First for something new, and only then for the end of the rest: most changes are alone, and need no timer.
            if self.position == Position::CaughtUp {
                self.wake.changed().await.ok()?;
                self.position = Position::Behind;
            }
            if self.rest_until > Instant::now() {
                sleep_until(self.rest_until).await;
            }
            if *self.wake.borrow_and_update() == Phase::Closed {
                return None;
            }
            self.position = self.take();
            if self.position == Position::Behind {
                // The changes may all be of other boards, and the wanted one is in the rest.
                consume_budget().await;
            }
        }
    }

    /// Fills `ready` with changes that are newer than the cursor.
    fn take(&mut self) -> Position {
        let (missed, newest, life, clock) = {
            let mut state = self.hub.state();
            let missed = self.cursor.map_or(Missed::TooMuch, |cursor| state.log.since(cursor));
            (missed, state.log.newest(), state.life.clone(), state.clock)
        };
        let changes = match missed {
            Missed::Nothing => 0,
            Missed::Changes(slice) => match self.cut(&slice) {
                Some(batch) => self.take_batch(batch),
                None => return self.take_snapshot(),
            },
            Missed::TooMuch => return self.take_snapshot(),
        };
        let position = if self.cursor == Some(newest) { Position::CaughtUp } else { Position::Behind };
        // The watcher rests after changes only: a change that follows a mere tick does not wait.
        if position == Position::CaughtUp && changes > 0 {
            self.rest_until = self.hub.end_of_rest(changes);
        }
        self.take_sign_of_life(position, &life, clock);
        // Where many changes came, more will: the watcher looks by itself after its rest, and the driver need not wake it.
        if changes > 1 { Position::Behind } else { position }
    }

    /// The events that the watcher may see; `None`: a snapshot is due.
    fn cut(&mut self, slice: &Slice) -> Option<Batch> {
        let Some(scope) = &mut self.scope else { return Some(slice.batch(self.view, self.coding)) };
        let (batch, disclosure) = slice.gather(self.view, self.coding, |change| scope.judge(change));
        (disclosure != Disclosure::Anew).then_some(batch)
    }

    /// Takes a batch; the number of changes that it tells.
    fn take_batch(&mut self, Batch { upto, told, changes, bytes }: Batch) -> u32 {
        self.cursor = Some(upto);
        if let Some(told) = told {
            self.told = told;
            self.said = Said::Something;
            self.ready.push_back(Piece::Text(bytes));
        }
        changes
    }

    fn take_sign_of_life(&mut self, position: Position, life: &Life, clock: Clock) {
        if self.lives != life.count {
            self.lives = life.count;
            self.owed.get_or_insert(life.revision);
        }
        let is_due = self.owed.is_some_and(|owed| self.cursor >= Some(owed));
        // A watcher that resumes and has missed nothing would not know that it is back until the next tick.
        let is_back = self.said == Said::Nothing && position == Position::CaughtUp;
        if !is_due && !is_back {
            return;
        }
        (self.owed, self.said) = (None, Said::Something);
        let is_shared = is_due && life.revision <= self.told;
        let tick = || frame::tick(Tick { time: clock.now(), revision: self.told });
        let tick = if is_shared { life.tick.clone() } else { tick() };
        self.ready.push_back(Piece::Text(self.coding.go_on(&[tick])));
    }

    fn take_snapshot(&mut self) -> Position {
        self.said = Said::Something;
        let (head, lamps) = match &mut self.scope {
            Some(scope) => self.hub.snapshot_of(scope, self.view),
            None => self.hub.snapshot(self.view),
        };
        (self.cursor, self.told) = (Some(head.revision), head.revision);
        let [before, after] = frame::around_lamps(&head).map(|text| Piece::Text(self.coding.go_on(&[text])));
        self.ready.extend([before, Piece::Lamps(lamps), after]);
        self.rest_until = self.hub.end_of_rest(1);
        Position::CaughtUp
    }
}

/// The first piece of a stream.
fn beginning(coding: Coding) -> VecDeque<Piece> {
    VecDeque::from([Piece::Text(coding.begin(&frame::retry(rand::random_range(RETRY))))])
}

impl Shared {
    /// Time at which the watcher may take more, having taken so many changes now.
    fn end_of_rest(&self, changes: u32) -> Instant {
        let watchers = u32::try_from(self.wake.receiver_count()).unwrap_or(u32::MAX);
        let for_watchers = REST_FOR_EACH.saturating_mul(watchers).min(LONGEST_REST);
        let for_changes = REST_FOR_CHANGE.saturating_mul(changes).min(LONGEST_REST_OF_STREAM);
        Instant::now() + for_watchers.max(for_changes)
    }
}
