//! What becomes of the times on the board when the wall clock is set back: nothing on it is of a time to come.

use std::sync::Arc;

use lampfield_shared::Timestamp;

use super::devices::LampId;
use super::{Board, Changed};

impl Board {
    /// The wall clock was set, and says `now`: what is told as of later was told by now.
    pub fn set_clock(&mut self, now: Timestamp) {
        for peer in self.peers.not_after(now) {
            self.changes.push_back(Changed::Site(peer));
        }
        self.devices.not_after(now);
        self.mailboxes.not_after(now);
        for at in 0..self.lamps.len() {
            let cell = &mut self.lamps[at];
            cell.words.iter_mut().for_each(|word| word.not_after(now));
            let later = |moment: Option<Timestamp>| moment.is_some_and(|moment| moment > now);
            let lamp = &cell.lamp;
            if lamp.since > now || later(lamp.as_of) || later(lamp.mailbox_as_of) {
                let lamp = Arc::make_mut(&mut cell.lamp);
                lamp.since = lamp.since.min(now);
                lamp.as_of = lamp.as_of.map(|as_of| as_of.min(now));
                lamp.mailbox_as_of = lamp.mailbox_as_of.map(|as_of| as_of.min(now));
                self.queue(LampId::new(at));
                self.mark(LampId::new(at));
            }
        }
    }
}
