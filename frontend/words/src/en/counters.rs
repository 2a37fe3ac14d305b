//! What is counted of a PBX, in English.

use lampfield_shared::Counter;

/// Finds the words for a counter by the name that JSON has for it; `None` for the name of another release.
pub(super) fn told(counter: &str) -> Option<&'static str> {
    Counter::from_name(counter).map(words)
}

const fn words(counter: Counter) -> &'static str {
    match counter {
        Counter::Publish => "PUBLISH requests",
        Counter::DeviceState => "Device states",
        Counter::MailboxState => "Mailbox states",
        Counter::ExtensionState => "Extension states",
        Counter::ExtensionRestart => "Extensions published anew",
        Counter::RefreshRequest => "Requests for all states",
        Counter::NotCachable => "States not to be kept",
        Counter::Filtered => "Filtered out",
        Counter::BeyondLimit => "Beyond the limit of names",
        Counter::NewPublication => "New publications",
        Counter::PublicationEnded => "Publications ended",
        Counter::PublicationEvicted => "Publications replaced by newer ones",
        Counter::Restart => "Restarts",
        Counter::Missed => "Messages missed",
        Counter::Lost => "Times it fell silent",
        Counter::Drift => "Wrong states found by a check",
        Counter::Repaired => "States repaired after a gap",
        Counter::ToldAll => "Full sets sent",
        Counter::WouldNotTake => "States that it rejected",
        Counter::NoAnswer => "Our requests without an answer",
        Counter::Unreachable => "Our requests that did not arrive",
        Counter::Challenged => "Passwords asked for",
        Counter::StaleNonce => "Logins with an expired nonce",
        Counter::WrongPassword => "Wrong passwords",
        Counter::BadEvent => "Unknown events",
        Counter::UnknownResource => "Unknown resources",
        Counter::UnsupportedMediaType => "Unknown formats",
        Counter::BadBody => "Unreadable messages",
        Counter::OwnEid => "Messages under our entity id",
        Counter::SpoofedEid => "Messages under a foreign entity id",
        Counter::EidClash => "Entity ids used by two PBXes",
        Counter::TagUnknown => "Unknown publications continued",
        Counter::TooBrief => "Lifetimes too short",
        Counter::Stranger => "Messages from unknown addresses",
        Counter::AmbiguousAddress => "Messages from an address that PBXes share",
        Counter::Malformed => "Not SIP",
        Counter::Retransmission => "Retransmissions",
        Counter::RefusedBySip => "Rejected before they were read",
        Counter::Overload => "Dropped under load",
        Counter::StrayResponse => "Answers to no request",
    }
}
