//! The PBXes, and whether they are heard.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use lampfield_dialplan::Pattern;
use lampfield_shared::{Exten, Freshness, Site, SiteName};

use super::ids::{DeviceId, LampId, PeerId};
use super::settings::SiteSettings;
use crate::moment::Moment;

/// All peers, and ourselves.
#[derive(Debug)]
pub(super) struct Peers {
    all: Vec<Peer>,
    /// Whose votes are our own: no PBX, hence no site of the board.
    own: Site,
    by_name: HashMap<SiteName, PeerId>,
}

#[derive(Debug)]
struct Peer {
    site: Site,
    /// When it was last heard; the site shows the same.
    heard: Option<Moment>,
    serves: Vec<Pattern>,
    /// The devices that it has told something of: what must be looked at when it falls silent.
    devices: BTreeSet<DeviceId>,
    /// Those of which it has told something since it was last doubted: a gap that follows another costs nothing.
    undoubted: BTreeSet<DeviceId>,
    /// The lamps that the configuration says it serves.
    lamps: Vec<LampId>,
}

impl Peer {
    fn set_heard(&mut self, heard: Moment) {
        (self.heard, self.site.heard) = (Some(heard), Some(heard.wall));
    }
}

impl Peers {
    pub(super) fn new(settings: Vec<SiteSettings>, now: Moment) -> Self {
        let own = Site {
            name: "lampfield".into(),
            title: "lampfield".into(),
            freshness: Freshness::Live,
            since: now.wall,
            heard: None,
            stops_calls: false,
        };
        let mut peers = Self { all: Vec::new(), own, by_name: HashMap::new() };
        for SiteSettings { name, title, serves, stops_calls } in settings {
            let id = peers.get_or_add(&name, now);
            let peer = &mut peers.all[id.index()];
            peer.site.title = title;
            peer.site.stops_calls = stops_calls;
            peer.serves = serves;
        }
        peers
    }

    /// The peer of that name. One that the configuration does not know gets a site of its own
    /// rather than being lost.
    pub(super) fn get_or_add(&mut self, name: &SiteName, now: Moment) -> PeerId {
        if let Some(id) = self.by_name.get(name) {
            return *id;
        }
        let id = PeerId(u16::try_from(self.all.len()).unwrap_or(u16::MAX));
        if self.all.len() <= id.index() {
            let site = Site {
                name: name.clone(),
                title: name.to_string(),
                freshness: Freshness::Never,
                since: now.wall,
                heard: None,
                stops_calls: false,
            };
            self.all.push(Peer {
                site,
                heard: None,
                serves: Vec::new(),
                devices: BTreeSet::new(),
                undoubted: BTreeSet::new(),
                lamps: Vec::new(),
            });
            self.by_name.insert(name.clone(), id);
        }
        id
    }

    pub(super) fn find(&self, name: &SiteName) -> Option<PeerId> {
        self.by_name.get(name).copied()
    }

    pub(super) fn site(&self, id: PeerId) -> &Site {
        if id.is_own() { &self.own } else { &self.all[id.index()].site }
    }

    pub(super) fn sites(&self) -> impl Iterator<Item = &Site> {
        self.all.iter().map(|peer| &peer.site)
    }

    /// The first whose configuration says that it serves the extension.
    pub(super) fn serving(&self, exten: &Exten) -> Option<PeerId> {
        let serves = |peer: &Peer| peer.serves.iter().any(|pattern| pattern.matches(exten.as_str()));
        let at = self.all.iter().position(serves)?;
        u16::try_from(at).ok().map(PeerId)
    }

    pub(super) fn is_live(&self, id: PeerId) -> bool {
        self.site(id).freshness == Freshness::Live
    }

    pub(super) fn heard(&self, id: PeerId) -> Option<Moment> {
        self.all[id.index()].heard
    }

    /// No time that is shown of them is still to come; those of which one was.
    pub(super) fn not_after(&mut self, now: Moment) -> Vec<PeerId> {
        let ids = (0u16..).map(PeerId);
        let later = self.all.iter_mut().zip(ids).filter_map(|(Peer { site, heard, .. }, id)| {
            let is_later = site.since > now.wall || site.heard.is_some_and(|heard| heard > now.wall);
            site.since = site.since.min(now.wall);
            *heard = heard.map(|heard| heard.shown_by(now));
            site.heard = heard.map(|heard| heard.wall);
            is_later.then_some(id)
        });
        later.collect()
    }

    /// Something came from it.
    pub(super) fn hear(&mut self, id: PeerId, now: Moment) {
        self.all[id.index()].set_heard(now);
    }

    /// It was last heard then, in an earlier run.
    pub(super) fn restore(&mut self, id: PeerId, heard: Moment) {
        let peer = &mut self.all[id.index()];
        peer.set_heard(heard);
        (peer.site.since, peer.site.freshness) = (heard.wall, Freshness::LastKnown);
    }

    /// If it was heard at all, it was heard last so long ago.
    pub(super) fn hear_before(&mut self, id: PeerId, now: Moment, ago: Duration) {
        let peer = &mut self.all[id.index()];
        if let Some(known) = peer.heard {
            peer.set_heard(known.max(now.ago(ago)));
        }
    }

    /// Says how fresh it is; whether that is new.
    #[must_use]
    pub(super) fn set_freshness(&mut self, id: PeerId, freshness: Freshness, now: Moment) -> bool {
        let site = &mut self.all[id.index()].site;
        let differs = site.freshness != freshness;
        if differs {
            site.freshness = freshness;
            site.since = now.wall;
        }
        differs
    }

    pub(super) fn devices(&self, id: PeerId) -> &BTreeSet<DeviceId> {
        &self.all[id.index()].devices
    }

    pub(super) fn given_lamps(&self, id: PeerId) -> &[LampId] {
        &self.all[id.index()].lamps
    }

    pub(super) fn give_lamp(&mut self, id: PeerId, lamp: LampId) {
        self.all[id.index()].lamps.push(lamp);
    }

    pub(super) fn take_lamp(&mut self, id: PeerId, lamp: LampId) {
        self.all[id.index()].lamps.retain(|own| *own != lamp);
    }

    pub(super) fn has_told(&mut self, id: PeerId, device: DeviceId) {
        self.all[id.index()].devices.insert(device);
    }

    /// It stands by what it told of a device.
    pub(super) fn stands_by(&mut self, id: PeerId, device: DeviceId) {
        self.all[id.index()].undoubted.insert(device);
    }

    /// The devices that it stood by till now.
    pub(super) fn take_undoubted(&mut self, id: PeerId) -> BTreeSet<DeviceId> {
        std::mem::take(&mut self.all[id.index()].undoubted)
    }
}
