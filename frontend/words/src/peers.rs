//! The texts of the page of the PBXes, and of their SIP messages.

use lampfield_shared::{Fault, Publishing, Timestamp, Topic};

/// The texts of these pages, beside those of [`AdminWords`](super::AdminWords).
pub struct PeersWords {
    /// Summary: so many of so many PBXes are live, these are paused, and there are so many problems.
    pub verdict: fn(usize, usize, &[&str], usize) -> String,
    /// In place of the summary: no PBX is configured.
    pub none: &'static str,
    /// What to do when no PBX is configured; an example follows.
    pub none_do: &'static str,
    /// What to do behind the example.
    pub none_then: &'static str,
    /// lampfield's own entity id.
    pub own_eid: fn(&str) -> String,
    /// Label: the entity ids that the peer publishes for.
    pub eids: &'static str,
    /// Heading: what is wrong.
    pub trouble: &'static str,
    /// Label: when the peer was last heard.
    pub heard: &'static str,
    /// Label: when we last sent something.
    pub last_out: &'static str,
    /// Label: the duration of the last refresh.
    pub round_trip: &'static str,
    /// The last refresh: milliseconds, states told, and how many of these were wrong here.
    pub answered: fn(u64, u64, u64) -> String,
    /// A refresh was asked for at that time, and no answer has come yet.
    pub not_answered: fn(&str) -> String,
    /// Label: how many of lampfield's own states the peer has not taken yet.
    pub untold: &'static str,
    /// Button: ask the PBX for all its states (a refresh).
    pub refresh: &'static str,
    /// Notice: the PBX was asked.
    pub refreshed: fn(&str) -> String,
    /// Heading: the counters of a PBX.
    pub counts: &'static str,
    /// Heading: the counters of senders that are no peer.
    pub strangers: &'static str,
    /// Label: our answers, by code.
    pub given: &'static str,
    /// Label: the peer's answers, by code.
    pub got: &'static str,
    /// The name of a peer's counter; `None` if the name in the API is used.
    pub counter: fn(&str) -> Option<&'static str>,
    /// A fault of a peer in words, given a function that formats a time of day; `None` if the server's own words are
    /// used.
    pub fault: fn(&Fault, &dyn Fn(Timestamp) -> String) -> Option<String>,
    /// Heading of the table of who publishes to whom.
    pub matrix: &'static str,
    /// What question marks in that table mean.
    pub unheard: &'static str,
    /// The peer is reached, and has told no state yet.
    pub no_states: &'static str,
    /// How our publication to a peer stands, with the answer code that tells it.
    pub told: fn(Publishing, Option<u16>) -> String,
    /// Tag: publishing to the PBX is paused.
    pub paused: &'static str,
    /// Button: pause publishing to the PBX.
    pub pause: &'static str,
    /// Button: resume publishing to the PBX.
    pub resume: &'static str,
    /// Heading of the lines that connect the PBX of that title.
    pub block: fn(&str) -> String,
    /// Button: copy these lines.
    pub copy_block: &'static str,
    /// What to do with these lines.
    pub block_then: &'static str,
    /// Link: back to all PBXes.
    pub back: &'static str,
    /// The texts of the SIP messages.
    pub ladder: LadderWords,
}

/// The texts of the SIP messages of a PBX.
pub struct LadderWords {
    /// Heading.
    pub title: fn(&str) -> String,
    /// Beside the heading: the newest come first, and so many are kept.
    pub kept: fn(usize) -> String,
    /// Filter: all messages.
    pub all: &'static str,
    /// Filter and direction: messages from the PBX.
    pub from: fn(&str) -> String,
    /// Filter and direction: messages to the PBX.
    pub to: fn(&str) -> String,
    /// Filter: what failed.
    pub failures: &'static str,
    /// Label of the search field.
    pub search: &'static str,
    /// Button: stop updating the list.
    pub hold: &'static str,
    /// Button: update the list again.
    pub go_on: &'static str,
    /// Columns: direction, message, whom it is about, answer, duration. The time has its word already.
    pub columns: [&'static str; 5],
    /// What a request asks or tells, given its method.
    pub topic: fn(&Topic, &str) -> String,
    /// Counts of a mailbox: new and old messages.
    pub mailbox: fn(u32, u32) -> String,
    /// An answer, by its code.
    pub answer: fn(u16) -> String,
    /// In place of an answer: it may still come.
    pub waiting: &'static str,
    /// In place of an answer: none came in time.
    pub no_answer: &'static str,
    /// In place of a request: it is no longer kept.
    pub no_request: &'static str,
    /// The request was sent that many times.
    pub copies: fn(usize) -> String,
    /// "38 ms"
    pub took: fn(u64) -> String,
    /// Button: show both messages as they were on the wire.
    pub wire: &'static str,
    /// No message matches the filter.
    pub none: &'static str,
    /// The number of bytes of the message that are left out.
    pub left_out: fn(u64) -> String,
}
