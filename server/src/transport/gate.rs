//! Limits on accepted connections: a stranger never takes a peer's place.

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::counters::ConnectionCounts;

/// The most connections from one address of a peer. An Asterisk makes one, and a new one when it restarts.
const PER_PEER: usize = 64;
/// The most connections from one stranger.
const PER_STRANGER: usize = 4;
/// The most connections from all strangers.
const STRANGERS: usize = 64;

/// Who connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guest {
    /// A peer, by the address.
    Peer,
    /// Anyone else.
    Stranger,
}

/// Counts the open connections, and decides who gets in.
#[derive(Debug, Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    /// Number of the last connection.
    last: AtomicU64,
    pub(super) counters: ConnectionCounts,
}

#[derive(Debug, Default)]
struct State {
    known: BTreeSet<IpAddr>,
    inside: HashMap<IpAddr, usize>,
    strangers: usize,
}

/// Permission to be connected; given back when dropped.
#[derive(Debug)]
pub(super) struct Pass {
    gate: Arc<Gate>,
    /// Address under which the connection is counted.
    host: IpAddr,
    pub(super) guest: Guest,
}

impl Gate {
    /// The next number for a connection.
    pub(super) fn next_id(&self) -> u64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn set_known(&self, known: impl IntoIterator<Item = IpAddr>) {
        self.state().known = known.into_iter().collect();
    }

    pub(super) fn knows(&self, ip: IpAddr) -> bool {
        self.state().known.contains(&ip)
    }

    /// Admits a connection; `None` where there are too many.
    pub(super) fn enter(self: &Arc<Self>, ip: IpAddr) -> Option<Pass> {
        let mut state = self.state();
        let guest = if state.known.contains(&ip) { Guest::Peer } else { Guest::Stranger };
        let host = host(ip, guest);
        let inside = state.inside.get(&host).copied().unwrap_or(0);
        let full = match guest {
            Guest::Peer => inside >= PER_PEER,
            Guest::Stranger => inside >= PER_STRANGER || state.strangers >= STRANGERS,
        };
        if full {
            return None;
        }
        state.strangers += usize::from(guest == Guest::Stranger);
        state.inside.insert(host, inside + 1);
        drop(state);
        Some(Pass { gate: Arc::clone(self), host, guest })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Address under which a connection is counted. A stranger with IPv6 has a whole network of addresses; it counts as
/// one.
fn host(ip: IpAddr, guest: Guest) -> IpAddr {
    match (ip, guest) {
        (IpAddr::V6(ip), Guest::Stranger) => Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX)).into(),
        (ip, _) => ip,
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.strangers -= usize::from(self.guest == Guest::Stranger);
        if let Some(inside) = state.inside.get_mut(&self.host) {
            *inside -= 1;
            if *inside == 0 {
                state.inside.remove(&self.host);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// The passes of those addresses that get in.
    fn enter(gate: &Arc<Gate>, addresses: impl Iterator<Item = IpAddr>) -> Vec<Pass> {
        addresses.filter_map(|ip| gate.enter(ip)).collect()
    }

    #[test]
    fn a_thousand_strangers_leave_room_for_a_peer() {
        let gate = Arc::new(Gate::default());
        gate.set_known([ip("10.0.0.4")]);
        let one = enter(&gate, std::iter::repeat_n(ip("192.0.2.1"), 1000));
        assert_eq!(one.len(), PER_STRANGER);
        let many = enter(&gate, (0..1000u32).map(|number| IpAddr::from(number.to_be_bytes())));
        assert_eq!(one.len() + many.len(), STRANGERS);
        let peers = enter(&gate, std::iter::repeat_n(ip("10.0.0.4"), 1000));
        assert_eq!(peers.len(), PER_PEER);
        assert!(peers.iter().all(|pass| pass.guest == Guest::Peer));
        drop(many);
        assert!(gate.enter(ip("192.0.2.2")).is_some(), "room is given back");
        assert!(gate.enter(ip("192.0.2.1")).is_none());
        drop(one);
        assert!(gate.enter(ip("192.0.2.1")).is_some());
        drop(peers);
        assert!(gate.state().inside.is_empty() && gate.state().strangers == 0);
    }

    #[test]
    fn a_network_of_ipv6_is_one_stranger_but_peers_are_told_apart() {
        let gate = Arc::new(Gate::default());
        gate.set_known([ip("2001:db8::1"), ip("2001:db8::2")]);
        let network = enter(&gate, (16..1000u128).map(|low| Ipv6Addr::from_bits((0x2001_0db8 << 96) | low).into()));
        assert_eq!(network.len(), PER_STRANGER);
        assert_eq!(enter(&gate, std::iter::repeat_n(ip("2001:db8::1"), 100)).len(), PER_PEER);
        assert_eq!(gate.enter(ip("2001:db8::2")).unwrap().guest, Guest::Peer);
    }
}
