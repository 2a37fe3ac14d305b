//! Who the peers are, and who we are to them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use lampfield_shared::{Eid, SiteName};
use lampfield_sip::auth::Login;
use lampfield_sip::locate::{Host, Names, Question, Target};
use lampfield_sip::{SentBy, Transport};

use super::filter::Filters;

/// Settings of the mesh.
#[derive(Debug, Clone)]
pub struct MeshSettings {
    /// Our entity id.
    pub eid: Eid,
    /// The user of our `From`, by which Asterisk finds its endpoint for us.
    pub user: String,
    /// The addresses that peers know us by.
    pub sent_by: SentBy,
    /// How often each peer is asked for a sign of life (OPTIONS).
    pub options_interval: Duration,
    /// A peer that was not heard for so long counts as silent: the bound that lampfield promises.
    pub silence: Duration,
    /// The shortest lifetime of a publication; less is refused with 423.
    pub min_expires: Duration,
    /// How often each peer is asked to tell everything again although nothing seems to be missing; `None`: never.
    pub refresh_interval: Option<Duration>,
    /// Peers to which our publishing is paused until an admin ends the pause.
    pub paused: Vec<SiteName>,
    /// The most devices, mailboxes and extensions that each peer may name.
    pub max_names: usize,
    /// The peers, in the order of the configuration.
    pub peers: Vec<PeerSettings>,
}

/// Settings of one peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerSettings {
    /// Name of the peer, and of its site on the board.
    pub name: SiteName,
    /// Addresses that the peer sends from.
    pub addresses: Vec<PeerAddress>,
    /// The user of the Request-URI that the peer publishes to: its name for itself, as in its `server_uri`.
    pub resource: String,
    /// Where our own requests go.
    pub publish_to: PublishTo,
    /// The entity ids that the peer may speak for; empty: those that it is the first to use.
    pub eids: Vec<Eid>,
    /// The credentials that the peer must present; `None`: its address is enough.
    pub auth: Option<Auth>,
    /// The credentials that we present when the peer asks.
    pub outbound_auth: Option<Auth>,
    /// Filters of what the peer tells, and is told.
    pub filters: Filters,
}

/// An `auth` object, as Asterisk calls it: who somebody is, and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auth {
    /// Name and password.
    pub login: Login,
    /// The realm. `None` means [`Auth::REALM`] where we ask, and any realm where we answer.
    pub realm: Option<String>,
}

impl Auth {
    /// Our realm where none is configured.
    pub const REALM: &str = "lampfield";

    /// Whether user names tell two peers behind one address apart. The peers share a challenge, so they must share the
    /// realm.
    fn tells_from(&self, other: &Self) -> bool {
        self.realm == other.realm && self.login.username != other.login.username
    }
}

impl PeerSettings {
    /// How well `source` fits, as far as names are known.
    pub fn fit(&self, source: SocketAddr, names: &Names) -> Fit {
        self.addresses.iter().map(|address| address.fit(source, names)).max().unwrap_or(Fit::No)
    }

    /// All names that have to be looked up to hear the peer and to be heard.
    pub fn questions(&self) -> impl Iterator<Item = Question> {
        let addresses = self.addresses.iter().filter_map(PeerAddress::question);
        addresses.chain(self.publish_to.target.question())
    }

    /// Whether the peer sends from the addresses that this name stands for.
    pub fn sends_from(&self, question: &Question) -> bool {
        self.addresses.iter().any(|address| address.question().as_ref() == Some(question))
    }

    /// Whether this name is one of [`questions`](Self::questions).
    pub fn is_about(&self, question: &Question) -> bool {
        self.questions().any(|ours| ours == *question)
    }

    /// The users whom messages of the peer, and to the peer, are about: the resource that it publishes to, and ours.
    pub fn users(&self) -> [&str; 2] {
        [&self.resource, &self.publish_to.user]
    }

    /// Whether nothing in a request could tell this peer from the other one.
    pub fn is_like(&self, other: &Self) -> bool {
        let by_login =
            self.auth.as_ref().zip(other.auth.as_ref()).is_some_and(|(mine, theirs)| mine.tells_from(theirs));
        self.resource == other.resource
            && !by_login
            && self.addresses.iter().any(|mine| other.addresses.iter().any(|theirs| mine.overlaps(theirs)))
    }
}

/// An address that a peer sends from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerAddress {
    /// The IP address, or a name for all that the peer may have.
    pub host: Host,
    /// The port; `None`: any.
    pub port: Option<u16>,
}

impl PeerAddress {
    /// How well `source` fits, as far as names are known.
    pub fn fit(&self, source: SocketAddr, names: &Names) -> Fit {
        match self.port {
            _ if !self.ips(names).any(|ip| ip == source.ip()) => Fit::No,
            Some(port) if port == source.port() => Fit::Exact,
            // Any port will do; or, behind a NAT, the host is right and the port is not the one we know.
            None | Some(_) => Fit::Host,
        }
    }

    /// Every IP address that this stands for now.
    pub fn ips(&self, names: &Names) -> impl Iterator<Item = IpAddr> {
        let ip = match self.host {
            Host::Ip(ip) => Some(ip),
            Host::Name(_) => None,
        };
        let known = self.question().and_then(|question| names.get(&question));
        ip.into_iter().chain(known.into_iter().flatten().map(|place| place.ip))
    }

    /// The name that has to be looked up, where this is one.
    pub fn question(&self) -> Option<Question> {
        match &self.host {
            Host::Ip(_) => None,
            Host::Name(name) => Some(Question::Host(Arc::clone(name))),
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.host == other.host && (self.port.is_none() || other.port.is_none() || self.port == other.port)
    }
}

/// Exactly one address and port.
impl From<SocketAddr> for PeerAddress {
    fn from(address: SocketAddr) -> Self {
        Self { host: Host::Ip(address.ip()), port: Some(address.port()) }
    }
}

/// How well an address fits a peer; the better is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The address is of another host.
    No,
    /// The host fits, and the port is not known.
    Host,
    /// Host and port fit.
    Exact,
}

/// The destination of our own requests to a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishTo {
    /// The user of the Request-URI: the peer's `inbound-publication`.
    pub user: String,
    /// Where the peer is, and which transport it speaks there.
    pub target: Target,
}

impl PublishTo {
    /// A user at one address, reached by UDP.
    pub fn udp(user: &str, address: SocketAddr) -> Self {
        let (host, port) = (Host::Ip(address.ip()), Some(address.port()));
        Self { user: user.into(), target: Target { transport: Transport::Udp, host, port, tls_name: None } }
    }

    /// The Request-URI.
    pub fn uri(&self) -> String {
        format!("sip:{}@{}", self.user, self.target)
    }
}
