//! A mesh in virtual time: lampfield, two simulated PBXes, and a network that drops, delays and duplicates datagrams as
//! it is told.

#![allow(clippy::unwrap_used, reason = "only tests are built on this")]

mod clocks;
pub mod teller;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use clocks::{Clocks, Words};
use lampfield::board::{Board, BoardSettings, SiteSettings};
use lampfield::core::Core;
use lampfield::demo::pbx::{Pbx, PbxSettings};
use lampfield::ledger::Ledger;
use lampfield::mesh::filter::Filters;
use lampfield::mesh::{MeshSettings, PeerAddress, PeerNumbers, PeerSettings, PublishTo};
use lampfield::moment::Moment;
use lampfield_dialplan::{Dialplan, FileLine};
use lampfield_shared::{DeviceName, DeviceState, Eid, Exten, Freshness, Lamp, Pause, SiteName, Timestamp};
use lampfield_sip::locate::{self, Question};
use lampfield_sip::{Flow, Source, Transport};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use teller::Teller;

/// The silence in these tests after which a peer is lost.
pub const SILENCE: Duration = Duration::from_secs(15);

pub const NAMES: [&str; 2] = ["perm", "kazan"];

pub const OWN_EID: Eid = Eid::from_bytes([2, 0, 0, 0, 0, 6]);

pub fn console() -> SocketAddr {
    "127.0.0.6:5060".parse().unwrap()
}

pub fn address(pbx: usize) -> SocketAddr {
    ["127.0.0.4:5061", "127.0.0.5:5060"][pbx].parse().unwrap()
}

pub fn eid(pbx: usize) -> Eid {
    Eid::from_bytes([2, 0, 0, 0, 0, 4 + u8::try_from(pbx).unwrap()])
}

/// How the network treats a datagram.
#[derive(Debug, Clone, Copy)]
pub struct Weather {
    pub drop: f64,
    pub duplicate: f64,
    pub delay_ms: u64,
}

pub const FAIR: Weather = Weather { drop: 0.0, duplicate: 0.0, delay_ms: 2 };
pub const STORM: Weather = Weather { drop: 0.3, duplicate: 0.2, delay_ms: 400 };

struct Datagram {
    sent: Duration,
    from: SocketAddr,
    to: SocketAddr,
    payload: Bytes,
}

/// The whole simulation, and its time.
pub struct World {
    start: Instant,
    now: Duration,
    clocks: Clocks,
    rng: StdRng,
    pub weather: Weather,
    /// PBXes that are cut off from the network.
    pub cut: BTreeSet<usize>,
    /// Requests that a proxy before the PBXes refuses: those that contain this text, with this status.
    pub refused: Option<(&'static str, u16)>,
    wire: BTreeMap<(Duration, u64), Datagram>,
    sent: u64,
    pub core: Core,
    pub pbxes: Vec<Pbx>,
    /// A PBX that publishes only calls; its number follows those of the others.
    pub teller: Option<Teller>,
    /// Settings of lampfield at its next start.
    pub mesh_settings: MeshSettings,
    /// Settings of the PBXes at their next start.
    pub pbx_settings: Vec<PbxSettings>,
    /// Our own states, as they are kept over restarts.
    pub own: BTreeMap<DeviceName, DeviceState>,
    /// Every lamp that changed, once for each change.
    pub shown: Vec<Lamp>,
    /// Messages of the PBXes that have arrived.
    words: Words,
}

impl World {
    pub fn new(seed: u64) -> Self {
        Self::with(seed, mesh_settings(), (0..NAMES.len()).map(pbx_settings).collect())
    }

    pub fn with(seed: u64, mesh_settings: MeshSettings, pbx_settings: Vec<PbxSettings>) -> Self {
        let start = Instant::now();
        let mut rng = StdRng::seed_from_u64(seed);
        let now = Moment { mono: start, wall: Timestamp(0) };
        let mut ledger = ledger(&mesh_settings, now);
        let board = board(&mut ledger, now);
        let core = Core::new(mesh_settings.clone(), ledger, board, now, StdRng::from_rng(&mut rng));
        let mut pbx =
            |settings: &PbxSettings| Pbx::new(settings.clone(), start, Duration::ZERO, StdRng::from_rng(&mut rng));
        let pbxes = pbx_settings.iter().map(&mut pbx).collect();
        Self {
            start,
            now: Duration::ZERO,
            clocks: Clocks::new(start),
            rng,
            weather: FAIR,
            cut: BTreeSet::new(),
            refused: None,
            wire: BTreeMap::new(),
            sent: 0,
            core,
            pbxes,
            teller: None,
            mesh_settings,
            pbx_settings,
            own: BTreeMap::new(),
            shown: Vec::new(),
            words: Words::default(),
        }
    }

    /// Answers a question for a name with these addresses, or with an error.
    pub fn resolve(&mut self, question: &Question, answer: Result<&[&str], &str>) {
        let place = |ip: &&str| locate::Destination { ip: ip.parse().unwrap(), port: None };
        let answer = answer.map(|ips| ips.iter().map(place).collect()).map_err(str::to_owned);
        self.core.handle_resolved(self.now(), question, answer);
    }

    pub fn set(&mut self, pbx: usize, device: &str, state: &str) {
        self.pbxes[pbx].set_device(device.into(), state.parse().unwrap());
    }

    /// Sets a state of our own.
    pub fn set_own(&mut self, device: &str, state: &str) {
        let (device, state) = (DeviceName::from(device), state.parse().unwrap());
        self.own.insert(device.clone(), state);
        let _not_for_this_board = self.core.set_own(self.now(), &device, state);
        self.collect();
    }

    /// Stops lampfield in good order: it withdraws its publications.
    pub fn stop(&mut self) {
        self.core.stop(self.now());
        self.collect();
    }

    /// Pauses the publishing to a PBX, or ends the pause.
    pub fn set_pause(&mut self, pbx: usize, pause: Pause) {
        assert!(self.core.set_pause(self.now(), &NAMES[pbx].into(), pause));
        self.collect();
    }

    /// Asks a PBX for all its states again.
    pub fn refresh(&mut self, pbx: usize) {
        assert!(self.core.refresh(self.now(), &NAMES[pbx].into()).is_some());
        self.collect();
    }

    /// A PBX connects by TLS, and the handshake fails.
    pub fn call_by_tls_in_vain(&mut self, pbx: usize, why: &str) {
        self.core.handle_no_tls(self.now(), address(pbx), why);
    }

    /// A PBX connects by TLS, and the handshake succeeds.
    pub fn speak_by_tls(&mut self, pbx: usize) {
        let source = Source { address: address(pbx), flow: Flow { transport: Transport::Tls, id: 1 } };
        let options = request("OPTIONS", "console", source.address, "", "");
        self.core.handle_message(self.now(), source, options.as_bytes());
        self.collect();
    }

    /// Sends a request from this address; gives the answer, if there is one.
    pub fn ask(&mut self, from: SocketAddr, request: &str) -> Option<String> {
        self.collect();
        self.core.handle_message(self.now(), from, request.as_bytes());
        let sent = std::iter::from_fn(|| self.core.poll_transmit()).collect::<Vec<_>>();
        let texts = sent.iter().map(|sent| String::from_utf8(sent.payload.to_vec()).unwrap());
        let answer = texts.filter(|text| text.starts_with("SIP/2.0")).last();
        for sent in sent {
            self.send(console(), sent.route.address(), &sent.payload);
        }
        self.collect();
        answer
    }

    /// Restarts lampfield: it knows nothing but its own states.
    pub fn restart_console(&mut self) {
        let rng = StdRng::from_rng(&mut self.rng);
        self.restart_clocks();
        // Its sockets are new: what waited in the buffers of the old ones is gone.
        let (now, under_way) = (self.now, Duration::from_millis(STORM.delay_ms));
        self.wire.retain(|_, datagram| datagram.to != console() || datagram.sent + under_way >= now);
        let now = self.now();
        let mut ledger = ledger(&self.mesh_settings, now);
        for (device, state) in &self.own {
            ledger.file_own(now, device, *state);
        }
        let board = board(&mut ledger, now);
        self.core = Core::new(self.mesh_settings.clone(), ledger, board, now, rng);
    }

    /// Restarts lampfield with the last known board.
    pub fn restart_console_as_kept(&mut self) {
        let now = self.now();
        let (board, ledger) = self.core.board_mut();
        board.keep_all(ledger);
        let kept = board.poll_to_keep(now, ledger);
        self.restart_console();
        let now = self.now();
        let (board, ledger) = self.core.board_mut();
        board.restore(now, ledger, kept.unwrap_or_default());
    }

    /// Restarts a PBX: it keeps its states, but neither its publications nor what others told it.
    pub fn restart_pbx(&mut self, index: usize, boot: Duration) {
        let rng = StdRng::from_rng(&mut self.rng);
        let mut anew = Pbx::new(self.pbx_settings[index].clone(), self.start + self.now, boot, rng);
        for (device, state) in self.pbxes[index].devices() {
            anew.set_device(device.clone(), *state);
        }
        self.pbxes[index] = anew;
    }

    pub fn run(&mut self, length: Duration) {
        let end = self.now + length;
        loop {
            self.look();
            self.deliver();
            self.wake();
            self.collect();
            let next = self.next().min(end);
            if next >= end && self.now >= end {
                return;
            }
            self.now = next.max(self.now);
        }
    }

    pub fn run_seconds(&mut self, seconds: u64) {
        self.run(Duration::from_secs(seconds));
    }

    fn next(&mut self) -> Duration {
        let mesh = self.core.poll_timeout().map(|at| self.when(at));
        let since = |at: Instant| at.saturating_duration_since(self.start);
        let teller = self.teller.as_ref().and_then(Teller::poll_timeout);
        let pbxes = self.pbxes.iter().filter_map(Pbx::poll_timeout).chain(teller).map(since);
        let wire = self.wire.keys().next().map(|(due, _)| *due);
        pbxes.chain(mesh).chain(wire).chain([self.next_look()]).min().unwrap_or(Duration::MAX)
    }

    fn deliver(&mut self) {
        while let Some(entry) = self.wire.first_entry() {
            if entry.key().0 > self.now {
                return;
            }
            let Datagram { sent, from, to, payload } = entry.remove();
            let now = self.start + self.now;
            if to == console() {
                self.note_word(sent, from, &payload);
                self.core.handle_message(self.now(), from, &payload);
            } else if let Some(status) = self.refuses(&payload) {
                self.send(to, from, &refusal(&payload, status));
            } else if let Some(index) = (0..NAMES.len()).find(|index| address(*index) == to) {
                self.pbxes[index].handle_message(now, from, &payload);
            } else if let Some(teller) = self.teller.as_mut().filter(|_| to == teller::address()) {
                teller.handle_message(now, from, &payload);
            }
            self.collect();
        }
    }

    fn refuses(&self, payload: &Bytes) -> Option<u16> {
        let (words, status) = self.refused?;
        String::from_utf8_lossy(payload).contains(words).then_some(status)
    }

    fn wake(&mut self) {
        self.core.handle_timeout(self.now());
        let now = self.start + self.now;
        self.pbxes.iter_mut().for_each(|pbx| pbx.handle_timeout(now));
        self.teller.iter_mut().for_each(|teller| teller.handle_timeout(now));
    }

    /// Puts everybody's messages onto the wire, and the core's news onto the board.
    fn collect(&mut self) {
        let mut out = Vec::new();
        out.extend(std::iter::from_fn(|| self.core.poll_transmit()).map(|sent| (console(), sent)));
        for (index, pbx) in self.pbxes.iter_mut().enumerate() {
            out.extend(std::iter::from_fn(|| pbx.poll_transmit()).map(|sent| (address(index), sent)));
        }
        if let Some(teller) = &mut self.teller {
            out.extend(std::iter::from_fn(|| teller.poll_transmit()).map(|sent| (teller::address(), sent)));
        }
        for (from, sent) in out {
            self.send(from, sent.route.address(), &sent.payload);
        }
        let now = self.now();
        while let Some(news) = self.core.poll_news() {
            self.words.note_end(&news);
            self.core.apply(now, news);
        }
        while let Some(change) = self.core.poll_change() {
            if let lampfield::board::BoardChange::Lamp(lamp) = change {
                self.shown.push(Lamp::clone(&lamp));
            }
        }
    }

    /// Number of datagrams that were put onto the wire.
    pub fn datagrams(&self) -> u64 {
        self.sent
    }

    pub fn report(&self) -> Vec<PeerNumbers> {
        self.core.mesh().report(self.now(), self.core.ledger())
    }

    /// Puts a datagram onto the wire, as if `from` had sent it.
    pub fn send(&mut self, from: SocketAddr, to: SocketAddr, payload: &Bytes) {
        let is_cut = |end: SocketAddr| self.cut.iter().any(|index| number_of(end) == Some(*index));
        if is_cut(from) || is_cut(to) || self.rng.random_bool(self.weather.drop) {
            return;
        }
        let copies = 1 + usize::from(self.rng.random_bool(self.weather.duplicate));
        for _ in 0..copies {
            let delay = Duration::from_millis(self.rng.random_range(1..=self.weather.delay_ms));
            self.sent += 1;
            self.wire
                .insert((self.now + delay, self.sent), Datagram { sent: self.now, from, to, payload: payload.clone() });
        }
    }

    #[track_caller]
    pub fn lamp(&self, exten: &str) -> Lamp {
        let details = self.core.details(&Exten::from(exten));
        details.unwrap_or_else(|| panic!("no lamp {exten} on the board")).lamp
    }

    pub fn freshness(&self, exten: &str) -> Freshness {
        self.lamp(exten).freshness
    }

    /// The PBXes' states that the board does not show live and right.
    pub fn differences(&self) -> Vec<String> {
        let devices = |(index, pbx): (usize, &Pbx)| {
            let of = |(device, state): (&DeviceName, &DeviceState)| (index, device.clone(), *state);
            pbx.devices().iter().map(of).collect::<Vec<_>>()
        };
        let all = self.pbxes.iter().enumerate().flat_map(devices);
        all.filter_map(|(index, device, state)| self.difference(index, &device, state)).collect()
    }

    /// Our own states that a PBX does not have as they are.
    pub fn own_differences(&self) -> Vec<String> {
        let of = |(index, pbx): (usize, &Pbx)| {
            let told = |device: &DeviceName| pbx.table().state(OWN_EID, device);
            let wrong = self.own.iter().filter(|(device, state)| told(device) != Some(**state));
            let words = wrong
                .map(|(device, state)| format!("{}: {device} {:?} instead of {state}", NAMES[index], told(device)));
            words.collect::<Vec<_>>()
        };
        self.pbxes.iter().enumerate().flat_map(of).collect()
    }

    fn difference(&self, index: usize, device: &DeviceName, state: DeviceState) -> Option<String> {
        let exten = device.as_str().trim_start_matches(|c: char| !c.is_ascii_digit());
        let Some(details) = self.core.details(&Exten::from(exten)) else {
            return Some(format!("{device}: no lamp"));
        };
        let vote = details.votes.iter().find(|vote| vote.eid == Some(eid(index)) && vote.device == *device);
        match vote {
            None => Some(format!("{device}: no vote")),
            Some(vote) if vote.state != state => Some(format!("{device}: {} instead of {state}", vote.state)),
            Some(vote) if vote.freshness != Freshness::Live => Some(format!("{device}: {:?}", vote.freshness)),
            Some(_) if details.lamp.freshness != Freshness::Live => {
                Some(format!("{exten}: {:?}", details.lamp.freshness))
            }
            Some(_) => None,
        }
    }
}

/// Number of the PBX at this address.
fn number_of(end: SocketAddr) -> Option<usize> {
    let at = (0..NAMES.len()).find(|index| address(*index) == end);
    at.or_else(|| (end == teller::address()).then_some(NAMES.len()))
}

/// A request to a user of ours, with further header lines, each with its line end.
pub fn request(method: &str, user: &str, from: SocketAddr, headers: &str, body: &str) -> String {
    let uri = format!("sip:{user}@{}", console());
    let call = format!("{:x}", headers.len() * 31 + body.len());
    format!(
        "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bK{method}{call}{user}\r\n\
         From: <sip:pbx@{from}>;tag=1\r\nTo: <{uri}>\r\nCall-ID: {call}\r\nCSeq: 1 {method}\r\n{headers}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// The answer of a proxy that refuses a request.
fn refusal(request: &Bytes, status: u16) -> Bytes {
    let text = String::from_utf8_lossy(request);
    let echoed = ["Via:", "From:", "To:", "Call-ID:", "CSeq:"];
    let headers = text.lines().filter(|line| echoed.iter().any(|name| line.starts_with(name)));
    let headers: Vec<&str> = headers.collect();
    format!("SIP/2.0 {status} No\r\n{}\r\nContent-Length: 0\r\n\r\n", headers.join("\r\n")).into()
}

/// Default settings of the mesh.
pub fn mesh_settings() -> MeshSettings {
    let peer = |(index, name): (usize, &&str)| PeerSettings {
        name: SiteName::from(*name),
        addresses: vec![PeerAddress::from(address(index))],
        resource: (*name).into(),
        publish_to: PublishTo::udp("console", address(index)),
        eids: Vec::new(),
        auth: None,
        outbound_auth: None,
        filters: Filters::default(),
    };
    MeshSettings {
        eid: OWN_EID,
        user: "console".into(),
        sent_by: console().into(),
        options_interval: Duration::from_secs(5),
        silence: SILENCE,
        min_expires: Duration::from_secs(1),
        refresh_interval: Some(Duration::from_hours(1)),
        max_names: 20_000,
        paused: Vec::new(),
        peers: NAMES.iter().enumerate().map(peer).collect(),
    }
}

/// A ledger in which nothing stands.
fn ledger(settings: &MeshSettings, now: Moment) -> Ledger {
    Ledger::new(settings.eid, settings.peers.iter().map(|peer| peer.name.clone()), now)
}

fn board(ledger: &mut Ledger, now: Moment) -> Board {
    let site = |name: &&str| SiteSettings {
        name: SiteName::from(*name),
        title: (*name).into(),
        serves: Vec::new(),
        stops_calls: false,
    };
    let mut dialplan = Dialplan::default();
    let place = FileLine { file: "test".into(), line: 1 };
    dialplan.add_hint("office", "_[12]XXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}", place).unwrap();
    let sites = NAMES.iter().map(site).collect();
    let settings = BoardSettings { dialplan, context: "office".into(), sites, ..BoardSettings::default() };
    Board::new(settings, ledger, now)
}

/// Default settings of a PBX.
pub fn pbx_settings(index: usize) -> PbxSettings {
    PbxSettings {
        address: address(index),
        eid: eid(index),
        user: NAMES[index].into(),
        console: console(),
        expires: Duration::from_hours(1),
        auth: None,
        outbound_auth: None,
    }
}
