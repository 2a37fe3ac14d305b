//! What the facts say of the "do not disturb" of one lamp.

use lampfield_shared::dnd::device;
use lampfield_shared::{DeviceState, Dnd, DndDetails, DndKind, Exten, Freshness, SiteName, Vote};

use super::cell::Cell;
use super::dnd_book::DndBook;
use super::freshness::vote;
use crate::ledger::{DeviceId, Fact, Ledger, PeerId};

/// What the board knows that matters to setting a DND.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DndFacts {
    /// The PBX that serves the extension, and how fresh that PBX is; `None` where it is a guess.
    pub home: Option<(SiteName, Freshness)>,
    /// The state of our own vote.
    pub own: Dnd,
    /// Votes of others that say "do not disturb".
    pub held_by: Vec<Vote>,
    /// Whether a lamp would show a DND of ours.
    pub follows: Follows,
}

impl DndFacts {
    /// The facts of an extension without a lamp.
    pub const fn without_lamp() -> Self {
        Self { home: None, own: Dnd::Off, held_by: Vec::new(), follows: Follows::No }
    }

    /// Whether `node` holds the extension's own device, and so stops calls, as far as is known.
    pub fn is_held_at(&self, node: &SiteName, exten: &Exten) -> bool {
        let device = device::of_exten(exten);
        self.held_by.iter().any(|vote| vote.peer == *node && vote.device == device)
    }
}

/// Whether a lamp looks at the device `Custom:DND<exten>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows {
    /// The lamp looks at that device.
    Yes,
    /// The hint of the lamp names only other devices.
    No,
}

/// The devices that say whether "do not disturb" is on.
fn dnd_devices(cell: &Cell) -> impl Iterator<Item = DeviceId> + Clone {
    cell.watched.iter().filter(|(_, role)| role.is_dnd()).map(|(id, _)| *id)
}

/// The facts of others by which a device says "do not disturb".
fn holding(ledger: &Ledger, id: DeviceId) -> impl Iterator<Item = &Fact> {
    ledger.facts(id).iter().filter(|fact| fact.state == DeviceState::Busy && !fact.peer.is_own())
}

/// What the board knows of the DND of a lamp's extension.
pub(super) fn facts(cell: &Cell, ledger: &Ledger) -> DndFacts {
    let own_device = ledger.find_device(&device::of_exten(&cell.lamp.exten));
    let watched = dnd_devices(cell);
    let follows = if watched.clone().any(|id| Some(id) == own_device) { Follows::Yes } else { Follows::No };
    let beside = own_device.filter(|_| follows == Follows::No);
    let own = own_device.is_some_and(|id| ledger.own_state(id) == Some(DeviceState::Busy));
    let home = |peer: PeerId| (ledger.peers().name(peer).clone(), ledger.peers().freshness(peer));
    let held_by = |id| holding(ledger, id).map(move |fact| vote(ledger, ledger.device_name(id), fact));
    DndFacts {
        home: cell.home.known().map(home),
        own: if own { Dnd::On } else { Dnd::Off },
        held_by: watched.chain(beside).flat_map(held_by).collect(),
        follows,
    }
}

/// What a lamp tells of its DND. Calls are blocked where a PBX holds the DND now, and not where we alone hold it; else it
/// is the last that was known of a PBX.
pub(super) fn details(cell: &Cell, ledger: &Ledger, book: &DndBook) -> DndDetails {
    let mut held = dnd_devices(cell).flat_map(|id| holding(ledger, id));
    let own = || dnd_devices(cell).any(|id| ledger.own_state(id) == Some(DeviceState::Busy));
    let kind = if held.any(|fact| fact.is_live(ledger.peers())) || !own() { DndKind::Calls } else { DndKind::Lamp };
    let told = book.get(&cell.lamp.exten, kind);
    DndDetails {
        kind,
        until: told.and_then(|told| told.until),
        reason: told.and_then(|told| told.reason.clone()),
        by: told.and_then(|told| told.by.clone()),
    }
}
