//! What becomes of the times on the board when the wall clock is set back: nothing on it is of a time to come.

use std::sync::Arc;

use lampfield_shared::{Lamp, Timestamp};

use super::ids::LampId;
use super::{Board, Changed};
use crate::moment::Moment;

impl Board {
    /// The wall clock was set, and says `now`: what is told as of later was told by now.
    pub fn set_clock(&mut self, now: Moment) {
        for peer in self.peers.not_after(now) {
            self.changes.push_back(Changed::Site(peer));
        }
        self.devices.not_after(now);
        self.mailboxes.not_after(now);
        for at in 0..self.lamps.len() {
            let cell = &mut self.lamps[at];
            cell.words.iter_mut().for_each(|word| word.not_after(now));
            if times(&cell.lamp).max().is_some_and(|latest| latest > now.wall) {
                let lamp = Arc::make_mut(&mut cell.lamp);
                lamp.since = lamp.since.min(now.wall);
                for as_of in ages(lamp) {
                    *as_of = as_of.map(|as_of| as_of.min(now.wall));
                }
                self.queue(LampId::new(at));
                self.mark(LampId::new(at));
            }
        }
    }
}

/// Every time that a lamp tells.
fn times(lamp: &Lamp) -> impl Iterator<Item = Timestamp> {
    let phone = lamp.phone.as_ref().and_then(|phone| phone.as_of);
    let presence = lamp.presence.as_ref().and_then(|presence| presence.as_of);
    let call = lamp.call.as_ref().and_then(|call| call.as_of);
    let ages = [lamp.as_of, lamp.dnd_as_of, lamp.mailbox_as_of, phone, presence, call];
    ages.into_iter().flatten().chain([lamp.since])
}

/// The ages of what is last known of a lamp.
fn ages(lamp: &mut Lamp) -> impl Iterator<Item = &mut Option<Timestamp>> {
    let phone = lamp.phone.as_mut().map(|phone| &mut phone.as_of);
    let presence = lamp.presence.as_mut().map(|presence| &mut presence.as_of);
    let call = lamp.call.as_mut().map(|call| &mut call.as_of);
    let own = [&mut lamp.as_of, &mut lamp.dnd_as_of, &mut lamp.mailbox_as_of];
    own.into_iter().chain(phone).chain(presence).chain(call)
}
