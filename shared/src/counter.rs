//! The names of what is counted of a peer.

use serde::{Deserialize, Serialize};

/// Defines [`Counter`] with its list and its names from one table, so that none of the three can lack an entry.
macro_rules! counters {
    ($($(#[$doc:meta])* $counter:ident = $name:literal,)*) => {
        /// What is counted of a peer, or of strangers: a key of [`PeerReport::counters`](crate::PeerReport::counters)
        /// and of [`MeshReport::strangers`](crate::MeshReport::strangers).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Counter {
            $($(#[$doc])* #[serde(rename = $name)] $counter,)*
        }

        impl Counter {
            /// Every counter, in the order of their definition.
            pub const ALL: &[Self] = &[$(Self::$counter,)*];

            /// The name in JSON and in the log.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$counter => $name,)*
                }
            }

            /// Finds the counter of that name; `None` for the name of another release.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$counter),)*
                    _ => None,
                }
            }
        }
    };
}

counters! {
    /// PUBLISH requests of a peer.
    Publish = "publish",
    /// Device states that a peer published.
    DeviceState = "device_state",
    /// Mailbox states (MWI) that a peer published.
    MailboxState = "mailbox_state",
    /// Extension states that a peer published as `dialog` or `presence`.
    ExtensionState = "extension_state",
    /// Publications of extension states that a peer started anew.
    ExtensionRestart = "extension_restart",
    /// Requests of a peer to be told all our states again.
    RefreshRequest = "refresh_request",
    /// Device states that the peer marked as not to be kept.
    NotCachable = "not_cachable",
    /// States that the filters of the configuration hold back.
    Filtered = "filtered",
    /// Names of devices, mailboxes and extensions beyond the most that a peer may name.
    BeyondLimit = "beyond_limit",
    /// First publications of a peer: what it published before is not known, so it is asked for all.
    NewPublication = "new_publication",
    /// Publications of device states that a peer withdrew or let expire.
    PublicationEnded = "publication_ended",
    /// Publications that were dropped for newer ones of the same peer.
    PublicationEvicted = "publication_evicted",
    /// Publications that a peer started over while its last one was kept here: the peer has restarted.
    Restart = "restart",
    /// Gaps in the order of a peer's requests: one or more were lost.
    Missed = "missed",
    /// Times that a peer fell silent.
    Lost = "lost",
    /// States that turned out wrong here though no message was known to be lost: found by a refresh that a heartbeat or
    /// an admin asked for.
    Drift = "drift",
    /// States that the refresh after a gap or after our start put right.
    Repaired = "repaired",
    /// Times that a peer was told all our states anew.
    ToldAll = "told_all",
    /// States of ours that a peer refused.
    WouldNotTake = "would_not_take",
    /// Requests of ours that a peer did not answer.
    NoAnswer = "no_answer",
    /// Requests of ours that could not be sent to a peer.
    Unreachable = "unreachable",
    /// Requests without credentials, answered with a challenge (401).
    Challenged = "challenged",
    /// Requests whose nonce had expired, answered with a new one (401).
    StaleNonce = "stale_nonce",
    /// Requests with a wrong user name or password.
    WrongPassword = "wrong_password",
    /// Requests for an event package that is not followed (489).
    BadEvent = "bad_event",
    /// Requests for a resource that is not the peer's (404).
    UnknownResource = "unknown_resource",
    /// Requests with a body of another media type (415).
    UnsupportedMediaType = "unsupported_media_type",
    /// Requests whose body cannot be read (400).
    BadBody = "bad_body",
    /// States under our own entity id.
    OwnEid = "own_eid",
    /// States under an entity id that is not among the peer's own.
    SpoofedEid = "spoofed_eid",
    /// States under an entity id that another peer uses.
    EidClash = "eid_clash",
    /// Requests with an entity-tag that is not known here (412).
    TagUnknown = "tag_unknown",
    /// Requests with an expiry below the least that is allowed (423).
    TooBrief = "too_brief",
    /// Requests from an address of no peer.
    Stranger = "stranger",
    /// Requests from an address that several peers share, without a sign of which one sent them.
    AmbiguousAddress = "ambiguous_address",
    /// Messages that are not SIP.
    Malformed = "malformed",
    /// Requests that came again, and got the stored answer.
    Retransmission = "retransmission",
    /// Requests that the SIP layer refused before anybody looked into them.
    RefusedBySip = "refused_by_sip",
    /// Transactions that were forgotten because there were too many.
    Overload = "overload",
    /// Responses to no request of ours.
    StrayResponse = "stray_response",
}

#[cfg(test)]
mod tests {
    use super::Counter;

    #[test]
    fn a_counter_is_found_by_the_name_that_json_has_for_it() {
        for counter in Counter::ALL {
            assert_eq!(Counter::from_name(counter.as_str()), Some(*counter));
            assert_eq!(serde_json::to_string(counter).unwrap(), format!("\"{}\"", counter.as_str()));
        }
        assert_eq!(Counter::from_name("publishes"), None);
    }
}
