//! "Tell me when it is free": which lamps are waited for, and what comes of a change.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use lampfield_shared::{Exten, Freshness, Lamp, LampState, Timestamp};

/// Nobody waits longer than that for a phone.
const PATIENCE: Duration = Duration::from_hours(4);

/// What has to be told of a lamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It was waited for, and is free.
    Free,
    /// It looks different.
    Different,
}

/// The lamps that are waited for, each since when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watches(BTreeMap<Exten, Timestamp>);

impl Watches {
    /// From [`remembered`](Self::to_string) text; what cannot be read is left out.
    pub fn parse(text: &str) -> Self {
        let watch = |line: &str| {
            let (since, exten) = line.split_once(' ')?;
            Some((exten.into(), Timestamp(since.parse().ok()?)))
        };
        Self(text.lines().filter_map(watch).collect())
    }

    /// The lamps.
    pub fn extens(&self) -> BTreeSet<Exten> {
        self.0.keys().cloned().collect()
    }

    /// Waits for a lamp, or no longer does.
    pub fn toggle(&mut self, exten: &Exten, now: Timestamp) {
        if self.0.remove(exten).is_none() {
            self.0.insert(exten.clone(), now);
        }
    }

    /// Forgets what nobody waits for any more; whether there was something.
    pub fn handle_time(&mut self, now: Timestamp) -> bool {
        let before = self.0.len();
        self.0.retain(|_, since| u128::from(now.0.saturating_sub(since.0)) < PATIENCE.as_millis());
        self.0.len() < before
    }

    /// A lamp is different now. A wait that is over is forgotten.
    pub fn handle_lamp(&mut self, lamp: &Lamp) -> Told {
        if is_free(lamp) && self.0.remove(&lamp.exten).is_some() { Told::Free } else { Told::Different }
    }
}

impl std::fmt::Display for Watches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|(exten, since)| writeln!(f, "{} {exten}", since.0))
    }
}

/// Whether a lamp is known to be free now: an old truth calls nobody.
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
        assert_eq!(watches.handle_lamp(&lamp("1 ringing")), Told::Different);
        let old = Lamp { freshness: Freshness::LastKnown, ..lamp("1 free") };
        assert_eq!(watches.handle_lamp(&old), Told::Different);
        assert_eq!(watches.handle_lamp(&lamp("2 free")), Told::Different);
        assert_eq!(watches.handle_lamp(&lamp("1 free")), Told::Free);
        assert_eq!(watches.handle_lamp(&lamp("1 free")), Told::Different);
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
