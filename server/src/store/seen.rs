//! When sessions were last used, as far as that is not written yet.
//!
//! Writing each use would cost a sync of the disk; what a crash takes away is a minute of "last seen".

use std::collections::BTreeMap;
use std::time::Duration;

use lampfield_shared::Timestamp;

/// Uses are written this often.
pub(super) const WRITE_EVERY: Duration = Duration::from_mins(1);

/// Uses of sessions, by number of the session.
#[derive(Debug, Default)]
pub(super) struct Seen {
    uses: BTreeMap<i64, Timestamp>,
    written: Timestamp,
}

impl Seen {
    /// When a session was last used, if that is newer than what is written.
    pub fn last(&self, session: i64) -> Option<Timestamp> {
        self.uses.get(&session).copied()
    }

    /// Notes that a session is used now. Tells whether the uses are to be written.
    pub fn note(&mut self, session: i64, now: Timestamp) -> bool {
        self.uses.insert(session, now);
        let is_due = u128::from(now.0.saturating_sub(self.written.0)) >= WRITE_EVERY.as_millis();
        if is_due {
            self.written = now;
        }
        is_due
    }

    /// All uses that are not written.
    pub fn all(&self) -> Vec<(i64, Timestamp)> {
        self.uses.iter().map(|(session, used)| (*session, *used)).collect()
    }

    /// The uses of these sessions that are not written.
    pub fn of(&self, sessions: &[i64]) -> Vec<(i64, Timestamp)> {
        sessions.iter().filter_map(|session| Some((*session, self.last(*session)?))).collect()
    }

    /// Forgets uses that are written, unless a session was used again meanwhile.
    pub fn forget(&mut self, written: &[(i64, Timestamp)]) {
        for (session, used) in written {
            if self.uses.get(session) == Some(used) {
                self.uses.remove(session);
            }
        }
    }
}
