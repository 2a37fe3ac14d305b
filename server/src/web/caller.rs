//! The caller of a route, and what they may.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use lampfield_shared::Role;
use lampfield_shared::account::{BOARD_ALL, NoAccount};

use super::client::Sender;
use super::problem::Problem;
use crate::identity::{Actor, HeldSession, Holder, Proof};

/// Access to a route: who may use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone; the caller is not even looked for.
    Anyone,
    /// Callers with any role, even before they have replaced their one-time password.
    Someone,
    /// Callers with this role or a higher one.
    AtLeast(Role),
}

/// Who makes a request. A handler that takes this stands behind the guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Name of the account or the screen; `None` for a guest, who is not logged in where the board is open.
    pub name: Option<String>,
    /// Role, which decides what they may.
    pub role: Role,
    /// Address that the request comes from.
    pub(super) sender: Sender,
    /// Session that they hold; `None` for a guest.
    pub(super) session: Option<HeldSession>,
}

impl Caller {
    /// The caller as the author of an order, and in the audit log.
    pub fn actor(&self) -> Actor {
        let who = match (&self.name, self.role) {
            (None, _) => NoAccount::Guest.to_string(),
            (Some(name), Role::Screen) => NoAccount::Screen(name).to_string(),
            (Some(name), _) => name.clone(),
        };
        let proof = self.session.as_ref().map_or(Proof::Open, HeldSession::proof);
        Actor { who, address: Some(self.sender.to_string()), proof }
    }

    /// Number of their account; `None` for screens and guests.
    pub(super) fn account(&self) -> Option<i64> {
        match self.session.as_ref()?.holder {
            Holder::Account { id, .. } => Some(id),
            Holder::Screen { .. } => None,
        }
    }

    /// The one board that a screen may see; `None` for everybody else, and for a screen of all lamps.
    pub(super) fn board(&self) -> Option<&str> {
        match &self.session.as_ref()?.holder {
            Holder::Screen { board } => Some(board.as_str()).filter(|board| *board != BOARD_ALL),
            Holder::Account { .. } => None,
        }
    }

    /// Name under which their favourites and notes are kept; guests share the empty name.
    pub(super) fn owner(&self) -> String {
        self.name.clone().filter(|_| self.account().is_some()).unwrap_or_default()
    }

    pub(super) fn must_change_password(&self) -> bool {
        let holder = self.session.as_ref().map(|session| &session.holder);
        matches!(holder, Some(Holder::Account { must_change_password: true, .. }))
    }

    /// Checks that they may use a route.
    pub(super) fn may(&self, access: Access) -> Result<(), Problem> {
        let Access::AtLeast(needed) = access else { return Ok(()) };
        match &self.session {
            _ if self.must_change_password() => Err(Problem::PasswordDue),
            _ if self.role >= needed => Ok(()),
            None => Err(Problem::LoginNeeded),
            Some(_) => Err(Problem::NotYours { role: self.role, needed }),
        }
    }

    pub(super) fn of(held: HeldSession, sender: Sender) -> Self {
        Self { name: Some(held.name.clone()), role: held.role, sender, session: Some(held) }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        // The guard puts the caller there, but for routes of `Access::Anyone`, whose handlers take none.
        parts.extensions.get().cloned().ok_or(Problem::Mistake)
    }
}
