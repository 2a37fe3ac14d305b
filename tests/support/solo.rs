//! lampfield with one peer, which is the test itself: every byte of the mesh is the test's own.

use crate::element::Request;
use crate::{Config, Element, Loopback, Peer, Server, loopback};

/// See the module.
#[derive(Debug)]
pub struct Solo {
    /// lampfield
    pub server: Server,
    /// The one peer; lampfield's own requests to it stay unanswered.
    pub peer: Element,
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

    /// The same with more in the configuration.
    pub fn start_with(more: impl FnOnce(Config) -> Config) -> Self {
        let addresses = loopback();
        let peers = [Peer::new(Self::NAME, Self::ADDRESS, Self::NAME).eid(Self::EID)];
        let config = Config::new().peers(&peers).hint("_XXXX,hint,PJSIP/${EXTEN}").min_expires_seconds(60);
        Self { peer: Element::bind(Self::ADDRESS), server: Server::start(more(config)), _addresses: addresses }
    }

    /// The PUBLISH that tells a phone's state.
    pub fn phone(exten: &str, state: &str) -> Request {
        Request::device(Self::NAME, Self::EID, &format!("PJSIP/{exten}"), state)
    }

    /// Tells a phone's state, and sees that it is taken.
    #[track_caller]
    pub fn publish(&self, exten: &str, state: &str) {
        let answer = self.peer.ask(&Self::phone(exten, state));
        assert_eq!(answer.code(), 200, "{}", answer.text);
    }
}
