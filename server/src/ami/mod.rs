//! The manager interface of an Asterisk (AMI), as far as "do not disturb" needs it: three actions on
//! its database, and one that sets a device's state. No events, no calls, no commands.
//!
//! ```text
//!  Action ──text──► Link: one connection, on demand ──► Asterisk
//!  Answer ◄─ Exchange (whose ActionID) ◄─ Framer (lines) ◄─┘
//! ```
//! [`wire`] is pure; [`link`](Link) does the IO. The crates there are speak all of AMI, follow its events and
//! reconnect by themselves for ever; four actions on demand, with errors that name what to mend in
//! `manager.conf`, are less code than their wrapping would be.
//!
//! What each action needs was tried with Asterisk 16 and 22: `DBGet`, `DBPut` and `DBDel` the class
//! `system`, `SetVar` the class `call`, all of them in `write`; nothing in `read`.

mod error;
mod exchange;
mod link;
#[cfg(test)]
mod tests;
pub mod wire;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use error::AmiError;
pub use link::Link;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;
use wire::Word;

use crate::transport::Lookup;

/// How to reach the manager of one Asterisk.
#[derive(Clone)]
pub struct AmiSettings {
    /// Its host, an address or a name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The section of `manager.conf`.
    pub user: Word,
    /// Its `secret`.
    pub secret: Word,
    /// With TLS, and how.
    pub tls: Option<AmiTls>,
    /// How that is looked up.
    pub names: Lookup,
    /// How long a connection, and then each answer, may take.
    pub patience: Duration,
}

/// TLS towards a manager.
#[derive(Debug, Clone)]
pub struct AmiTls {
    /// Whom we trust.
    pub config: Arc<ClientConfig>,
    /// Whose certificate it must be.
    pub name: ServerName<'static>,
}

/// Asterisk's port for AMI (`manager.conf`, `port`).
pub const PORT: u16 = 5038;
/// The same over TLS (`tlsbindaddr`).
pub const TLS_PORT: u16 = 5039;

/// A refused login is answered after a second; anything that takes longer than this hangs.
pub const PATIENCE: Duration = Duration::from_secs(3);

impl fmt::Debug for AmiSettings {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, user: _, secret: _, tls, names, patience } = self;
        f.debug_struct("AmiSettings")
            .field("host", host)
            .field("port", port)
            .field("tls", &tls.is_some())
            .field("names", names)
            .field("patience", patience)
            .finish_non_exhaustive()
    }
}
