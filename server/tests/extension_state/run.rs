//! A lampfield without sockets, and a PBX that publishes as a test says.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use lampfield::board::{Board, BoardSettings, SiteSettings};
use lampfield::core::Core;
use lampfield::ledger::Ledger;
use lampfield::mesh::filter::Filters;
use lampfield::mesh::{MeshSettings, PeerAddress, PeerSettings, PublishTo};
use lampfield::moment::Moment;
use lampfield_shared::{Counter, Eid, Freshness, Lamp, Timestamp};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

/// Address of the PBX in the recordings.
pub const FREEPBX: &str = "127.0.0.4:5061";

/// The moment that many seconds after the beginning of virtual time.
pub fn moment(seconds: u64) -> Moment {
    Moment::virtual_at(Timestamp(seconds * 1_000))
}

/// A lampfield without sockets, driven by a script.
pub struct Run {
    pub core: Core,
    pub seconds: u64,
    /// Number of the next request (`CSeq`).
    pub cseq: u32,
}

impl Run {
    /// A run with these peers, by name and address.
    pub fn with(peers: &[(&str, &str)]) -> Self {
        let sites = peers.iter().map(|(name, _)| SiteSettings {
            name: (*name).into(),
            title: (*name).into(),
            serves: Vec::new(),
            stops_calls: false,
        });
        let own = Eid::from_bytes([2, 0, 0, 0, 0, 6]);
        let mut ledger = Ledger::new(own, peers.iter().map(|(name, _)| (*name).into()), moment(0));
        let settings = BoardSettings { sites: sites.collect(), ..BoardSettings::default() };
        let board = Board::new(settings, &mut ledger, moment(0));
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
            eid: own,
            user: "console".into(),
            sent_by: "127.0.0.6:5060".parse::<SocketAddr>().unwrap().into(),
            options_interval: Duration::from_secs(5),
            silence: Duration::from_secs(15),
            min_expires: Duration::from_secs(1),
            refresh_interval: None,
            max_names: 20_000,
            paused: Vec::new(),
            peers: peers.collect(),
        };
        Self { core: Core::new(settings, ledger, board, moment(0), StdRng::seed_from_u64(1)), seconds: 0, cseq: 0 }
    }

    pub fn new() -> Self {
        Self::with(&[("freepbx", FREEPBX)])
    }

    pub fn now(&self) -> Moment {
        moment(self.seconds)
    }

    /// Applies the core's news to the board.
    fn show(&mut self) {
        let now = self.now();
        while let Some(news) = self.core.poll_news() {
            self.core.apply(now, news);
        }
    }

    /// Lets this number of seconds pass.
    pub fn pass(&mut self, seconds: u64) {
        self.seconds += seconds;
        let now = self.now();
        self.core.handle_timeout(now);
        while self.core.poll_transmit().is_some() {}
        self.show();
    }

    /// Lets the machine sleep for this number of seconds.
    pub fn sleep(&mut self, seconds: u64) {
        self.seconds += seconds;
        let now = self.now();
        self.core.handle_jump(now);
        self.show();
    }

    /// Lets this number of seconds pass in which the PBX answers keep-alives.
    pub fn live(&mut self, seconds: u64) {
        let end = self.seconds + seconds;
        while self.seconds < end {
            self.pass(10.min(end - self.seconds));
            self.cseq += 1;
            let number = self.cseq;
            self.send(&format!(
                "OPTIONS sip:127.0.0.6:5060 SIP/2.0\r\nVia: SIP/2.0/UDP {FREEPBX};branch=z9hG4bKo{number}\r\n\
                 From: <sip:h>;tag=1\r\nTo: <sip:h>\r\nCall-ID: o{number}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
            ));
        }
    }

    /// Sends a request; gives the answer.
    pub fn send(&mut self, request: &str) -> String {
        let (now, source) = (self.now(), FREEPBX.parse::<SocketAddr>().unwrap());
        self.core.handle_message(now, source, request.as_bytes());
        self.show();
        let sent = std::iter::from_fn(|| self.core.poll_transmit());
        let texts = sent.map(|transmit| String::from_utf8(transmit.payload.to_vec()).unwrap());
        texts.filter(|text| text.starts_with("SIP/2.0")).last().expect("every request is answered")
    }

    /// Publishes; gives the answer's status and its entity-tag.
    pub fn publish(&mut self, publish: &Publish<'_>) -> (String, String) {
        let Publish { exten, event, media_type, call, tag, body, expires } = publish;
        self.cseq += 1;
        let number = self.cseq;
        let mut request = format!(
            "PUBLISH sip:{exten}@127.0.0.6:5060 SIP/2.0\r\n\
             Via: SIP/2.0/UDP {FREEPBX};rport;branch=z9hG4bK{call}{number}\r\n\
             From: <sip:{exten}@127.0.0.6>;tag=1\r\nTo: <sip:{exten}@127.0.0.6>\r\n\
             Call-ID: {call}\r\nCSeq: {number} PUBLISH\r\nEvent: {event}\r\nExpires: {expires}\r\n"
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

    /// One of the PBX's counters.
    pub fn counter(&self, of: Counter) -> u64 {
        self.core.mesh().report(self.now(), self.core.ledger())[0].counters.get(&of).copied().unwrap_or_default()
    }

    #[track_caller]
    pub fn lamp(&self, exten: &str) -> Lamp {
        self.core.details(&exten.into()).unwrap_or_else(|| panic!("no lamp {exten}")).lamp
    }

    pub fn shows(&self, exten: &str) -> String {
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

/// The varying parts of a PUBLISH.
#[derive(Clone)]
pub struct Publish<'a> {
    pub exten: &'a str,
    pub event: &'a str,
    pub media_type: &'a str,
    pub call: &'a str,
    pub tag: &'a str,
    pub body: &'a str,
    pub expires: u32,
}

impl<'a> Publish<'a> {
    pub const fn dialog(exten: &'a str, body: &'a str) -> Self {
        Self {
            exten,
            event: "dialog",
            media_type: "application/dialog-info+xml",
            call: "d1",
            tag: "",
            body,
            expires: 3600,
        }
    }

    pub const fn presence(exten: &'a str, body: &'a str) -> Self {
        Self { exten, event: "presence", media_type: "application/pidf+xml", call: "p1", tag: "", body, expires: 3600 }
    }
}

/// A dialog-info document as Asterisk writes it.
pub fn dialog(state: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" \
         version=\"0\" state=\"full\" entity=\"sip:1@h\">\n <dialog id=\"1\">\n  <state>{state}</state>\n </dialog>\n</dialog-info>\n"
    )
}

pub fn ringing(remote: &str) -> String {
    dialog("early")
        .replace("</dialog>", &format!("{remote}</dialog>"))
        .replace("id=\"1\"", "id=\"1\" direction=\"recipient\"")
}

pub fn presence(note: &str, basic: &str) -> String {
    format!(
        "<presence entity=\"sip:1@h\" xmlns=\"urn:ietf:params:xml:ns:pidf\">\n <note>{note}</note>\n \
         <tuple id=\"1\"><status><basic>{basic}</basic></status></tuple>\n</presence>\n"
    )
}
