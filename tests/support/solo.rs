//! lampfield with one peer, which is the test itself, and sends every byte of the mesh.

use std::cell::RefCell;

use crate::element::Request;
use crate::{Config, Element, Loopback, Peer, Server, loopback};

/// lampfield and a peer that the test plays.
#[derive(Debug)]
pub struct Solo {
    /// The running lampfield.
    pub server: Server,
    /// The peer; lampfield's own requests to it stay unanswered.
    pub peer: Element,
    /// Entity-tag of the peer's publication.
    tag: RefCell<Option<String>>,
    _addresses: Loopback,
}

impl Solo {
    /// EID of the peer, configured for it.
    pub const EID: &str = "02:00:00:00:00:08";
    /// Name of the peer, and the resource that it publishes to.
    pub const NAME: &str = "pbx";
    const ADDRESS: &str = "127.0.0.8:5060";

    /// Starts with a hint by which every extension of four digits shows its phone; publications last at least a minute.
    pub fn start() -> Self {
        Self::start_with(|config| config)
    }

    /// Starts with these phones, each in its state: `1001 NOT_INUSE`. The states stay live for a minute.
    pub fn with(phones: &[&str]) -> Self {
        let solo = Self::start_with(Config::patient);
        for phone in phones {
            let (exten, state) = phone.split_once(' ').expect("an extension and a state");
            solo.publish(exten, state);
        }
        solo
    }

    /// Starts with more in the configuration.
    pub fn start_with(more: impl FnOnce(Config) -> Config) -> Self {
        let addresses = loopback();
        let peers = [Peer::new(Self::NAME, Self::ADDRESS, Self::NAME).eid(Self::EID)];
        let config = Config::new().peers(&peers).hint("_XXXX,hint,PJSIP/${EXTEN}").min_expires_seconds(60);
        let (peer, server) = (Element::bind(Self::ADDRESS), Server::start(more(config)));
        Self { server, peer, tag: RefCell::default(), _addresses: addresses }
    }

    /// The PUBLISH of a phone's state.
    pub fn phone(exten: &str, state: &str) -> Request {
        Request::device(Self::NAME, Self::EID, &format!("PJSIP/{exten}"), state)
    }

    /// Publishes a phone's state, which must be accepted. Like Asterisk it continues its publication, and begins one
    /// where lampfield knows none.
    #[track_caller]
    pub fn publish(&self, exten: &str, state: &str) {
        self.publish_device(&format!("PJSIP/{exten}"), state);
    }

    /// Publishes the state of any device.
    #[track_caller]
    pub fn publish_device(&self, device: &str, state: &str) {
        let request = Request::device(Self::NAME, Self::EID, device, state);
        let kept = self.tag.take().map(|tag| self.peer.ask(&request.clone().with("SIP-If-Match", &tag)));
        let answer = kept.filter(|answer| answer.code() != 412).unwrap_or_else(|| self.peer.ask(&request));
        assert_eq!(answer.code(), 200, "{}", answer.text);
        self.tag.replace(answer.header("SIP-ETag").map(str::to_owned));
    }
}
