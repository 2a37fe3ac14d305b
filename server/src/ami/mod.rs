//! The manager interface of an Asterisk (AMI), as far as "do not disturb" needs it: three actions on Asterisk's
//! database, and one that sets a device's state. No events, no calls, no commands.
//!
//! ```text
//!  Action ──text──► Link: one connection, on demand ──► Asterisk
//!  ActionResponse ◄ Exchange (ActionID) ◄ Framer (lines) ◄─┘
//! ```
//! [`wire`] is pure; [`link`](Link) does the IO. The crates for AMI cover all of it, follow its events and reconnect
//! for ever. Four actions on demand, with errors that name the line of `manager.conf` to mend, are less code than
//! wrapping such a crate.
//!
//! The rights that each action needs were tried with Asterisk 16 and 22: `DBGet`, `DBPut` and `DBDel` need the class
//! `system`, `SetVar` the class `call`, all of them in `write`; nothing is needed in `read`.

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
use wire::HeaderValue;

use crate::transport::Lookup;

/// How to reach the manager of one Asterisk, and how to log in.
#[derive(Clone)]
pub struct AmiSettings {
    /// Host: an address or a name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Section of `manager.conf`.
    pub user: HeaderValue,
    /// The section's `secret`.
    pub secret: HeaderValue,
    /// Settings of TLS; `None`: plain TCP.
    pub tls: Option<AmiTls>,
    /// How the host's name is looked up.
    pub names: Lookup,
    /// Time limit of the connection, and then of each answer.
    pub patience: Duration,
}

/// TLS to a manager.
#[derive(Debug, Clone)]
pub struct AmiTls {
    /// Settings of rustls, with the authorities that we trust.
    pub config: Arc<ClientConfig>,
    /// Name that the manager's certificate must show.
    pub name: ServerName<'static>,
}

/// Asterisk's port for AMI (`manager.conf`, `port`).
pub const PORT: u16 = 5038;
/// Asterisk's port for AMI over TLS (`tlsbindaddr`).
pub const TLS_PORT: u16 = 5039;

/// Time limit of a connection or an answer. Asterisk answers a refused login after one second; a manager that takes
/// longer than this hangs.
pub const PATIENCE: Duration = Duration::from_secs(3);

impl fmt::Debug for AmiSettings {
    /// Prints everything but the secret.
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
