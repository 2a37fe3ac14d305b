//! HTTP: the page, the event stream, and the JSON API.
//!
//! ```text
//!  browser ─► serve: door, TLS ─► routes: the table, and auth before each line ─► a handler for each subject
//!                                                                                   └─► state: hub, store, dnd, driver
//! ```
//! All addresses in answers are relative, so that a proxy may serve this under any sub-path. The proxy strips the
//! prefix, and makes the prefix end with `/`.

mod accepted;
mod accounts;
mod address;
mod assets;
mod audit;
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
