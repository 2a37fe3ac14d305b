//! Seed after seed of bad weather: what must hold at every moment of it, and after it.
//!
//! `cargo xtask test --seeds 10000` runs as many as are asked for, optimised.

// What other tests use of it is not used here.
#[allow(dead_code)]
mod support;

use std::time::Duration;

use lampfield_shared::{Exten, Freshness};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use support::{FAIR, NAMES, SILENCE, STORM, World};

const STATES: [&str; 6] = ["NOT_INUSE", "INUSE", "RINGING", "RINGINUSE", "ONHOLD", "UNAVAILABLE"];
const PHONES: u32 = 3;

/// How many seeds; `LAMPFIELD_SEEDS` gives more.
const SEEDS: u64 = 60;

fn seeds() -> u64 {
    std::env::var("LAMPFIELD_SEEDS").map_or(SEEDS, |told| told.parse().expect("LAMPFIELD_SEEDS is a number"))
}

fn extens(pbx: usize) -> impl Iterator<Item = String> {
    (1..=PHONES).map(move |number| format!("{}00{number}", pbx + 1))
}

/// The world, and for how long nothing has come from each PBX.
struct Storm {
    world: World,
    rng: StdRng,
    silent: [Duration; NAMES.len()],
    seed: u64,
}

impl Storm {
    fn new(seed: u64) -> Self {
        let mut world = World::new(seed);
        for pbx in 0..NAMES.len() {
            extens(pbx).for_each(|exten| world.set(pbx, &format!("PJSIP/{exten}"), "NOT_INUSE"));
        }
        Self { world, rng: StdRng::seed_from_u64(!seed), silent: [Duration::ZERO; NAMES.len()], seed }
    }

    fn run(&mut self, length: Duration) {
        self.world.run(length);
        for pbx in 0..NAMES.len() {
            self.silent[pbx] = if self.world.cut.contains(&pbx) { self.silent[pbx] + length } else { Duration::ZERO };
            self.hold_promise(pbx);
        }
    }

    /// No lamp is live while its source has been silent for longer than was promised. What was under way when
    /// the wire was cut still arrives.
    fn hold_promise(&self, pbx: usize) {
        let bound = SILENCE + Duration::from_millis(STORM.delay_ms);
        if self.silent[pbx] > bound {
            for exten in extens(pbx) {
                // One that was never heard of since lampfield's own restart has no lamp at all.
                let lamp = self.world.board.details(&Exten::from(exten.as_str()));
                let freshness = lamp.map(|details| details.lamp.freshness);
                assert_ne!(freshness, Some(Freshness::Live), "seed {}: {exten}", self.seed);
            }
        }
    }

    fn strike(&mut self) {
        let pbx = self.rng.random_range(0..NAMES.len());
        match self.rng.random_range(0..14) {
            0 | 1 => self.world.weather = STORM,
            2 => self.world.weather = FAIR,
            3 | 4 => drop(self.world.cut.insert(pbx)),
            5 => self.world.cut.clear(),
            6 => self.world.restart_console(),
            _ => {
                let device = format!("PJSIP/{}00{}", pbx + 1, self.rng.random_range(1..=PHONES));
                self.world.set(pbx, &device, STATES[self.rng.random_range(0..STATES.len())]);
            }
        }
        let length = Duration::from_millis(self.rng.random_range(1..25_000));
        self.run(length);
    }
}

#[test]
fn no_seed_makes_a_lamp_lie() {
    for seed in 0..seeds() {
        let mut storm = Storm::new(seed);
        (0..25).for_each(|_| storm.strike());
        storm.world.weather = FAIR;
        storm.world.cut.clear();
        storm.run(Duration::from_mins(2));
        assert_eq!(storm.world.differences(), [""; 0], "seed {seed}");
    }
}
