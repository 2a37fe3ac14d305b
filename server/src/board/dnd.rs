//! "Do not disturb" on the board: what is known of a DND that was set through lampfield, and when a PBX or a person at
//! the phone ends one. Our own votes are facts beside those of the PBXes: no site, no home, always live.
//!
//! ```text
//!  DndNews::Told ─► DndBook ─► Lamp::dnd_details
//!                  └─ the PBX itself says "off" ─► DndEnded: the timer of that DND has nothing to end any more
//!  Claim ─► an order that its PBX is being told ─ the PBX says "on" ─► the DND stands
//! ```
//! An order is on the board before its PBX is told, and every state that the PBX publishes is looked at: no moment lies
//! unseen between the state that confirms a DND and the one that ends it.

use std::collections::BTreeMap;

use lampfield_shared::dnd::device;
use lampfield_shared::{DeviceName, DeviceState, Dnd, DndKind, Exten, SiteName, Timestamp};

use super::Board;
use super::cell::Cell;
use super::dnd_book::{Claim, DndEnded, DndTold, Left};
use super::dnd_facts::{DndFacts, facts};
use crate::ledger::{Fact, Ledger};
use crate::moment::Moment;

/// What the DND service tells the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DndNews {
    /// A "do not disturb" was set through lampfield, or has ended.
    Told {
        /// The extension.
        exten: Exten,
        /// Whether calls are blocked, or the lamp alone says so.
        kind: DndKind,
        /// What is known of the DND; `None`: it is off.
        told: Option<DndTold>,
    },
    /// A "do not disturb" at a PBX was on when the server ended.
    Kept {
        /// The extension.
        exten: Exten,
        /// What is known of the DND.
        told: DndTold,
    },
    /// An order was under way at a PBX when the server ended.
    Order {
        /// The extension.
        exten: Exten,
        /// What the PBX was to be told.
        wanted: Dnd,
        /// What is known of the DND.
        told: DndTold,
    },
}

/// Which extensions a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// The extensions of this list.
    These(Vec<Exten>),
    /// Every extension of this group.
    Group(String),
    /// Every extension whose lamp says "do not disturb".
    On,
}

/// What a PBX is awaited to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Awaited {
    /// A PBX says that a device is in a state.
    Says {
        /// The PBX.
        peer: SiteName,
        /// The device.
        device: DeviceName,
        /// The state.
        state: DeviceState,
    },
    /// The PBX that is being told of a DND says that it is on.
    Stands {
        /// The extension.
        exten: Exten,
        /// When the DND was set, which tells it from any other.
        since: Timestamp,
    },
}

impl Board {
    /// Takes in what the DND service tells.
    pub fn apply_dnd(&mut self, now: Moment, ledger: &Ledger, news: DndNews) {
        match news {
            DndNews::Told { exten, kind, told } => self.tell_dnd(now, ledger, &exten, kind, told),
            DndNews::Kept { exten, told } => {
                self.tell_dnd(now, ledger, &exten, DndKind::Calls, Some(told));
                self.notice_ended_before(ledger, &exten);
            }
            // Nobody knows how far this order got: the server ended meanwhile.
            DndNews::Order { exten, wanted, told } => self.dnd.reopen(exten, wanted, told),
        }
    }

    fn tell_dnd(&mut self, now: Moment, ledger: &Ledger, exten: &Exten, kind: DndKind, told: Option<DndTold>) {
        self.dnd.tell(exten, kind, told);
        if let Some(id) = self.lamps.find(exten.as_str()) {
            self.refresh(ledger, id, now);
        }
    }

    /// The next DND that was set through lampfield and was ended at its PBX; `None`: no more.
    #[must_use]
    pub fn poll_dnd_ended(&mut self) -> Option<DndEnded> {
        self.dnd.poll_ended()
    }

    /// The facts about the DND of some extensions; those that have no lamp are left out.
    pub fn dnd_facts(&self, ledger: &Ledger, whose: &Whose) -> BTreeMap<Exten, DndFacts> {
        let facts_of = |(exten, cell): (&Exten, &Cell)| (exten.clone(), facts(cell, ledger));
        match whose {
            Whose::These(extens) => {
                let found = |exten| Some((exten, self.lamps.get(self.lamps.find(Exten::as_str(exten))?)));
                extens.iter().filter_map(found).map(facts_of).collect()
            }
            Whose::Group(group) => {
                let is_in = |(_, cell): &(&Exten, &Cell)| cell.lamp.group.as_ref() == Some(group);
                self.lamps.by_exten().filter(is_in).map(facts_of).collect()
            }
            Whose::On => self.lamps.by_exten().filter(|(_, cell)| cell.lamp.dnd).map(facts_of).collect(),
        }
    }

    /// Whether what is awaited was said. A DND that was awaited stands from then on.
    pub fn has_come(&mut self, now: Moment, ledger: &Ledger, awaited: &Awaited) -> bool {
        match awaited {
            Awaited::Says { peer, device, state } => says(ledger, peer, device, *state),
            Awaited::Stands { exten, since } => self.stands(now, ledger, exten, *since),
        }
    }

    fn stands(&mut self, now: Moment, ledger: &Ledger, exten: &Exten, since: Timestamp) -> bool {
        let Some(order) = self.dnd.order_of(exten, since) else {
            // The order is gone: the PBX has confirmed the DND, and ended it since.
            return true;
        };
        let (told, is_confirmed) = (order.told.clone(), order.is_confirmed());
        let says_so = |node| says(ledger, node, &device::of_exten(exten), DeviceState::Busy);
        if !is_confirmed && !told.node.as_ref().is_some_and(says_so) {
            return false;
        }
        self.dnd.close(exten);
        self.tell_dnd(now, ledger, exten, DndKind::Calls, Some(told));
        true
    }

    /// Claims an order, so that what its PBX says is judged by it. `false`: there is nothing to be done at the PBX any more.
    pub fn claim_dnd(&mut self, exten: &Exten, claim: Claim) -> bool {
        self.dnd.claim(exten, claim)
    }

    /// An order was given up before its end.
    pub fn leave_dnd(&mut self, exten: &Exten, since: Timestamp, left: Left) {
        self.dnd.leave(exten, since, left);
    }

    /// Notices that a DND of the earlier run had ended: its PBX said something else after it was set, and that is kept.
    fn notice_ended_before(&mut self, ledger: &Ledger, exten: &Exten) {
        let Some(told) = self.dnd.get(exten, DndKind::Calls) else { return };
        let Some(node) = told.node.clone() else { return };
        let Some(peer) = ledger.peers().find(&node) else { return };
        let name = device::of_exten(exten);
        let since = |fact: &&Fact| fact.peer == peer && fact.age.when.wall > told.since;
        if let Some(state) = facts_of(ledger, &name).iter().find(since).map(|fact| fact.state) {
            self.dnd.notice(&node, &name, state);
        }
    }
}

/// Whether `peer` itself says that `device` is in `state`, and can be believed.
fn says(ledger: &Ledger, peer: &SiteName, device: &DeviceName, state: DeviceState) -> bool {
    let Some(peer) = ledger.peers().find(peer) else { return false };
    let says = |fact: &Fact| fact.peer == peer && fact.state == state && fact.is_live(ledger.peers());
    facts_of(ledger, device).iter().any(says)
}

fn facts_of<'a>(ledger: &'a Ledger, device: &DeviceName) -> &'a [Fact] {
    ledger.find_device(device).map_or(&[], |id| ledger.facts(id))
}
