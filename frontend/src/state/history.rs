//! What changed since the page was opened: a little of each lamp, for "what happened here?".

use std::collections::{BTreeMap, VecDeque};

use lampfield_shared::{Exten, Freshness, Lamp, LampState, Timestamp};

/// How many changes of a lamp are kept.
const KEPT: usize = 10;

/// What a lamp showed from some moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// From then on.
    pub since: Timestamp,
    /// What it showed.
    pub state: LampState,
    /// And how sure that was.
    pub freshness: Freshness,
}

impl Past {
    /// Its state as it is drawn: where nothing was known, none is claimed.
    pub const fn shown(&self) -> LampState {
        match self.freshness {
            Freshness::Never => LampState::NoData,
            Freshness::Live | Freshness::LastKnown => self.state,
        }
    }
}

/// See the module.
#[derive(Debug, Default)]
pub struct History(BTreeMap<Exten, VecDeque<Past>>);

impl History {
    /// `lamp` looks different from before.
    pub fn add(&mut self, lamp: &Lamp) {
        let past = Past { since: lamp.as_of.unwrap_or(lamp.since), state: lamp.state, freshness: lamp.freshness };
        let pasts = self.0.entry(lamp.exten.clone()).or_default();
        if pasts.front().is_some_and(|last| (last.state, last.freshness) == (past.state, past.freshness)) {
            return;
        }
        pasts.truncate(KEPT - 1);
        pasts.push_front(past);
    }

    /// The changes of a lamp, the newest first.
    pub fn of(&self, exten: &Exten) -> Vec<Past> {
        self.0.get(exten).map(|pasts| pasts.iter().copied().collect()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!((pasts[0].since, pasts[0].state), (Timestamp(29), LampState::Ringing));
        assert_eq!((pasts[9].since, pasts[9].state), (Timestamp(20), LampState::Free));
        assert_eq!(history.of(&"2".into()), []);
    }

    #[test]
    fn claims_no_state_where_none_was_known() {
        let past = |freshness| Past { since: Timestamp(1), state: LampState::Free, freshness }.shown();
        assert_eq!(past(Freshness::Never), LampState::NoData);
        assert_eq!(past(Freshness::LastKnown), LampState::Free);
    }
}
