//! Sender of a request, as far as its headers can be believed.
//!
//! A proxy's headers count only from an address that the configuration trusts: anybody can write them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::HeaderName;
use axum::http::request::Parts;
use ipnet::IpNet;

use super::address::{is_trusted, network};
use super::door::Pass;
use super::name::{Names, list};
use super::problem::Problem;
use super::settings::WebSettings;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Connection that a request came by, put into its extensions by [`serve`](super::serve()).
#[derive(Debug, Clone)]
pub(super) struct Connection {
    /// Right to be connected.
    pub pass: Arc<Pass>,
    /// Address of the other end.
    pub peer: SocketAddr,
    /// Whether the connection itself is encrypted.
    pub encryption: Encryption,
}

/// Whether a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    /// TLS, `https`.
    Tls,
    /// Plain text, `http`.
    None,
}

/// Sender of a request, as far as it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Sender {
    /// Address of the browser, or of the nearest proxy that is not trusted.
    pub address: IpAddr,
    /// Whether the trusted proxy at `address` names the browser by something that is no address. All such browsers
    /// count as one sender, and as another than the proxy itself.
    pub is_unreadable: bool,
}

impl Sender {
    /// This sender as one network: with IPv6 everybody has a whole network of addresses.
    pub fn network(self) -> Self {
        Self { address: network(self.address), ..self }
    }
}

impl From<IpAddr> for Sender {
    fn from(address: IpAddr) -> Self {
        Self { address, is_unreadable: false }
    }
}

impl fmt::Display for Sender {
    /// Writes the sender as the audit log has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_unreadable {
            write!(f, "{} (unreadable X-Forwarded-For)", self.address)
        } else {
            self.address.fmt(f)
        }
    }
}

/// What the head of a request tells about its sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Client {
    /// Address of the sender.
    pub sender: Sender,
    /// Encryption between the browser and us, or the first trusted proxy.
    pub encryption: Encryption,
    /// Names under which the browser found us.
    pub names: Names,
    /// Proxy that the request came through.
    pub through: Through,
}

/// What stands between the sender and us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Through {
    /// No proxy, or one that adds no headers.
    Nothing,
    /// A proxy that the configuration trusts.
    Trusted,
    /// A sender at this address that writes a proxy's headers, and is not trusted.
    Stranger(IpAddr),
}

impl Client {
    /// Reads a request's head.
    ///
    /// # Errors
    /// As [`Names::of`].
    pub fn of(connection: Option<&Connection>, head: &Parts, settings: &WebSettings) -> Result<Self, Problem> {
        // Only tests send requests without a connection: those are trusted with nothing.
        let peer =
            connection.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |connection| connection.peer.ip().to_canonical());
        let encryption = connection.map_or(Encryption::None, |connection| connection.encryption);
        let is_trusted = is_trusted(&settings.trusted_proxies, peer);
        let proto = list(&head.headers, &FORWARDED_PROTO).next().filter(|_| is_trusted);
        let through = if is_trusted {
            Through::Trusted
        } else if list(&head.headers, &FORWARDED_FOR).next().is_some() {
            Through::Stranger(peer)
        } else {
            Through::Nothing
        };
        Ok(Self {
            sender: if is_trusted { origin(&head.headers, peer, &settings.trusted_proxies) } else { peer.into() },
            encryption: match proto {
                Some(word) if word.eq_ignore_ascii_case(b"https") => Encryption::Tls,
                Some(_) => Encryption::None,
                None => encryption,
            },
            names: Names::of(head, is_trusted)?,
            through,
        })
    }
}

/// Goes back along the chain of proxies as far as each is trusted. Entries before an address that is not trusted may be
/// invented, and so may entries before something that is no address.
fn origin(headers: &HeaderMap, peer: IpAddr, trusted: &[IpNet]) -> Sender {
    let hops: Vec<&[u8]> = list(headers, &FORWARDED_FOR).collect();
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        let Some(address) = address(hop) else { return Sender { address: nearest, is_unreadable: true } };
        nearest = address;
        if !is_trusted(trusted, address) {
            break;
        }
    }
    nearest.into()
}

/// Reads `10.0.0.1`, and what some proxies write: `10.0.0.1:4711`, `[2001:db8::1]:4711` or `[2001:db8::1]`.
fn address(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?;
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, Request};

    use super::*;
    use crate::web::door::Door;

    fn client(peer: &str, headers: &[(&str, &[u8])]) -> Client {
        let settings = WebSettings {
            trusted_proxies: ["10.0.0.0/8", "2001:db8::/32"].map(|network| network.parse().unwrap()).to_vec(),
            ..WebSettings::default()
        };
        let peer: SocketAddr = peer.parse().unwrap();
        let pass = Door::new(1024, Vec::new()).let_in(peer.ip(), None);
        let mut request = Request::builder();
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "desk");
        }
        for (name, value) in headers {
            request = request.header(*name, HeaderValue::from_bytes(value).unwrap());
        }
        let head = request.body(()).unwrap().into_parts().0;
        Client::of(Some(&Connection { pass, peer, encryption: Encryption::None }), &head, &settings).unwrap()
    }

    #[track_caller]
    fn check_address(peer: &str, forwarded_for: &[&str], expected: &str) {
        let headers: Vec<_> = forwarded_for.iter().map(|value| ("x-forwarded-for", value.as_bytes())).collect();
        assert_eq!(client(peer, &headers).sender.to_string(), expected, "{peer} {forwarded_for:?}");
    }

    #[test]
    fn believes_a_proxy_only_where_it_is_trusted() {
        check_address("192.0.2.1:99", &["203.0.113.9"], "192.0.2.1");
        check_address("10.0.0.1:99", &["203.0.113.9"], "203.0.113.9");
        check_address("[::ffff:10.0.0.1]:99", &["203.0.113.9"], "203.0.113.9");
        // The client wrote the first, its own proxy the second, ours the third.
        check_address("10.0.0.1:99", &["1.2.3.4, 198.51.100.7", "10.0.0.2"], "198.51.100.7");
        check_address("10.0.0.1:99", &["10.9.9.9"], "10.9.9.9");
        check_address("10.0.0.1:99", &[], "10.0.0.1");
        check_address("[2001:db8::1]:99", &["[2001:db9::5]:4711"], "2001:db9::5");
        check_address("[2001:db8::1]:99", &["[2001:db9::5]"], "2001:db9::5");
        check_address("10.0.0.1:99", &["203.0.113.9:1234"], "203.0.113.9");
        check_address("10.0.0.1:99", &["::ffff:203.0.113.9"], "203.0.113.9");
        check_address("10.0.0.1:99", &["203.0.113.9,,", " , "], "203.0.113.9");
        check_address("10.0.0.1:99", &[&"10.0.0.9,".repeat(5_000), "203.0.113.9"], "203.0.113.9");
    }

    #[test]
    fn what_is_no_address_hides_nobody_and_accuses_nobody() {
        // The address that the proxy itself saw stands at the end, whatever the client wrote before.
        for junk in [b"\xff".as_slice(), b"unknown", b"_hidden", b"1.2.3.4\xff", b"\"", b"[::1", b"300.1.1.1"] {
            let joined = [junk, b", 203.0.113.9"].concat();
            assert_eq!(client("10.0.0.1:99", &[("x-forwarded-for", &joined)]).sender.to_string(), "203.0.113.9");
            let lines = [("x-forwarded-for", junk), ("x-forwarded-for", b"203.0.113.9")];
            assert_eq!(client("10.0.0.1:99", &lines).sender.to_string(), "203.0.113.9", "{}", junk.escape_ascii());
            // Where a trusted proxy passes on no address, that is one sender beside the proxy.
            for before in [b"".as_slice(), b"203.0.113.9, "] {
                let last = [before, junk].concat();
                let sender = client("10.0.0.1:99", &[("x-forwarded-for", &last)]).sender;
                assert_eq!(sender.to_string(), "10.0.0.1 (unreadable X-Forwarded-For)");
                assert_ne!(sender, client("10.0.0.1:99", &[]).sender);
            }
            let middle = [junk, b", 10.0.0.2"].concat();
            let sender = client("10.0.0.1:99", &[("x-forwarded-for", &middle)]).sender;
            assert_eq!(sender, Sender { address: "10.0.0.2".parse().unwrap(), is_unreadable: true });
        }
        // Trusted proxies write no `Forwarded`: such a header comes from the client itself.
        let forwarded = [("forwarded", b"for=1.2.3.4".as_slice()), ("x-forwarded-for", b"203.0.113.9")];
        assert_eq!(client("10.0.0.1:99", &forwarded).sender.to_string(), "203.0.113.9");
        assert_eq!(client("10.0.0.1:99", &forwarded[..1]).sender.to_string(), "10.0.0.1");
    }

    #[test]
    fn takes_name_and_encryption_from_the_same_mouth() {
        let headers = [
            ("host", b"Desk.example.:8443".as_slice()),
            ("x-forwarded-proto", b"https"),
            ("x-forwarded-host", b"evil"),
        ];
        let shown = |client: &Client| (client.names.shown().unwrap().to_string(), client.encryption);
        assert_eq!(shown(&client("192.0.2.1:99", &headers)), ("desk.example.:8443".into(), Encryption::None));
        assert_eq!(shown(&client("10.0.0.1:99", &headers)), ("evil".into(), Encryption::Tls));
        assert_eq!(shown(&client("10.0.0.1:99", &[("host", b"[::1]:80")])).0, "[::1]:80");
    }

    #[test]
    fn notices_a_proxy_that_nobody_configured() {
        let forwarded = [("x-forwarded-for", b"1.2.3.4".as_slice())];
        let stranger = Through::Stranger("192.0.2.1".parse().unwrap());
        assert_eq!(client("192.0.2.1:99", &forwarded).through, stranger);
        assert_eq!(client("10.0.0.1:99", &forwarded).through, Through::Trusted);
        assert_eq!(client("192.0.2.1:99", &[]).through, Through::Nothing);
    }
}
