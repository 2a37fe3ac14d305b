//! The timers of one machine as a typed table: what can go off, and when each does.

use std::time::Instant;

/// Names the timers of a machine: an enum without fields.
///
/// ```
/// use std::time::{Duration, Instant};
///
/// use lampfield_sip::timer::{Timer, Timers};
///
/// #[derive(Debug, Clone, Copy)]
/// enum Due {
///     Refresh,
///     Probe,
/// }
///
/// impl Timer for Due {
///     type Slots = [Option<Instant>; 2];
///
///     fn index(self) -> usize {
///         self as usize
///     }
/// }
///
/// let (mut timers, now) = (Timers::default(), Instant::now());
/// timers.set(Due::Refresh, now + Duration::from_secs(2));
/// timers.set(Due::Probe, now + Duration::from_secs(1));
/// assert_eq!(timers.next_timeout(), Some(now + Duration::from_secs(1)));
/// timers.stop(Due::Probe);
/// assert!(!timers.is_expired(Due::Refresh, now) && timers.is_expired(Due::Refresh, now + Duration::from_secs(2)));
/// ```
pub trait Timer: Copy {
    /// An array with a slot for each timer.
    type Slots: AsRef<[Option<Instant>]> + AsMut<[Option<Instant>]> + Default;

    /// The slot of this timer: below the length of [`Timer::Slots`], and no other's.
    fn index(self) -> usize;
}

/// When each timer of a machine goes off, if it runs. All stand still at first.
#[derive(Debug, Clone, Copy)]
pub struct Timers<T: Timer>(T::Slots);

impl<T: Timer> Default for Timers<T> {
    fn default() -> Self {
        Self(T::Slots::default())
    }
}

impl<T: Timer> Timers<T> {
    /// Lets a timer go off at this time, and at no other that was set before.
    pub fn set(&mut self, timer: T, at: Instant) {
        self.0.as_mut()[timer.index()] = Some(at);
    }

    /// Stops a timer.
    pub fn stop(&mut self, timer: T) {
        self.0.as_mut()[timer.index()] = None;
    }

    /// When a timer goes off; `None` while it stands still.
    pub fn get(&self, timer: T) -> Option<Instant> {
        self.0.as_ref()[timer.index()]
    }

    /// Whether a timer has gone off by `now`. It stays so until it is set anew or stopped.
    pub fn is_expired(&self, timer: T, now: Instant) -> bool {
        self.get(timer).is_some_and(|at| at <= now)
    }

    /// When the first of all timers goes off, which may be in the past.
    pub fn next_timeout(&self) -> Option<Instant> {
        self.0.as_ref().iter().flatten().min().copied()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Due {
        First,
        Second,
        Third,
    }

    impl Timer for Due {
        type Slots = [Option<Instant>; 3];

        fn index(self) -> usize {
            self as usize
        }
    }

    #[test]
    fn goes_off_in_the_order_of_the_times() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut timers = Timers::default();
        assert_eq!((timers.next_timeout(), timers.get(Due::First)), (None, None));
        for (timer, seconds) in [(Due::First, 3), (Due::Second, 1), (Due::Third, 2), (Due::Second, 4)] {
            timers.set(timer, at(seconds));
        }
        assert_eq!((timers.next_timeout(), timers.get(Due::Second)), (Some(at(2)), Some(at(4))));
        assert!(!timers.is_expired(Due::Third, at(1)) && timers.is_expired(Due::Third, at(2)));
        timers.stop(Due::Third);
        assert!(!timers.is_expired(Due::Third, at(9)));
        assert_eq!(timers.next_timeout(), Some(at(3)));
    }
}
