//! The one time of the core: a moment, by the clock that is reckoned with and by the one that is shown.
//!
//! There are three kinds of time here, and a type for each:
//!
//! - An [`Instant`] is for reckoning: how long a PBX was silent, when a request is repeated. It never goes back, and
//!   goes on while the machine sleeps (see [`Clock`](crate::clock::Clock)). Two of them are compared and subtracted.
//! - A [`Timestamp`] is for people, and for the disk: the wall clock, which may be set to anything at any moment.
//!   It is shown and kept, and nothing that matters is reckoned from it.
//! - A [`Moment`] is both at once, read together at the rim. The core is given this one alone. What is remembered
//!   and shown later keeps the moment, so that it is reckoned with by one clock and shown by the other.
//!
//! A part takes no more than it needs: what takes an `Instant` shows no time, and what takes a `Timestamp` reckons
//! with none. Where the two clocks part, the rim says so: [`Jump`](crate::clock::Jump).

use std::cmp::Ordering;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use lampfield_shared::Timestamp;

/// When virtual time begins.
static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A moment by both clocks. Moments are equal, and in order, by `mono` alone.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// When, to reckon with: the core's monotonic time.
    pub mono: Instant,
    /// When, to show and to keep: the wall clock as it stood then.
    pub wall: Timestamp,
}

impl Moment {
    /// A moment of virtual time, in a world whose clocks go alike: for tests and benches.
    pub fn virtual_at(wall: Timestamp) -> Self {
        Self { mono: *BEGINNING + Duration::from_millis(wall.0), wall }
    }

    /// How long `earlier` is ago; nothing where it is still to come.
    pub fn since(self, earlier: Self) -> Duration {
        self.since_instant(earlier.mono)
    }

    /// How long `earlier` is ago; nothing where it is still to come.
    pub fn since_instant(self, earlier: Instant) -> Duration {
        self.mono.saturating_duration_since(earlier)
    }

    /// The moment so long ago, as the wall clock would have shown it if nobody had set it since.
    #[must_use]
    pub fn ago(self, age: Duration) -> Self {
        let wall = Timestamp(self.wall.0.saturating_sub(milliseconds(age)));
        Self { mono: self.mono.checked_sub(age).unwrap_or(self.mono), wall }
    }

    /// What the wall clock shows of `earlier`, reckoned back from now.
    pub fn wall_at(self, earlier: Instant) -> Timestamp {
        self.ago(self.since_instant(earlier)).wall
    }

    /// The moment of an earlier run of which only the wall clock was kept. One that is said to be still to come is now.
    #[must_use]
    pub fn kept(self, wall: Timestamp) -> Self {
        let age = Duration::from_millis(self.wall.0.saturating_sub(wall.0));
        Self { wall: wall.min(self.wall), ..self.ago(age) }
    }

    /// This moment, shown as no later than `now`: the wall clock was set back meanwhile.
    #[must_use]
    pub fn shown_by(self, now: Self) -> Self {
        Self { wall: self.wall.min(now.wall), ..self }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        self.mono == other.mono
    }
}

impl Eq for Moment {}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> Ordering {
        self.mono.cmp(&other.mono)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Moment {
        Moment { mono: Instant::now(), wall: Timestamp(1_700_000_000_000) }
    }

    #[test]
    fn goes_back_by_both_clocks() {
        let now = now();
        let before = now.ago(Duration::from_millis(1_500));
        assert_eq!((now.since(before), before.wall), (Duration::from_millis(1_500), Timestamp(1_699_999_998_500)));
        assert_eq!(before.since(now), Duration::ZERO);
        assert_eq!(now.wall_at(before.mono), before.wall);
        assert!(before < now);
    }

    #[test]
    fn what_an_earlier_run_kept_is_as_old_as_the_wall_clock_says() {
        let now = now();
        let kept = now.kept(Timestamp(1_699_999_990_000));
        assert_eq!((now.since(kept), kept.wall), (Duration::from_secs(10), Timestamp(1_699_999_990_000)));
        let to_come = now.kept(Timestamp(u64::MAX));
        assert_eq!((to_come, to_come.wall), (now, now.wall));
        // Older than this machine: still before everything of this run.
        assert!(now.kept(Timestamp(0)) < now);
    }

    #[test]
    fn a_clock_that_was_set_back_changes_what_is_shown_and_no_order() {
        let told = now();
        let later = Moment { mono: told.mono + Duration::from_secs(1), wall: Timestamp(told.wall.0 - 3_600_000) };
        let shown = told.shown_by(later);
        assert_eq!((shown, shown.wall), (told, later.wall));
        assert!(shown < later);
    }
}
