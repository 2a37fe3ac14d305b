//! Sessions: logins that still hold, and wall displays that came by their link.

use std::time::Duration;

use lampfield_shared::account::OwnDnd;
use lampfield_shared::{Exten, Role, Timestamp};
use serde::{Deserialize, Serialize};

use super::proof::{OwnDndProof, Proof, SessionProof};
use super::token::Token;

/// How long a login holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Longest time without use; an open board is use.
    pub idle: Duration,
    /// Longest time in all. Sessions of screens have no such end: the link is revoked.
    pub absolute: Duration,
}

impl Lifetime {
    /// Whether a login that was begun and last used then has run out.
    pub fn is_over(self, now: Timestamp, created: Timestamp, last_seen: Timestamp) -> bool {
        let older = |than: Timestamp, limit: Duration| u128::from(now.0.saturating_sub(than.0)) >= limit.as_millis();
        older(last_seen, self.idle) || older(created, self.absolute)
    }

    /// When a login that is begun then ends at the latest.
    pub fn ends(self, created: Timestamp) -> Timestamp {
        Timestamp(created.0.saturating_add(milliseconds(self.absolute)))
    }

    /// Which logins have run out by now, where a use may be up to `unwritten` newer than what is kept of it.
    pub fn run_out(self, now: Timestamp, unwritten: Duration) -> RunOut {
        let before = |limit: Duration| Timestamp(now.0.saturating_sub(milliseconds(limit)));
        RunOut { used: before(self.idle.saturating_add(unwritten)), begun: before(self.absolute) }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Which logins have run out: moments, so that an order means the same whenever it is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunOut {
    /// Logins last used until then.
    pub used: Timestamp,
    /// Logins begun until then.
    pub begun: Timestamp,
}

/// Who holds a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Somebody who logged in.
    Account {
        /// Number of the account.
        id: i64,
        /// Whether the password has to be replaced before anything else.
        must_change_password: bool,
        /// Name by which people know the holder.
        display_name: Option<String>,
        /// Own extension.
        exten: Option<Exten>,
        /// What the account may set there.
        own_dnd: OwnDnd,
    },
    /// A wall display.
    Screen {
        /// Board that the display shows.
        board: String,
    },
}

/// A session that was looked up and held then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSession {
    /// Number of the session.
    pub id: i64,
    /// Whose session this is.
    pub holder: Holder,
    /// Name of the account or the screen.
    pub name: String,
    /// What the holder may do now.
    pub role: Role,
    /// When the session ends at the latest; a screen's has no end.
    pub ends: Option<Timestamp>,
}

impl HeldSession {
    /// What stands for this session in a later write.
    pub fn proof(&self) -> Proof {
        Proof::Session(self.session_proof())
    }

    /// What stands for this session where its account sets "do not disturb" on its own extension, with that extension;
    /// `None` where it has none, or may set nothing there.
    pub fn own_dnd(&self) -> Option<OwnDndProof> {
        match &self.holder {
            Holder::Account { exten: Some(exten), own_dnd: right, .. } if *right > OwnDnd::Nothing => {
                Some(OwnDndProof { session: self.session_proof(), exten: exten.clone(), right: *right })
            }
            Holder::Account { .. } | Holder::Screen { .. } => None,
        }
    }

    const fn session_proof(&self) -> SessionProof {
        SessionProof { id: self.id, role: self.role, ends: self.ends }
    }
}

/// What somebody finds who comes by a screen's link.
#[derive(Clone, PartialEq, Eq)]
pub enum Entry {
    /// Token of their session.
    Open(Token),
    /// The link leads to no screen (any more).
    Gone,
    /// So many displays hang by the link that one more would push one out.
    Full,
}

/// Where a session began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Address of the browser.
    pub address: String,
    /// `User-Agent` of the browser, cut short.
    pub browser: String,
}
