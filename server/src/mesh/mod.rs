//! The mesh: Asterisk's use of PUBLISH, as one machine to drive.
//!
//! ```text
//!            Directory: whose is it?
//!                │
//!  request ─► inbound ─► Uas: may it speak, which publication ─► Peer: what did it say ─► News
//!  answer  ◄─────┘                                                 │
//!                                                                  ▼ a gap, our states, a probe is due
//!  Outgoing ◄──────────────── Uac: requests as values ◄─── Outbound, Liveness
//!  response, or none ─► the peer and the publication that its RequestId names
//! ```
//! | part | owns |
//! | --- | --- |
//! | [`Directory`] | where peers send from, the ways to them, what their names stand for |
//! | [`Uas`] | publications that are kept, challenges, entity ids, counts of strangers |
//! | [`Uac`] | who we are, requests that are to be sent |
//! | [`Peer`] | [`Liveness`](liveness::Liveness), [`Tally`](tally::Tally), our publications there, what the peer told |
//!
//! Pure: time comes in as an argument, and the mesh knows no transaction and no socket. Requests come in and get an
//! answer; requests of its own go out by [`Mesh::poll_request`], and news by [`Mesh::poll_news`].

mod admission;
pub(crate) mod asterisk;
pub mod body;
mod by_user;
mod directory;
mod dump;
mod eids;
mod extension_publications;
mod extension_state;
mod faults;
pub mod filter;
mod heartbeat;
mod ids;
mod inbound;
mod liveness;
mod login;
pub(crate) mod outbound;
mod own;
mod package;
mod peer;
mod peers;
mod reach;
mod refusal;
mod report;
mod settings;
mod setup;
mod tally;
mod timers;
mod trouble;
mod uac;
mod uas;
mod vocabulary;

use std::collections::{BTreeSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use lampfield_shared::{Counter, Eid, Pause, RefreshReason, SiteName};
use lampfield_sip::locate::{Destination, Question};
use lampfield_sip::publication::agent::{AgentAnswer, Outcome};
use lampfield_sip::publication::compositor::{Ended, Limits};
use lampfield_sip::{Hop, Method, Response, SentBy};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::ledger::{Ledger, PeerId};
use crate::moment::Moment;
use crate::news::News;
use body::json::MeshEvent;
use directory::Directory;
use ids::Purpose;
pub use ids::RequestId;
use liveness::{Sign, Turn};
use outbound::Say;
use package::{PublicationKey, Published};
use peer::Peer;
use peers::Peers;
use refusal::Refuse;
pub use report::PeerNumbers;
pub use settings::{Auth, Fit, MeshSettings, PeerAddress, PeerSettings, PublishTo};
pub use tally::{Codes, Counters};
use timers::Surroundings;
pub use uac::Outgoing;
use uac::{Phase, Uac};
use uas::Uas;
use vocabulary::Vocabulary;

/// Our end of the mesh.
pub struct Mesh {
    directory: Directory,
    uas: Uas,
    uac: Uac,
    peers: Peers,
    /// The addresses that peers know us by.
    sent_by: SentBy,
    options_interval: Duration,
    silence: Duration,
    news: VecDeque<News>,
}

/// Lifetime of a peer's publication where the peer asks for none.
const DEFAULT_EXPIRES: Duration = Duration::from_hours(1);
/// The longest lifetime that is granted. An Asterisk does not heed that it got less than it asked for, and loses its
/// publication: better no less than any peer's `expiration`.
const MAX_EXPIRES: Duration = Duration::from_hours(24);

impl Mesh {
    /// A mesh in which nobody was heard yet; every peer is asked for all its states at once. The ledger has our own states
    /// already, and knows the peers by the same order.
    pub fn new(settings: MeshSettings, ledger: &mut Ledger, now: Moment, mut rng: StdRng) -> Self {
        let limits =
            Limits { default_expires: DEFAULT_EXPIRES, min_expires: settings.min_expires, max_expires: MAX_EXPIRES };
        let pins = settings.peers.iter().map(|peer| peer.eids.clone()).collect();
        let all: Vec<Arc<PeerSettings>> = settings.peers.into_iter().map(Arc::new).collect();
        let directory = Directory::new(&all);
        let mut new = |peer: Arc<PeerSettings>| {
            let id = ledger.peer(&peer.name, now);
            let vocabulary = Vocabulary::new(settings.max_names);
            let mut peer = Peer::new((id, peer), vocabulary, now.mono, settings.refresh_interval, &mut rng);
            if settings.paused.contains(&peer.settings.name) {
                peer.pause = Pause::On;
            }
            peer.ask_all(now.mono, ledger, RefreshReason::Start);
            peer
        };
        let peers = Peers::new(all.into_iter().map(&mut new));
        let mut fork = || StdRng::from_rng(&mut rng);
        let uas = Uas::new(settings.eid, pins, limits, now.mono, fork(), fork());
        let mut mesh = Self {
            directory,
            uas,
            uac: Uac::new(&settings.user, settings.sent_by.first(), settings.eid, rng),
            peers,
            sent_by: settings.sent_by,
            options_interval: settings.options_interval,
            silence: settings.silence,
            news: VecDeque::new(),
        };
        mesh.speak(now, ledger);
        mesh
    }

    /// Our own entity id.
    pub fn eid(&self) -> Eid {
        self.uac.eid()
    }

    /// The next request of ours to send. Its answer, or that there is none, is to be told by
    /// [`handle_response`](Self::handle_response) or [`handle_no_answer`](Self::handle_no_answer).
    #[must_use]
    pub fn poll_request(&mut self) -> Option<Outgoing> {
        self.uac.poll_request()
    }

    /// What was learned, in order.
    #[must_use]
    pub fn poll_news(&mut self) -> Option<News> {
        self.news.pop_front()
    }

    /// When to call [`Mesh::handle_timeout`] at the latest.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        let (phase, silence) = (self.uac.phase(), self.silence);
        let surroundings = |peer| Surroundings { way: self.directory.way(peer), phase, silence };
        let peers = self.peers.poll_timeout(|id, peer| surroundings(id).next(peer));
        peers.into_iter().chain(self.uas.poll_timeout()).min()
    }

    /// Lets time pass: expiries, silence, probes, and whatever is to be sent.
    pub fn handle_timeout(&mut self, now: Moment, ledger: &mut Ledger) {
        self.uas.handle_timeout(now.mono);
        self.collect_ended(now, ledger);
        for peer in self.peers.ids() {
            self.judge(now, ledger, peer);
        }
        self.speak(now, ledger);
    }

    /// The machine slept, or its clock was set. Nobody knows what was missed, and what waits in the buffers may be older:
    /// until a peer is known to have spoken afterwards, it counts as lost. Once what ran out meanwhile has ended
    /// ([`handle_timeout`](Self::handle_timeout)), [`ask_lost`](Self::ask_lost) is to be called.
    pub fn handle_jump(&mut self, now: Moment, ledger: &mut Ledger) {
        let asked_from = self.uac.next();
        for peer in self.peers.ids() {
            self.peers[peer].wake(now.mono, asked_from);
            self.judge(now, ledger, peer);
        }
        // Names may stand for other addresses by now.
        self.directory.doubt_names();
    }

    /// After a jump: asks for all states where no return of a peer will do so.
    pub fn ask_lost(&mut self, now: Moment, ledger: &mut Ledger) {
        for peer in self.peers.iter_mut().filter(|peer| !peer.liveness.may_return()) {
            peer.ask_all(now.mono, ledger, RefreshReason::Gap);
        }
        self.speak(now, ledger);
    }

    /// Takes the final response to a request of ours.
    pub fn handle_response(&mut self, now: Moment, ledger: &mut Ledger, request: RequestId, response: &Response) {
        let peer = request.peer();
        if !self.peers[peer].awaits(request) {
            return;
        }
        self.directory.works(peer);
        if self.directory.is_alone(peer) {
            self.hear(now, ledger, peer, Sign::Answer(request));
        }
        self.peers[peer].tally.got(response.status);
        let answer = match response.status {
            401 | 407 => self.peers[peer].challenged(now.mono, request, response),
            _ => response.into(),
        };
        self.settle(now, ledger, request, answer);
    }

    /// Nobody answered a request of ours that took this way; `why` the request did not even arrive, if that is known.
    pub fn handle_no_answer(
        &mut self,
        now: Moment,
        ledger: &mut Ledger,
        request: RequestId,
        way: &Hop,
        why: Option<&str>,
    ) {
        let peer = request.peer();
        if !self.peers[peer].awaits(request) {
            return;
        }
        self.peers[peer].count(if why.is_some() { Counter::Unreachable } else { Counter::NoAnswer });
        self.directory.fails(peer, way, why);
        self.settle(now, ledger, request, AgentAnswer::TimedOut);
    }

    fn settle(&mut self, now: Moment, ledger: &mut Ledger, request: RequestId, answer: AgentAnswer) {
        let peer = &mut self.peers[request.peer()];
        match request.purpose() {
            Purpose::Probe => peer.liveness.probe_over(now.mono + self.options_interval),
            Purpose::Publish(event) => settle_publication(now, ledger, peer, event, answer),
        }
        self.speak_to(now, ledger, request.peer());
    }

    /// Somebody called from this address by TLS, and it came to nothing for this reason.
    pub fn handle_no_tls(&mut self, now: Moment, address: SocketAddr, why: &str) {
        for peer in self.directory.fitting(address) {
            self.peers[peer].no_tls = Some((now.mono, why.to_owned()));
        }
    }

    /// A request came from an address at which no peer is, and was refused.
    pub fn handle_stranger(&mut self, source: SocketAddr) {
        self.note_refusal(None, source, &Refuse::Stranger);
        self.directory.doubt_addresses();
    }

    /// Takes what a name stands for, in order of preference; or why that is not known.
    pub fn handle_resolved(
        &mut self,
        now: Moment,
        ledger: &mut Ledger,
        question: &Question,
        answer: Result<Vec<Destination>, String>,
    ) {
        match answer {
            Err(why) => self.directory.unresolved(question, &why),
            Ok(places) => {
                let resolved = self.directory.resolved(question, places);
                // Timers run only where there is a way.
                self.peers.doubt_timers();
                for peer in resolved.moved {
                    // What the peer said from its new address meanwhile was refused.
                    self.gap_of_all(now, ledger, peer);
                }
                for peer in resolved.reached {
                    self.peers[peer].hasten(now.mono);
                }
            }
        }
        self.speak(now, ledger);
    }

    /// All names that have to be looked up, and looked up again, for this mesh to find its peers.
    pub fn questions(&self) -> BTreeSet<Question> {
        self.directory.questions()
    }

    /// A question whose last answer has become doubtful: nobody is reached there, or a stranger came who may be a peer
    /// that has moved.
    #[must_use]
    pub fn poll_question(&mut self) -> Option<Question> {
        self.directory.poll_question()
    }

    /// Every address that peers send from, as far as names are known.
    pub fn known_ips(&self) -> impl Iterator<Item = IpAddr> {
        self.directory.known_ips()
    }

    /// Whether a peer sends from this address.
    pub fn knows(&self, ip: IpAddr) -> bool {
        self.directory.knows(ip)
    }

    /// The peers that a message to or from this address may be of, where only the address and the user whom the message is
    /// about tell it.
    pub fn peers_at(&self, address: SocketAddr, user: Option<&str>) -> Vec<PeerId> {
        self.directory.peers_at(address, user)
    }

    /// Takes a sign of life of a peer.
    fn hear(&mut self, now: Moment, ledger: &mut Ledger, peer: PeerId, sign: Sign) {
        self.peers[peer].liveness.hear(now.mono, sign);
        self.judge(now, ledger, peer);
    }

    /// Tells the board when a peer appears, is lost or returns.
    fn judge(&mut self, now: Moment, ledger: &mut Ledger, id: PeerId) {
        let peer = &mut self.peers[id];
        let Some(turn) = peer.liveness.turn(now.mono, self.silence) else { return };
        let name = &peer.settings.name;
        match turn {
            Turn::Appeared => {
                tracing::info!(peer = %name, "live");
                ledger.set_live(id, now);
                self.news.push_back(News::Live { peer: id });
                self.doubt_early(now, ledger, id);
            }
            Turn::Returned => {
                tracing::info!(peer = %name, "live again");
                ledger.set_live(id, now);
                self.news.push_back(News::Live { peer: id });
                self.gap_of_all(now, ledger, id);
            }
            Turn::Lost { silent_for } => {
                tracing::warn!(peer = %name, ?silent_for, "lost: its lamps are last known");
                peer.count(Counter::Lost);
                // A peer cannot be asked for its extension states, so later requests must show what was missed.
                self.uas.doubt(id);
                let good_until = ledger.set_silent(id, now, silent_for);
                self.news.extend(good_until.map(|good_until| News::Silent { peer: id, good_until }));
            }
        }
    }

    /// Something may have been missed: what was told counts as old until it is told again.
    fn gap(&mut self, now: Moment, ledger: &mut Ledger, id: PeerId, event: MeshEvent) {
        self.news.extend(ledger.doubt(id, event.into(), now).map(News::Gap));
        self.peers[id].ask(now.mono, ledger, event, RefreshReason::Gap);
    }

    /// A peer is live for the first time. What it told before that came while the machine was waking, perhaps out of a
    /// buffer, and may have been followed by what is lost.
    fn doubt_early(&mut self, now: Moment, ledger: &mut Ledger, id: PeerId) {
        for event in MeshEvent::ALL {
            let early = ledger.doubt(id, event.into(), now).filter(|doubted| !doubted.is_empty());
            if let Some(early) = early {
                self.news.push_back(News::Gap(early));
                self.peers[id].ask(now.mono, ledger, event, RefreshReason::Gap);
            }
        }
    }

    fn gap_of_all(&mut self, now: Moment, ledger: &mut Ledger, id: PeerId) {
        for event in MeshEvent::ALL {
            self.gap(now, ledger, id, event);
        }
    }

    /// Asks a peer to tell everything again because an admin wants it, and tells whether publishing to the peer is paused:
    /// then it is not asked. `None`: there is no such peer.
    pub fn refresh(&mut self, now: Moment, ledger: &mut Ledger, name: &SiteName) -> Option<Pause> {
        let peer = self.peers.find(name)?;
        let peer = &mut self.peers[peer];
        let pause = peer.pause;
        if pause == Pause::Off {
            peer.ask_all(now.mono, ledger, RefreshReason::Request);
            self.speak(now, ledger);
        }
        Some(pause)
    }

    /// Pauses our publishing to a peer, or ends the pause: then the newest state of each device goes out. Probes go on, so
    /// what the peer tells stays live. Returns whether there is such a peer.
    pub fn set_pause(&mut self, now: Moment, ledger: &mut Ledger, name: &SiteName, pause: Pause) -> bool {
        let Some(peer) = self.peers.find(name) else { return false };
        self.peers[peer].pause = pause;
        self.speak(now, ledger);
        true
    }

    /// Takes notice of publications that have ended.
    fn collect_ended(&mut self, now: Moment, ledger: &mut Ledger) {
        while let Some(Ended { key: PublicationKey { peer, of }, publication, last }) = self.uas.poll_ended() {
            match of {
                // What other publications of the key tell is not told apart from what this one told.
                Published::Mesh(_) if !last => {}
                Published::Mesh(MeshEvent::DeviceState) => {
                    self.peers[peer].count(Counter::PublicationEnded);
                    self.peers[peer].liveness.set_publishes_devices(false);
                    self.judge(now, ledger, peer);
                    // The peer may be live by its extension states alone, or believe that it still publishes these.
                    self.gap(now, ledger, peer, MeshEvent::DeviceState);
                }
                Published::Mesh(MeshEvent::Mwi) => self.gap(now, ledger, peer, MeshEvent::Mwi),
                Published::Extension(event, exten) => self.end_extension(peer, event, exten, publication),
            }
        }
    }

    /// Sends every peer what is due: refresh requests, our own states, and probes.
    fn speak(&mut self, now: Moment, ledger: &mut Ledger) {
        for peer in self.peers.ids() {
            self.speak_to(now, ledger, peer);
        }
    }

    /// Sends one peer what is due. What a peer says makes nothing due to others.
    fn speak_to(&mut self, now: Moment, ledger: &mut Ledger, id: PeerId) {
        if self.uac.phase() == Phase::Running {
            let peer = &mut self.peers[id];
            peer.tell_all_owed(now.mono, ledger);
            peer.keep_time(now.mono, ledger);
        }
        if let Some(way) = self.directory.way(id) {
            let peer = &mut self.peers[id];
            publish_to(now, &mut self.uac, id, peer, way);
            if self.uac.phase() == Phase::Running && peer.liveness.probe_at().is_some_and(|at| at <= now.mono) {
                peer.liveness.probed(self.uac.probe(id, way, &peer.settings.publish_to));
            }
        }
    }
}

/// Takes what became of a PUBLISH of ours.
fn settle_publication(now: Moment, ledger: &mut Ledger, peer: &mut Peer, event: MeshEvent, answer: AgentAnswer) {
    let Some(outbound) = peer.outbound.get_mut(&event) else { return };
    let (outcome, taken) = outbound.handle_answer(now.mono, answer);
    match outcome {
        Outcome::Forgotten if event == MeshEvent::DeviceState => peer.has_forgotten(now.mono, ledger),
        Outcome::SetAside => peer.count(Counter::WouldNotTake),
        Outcome::Forgotten | Outcome::Taken | Outcome::Postponed => {}
    }
    match taken {
        Some(Say::RefreshRequest) => ledger.note_taken(peer.id, event.into(), now.mono),
        Some(Say::Device(device, state)) => ledger.took(peer.id, &device, state),
        None => {}
    }
}

/// Sends what our publications at a peer have to say; nothing during a pause.
fn publish_to(now: Moment, uac: &mut Uac, id: PeerId, peer: &mut Peer, way: &Hop) {
    let Peer { settings, outbound, responder, pause, .. } = peer;
    let to = &settings.publish_to;
    for (event, outbound) in outbound.iter_mut().filter(|_| *pause == Pause::Off) {
        let Some(publish) = outbound.poll_request(now.mono) else { continue };
        let responder = responder.as_mut();
        let credentials = responder.and_then(|it| it.credentials(now.mono, Method::Publish.as_str(), &to.uri()));
        let request = uac.publish(id, *event, way, to, &publish, credentials);
        outbound.sent(request, publish.body);
    }
}
