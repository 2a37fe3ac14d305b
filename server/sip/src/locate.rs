//! From a host name to the addresses that lead there (RFC 3263, without NAPTR: the URI says the transport).
//!
//! ```text
//!  Target: sip:…@pbx.example;transport=tcp      no port ─► Question::Service (SRV, then A and AAAA)
//!                                                  port ─► Question::Host    (A and AAAA)
//!                                               address ─► nothing to ask
//! ```
//! Asking the name system is the caller's business; the answers come in as values.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use super::route::{Hop, Transport};

/// The host of a URI: an address, or a name for one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    /// An address.
    Ip(IpAddr),
    /// A host name, in lower case and without a dot at the end.
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
        // A text of digits and dots alone is a mistyped address.
        let letters = text.bytes().any(|byte| byte.is_ascii_alphabetic());
        let name = text.strip_suffix('.').unwrap_or(text);
        if letters && name.len() < 254 && name.split('.').all(label) {
            return Ok(Self::Name(name.to_ascii_lowercase().into()));
        }
        Err(HostError(text.to_owned()))
    }
}

/// Writes a host as in a URI: an IPv6 address in brackets.
impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
            Self::Ip(IpAddr::V4(ip)) => ip.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// A question to the name system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// The addresses of a host: A and AAAA records.
    Host(Arc<str>),
    /// The servers of a domain for a transport: SRV records and, where there are none, the host of that name.
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

/// An address that a name stands for (RFC 3263 §4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Destination {
    /// The address.
    pub ip: IpAddr,
    /// The port, where an SRV record says one.
    pub port: Option<u16>,
}

/// The last good answer to each question, in order of preference.
pub type Names = BTreeMap<Question, Vec<Destination>>;

/// Where a URI leads: transport, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The protocol.
    pub transport: Transport,
    /// The host.
    pub host: Host,
    /// The port, where the URI has one.
    pub port: Option<u16>,
    /// The name that the host's certificate must have; `None` where that is `host` itself.
    pub tls_name: Option<Arc<str>>,
}

impl Target {
    /// The question that must be answered before anything can be sent there; `None` for an address.
    pub fn question(&self) -> Option<Question> {
        match (&self.host, self.port) {
            (Host::Ip(_), _) => None,
            (Host::Name(name), Some(_)) => Some(Question::Host(Arc::clone(name))),
            (Host::Name(name), None) => Some(Question::Service(Arc::clone(name), self.transport)),
        }
    }

    /// The ways there, the preferred first; none while the name is not resolved.
    pub fn hops(&self, names: &Names) -> Vec<Hop> {
        let known = self.question().and_then(|question| names.get(&question));
        match &self.host {
            Host::Ip(ip) => vec![self.hop(Destination { ip: *ip, port: None })],
            Host::Name(_) => known.into_iter().flatten().map(|destination| self.hop(*destination)).collect(),
        }
    }

    fn hop(&self, destination: Destination) -> Hop {
        let port = self.port.or(destination.port).unwrap_or(self.transport.default_port());
        let address = SocketAddr::new(destination.ip, port);
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

/// Writes the part of a URI behind `@`: `pbx.example`, `[::1]:5061;transport=tls`.
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
        let found = |ip: &str, port| Destination { ip: ip.parse().unwrap(), port };
        let names = Names::from([
            (Question::Host("pbx.example".into()), vec![found("192.0.2.1", None), found("2001:db8::1", None)]),
            (Question::Service("pbx.example".into(), Transport::Tls), vec![found("192.0.2.2", Some(5071))]),
            (Question::Service("pbx.example".into(), Transport::Tcp), vec![found("192.0.2.3", None)]),
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
