//! Identity: who somebody is, what they may do, and what proves it. Pure, but for random bytes and the cost of a
//! password.
//!
//! ```text
//!  name + password ─► Proved ───────► Proof::Password ─┐
//!  cookie ─► Token ─► HeldSession ─► Proof::Session ───┼─► an order (`store`) checks the proof again
//!                          └─ own ─► Proof::OwnDnd ────┤
//!  screen's link ─► Token ─► TokenHash ─► Proof::Link ─┘   in the transaction that writes
//! ```
//! Proving and issuing are two steps: a password proves who somebody is ([`Proved`]), and the order that begins
//! the session takes that proof and no name. The order is refused where the password was changed in between.
//!
//! This room knows no database and no HTTP. `store` answers the questions of a [`Proof`] as its [`Witness`], `web`
//! finds out who asks.

pub mod account;
mod actor;
mod deed;
pub mod password;
mod proof;
pub mod role;
mod session;
mod token;

pub use account::{AccountChange, AccountName, AccountNameError, AccountRefusal, Credentials, HolderChange};
pub use actor::Actor;
pub use deed::Deed;
pub use proof::{OwnDndProof, Proof, Proved, SessionProof, Unproved, Witness};
pub use session::{Entry, HeldSession, Holder, Lifetime, Origin, RunOut};
pub use token::{Token, TokenHash};
