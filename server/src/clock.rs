//! The clocks of the machine, and how the time is written for people.
//!
//! The core reckons with `CLOCK_MONOTONIC`, which stands still while the machine sleeps or is paused: what came before
//! the sleep would count as fresh after it. So the driver reads three clocks together each time that it wakes, and
//! once a second at least. Where two of them part, time was skipped: the core is told, and its own time is set forward
//! by what was skipped.

use std::fmt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lampfield_shared::Timestamp;
use rustix::time::{ClockId, clock_gettime};

use crate::moment::Moment;

/// How often the clocks are compared when nothing else happens.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Two clocks may part by so much in all. NTP that slews bends the monotonic clock along with the wall
/// clock, so it parts them by nothing; a leap second is as long as this, and no jump.
const TOLERANCE: Duration = Duration::from_secs(1);

/// The clocks are read one after the other. When that took longer, somebody else ran in between.
const TOGETHER: Duration = Duration::from_millis(50);

/// The last moment that RFC 3339 can write: the end of the year 9999, in milliseconds since 1970.
const LAST: u64 = 253_402_300_799_999;

/// The server's clock, as watchers and the store see it.
pub fn now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}

/// `2026-11-23T13:58:00Z`; what lies after the year 9999 is written as its end.
pub fn rfc3339(Timestamp(milliseconds): Timestamp) -> String {
    let moment = UNIX_EPOCH + Duration::from_millis(milliseconds.min(LAST));
    humantime::format_rfc3339_seconds(moment).to_string()
}

/// The three clocks at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// `CLOCK_MONOTONIC`: stands still while the machine sleeps, or is paused.
    pub monotonic: Instant,
    /// `CLOCK_BOOTTIME`: goes on while it sleeps.
    pub boot: Duration,
    /// `CLOCK_REALTIME`: goes on while it sleeps, and is set by people and by NTP. A virtual machine that was paused
    /// has nothing else that could tell it.
    pub wall: Timestamp,
}

impl Reading {
    /// The clocks now.
    pub fn now() -> Self {
        let read = || (Self { monotonic: Instant::now(), boot: boot(), wall: now() }, Instant::now());
        let together = |(reading, end): &(Self, Instant)| end.duration_since(reading.monotonic) < TOGETHER;
        let (reading, _) = (0..10).map(|_| read()).find(together).unwrap_or_else(read);
        reading
    }

    /// The moment at which a core begins: nothing was skipped yet.
    pub const fn moment(self) -> Moment {
        Moment { mono: self.monotonic, wall: self.wall }
    }
}

fn boot() -> Duration {
    clock_gettime(ClockId::Boottime).try_into().unwrap_or_default()
}

/// Time was skipped, or the clock was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jump {
    /// The machine slept for so long.
    Slept(Duration),
    /// The wall clock went ahead by so much: it was set, or the machine was paused and told of it later.
    Ahead(Duration),
    /// The wall clock was set back by so much.
    Back(Duration),
}

impl Jump {
    /// What lies between two looks at the clocks, if they have parted.
    fn between(before: Reading, after: Reading) -> Option<Self> {
        let passed = after.monotonic.saturating_duration_since(before.monotonic);
        let slept = after.boot.saturating_sub(before.boot).saturating_sub(passed);
        let (wall, was) = (Duration::from_millis(after.wall.0), Duration::from_millis(before.wall.0) + passed);
        let (ahead, back) = (wall.saturating_sub(was), was.saturating_sub(wall));
        match () {
            () if slept > TOLERANCE => Some(Self::Slept(slept.max(ahead))),
            () if ahead > TOLERANCE => Some(Self::Ahead(ahead)),
            () if back > TOLERANCE => Some(Self::Back(back)),
            () => None,
        }
    }

    /// How much time may have passed that the monotonic clock has not counted.
    pub const fn skipped(self) -> Duration {
        match self {
            Self::Slept(length) | Self::Ahead(length) => length,
            Self::Back(_) => Duration::ZERO,
        }
    }
}

impl fmt::Display for Jump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |length: &Duration| Duration::from_secs((*length + Duration::from_millis(500)).as_secs());
        match self {
            Self::Slept(length) => write!(f, "this machine slept for {}", humantime::format_duration(seconds(length))),
            Self::Ahead(length) => {
                let length = humantime::format_duration(seconds(length));
                write!(f, "the clock jumped ahead by {length}: it was set, or this machine was paused")
            }
            Self::Back(length) => {
                write!(f, "the clock was set back by {}", humantime::format_duration(seconds(length)))
            }
        }
    }
}

/// The time of the core: the monotonic clock, and what it has not counted.
#[derive(Debug)]
pub struct Clock {
    /// What the clocks said when they last jumped. Each look is compared with that: what is too short for a jump may
    /// come again and again, and must not be forgotten with each look.
    since: Reading,
    skipped: Duration,
}

impl Clock {
    /// One that starts with this.
    pub const fn new(reading: Reading) -> Self {
        Self { since: reading, skipped: Duration::ZERO }
    }

    /// Compares the clocks with what they said when they last jumped.
    pub fn look(&mut self, reading: Reading) -> Option<Jump> {
        let jump = Jump::between(self.since, reading)?;
        self.since = reading;
        self.skipped += jump.skipped();
        Some(jump)
    }

    /// The moment of the core at which the clocks say this.
    pub fn moment(&self, reading: Reading) -> Moment {
        Moment { mono: reading.monotonic + self.skipped, wall: reading.wall }
    }

    /// When the monotonic clock shows the time that the core calls `core`.
    pub fn monotonic(&self, core: Instant) -> Instant {
        core.checked_sub(self.skipped).unwrap_or(core)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found where each clock goes on by so many milliseconds.
    #[track_caller]
    fn check(monotonic: u64, boot: u64, wall: i64, expected: Option<Jump>) {
        let before =
            Reading { monotonic: Instant::now(), boot: Duration::from_secs(5000), wall: Timestamp(1_700_000_000_000) };
        let milliseconds = Duration::from_millis;
        let after = Reading {
            monotonic: before.monotonic + milliseconds(monotonic),
            boot: before.boot + milliseconds(boot),
            wall: Timestamp(before.wall.0.saturating_add_signed(wall)),
        };
        assert_eq!(Clock::new(before).look(after), expected, "{monotonic} {boot} {wall}");
    }

    #[test]
    fn clocks_that_go_together_have_not_jumped() {
        check(0, 0, 0, None);
        check(1000, 1000, 1000, None);
        // A process that was stopped, or a look that came late.
        check(100_000, 100_000, 100_000, None);
        // A leap second, and NTP's small steps.
        check(1000, 1000, 0, None);
        check(1000, 1000, 2000, None);
        check(1000, 1000, 1400, None);
    }

    #[test]
    fn clocks_that_part_tell_what_was_skipped() {
        let (slept, ahead, back) = (
            |it| Some(Jump::Slept(Duration::from_millis(it))),
            |it| Some(Jump::Ahead(Duration::from_millis(it))),
            |it| Some(Jump::Back(Duration::from_millis(it))),
        );
        check(10, 45_010, 45_010, slept(45_000));
        // The wall clock may not have been told yet.
        check(10, 45_010, 10, slept(45_000));
        check(1000, 1000, 46_000, ahead(45_000));
        check(1000, 1000, -44_000, back(45_000));
        check(1000, 1000, 2_200, ahead(1_200));
        check(1000, 1000, -1_700_000_000_000, back(1_700_000_001_000));
    }

    #[test]
    fn what_is_too_short_for_a_jump_adds_up() {
        let start = Reading::now();
        let at = |looks: u32, slept: Duration, ahead: u64| Reading {
            monotonic: start.monotonic + LOOK_EVERY * looks,
            boot: start.boot + LOOK_EVERY * looks + slept * looks,
            wall: Timestamp(start.wall.0 + u64::from(looks) * (1_000 + ahead)),
        };
        let nap = Duration::from_millis(600);
        let mut clock = Clock::new(start);
        assert_eq!(clock.look(at(1, nap, 600)), None);
        assert_eq!(clock.look(at(2, nap, 600)), Some(Jump::Slept(nap * 2)), "two naps");
        assert_eq!(clock.look(at(3, nap, 600)), None);
        let mut clock = Clock::new(start);
        assert_eq!(clock.look(at(1, Duration::ZERO, 600)), None);
        assert_eq!(clock.look(at(2, Duration::ZERO, 600)), Some(Jump::Ahead(nap * 2)), "a clock that is set in steps");
    }

    #[test]
    fn the_time_of_the_core_goes_on_while_the_machine_sleeps() {
        let start = Reading::now();
        let mut clock = Clock::new(start);
        let before = clock.moment(start);
        let asleep = Duration::from_mins(2);
        let woken = Reading { boot: start.boot + asleep, wall: Timestamp(start.wall.0 + 120_000), ..start };
        assert_eq!(clock.look(woken), Some(Jump::Slept(asleep)));
        let after = clock.moment(woken);
        assert!(after.since(before) >= asleep);
        assert_eq!(clock.monotonic(after.mono), woken.monotonic);
        let set_back = Reading { wall: Timestamp(woken.wall.0 - 60_000), ..woken };
        assert_eq!(clock.look(set_back), Some(Jump::Back(Duration::from_mins(1))));
        assert!(clock.moment(set_back) >= after, "it never goes back");
        assert_eq!(clock.look(set_back), None);
    }

    #[test]
    fn a_jump_is_told_in_plain_words() {
        let length = Duration::from_millis(3_601_400);
        for (jump, text) in [
            (Jump::Slept(length), "this machine slept for 1h 1s"),
            (Jump::Ahead(length), "the clock jumped ahead by 1h 1s: it was set, or this machine was paused"),
            (Jump::Back(length), "the clock was set back by 1h 1s"),
        ] {
            assert_eq!(jump.to_string(), text);
        }
    }

    #[test]
    fn the_clocks_of_this_machine_go_together() {
        let mut clock = Clock::new(Reading::now());
        for _ in 0..1000 {
            assert_eq!(clock.look(Reading::now()), None);
        }
    }

    #[test]
    fn every_moment_can_be_written() {
        for (milliseconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (1_700_000_000_999, "2023-11-14T22:13:20Z"),
            (u64::MAX, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(Timestamp(milliseconds)), text);
        }
    }
}
