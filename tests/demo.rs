//! The demo: invented people, real SIP, and the same story each time.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use lampfield_shared::LampState;
use support::{Browser, Look, Server, loopback, wait};

/// Length of a story that is compared.
const CHAPTER: Duration = Duration::from_secs(12);

type Story = BTreeMap<String, Vec<LampState>>;

/// States of each lamp, from the first moment that all were known.
fn story(seed: u64) -> Story {
    let server = Server::demo(seed);
    let watcher = server.watch();
    let mut story = Story::new();
    let end = Instant::now() + CHAPTER;
    while let Some(event) = watcher.next(end.saturating_duration_since(Instant::now())) {
        let snapshot = event.snapshot();
        assert!(snapshot.as_ref().is_none_or(|board| board.demo), "the demo says that it is one");
        let lamps = snapshot.map(|board| board.lamps).unwrap_or_default();
        for lamp in lamps.into_iter().chain(event.lamp()) {
            let states = story.entry(lamp.exten.to_string()).or_default();
            // Changes before the simulated PBXes have told everything depend on milliseconds.
            if lamp.state != LampState::NoData && states.last() != Some(&lamp.state) {
                states.push(lamp.state);
            }
        }
    }
    story
}

/// Cuts both lists so that they begin at the same moment: a PBX tells a phone before its "do not disturb", and a
/// watcher that comes in between sees one state more than one that comes after.
fn settled<'a>(one: &'a [LampState], other: &'a [LampState]) -> (&'a [LampState], &'a [LampState]) {
    match (one, other) {
        ([_, rest @ ..], [first, ..]) if rest.first() == Some(first) && one.first() != Some(first) => (rest, other),
        ([first, ..], [_, rest @ ..]) if rest.first() == Some(first) && other.first() != Some(first) => (one, rest),
        _ => (one, other),
    }
}

#[test]
fn the_same_seed_tells_the_same_story() {
    let _addresses = loopback();
    let (one, again, other) = (story(1), story(1), story(2));
    let eventful = |story: &Story| story.values().filter(|states| states.len() > 1).count();
    assert!(eventful(&one) >= 3, "something happens to someone: {one:?}");
    for (exten, states) in &one {
        let (states, repeated) = settled(states, again.get(exten).map(Vec::as_slice).unwrap_or_default());
        let common = states.len().min(repeated.len());
        assert_eq!(states[..common], repeated[..common], "what happened to {exten}");
        assert!(states.len().abs_diff(repeated.len()) <= 2, "{exten}: {states:?} and {repeated:?}");
    }
    assert_ne!(one, other, "another seed tells another story");
}

#[test]
fn the_demo_says_so_on_its_page() {
    let _addresses = loopback();
    let server = Server::demo(1);
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open_board(&server.url());
    wait("lamps are lit", support::SOON, || if page.tiles() > 10 { Ok(()) } else { Err("there are none") });
    assert!(page.text().to_lowercase().contains("demo"), "{}", page.text());
}
