//! The event stream, read by a program.

use std::cell::RefCell;
use std::thread;
use std::time::{Duration, Instant};

use lampfield_shared::LampState;
use lampfield_shared::event::{TICK_SECONDS, name};
use serde_json::json;
use support::element::Request;
use support::{Config, Element, Peer, SOON, Server, Solo, Visitor, Watcher, ensure, loopback, wait};

/// The revision of the newest change that this watcher was told.
#[track_caller]
fn told(watcher: &Watcher, exten: &str, state: LampState) -> String {
    loop {
        let event = watcher.next(SOON).expect("the change is told");
        if event.lamp().is_some_and(|lamp| lamp.exten.as_str() == exten && lamp.state == state) {
            return event.id.expect("a change has a number");
        }
    }
}

#[test]
fn a_watcher_that_was_away_for_a_moment_is_told_what_it_missed() {
    let solo = Solo::start();
    let watcher = solo.server.watch();
    assert!(watcher.next(SOON).is_some_and(|event| event.snapshot().is_some()), "a stream opens with the board");
    solo.publish("1001", "RINGING");
    let last = told(&watcher, "1001", LampState::Ringing);
    drop(watcher);
    solo.publish("1001", "INUSE");
    solo.publish("1002", "ONHOLD");
    let again = Watcher::connect(&solo.server.url(), Some(&last));
    let missed: Vec<_> =
        [again.next(SOON), again.next(SOON)].into_iter().flatten().filter_map(|it| it.lamp()).collect();
    let missed: Vec<_> = missed.iter().map(|lamp| (lamp.exten.as_str(), lamp.state)).collect();
    assert_eq!(missed, [("1001", LampState::OnCall), ("1002", LampState::OnHold)]);
}

#[test]
fn a_watcher_of_a_former_life_gets_the_whole_board() {
    let mut solo = Solo::start();
    let watcher = solo.server.watch();
    solo.publish("1001", "RINGING");
    let last = told(&watcher, "1001", LampState::Ringing);
    solo.server.restart();
    solo.publish("1001", "INUSE");
    // The PBX has its answer before the board is drawn.
    wait("the board has it", SOON, || {
        let state = solo.server.lamp("1001")?.lamp.state;
        ensure(state == LampState::OnCall, || format!("{state:?}"))
    });
    let again = Watcher::connect(&solo.server.url(), Some(&last));
    let board = again.next(SOON).and_then(|event| event.snapshot()).expect("the first event is a snapshot");
    let lamp = board.lamps.iter().find(|lamp| lamp.exten.as_str() == "1001").expect("it has its lamp");
    assert_eq!(lamp.state, LampState::OnCall);
    assert!(board.revision.0 > last.parse().expect("a revision is a number"), "revisions only grow");
}

#[test]
fn the_stream_proves_that_it_lives() {
    let solo = Solo::start();
    let watcher = solo.server.watch();
    let within = Duration::from_secs(lampfield_shared::event::TICK_SECONDS + 2);
    let ticks = std::iter::from_fn(|| watcher.next(within)).take(10);
    assert!(ticks.into_iter().any(|event| event.name == lampfield_shared::event::name::TICK), "a tick comes in time");
}

/// A PBX with many phones, played by the test.
struct Pbx {
    element: Element,
    name: &'static str,
    eid: &'static str,
    tag: RefCell<Option<String>>,
}

impl Pbx {
    fn new(name: &'static str, address: &str, eid: &'static str) -> Self {
        Self { element: Element::bind(address), name, eid, tag: RefCell::default() }
    }

    /// Continues its publication, or begins one.
    #[track_caller]
    fn send(&self, request: Request) {
        let request = match self.tag.take() {
            Some(tag) => request.with("SIP-If-Match", &tag),
            None => request,
        };
        let answer = self.element.ask(&request);
        assert_eq!(answer.code(), 200, "{}", answer.text);
        self.tag.replace(answer.header("SIP-ETag").map(str::to_owned));
    }

    #[track_caller]
    fn publish(&self, exten: &str, state: &str) {
        self.send(Request::device(self.name, self.eid, &format!("PJSIP/{exten}"), state));
    }

    /// Ends its publication: from then on nobody knows the states of its phones.
    #[track_caller]
    fn end(&self) {
        self.send(Request::publish(self.name).with("Expires", "0"));
    }
}

/// The server has two PBXes with their phones, and a screen that shows the board of the first.
#[test]
fn a_screen_is_told_of_its_own_phone_though_another_pbx_dies_with_hundreds_of_lamps() {
    const OWN: u32 = 720;
    const OTHERS: u32 = 700;
    let _addresses = loopback();
    let perm = Pbx::new("perm", "127.0.0.8:5060", "02:00:00:00:00:08");
    let omsk = Pbx::new("omsk", "127.0.0.9:5060", "02:00:00:00:00:09");
    let peers = [
        Peer::new("perm", "127.0.0.8:5060", "perm").eid(perm.eid).serves("_1XXX"),
        Peer::new("omsk", "127.0.0.9:5060", "omsk").eid(omsk.eid).serves("_2XXX"),
    ];
    let config = Config::new().peers(&peers).hint("_XXXX,hint,PJSIP/${EXTEN}").min_expires_seconds(60).patient();
    let server = Server::start(config);
    (0..OWN).for_each(|number| perm.publish(&(1000 + number).to_string(), "NOT_INUSE"));
    (0..OTHERS).for_each(|number| omsk.publish(&(2000 + number).to_string(), "NOT_INUSE"));
    let mut admin = Visitor::of(&server);
    let link = admin.post("api/v1/screens", &json!({ "name": "lobby", "board": "perm" })).expect(201).json();
    let mut screen = Visitor::of(&server);
    screen.get(link["path"].as_str().expect("a link")).expect(303);
    let watcher = screen.watch();
    let board = watcher.next(SOON).and_then(|event| event.snapshot()).expect("a stream opens with the board");
    assert_eq!(board.lamps.len(), OWN as usize);

    omsk.end();
    perm.publish("1001", "RINGING");
    told(&watcher, "1001", LampState::Ringing);
    let tick = Duration::from_secs(TICK_SECONDS) + SOON;
    assert!(watcher.next(tick).is_some_and(|event| event.name == name::TICK), "and that the stream lives");
    perm.publish("1001", "INUSE");
    told(&watcher, "1001", LampState::OnCall);
}

#[test]
fn whoever_comes_first_after_a_start_sees_the_whole_board() {
    const LAMPS: usize = 10_000;
    let _addresses = loopback();
    let extens: Vec<String> = (0..LAMPS).map(|number| (100_000 + number).to_string()).collect();
    let extens: Vec<&str> = extens.iter().map(String::as_str).collect();
    let mut server = Server::start(Config::new().people(&extens));
    let url = server.url();
    server.stop();
    let asker = thread::spawn(move || {
        let end = Instant::now() + Duration::from_mins(1);
        // A client that comes before anybody answers tries again.
        while Instant::now() < end {
            if let Ok(mut answer) = ureq::get(format!("{url}api/v1/lamps")).call() {
                return answer.body_mut().with_config().limit(1 << 26).read_to_string().expect("it comes to its end");
            }
        }
        panic!("nobody answers");
    });
    server.start_again();
    let first = asker.join().expect("it was answered");
    assert_eq!(first.matches("\"exten\":").count(), LAMPS, "a part of the board was given for all of it");
}
