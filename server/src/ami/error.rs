//! Errors of AMI, each with what an admin has to mend.

use super::wire::WireError;

/// Why a manager did not carry out an action. `at` is the manager's host and port: `10.0.0.4:5038`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmiError {
    /// The manager cannot be reached.
    #[error(
        "the manager at {at} cannot be reached: {reason}; see `enabled`, `bindaddr` and `port` in manager.conf, and the firewall"
    )]
    Unreachable {
        /// Host and port of the manager.
        at: String,
        /// Error of the operating system.
        reason: String,
    },
    /// The TLS handshake fails.
    #[error(
        "the manager at {at} and lampfield do not agree on TLS: {reason}; see `tlsenable`, `tlsbindaddr` and `tlscertfile` in manager.conf, and `roots` and `tls_name` under [peer.ami]"
    )]
    Tls {
        /// Host and port of the manager.
        at: String,
        /// Error of the handshake.
        reason: String,
    },
    /// The service at that port speaks no AMI.
    #[error("at {at} {wire}; see `port` under [peer.ami]")]
    NoManager {
        /// Host and port.
        at: String,
        /// What the service sent.
        wire: WireError,
    },
    /// The manager accepts the connection and says nothing.
    #[error("the manager at {at} does not answer; if it expects TLS, say `tls = true` under [peer.ami]")]
    Silent {
        /// Host and port of the manager.
        at: String,
    },
    /// The manager ended the connection.
    #[error("the manager at {at} ended the connection")]
    Closed {
        /// Host and port of the manager.
        at: String,
    },
    /// The manager refuses the login.
    #[error(
        "the manager at {at} refuses the login of `{user}`: {message}; see the section [{user}] in manager.conf: its `secret`, and whether `permit` and `deny` let lampfield's address in"
    )]
    Login {
        /// Host and port of the manager.
        at: String,
        /// User of the login.
        user: String,
        /// `Message` of the refusal.
        message: String,
    },
    /// The manager accepts the login but not the action.
    #[error("`{user}` may not {action}: add `{class}` to `write` in the section [{user}] of manager.conf")]
    Denied {
        /// User of the login.
        user: String,
        /// Action that was refused.
        action: String,
        /// Class that `write` lacks.
        class: &'static str,
    },
    /// The action is allowed, and fails.
    #[error("Asterisk does not do {action}: {message}{}", advice(.message))]
    Failed {
        /// Action that failed.
        action: String,
        /// `Message` of the failure.
        message: String,
    },
    /// The manager accepts the action and does not send the value that it read.
    #[error("the manager at {at} accepts {action}, but does not return what it read")]
    Untold {
        /// Host and port of the manager.
        at: String,
        /// Action that reads a value.
        action: String,
    },
    /// The action has a name that AMI cannot carry.
    #[error("{action} holds a name that cannot be sent to a manager")]
    Unfit {
        /// Action with that name.
        action: String,
    },
}

/// How far an error reaches: what would fail for the same reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Only the action; the connection is good for the next one.
    Action,
    /// The connection; a fresh one may do better.
    Connection,
    /// The manager; every action would fail now.
    Manager,
}

impl AmiError {
    /// Whether the action may have been carried out nevertheless: it was sent, or may have been, and nobody answered.
    pub const fn leaves_open(&self) -> bool {
        !matches!(self.extent(), Extent::Action)
    }

    /// What else would fail for the same reason.
    pub(super) const fn extent(&self) -> Extent {
        match self {
            Self::Closed { .. } | Self::Untold { .. } => Extent::Connection,
            Self::Unreachable { .. }
            | Self::Tls { .. }
            | Self::NoManager { .. }
            | Self::Silent { .. }
            | Self::Login { .. } => Extent::Manager,
            Self::Denied { .. } | Self::Failed { .. } | Self::Unfit { .. } => Extent::Action,
        }
    }
}

/// Advice for the answer of an Asterisk that lacks a module.
fn advice(message: &str) -> &'static str {
    if message.eq_ignore_ascii_case("Variable not set") { "; is its module func_devstate loaded?" } else { "" }
}
