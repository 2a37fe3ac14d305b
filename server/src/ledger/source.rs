//! Sources of news: the event package by which a peer tells something.

/// A source of facts at a peer. Each is lost and asked for by itself: a missed message of one makes no other doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// `Event: asterisk-devicestate`: states of devices, for each entity id. Told again on request.
    DeviceStates,
    /// `Event: asterisk-mwi`: counts of mailboxes. Told again on request.
    Mailboxes,
    /// `Event: dialog` and `presence`: states of extensions. These cannot be asked for.
    ExtensionStates,
}
