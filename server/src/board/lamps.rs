//! The lamps of the board: which there are, which devices each looks at, and which look different.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Deref;
use std::sync::Arc;

use lampfield_shared::{DeviceState, Exten, Lamp};

use super::cell::{Cell, Queued};
use super::home::Home;
use super::ids::LampId;
use super::look::Look;
use super::votes::Votes;
use crate::ledger::{DeviceId, Fact, Ledger, Marks, PeerId};
use crate::moment::Moment;

/// All lamps. None is ever taken away, so a number stays good.
#[derive(Debug, Default)]
pub(super) struct Lamps {
    cells: Vec<Cell>,
    by_exten: BTreeMap<Exten, LampId>,
    /// The lamps that look at each device, by its number.
    lookers: Vec<Lookers>,
    changes: VecDeque<Changed>,
    to_keep: Marks<LampId>,
}

/// What looks different.
#[derive(Debug, Clone, Copy)]
pub(super) enum Changed {
    Lamp(LampId),
    Site(PeerId),
}

/// The lamps that look at a device. Nearly every device has one for good, and there are many devices.
#[derive(Debug, Default)]
enum Lookers {
    #[default]
    None,
    One(LampId),
    Several(Vec<LampId>),
}

impl Lookers {
    fn push(&mut self, lamp: LampId) {
        match self {
            Self::None => *self = Self::One(lamp),
            Self::One(first) => *self = Self::Several(vec![*first, lamp]),
            Self::Several(all) => all.push(lamp),
        }
    }
}

impl Deref for Lookers {
    type Target = [LampId];

    fn deref(&self) -> &[LampId] {
        match self {
            Self::None => &[],
            Self::One(lamp) => std::slice::from_ref(lamp),
            Self::Several(all) => all,
        }
    }
}

impl Lamps {
    /// The number of the next lamp.
    pub(super) fn next(&self) -> LampId {
        LampId::at(self.cells.len())
    }

    /// Adds the lamp of that number.
    pub(super) fn push(&mut self, cell: Cell) {
        let id = self.next();
        for (device, _) in &cell.watched {
            if self.lookers.len() <= device.index() {
                self.lookers.resize_with(device.index() + 1, Lookers::default);
            }
            self.lookers[device.index()].push(id);
        }
        self.by_exten.insert(cell.lamp.exten.clone(), id);
        self.cells.push(cell);
    }

    pub(super) fn get(&self, id: LampId) -> &Cell {
        &self.cells[id.index()]
    }

    pub(super) fn get_mut(&mut self, id: LampId) -> &mut Cell {
        &mut self.cells[id.index()]
    }

    pub(super) fn find(&self, exten: &str) -> Option<LampId> {
        self.by_exten.get(exten).copied()
    }

    /// The lamps in the order of their extensions.
    pub(super) fn by_exten(&self) -> impl Iterator<Item = (&Exten, &Cell)> {
        self.by_exten.iter().map(|(exten, id)| (exten, self.get(*id)))
    }

    /// The lamps in the order in which they appeared.
    pub(super) fn ids(&self) -> impl Iterator<Item = LampId> + use<> {
        (0..self.cells.len()).map(LampId::at)
    }

    /// The lamps that look at a device.
    pub(super) fn looking_at(&self, device: DeviceId) -> &[LampId] {
        self.lookers.get(device.index()).map_or(&[], |lookers| lookers)
    }

    /// Shows what a lamp looks like now; if that is new, it is a change.
    pub(super) fn show(&mut self, id: LampId, look: Look, now: Moment) {
        let lamp = &mut self.cells[id.index()].lamp;
        if look.is_of(lamp) {
            return;
        }
        let is_same_state = (lamp.state, lamp.dnd) == (look.state, look.dnd);
        let lamp = Arc::make_mut(lamp);
        look.put_on(lamp);
        if !is_same_state {
            lamp.since = now.wall;
            self.mark(id);
        }
        self.queue(id);
    }

    /// Changes what is shown of a lamp beside its [`Look`].
    pub(super) fn change(&mut self, id: LampId, change: impl FnOnce(&mut Lamp)) {
        change(Arc::make_mut(&mut self.cells[id.index()].lamp));
        self.queue(id);
    }

    /// Queues a lamp to be told, once.
    pub(super) fn queue(&mut self, id: LampId) {
        let cell = &mut self.cells[id.index()];
        if cell.queued == Queued::No {
            cell.queued = Queued::Yes;
            self.changes.push_back(Changed::Lamp(id));
        }
    }

    pub(super) fn queue_site(&mut self, peer: PeerId) {
        self.changes.push_back(Changed::Site(peer));
    }

    /// The next change.
    pub(super) fn poll_change(&mut self) -> Option<Changed> {
        let changed = self.changes.pop_front()?;
        if let Changed::Lamp(id) = changed {
            self.cells[id.index()].queued = Queued::No;
        }
        Some(changed)
    }

    /// Forgets the changes: whoever looks now sees the whole board.
    pub(super) fn forget_changes(&mut self) {
        while self.poll_change().is_some() {}
    }

    /// Has a lamp kept next.
    pub(super) fn mark(&mut self, id: LampId) {
        self.to_keep.mark(id);
    }

    pub(super) fn mark_all(&mut self) {
        self.ids().for_each(|id| self.mark(id));
    }

    /// The lamps that were marked since this was last asked.
    pub(super) fn take_marked(&mut self) -> Vec<LampId> {
        self.to_keep.take()
    }

    /// Learns from a fact about a device which PBX a lamp belongs to. `before` is what the same Asterisk said till now.
    pub(super) fn learn_home(
        &mut self,
        id: LampId,
        device: DeviceId,
        fact: &Fact,
        before: Option<DeviceState>,
        ledger: &Ledger,
    ) {
        let cell = self.get(id);
        let phones = cell.watched.iter().filter(|(_, role)| role.tells_home());
        if phones.clone().all(|(phone, _)| *phone != device) {
            return self.learn_teller(id, fact);
        }
        // We serve no extension.
        if !fact.peer.is_own() {
            let all = phones.flat_map(|(phone, _)| ledger.facts(*phone));
            self.set_home(id, cell.home.learn(fact, before, all, ledger.peers()));
        }
    }

    /// Learns that a peer tells something of a lamp that is no phone: any may be the home.
    pub(super) fn learn_teller(&mut self, id: LampId, fact: &Fact) {
        if self.get(id).home == Home::Unknown && !fact.peer.is_own() {
            self.set_home(id, Home::Guessed(fact.peer));
        }
    }

    fn set_home(&mut self, id: LampId, home: Home) {
        if home != self.get(id).home {
            self.get_mut(id).home = home;
            self.mark(id);
        }
    }

    /// Learns from what was told before there was the lamp, in the order of the telling.
    pub(super) fn learn_all(&mut self, id: LampId, ledger: &Ledger) {
        let cell = self.get(id);
        let of_devices = cell.watched.iter().flat_map(|(device, _)| {
            let facts = ledger.facts(*device).iter();
            facts.map(|fact| (fact.age.when, Some(*device), *fact))
        });
        let of_extension = Votes::OfExtension(&cell.extension).iter().map(|fact| (fact.age.when, None, *fact));
        let mut told: Vec<(Moment, Option<DeviceId>, Fact)> = of_devices.chain(of_extension).collect();
        told.sort_by_key(|(when, device, fact)| (*when, device.is_none(), *device, fact.eid));
        for (_, device, fact) in told {
            match device {
                Some(device) => self.learn_home(id, device, &fact, None, ledger),
                None => self.learn_teller(id, &fact),
            }
        }
    }
}
