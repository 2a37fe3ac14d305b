//! How a peer is reached: the ways to it, which of them is taken, and what is wrong with it.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use lampfield_sip::Hop;
use lampfield_sip::locate::{Names, Question};

use super::settings::PublishTo;

/// The ways to one peer. After a failure the next one is tried (RFC 3263 §4.3).
#[derive(Debug)]
pub(super) struct Reach {
    hops: Vec<Hop>,
    /// Place of the way that is taken, as long as it leads anywhere.
    at: usize,
    /// Names that could not be looked up the last time, and why.
    unresolved: BTreeMap<Question, String>,
    /// The way of the last request and why it did not arrive; `None` where it did.
    failed: Option<(Hop, String)>,
}

impl Reach {
    /// The ways that are known now.
    pub(super) fn new(to: &PublishTo, names: &Names) -> Self {
        Self { hops: to.target.hops(names), at: 0, unresolved: BTreeMap::new(), failed: None }
    }

    /// The way to take; `None` while the name of the peer is not known.
    pub(super) fn hop(&self) -> Option<&Hop> {
        self.hops.get(self.at)
    }

    /// Whether one of the ways leads to this address.
    pub(super) fn leads_to(&self, address: SocketAddr) -> bool {
        self.hops.iter().any(|hop| hop.address() == address)
    }

    /// Takes what one of the names stands for now. The way that is taken is kept if it is still one of all ways. Returns
    /// whether another way is taken now.
    pub(super) fn resolved(&mut self, to: &PublishTo, question: &Question, names: &Names) -> bool {
        self.unresolved.remove(question);
        let taken = self.hop().cloned();
        let hops = to.target.hops(names);
        self.at = taken.as_ref().and_then(|taken| hops.iter().position(|hop| hop == taken)).unwrap_or(0);
        self.hops = hops;
        self.hop() != taken.as_ref()
    }

    /// One of the names could not be looked up: what was known before stays.
    pub(super) fn unresolved(&mut self, question: &Question, why: &str) {
        self.unresolved.insert(question.clone(), why.to_owned());
    }

    /// An answer of the peer came.
    pub(super) fn works(&mut self) {
        self.failed = None;
    }

    /// A request by `hop` did not arrive for the reason `why`, or nobody answered it.
    pub(super) fn fails(&mut self, hop: &Hop, why: Option<&str>) {
        // A way by which nobody answers is there all the same.
        self.failed = why.map(|why| (hop.clone(), why.to_owned()));
        // Several requests may have been on the way: they failed together.
        if self.hop() == Some(hop) {
            self.at = (self.at + 1) % self.hops.len();
        }
    }

    /// Why we cannot reach the peer, in words for an admin.
    pub(super) fn trouble(&self) -> Option<String> {
        let failed = self.failed.as_ref().map(|(hop, why)| format!("we cannot reach it at {hop}: {why}"));
        failed.or_else(|| self.unresolved.values().next().cloned())
    }
}

#[cfg(test)]
mod tests {
    use lampfield_sip::Transport;
    use lampfield_sip::locate::{Destination, Target};

    use super::*;

    fn to() -> PublishTo {
        let target = Target {
            transport: Transport::Tcp,
            host: "pbx.example".parse().unwrap(),
            port: Some(5060),
            tls_name: None,
        };
        PublishTo { user: "lampfield".into(), target }
    }

    fn names(ips: &[&str]) -> Names {
        let place = |ip: &&str| Destination { ip: ip.parse().unwrap(), port: None };
        Names::from([(Question::Host("pbx.example".into()), ips.iter().map(place).collect())])
    }

    fn hop(ip: &str) -> Hop {
        Hop::Tcp(format!("{ip}:5060").parse().unwrap())
    }

    #[test]
    fn tries_one_way_after_the_other() {
        let names = names(&["192.0.2.1", "192.0.2.2"]);
        let mut reach = Reach::new(&to(), &names);
        reach.fails(&hop("192.0.2.1"), Some("connection refused"));
        assert_eq!(reach.hop(), Some(&hop("192.0.2.2")));
        assert_eq!(reach.trouble().unwrap(), "we cannot reach it at 192.0.2.1:5060 by TCP: connection refused");
        reach.fails(&hop("192.0.2.1"), Some("connection refused"));
        assert_eq!(reach.hop(), Some(&hop("192.0.2.2")), "they failed together");
        reach.fails(&hop("192.0.2.2"), None);
        assert_eq!(reach.hop(), Some(&hop("192.0.2.1")));
        assert_eq!(reach.trouble(), None, "it is there, and silent: others say so");
    }

    #[test]
    fn follows_its_name_and_keeps_the_way_that_is_taken() {
        let question = Question::Host("pbx.example".into());
        let mut reach = Reach::new(&to(), &Names::new());
        assert_eq!(reach.hop(), None);
        reach.unresolved(&question, "the name pbx.example is not known");
        assert_eq!(reach.trouble().unwrap(), "the name pbx.example is not known");
        assert!(reach.resolved(&to(), &question, &names(&["192.0.2.2"])), "there is a way now");
        assert_eq!(reach.trouble(), None);
        assert!(!reach.resolved(&to(), &question, &names(&["192.0.2.1", "192.0.2.2"])));
        assert_eq!(reach.hop(), Some(&hop("192.0.2.2")));
        reach.unresolved(&question, "the name server is away");
        assert_eq!(reach.hop(), Some(&hop("192.0.2.2")), "the last good way stays");
        assert!(reach.resolved(&to(), &question, &names(&["192.0.2.9"])));
        assert_eq!(reach.hop(), Some(&hop("192.0.2.9")));
    }
}
