//! Where a request comes from, as far as it can be believed.
//!
//! The headers of a proxy count only from an address that the configuration trusts: anybody can write them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::HeaderMap;
use axum::http::header::HOST;
use ipnet::IpNet;

use super::settings::WebSettings;

/// The connection below a request, put there by [`serve`](super::serve()).
#[derive(Debug, Clone, Copy)]
pub(super) struct Connection {
    /// The other end.
    pub peer: SocketAddr,
    /// Whether it is encrypted up to here.
    pub encryption: Encryption,
}

/// Whether a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    /// `https`
    Tls,
    /// `http`
    None,
}

/// Where a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Client {
    /// The browser's address, or that of the nearest proxy that is not trusted.
    pub address: IpAddr,
    /// Between the browser and the first of us.
    pub encryption: Encryption,
    /// The name in the browser's address bar, in small letters and without a port.
    pub host: Option<String>,
    /// The same with the port.
    pub authority: Option<String>,
    /// Headers of a proxy came from an address that is not trusted.
    pub stranger: Option<IpAddr>,
}

impl Client {
    /// Reads a request's head.
    pub fn of(connection: Option<Connection>, headers: &HeaderMap, settings: &WebSettings) -> Self {
        // Without a connection, which only tests do, it is somebody who is trusted with nothing.
        let peer =
            connection.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |connection| connection.peer.ip().to_canonical());
        let encryption = connection.map_or(Encryption::None, |connection| connection.encryption);
        let trusted = is_trusted(&settings.trusted_proxies, peer);
        let said = |name: &str| list(headers, name).next();
        let forwarded = |name: &str| if trusted { said(name) } else { None };
        let authority = forwarded("x-forwarded-host").or_else(|| headers.get(HOST)?.to_str().ok());
        let authority = authority.map(str::to_ascii_lowercase);
        Self {
            address: if trusted { origin(headers, peer, &settings.trusted_proxies) } else { peer },
            encryption: match forwarded("x-forwarded-proto") {
                Some(word) if word.eq_ignore_ascii_case("https") => Encryption::Tls,
                Some(_) => Encryption::None,
                None => encryption,
            },
            host: authority.as_deref().map(|authority| without_port(authority).to_owned()),
            authority,
            stranger: (!trusted && said("x-forwarded-for").is_some()).then_some(peer),
        }
    }
}

/// Goes back along the chain of proxies as far as it is trusted. What stands before an address that
/// is not trusted may be invented.
fn origin(headers: &HeaderMap, peer: IpAddr, trusted: &[IpNet]) -> IpAddr {
    let hops: Vec<&str> = list(headers, "x-forwarded-for").collect();
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        let Some(address) = address(hop) else { break };
        nearest = address;
        if !is_trusted(trusted, address) {
            break;
        }
    }
    nearest
}

/// `10.0.0.1`, and as some proxies write it `10.0.0.1:4711`, `[2001:db8::1]:4711` or `[2001:db8::1]`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

fn is_trusted(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

/// The items of a header that holds a list, over all its lines.
fn list<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|item| !item.is_empty())
}

/// `desk.example:8443` without its port; an IPv6 address keeps its brackets.
fn without_port(authority: &str) -> &str {
    let host = authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    host.map_or(authority, |(host, _)| host).trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, headers: &[(&'static str, &str)]) -> Client {
        let settings = WebSettings {
            trusted_proxies: ["10.0.0.0/8", "2001:db8::/32"].map(|network| network.parse().unwrap()).to_vec(),
            ..WebSettings::default()
        };
        let connection = Connection { peer: peer.parse().unwrap(), encryption: Encryption::None };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        Client::of(Some(connection), &map, &settings)
    }

    #[track_caller]
    fn check_address(peer: &str, forwarded_for: &[&str], expected: &str) {
        let headers: Vec<_> = forwarded_for.iter().map(|value| ("x-forwarded-for", *value)).collect();
        assert_eq!(client(peer, &headers).address.to_string(), expected, "{peer} {forwarded_for:?}");
    }

    #[test]
    fn believes_a_proxy_only_where_it_is_trusted() {
        check_address("192.0.2.1:99", &["203.0.113.9"], "192.0.2.1");
        check_address("10.0.0.1:99", &["203.0.113.9"], "203.0.113.9");
        check_address("[::ffff:10.0.0.1]:99", &["203.0.113.9"], "203.0.113.9");
        // The client wrote the first, its own proxy the second, ours the third.
        check_address("10.0.0.1:99", &["1.2.3.4, 198.51.100.7", "10.0.0.2"], "198.51.100.7");
        check_address("10.0.0.1:99", &["10.9.9.9"], "10.9.9.9");
        check_address("10.0.0.1:99", &["unknown"], "10.0.0.1");
        check_address("10.0.0.1:99", &[], "10.0.0.1");
        check_address("[2001:db8::1]:99", &["[2001:db9::5]:4711"], "2001:db9::5");
        check_address("[2001:db8::1]:99", &["[2001:db9::5]"], "2001:db9::5");
        check_address("10.0.0.1:99", &["203.0.113.9:1234"], "203.0.113.9");
    }

    #[test]
    fn takes_name_and_encryption_from_the_same_mouth() {
        let headers = [("host", "Desk.example.:8443"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "evil")];
        let stranger = client("192.0.2.1:99", &headers);
        assert_eq!((stranger.host.as_deref(), stranger.encryption), (Some("desk.example"), Encryption::None));
        let proxy = client("10.0.0.1:99", &headers);
        assert_eq!((proxy.host.as_deref(), proxy.encryption), (Some("evil"), Encryption::Tls));
        assert_eq!(client("10.0.0.1:99", &[("host", "[::1]:80")]).host.as_deref(), Some("[::1]"));
        assert_eq!(client("10.0.0.1:99", &[("host", "[::1]")]).host.as_deref(), Some("[::1]"));
    }

    #[test]
    fn notices_a_proxy_that_nobody_configured() {
        assert!(client("192.0.2.1:99", &[("x-forwarded-for", "1.2.3.4")]).stranger.is_some());
        assert_eq!(client("10.0.0.1:99", &[("x-forwarded-for", "1.2.3.4")]).stranger, None);
    }
}
