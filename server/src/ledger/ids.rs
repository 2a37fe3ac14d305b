//! The numbers by which peers, devices, mailboxes and extensions are known everywhere behind the ledger.

/// A peer by its place in the configuration. Two bytes: each fact has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(u16);

impl PeerId {
    /// lampfield itself.
    pub const OWN: Self = Self(u16::MAX);

    /// The peer at that place. Whoever configures more than 65,534 peers has the last ones share a number.
    pub fn at(place: usize) -> Self {
        Self(u16::try_from(place).unwrap_or(u16::MAX).min(u16::MAX - 1))
    }

    /// Whether it is lampfield itself.
    pub const fn is_own(self) -> bool {
        self.0 == Self::OWN.0
    }

    /// Place of the peer in a list of all peers.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// Makes the number of something by the order in which it became known. Nothing is ever taken away, so a number stays good.
macro_rules! number {
    ($(#[$doc:meta])* $visibility:vis $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        $visibility struct $name(u32);

        impl $name {
            /// The number of the one at that place. Four thousand million of them do not fit into memory.
            pub fn at(place: usize) -> Self {
                Self(u32::try_from(place).unwrap_or(u32::MAX))
            }

            /// Place in a list of all.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl From<$name> for usize {
            fn from(id: $name) -> Self {
                id.index()
            }
        }
    };
}
pub(crate) use number;

number! {
    /// A device by the order in which it became known.
    pub DeviceId
}

number! {
    /// A mailbox by the order in which it was first told of.
    pub MailboxId
}

number! {
    /// An extension by the order in which a peer first published its state.
    pub ExtensionId
}
