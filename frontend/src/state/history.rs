//! The past states of lamps since the page was opened, a few of each.

use std::collections::{BTreeMap, VecDeque};

use lampfield_shared::{Exten, Lamp, Timestamp};
use lampfield_words::Look;

/// The most changes that are kept of a lamp.
const KEPT: usize = 10;

/// What a lamp showed from `since` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// When this state began.
    pub since: Timestamp,
    /// The look of the lamp then.
    pub look: Look,
}

/// The past states of all lamps.
#[derive(Debug, Default)]
pub struct History(BTreeMap<Exten, VecDeque<Past>>);

impl History {
    /// Records a lamp. A lamp in the state of its last record is not recorded again.
    pub fn add(&mut self, lamp: &Lamp) {
        let look = Look::of(lamp, None);
        let past = Past { since: look.since.unwrap_or(lamp.since), look };
        let pasts = self.0.entry(lamp.exten.clone()).or_default();
        let shown = |past: &Past| (past.look.state, past.look.freshness);
        if pasts.front().is_some_and(|last| shown(last) == shown(&past)) {
            return;
        }
        pasts.truncate(KEPT - 1);
        pasts.push_front(past);
    }

    /// The recorded states of a lamp, newest first.
    pub fn of(&self, exten: &Exten) -> Vec<Past> {
        self.0.get(exten).map(|pasts| pasts.iter().copied().collect()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use lampfield_shared::LampState;

    use super::*;
    use crate::state::testing::lamp;

    #[test]
    fn keeps_the_newest_changes_of_state() {
        let mut history = History::default();
        for minute in 0..30 {
            let state = if minute % 2 == 0 { "1 free" } else { "1 ringing" };
            history.add(&Lamp { since: Timestamp(minute), ..lamp(state) });
            history.add(&Lamp { since: Timestamp(minute), mailbox: None, ..lamp(state) });
        }
        let pasts = history.of(&"1".into());
        assert_eq!(pasts.len(), KEPT);
        assert_eq!((pasts[0].since, pasts[0].look.state), (Timestamp(29), LampState::Ringing));
        assert_eq!((pasts[9].since, pasts[9].look.state), (Timestamp(20), LampState::Free));
        assert_eq!(history.of(&"2".into()), []);
    }
}
