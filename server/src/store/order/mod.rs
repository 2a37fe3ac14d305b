//! Orders: each change of what is kept, as a value. Nothing else writes the tables that all orders share.
//!
//! ```text
//!  Store::create_account(…) ─► Order { at, by, do: account.create, … } ─► apply, in one transaction ─► Outcome
//! ```
//! An order can be written down (as JSON) and applied elsewhere: the same orders in the same succession make the same
//! rows of two databases. So an order holds everything that is random or timed – tokens and passwords as hashes,
//! moments, what has run out – and what it depends on, such as `changed` of the board that somebody edited. The entry
//! of the audit log is a part of the order that causes it.
//!
//! What the board last knew is no order (`last_known.rs`): each server has ears of its own, and a whole board has no
//! bounded size.

mod account;
mod audit;
mod change;
mod dnd;
mod eid;
mod naming;
mod own;
mod own_board;
mod pause;
mod screen;
mod session;
#[cfg(test)]
mod tests;

use std::io;

use lampfield_shared::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde::{Deserialize, Serialize};

pub(super) use account::{ChangeAccount, CreateAccount, CreateFirstAdmin, RemoveAccount, SetOwnPassword};
pub(super) use audit::Record;
pub(super) use change::Change;
pub(super) use dnd::{ConcludeDnd, KeepDnd};
pub(super) use eid::{BearEid, SpeakAs};
pub(super) use naming::NameExtensions;
pub(super) use own::{ArrangeFavourites, SetChoices, SetFavourite, SetNote};
pub use own::{Favourite, Full, TooManyChoices};
pub use own_board::BoardRefusal;
pub(super) use own_board::{Boards, PutBoard, RemoveBoard};
pub(super) use pause::{NoteRefresh, SetPause};
pub(super) use screen::{CreateScreen, RemoveScreen};
pub(super) use session::{BeginScreenSession, BeginSession, Begun, EndSession, MOST_SESSIONS, NewSession, SeeSessions};

use super::error::StoreError;
use super::write::Write;
use crate::identity::Actor;

/// Longest order, in bytes of JSON. Only names from an imported file (2 MiB) come near; usual orders have 150 to 600.
pub(super) const LONGEST: usize = 16 * 1024 * 1024;

/// A change, who wants it, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Order {
    /// When the order was given.
    pub at: Timestamp,
    /// Who gave it, and what proves that they may.
    pub by: Actor,
    /// What is to change.
    #[serde(flatten)]
    pub action: Action,
}

/// An order that was applied.
pub(super) struct Applied {
    pub outcome: Outcome,
    /// Whether sessions may have ended: who relies on one looks again, once the order is kept.
    pub ends_sessions: bool,
}

impl Order {
    /// An order for this change.
    pub fn new(at: Timestamp, by: Actor, change: impl Into<Action>) -> Self {
        Self { at, by, action: change.into() }
    }

    /// Applies the order in a transaction of its own, where its proof holds.
    ///
    /// # Errors
    /// What SQLite says, or [`StoreError::Unproved`]. Then, and where the outcome is a refusal, the transaction must be
    /// rolled back.
    pub fn apply(&self, transaction: &Transaction<'_>) -> Result<Applied, StoreError> {
        let write = Write::proven(transaction, self.at, &self.by)?;
        let outcome = self.action.apply(&write)?;
        Ok(Applied { outcome, ends_sessions: write.ends_sessions() })
    }

    /// Refuses an order that is longer than [`LONGEST`].
    ///
    /// # Errors
    /// [`StoreError::TooLong`].
    pub fn check_length(&self) -> Result<(), StoreError> {
        let mut length = Length(0);
        serde_json::to_writer(&mut length, self).map_err(|_| StoreError::TooLong)
    }
}

/// Applies orders, all or none, to a database that no server has open yet.
///
/// # Errors
/// As [`Order::apply`].
pub(super) fn apply_all(connection: &mut Connection, orders: &[Order]) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for order in orders {
        order.apply(&transaction)?;
    }
    Ok(transaction.commit()?)
}

/// Counts what is written, up to [`LONGEST`].
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        if self.0 > LONGEST { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A change that has its word among the orders.
pub(super) trait Ordered: Change + Into<Action> {
    /// The outcome of this change; `None` for the outcome of another.
    fn outcome(outcome: Outcome) -> Option<Result<Self::Done, Self::Refused>>;
}

/// Lists the changes with their words in JSON: from here come the order's enum, that of the outcomes, and the way from
/// each change to both.
macro_rules! orders {
    ($($word:literal $change:ident,)+) => {
        /// What an order changes.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "do")]
        pub(super) enum Action {
            $(#[serde(rename = $word)] $change($change),)+
        }

        /// What came of an order: what is answered, or why it is refused.
        pub(super) enum Outcome {
            $($change(Result<<$change as Change>::Done, <$change as Change>::Refused>),)+
        }

        impl Action {
            /// The words of all changes.
            #[cfg(test)]
            const WORDS: &[&'static str] = &[$($word),+];

            fn apply(&self, write: &Write<'_>) -> Result<Outcome, StoreError> {
                match self {
                    $(Self::$change(change) => change.apply(write).map(Outcome::$change),)+
                }
            }
        }

        impl Outcome {
            /// Whether nothing is to be kept.
            pub fn is_refused(&self) -> bool {
                match self {
                    $(Self::$change(outcome) => outcome.is_err(),)+
                }
            }
        }

        $(
            impl From<$change> for Action {
                fn from(change: $change) -> Self {
                    Self::$change(change)
                }
            }

            impl Ordered for $change {
                fn outcome(outcome: Outcome) -> Option<Result<Self::Done, Self::Refused>> {
                    match outcome {
                        Outcome::$change(outcome) => Some(outcome),
                        _ => None,
                    }
                }
            }
        )+
    };
}

orders! {
    "account.first" CreateFirstAdmin,
    "account.create" CreateAccount,
    "account.change" ChangeAccount,
    "account.remove" RemoveAccount,
    "account.password" SetOwnPassword,
    "session.begin" BeginSession,
    "session.screen" BeginScreenSession,
    "session.end" EndSession,
    "session.seen" SeeSessions,
    "screen.create" CreateScreen,
    "screen.remove" RemoveScreen,
    "favourite.set" SetFavourite,
    "favourite.arrange" ArrangeFavourites,
    "note.set" SetNote,
    "choice.set" SetChoices,
    "board.put" PutBoard,
    "board.remove" RemoveBoard,
    "extension.name" NameExtensions,
    "peer.pause" SetPause,
    "peer.refresh" NoteRefresh,
    "dnd.keep" KeepDnd,
    "dnd.conclude" ConcludeDnd,
    "audit.record" Record,
    "eid.bear" BearEid,
    "eid.speak" SpeakAs,
}
