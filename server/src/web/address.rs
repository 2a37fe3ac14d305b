//! Rules about addresses: which proxies are trusted, and which network counts as one sender.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

/// Whether the configuration trusts a proxy at this address.
pub(super) fn is_trusted(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

/// The network that counts as one sender: the /64 of an IPv6 address, and an IPv4 address itself.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}
