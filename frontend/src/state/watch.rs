//! "Tell me when it is free": the watched lamps, and when a watch is over.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use lampfield_shared::{Exten, Freshness, Lamp, LampState, Timestamp};

use super::marks::set_of;

/// A watch ends after this time without success.
const PATIENCE: Duration = Duration::from_hours(4);

/// What a change of a lamp means to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchOutcome {
    /// The lamp was watched, and is free now.
    Free,
    /// The lamp looks different.
    Different,
}

/// The watched lamps, each with the time at which its watch began.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watches(BTreeMap<Exten, Timestamp>);

impl Watches {
    /// Reads the [remembered](Self::to_string) text; lines that cannot be read are skipped.
    pub fn parse(text: &str) -> Self {
        let watch = |line: &str| {
            let (since, exten) = line.split_once(' ')?;
            Some((exten.into(), Timestamp(since.parse().ok()?)))
        };
        let mut watches = Self::default();
        watches.0.extend(text.lines().filter_map(watch));
        watches
    }

    /// The watched lamps.
    pub fn extens(&self) -> BTreeSet<Exten> {
        set_of(self.0.keys().cloned())
    }

    /// Starts watching a lamp, or stops.
    pub fn toggle(&mut self, exten: &Exten, now: Timestamp) {
        if self.0.remove(exten).is_none() {
            self.0.insert(exten.clone(), now);
        }
    }

    /// Ends watches that have lasted too long; returns whether there were any.
    pub fn handle_time(&mut self, now: Timestamp) -> bool {
        let before = self.0.len();
        self.0.retain(|_, since| u128::from(now.0.saturating_sub(since.0)) < PATIENCE.as_millis());
        self.0.len() < before
    }

    /// Takes in a change of a lamp, and ends its watch if the lamp is free.
    pub fn handle_lamp(&mut self, lamp: &Lamp) -> WatchOutcome {
        if is_free(lamp) && self.0.remove(&lamp.exten).is_some() { WatchOutcome::Free } else { WatchOutcome::Different }
    }
}

impl std::fmt::Display for Watches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|(exten, since)| writeln!(f, "{} {exten}", since.0))
    }
}

/// Whether a lamp is known to be free now. A last known "free" does not count.
pub fn is_free(lamp: &Lamp) -> bool {
    lamp.state == LampState::Free && lamp.freshness == Freshness::Live
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::testing::lamp;

    fn watching(extens: &[&str]) -> Watches {
        let mut watches = Watches::default();
        for &exten in extens {
            watches.toggle(&exten.into(), Timestamp(5));
        }
        watches
    }

    #[test]
    fn tells_once_when_a_lamp_is_known_to_be_free() {
        let mut watches = watching(&["1"]);
        assert_eq!(watches.handle_lamp(&lamp("1 ringing")), WatchOutcome::Different);
        let old = Lamp { freshness: Freshness::LastKnown, ..lamp("1 free") };
        assert_eq!(watches.handle_lamp(&old), WatchOutcome::Different);
        assert_eq!(watches.handle_lamp(&lamp("2 free")), WatchOutcome::Different);
        assert_eq!(watches.handle_lamp(&lamp("1 free")), WatchOutcome::Free);
        assert_eq!(watches.handle_lamp(&lamp("1 free")), WatchOutcome::Different);
        assert_eq!(watches, Watches::default());
    }

    #[test]
    fn gives_up_after_hours() {
        let mut watches = watching(&["1"]);
        assert!(!watches.handle_time(Timestamp(4 * 3_600_000)));
        assert!(watches.handle_time(Timestamp(4 * 3_600_000 + 5)));
        assert_eq!(watches.extens().len(), 0);
    }

    #[test]
    fn is_remembered_as_text() {
        let watches = watching(&["1", "*7 6"]);
        assert_eq!(Watches::parse(&watches.to_string()), watches);
        assert_eq!(Watches::parse("x\n1 \nnever 2"), Watches(BTreeMap::from([("".into(), Timestamp(1))])));
        let mut twice = watching(&["1"]);
        twice.toggle(&"1".into(), Timestamp(9));
        assert_eq!(twice, Watches::default());
    }
}
