//! From a name to the ways that lead there (RFC 3263, without NAPTR: the URI says the transport).
//!
//! ```text
//!  Target: sip:…@pbx.example;transport=tcp      no port ─► Question::Service (SRV, then A and AAAA)
//!                                                  port ─► Question::Host    (A and AAAA)
//!                                               address ─► nothing to ask
//! ```
//! Who asks, and how often, is the rim's business; the answers come in as values.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use super::route::{Hop, Transport};

/// Who is meant: an address, or a name for one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    /// An address.
    Ip(IpAddr),
    /// A name, in lower case.
    Name(Arc<str>),
}

/// Neither an address nor a host name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an IP address nor a host name")]
pub struct HostError(String);

impl FromStr for Host {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        if let Ok(ip) = text.parse() {
            return Ok(Self::Ip(ip));
        }
        let label = |label: &str| {
            (1..64).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        // All digits and dots: a mistyped address.
        let letters = text.bytes().any(|byte| byte.is_ascii_alphabetic());
        let name = text.strip_suffix('.').unwrap_or(text);
        if letters && name.len() < 254 && name.split('.').all(label) {
            return Ok(Self::Name(name.to_ascii_lowercase().into()));
        }
        Err(HostError(text.to_owned()))
    }
}

/// As in a URI: an IPv6 address in brackets.
impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
            Self::Ip(IpAddr::V4(ip)) => ip.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// What is asked of the name system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// The addresses of a host: A and AAAA.
    Host(Arc<str>),
    /// Where a domain's SIP is spoken: SRV and, where there is none, the host of that name.
    Service(Arc<str>, Transport),
}

impl Question {
    /// The name that is looked up.
    pub fn name(&self) -> &str {
        match self {
            Self::Host(name) | Self::Service(name, _) => name,
        }
    }
}

/// A place that a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Where.
    pub ip: IpAddr,
    /// The port that SRV says.
    pub port: Option<u16>,
}

/// The last good answers, each in order of preference.
pub type Names = BTreeMap<Question, Vec<Place>>;

/// Where a URI leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What is spoken there.
    pub transport: Transport,
    /// Who is there.
    pub host: Host,
    /// The port, where one is given.
    pub port: Option<u16>,
    /// The name that its certificate must have; `None`: `host`.
    pub tls_name: Option<Arc<str>>,
}

impl Target {
    /// What has to be asked before anything can be sent there.
    pub fn question(&self) -> Option<Question> {
        match (&self.host, self.port) {
            (Host::Ip(_), _) => None,
            (Host::Name(name), Some(_)) => Some(Question::Host(Arc::clone(name))),
            (Host::Name(name), None) => Some(Question::Service(Arc::clone(name), self.transport)),
        }
    }

    /// The ways there, the preferred first; none while its name is not known.
    pub fn hops(&self, names: &Names) -> Vec<Hop> {
        let known = self.question().and_then(|question| names.get(&question));
        match &self.host {
            Host::Ip(ip) => vec![self.hop(Place { ip: *ip, port: None })],
            Host::Name(_) => known.into_iter().flatten().map(|place| self.hop(*place)).collect(),
        }
    }

    fn hop(&self, place: Place) -> Hop {
        let port = self.port.or(place.port).unwrap_or(self.transport.default_port());
        let address = SocketAddr::new(place.ip, port);
        match self.transport {
            Transport::Udp => Hop::Udp(address),
            Transport::Tcp => Hop::Tcp(address),
            Transport::Tls => Hop::Tls { address, name: self.tls_name() },
        }
    }

    fn tls_name(&self) -> Arc<str> {
        match (&self.tls_name, &self.host) {
            (Some(name), _) | (None, Host::Name(name)) => Arc::clone(name),
            (None, Host::Ip(ip)) => ip.to_string().into(),
        }
    }
}

/// The part of a URI behind `@`: `pbx.example`, `[::1]:5061;transport=tls`.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        match self.transport {
            Transport::Udp => Ok(()),
            Transport::Tcp => f.write_str(";transport=tcp"),
            Transport::Tls => f.write_str(";transport=tls"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: &str, port: Option<u16>, transport: Transport, expected: &[&str]) {
        let place = |ip: &str, port| Place { ip: ip.parse().unwrap(), port };
        let names = Names::from([
            (Question::Host("pbx.example".into()), vec![place("192.0.2.1", None), place("2001:db8::1", None)]),
            (Question::Service("pbx.example".into(), Transport::Tls), vec![place("192.0.2.2", Some(5071))]),
            (Question::Service("pbx.example".into(), Transport::Tcp), vec![place("192.0.2.3", None)]),
        ]);
        let target = Target { transport, host: host.parse().unwrap(), port, tls_name: None };
        let hops: Vec<String> = target.hops(&names).iter().map(Hop::to_string).collect();
        assert_eq!(hops, expected, "{target}");
    }

    #[test]
    fn takes_the_port_from_the_uri_then_from_srv_then_from_the_transport() {
        check("192.0.2.9", None, Transport::Udp, &["192.0.2.9:5060 by UDP"]);
        check("::1", None, Transport::Tls, &["[::1]:5061 by TLS"]);
        check("PBX.example.", Some(5070), Transport::Tcp, &["192.0.2.1:5070 by TCP", "[2001:db8::1]:5070 by TCP"]);
        check("pbx.example", None, Transport::Tls, &["192.0.2.2:5071 by TLS"]);
        check("pbx.example", None, Transport::Tcp, &["192.0.2.3:5060 by TCP"]);
        check("pbx.example", None, Transport::Udp, &[]);
    }

    #[test]
    fn a_certificate_must_have_the_name_that_was_configured() {
        let target = |host: &str, tls_name: Option<&str>| Target {
            transport: Transport::Tls,
            host: host.parse().unwrap(),
            port: None,
            tls_name: tls_name.map(Into::into),
        };
        for (target, expected) in [
            (target("pbx.example", None), "pbx.example"),
            (target("192.0.2.1", None), "192.0.2.1"),
            (target("192.0.2.1", Some("pbx.example")), "pbx.example"),
        ] {
            assert_eq!(&*target.tls_name(), expected);
        }
    }

    #[test]
    fn refuses_what_is_no_host() {
        for text in ["", "10.0.0", "10.0.0.256", "a..b", ".", "a b", "pbx:5060", "[::1]", "a/b"] {
            assert!(text.parse::<Host>().is_err(), "{text}");
        }
    }
}
