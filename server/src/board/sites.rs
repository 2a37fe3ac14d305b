//! The PBXes as the board shows them, and which lamps belong to each.

use std::collections::BTreeSet;

use lampfield_dialplan::Pattern;
use lampfield_shared::{Exten, Freshness, Site, Timestamp};

use super::ids::LampId;
use super::settings::SiteSettings;
use crate::ledger::{Ledger, PeerId};
use crate::moment::Moment;

/// What the configuration says of the sites, and what follows for their lamps. A peer that the configuration does not
/// know has a site all the same.
#[derive(Debug, Default)]
pub(super) struct Sites {
    all: Vec<Entry>,
}

#[derive(Debug, Default)]
struct Entry {
    title: Option<String>,
    serves: Vec<Pattern>,
    stops_calls: bool,
    /// The freshness that the watchers were told, and since when it was said to hold.
    shown: Option<(Freshness, Timestamp)>,
    /// The lamps that the configuration says the site serves.
    lamps: Vec<LampId>,
    /// The lamps of the extensions whose state the peer publishes.
    published: BTreeSet<LampId>,
}

impl Sites {
    pub(super) fn new(settings: Vec<SiteSettings>, ledger: &mut Ledger, now: Moment) -> Self {
        let mut sites = Self::default();
        for SiteSettings { name, title, serves, stops_calls } in settings {
            let entry = sites.entry(ledger.peer(&name, now));
            (entry.title, entry.serves, entry.stops_calls) = (Some(title), serves, stops_calls);
        }
        sites
    }

    fn entry(&mut self, id: PeerId) -> &mut Entry {
        if self.all.len() <= id.index() {
            self.all.resize_with(id.index() + 1, Entry::default);
        }
        &mut self.all[id.index()]
    }

    fn get(&self, id: PeerId) -> Option<&Entry> {
        self.all.get(id.index())
    }

    /// A site as it is shown.
    pub(super) fn site(&self, id: PeerId, ledger: &Ledger) -> Site {
        let (entry, peers) = (self.get(id), ledger.peers());
        let name = peers.name(id).clone();
        Site {
            title: entry.and_then(|entry| entry.title.clone()).unwrap_or_else(|| name.to_string()),
            name,
            freshness: peers.freshness(id),
            since: peers.since(id),
            heard: peers.heard(id).map(|heard| heard.wall),
            stops_calls: entry.is_some_and(|entry| entry.stops_calls),
        }
    }

    /// The first whose configuration says that it serves the extension.
    pub(super) fn serving(&self, exten: &Exten) -> Option<PeerId> {
        let serves = |entry: &Entry| entry.serves.iter().any(|pattern| pattern.matches(exten.as_str()));
        self.all.iter().position(serves).map(PeerId::at)
    }

    /// Takes notice of how fresh a peer is; whether the watchers were told otherwise.
    pub(super) fn notice(&mut self, id: PeerId, ledger: &Ledger) -> bool {
        let now = Some((ledger.peers().freshness(id), ledger.peers().since(id)));
        std::mem::replace(&mut self.entry(id).shown, now) != now
    }

    /// The lamps that the configuration says a site serves.
    pub(super) fn given_lamps(&self, id: PeerId) -> impl Iterator<Item = LampId> {
        self.get(id).into_iter().flat_map(|entry| entry.lamps.iter().copied())
    }

    pub(super) fn give_lamp(&mut self, id: PeerId, lamp: LampId) {
        self.entry(id).lamps.push(lamp);
    }

    pub(super) fn take_lamp(&mut self, id: PeerId, lamp: LampId) {
        self.entry(id).lamps.retain(|own| *own != lamp);
    }

    /// The lamps of the extensions whose state a peer publishes.
    pub(super) fn published(&self, id: PeerId) -> impl Iterator<Item = LampId> {
        self.get(id).into_iter().flat_map(|entry| entry.published.iter().copied())
    }

    /// A peer publishes the state of a lamp's extension.
    pub(super) fn publishes(&mut self, id: PeerId, lamp: LampId) {
        self.entry(id).published.insert(lamp);
    }
}
