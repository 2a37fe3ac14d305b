//! Who does something, as the audit log names them.

use serde::{Deserialize, Serialize};

use super::proof::Proof;

/// Who gives an order, from where, and why they may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// An account, somebody who has [none](lampfield_shared::account::NoAccount), a PBX, or a program.
    pub who: String,
    /// Address that they came from; `None` for a program.
    pub address: Option<String>,
    /// Checked again in the transaction that writes.
    pub proof: Proof,
}

impl Actor {
    /// The server itself, or something that the server follows: a timer, a PBX.
    pub fn program(name: &str) -> Self {
        Self { who: name.into(), address: None, proof: Proof::Server }
    }

    /// A command that an admin gives at the machine, such as `lampfield set-password`.
    pub fn command_line(name: &str) -> Self {
        Self { who: name.into(), address: None, proof: Proof::CommandLine }
    }

    /// This actor for the rest of work that was begun: a PBX was told already, so the outcome is kept even where the
    /// session has ended meanwhile.
    #[must_use]
    pub fn to_the_end(self) -> Self {
        Self { proof: Proof::Begun, ..self }
    }
}
