//! "Tell me when it is free": the watched lamps, and when a watch is over.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use lampfield_shared::{Exten, Freshness, Lamp, LampState, Timestamp};

use crate::sorted::set_of;

/// A watch ends after this time without success.
const PATIENCE: Duration = Duration::from_hours(4);

/// What a change of a lamp means to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchOutcome {
    /// The lamp was waited for, and is free now.
    Free,
    /// The lamp was free, is in use again, and is waited for again.
    Again,
    /// The lamp looks different.
    Different,
}

/// The wait for one lamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Watch {
    /// When it began
    since: Timestamp,
    /// When the reader was told that the lamp is free
    told: Option<Timestamp>,
}

/// The lamps that are waited for. One that is free stays until the reader answers: calls it, or dismisses it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watches(BTreeMap<Exten, Watch>);

impl Watches {
    /// Reads the [remembered](Self::to_string) text; lines that cannot be read are skipped.
    pub fn parse(text: &str) -> Self {
        let watch = |line: &str| {
            let (times, exten) = line.split_once(' ')?;
            let (since, told) = times.split_once('/').map_or((times, None), |(since, told)| (since, Some(told)));
            let told = told.and_then(|told| told.parse().ok()).map(Timestamp);
            Some((exten.into(), Watch { since: Timestamp(since.parse().ok()?), told }))
        };
        let mut watches = Self::default();
        watches.0.extend(text.lines().filter_map(watch));
        watches
    }

    /// The lamps that are waited for, or are free and not answered.
    pub fn extens(&self) -> BTreeSet<Exten> {
        set_of(self.0.keys().cloned())
    }

    /// When the reader was told that the lamp is free; `None` while it is waited for.
    pub fn told(&self, exten: &Exten) -> Option<Timestamp> {
        self.0.get(exten)?.told
    }

    /// Starts waiting for a lamp, or stops.
    pub fn toggle(&mut self, exten: &Exten, now: Timestamp) {
        if self.0.remove(exten).is_none() {
            self.0.insert(exten.clone(), Watch { since: now, told: None });
        }
    }

    /// Ends the wait for a lamp: the reader has answered.
    pub fn answer(&mut self, exten: &Exten) {
        self.0.remove(exten);
    }

    /// Ends waits that have lasted too long; returns whether there were any.
    pub fn handle_time(&mut self, now: Timestamp) -> bool {
        let before = self.0.len();
        let has_patience = |since: Timestamp| u128::from(now.0.saturating_sub(since.0)) < PATIENCE.as_millis();
        self.0.retain(|_, watch| has_patience(watch.told.unwrap_or(watch.since)));
        self.0.len() < before
    }

    /// Takes in a change of a lamp: whether it is free now, and the reader has not been told. One that is known to be in use again is
    /// waited for again.
    pub fn handle_lamp(&mut self, lamp: &Lamp, now: Timestamp) -> WatchOutcome {
        let Some(watch) = self.0.get_mut(&lamp.exten) else { return WatchOutcome::Different };
        if is_free(lamp) && watch.told.is_none() {
            watch.told = Some(now);
            return WatchOutcome::Free;
        }
        if lamp.freshness == Freshness::Live && !is_free(lamp) && watch.told.is_some() {
            *watch = Watch { since: now, told: None };
            return WatchOutcome::Again;
        }
        WatchOutcome::Different
    }
}

impl std::fmt::Display for Watches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|(exten, Watch { since, told })| match told {
            Some(told) => writeln!(f, "{}/{} {exten}", since.0, told.0),
            None => writeln!(f, "{} {exten}", since.0),
        })
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
        let mut hear = |lamp: &Lamp| watches.handle_lamp(lamp, Timestamp(9));
        assert_eq!(hear(&lamp("1 ringing")), WatchOutcome::Different);
        let old = Lamp { freshness: Freshness::LastKnown, ..lamp("1 free") };
        assert_eq!(hear(&old), WatchOutcome::Different);
        assert_eq!(hear(&lamp("2 free")), WatchOutcome::Different);
        assert_eq!(hear(&lamp("1 free")), WatchOutcome::Free);
        assert_eq!(hear(&lamp("1 free")), WatchOutcome::Different);
        assert_eq!(hear(&old), WatchOutcome::Different);
        assert_eq!(hear(&lamp("1 free")), WatchOutcome::Different, "a lost stream is no reason to tell again");
        assert_eq!(watches.told(&"1".into()), Some(Timestamp(9)), "it stays until it is answered");
        watches.answer(&"1".into());
        assert_eq!(watches, Watches::default());
    }

    #[test]
    fn waits_again_for_a_lamp_that_is_in_use_again() {
        let mut watches = watching(&["1"]);
        watches.handle_lamp(&lamp("1 free"), Timestamp(9));
        watches.handle_lamp(&lamp("1 on_call"), Timestamp(10));
        assert_eq!(watches.told(&"1".into()), None);
        assert_eq!(watches.handle_lamp(&lamp("1 free"), Timestamp(11)), WatchOutcome::Free);
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
        let mut watches = watching(&["1", "*7 6"]);
        assert_eq!(Watches::parse(&watches.to_string()), watches);
        watches.handle_lamp(&lamp("1 free"), Timestamp(9));
        assert_eq!(watches.to_string(), "5 *7 6\n5/9 1\n");
        assert_eq!(Watches::parse(&watches.to_string()), watches);
        assert_eq!(Watches::parse("x\n1 \nnever 2").extens(), BTreeSet::from(["".into()]));
        let mut twice = watching(&["1"]);
        twice.toggle(&"1".into(), Timestamp(9));
        assert_eq!(twice, Watches::default());
    }
}
