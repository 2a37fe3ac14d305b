//! What is told of a peer beyond its site: who it speaks for, and what was counted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Direction, Eid, Fault, Site, Timestamp};

/// What is counted of a peer, or of nobody in particular: every name in [`PeerReport::counters`] and
/// [`MeshReport::strangers`].
pub const COUNTERS: [&str; 40] = [
    "publish",
    "device_state",
    "mailbox_state",
    "extension_state",
    "extension_restart",
    "refresh_request",
    "not_cachable",
    "filtered",
    "beyond_limit",
    "new_publication",
    "publication_ended",
    "publication_evicted",
    "restart",
    "missed",
    "lost",
    "drift",
    "repaired",
    "told_all",
    "would_not_take",
    "no_answer",
    "unreachable",
    "challenged",
    "stale_nonce",
    "wrong_password",
    "bad_event",
    "unknown_resource",
    "unsupported_media_type",
    "bad_body",
    "own_eid",
    "spoofed_eid",
    "eid_clash",
    "tag_unknown",
    "too_brief",
    "stranger",
    "ambiguous_address",
    "malformed",
    "retransmission",
    "refused_by_sip",
    "overload",
    "stray_response",
];

/// The mesh in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeshReport {
    /// Our own entity id: under it our votes stand at the peers. Admins alone are told.
    pub eid: Option<Eid>,
    /// Every peer, in the order of the configuration.
    pub peers: Vec<PeerReport>,
    /// Counts of what came from nobody that is configured, or was no message at all.
    pub strangers: BTreeMap<String, u64>,
    /// Counts of connections: made, taken in, turned away.
    pub transport: BTreeMap<String, u64>,
}

/// One peer of the mesh, in numbers: the answer to "does Perm talk to us, and how?".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerReport {
    /// Name, title and freshness; its fields stand beside these in JSON.
    #[serde(flatten)]
    pub site: Site,
    /// The Asterisks it speaks for: pinned ones, or those it was first to use.
    pub eids: Vec<Eid>,
    /// Counts since the start of the server, by name: messages, refusals, drift.
    pub counters: BTreeMap<String, u64>,
    /// When the last message came that is of no other peer at the same address, whatever it said.
    pub last_in: Option<Timestamp>,
    /// When the last message went there.
    pub last_out: Option<Timestamp>,
    /// Its requests, by the code that we answered.
    pub given: BTreeMap<String, u64>,
    /// Our requests, by the code that it answered.
    pub got: BTreeMap<String, u64>,
    /// How what we publish stands there.
    pub told: Vec<Told>,
    /// Whether what we publish to it rests.
    pub pause: Pause,
    /// What keeps us and the peer from hearing each other, if anything does: what to mend, and where.
    pub trouble: Option<String>,
    /// The same, one by one, with what else is odd, and with the lines to paste.
    pub findings: Vec<Finding>,
    /// How many of our own states (do-not-disturb) the peer has not taken yet.
    pub untold: u64,
    /// The last time that the peer was asked to tell everything again.
    pub refresh: Option<RefreshReport>,
}

/// How what we publish of one event stands at a peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The event package.
    pub event: String,
    /// How.
    pub standing: Publishing,
    /// What it answered, where that was no 200.
    pub code: Option<u16>,
}

/// How a publication of ours stands at a peer; the worse the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publishing {
    /// It holds it.
    Held,
    /// It holds nothing of ours, and nothing is wrong.
    Nothing,
    /// It does not answer, or not with what it should; it will be tried again.
    Failing,
    /// It refuses: somebody must mend a configuration.
    Refused,
}

/// Whether what we publish to a peer rests. Its own states are heard all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// It is told.
    Off,
    /// It is told nothing until an admin says otherwise; the newest of each device waits.
    On,
}

/// Something that is odd about a peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is, by its kind.
    pub fault: Fault,
    /// The same in English words.
    pub text: String,
    /// Where it is mended: the file on the PBX, or ours.
    pub file: String,
    /// The lines to paste there; empty where no line would mend it.
    pub lines: String,
}

/// How a peer answered the request to tell everything again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshReport {
    /// When it was asked.
    pub asked_at: Timestamp,
    /// Why.
    pub why: RefreshReason,
    /// How many milliseconds after that it took the request; `None`: not yet.
    pub accepted_ms: Option<u64>,
    /// How many milliseconds after `asked_at` its first device state came.
    pub first_ms: Option<u64>,
    /// How many milliseconds after `asked_at` its last device state came, so far.
    pub last_ms: Option<u64>,
    /// How many device states came in answer. What changed at the very time is among them: nothing on the wire tells
    /// the one from the other.
    pub states: u64,
    /// How many devices' states had been wrong or unknown here, until then. At most so many: a change that was on its
    /// way when the peer was asked counts, too.
    pub drift: u64,
}

/// Why a peer is asked to tell everything again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshReason {
    /// The server has started and knows nothing.
    Start,
    /// Something may have been missed.
    Gap,
    /// It was time.
    Heartbeat,
    /// Somebody wanted it.
    Request,
}

/// A message as it was on the wire, but for secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SipMessage {
    /// Its number among the messages of its peer since the start of the server.
    pub id: u64,
    /// When it came or went.
    pub at: Timestamp,
    /// Incoming: to us.
    pub direction: Direction,
    /// `UDP`, `TCP` or `TLS`
    pub transport: String,
    /// The other end.
    pub address: String,
    /// `PUBLISH sip:perm@10.0.0.6:5060 SIP/2.0`
    pub first_line: String,
    /// The lines of the header, as they came.
    pub headers: String,
    /// What follows the blank line.
    pub body: String,
    /// So many bytes of it are not shown: it is too long, or says more of calls than its reader may know.
    pub left_out: u64,
}
