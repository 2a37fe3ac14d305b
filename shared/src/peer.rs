//! What admins are told of a peer: for whom it speaks, what was counted, what is wrong.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{DeviceName, DeviceState, Direction, Eid, Exten, Fault, Site, Timestamp};

/// The mesh in numbers: every peer, and what came from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeshReport {
    /// Our own entity id, under which the peers keep our device states. Only admins are told.
    pub eid: Option<Eid>,
    /// All peers, in the order of the configuration.
    pub peers: Vec<PeerReport>,
    /// Counts of messages from no configured peer, and of messages that are no SIP; keys are of
    /// [`Counter`](crate::Counter).
    pub strangers: BTreeMap<String, u64>,
    /// Counts of connections: made, accepted, refused.
    pub transport: BTreeMap<String, u64>,
}

/// A peer of the mesh in numbers: the answer to "does Perm talk to us, and how?".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerReport {
    /// Name, title and freshness; these stand beside the other fields in JSON.
    #[serde(flatten)]
    pub site: Site,
    /// Entity ids that the peer speaks for: those of its configuration, or those that it was the first to use.
    pub eids: Vec<Eid>,
    /// Counts since the start of the server: messages, refusals, drift; keys are of [`Counter`](crate::Counter).
    pub counters: BTreeMap<String, u64>,
    /// Time of the last message from the peer's address, unless it is known to be of another peer there.
    pub last_in: Option<Timestamp>,
    /// Time of the last message to the peer.
    pub last_out: Option<Timestamp>,
    /// Counts of the peer's requests, by the status code of our answer.
    pub given: BTreeMap<String, u64>,
    /// Counts of our requests, by the status code of the peer's answer.
    pub got: BTreeMap<String, u64>,
    /// State of our publications at the peer, one for each event package.
    pub told: Vec<PublicationReport>,
    /// Whether an admin has paused our publishing to the peer.
    pub pause: Pause,
    /// What keeps us and the peer from hearing each other, in one text: what to mend, and where. `None`: nothing.
    pub trouble: Option<String>,
    /// Everything odd about the peer one by one, with the lines that mend it.
    pub findings: Vec<Finding>,
    /// All lines of pjsip.conf that connect the PBX with us, to be pasted in one. Only admins are told.
    pub setup: String,
    /// How many of our own states (do-not-disturb) the peer has not taken yet.
    pub untold: u64,
    /// The last refresh request to the peer, with its answers.
    pub refresh: Option<RefreshReport>,
}

/// State of our publication of one event package at a peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicationReport {
    /// Event package.
    pub event: String,
    /// Whether the peer holds the publication.
    pub standing: Publishing,
    /// Status code of the peer's answer, where that is not 200.
    pub code: Option<u16>,
}

/// Whether a peer holds a publication of ours, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publishing {
    /// The peer holds the publication.
    Held,
    /// The peer holds nothing of ours, and nothing is wrong.
    Nothing,
    /// The peer gives no answer, or not the right one; we try again.
    Failing,
    /// The peer refuses: somebody must mend a configuration.
    Refused,
}

/// Whether publishing to a peer is paused. The peer's own states are taken all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// The peer is told our states.
    Off,
    /// The peer is told nothing until an admin ends the pause; the newest state of each device waits.
    On,
}

/// Something odd about a peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Kind of the fault, with what there is to name.
    pub fault: Fault,
    /// The fault in English words.
    pub text: String,
    /// File that has to be mended: one of the PBX, or ours.
    pub file: String,
    /// Lines to paste there; empty where no line would mend the fault.
    pub lines: String,
}

/// A refresh request to a peer (the request to tell all its states again), with its answers (a round).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshReport {
    /// Time of the request.
    pub asked_at: Timestamp,
    /// Reason of the request.
    pub why: RefreshReason,
    /// Milliseconds from the request to the peer's 200; `None`: not yet.
    pub accepted_ms: Option<u64>,
    /// Milliseconds from the request to the first device state in answer.
    pub first_ms: Option<u64>,
    /// Milliseconds from the request to the newest device state in answer.
    pub last_ms: Option<u64>,
    /// Number of device states in answer. Changes at that very time are among them: nothing on the wire tells one from
    /// the other.
    pub states: u64,
    /// Upper bound of the devices whose states were wrong or unknown here before the round: a change that was under way
    /// when the request was sent counts as well.
    pub drift: u64,
}

/// Reason why a peer is asked to tell all its states again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshReason {
    /// The server has started and knows no states.
    Start,
    /// A message may have been missed.
    Gap,
    /// The hourly check was due.
    Heartbeat,
    /// An admin asked for it.
    Request,
}

/// A message as it was on the wire, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SipMessage {
    /// Number of the message, counted for each peer since the start of the server.
    pub id: u64,
    /// Time when the message came or went.
    pub at: Timestamp,
    /// `Incoming` for messages to us.
    pub direction: Direction,
    /// Transport: `UDP`, `TCP` or `TLS`.
    pub transport: String,
    /// Address of the other end.
    pub address: String,
    /// Start line: `PUBLISH sip:perm@10.0.0.6:5060 SIP/2.0`.
    pub first_line: String,
    /// Header lines, as they were on the wire.
    pub headers: String,
    /// Body.
    pub body: String,
    /// Number of bytes that are not shown: they are too many, or tell more of calls than the reader may know.
    pub left_out: u64,
    /// What the message is about, in a line.
    pub gist: Gist,
}

/// What a SIP message is about, as far as a line can tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gist {
    /// Key that a request shares with its answers and with their copies: method and branch.
    pub transaction: String,
    /// Method of the request, or of the request that is answered.
    pub method: String,
    /// Status code of an answer; `None`: the message is a request.
    pub code: Option<u16>,
    /// What a request asks or tells.
    pub topic: Topic,
}

/// What a SIP request asks or tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Topic {
    /// Sign of life (OPTIONS).
    Alive,
    /// State of a device.
    Device {
        /// Name of the device.
        device: DeviceName,
        /// State of the device.
        state: DeviceState,
    },
    /// Counts of a mailbox.
    Mailbox {
        /// Name of the mailbox.
        mailbox: String,
        /// Number of new messages.
        new: u32,
        /// Number of old messages.
        old: u32,
    },
    /// Request to tell all states again.
    Refresh,
    /// State of an extension as a whole.
    Extension {
        /// The extension.
        exten: Exten,
        /// Event package: `dialog` or `presence`.
        event: String,
    },
    /// A publication goes on, and nothing changes.
    Renewal {
        /// Event package.
        event: String,
    },
    /// A publication ends.
    Withdrawal {
        /// Event package.
        event: String,
    },
    /// Anything else, and every answer.
    Other,
}
