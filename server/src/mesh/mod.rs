//! The mesh: Asterisk's use of PUBLISH, as one machine to drive.
//!
//! ```text
//!  message  ─► sip::Endpoint ─► inbound: whose is it, may it speak, what does it say ─► News
//!                                  │ a gap?                            │ tags: sip Compositor
//!                                  ▼                                   ▼
//!  message  ◄─ sip::Endpoint ◄─ outbound: "tell me all again"        answer
//!                            ◄─ own: our states, login: passwords
//!                            ◄─ probes: OPTIONS to each peer ─► heard or silent ─► News
//! ```
//! Pure: time comes in as an argument, messages and news go out by `poll_*`.

mod admission;
pub mod body;
mod by_user;
mod dump;
mod eids;
mod extensions;
mod faults;
pub mod filter;
mod heartbeat;
mod held;
mod inbound;
mod login;
pub(crate) mod outbound;
mod own;
mod peer;
mod reach;
mod refusal;
mod report;
mod resolve;
mod settings;
mod trouble;
mod vocabulary;

use std::collections::{HashSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use lampfield_shared::{Eid, Exten, Pause, RefreshReason, SiteName};
use lampfield_sip::auth::Challenger;
use lampfield_sip::locate::{Names, Question};
use lampfield_sip::publication::agent::{AgentAnswer, Outcome};
use lampfield_sip::publication::compositor::{Compositor, Ended, Limits};
use lampfield_sip::{
    ClientId, Endpoint, EndpointSettings, Event, Hop, Method, OutgoingRequest, Request, Response, SentBy, Source,
    Transmit,
};
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};

use crate::ledger::{Ledger, PeerId};
use crate::moment::Moment;
use crate::news::News;
use body::ExtensionEvent;
use body::json::MeshEvent;
use by_user::ByUser;
use eids::Eids;
use outbound::{Say, Sender};
pub use peer::{Codes, Counters};
use peer::{Peer, Sign, Turn};
pub use report::PeerNumbers;
pub use settings::{Auth, Fit, MeshSettings, PeerAddress, PeerSettings, PublishTo};
use vocabulary::Vocabulary;

/// What a compositor's publication is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct PublicationKey {
    peer: PeerId,
    of: Published,
}

/// What a peer publishes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Published {
    /// States of the mesh: one publication for all of them.
    Mesh(MeshEvent),
    /// The state of an extension: one for each.
    Extension(ExtensionEvent, Exten),
}

impl Published {
    /// What a request is about, if that is followed here at all.
    fn read(request: &Request) -> Option<Self> {
        let name = request.event()?;
        let of_mesh = MeshEvent::from_name(name).map(Self::Mesh);
        of_mesh.or_else(|| Some(Self::Extension(ExtensionEvent::from_name(name)?, request.uri.user.as_deref()?.into())))
    }

    /// The event package.
    fn event(&self) -> &'static str {
        match self {
            Self::Mesh(event) => event.as_str(),
            Self::Extension(event, _) => event.as_str(),
        }
    }
}

/// Our end of the mesh.
pub struct Mesh {
    endpoint: Endpoint,
    compositor: Compositor<PublicationKey>,
    challenger: Challenger,
    eids: Eids,
    peers: Vec<Peer>,
    by_user: ByUser,
    /// What came from nobody we know, by what became of it.
    strangers: Counters,
    /// What the peers' names stand for.
    names: Names,
    /// Every address that peers send from, as far as names are known.
    hosts: HashSet<IpAddr>,
    /// Names to be looked up before their time.
    questions: VecDeque<Question>,
    sender: Sender,
    /// The addresses that peers know us by.
    sent_by: SentBy,
    /// Only goodbyes are said.
    stopping: bool,
    options_interval: Duration,
    silence: Duration,
    rng: StdRng,
    news: VecDeque<News>,
}

/// How many requests at once are remembered for their retransmissions: at 0.15 kB each, 15 MB.
const MAX_SERVER_TRANSACTIONS: usize = 100_000;

const DEFAULT_EXPIRES: Duration = Duration::from_hours(1);
const MAX_EXPIRES: Duration = Duration::from_hours(24);

impl Mesh {
    /// A mesh in which nobody was heard yet; every peer is asked for all it knows at once.
    pub fn new(settings: MeshSettings, ledger: &mut Ledger, now: Moment, mut rng: StdRng) -> Self {
        let limits =
            Limits { default_expires: DEFAULT_EXPIRES, min_expires: settings.min_expires, max_expires: MAX_EXPIRES };
        let endpoint = EndpointSettings {
            sent_by: settings.sent_by.clone(),
            user_agent: concat!("lampfield/", env!("CARGO_PKG_VERSION")).into(),
            max_server_transactions: MAX_SERVER_TRANSACTIONS,
        };
        let eids = Eids::new(settings.eid, settings.peers.iter().map(|peer| peer.eids.clone()));
        let by_user = ByUser::new(settings.peers.iter());
        let mut peers: Vec<Peer> = settings
            .peers
            .into_iter()
            .map(|peer| {
                let id = ledger.peer(&peer.name, now);
                let vocabulary = Vocabulary::new(settings.max_names);
                Peer::new((id, peer), vocabulary, now.mono, settings.refresh_interval, &mut rng)
            })
            .collect();
        for peer in peers.iter_mut().filter(|peer| settings.paused.contains(&peer.settings.name)) {
            peer.pause = Pause::On;
        }
        for peer in &mut peers {
            peer.ask_all(now.mono, ledger, RefreshReason::Start);
        }
        let mut mesh = Self {
            endpoint: Endpoint::new(endpoint, fork(&mut rng)),
            compositor: Compositor::new(limits, fork(&mut rng)),
            challenger: Challenger::new(now.mono, fork(&mut rng)),
            eids,
            peers,
            by_user,
            strangers: Counters::new(),
            names: Names::new(),
            hosts: HashSet::new(),
            questions: VecDeque::new(),
            sender: Sender::new(&settings.user, settings.sent_by.first(), settings.eid),
            sent_by: settings.sent_by,
            stopping: false,
            options_interval: settings.options_interval,
            silence: settings.silence,
            rng,
            news: VecDeque::new(),
        };
        mesh.note_hosts();
        mesh.speak(now, ledger);
        mesh
    }

    /// Takes in a message from `source`.
    pub fn handle_message(&mut self, now: Moment, ledger: &mut Ledger, source: impl Into<Source>, message: &[u8]) {
        let source = source.into();
        if self.hosts.contains(&source.address.ip()) {
            self.endpoint.handle_message(now.mono, source, message);
        } else if self.endpoint.handle_stranger(now.mono, source, message) {
            self.note_stranger(source.address);
        }
        self.handle_events(now, ledger);
    }

    /// Lets time pass: retransmissions, expiries, probes, silence.
    pub fn handle_timeout(&mut self, now: Moment, ledger: &mut Ledger) {
        self.endpoint.handle_timeout(now.mono);
        self.handle_events(now, ledger);
        self.compositor.handle_timeout(now.mono);
        self.collect_ended(now, ledger);
        for index in 0..self.peers.len() {
            self.judge(now, ledger, PeerId::at(index));
        }
        self.speak(now, ledger);
    }

    /// The machine slept, or its clock was set. Nobody knows what was missed, and what waits in the buffers may be of
    /// before: until a peer is known to have spoken after that, it counts as lost. Time goes on from `now`, so what ran
    /// out meanwhile has ended.
    pub fn handle_jump(&mut self, now: Moment, ledger: &mut Ledger) {
        let asked_from = self.endpoint.next_client();
        for index in 0..self.peers.len() {
            self.peers[index].wake(now.mono, asked_from);
            self.judge(now, ledger, PeerId::at(index));
        }
        // Names may stand for other addresses by now.
        self.questions.extend(self.questions());
        self.handle_timeout(now, ledger);
        // Whoever comes back is asked to tell everything then.
        for peer in self.peers.iter_mut().filter(|peer| !peer.may_return()) {
            peer.ask_all(now.mono, ledger, RefreshReason::Gap);
        }
        self.speak(now, ledger);
    }

    /// What was sent there does not arrive: requests that wait for an answer from there have failed.
    pub fn handle_unreachable(&mut self, now: Moment, ledger: &mut Ledger, hop: &Hop, why: &str) {
        self.endpoint.handle_unreachable(hop, why);
        self.handle_events(now, ledger);
    }

    /// Who called from there spoke no TLS with us, for this reason.
    pub fn handle_no_tls(&mut self, now: Moment, address: SocketAddr, why: &str) {
        self.peers_fitting(address).for_each(|peer| peer.no_tls = Some((now.mono, why.to_owned())));
    }

    /// Every peer that may be at this address.
    fn peers_fitting(&mut self, address: SocketAddr) -> impl Iterator<Item = &mut Peer> {
        let names = &self.names;
        self.peers.iter_mut().filter(move |peer| peer.settings.fit(address, names) > Fit::No)
    }

    /// Our own entity id.
    pub fn eid(&self) -> Eid {
        self.sender.eid
    }

    /// The next message to send.
    #[must_use]
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.endpoint.poll_transmit()
    }

    /// What was learned, in order.
    #[must_use]
    pub fn poll_news(&mut self) -> Option<News> {
        self.news.pop_front()
    }

    /// When to call [`Mesh::handle_timeout`] at the latest.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let peers = self.peers.iter().flat_map(|peer| {
            let probe = peer.probe.is_none().then_some(peer.probe_at);
            // At the end only goodbyes are due, and nothing where there is no way to send it.
            let due =
                if self.stopping { peer.goodbye_at() } else { [probe, peer.speaks_at()].into_iter().flatten().min() };
            due.filter(|_| peer.reach.hop().is_some()).into_iter().chain(peer.turns_at(self.silence))
        });
        peers.chain(self.endpoint.poll_timeout()).chain(self.compositor.poll_timeout()).min()
    }

    fn handle_events(&mut self, now: Moment, ledger: &mut Ledger) {
        while let Some(event) = self.endpoint.poll_event() {
            match event {
                Event::Request { key, source, request } => {
                    let (peer, answer) = self.handle_request(now, ledger, source, &request);
                    self.endpoint.answer(now.mono, key, &answer);
                    if let Some(peer) = peer {
                        self.speak_to(now, ledger, peer);
                    }
                }
                Event::Answered { client, response } => self.handle_response(now, ledger, client, &response),
                Event::TimedOut { client, hop } => self.handle_no_answer(now, ledger, client, &hop, None),
                Event::Unreachable { client, hop, why } => self.handle_no_answer(now, ledger, client, &hop, Some(&why)),
            }
        }
    }

    fn handle_response(&mut self, now: Moment, ledger: &mut Ledger, client: ClientId, response: &Response) {
        let Some(peer) = self.whose(client) else { return };
        self.peers[peer.index()].reach.works();
        if self.is_alone_there(peer) {
            self.hear(now, ledger, peer, Sign::Answer(client));
        }
        *self.peers[peer.index()].got.entry(response.status).or_default() += 1;
        let answer = match response.status {
            401 | 407 => self.peers[peer.index()].challenged(now.mono, client, response),
            _ => response.into(),
        };
        self.settle(now, ledger, peer, client, &answer);
    }

    /// Nobody answered; `why` the request did not even arrive, if that is known.
    fn handle_no_answer(&mut self, now: Moment, ledger: &mut Ledger, client: ClientId, hop: &Hop, why: Option<&str>) {
        let Some(peer) = self.whose(client) else { return };
        self.peers[peer.index()].count(if why.is_some() { "unreachable" } else { "no_answer" });
        self.mislaid(peer, hop, why);
        self.settle(now, ledger, peer, client, &AgentAnswer::TimedOut);
    }

    /// The peer that a request of ours went to.
    fn whose(&self, client: ClientId) -> Option<PeerId> {
        let is_of = |peer: &Peer| {
            peer.probe == Some(client) || peer.outbound.values().any(|outbound| outbound.has_sent(client))
        };
        self.peers.iter().position(is_of).map(PeerId::at)
    }

    fn settle(&mut self, now: Moment, ledger: &mut Ledger, id: PeerId, client: ClientId, answer: &AgentAnswer) {
        let peer = &mut self.peers[id.index()];
        if peer.probe == Some(client) {
            peer.probe = None;
            peer.probe_at = now.mono + self.options_interval;
        } else if let Some((event, outbound)) = peer.outbound.iter_mut().find(|(_, it)| it.has_sent(client)) {
            let event = *event;
            let (outcome, taken) = outbound.handle_answer(now.mono, answer.clone());
            match outcome {
                Outcome::Forgotten if event == MeshEvent::DeviceState => peer.has_forgotten(now.mono, ledger),
                Outcome::SetAside => peer.count("would_not_take"),
                Outcome::Forgotten | Outcome::Taken | Outcome::Postponed => {}
            }
            match taken {
                Some(Say::RefreshRequest) => ledger.note_taken(id, event.into(), now.mono),
                Some(Say::Device(device, state)) => ledger.took(id, &device, state),
                None => {}
            }
        }
        self.speak_to(now, ledger, id);
    }

    /// Whether nobody else would answer there what this peer is asked.
    fn is_alone_there(&self, id: PeerId) -> bool {
        let way = |peer: &Peer| peer.reach.hop().map(Hop::address);
        let (its, mut others) = (way(&self.peers[id.index()]), self.peers.iter().enumerate());
        !others.any(|(index, other)| index != id.index() && way(other) == its)
    }

    /// Something of the peer arrived.
    fn hear(&mut self, now: Moment, ledger: &mut Ledger, peer: PeerId, sign: Sign) {
        self.peers[peer.index()].hear(now.mono, sign);
        self.judge(now, ledger, peer);
    }

    /// Tells the board when a peer appears, is lost or returns.
    fn judge(&mut self, now: Moment, ledger: &mut Ledger, id: PeerId) {
        let peer = &mut self.peers[id.index()];
        let Some(turn) = peer.turn(now.mono, self.silence) else { return };
        let name = &peer.settings.name;
        match turn {
            Turn::Appeared => {
                tracing::info!(peer = %name, "live");
                ledger.set_live(id, now);
                self.news.push_back(News::Live { peer: id });
            }
            Turn::Returned => {
                tracing::info!(peer = %name, "live again");
                ledger.set_live(id, now);
                self.news.push_back(News::Live { peer: id });
                for event in MeshEvent::ALL {
                    self.gap(now, ledger, id, event);
                }
            }
            Turn::Lost { silent_for } => {
                tracing::warn!(peer = %name, ?silent_for, "lost: its lamps are last known");
                peer.count("lost");
                // What it publishes of extensions it cannot be asked for.
                self.compositor.doubt(|key| key.peer == id);
                let good_until = ledger.set_silent(id, now, silent_for);
                self.news.extend(good_until.map(|good_until| News::Silent { peer: id, good_until }));
            }
        }
    }

    /// Something may have been missed: what was told counts as old until it is told again.
    fn gap(&mut self, now: Moment, ledger: &mut Ledger, id: PeerId, event: MeshEvent) {
        self.news.extend(ledger.doubt(id, event.into(), now).map(News::Gap));
        self.peers[id.index()].ask(now.mono, ledger, event, RefreshReason::Gap);
    }

    /// Asks a peer to tell everything again because somebody wants it, and tells whether what we publish to it rests:
    /// then it is not asked. `None`: there is no such peer.
    pub fn refresh(&mut self, now: Moment, ledger: &mut Ledger, name: &SiteName) -> Option<Pause> {
        let peer = self.peers.iter_mut().find(|peer| peer.settings.name == *name)?;
        let pause = peer.pause;
        if pause == Pause::Off {
            peer.ask_all(now.mono, ledger, RefreshReason::Request);
            self.speak(now, ledger);
        }
        Some(pause)
    }

    /// Lets what we publish to a peer rest, or go on with the newest of all that has waited. Signs of life go on, so
    /// what it tells stays live. Whether there is such a peer.
    pub fn set_pause(&mut self, now: Moment, ledger: &mut Ledger, name: &SiteName, pause: Pause) -> bool {
        let Some(peer) = self.peers.iter_mut().find(|peer| peer.settings.name == *name) else { return false };
        peer.pause = pause;
        self.speak(now, ledger);
        true
    }

    /// Notices what is no longer published.
    fn collect_ended(&mut self, now: Moment, ledger: &mut Ledger) {
        while let Some(Ended { key: PublicationKey { peer, of }, publication, last }) = self.compositor.poll_ended() {
            match of {
                // What the others tell is not told apart from what it told.
                Published::Mesh(_) if !last => {}
                Published::Mesh(MeshEvent::DeviceState) => {
                    self.peers[peer.index()].count("publication_ended");
                    self.peers[peer.index()].set_publishes(false);
                    self.judge(now, ledger, peer);
                    // It may live on by what it publishes of extensions, or believe that it still publishes these.
                    self.gap(now, ledger, peer, MeshEvent::DeviceState);
                }
                Published::Mesh(MeshEvent::Mwi) => self.gap(now, ledger, peer, MeshEvent::Mwi),
                Published::Extension(event, exten) => self.end_extension(peer, event, exten, publication),
            }
        }
    }

    /// Sends what is due: refresh requests, our own states, and probes.
    fn speak(&mut self, now: Moment, ledger: &mut Ledger) {
        for index in 0..self.peers.len() {
            self.speak_to(now, ledger, PeerId::at(index));
        }
    }

    /// Sends one peer what is due: what it says itself makes nothing due to others.
    fn speak_to(&mut self, now: Moment, ledger: &mut Ledger, id: PeerId) {
        let peer = &mut self.peers[id.index()];
        if !self.stopping {
            peer.tell_all_owed(now.mono, ledger);
            peer.keep_time(now.mono, ledger);
        }
        let Some(hop) = peer.reach.hop() else { return };
        let to = &peer.settings.publish_to;
        let speaking = peer.outbound.iter_mut().filter(|_| peer.pause == Pause::Off);
        for (event, outbound) in speaking {
            if let Some(request) = outbound.poll_request(now.mono) {
                let mut outgoing = self.sender.publish(*event, to, &request);
                let responder = peer.responder.as_mut();
                if let Some((name, value)) = responder.and_then(|it| it.credentials(now.mono, PUBLISH, &to.uri())) {
                    outgoing = outgoing.header(name, value);
                }
                outbound.sent(self.endpoint.send(now.mono, hop, &outgoing), request.body);
            }
        }
        if peer.probe.is_none() && peer.probe_at <= now.mono && !self.stopping {
            let request = options(&self.sender, to, &mut self.rng);
            peer.probe = Some(self.endpoint.send(now.mono, hop, &request));
        }
    }
}

const PUBLISH: &str = "PUBLISH";

/// An OPTIONS that asks a peer for a sign of life: any answer is one.
fn options(from: &Sender, to: &PublishTo, rng: &mut StdRng) -> OutgoingRequest {
    OutgoingRequest::new(Method::Options, to.uri())
        .from(&from.uri, format_args!("{:08x}", rng.next_u32()))
        .to(to.uri())
        .call_id(format_args!("{:016x}", rng.next_u64()))
        .cseq(1)
}

fn fork(rng: &mut StdRng) -> StdRng {
    StdRng::from_rng(rng)
}
