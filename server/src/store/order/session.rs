//! Changes of sessions: begun, seen, ended.
//!
//! A session is issued only to what the order's proof names: the account of a password, the screen of a link.

use std::convert::Infallible;

use lampfield_shared::Timestamp;
use rusqlite::{OptionalExtension as _, Params, params};
use serde::{Deserialize, Serialize};

use super::audit::{record, record_of};
use super::change::{Change, Verdict};
use crate::identity::{Deed, Origin, Proof, RunOut, TokenHash, Unproved};
use crate::store::column::milliseconds;
use crate::store::write::Write;

/// An account or a screen has at most so many sessions. Those give way that were never used (a link that was opened and
/// not followed), then the ones used longest ago.
pub(in crate::store) const MOST_SESSIONS: u32 = 50;

/// Addresses that are remembered per account.
const KNOWN_ADDRESSES: u32 = 50;

/// A display that was used within this time is one that hangs on a wall: such a display asks every ten seconds, and
/// what is kept of that is up to a minute old.
const ALIVE_MILLISECONDS: u64 = 3 * 60_000;

/// Sessions by number, each with the moment of its last use.
type Uses = Vec<(i64, Timestamp)>;

/// A session that is to begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct NewSession {
    pub token: TokenHash,
    pub origin: Origin,
    /// Sessions that are taken away on this occasion.
    pub run_out: RunOut,
}

/// Begins a session of the account whose password is the order's proof. The sessions of the `former` tokens end with
/// that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct BeginSession {
    pub session: NewSession,
    pub former: Vec<TokenHash>,
    /// When the account's sessions were last used, where one of them has to give way.
    pub uses: Uses,
}

impl Change for BeginSession {
    type Done = ();
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        let Proof::Password(proved) = &write.by.proof else { return Err(Unproved::Password.into()) };
        for former in &self.former {
            if let Some(whose) = end(write, "token = ?1", params![former.as_bytes()])? {
                record_of(write, &whose, &Deed::done("logout", whose.as_str()))?;
                write.end_sessions();
            }
        }
        see(write, &self.uses)?;
        issue(write, proved.account, &self.session)?;
        Ok(Ok(record(write, &Deed::done("login", write.by.who.as_str()))?))
    }
}

/// Exchanges the link that is the order's proof for a session of its screen: one of the `held`, where that is of this
/// screen, else a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct BeginScreenSession {
    pub token: TokenHash,
    pub held: Vec<TokenHash>,
    pub origin: Origin,
    /// As of [`BeginSession`].
    pub uses: Uses,
}

/// What somebody finds who comes by a screen's link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Begun {
    /// A new session.
    New,
    /// The session that they had already.
    Held(TokenHash),
    /// So many displays are alive that one more would push one out.
    Full,
}

impl Change for BeginScreenSession {
    type Done = Begun;
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        let Proof::Link(link) = &write.by.proof else { return Err(Unproved::Link.into()) };
        let sql = "UPDATE screen SET last_seen = max(coalesce(last_seen, 0), ?2) WHERE token = ?1 RETURNING id";
        let screen: i64 = write.query_row(sql, params![link.as_bytes(), milliseconds(write.at)], |row| row.get(0))?;
        for token in &self.held {
            let sql = "SELECT 1 FROM session WHERE token = ?1 AND screen = ?2";
            if write.prepare_cached(sql)?.exists(params![token.as_bytes(), screen])? {
                return Ok(Ok(Begun::Held(*token)));
            }
        }
        see(write, &self.uses)?;
        let sql = "SELECT count(*) FROM session WHERE screen = ?1 AND last_seen > created AND last_seen > ?2";
        let alive = milliseconds(Timestamp(write.at.0.saturating_sub(ALIVE_MILLISECONDS)));
        let alive: u32 = write.query_row(sql, params![screen, alive], |row| row.get(0))?;
        if alive >= MOST_SESSIONS {
            return Ok(Ok(Begun::Full));
        }
        insert(write, &self.token, ("screen", screen), &self.origin)?;
        Ok(Ok(Begun::New))
    }
}

/// Ends a session: any, or only one of this account. The answer tells whether there was one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct EndSession {
    pub id: i64,
    /// The only account whose session may be ended.
    pub of: Option<i64>,
    /// Action in the audit log: `logout` or `session.end`.
    pub action: String,
}

impl Change for EndSession {
    type Done = bool;
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        let Some(whose) = end(write, "id = ?1 AND (?2 IS NULL OR account = ?2)", params![self.id, self.of])? else {
            return Ok(Ok(false));
        };
        record(write, &Deed::done(self.action.clone(), whose))?;
        write.end_sessions();
        Ok(Ok(true))
    }
}

/// Notes when sessions were last used. The later moment counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct SeeSessions {
    pub uses: Uses,
}

impl Change for SeeSessions {
    type Done = ();
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        Ok(Ok(see(write, &self.uses)?))
    }
}

fn see(write: &Write<'_>, uses: &Uses) -> rusqlite::Result<()> {
    for (id, used) in uses {
        let used = milliseconds(*used);
        write
            .prepare_cached("UPDATE session SET last_seen = max(last_seen, created + 1, ?2) WHERE id = ?1")?
            .execute([*id, used])?;
        write
            .prepare_cached(
                "UPDATE screen SET last_seen = max(coalesce(last_seen, 0), ?2)
                 WHERE id = (SELECT screen FROM session WHERE id = ?1)",
            )?
            .execute([*id, used])?;
    }
    Ok(())
}

/// Issues a session to an account that has proved who it is. What has run out is taken away, and where the account was
/// logged in from is remembered.
pub(super) fn issue(write: &Write<'_>, account: i64, session: &NewSession) -> rusqlite::Result<()> {
    let NewSession { token, origin, run_out: RunOut { used, begun } } = session;
    let sql = "DELETE FROM session WHERE account IS NOT NULL AND (last_seen <= ?1 OR created <= ?2)";
    write.execute(sql, params![milliseconds(*used), milliseconds(*begun)])?;
    insert(write, token, ("account", account), origin)?;
    let now = milliseconds(write.at);
    write.execute("UPDATE account SET last_login = ?2 WHERE id = ?1", params![account, now])?;
    let sql = "INSERT INTO known_address (account, address, last_login) VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET last_login = excluded.last_login";
    write.execute(sql, params![account, origin.address, now])?;
    let sql = "DELETE FROM known_address WHERE account = ?1 AND address NOT IN
        (SELECT address FROM known_address WHERE account = ?1 ORDER BY last_login DESC, address LIMIT ?2)";
    write.execute(sql, params![account, KNOWN_ADDRESSES]).map(drop)
}

/// Ends the one session that fits, and tells whose it was.
fn end(write: &Write<'_>, which: &'static str, values: impl Params) -> rusqlite::Result<Option<String>> {
    let sql = format!(
        "DELETE FROM session WHERE {which} RETURNING coalesce((SELECT name FROM account WHERE id = account),
            (SELECT name FROM screen WHERE id = screen))"
    );
    write.query_row(&sql, values, |row| row.get(0)).optional()
}

fn insert(
    write: &Write<'_>,
    token: &TokenHash,
    (whose, id): (&'static str, i64),
    origin: &Origin,
) -> rusqlite::Result<()> {
    let sql = format!(
        "INSERT INTO session (token, {whose}, created, last_seen, address, browser) VALUES (?1, ?2, ?3, ?3, ?4, ?5)"
    );
    write.execute(&sql, params![token.as_bytes(), id, milliseconds(write.at), origin.address, origin.browser])?;
    let begun = write.last_insert_rowid();
    let sql = format!(
        "DELETE FROM session WHERE {whose} = ?1 AND id != ?2 AND id NOT IN
            (SELECT id FROM session WHERE {whose} = ?1 AND id != ?2
             ORDER BY last_seen > created DESC, last_seen DESC, id DESC LIMIT ?3)"
    );
    write.execute(&sql, params![id, begun, MOST_SESSIONS - 1]).map(drop)
}
