//! What becomes of the times on the board when the wall clock is set back: nothing on it is of a time to come.

use lampfield_shared::{Lamp, Timestamp};

use super::Board;
use crate::ledger::Ledger;
use crate::moment::Moment;

impl Board {
    /// The wall clock was set, and says `now`: what is told as of later was told by now.
    pub fn set_clock(&mut self, now: Moment, ledger: &mut Ledger) {
        for peer in ledger.set_clock(now) {
            let _told_in_any_case = self.sites.notice(peer, ledger);
            self.lamps.queue_site(peer);
        }
        for id in self.lamps.ids() {
            let extension = self.lamps.get_mut(id).extension.iter_mut();
            if extension.fold(false, |was_later, state| state.set_clock(now) | was_later) {
                self.keeping.extensions.mark(id);
            }
            if times(&self.lamps.get(id).lamp).max().is_some_and(|latest| latest > now.wall) {
                self.lamps.change(id, |lamp| {
                    lamp.since = lamp.since.min(now.wall);
                    for as_of in ages(lamp) {
                        *as_of = as_of.map(|as_of| as_of.min(now.wall));
                    }
                });
                self.lamps.mark(id);
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
