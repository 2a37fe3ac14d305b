//! The core: everything that decides, as one machine without sockets, clocks and tasks.
//!
//! ```text
//!  message ─► Signalling ─ request ─► Mesh ─ answer ─► Signalling ─► poll_transmit
//!                        ─ response ─►     ─ request ─►
//!                                          ─ News ─► poll_news ─ apply ─► Board ─► poll_change
//!  names   ─► handle_resolved ────────►    ─ poll_question ─► names
//! ```
//! The rim hands in what arrived, with the time, and takes out what is to be sent, asked and shown, until there is no
//! more of it. News is applied to the board apart from that, so that an answer can go out before the board is drawn:
//! an Asterisk waits with its next state for the answer.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use lampfield_shared::{
    Counter, DeviceName, DeviceState, Eid, Exten, LampDetails, MeshReport, Pause, PeerReport, Privacy, SipMessage,
    Site, SiteName,
};
use lampfield_sip::locate::{Destination, Question};
use lampfield_sip::{Hop, Received, Source, Transmit};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::board::{Board, BoardChange};
use crate::ledger::{Filed, Ledger, PeerId};
use crate::mesh::{Codes, Counters, Mesh, MeshSettings, PeerNumbers};
use crate::moment::Moment;
use crate::news::News;
use crate::signalling::{Attribution, Event, Signalling};

/// See the module.
pub struct Core {
    signalling: Signalling,
    mesh: Mesh,
    ledger: Ledger,
    board: Board,
}

impl Core {
    /// A core whose mesh starts now, with a ledger and a board that may know something already.
    pub fn new(settings: MeshSettings, mut ledger: Ledger, board: Board, now: Moment, mut rng: StdRng) -> Self {
        let signalling = Signalling::new(settings.sent_by.clone(), settings.peers.len(), StdRng::from_rng(&mut rng));
        let mesh = Mesh::new(settings, &mut ledger, now, rng);
        let mut core = Self { signalling, mesh, ledger, board };
        core.send(now);
        core
    }

    /// The mesh.
    pub const fn mesh(&self) -> &Mesh {
        &self.mesh
    }

    /// The board.
    pub const fn board(&self) -> &Board {
        &self.board
    }

    /// The ledger.
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// One lamp with the reasons for its state.
    pub fn details(&self, exten: &Exten) -> Option<LampDetails> {
        self.board.details(&self.ledger, exten)
    }

    /// The PBXes, in the order of the configuration.
    pub fn sites(&self) -> impl Iterator<Item = Site> {
        self.board.sites(&self.ledger)
    }

    /// The board, to change it by what no PBX has said, and the ledger that goes with it.
    pub const fn board_mut(&mut self) -> (&mut Board, &mut Ledger) {
        (&mut self.board, &mut self.ledger)
    }

    /// Takes a message that came from `source`: a datagram, or one out of a stream.
    pub fn handle_message(&mut self, now: Moment, source: impl Into<Source>, message: &[u8]) {
        let source = source.into();
        let received = if self.mesh.knows(source.address.ip()) {
            self.signalling.handle_message(now.mono, source, message)
        } else {
            let received = self.signalling.handle_stranger(now.mono, source, message);
            if let Received::Refused { .. } = received {
                self.mesh.handle_stranger(source.address);
            }
            received
        };
        let owner = self.signalling.owner(&received).map(Attribution::To);
        let of_request = self.handle_events(now);
        let by_address = || self.mesh.peers_at(source.address, received.user()).into();
        let whose = owner.or(of_request).unwrap_or_else(by_address);
        self.signalling.note(now.mono, source, message, received.method(), &whose);
    }

    /// Hands on what has happened, and what comes of it. Returns whose the request was that came, if one came.
    fn handle_events(&mut self, now: Moment) -> Option<Attribution> {
        let mut whose = None;
        while let Some(event) = self.signalling.poll_event() {
            match event {
                Event::Request { key, source, request } => {
                    let (peer, answer) = self.mesh.handle_request(now, &mut self.ledger, source, &request);
                    self.signalling.answer(now.mono, key, &answer, peer);
                    let by_address = || self.mesh.peers_at(source.address, request.uri.user.as_deref()).into();
                    whose = Some(peer.map_or_else(by_address, Attribution::To));
                }
                Event::Answered { id, response } => self.mesh.handle_response(now, &mut self.ledger, id, &response),
                Event::NoAnswer { id, way, why } => {
                    self.mesh.handle_no_answer(now, &mut self.ledger, id, &way, why.as_deref());
                }
            }
            self.send_requests(now);
        }
        whose
    }

    fn send_requests(&mut self, now: Moment) {
        while let Some(outgoing) = self.mesh.poll_request() {
            self.signalling.send(now.mono, &outgoing);
        }
    }

    /// Sends everything that is to be sent.
    fn send(&mut self, now: Moment) {
        self.handle_events(now);
        self.send_requests(now);
        self.signalling.note_sent(now.mono);
    }

    /// Lets time pass: retransmissions, expiries, probes, silence.
    pub fn handle_timeout(&mut self, now: Moment) {
        self.signalling.handle_timeout(now.mono);
        self.handle_events(now);
        self.mesh.handle_timeout(now, &mut self.ledger);
        self.send(now);
    }

    /// The machine slept, or its clock was set: nothing of what is known is sure until it is told again. Time goes on
    /// from `now`, so what ran out meanwhile ends.
    pub fn handle_jump(&mut self, now: Moment) {
        self.board.set_clock(now, &mut self.ledger);
        self.mesh.handle_jump(now, &mut self.ledger);
        self.handle_timeout(now);
        self.mesh.ask_lost(now, &mut self.ledger);
        self.send(now);
    }

    /// What was sent by this way does not arrive, for this reason.
    pub fn handle_unreachable(&mut self, now: Moment, way: &Hop, why: &str) {
        self.signalling.handle_unreachable(way, why);
        self.send(now);
    }

    /// Somebody called from this address by TLS, and it came to nothing for this reason.
    pub fn handle_no_tls(&mut self, now: Moment, address: SocketAddr, why: &str) {
        self.mesh.handle_no_tls(now, address, why);
    }

    /// Takes what a name stands for, in order of preference; or why that is not known.
    pub fn handle_resolved(&mut self, now: Moment, question: &Question, answer: Result<Vec<Destination>, String>) {
        self.mesh.handle_resolved(now, &mut self.ledger, question, answer);
        self.send(now);
    }

    /// Asks a peer to tell everything again: see [`Mesh::refresh`].
    pub fn refresh(&mut self, now: Moment, peer: &SiteName) -> Option<Pause> {
        let pause = self.mesh.refresh(now, &mut self.ledger, peer);
        self.send(now);
        pause
    }

    /// Pauses our publishing to a peer, or ends the pause: see [`Mesh::set_pause`].
    pub fn set_pause(&mut self, now: Moment, peer: &SiteName, pause: Pause) -> bool {
        let is_there = self.mesh.set_pause(now, &mut self.ledger, peer, pause);
        self.send(now);
        is_there
    }

    /// Files a state of our own, and tells it to every peer: see [`Mesh::set_own`].
    pub fn set_own(&mut self, now: Moment, device: &DeviceName, state: DeviceState) -> Filed {
        let filed = self.mesh.set_own(now, &mut self.ledger, device, state);
        self.send(now);
        filed
    }

    /// Says goodbye to every peer: see [`Mesh::stop`]. [`Mesh::is_done`] tells when they have heard it.
    pub fn stop(&mut self, now: Moment) {
        self.mesh.stop(now, &mut self.ledger);
        self.send(now);
    }

    /// The next message to send.
    #[must_use]
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.signalling.poll_transmit()
    }

    /// The next name to look up before its time.
    #[must_use]
    pub fn poll_question(&mut self) -> Option<Question> {
        self.mesh.poll_question()
    }

    /// What was learned and is not on the board yet, in order: to be given to [`apply`](Self::apply).
    #[must_use]
    pub fn poll_news(&mut self) -> Option<News> {
        self.mesh.poll_news()
    }

    /// Brings news onto the board.
    pub fn apply(&mut self, now: Moment, news: News) {
        self.board.apply(now, &mut self.ledger, news);
    }

    /// What looks different on the board.
    #[must_use]
    pub fn poll_change(&mut self) -> Option<BoardChange> {
        self.board.poll_change(&self.ledger)
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) at the latest.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        [self.signalling.poll_timeout(), self.mesh.poll_timeout()].into_iter().flatten().min()
    }

    /// Our own entity id.
    pub fn eid(&self) -> Eid {
        self.mesh.eid()
    }

    /// All names that have to be looked up, and looked up again.
    pub fn questions(&self) -> BTreeSet<Question> {
        self.mesh.questions()
    }

    /// Every address that peers send from, as far as names are known.
    pub fn known_ips(&self) -> impl Iterator<Item = IpAddr> {
        self.mesh.known_ips()
    }

    /// The last messages of a peer, the oldest first. `None`: there is no such peer.
    pub fn messages(&self, now: Moment, peer: &SiteName, privacy: Privacy) -> Option<Vec<SipMessage>> {
        let peer = self.ledger.peers().find(peer)?;
        Some(self.signalling.messages(peer, privacy, now))
    }

    /// The mesh in numbers. What the sockets count is not known here.
    pub fn report(&self, now: Moment) -> MeshReport {
        let ids = self.ledger.peers().ids();
        let peers = self.mesh.report(now, &self.ledger).into_iter().zip(self.sites()).zip(ids);
        MeshReport {
            eid: Some(self.mesh.eid()),
            peers: peers.map(|((numbers, site), id)| self.peer(now, id, numbers, site)).collect(),
            strangers: counters(&self.strangers()),
            transport: BTreeMap::new(),
        }
    }

    fn peer(&self, now: Moment, id: PeerId, numbers: PeerNumbers, site: Site) -> PeerReport {
        let (last_in, last_out) = self.signalling.last(id);
        PeerReport {
            site,
            last_in: last_in.map(|at| now.wall_at(at)),
            last_out: last_out.map(|at| now.wall_at(at)),
            given: codes(&numbers.given),
            got: codes(&numbers.got),
            told: numbers.told,
            pause: numbers.pause,
            findings: numbers.findings,
            setup: numbers.setup,
            eids: numbers.eids,
            counters: counters(&numbers.counters),
            trouble: numbers.trouble,
            untold: numbers.untold.try_into().unwrap_or(u64::MAX),
            refresh: numbers.refresh,
        }
    }

    /// Counts of what came from nobody that is configured, and of what ended before it was anybody's.
    fn strangers(&self) -> Counters {
        let mut counters = self.mesh.strangers().clone();
        let below = self.signalling.counters();
        let more = [
            (Counter::Malformed, below.malformed),
            (Counter::Retransmission, below.retransmissions),
            (Counter::RefusedBySip, below.refused),
            (Counter::Overload, below.overload),
            (Counter::StrayResponse, below.stray_responses),
        ];
        counters.extend(more.into_iter().filter(|(_, times)| *times > 0));
        counters
    }
}

fn counters(counters: &Counters) -> BTreeMap<String, u64> {
    counters.iter().map(|(counter, times)| (counter.as_str().to_owned(), *times)).collect()
}

fn codes(codes: &Codes) -> BTreeMap<String, u64> {
    codes.iter().map(|(code, times)| (code.to_string(), *times)).collect()
}
