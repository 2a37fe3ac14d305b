//! A publication, a compositor and a network between them that drops, delays and doubles.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::agent::{AgentAnswer, Outcome, Publication, Supersede};
use super::compositor::{Compositor, Limits, Sequence};
use super::*;
use crate::policy::tests::LENIENT;
use crate::{Endpoint, EndpointSettings, Event, Hop, Method, OutgoingRequest, Transmit};

/// The number of a device, and how often it has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State(u8, u32);

impl Supersede for State {
    type Key = u8;

    fn key(&self) -> Option<u8> {
        Some(self.0)
    }
}

const DEVICES: u8 = 5;

/// How bad the network is.
#[derive(Clone, Copy)]
struct Weather {
    lost: f64,
    doubled: f64,
    longest_delay: Duration,
}

const STORM: Weather = Weather { lost: 0.4, doubled: 0.2, longest_delay: Duration::from_secs(6) };
const CALM: Weather = Weather { lost: 0.0, doubled: 0.0, longest_delay: Duration::from_millis(5) };

struct World {
    rng: StdRng,
    now: Instant,
    weather: Weather,
    /// When and where each datagram arrives, and whence.
    on_the_way: Vec<(Instant, SocketAddr, Transmit)>,
    ours: SocketAddr,
    theirs: SocketAddr,
    sender: Endpoint,
    publication: Publication<State>,
    /// What the devices are.
    truth: BTreeMap<u8, u32>,
    receiver: Endpoint,
    compositor: Compositor<()>,
    /// What the receiver believes.
    belief: BTreeMap<u8, u32>,
    /// A belief that went back to something older.
    regressions: u32,
}

impl World {
    fn new(seed: u64) -> Self {
        let [ours, theirs] = ["192.0.2.1:5060", "192.0.2.2:5060"].map(|address| address.parse().unwrap());
        let mut rng = StdRng::seed_from_u64(seed);
        let publication = Publication::new(Duration::from_mins(2), LENIENT, StdRng::from_rng(&mut rng));
        Self {
            now: Instant::now(),
            weather: STORM,
            on_the_way: Vec::new(),
            ours,
            theirs,
            sender: endpoint(ours, &mut rng),
            publication,
            truth: BTreeMap::new(),
            receiver: endpoint(theirs, &mut rng),
            compositor: compositor(&mut rng),
            belief: BTreeMap::new(),
            regressions: 0,
            rng,
        }
    }

    fn change_something(&mut self) {
        let device = self.rng.random_range(0..DEVICES);
        let changes = self.truth.entry(device).or_default();
        *changes += 1;
        self.publication.push(State(device, *changes));
    }

    /// The receiver loses all it knows.
    fn restart_receiver(&mut self) {
        self.receiver = endpoint(self.theirs, &mut self.rng);
        self.compositor = compositor(&mut self.rng);
        self.belief.clear();
    }

    /// Moves on to the next thing that happens, by `end` at the latest.
    fn run_until(&mut self, end: Instant) {
        loop {
            self.settle();
            let timers = [self.sender.poll_timeout(), self.receiver.poll_timeout(), self.publication.poll_timeout()];
            let arrivals = self.on_the_way.iter().map(|(at, ..)| *at);
            let next = timers.into_iter().flatten().chain(arrivals).min().unwrap_or(end);
            if next > end {
                self.now = end;
                return;
            }
            self.now = self.now.max(next);
            self.sender.handle_timeout(self.now);
            self.receiver.handle_timeout(self.now);
            self.deliver();
        }
    }

    fn deliver(&mut self) {
        let now = self.now;
        let arrived: Vec<_> = self.on_the_way.extract_if(.., |(at, ..)| *at <= now).collect();
        for (_, source, Transmit { route, payload, .. }) in arrived {
            let endpoint = if route.address() == self.ours { &mut self.sender } else { &mut self.receiver };
            endpoint.handle_message(now, source, &payload);
            self.settle();
        }
    }

    /// Lets both ends say all that they have to say.
    fn settle(&mut self) {
        while let Some(event) = self.sender.poll_event() {
            let answer = match event {
                Event::Answered { response, .. } => AgentAnswer::from(&*response),
                Event::TimedOut { .. } | Event::Unreachable { .. } => AgentAnswer::TimedOut,
                Event::Request { .. } => panic!("nobody asks the sender"),
            };
            if self.publication.handle_answer(self.now, answer) == Outcome::Forgotten {
                self.truth.iter().for_each(|(device, changes)| self.publication.push(State(*device, *changes)));
            }
        }
        while let Some(Event::Request { key, request, .. }) = self.receiver.poll_event() {
            let answer = self.take(&request);
            self.receiver.answer(self.now, key, &answer);
        }
        if let Some(request) = self.publication.poll_publish(self.now) {
            let outgoing = OutgoingRequest::new(Method::Publish, "sip:board@192.0.2.2")
                .from("sip:pbx@192.0.2.1", &request.from_tag)
                .to("sip:board@192.0.2.2")
                .call_id(&request.call_id)
                .cseq(request.cseq)
                .expires(request.expires);
            let outgoing = request.if_match.iter().fold(outgoing, |outgoing, tag| outgoing.header("SIP-If-Match", tag));
            let body = request.body.map(|State(device, changes)| format!("{device} {changes}"));
            let outgoing = body.into_iter().fold(outgoing, |outgoing, body| outgoing.body("text/plain", body));
            self.sender.send(self.now, &Hop::Udp(self.theirs), &outgoing);
        }
        while let Some(transmit) = self.sender.poll_transmit() {
            self.post(self.ours, &transmit);
        }
        while let Some(transmit) = self.receiver.poll_transmit() {
            self.post(self.theirs, &transmit);
        }
    }

    fn take(&mut self, request: &Request) -> Answer {
        let sequence = Sequence { call_id: request.call_id(), cseq: request.cseq() };
        let taken = Publish::read(request)
            .and_then(|publish| Ok((self.compositor.accept(self.now, &(), sequence, &publish)?, publish)));
        let (accepted, publish) = match taken {
            Ok(taken) => taken,
            Err(refusal) => return refusal.answer(),
        };
        if let Some(body) = publish.body() {
            let text = std::str::from_utf8(&body.content).unwrap();
            let (device, changes) = text.split_once(' ').unwrap();
            let changes = changes.parse().unwrap();
            let before = self.belief.insert(device.parse().unwrap(), changes);
            self.regressions += u32::from(before > Some(changes));
        }
        accepted.answer()
    }

    fn post(&mut self, source: SocketAddr, transmit: &Transmit) {
        let copies =
            u32::from(!self.rng.random_bool(self.weather.lost)) + u32::from(self.rng.random_bool(self.weather.doubled));
        for _ in 0..copies {
            let delay = self.weather.longest_delay.mul_f64(self.rng.random());
            self.on_the_way.push((self.now + delay, source, transmit.clone()));
        }
    }
}

fn endpoint(sent_by: SocketAddr, rng: &mut StdRng) -> Endpoint {
    let settings =
        EndpointSettings { sent_by: sent_by.into(), user_agent: "test".to_owned(), max_server_transactions: 1000 };
    Endpoint::new(settings, StdRng::from_rng(rng))
}

fn compositor(rng: &mut StdRng) -> Compositor<()> {
    let limits = Limits {
        default_expires: Duration::from_hours(1),
        min_expires: Duration::from_mins(1),
        max_expires: Duration::from_hours(1),
    };
    Compositor::new(limits, LENIENT, StdRng::from_rng(rng))
}

/// However bad the network was: soon after it is well again the receiver believes the truth, and
/// never in between did it take an older state for a newer one.
#[test]
fn loses_no_state_and_takes_none_for_newer_than_it_is() {
    // Seed 159 holds a late copy of an older state.
    for seed in 140..180 {
        let mut world = World::new(seed);
        for _ in 0..60 {
            world.change_something();
            if world.rng.random_bool(0.05) {
                world.restart_receiver();
            }
            let pause = Duration::from_millis(world.rng.random_range(0..20_000));
            world.run_until(world.now + pause);
        }
        world.weather = CALM;
        // The longest pause of a publication, and a whole transaction before it.
        world.run_until(world.now + Duration::from_secs(75 + 32));
        world.change_something();
        world.run_until(world.now + Duration::from_secs(1));
        assert_eq!(world.belief, world.truth, "seed {seed}");
        assert_eq!(world.regressions, 0, "seed {seed}");
    }
}
