//! Random faults with real Asterisks: they crash, stop, reload and freeze, the network loses and delays, lampfield
//! itself is killed. Every ten seconds the Asterisks are asked: each lamp is as the extension's own PBX says, or is
//! shown as not live. In the end everything is live again.
//!
//! `cargo xtask chaos MINUTES` runs longer than CI does.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use lampfield_shared::Freshness;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use support::weather::{Weather, Wire};
use support::{Config, Lab, Pbx, Server, Version, ensure, wait};

with_each_asterisk!(no_lamp_lies_in_chaos);

/// Length of the test; `LAMPFIELD_CHAOS_SECONDS` sets another.
const LENGTH: Duration = Duration::from_secs(25);
/// How often the Asterisks are asked.
const SESSION: Duration = Duration::from_secs(10);
/// Time after which a silent peer is noticed: its time of silence, a second for OPTIONS, one for the machine.
const NOTICED: Duration = Duration::from_secs(Config::SILENCE_SECONDS as u64 + 2);
/// Time in which a message gets through a storm: lost ones are sent again after 0.5 s, 1.5 s, 3.5 s, 7.5 s and every 4
/// s from then on; of a thousand fewer than one is lost four times.
const REPEATED: Duration = Duration::from_secs(16);
/// Time in which a PBX that is back has told everything again, even if it misses some of our requests.
const TOLD_AGAIN: Duration = Duration::from_mins(1);

const STATES: [&str; 5] = ["BUSY", "NOT_INUSE", "INUSE", "RINGING", "ONHOLD"];
const RELOADS: [&str; 4] =
    ["module reload res_pjsip.so", "core reload", "dialplan reload", "module reload res_pjsip_publish_asterisk.so"];

/// Condition of a PBX.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    Up,
    Frozen,
    Down,
}

struct Chaos {
    lab: Lab,
    wire: Wire,
    server: Server,
    rng: StdRng,
    conditions: [Condition; 2],
    weather: Weather,
    /// Number of each kind of fault, and of each kind of finding.
    tally: BTreeMap<&'static str, u32>,
    slowest: Duration,
}

/// Length and seed of the test: a usual run is always the same, a longer one is another each time.
fn length_and_seed() -> (Duration, u64) {
    match std::env::var("LAMPFIELD_CHAOS_SECONDS") {
        Ok(told) => (Duration::from_secs(told.parse().expect("a number of seconds")), rand::rng().random()),
        Err(_) => (LENGTH, 3639),
    }
}

fn no_lamp_lies_in_chaos(version: Version) {
    let (length, seed) = length_and_seed();
    println!("seed {seed}: what is done in which order; what it meets differs each time");
    let mut chaos = Chaos::start(version, seed);
    let (end, mut session) = (Instant::now() + length, Instant::now() + SESSION);
    while Instant::now() < end {
        chaos.strike();
        if Instant::now() > session {
            chaos.judge();
            session = Instant::now() + SESSION;
        }
    }
    chaos.end();
}

impl Chaos {
    fn start(version: Version, seed: u64) -> Self {
        let lab = Lab::start(version);
        let wire = Wire::lay();
        let server = Server::start(Wire::config(&lab));
        server.assert_all_agree(&lab);
        let rng = StdRng::seed_from_u64(seed);
        let conditions = [Condition::Up; 2];
        let (weather, tally) = (Weather::FAIR, BTreeMap::new());
        Self { lab, wire, server, rng, conditions, weather, tally, slowest: Duration::ZERO }
    }

    fn count(&mut self, what: &'static str) {
        *self.tally.entry(what).or_default() += 1;
    }

    /// Causes a random fault.
    fn strike(&mut self) {
        let at = self.rng.random_range(0..2);
        match (self.rng.random_range(0..20), self.conditions[at]) {
            (0, Condition::Up) => self.crash(at),
            (1, Condition::Up) if self.weather == Weather::FAIR => self.stop(at),
            (2, Condition::Up) => {
                self.lab.freeze(Pbx::ALL[at]);
                self.become_("PBX frozen", at, Condition::Frozen);
            }
            (0..6, Condition::Frozen) => self.thaw(at),
            (0..6, Condition::Down) => self.boot(at),
            (3, Condition::Up) => {
                let command = RELOADS.choose(&mut self.rng).expect("there are some");
                self.lab.cli(Pbx::ALL[at], command);
                self.count("PBX reloaded");
            }
            (6, _) => self.change_weather("storm", Weather::STORM),
            (7, _) => self.change_weather("wire cut", Weather::CUT),
            (8, _) => self.change_weather("fair weather", Weather::FAIR),
            (9, _) => {
                self.server.restart();
                self.count("lampfield killed");
            }
            (_, Condition::Up) => self.tell(at),
            _ => {}
        }
        thread::sleep(Duration::from_millis(self.rng.random_range(50..1_500)));
    }

    fn become_(&mut self, what: &'static str, at: usize, condition: Condition) {
        self.conditions[at] = condition;
        self.count(what);
    }

    fn crash(&mut self, at: usize) {
        self.lab.kill(Pbx::ALL[at]);
        self.become_("PBX crashed", at, Condition::Down);
    }

    fn stop(&mut self, at: usize) {
        self.lab.down(Pbx::ALL[at]);
        self.become_("PBX stopped", at, Condition::Down);
    }

    fn boot(&mut self, at: usize) {
        self.lab.up(Pbx::ALL[at]);
        self.become_("PBX started", at, Condition::Up);
    }

    fn thaw(&mut self, at: usize) {
        self.lab.thaw(Pbx::ALL[at]);
        self.become_("PBX thawed", at, Condition::Up);
    }

    fn change_weather(&mut self, what: &'static str, weather: Weather) {
        self.wire.set(weather);
        self.weather = weather;
        self.count(what);
    }

    /// Changes a few states.
    fn tell(&mut self, at: usize) {
        let pbx = Pbx::ALL[at];
        for _ in 0..self.rng.random_range(1..4) {
            let exten = pbx.extens()[self.rng.random_range(0..5)];
            let state = STATES.choose(&mut self.rng).expect("there are some");
            self.lab.set_device(pbx, &format!("Custom:DND{exten}"), state);
            self.count("state changed");
        }
    }

    /// Waits without further changes until each lamp agrees with its PBX, or does not claim to be live.
    fn judge(&mut self) {
        let start = Instant::now();
        for (at, pbx) in Pbx::ALL.into_iter().enumerate() {
            for exten in pbx.extens() {
                let live = self.judge_one(at, exten);
                self.count(if live { "lamp live, and right" } else { "lamp not live, and shown so" });
            }
        }
        self.slowest = self.slowest.max(start.elapsed());
        self.count("judged");
    }

    /// Whether the lamp is live, and rightly so. Asterisk sends one PUBLISH at a time: in a storm a change waits behind
    /// the states that a refresh asked for, so as long as the PBX publishes, the change may be under way.
    fn judge_one(&self, at: usize, exten: &str) -> bool {
        let condition = self.conditions[at];
        let what = format!("{exten} agrees with a PBX that is {condition:?} in {:?}, or is not live", self.weather);
        let (mut told, mut since) = (self.told(at), Instant::now());
        wait(&what, if self.weather == Weather::FAIR { NOTICED } else { TOLD_AGAIN }, || {
            let truth = (condition == Condition::Up).then(|| self.lab.extension_state(exten));
            let lamp = self.server.lamp(exten)?.lamp;
            let live = lamp.freshness == Freshness::Live;
            let honest = !live || truth.as_deref() == Some(lamp.hint_state.as_str());
            let told_now = if honest { told } else { self.told(at) };
            if told_now != told {
                (told, since) = (told_now, Instant::now());
            }
            assert!(
                honest || since.elapsed() < REPEATED,
                "{what}: Asterisk says {truth:?}, tells no more, and the lamp is {lamp:?}"
            );
            ensure(honest, || format!("Asterisk says {truth:?}, the lamp is {lamp:?}")).map(|()| live)
        })
    }

    /// Number of PUBLISH requests of a PBX.
    fn told(&self, at: usize) -> u64 {
        let peer = self.server.report().peers.into_iter().find(|peer| peer.site.name.as_str() == Pbx::ALL[at].name());
        peer.expect("it is a peer").counters.get("publish").copied().unwrap_or_default()
    }

    /// Ends all faults, and checks that everything is live again, and right.
    fn end(mut self) {
        self.change_weather("fair weather", Weather::FAIR);
        for at in 0..2 {
            match self.conditions[at] {
                Condition::Up => {}
                Condition::Frozen => self.thaw(at),
                Condition::Down => self.boot(at),
            }
        }
        let since = Instant::now();
        self.server.wait_for_freshness(&Pbx::ALL.map(Pbx::extens).concat(), Freshness::Live, TOLD_AGAIN);
        self.server.assert_all_agree(&self.lab);
        let (carried, lost) = self.wire.carried();
        println!("{:?}", self.tally);
        println!("{carried} datagrams arrived, {lost} were lost; the slowest judgement took {:?}", self.slowest);
        println!("all was live {:?} after the end", since.elapsed());
    }
}
