//! What a browser reaches: the page, the stream, and JSON for whoever asks.
//!
//! ```text
//!  browser ─► serve: door, TLS ─► routes: the table, and auth before each line ─► a handler for each subject
//!                                                                                   └─► state: hub, store, dnd, driver
//! ```
//! All addresses in answers are relative, so that a proxy may put this under any sub-path (it
//! takes the path's own prefix away and ends it with `/`).

mod accounts;
mod address;
mod assets;
mod auth;
mod boards;
mod caller;
mod client;
mod cookie;
mod dnd;
mod door;
mod doorkeeper;
mod entered;
mod events;
mod forgery;
mod headers;
mod health;
mod lamps;
mod me;
mod name;
mod naming;
mod pace;
mod peers;
mod plain;
mod problem;
mod routes;
mod sent;
mod serve;
mod session;
mod settings;
mod state;
#[cfg(test)]
mod tests;
mod throttle;
mod wall;

pub use assets::Assets;
pub use caller::{Access, Caller};
pub use doorkeeper::Doorkeeper;
pub use routes::router;
pub use serve::serve;
pub use settings::{PrivacySettings, TlsSettings, WebSettings};
pub use state::WebState;
