//! Who asks, and what they may.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use lampfield_shared::Role;
use lampfield_shared::account::{BOARD_ALL, NoAccount};

use super::client::Sender;
use super::problem::Problem;
use crate::identity::{Actor, HeldSession, Holder, Proof};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The whole world; nobody is asked who they are.
    Anyone,
    /// Whoever has a role at all, even before they have replaced their one-time password.
    Someone,
    /// Whoever has this role or a higher one.
    AtLeast(Role),
}

/// Who asks. A handler that takes this stands behind the guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account or the screen; `None` for whoever is not logged in where the board is open.
    pub name: Option<String>,
    /// What they may.
    pub role: Role,
    /// From where.
    pub(super) sender: Sender,
    /// What they hold; `None` for whoever is not logged in.
    pub(super) session: Option<HeldSession>,
}

impl Caller {
    /// Who they are in the record of what was done.
    pub fn actor(&self) -> Actor {
        let who = match (&self.name, self.role) {
            (None, _) => NoAccount::Guest.to_string(),
            (Some(name), Role::Screen) => NoAccount::Screen(name).to_string(),
            (Some(name), _) => name.clone(),
        };
        let proof = self.session.as_ref().map_or(Proof::Open, HeldSession::proof);
        Actor { who, address: Some(self.sender.to_string()), proof }
    }

    /// The number of their account.
    pub(super) fn account(&self) -> Option<i64> {
        match self.session.as_ref()?.holder {
            Holder::Account { id, .. } => Some(id),
            Holder::Screen { .. } => None,
        }
    }

    /// The one board that they may see, where they are a screen whose link is not for all lamps.
    pub(super) fn board(&self) -> Option<&str> {
        match &self.session.as_ref()?.holder {
            Holder::Screen { board } => Some(board.as_str()).filter(|board| *board != BOARD_ALL),
            Holder::Account { .. } => None,
        }
    }

    /// Under which name their favourites and notes are kept.
    pub(super) fn owner(&self) -> String {
        self.name.clone().filter(|_| self.account().is_some()).unwrap_or_default()
    }

    pub(super) fn must_change_password(&self) -> bool {
        let holder = self.session.as_ref().map(|session| &session.holder);
        matches!(holder, Some(Holder::Account { must_change_password: true, .. }))
    }

    /// Whether a route is theirs.
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
        // Absent only behind `Access::Anyone`, where no handler asks: that would be our mistake.
        parts.extensions.get().cloned().ok_or(Problem::Mistake)
    }
}
