//! Sessions: how they are begun, looked up, listed and ended.
//!
//! The browser holds a random token, the store only its hash: who reads the file cannot log in with what stands there.

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use lampfield_shared::account::Session;
use lampfield_shared::{Role, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, params};

use super::column::{milliseconds, own_dnd, role, timestamp};
use super::order::{BeginScreenSession, BeginSession, Begun, EndSession, MOST_SESSIONS, NewSession, SeeSessions};
use super::seen::{Seen, WRITE_EVERY};
use super::{Store, StoreError};
use crate::identity::{
    Actor, Entry, HeldSession, Holder, Lifetime, Origin, Proof, Proved, RunOut, Token, TokenHash, Unproved,
};

/// A use that is not written yet may be newer by this than what is kept: a minute until it is due, and one to spare.
pub(super) const UNWRITTEN: Duration = Duration::from_secs(2 * WRITE_EVERY.as_secs());

/// Uses that one order takes.
const USES_OF_AN_ORDER: usize = 1_000;

const SELECT: &str = "SELECT session.id, session.created, session.last_seen, session.address, session.browser,
        account.id AS account, account.must_change_password, account.display_name, account.exten, account.own_dnd,
        account.role AS role, screen.board,
        coalesce(account.name, screen.name) AS name
    FROM session LEFT JOIN account ON account.id = session.account LEFT JOIN screen ON screen.id = session.screen";

/// Which session is meant.
enum Which {
    Token(TokenHash),
    Id(i64),
}

/// Whose sessions are meant.
enum Whose {
    Account(i64),
    Link(TokenHash),
}

impl Store {
    /// Begins a session of an account whose password was `proved`, where that still stands; the sessions of the
    /// tokens `former` end with that.
    ///
    /// # Errors
    /// As [`Store::order`].
    pub async fn begin_session(
        &self,
        now: Timestamp,
        (name, proved): (String, Proved),
        origin: Origin,
        former: Vec<Token>,
        lifetime: Lifetime,
    ) -> Result<Token, StoreError> {
        let token = Token::new();
        let uses = self.uses_where_full(Whose::Account(proved.account)).await?;
        let by = Actor { who: name, address: Some(origin.address.clone()), proof: Proof::Password(proved) };
        let session = NewSession { token: token.hash(), origin, run_out: lifetime.run_out(now, UNWRITTEN) };
        let former = former.iter().map(Token::hash).collect();
        let Ok(()) = self.order(now, by, BeginSession { session, former, uses }).await?;
        Ok(token)
    }

    /// Exchanges the token of a screen's link for a session: one of the `held`, where that is of this screen, else a
    /// new one.
    ///
    /// # Errors
    /// As [`Store::order`].
    pub async fn begin_screen_session(
        &self,
        now: Timestamp,
        link: &Token,
        held: Vec<Token>,
        origin: Origin,
    ) -> Result<Entry, StoreError> {
        let (token, link) = (Token::new(), link.hash());
        let uses = self.uses_where_full(Whose::Link(link)).await?;
        let by = Actor { proof: Proof::Link(link), ..Actor::program("screen") };
        let hashes = held.iter().map(Token::hash).collect();
        let begin = BeginScreenSession { token: token.hash(), held: hashes, origin, uses };
        match self.order(now, by, begin).await {
            Ok(Ok(Begun::New)) => Ok(Entry::Open(token)),
            Ok(Ok(Begun::Held(hash))) => {
                Ok(held.into_iter().find(|it| it.hash() == hash).map_or(Entry::Gone, Entry::Open))
            }
            Ok(Ok(Begun::Full)) => Ok(Entry::Full),
            Err(StoreError::Unproved(Unproved::Link)) => Ok(Entry::Gone),
            Err(error) => Err(error),
        }
    }

    /// When the sessions of a holder were last used, where one of them has to give way to another.
    async fn uses_where_full(&self, whose: Whose) -> Result<Vec<(i64, Timestamp)>, StoreError> {
        let ids = move |connection: &Connection| {
            let (sql, value): (_, &dyn ToSql) = match &whose {
                Whose::Account(account) => ("SELECT id FROM session WHERE account = ?1", account),
                Whose::Link(link) => {
                    ("SELECT id FROM session WHERE screen = (SELECT id FROM screen WHERE token = ?1)", link.as_bytes())
                }
            };
            connection
                .prepare_cached(sql)?
                .query_map([value], |row| row.get(0))?
                .collect::<rusqlite::Result<Vec<i64>>>()
        };
        let ids = self.read(ids).await?;
        Ok(if ids.len() < MOST_SESSIONS as usize { Vec::new() } else { self.seen().of(&ids) })
    }

    /// The session of a token, where it holds.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn session(
        &self,
        now: Timestamp,
        token: &Token,
        lifetime: Lifetime,
    ) -> Result<Option<HeldSession>, StoreError> {
        self.look_up(now, Which::Token(token.hash()), lifetime).await
    }

    /// The session of a number, where it still holds.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn session_by_id(
        &self,
        now: Timestamp,
        id: i64,
        lifetime: Lifetime,
    ) -> Result<Option<HeldSession>, StoreError> {
        self.look_up(now, Which::Id(id), lifetime).await
    }

    /// Looks a session up, which is a use of it.
    async fn look_up(
        &self,
        now: Timestamp,
        which: Which,
        lifetime: Lifetime,
    ) -> Result<Option<HeldSession>, StoreError> {
        let Some(found) = self.read(move |connection| find(connection, &which, lifetime)).await? else {
            return Ok(None);
        };
        let is_due = {
            let mut seen = self.seen();
            let last_seen = seen.last(found.held.id).map_or(found.last_seen, |used| found.last_seen.max(used));
            if found.is_over(now, last_seen, lifetime) {
                return Ok(None);
            }
            seen.note(found.held.id, now)
        };
        // The session holds, even where the disk is too full to note its use.
        if is_due && let Err(error) = self.write_uses(now).await {
            tracing::debug!(%error, "when sessions were last used was not written");
        }
        Ok(Some(found.held))
    }

    async fn write_uses(&self, now: Timestamp) -> Result<(), StoreError> {
        let uses = self.seen().all();
        for uses in uses.chunks(USES_OF_AN_ORDER) {
            let Ok(()) = self.order(now, Actor::program("lampfield"), SeeSessions { uses: uses.to_vec() }).await?;
            self.seen().forget(uses);
        }
        Ok(())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.shared.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sessions that hold: all, or those of one account; the one used last first.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn sessions(
        &self,
        now: Timestamp,
        of: Option<i64>,
        current: Option<i64>,
        lifetime: Lifetime,
    ) -> Result<Vec<Session>, StoreError> {
        self.read(move |connection| {
            let sql = format!(
                "{SELECT} WHERE (?1 IS NULL OR session.account = ?1)
                    AND (session.account IS NULL OR (session.last_seen > ?2 AND session.created > ?3))
                    ORDER BY session.last_seen DESC"
            );
            let RunOut { used, begun } = lifetime.run_out(now, UNWRITTEN);
            let session = |row: &Row<'_>| {
                let id = row.get("id")?;
                Ok(Session {
                    id,
                    name: row.get("name")?,
                    role: role_of(row)?,
                    created: timestamp(row.get("created")?),
                    last_seen: timestamp(row.get("last_seen")?),
                    address: row.get("address")?,
                    browser: row.get("browser")?,
                    current: current == Some(id),
                })
            };
            let values = params![of, milliseconds(used), milliseconds(begun)];
            connection.prepare_cached(&sql)?.query_map(values, session)?.collect()
        })
        .await
    }

    /// Ends a session: any, or only one of the account `of`. Tells whether there was one. `action` is what the audit
    /// log calls it.
    ///
    /// # Errors
    /// As [`Store::order`].
    pub async fn end_session(
        &self,
        now: Timestamp,
        actor: Actor,
        id: i64,
        of: Option<i64>,
        action: &'static str,
    ) -> Result<bool, StoreError> {
        let Ok(was_there) = self.order(now, actor, EndSession { id, of, action: action.into() }).await?;
        Ok(was_there)
    }
}

struct Found {
    held: HeldSession,
    created: Timestamp,
    last_seen: Timestamp,
}

impl Found {
    /// Whether the session has run out; a screen's never does.
    fn is_over(&self, now: Timestamp, last_seen: Timestamp, lifetime: Lifetime) -> bool {
        match self.held.holder {
            Holder::Account { .. } => lifetime.is_over(now, self.created, last_seen),
            Holder::Screen { .. } => false,
        }
    }
}

fn find(connection: &Connection, which: &Which, lifetime: Lifetime) -> rusqlite::Result<Option<Found>> {
    let found = |row: &Row<'_>| {
        let created = timestamp(row.get("created")?);
        let (holder, ends) = match row.get::<_, Option<i64>>("account")? {
            Some(id) => (
                Holder::Account {
                    id,
                    must_change_password: row.get("must_change_password")?,
                    display_name: row.get("display_name")?,
                    exten: row.get::<_, Option<String>>("exten")?.map(Into::into),
                    own_dnd: own_dnd(&row.get::<_, String>("own_dnd")?),
                },
                Some(lifetime.ends(created)),
            ),
            None => (Holder::Screen { board: row.get("board")? }, None),
        };
        Ok(Found {
            held: HeldSession { id: row.get("id")?, holder, name: row.get("name")?, role: role_of(row)?, ends },
            created,
            last_seen: timestamp(row.get("last_seen")?),
        })
    };
    let (condition, value): (_, &dyn ToSql) = match which {
        Which::Token(hash) => ("session.token = ?1", hash.as_bytes()),
        Which::Id(id) => ("session.id = ?1", id),
    };
    connection.prepare_cached(&format!("{SELECT} WHERE {condition}"))?.query_row([value], found).optional()
}

fn role_of(row: &Row<'_>) -> rusqlite::Result<Role> {
    Ok(row.get::<_, Option<String>>("role")?.map_or(Role::Screen, |word| role(&word)))
}
