//! The peers by number and name, whether each is heard, and which facts are its own.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use lampfield_shared::{Freshness, SiteName, Timestamp};

use super::ids::{DeviceId, ExtensionId, MailboxId, PeerId};
use super::rounds::Rounds;
use super::source::Source;
use super::told::Told;
use crate::moment::Moment;

/// All peers.
#[derive(Debug)]
pub struct Peers {
    all: Vec<Peer>,
    /// Our own name beside theirs.
    own: SiteName,
    by_name: HashMap<SiteName, PeerId>,
}

/// One peer.
#[derive(Debug)]
pub(super) struct Peer {
    name: SiteName,
    freshness: Freshness,
    /// When the freshness last changed, to be shown.
    since: Timestamp,
    heard: Option<Moment>,
    /// How many names of devices (for each entity id), mailboxes and extensions it has told of.
    pub(super) names: usize,
    pub(super) devices: Telling<DeviceId>,
    pub(super) mailboxes: Telling<MailboxId>,
    pub(super) extensions: BTreeSet<ExtensionId>,
    /// What it took of our own states.
    pub(super) told: Told,
}

/// What a peer has told by one source.
#[derive(Debug)]
pub(super) struct Telling<Id> {
    /// Everything that it has told of: what must be looked at when it falls silent.
    pub(super) all: BTreeSet<Id>,
    /// What it has told since it was last doubted: a gap that follows another costs nothing.
    pub(super) undoubted: BTreeSet<Id>,
    pub(super) rounds: Rounds,
}

impl<Id> Default for Telling<Id> {
    fn default() -> Self {
        Self { all: BTreeSet::new(), undoubted: BTreeSet::new(), rounds: Rounds::default() }
    }
}

impl Default for Peers {
    fn default() -> Self {
        Self { all: Vec::new(), own: "lampfield".into(), by_name: HashMap::new() }
    }
}

impl Peers {
    /// The peer of that name. A name that the configuration does not know gets a number behind all others.
    pub(super) fn find_or_add(&mut self, name: &SiteName, now: Moment) -> PeerId {
        if let Some(id) = self.by_name.get(name) {
            return *id;
        }
        let id = PeerId::at(self.all.len());
        if self.all.len() <= id.index() {
            self.all.push(Peer {
                name: name.clone(),
                freshness: Freshness::Never,
                since: now.wall,
                heard: None,
                names: 0,
                devices: Telling::default(),
                mailboxes: Telling::default(),
                extensions: BTreeSet::new(),
                told: Told::default(),
            });
        }
        self.by_name.insert(name.clone(), id);
        id
    }

    /// The peer of that name.
    pub fn find(&self, name: &SiteName) -> Option<PeerId> {
        self.by_name.get(name).copied()
    }

    /// All peers, those of the configuration first and in its order.
    pub fn ids(&self) -> impl Iterator<Item = PeerId> + use<> {
        (0..self.all.len()).map(PeerId::at)
    }

    /// The name of a peer, or our own.
    pub fn name(&self, id: PeerId) -> &SiteName {
        self.get(id).map_or(&self.own, |peer| &peer.name)
    }

    /// Whether a peer is heard now. What we say ourselves is always live.
    pub fn freshness(&self, id: PeerId) -> Freshness {
        self.get(id).map_or(Freshness::Live, |peer| peer.freshness)
    }

    /// Whether a peer stands by what it told since its last gap.
    pub fn is_live(&self, id: PeerId) -> bool {
        self.freshness(id) == Freshness::Live
    }

    /// When the freshness of a peer last changed, as the wall clock showed it.
    pub fn since(&self, id: PeerId) -> Timestamp {
        self.get(id).map_or(Timestamp(0), |peer| peer.since)
    }

    /// When a peer was last heard.
    pub fn heard(&self, id: PeerId) -> Option<Moment> {
        self.get(id)?.heard
    }

    /// Something came from a peer.
    pub(super) fn hear(&mut self, id: PeerId, now: Moment) {
        if let Some(peer) = self.get_mut(id) {
            peer.heard = Some(now);
        }
    }

    /// A peer turns out to have been heard so long ago at the latest; until when what it told was good. `None`: it was
    /// never heard.
    pub(super) fn hear_before(&mut self, id: PeerId, now: Moment, ago: Duration) -> Option<Moment> {
        let peer = self.get_mut(id)?;
        let heard = peer.heard?.max(now.ago(ago));
        peer.heard = Some(heard);
        Some(heard)
    }

    /// A peer was last heard then, in an earlier run.
    pub(super) fn restore(&mut self, id: PeerId, heard: Moment) {
        if let Some(peer) = self.get_mut(id) {
            (peer.heard, peer.since, peer.freshness) = (Some(heard), heard.wall, Freshness::LastKnown);
        }
    }

    /// Says how fresh a peer is; whether that is new.
    pub(super) fn set_freshness(&mut self, id: PeerId, freshness: Freshness, now: Moment) -> bool {
        let Some(peer) = self.get_mut(id).filter(|peer| peer.freshness != freshness) else { return false };
        (peer.freshness, peer.since) = (freshness, now.wall);
        true
    }

    /// Shows no time that is still to come, now that the wall clock was set back; the peers of which one was shown.
    pub(super) fn set_clock(&mut self, now: Moment) -> Vec<PeerId> {
        let later = self.all.iter_mut().enumerate().filter_map(|(at, peer)| {
            let is_later = peer.since > now.wall || peer.heard.is_some_and(|heard| heard.wall > now.wall);
            peer.since = peer.since.min(now.wall);
            peer.heard = peer.heard.map(|heard| heard.shown_by(now));
            is_later.then_some(PeerId::at(at))
        });
        later.collect()
    }

    pub(super) fn get(&self, id: PeerId) -> Option<&Peer> {
        self.all.get(id.index())
    }

    pub(super) fn get_mut(&mut self, id: PeerId) -> Option<&mut Peer> {
        self.all.get_mut(id.index())
    }

    /// The rounds of a peer and source; extension states cannot be asked for.
    pub(super) fn rounds(&mut self, id: PeerId, source: Source) -> Option<&mut Rounds> {
        let peer = self.get_mut(id)?;
        match source {
            Source::DeviceStates => Some(&mut peer.devices.rounds),
            Source::Mailboxes => Some(&mut peer.mailboxes.rounds),
            Source::ExtensionStates => None,
        }
    }
}
