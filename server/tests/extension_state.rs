//! Extension state by `Event: dialog` and `presence`: the recordings of real Asterisks, and what others send.

#![allow(clippy::unwrap_used, reason = "a test says by panicking what is wrong")]

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use lampfield::board::{Board, BoardSettings, Kept, SiteSettings};
use lampfield::mesh::filter::Filters;
use lampfield::mesh::{Mesh, MeshSettings, PeerAddress, PeerSettings, PublishTo};
use lampfield_shared::{Eid, Exten, Freshness, Lamp, Side, Timestamp};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::Value;

/// The PBX of the recordings.
const FREEPBX: &str = "127.0.0.4:5061";

/// A lampfield without sockets, driven by a script.
struct Run {
    mesh: Mesh,
    board: Board,
    start: Instant,
    seconds: u64,
    /// The next number of a request.
    cseq: u32,
}

impl Run {
    /// With these peers, by name and address.
    fn with(peers: &[(&str, &str)]) -> Self {
        let sites = peers.iter().map(|(name, _)| SiteSettings {
            name: (*name).into(),
            title: (*name).into(),
            serves: Vec::new(),
            stops_calls: false,
        });
        let board = Board::new(BoardSettings { sites: sites.collect(), ..BoardSettings::default() }, Timestamp(0));
        let peers = peers.iter().map(|(name, address)| PeerSettings {
            name: (*name).into(),
            addresses: vec![PeerAddress::from(address.parse::<SocketAddr>().unwrap())],
            resource: (*name).into(),
            publish_to: PublishTo::udp("console", address.parse().unwrap()),
            eids: Vec::new(),
            auth: None,
            outbound_auth: None,
            filters: Filters::default(),
        });
        let settings = MeshSettings {
            eid: Eid::from_bytes([2, 0, 0, 0, 0, 6]),
            user: "console".into(),
            sent_by: "127.0.0.6:5060".parse::<SocketAddr>().unwrap().into(),
            options_interval: Duration::from_secs(5),
            silence: Duration::from_secs(15),
            min_expires: Duration::from_secs(1),
            refresh_interval: None,
            max_names: 20_000,
            named: Vec::new(),
            own: Vec::new(),
            paused: Vec::new(),
            peers: peers.collect(),
        };
        let start = Instant::now();
        Self { mesh: Mesh::new(settings, start, StdRng::seed_from_u64(1)), board, start, seconds: 0, cseq: 0 }
    }

    fn new() -> Self {
        Self::with(&[("freepbx", FREEPBX)])
    }

    fn now(&self) -> Instant {
        self.start + Duration::from_secs(self.seconds)
    }

    /// Brings what the mesh learned onto the board.
    fn show(&mut self) {
        while let Some(news) = self.mesh.poll_news() {
            self.board.apply(Timestamp(self.seconds * 1_000), news);
        }
    }

    /// Lets so many seconds pass.
    fn pass(&mut self, seconds: u64) {
        self.seconds += seconds;
        let now = self.now();
        self.mesh.handle_timeout(now);
        while self.mesh.poll_transmit().is_some() {}
        self.show();
    }

    /// Sends a request; the answer to it.
    fn send(&mut self, request: &str) -> String {
        let (now, source) = (self.now(), FREEPBX.parse::<SocketAddr>().unwrap());
        self.mesh.handle_message(now, source, request.as_bytes());
        self.show();
        let sent = std::iter::from_fn(|| self.mesh.poll_transmit());
        let texts = sent.map(|transmit| String::from_utf8(transmit.payload.to_vec()).unwrap());
        texts.filter(|text| text.starts_with("SIP/2.0")).last().expect("every request is answered")
    }

    /// Publishes; the answer's first line and its tag.
    fn publish(&mut self, Publish { exten, event, media_type, call, tag, body }: &Publish<'_>) -> (String, String) {
        self.cseq += 1;
        let number = self.cseq;
        let mut request = format!(
            "PUBLISH sip:{exten}@127.0.0.6:5060 SIP/2.0\r\n\
             Via: SIP/2.0/UDP {FREEPBX};rport;branch=z9hG4bK{call}{number}\r\n\
             From: <sip:{exten}@127.0.0.6>;tag=1\r\nTo: <sip:{exten}@127.0.0.6>\r\n\
             Call-ID: {call}\r\nCSeq: {number} PUBLISH\r\nEvent: {event}\r\nExpires: 3600\r\n"
        );
        if !tag.is_empty() {
            write!(request, "SIP-If-Match: {tag}\r\n").unwrap();
        }
        if !body.is_empty() {
            write!(request, "Content-Type: {media_type}\r\n").unwrap();
        }
        write!(request, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        let answer = self.send(&request);
        let first = answer.lines().next().unwrap().trim_start_matches("SIP/2.0 ").to_owned();
        (first, header(&answer, "SIP-ETag").unwrap_or_default())
    }

    #[track_caller]
    fn lamp(&self, exten: &str) -> Lamp {
        self.board.details(&exten.into()).unwrap_or_else(|| panic!("no lamp {exten}")).lamp
    }

    fn shows(&self, exten: &str) -> String {
        let lamp = self.lamp(exten);
        let freshness = match lamp.freshness {
            Freshness::Live => "live".into(),
            Freshness::LastKnown => format!("last known at {}", lamp.as_of.map_or(0, |moment| moment.0 / 1_000)),
            Freshness::Never => "never heard".into(),
        };
        let mut text = format!("{} ({}) {freshness}", lamp.state.as_str(), lamp.hint_state);
        if let Some(call) = lamp.call {
            let party = call.party.map(|party| format!("{:?} {:?} {:?}", party.side, party.number, party.name));
            let direction = call.direction.map_or("a call".into(), |it| format!("{it:?}"));
            write!(text, ", {direction} {}", party.unwrap_or("of somebody".into())).unwrap();
            if let Some(moment) = call.as_of {
                write!(text, " at {}", moment.0 / 1_000).unwrap();
            }
        }
        if let Some(presence) = lamp.presence {
            write!(text, ", {} {:?} {:?}", presence.state.as_str(), presence.subtype, presence.note).unwrap();
            if let Some(moment) = presence.as_of {
                write!(text, " at {}", moment.0 / 1_000).unwrap();
            }
        }
        text
    }
}

fn header(message: &str, name: &str) -> Option<String> {
    let prefix = format!("{name}: ");
    message.lines().find_map(|line| line.strip_prefix(&prefix)).map(|value| value.trim().to_owned())
}

/// A PUBLISH as it differs from others.
#[derive(Clone)]
struct Publish<'a> {
    exten: &'a str,
    event: &'a str,
    media_type: &'a str,
    call: &'a str,
    tag: &'a str,
    body: &'a str,
}

impl<'a> Publish<'a> {
    const fn dialog(exten: &'a str, body: &'a str) -> Self {
        Self { exten, event: "dialog", media_type: "application/dialog-info+xml", call: "d1", tag: "", body }
    }

    const fn presence(exten: &'a str, body: &'a str) -> Self {
        Self { exten, event: "presence", media_type: "application/pidf+xml", call: "p1", tag: "", body }
    }
}

/// A document as Asterisk writes it.
fn dialog(state: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" \
         version=\"0\" state=\"full\" entity=\"sip:1@h\">\n <dialog id=\"1\">\n  <state>{state}</state>\n </dialog>\n</dialog-info>\n"
    )
}

fn ringing(remote: &str) -> String {
    dialog("early")
        .replace("</dialog>", &format!("{remote}</dialog>"))
        .replace("id=\"1\"", "id=\"1\" direction=\"recipient\"")
}

fn presence(note: &str, basic: &str) -> String {
    format!(
        "<presence entity=\"sip:1@h\" xmlns=\"urn:ietf:params:xml:ns:pidf\">\n <note>{note}</note>\n \
         <tuple id=\"1\"><status><basic>{basic}</basic></status></tuple>\n</presence>\n"
    )
}

/// The recorded requests and notes of one scenario, in their order.
fn recorded(scenario: &str) -> Vec<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/captures").join(scenario).join("index.jsonl");
    let lines = fs::read_to_string(path).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Publishes what was recorded, and gives what the lamp then shows after each note.
fn replay(run: &mut Run, scenario: &str, exten: &str) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    for row in recorded(scenario) {
        let text = |key: &str| row[key].as_str().unwrap_or_default();
        if row.get("note").is_some() {
            shown.push(format!("{}: -", text("note")));
        }
        if !text("start").starts_with("PUBLISH") || !["dialog", "presence"].contains(&text("Event")) {
            continue;
        }
        let told = text("start").trim_start_matches("PUBLISH sip:").split('@').next().unwrap();
        let publish = Publish {
            exten: told,
            event: text("Event"),
            media_type: text("Content-Type"),
            // The tags are of another compositor: as if each were the first.
            call: &format!("{}{told}", text("Event")),
            tag: "",
            body: text("body"),
        };
        assert_eq!(run.publish(&publish).0, "200 OK", "{row}");
        if let Some(last) = shown.last_mut().filter(|_| told == exten) {
            let note = last.split(": ").next().unwrap().to_owned();
            let lamp = run.lamp(exten);
            *last = format!("{note}: {} ({})", lamp.state.as_str(), lamp.hint_state);
        }
    }
    shown
}

#[test]
fn shows_every_state_that_an_asterisk_recorded() {
    for version in ["22", "16"] {
        let mut run = Run::new();
        replay(&mut run, &format!("{version}/exten-state/startup"), "1001");
        assert_eq!(run.shows("1001"), "offline (Unavailable) live", "{version}");
        assert_eq!(run.shows("1003"), "offline (Unavailable) live", "its xpidf says so, {version}");
        assert_eq!(run.shows("1004"), "no_data (Idle) live", "dialogs alone do not tell, {version}");
        replay(&mut run, &format!("{version}/exten-state/register"), "1001");
        assert_eq!(run.shows("1001"), "free (Idle) live", "{version}");
        let custom = replay(&mut run, &format!("{version}/exten-state/custom"), "1001");
        let expected = [
            "Custom:DND1001 INUSE: on_call (InUse)",
            "Custom:DND1001 BUSY: on_call (InUse)",
            "Custom:DND1001 RINGING: ringing (Ringing)",
            "Custom:DND1001 RINGINUSE: call_ringing (InUse&Ringing)",
            "Custom:DND1001 ONHOLD: on_hold (Hold)",
            "Custom:DND1001 UNAVAILABLE: free (Idle)",
            "Custom:DND1001 INVALID: -",
            "Custom:DND1001 UNKNOWN: -",
            "Custom:DND1001 NOT_INUSE: -",
        ];
        assert_eq!(custom, expected, "{version}");
    }
}

#[test]
fn follows_a_recorded_call_and_invents_no_state_between() {
    for version in ["22", "16"] {
        let mut run = Run::new();
        replay(&mut run, &format!("{version}/exten-state/register"), "1002");
        let mut seen: Vec<String> = vec![run.lamp("1002").state.as_str().into()];
        for row in recorded(&format!("{version}/exten-state/call")) {
            let text = |key: &str| row[key].as_str().unwrap_or_default();
            if text("start").starts_with("PUBLISH sip:1002@") {
                let body = text("body");
                let publish = match text("Event") {
                    "dialog" => Publish { call: "dialog1002", ..Publish::dialog("1002", body) },
                    _ => Publish { call: "presence1002", ..Publish::presence("1002", body) },
                };
                run.publish(&publish);
                let state = run.lamp("1002").state.as_str();
                if seen.last().is_none_or(|last| last != state) {
                    seen.push(state.into());
                }
            }
        }
        assert_eq!(seen, ["free", "ringing", "on_call", "on_hold", "on_call", "free"], "{version}");
    }
}

#[test]
fn a_ringing_phone_shows_who_is_calling() {
    let mut run = Run::new();
    let call = |identity: &str| ringing(&format!("<remote><identity {identity}</identity></remote>"));
    run.publish(&Publish::dialog("1002", &dialog("terminated")));
    run.publish(&Publish::dialog("1001", &call("display='Orlov'>sip:5551234@pbx")));
    assert_eq!(run.shows("1001"), "ringing (Ringing) live, Incoming External Some(\"5551234\") Some(\"Orlov\")");
    run.publish(&Publish::dialog("1001", &call("display='Anna'>sip:1002@pbx")));
    assert_eq!(run.lamp("1001").call.unwrap().party.unwrap().side, Side::Internal);
    run.publish(&Publish::dialog("1001", &call("display='Anna'>sip:anonymous@anonymous.invalid")));
    assert_eq!(run.shows("1001"), "ringing (Ringing) live, Incoming Withheld None None");
    run.publish(&Publish::dialog("1001", &ringing("")));
    assert_eq!(run.shows("1001"), "ringing (Ringing) live, Incoming of somebody", "as an Asterisk publishes it");
    run.publish(&Publish::dialog("1001", &dialog("confirmed")));
    assert_eq!(run.shows("1001"), "on_call (InUse) live");
    run.publish(&Publish::dialog("1001", &call("display='Orlov'>sip:5551234@pbx")));
    run.pass(16);
    assert_eq!(
        run.shows("1001"),
        "ringing (Ringing) last known at 0, Incoming External Some(\"5551234\") Some(\"Orlov\") at 0",
        "a silent peer's caller is not calling now"
    );
}

#[test]
fn shows_what_a_person_says() {
    let mut run = Run::new();
    let said = "<presence xmlns='urn:ietf:params:xml:ns:pidf'><note>Ready</note>\
        <tuple id='1'><status><basic>open</basic></status></tuple>\
        <tuple id='digium-presence'><status><digium_presence type='xa' subtype='vacation'>gone fishing\
        </digium_presence></status></tuple></presence>";
    run.publish(&Publish::presence("1001", said));
    assert_eq!(run.shows("1001"), "free (Idle) live, xa Some(\"vacation\") Some(\"gone fishing\")");
    assert!(!run.lamp("1001").dnd, "presence is no DND");
    run.pass(16);
    assert_eq!(run.shows("1001"), "free (Idle) last known at 0, xa Some(\"vacation\") Some(\"gone fishing\") at 0");
    run.publish(&Publish::presence("1001", &presence("Ready", "open")));
    assert_eq!(run.shows("1001"), "free (Idle) live", "it is taken back");
}

#[test]
fn an_extension_stands_as_long_as_its_publication_goes_on() {
    let mut run = Run::new();
    let talking = presence("On the phone", "open");
    let (_, tag) = run.publish(&Publish::presence("1001", &talking));
    run.pass(16);
    assert_eq!(run.shows("1001"), "on_call (InUse) last known at 0");
    let (answer, tag) = run.publish(&Publish { tag: &tag, ..Publish::presence("1001", "") });
    assert_eq!((answer.as_str(), &*run.shows("1001")), ("200 OK", "on_call (InUse) live"), "nothing was missed");
    run.cseq += 1;
    run.pass(16);
    run.publish(&Publish { tag: &tag, ..Publish::presence("1001", "") });
    assert_eq!(run.shows("1001"), "on_call (InUse) last known at 16", "one request never came");
    let (_, tag) = run.publish(&Publish::presence("1001", &talking));
    assert_eq!(run.shows("1001"), "on_call (InUse) live");
    run.publish(&Publish { call: "other", ..Publish::presence("1002", &talking) });
    run.pass(3_600 + 365);
    assert_eq!(
        run.publish(&Publish { tag: &tag, ..Publish::presence("1001", "") }).0,
        "412 Conditional Request Failed"
    );
}

/// The machine sleeps for so many seconds.
fn sleep(run: &mut Run, seconds: u64) {
    run.seconds += seconds;
    let now = run.now();
    run.mesh.handle_jump(now);
    run.show();
}

/// What a peer that answers no OPTIONS sends does not count at once.
fn let_the_buffers_run_dry(run: &mut Run) {
    run.pass(2);
}

#[test]
fn what_was_said_of_an_extension_before_a_sleep_is_last_known_until_it_is_said_again() {
    let mut run = Run::new();
    let talking = presence("On the phone", "open");
    let (_, first) = run.publish(&Publish::presence("1001", &talking));
    let (_, other) = run.publish(&Publish { call: "p2", ..Publish::presence("1002", &talking) });
    let (_, third) = run.publish(&Publish { call: "p3", ..Publish::dialog("1003", &dialog("confirmed")) });
    run.pass(5);
    sleep(&mut run, 45);
    for exten in ["1001", "1002", "1003"] {
        assert_eq!(run.shows(exten), "on_call (InUse) last known at 0");
    }
    let_the_buffers_run_dry(&mut run);
    run.cseq = 1;
    run.publish(&Publish { tag: &first, ..Publish::presence("1001", "") });
    assert_eq!(run.shows("1001"), "on_call (InUse) live", "no request of its is missing");
    run.publish(&Publish { tag: &other, call: "another", ..Publish::presence("1002", "") });
    assert_eq!(run.shows("1002"), "on_call (InUse) last known at 0", "nobody knows what was said in between");
    run.publish(&Publish { tag: &third, call: "another3", ..Publish::dialog("1003", &dialog("terminated")) });
    assert!(run.shows("1003").ends_with(" live"), "{}", run.shows("1003"));
}

#[test]
fn a_publication_that_runs_out_while_the_machine_sleeps_has_ended() {
    let mut run = Run::new();
    let (_, tag) = run.publish(&Publish::presence("1001", &presence("On the phone", "open")));
    run.pass(5);
    sleep(&mut run, 2 * 3600);
    let_the_buffers_run_dry(&mut run);
    let (answer, _) = run.publish(&Publish { tag: &tag, ..Publish::presence("1001", "") });
    assert_eq!(answer, "412 Conditional Request Failed");
    assert_eq!(run.shows("1001"), "on_call (InUse) last known at 0");
}

#[test]
fn a_restarted_pbx_does_not_stand_by_what_it_said_in_its_life_before() {
    let mut run = Run::new();
    let talking = presence("On the phone", "open");
    run.publish(&Publish::presence("1001", &talking));
    run.publish(&Publish { call: "p2", ..Publish::presence("1002", &talking) });
    for _ in 0..10 {
        run.publish(&Publish { call: "p3", ..Publish::presence("1003", &talking) });
        run.pass(10);
    }
    run.publish(&Publish { call: "new", ..Publish::presence("1001", &presence("Ready", "open")) });
    assert_eq!(run.shows("1001"), "free (Idle) live");
    assert_eq!(run.shows("1002"), "on_call (InUse) last known at 100", "Asterisk does not tell of an unavailable one");
    run.publish(&Publish { call: "new3", ..Publish::presence("1003", &talking) });
    assert_eq!(run.shows("1003"), "on_call (InUse) live");
}

#[test]
fn the_answers_say_what_to_mend() {
    let mut run = Run::new();
    let refuse = |run: &mut Run, publish: &Publish<'_>, expected: &str| {
        assert_eq!(run.publish(publish).0, expected, "{}", publish.body);
    };
    let good = Publish::dialog("1001", "<dialog-info/>");
    refuse(&mut run, &good, "200 OK");
    refuse(&mut run, &Publish { media_type: "application/json", ..good.clone() }, "415 Unsupported Media Type");
    refuse(&mut run, &Publish { media_type: "application/pidf+xml", ..good.clone() }, "415 Unsupported Media Type");
    refuse(&mut run, &Publish { body: "{}", ..good.clone() }, "400 Bad Request");
    refuse(&mut run, &Publish { body: "<!DOCTYPE x><dialog-info/>", ..good.clone() }, "400 Bad Request");
    refuse(&mut run, &Publish { body: &"<a>".repeat(1_000), ..good.clone() }, "400 Bad Request");
    refuse(&mut run, &Publish { event: "Dialog", ..good.clone() }, "489 Bad Event");
    refuse(&mut run, &Publish { event: "Dialog", exten: "freepbx", ..good.clone() }, "489 Bad Event");
    refuse(&mut run, &Publish { tag: "nobody", ..good.clone() }, "412 Conditional Request Failed");
    let mut two = Run::with(&[("perm", "127.0.0.4:5060"), ("kazan", "127.0.0.4:5062")]);
    refuse(&mut two, &good, "403 Forbidden");
    let mut other = Run::with(&[("perm", "127.0.0.4:5062"), ("kazan", FREEPBX)]);
    refuse(&mut other, &good, "200 OK");
    assert_eq!(other.lamp("1001").site.unwrap().as_str(), "kazan");
    let mut stranger = Run::with(&[("perm", "127.0.0.5:5060")]);
    refuse(&mut stranger, &good, "403 Forbidden");
    refuse(&mut run, &Publish { exten: "kitchen", ..good.clone() }, "200 OK");
    assert_eq!(run.board.details(&Exten::from("kitchen")), None, "it is no number, and in no hint");
}

#[test]
fn what_was_said_comes_back_as_last_known() {
    let mut run = Run::new();
    run.pass(5);
    run.publish(&Publish::dialog("1001", &ringing("<remote><identity>sip:5551234@pbx</identity></remote>")));
    let said = "<presence xmlns='urn:ietf:params:xml:ns:pidf'><note>Ringing</note>\
        <tuple id='digium-presence'><status><digium_presence type='chat'/></status></tuple></presence>";
    run.publish(&Publish::presence("1001", said));
    let kept: Kept = run.board.poll_to_keep(Timestamp(9_000)).unwrap();
    let mut next = Run::new();
    next.board.restore(Timestamp(60_000), kept);
    next.seconds = 60;
    assert_eq!(next.shows("1001"), "ringing (Ringing) last known at 5, chat None None at 5", "nobody is calling");
    next.publish(&Publish::presence("1001", &presence("Ready", "open")));
    assert_eq!(next.shows("1001"), "free (Idle) live");
}
