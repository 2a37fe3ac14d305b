//! Why a manager did not do what it was asked, and what to mend.

use super::wire::WireError;

/// See the module. `at` is where the manager is looked for: `10.0.0.4:5038`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmiError {
    /// Nobody is there.
    #[error(
        "the manager at {at} cannot be reached: {reason}; see `enabled`, `bindaddr` and `port` in manager.conf, and the firewall"
    )]
    Unreachable {
        /// Where.
        at: String,
        /// What the system says.
        reason: String,
    },
    /// No TLS comes about.
    #[error(
        "the manager at {at} and lampfield do not agree on TLS: {reason}; see `tlsenable`, `tlsbindaddr` and `tlscertfile` in manager.conf, and `roots` and `tls_name` under [peer.ami]"
    )]
    Tls {
        /// Where.
        at: String,
        /// What rustls says.
        reason: String,
    },
    /// Something else is there.
    #[error("at {at} {wire}; see `port` under [peer.ami]")]
    NoManager {
        /// Where.
        at: String,
        /// What it sent.
        wire: WireError,
    },
    /// It is there and says nothing.
    #[error("the manager at {at} does not answer; if it expects TLS, say `tls = true` under [peer.ami]")]
    Silent {
        /// Where.
        at: String,
    },
    /// It ended the connection.
    #[error("the manager at {at} ended the connection")]
    Closed {
        /// Where.
        at: String,
    },
    /// It does not let us in.
    #[error(
        "the manager at {at} refuses the login of `{user}`: {message}; see the section [{user}] in manager.conf: its `secret`, and whether `permit` and `deny` let lampfield's address in"
    )]
    Login {
        /// Where.
        at: String,
        /// As whom.
        user: String,
        /// What it says.
        message: String,
    },
    /// It lets us in, but not do this.
    #[error("`{user}` may not {action}: add `{class}` to `write` in the section [{user}] of manager.conf")]
    Denied {
        /// Who.
        user: String,
        /// What.
        action: String,
        /// The class that is missing.
        class: &'static str,
    },
    /// It may be done, and fails.
    #[error("Asterisk does not do {action}: {message}{}", advice(.message))]
    Failed {
        /// What.
        action: String,
        /// What it says.
        message: String,
    },
    /// What was to be read was not told.
    #[error("the manager at {at} takes {action}, and does not tell what it read")]
    Untold {
        /// Where.
        at: String,
        /// What.
        action: String,
    },
    /// A name that AMI has no way to carry.
    #[error("{action} has a name in it that cannot be sent to a manager")]
    Unfit {
        /// What.
        action: String,
    },
}

/// How far an error reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The connection is good for the next action.
    Action,
    /// A fresh connection may do better.
    Connection,
    /// Whatever is asked now, nothing will be done.
    Manager,
}

impl AmiError {
    /// Whether the action may have been done all the same: it was sent, or may have been, and nobody answered.
    pub const fn leaves_open(&self) -> bool {
        !matches!(self.scope(), Scope::Action)
    }

    /// Whom it would befall, too.
    pub(super) const fn scope(&self) -> Scope {
        match self {
            Self::Closed { .. } | Self::Untold { .. } => Scope::Connection,
            Self::Unreachable { .. }
            | Self::Tls { .. }
            | Self::NoManager { .. }
            | Self::Silent { .. }
            | Self::Login { .. } => Scope::Manager,
            Self::Denied { .. } | Self::Failed { .. } | Self::Unfit { .. } => Scope::Action,
        }
    }
}

/// What is behind the answer of an Asterisk that lacks a part.
fn advice(message: &str) -> &'static str {
    if message.eq_ignore_ascii_case("Variable not set") { "; is its module func_devstate loaded?" } else { "" }
}
