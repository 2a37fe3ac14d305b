//! All timers of a peer: what each is for, and when it is due.
//!
//! The table is derived: a timer is due when the state says so, and nobody sets or stops one. So none can be forgotten
//! when a state changes at some other place, and what a pause, a missing way or the end of the server mean for all
//! of them stands here alone.

use std::time::{Duration, Instant};

use lampfield_shared::Pause;
use lampfield_sip::Hop;

use super::body::json::MeshEvent;
use super::peer::Peer;
use super::uac::Phase;

/// A timer of one peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Timer {
    /// Our publication of this event has something to send: a retry after a failure, a refresh before it expires, a
    /// refresh request that waited, a goodbye.
    Publish(MeshEvent),
    /// The peer is to be asked to tell everything again although nothing is known to be missing.
    Heartbeat,
    /// The peer is owed all our states, and is told them after a pause.
    TellAll,
    /// The peer is to be asked for a sign of life by OPTIONS.
    Probe,
    /// The peer counts as lost unless it is heard before.
    Silence,
    /// A peer that is heard again counts as live.
    Return,
}

impl Timer {
    pub const ALL: [Self; 7] = [
        Self::Publish(MeshEvent::DeviceState),
        Self::Publish(MeshEvent::Mwi),
        Self::Heartbeat,
        Self::TellAll,
        Self::Probe,
        Self::Silence,
        Self::Return,
    ];
}

/// What the timers of a peer depend on beside the peer itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// The way to the peer; while there is none nothing can be sent.
    pub way: Option<&'a Hop>,
    /// Whether the server is about to stop: then only goodbyes are sent.
    pub phase: Phase,
    /// The silence after which a peer is lost.
    pub silence: Duration,
}

impl Surroundings<'_> {
    /// When a timer of the peer is due; `None` where it does not run.
    pub fn due(&self, peer: &Peer, timer: Timer) -> Option<Instant> {
        match timer {
            Timer::Silence => peer.liveness.silent_at(self.silence),
            Timer::Return => peer.liveness.returns_at(),
            Timer::Publish(_) | Timer::Heartbeat | Timer::TellAll | Timer::Probe if self.way.is_none() => None,
            Timer::Heartbeat | Timer::TellAll | Timer::Probe if self.phase == Phase::Stopping => None,
            // Probes go on during a pause, and the states that are owed are queued.
            Timer::Publish(_) | Timer::Heartbeat if peer.pause == Pause::On => None,
            Timer::Publish(event) => peer.outbound.get(&event)?.poll_timeout(),
            Timer::Heartbeat => peer.heartbeat.poll_timeout(),
            Timer::TellAll => peer.dump.poll_timeout(),
            Timer::Probe => peer.liveness.probe_at(),
        }
    }

    /// When the next timer of the peer is due.
    pub fn next(&self, peer: &Peer) -> Option<Instant> {
        Timer::ALL.into_iter().filter_map(|timer| self.due(peer, timer)).min()
    }
}
