//! Durations in the one unit that people would use.

use lampfield_shared::Timestamp;

/// A duration rounded down to the unit in which people say it: 119 s are one minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Below a minute.
    Now,
    /// 1 to 59 minutes
    Minutes(u64),
    /// 1 to 23 hours
    Hours(u64),
    /// 1 day or more
    Days(u64),
}

impl Age {
    /// The time from `since` to `now`. A `now` before `since` (a clock that is behind) gives [`Age::Now`], not an
    /// overflow.
    pub const fn between(since: Timestamp, now: Timestamp) -> Self {
        match now.0.saturating_sub(since.0) / 60_000 {
            0 => Self::Now,
            minutes @ 1..60 => Self::Minutes(minutes),
            minutes @ 60..1440 => Self::Hours(minutes / 60),
            minutes => Self::Days(minutes / 1440),
        }
    }
}

/// The middle of the minute that `time` is in. Ages counted against it are right to within half a minute, and have to
/// be counted anew only once a minute.
pub const fn middle_of_minute(time: Timestamp) -> Timestamp {
    Timestamp(time.0 / 60_000 * 60_000 + 30_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(seconds: u64, expected: Age) {
        let since = Timestamp(1_000_000);
        assert_eq!(Age::between(since, Timestamp(1_000_000 + seconds * 1000)), expected, "{seconds} s");
    }

    #[test]
    fn says_the_largest_whole_unit() {
        check(0, Age::Now);
        check(59, Age::Now);
        check(60, Age::Minutes(1));
        check(119, Age::Minutes(1));
        check(3599, Age::Minutes(59));
        check(3600, Age::Hours(1));
        check(86_399, Age::Hours(23));
        check(86_400, Age::Days(1));
        check(40 * 86_400, Age::Days(40));
    }

    #[test]
    fn takes_a_future_since_for_now() {
        assert_eq!(Age::between(Timestamp(2), Timestamp(1)), Age::Now);
    }

    #[test]
    fn counts_against_the_middle_of_the_minute() {
        assert_eq!(middle_of_minute(Timestamp(119_999)), Timestamp(90_000));
        assert_eq!(middle_of_minute(Timestamp(120_000)), Timestamp(150_000));
    }
}
