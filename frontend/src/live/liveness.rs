//! The state of the stream: when it counts as live, when as lost, and when to reconnect.
//!
//! ```text
//!            open          event            15 s of silence
//!  Waiting ───────► Opening ─────► Open ──────────────────────► Waiting (1, 2, 4 … 15 s)
//!     ▲                │ 15 s, or refused                           ▲
//!     └────────────────┴──────── browser back online, tab seen: at once
//! ```
//! This module is pure: `now` is the browser's clock since 1970 (not its uptime, which some browsers stop while the
//! machine sleeps), and random numbers are arguments.

use std::time::Duration;

use lampfield_shared::event::TICK_SECONDS;
use lampfield_shared::{Revision, Tick};

/// Without any event for this long the stream is lost, and lamps are drawn as last known: one tick and half of another.
pub const SILENCE: Duration = Duration::from_secs(TICK_SECONDS * 3 / 2);

/// A timer that is this late did not run because the machine slept. Events of that time may be lost.
const JUMP: Duration = Duration::from_secs(5);

/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// What to do with the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Close the stream and open it again, after the change `last` or with a snapshot.
    Open {
        /// The newest revision that the page has.
        last: Option<Revision>,
        /// Whether a stream that other tabs share and that seems to live is good enough.
        trust: Trust,
    },
    /// Close the stream. An attempt follows later.
    Close,
}

/// Whether the present stream can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// If the stream lives, it is good enough.
    Kept,
    /// The stream lost events, or the machine slept: only a new stream is good enough.
    Lost,
}

/// The state of the connection as the reader is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The first stream is being opened.
    Connecting,
    /// The lamps show the present.
    Live,
    /// The stream broke a moment ago.
    Reconnecting,
    /// The lamps show the past.
    Lost {
        /// Seconds until the next attempt; `None` while one is under way.
        next_try: Option<u64>,
    },
}

impl Status {
    /// The value of the attribute `data-connection`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::Reconnecting => "reconnecting",
            Self::Lost { .. } => "lost",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Requested, and no event has arrived yet.
    Opening { since: Duration },
    /// Events have arrived.
    Open,
    /// Closed until `until`.
    Waiting { until: Duration },
}

/// How a stream broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// The browser reconnects by itself, with the id of the last event.
    BrowserRetries,
    /// The browser gave up: the server refused, or did not answer with a stream.
    Final,
}

/// The state machine of one stream.
#[derive(Debug)]
pub struct Liveness {
    phase: Phase,
    action: Option<Action>,
    /// When the last event arrived.
    heard: Option<Duration>,
    /// Attempts in a row on which no event arrived.
    failures: u32,
    /// The newest revision that the page has.
    revision: Option<Revision>,
    /// A revision that a tick named and the page did not have then.
    owed: Option<Revision>,
    /// When the timer last ran on a visible page.
    timed: Option<Duration>,
    /// When the machine woke from sleep, until an event arrives that is younger than that.
    woke: Option<Duration>,
}

impl Liveness {
    /// A stream that has to be opened now.
    pub const fn new(now: Duration) -> Self {
        Self {
            phase: Phase::Opening { since: now },
            action: Some(Action::Open { last: None, trust: Trust::Kept }),
            heard: None,
            failures: 0,
            revision: None,
            owed: None,
            timed: None,
            woke: None,
        }
    }

    /// Takes in that an event of any kind reached the browser at `at`: earlier than `now` where another tab's stream is
    /// shared. An event from before a sleep proves nothing after it.
    pub fn handle_event(&mut self, now: Duration, at: Duration) {
        let at = at.min(now);
        self.heard = Some(self.heard.map_or(at, |heard| heard.min(now).max(at)));
        if now.saturating_sub(at) < SILENCE {
            self.failures = 0;
            self.phase = Phase::Open;
            self.woke = self.woke.filter(|woke| at < *woke);
        }
    }

    /// Takes in that the board is now at `revision`.
    pub const fn handle_revision(&mut self, revision: Revision) {
        self.revision = Some(revision);
    }

    /// Takes in a tick, which names the newest revision of the server. If the page still lacks it at the next tick, an
    /// event was lost on the way and only a snapshot helps.
    pub fn handle_tick(&mut self, now: Duration, tick: Tick) {
        if self.owed.is_some_and(|owed| self.revision < Some(owed)) {
            self.revision = None;
            self.owed = None;
            self.open(now, Trust::Lost);
        } else {
            self.owed = Some(tick.revision).filter(|newest| self.revision < Some(*newest));
        }
    }

    /// Takes in that the stream broke. `chance` is a random number between 0 and 1.
    pub fn handle_break(&mut self, now: Duration, kind: Break, chance: f64) {
        match kind {
            Break::BrowserRetries if self.phase == Phase::Open => self.phase = Phase::Opening { since: now },
            Break::BrowserRetries => {}
            Break::Final => self.wait(now, chance),
        }
    }

    /// Takes in that the network is back or the page visible again: there is no reason to wait any longer.
    pub fn handle_wake(&mut self, now: Duration) {
        self.timed = Some(now);
        if matches!(self.phase, Phase::Waiting { .. }) || self.is_silent(now) {
            self.open(now, Trust::Kept);
        }
    }

    /// Takes in that the page is hidden: from now on its timer may run late without the machine sleeping.
    pub const fn handle_hidden(&mut self) {
        self.timed = None;
    }

    /// Lets time pass; to be called about once a second. `chance` is a random number between 0 and 1.
    pub fn handle_timer(&mut self, now: Duration, chance: f64) {
        // A clock that was set back must not make the silence look short.
        self.heard = self.heard.map(|heard| heard.min(now));
        let passed = self.timed.replace(now).map(|timed| now.saturating_sub(timed));
        if passed.is_some_and(|passed| passed >= JUMP) {
            self.woke = Some(now);
            return self.open(now, Trust::Lost);
        }
        match self.phase {
            Phase::Waiting { until } if until <= now || until > now + LONGEST_WAIT => self.open(now, Trust::Kept),
            Phase::Opening { since } if now.saturating_sub(since) >= SILENCE || since > now => self.wait(now, chance),
            Phase::Open if self.is_silent(now) => self.wait(now, chance),
            Phase::Waiting { .. } | Phase::Opening { .. } | Phase::Open => {}
        }
    }

    /// Takes the next action, if there is one.
    pub const fn poll_action(&mut self) -> Option<Action> {
        self.action.take()
    }

    /// The state of the connection as the reader is told.
    pub fn status(&self, now: Duration) -> Status {
        if self.heard.is_none() && self.failures == 0 {
            Status::Connecting
        } else if self.woke.is_some() || self.is_silent(now) {
            Status::Lost { next_try: self.next_try(now) }
        } else if self.phase == Phase::Open {
            Status::Live
        } else {
            Status::Reconnecting
        }
    }

    /// When the last event arrived, by the browser's clock.
    pub const fn heard(&self) -> Option<Duration> {
        self.heard
    }

    fn is_silent(&self, now: Duration) -> bool {
        self.heard.is_none_or(|heard| now.saturating_sub(heard) >= SILENCE)
    }

    fn next_try(&self, now: Duration) -> Option<u64> {
        let Phase::Waiting { until } = self.phase else { return None };
        Some(until.saturating_sub(now).as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX))
    }

    const fn open(&mut self, now: Duration, trust: Trust) {
        self.phase = Phase::Opening { since: now };
        self.action = Some(Action::Open { last: self.revision, trust });
    }

    /// Waits for the next attempt: a second after a stream that was live, then longer and longer. `chance` shortens the
    /// wait by up to half, so that a thousand pages do not reconnect at the same moment.
    fn wait(&mut self, now: Duration, chance: f64) {
        let wait = Duration::from_secs(1 << self.failures.min(4)).min(LONGEST_WAIT);
        self.failures += 1;
        self.phase = Phase::Waiting { until: now + wait.mul_f64(1.0 - chance.clamp(0.0, 1.0) / 2.0) };
        self.action = Some(Action::Close);
    }
}

#[cfg(test)]
mod tests {
    use lampfield_shared::Timestamp;

    use super::*;

    /// A stream under a clock that starts at 1000 s; `chance` is 0.
    struct Run(Liveness, u64);

    impl Run {
        fn new() -> Self {
            let mut run = Self(Liveness::new(Duration::from_secs(1000)), 1000);
            assert_eq!(run.0.poll_action(), Some(Action::Open { last: None, trust: Trust::Kept }));
            run
        }

        fn now(&self) -> Duration {
            Duration::from_secs(self.1)
        }

        /// Lets that many seconds pass, and returns the actions with their seconds.
        fn pass(&mut self, seconds: u64) -> Vec<(u64, Action)> {
            let start = self.1;
            let mut done = Vec::new();
            for second in 1..=seconds {
                self.1 = start + second;
                self.0.handle_timer(self.now(), 0.0);
                done.extend(self.0.poll_action().map(|action| (second, action)));
            }
            done
        }

        fn hear(&mut self, revision: u64) {
            self.0.handle_event(self.now(), self.now());
            self.0.handle_revision(Revision(revision));
        }

        fn tick(&mut self, revision: u64) -> Option<Action> {
            self.0.handle_event(self.now(), self.now());
            self.0.handle_tick(self.now(), Tick { time: Timestamp(0), revision: Revision(revision) });
            self.0.poll_action()
        }

        fn status(&self) -> Status {
            self.0.status(self.now())
        }
    }

    const RESUME: Action = resume(7, Trust::Kept);

    const fn resume(revision: u64, trust: Trust) -> Action {
        Action::Open { last: Some(Revision(revision)), trust }
    }

    #[test]
    fn is_live_from_the_first_event_on() {
        let mut run = Run::new();
        assert_eq!(run.status(), Status::Connecting);
        run.hear(7);
        assert_eq!(run.status(), Status::Live);
        assert_eq!(run.pass(14), []);
        assert_eq!(run.status(), Status::Live);
    }

    #[test]
    fn is_lost_after_fifteen_seconds_of_silence_and_tries_ever_more_slowly() {
        let mut run = Run::new();
        run.hear(7);
        let opened = [16, 33, 52, 75, 105, 135];
        let closed = [15, 31, 48, 67, 90, 120];
        let mut expected: Vec<_> = opened.map(|second| (second, RESUME)).into();
        expected.extend(closed.map(|second| (second, Action::Close)));
        expected.sort_by_key(|&(second, _)| second);
        assert_eq!(run.pass(135), expected);
        assert_eq!(run.status(), Status::Lost { next_try: None });
        run.hear(9);
        assert_eq!(run.status(), Status::Live);
        assert_eq!(run.pass(16), [(15, Action::Close), (16, resume(9, Trust::Kept))]);
    }

    #[test]
    fn counts_down_to_the_next_try() {
        let mut run = Run::new();
        run.hear(7);
        run.pass(15);
        assert_eq!(run.status(), Status::Lost { next_try: Some(1) });
        run.pass(1);
        assert_eq!(run.status(), Status::Lost { next_try: None });
        run.0.handle_break(run.now(), Break::Final, 0.0);
        assert_eq!(run.status(), Status::Lost { next_try: Some(2) });
    }

    #[test]
    fn says_so_when_there_never_was_a_server() {
        let mut run = Run::new();
        run.0.handle_break(run.now(), Break::Final, 0.0);
        assert_eq!(run.status(), Status::Lost { next_try: Some(1) });
        assert_eq!(run.pass(1), [(1, Action::Open { last: None, trust: Trust::Kept })]);
    }

    #[test]
    fn leaves_a_short_break_to_the_browser() {
        let mut run = Run::new();
        run.hear(7);
        run.0.handle_break(run.now(), Break::BrowserRetries, 0.0);
        assert_eq!((run.status(), run.0.poll_action()), (Status::Reconnecting, None));
        run.pass(3);
        run.hear(8);
        assert_eq!(run.status(), Status::Live);
    }

    #[test]
    fn does_not_let_the_browser_retry_for_ever() {
        let mut run = Run::new();
        run.hear(7);
        run.0.handle_break(run.now(), Break::BrowserRetries, 0.0);
        run.pass(10);
        run.0.handle_break(run.now(), Break::BrowserRetries, 0.0);
        assert_eq!(run.pass(6), [(5, Action::Close), (6, RESUME)]);
    }

    #[test]
    fn tries_at_once_when_woken() {
        let mut run = Run::new();
        run.hear(7);
        run.0.handle_wake(run.now());
        assert_eq!(run.0.poll_action(), None, "a live stream needs nothing");
        run.1 += 3600;
        run.0.handle_wake(run.now());
        assert_eq!(run.0.poll_action(), Some(RESUME), "after a sleep");
        run.0.handle_break(run.now(), Break::Final, 0.0);
        assert_eq!(run.0.poll_action(), Some(Action::Close));
        run.0.handle_wake(run.now());
        assert_eq!(run.0.poll_action(), Some(RESUME), "while waiting");
    }

    #[test]
    fn takes_a_snapshot_when_two_ticks_tell_of_more_than_it_has() {
        let mut run = Run::new();
        run.hear(7);
        assert_eq!(run.tick(8), None, "it may be on the way");
        assert_eq!(run.tick(9), Some(Action::Open { last: None, trust: Trust::Lost }));
        run.hear(9);
        assert_eq!(run.tick(10), None);
        run.hear(10);
        assert_eq!(run.tick(11), None, "the first has come, the second may be on the way");
    }

    #[test]
    fn survives_a_clock_that_is_set_back() {
        let mut run = Run::new();
        run.hear(7);
        run.1 -= 900;
        assert_eq!(run.pass(16), [(15 + 1, Action::Close)]);
    }

    #[test]
    fn shows_nothing_as_live_after_a_sleep_until_it_hears_something() {
        let mut run = Run::new();
        run.hear(7);
        run.pass(1);
        run.1 += 8;
        assert_eq!(run.pass(1), [(1, resume(7, Trust::Lost))]);
        assert_eq!(run.status(), Status::Lost { next_try: None });
        run.hear(7);
        assert_eq!(run.status(), Status::Live);
        assert_eq!(run.pass(10), []);
    }

    #[test]
    fn takes_a_late_timer_of_a_hidden_page_for_no_sleep() {
        let mut run = Run::new();
        run.hear(7);
        run.pass(1);
        run.0.handle_hidden();
        run.1 += 8;
        assert_eq!(run.pass(1), []);
        assert_eq!(run.status(), Status::Live);
    }

    #[test]
    fn takes_what_another_tab_heard_a_while_ago_for_as_old_as_it_is() {
        let mut run = Run::new();
        run.0.handle_event(run.now(), Duration::from_secs(995));
        assert_eq!(run.status(), Status::Live);
        assert_eq!(run.pass(11), [(10, Action::Close), (11, Action::Open { last: None, trust: Trust::Kept })]);
        run.0.handle_event(run.now(), Duration::from_mins(15));
        assert_eq!(run.status(), Status::Lost { next_try: None });
        assert_eq!(run.0.heard(), Some(Duration::from_secs(995)), "the newest counts");
    }

    #[test]
    fn spreads_the_tries() {
        let mut liveness = Liveness::new(Duration::ZERO);
        liveness.handle_break(Duration::ZERO, Break::Final, 1.0);
        liveness.handle_timer(Duration::from_millis(499), 0.0);
        assert_eq!(liveness.poll_action(), Some(Action::Close));
        liveness.handle_timer(Duration::from_millis(500), 0.0);
        assert_eq!(liveness.poll_action(), Some(Action::Open { last: None, trust: Trust::Kept }));
    }
}
