//! lampfield with one peer, which is the test itself: every byte of the mesh is the test's own.

use std::cell::RefCell;

use crate::element::Request;
use crate::{Config, Element, Loopback, Peer, Server, loopback};

/// See the module.
#[derive(Debug)]
pub struct Solo {
    /// lampfield
    pub server: Server,
    /// The one peer; lampfield's own requests to it stay unanswered.
    pub peer: Element,
    /// Under which lampfield keeps what was published last.
    tag: RefCell<Option<String>>,
    _addresses: Loopback,
}

impl Solo {
    /// The peer's EID, pinned to it.
    pub const EID: &str = "02:00:00:00:00:08";
    /// The peer's name, and the resource that it publishes to.
    pub const NAME: &str = "pbx";
    const ADDRESS: &str = "127.0.0.8:5060";

    /// Every extension of four digits shows its phone; a publication lasts a minute at least.
    pub fn start() -> Self {
        Self::start_with(|config| config)
    }

    /// The same with these phones, each in its state: `1001 NOT_INUSE`. What they tell stays true for a minute.
    pub fn with(phones: &[&str]) -> Self {
        let solo = Self::start_with(Config::patient);
        for phone in phones {
            let (exten, state) = phone.split_once(' ').expect("an extension and a state");
            solo.publish(exten, state);
        }
        solo
    }

    /// The same with more in the configuration.
    pub fn start_with(more: impl FnOnce(Config) -> Config) -> Self {
        let addresses = loopback();
        let peers = [Peer::new(Self::NAME, Self::ADDRESS, Self::NAME).eid(Self::EID)];
        let config = Config::new().peers(&peers).hint("_XXXX,hint,PJSIP/${EXTEN}").min_expires_seconds(60);
        let (peer, server) = (Element::bind(Self::ADDRESS), Server::start(more(config)));
        Self { server, peer, tag: RefCell::default(), _addresses: addresses }
    }

    /// The PUBLISH that tells a phone's state.
    pub fn phone(exten: &str, state: &str) -> Request {
        Request::device(Self::NAME, Self::EID, &format!("PJSIP/{exten}"), state)
    }

    /// Tells a phone's state, and sees that it is taken. As Asterisk does it goes on with its publication, and
    /// begins one where lampfield knows of none.
    #[track_caller]
    pub fn publish(&self, exten: &str, state: &str) {
        self.publish_device(&format!("PJSIP/{exten}"), state);
    }

    /// The same for any device.
    #[track_caller]
    pub fn publish_device(&self, device: &str, state: &str) {
        let request = Request::device(Self::NAME, Self::EID, device, state);
        let kept = self.tag.take().map(|tag| self.peer.ask(&request.clone().with("SIP-If-Match", &tag)));
        let answer = kept.filter(|answer| answer.code() != 412).unwrap_or_else(|| self.peer.ask(&request));
        assert_eq!(answer.code(), 200, "{}", answer.text);
        self.tag.replace(answer.header("SIP-ETag").map(str::to_owned));
    }
}
