//! Where the peers are: the addresses that they send from, the ways to them, and what their names stand for. So this
//! part also tells whose a request is, as far as addresses and names can tell.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use lampfield_sip::locate::{Destination, Names, Question};
use lampfield_sip::{Hop, Request};

use super::by_user::ByUser;
use super::package::Package;
use super::reach::Reach;
use super::refusal::Refuse;
use super::settings::{Fit, PeerAddress, PeerSettings};
use crate::ledger::PeerId;

/// See the module.
#[derive(Debug)]
pub(super) struct Directory {
    entries: Vec<Entry>,
    by_user: ByUser,
    /// What the peers' names stand for.
    names: Names,
    /// Every address that peers send from, as far as names are known.
    hosts: HashSet<IpAddr>,
    /// Names that are to be looked up before their time.
    questions: VecDeque<Question>,
}

#[derive(Debug)]
struct Entry {
    settings: Arc<PeerSettings>,
    reach: Reach,
}

/// Whose a request from a peer's host is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// The request is of this peer.
    Peer(PeerId),
    /// The request names several peers alike; this is the first of them.
    OneOf(PeerId),
    /// The request is for another resource than any of the peers at that host.
    OtherResource(String),
}

impl Origin {
    /// The peer, where it is known.
    pub const fn peer(&self) -> Option<PeerId> {
        match self {
            Self::Peer(peer) => Some(*peer),
            Self::OneOf(_) | Self::OtherResource(_) => None,
        }
    }
}

/// What tells the peers at one host apart, the surer the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum NamedBy {
    Resource,
    Login,
}

/// What an answer of the name system has changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Resolved {
    /// Peers that send from other addresses now: what they said from there meanwhile was refused.
    pub moved: Vec<PeerId>,
    /// Peers to which there is a way that there was not.
    pub reached: Vec<PeerId>,
}

impl Directory {
    pub fn new(peers: &[Arc<PeerSettings>]) -> Self {
        let names = Names::new();
        let entry = |settings: &Arc<PeerSettings>| Entry {
            reach: Reach::new(&settings.publish_to, &names),
            settings: Arc::clone(settings),
        };
        let entries = peers.iter().map(entry).collect();
        let by_user = ByUser::new(peers.iter().map(AsRef::as_ref));
        let mut directory = Self { entries, by_user, names, hosts: HashSet::new(), questions: VecDeque::new() };
        directory.note_hosts();
        directory
    }

    fn note_hosts(&mut self) {
        let addresses = self.entries.iter().flat_map(|entry| &entry.settings.addresses);
        self.hosts = addresses.flat_map(|address| address.ips(&self.names)).collect();
    }

    fn ids(&self) -> impl Iterator<Item = PeerId> + use<> {
        (0..self.entries.len()).map(PeerId::at)
    }

    fn settings(&self, peer: PeerId) -> &PeerSettings {
        &self.entries[peer.index()].settings
    }

    /// Whether a peer sends from this address.
    pub fn knows(&self, ip: IpAddr) -> bool {
        self.hosts.contains(&ip)
    }

    /// Every address that peers send from, as far as names are known.
    pub fn known_ips(&self) -> impl Iterator<Item = IpAddr> {
        self.hosts.iter().copied()
    }

    /// How well an address fits what a peer sends from.
    fn fit(&self, peer: PeerId, source: SocketAddr) -> Fit {
        self.settings(peer).fit(source, &self.names)
    }

    /// Every peer that may be at this address.
    pub fn fitting(&self, address: SocketAddr) -> impl Iterator<Item = PeerId> {
        self.ids().filter(move |peer| self.fit(*peer, address) > Fit::No)
    }

    /// The peer at an address, where nothing else tells who it is.
    ///
    /// # Errors
    /// [`Refuse::Stranger`] where there is none, and [`Refuse::Ambiguous`] where there are several.
    pub fn peer_at(&self, source: SocketAddr) -> Result<PeerId, Refuse> {
        let fits = || self.ids().map(|peer| (self.fit(peer, source), peer)).filter(|(fit, _)| *fit > Fit::No);
        let best = fits().map(|(fit, _)| fit).max().ok_or(Refuse::Stranger)?;
        let mut of_best = fits().filter(|(fit, _)| *fit == best).map(|(_, peer)| peer);
        match (of_best.next(), of_best.next()) {
            (Some(peer), None) => Ok(peer),
            _ => Err(Refuse::Ambiguous),
        }
    }

    /// Whose a PUBLISH is. For extension states the address alone tells, since the resource is the extension. Otherwise
    /// several peers may share a host: the request tells them apart by its resource and user name, and then the port.
    ///
    /// # Errors
    /// [`Refuse::Stranger`] and [`Refuse::Ambiguous`].
    pub fn origin(&self, source: SocketAddr, package: Option<Package>, request: &Request) -> Result<Origin, Refuse> {
        if let Some(Package::Extension(_)) = package {
            return self.peer_at(source).map(Origin::Peer);
        }
        let resource = request.uri.user.as_deref().unwrap_or_default();
        let candidate = |peer: &PeerId| {
            let settings = self.settings(*peer);
            let fit = Some(self.fit(*peer, source)).filter(|fit| *fit > Fit::No)?;
            let by_login = settings.auth.as_ref().is_some_and(|auth| auth.login.is_claimed_by(request));
            let named = if by_login { NamedBy::Login } else { NamedBy::Resource };
            (resource == settings.resource).then_some(((named, fit), *peer))
        };
        let all = || self.by_user.called(resource).iter().filter_map(candidate);
        let best = all().map(|(fit, _)| fit).max();
        let mut of_best = all().filter(|(fit, _)| Some(*fit) == best).map(|(_, peer)| peer);
        match (of_best.next(), of_best.next()) {
            (Some(peer), None) => Ok(Origin::Peer(peer)),
            (Some(first), Some(_)) => Ok(Origin::OneOf(first)),
            (None, _) if self.fitting(source).next().is_some() => Ok(Origin::OtherResource(resource.into())),
            (None, _) => Err(Refuse::Stranger),
        }
    }

    /// The peers that a message from or to this address may be of: of those that go by the name of the user whom the
    /// message is about, or else of all, the ones that the address fits best.
    pub fn peers_at(&self, address: SocketAddr, user: Option<&str>) -> Vec<PeerId> {
        let fit = |peer: PeerId| {
            let is_way = self.entries[peer.index()].reach.leads_to(address);
            if is_way { Fit::Exact } else { self.fit(peer, address) }
        };
        let best_of = |these: &[PeerId]| {
            let best = these.iter().map(|peer| fit(*peer)).max().filter(|fit| *fit > Fit::No)?;
            Some(these.iter().copied().filter(|peer| fit(*peer) == best).collect())
        };
        let named = user.map_or(&[][..], |user| self.by_user.called(user));
        best_of(named).or_else(|| best_of(self.by_user.all())).unwrap_or_default()
    }

    /// The ways to a peer.
    pub fn reach(&self, peer: PeerId) -> &Reach {
        &self.entries[peer.index()].reach
    }

    /// The way to take to a peer; `None` while its name is not known.
    pub fn way(&self, peer: PeerId) -> Option<&Hop> {
        self.reach(peer).hop()
    }

    /// Whether nobody else would answer there what this peer is asked.
    pub fn is_alone(&self, peer: PeerId) -> bool {
        let address = |peer: PeerId| self.way(peer).map(Hop::address);
        !self.ids().any(|other| other != peer && address(other) == address(peer))
    }

    /// An answer of the peer came.
    pub fn works(&mut self, peer: PeerId) {
        self.entries[peer.index()].reach.works();
    }

    /// What was sent to a peer by `hop` came to nothing, for this reason if one is known: the next way is tried, and the
    /// names are looked up again.
    pub fn fails(&mut self, peer: PeerId, hop: &Hop, why: Option<&str>) {
        let Entry { settings, reach } = &mut self.entries[peer.index()];
        reach.fails(hop, why);
        self.questions.extend(settings.questions());
    }

    /// All names that have to be looked up, and looked up again, for the peers to be found.
    pub fn questions(&self) -> BTreeSet<Question> {
        self.entries.iter().flat_map(|entry| entry.settings.questions()).collect()
    }

    /// A name whose last answer has become doubtful.
    pub fn poll_question(&mut self) -> Option<Question> {
        self.questions.pop_front()
    }

    /// All names are doubtful.
    pub fn doubt_names(&mut self) {
        self.questions.extend(self.questions());
    }

    /// A stranger came, who may be a peer that has moved: all names that peers send from are doubtful.
    pub fn doubt_addresses(&mut self) {
        if self.questions.is_empty() {
            let addresses = self.entries.iter().flat_map(|entry| &entry.settings.addresses);
            self.questions.extend(addresses.filter_map(PeerAddress::question));
        }
    }

    /// Takes what a name stands for, in order of preference.
    pub fn resolved(&mut self, question: &Question, places: Vec<Destination>) -> Resolved {
        let mut resolved = Resolved::default();
        let known = self.names.insert(question.clone(), places);
        if known != self.names.get(question).cloned() {
            tracing::info!(name = question.name(), places = ?self.names[question], "resolved");
            self.note_hosts();
            let sends_from = |peer: &PeerId| self.settings(*peer).sends_from(question);
            resolved.moved = self.ids().filter(sends_from).collect();
        }
        for (index, Entry { settings, reach }) in self.entries.iter_mut().enumerate() {
            if settings.is_about(question) && reach.resolved(&settings.publish_to, question, &self.names) {
                resolved.reached.push(PeerId::at(index));
            }
        }
        resolved
    }

    /// A name could not be looked up, for this reason: what was known before stays.
    pub fn unresolved(&mut self, question: &Question, why: &str) {
        for Entry { reach, .. } in self.entries.iter_mut().filter(|entry| entry.settings.is_about(question)) {
            reach.unresolved(question, why);
        }
    }
}
