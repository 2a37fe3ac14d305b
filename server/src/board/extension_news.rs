//! What peers publish of an extension as a whole: its calls (`Event: dialog`) and its presence.
//!
//! ```text
//!  dialog ───┐
//!            ├─► ExtensionState: what both come to ─► a vote on the extension, one for each peer
//!  presence ─┘      ├─► Lamp::call        who is calling, while the lamp shows that call
//!                   └─► Lamp::presence    what the person says
//! ```
//! The documents are of the peer's hint, so they come from its devices, and say less: see `freshness.rs`
//! for how they join with the devices' own votes, and `extension_state.rs` for how they join with each other.

use std::time::Duration;

use lampfield_shared::Exten;

use super::extension_state::ExtensionState;
use super::ids::LampId;
use super::{Board, ExtensionSettings};
use crate::ledger::{Ledger, PeerId};
use crate::moment::Moment;
use crate::news::Said;

impl Board {
    pub(super) fn apply_extension(
        &mut self,
        now: Moment,
        ledger: &mut Ledger,
        (peer, exten): (PeerId, &Exten),
        publication: u64,
        said: Said,
    ) {
        let Some(id) = self.lamp_of(ledger, exten, now) else { return };
        self.lamps.get_mut(id).extension_state_or_new(peer).tell(publication, said, now);
        self.count(now, ledger, id, peer);
    }

    /// Changes what a peer says of an extension, if it has said anything.
    pub(super) fn change_extension(
        &mut self,
        now: Moment,
        ledger: &Ledger,
        (peer, exten): (PeerId, &Exten),
        change: impl FnOnce(&mut ExtensionState),
    ) {
        let Some(id) = self.lamps.find(exten.as_str()) else { return };
        if let Some(state) = self.lamps.get_mut(id).extension_state(peer) {
            change(state);
            self.count(now, ledger, id, peer);
        }
    }

    /// A peer has started anew; it said in its life before what it said longer ago than that.
    pub(super) fn apply_restart(&mut self, now: Moment, ledger: &Ledger, peer: PeerId, older_than: Duration) {
        let said_before = now.ago(older_than);
        for id in self.sites.published(peer).collect::<Vec<_>>() {
            if let Some(state) = self.lamps.get_mut(id).extension_state(peer) {
                state.doubt_before(said_before, now);
                self.count(now, ledger, id, peer);
            }
        }
    }

    /// Nothing that a peer said of extensions is known to be good after `moment`.
    pub(super) fn doubt_extensions(&mut self, peer: PeerId, moment: Moment) {
        for id in self.sites.published(peer) {
            if let Some(state) = self.lamps.get_mut(id).extension_state(peer) {
                state.doubt(moment);
                self.keeping.extensions.mark(id);
            }
        }
    }

    /// The lamp of an extension whose state a peer publishes, which may be a new one.
    pub(super) fn lamp_of(&mut self, ledger: &mut Ledger, exten: &Exten, now: Moment) -> Option<LampId> {
        if self.lamps.find(exten.as_str()).is_none() && self.plan.wants(exten) {
            self.add_lamp(ledger, ExtensionSettings::unnamed(exten.clone()), now);
        }
        self.lamps.find(exten.as_str())
    }

    /// Counts what a peer says of an extension as its vote.
    fn count(&mut self, now: Moment, ledger: &Ledger, id: LampId, peer: PeerId) {
        let fact = self.lamps.get_mut(id).extension_state(peer).and_then(|state| state.count(now));
        self.sites.publishes(peer, id);
        self.keeping.extensions.mark(id);
        if let Some(fact) = fact {
            self.lamps.learn_teller(id, &fact);
        }
        self.lamps.mark(id);
        self.refresh(ledger, id, now);
    }
}
