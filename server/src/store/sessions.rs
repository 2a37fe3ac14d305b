//! Sessions: logins that still hold, and wall displays that came by their link.
//!
//! The browser holds a random token, the store only its hash: who reads the file gets nowhere with it.

use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use base16ct::lower;
use lampfield_shared::account::Session;
use lampfield_shared::{Role, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};

use super::audit::{Actor, Deed, record};
use super::column::{milliseconds, role, timestamp};
use super::database::Write;
use super::seen::Seen;
use super::{Proof, Proved, SessionProof, Shared, Store, StoreError, Unproved};

/// A secret of 256 random bits, written as 64 hex digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new one.
    pub fn new() -> Self {
        Self(lower::encode_string(&rand::random::<[u8; 32]>()))
    }

    /// What a browser sent; `None` when it cannot be one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        fits.then(|| Self(text.into()))
    }

    /// The text for the browser.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it. Plain SHA-256 does: 256 random bits cannot be guessed.
    pub(super) fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::new()
    }
}

/// How long a login holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Without use; an open board is use.
    pub idle: Duration,
    /// In all. Screens have no such end: their link is revoked.
    pub absolute: Duration,
}

/// Who holds a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Someone who logged in.
    Account {
        /// The account's number.
        id: i64,
        /// The password is to be replaced first.
        must_change_password: bool,
    },
    /// A wall display.
    Screen {
        /// What it shows.
        board: String,
    },
}

/// A session that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub holder: Holder,
    /// The account's or the screen's name.
    pub name: String,
    /// What they may now.
    pub role: Role,
    /// When it ends at the latest; a screen's has no end.
    pub ends: Option<Timestamp>,
}

impl Held {
    /// What stands for this session in a later write.
    pub fn proof(&self) -> Proof {
        Proof::Session(SessionProof { id: self.id, role: self.role, ends: self.ends })
    }
}

/// What somebody finds who comes by a screen's link.
#[derive(Clone, PartialEq, Eq)]
pub enum Entry {
    /// The token of their session.
    Open(Token),
    /// There is no such screen (any more).
    Gone,
    /// So many displays hang by it that one more would push one out.
    Full,
}

/// Where a session began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The address.
    pub address: String,
    /// What the browser calls itself, cut short.
    pub browser: String,
}

const WRITE_EVERY_MILLISECONDS: u64 = 60_000;

/// An account or a screen has at most so many sessions. Those give way that were never used (a link that was opened and not
/// followed), then the ones used longest ago.
const MOST: u32 = 50;

/// A display that was used within this time is one that hangs there: it asks every ten seconds, and of that is written
/// what is a minute old.
const ALIVE_MILLISECONDS: u64 = 3 * WRITE_EVERY_MILLISECONDS;

/// From so many addresses an account is remembered to have been logged in.
const KNOWN_ADDRESSES: u32 = 50;

const SELECT: &str = "SELECT session.id, session.created, session.last_seen, session.address, session.browser,
        account.id AS account, account.must_change_password, account.role AS role, screen.board,
        coalesce(account.name, screen.name) AS name
    FROM session LEFT JOIN account ON account.id = session.account LEFT JOIN screen ON screen.id = session.screen";

/// Which session is meant.
enum Which {
    Token([u8; 32]),
    Id(i64),
}

impl Store {
    /// Begins a session of an account whose password was `proved`, where that still stands; the sessions of the
    /// tokens `former` end with that.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn begin_session(
        &self,
        now: Timestamp,
        (name, proved): (String, Proved),
        origin: Origin,
        former: Vec<Token>,
        lifetime: Lifetime,
    ) -> Result<Token, StoreError> {
        let (token, tell) = (Token::new(), self.tell_sessions());
        let (hash, shared) = (token.hash(), self.shared.clone());
        self.write(now, Proof::Password(proved.clone()), move |write| {
            let by = |who| Actor { who, address: Some(origin.address.clone()), proof: Proof::Password(proved.clone()) };
            let mut ended = false;
            for former in former {
                if let Some(whose) = end(write, "token = ?1", params![former.hash()])? {
                    record(write, now, &by(whose.clone()), &Deed::done("logout", whose))?;
                    ended = true;
                }
            }
            if ended {
                write.then(tell);
            }
            write_uses_where_full(write, &shared, ("account", proved.account))?;
            enter(write, now, hash, proved.account, &origin, lifetime)?;
            Ok(record(write, now, &by(name.clone()), &Deed::done("login", name))?)
        })
        .await?;
        Ok(token)
    }

    /// Exchanges the token of a screen's link for a session: one of the `held`, where it is of this screen, else a new one.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn begin_screen_session(
        &self,
        now: Timestamp,
        link: &Token,
        held: Vec<Token>,
        origin: Origin,
    ) -> Result<Entry, StoreError> {
        let token = Token::new();
        let (link, hash) = (link.hash(), token.hash());
        let shared = self.shared.clone();
        let begun = self.write(now, Proof::Link(link), move |write| {
            let sql = "UPDATE screen SET last_seen = ?2 WHERE token = ?1 RETURNING id";
            let screen: i64 = write.query_row(sql, params![link, milliseconds(now)], |row| row.get(0))?;
            for token in held {
                let sql = "SELECT 1 FROM session WHERE token = ?1 AND screen = ?2";
                if write.prepare_cached(sql)?.exists(params![token.hash(), screen])? {
                    return Ok(Entry::Open(token));
                }
            }
            write_uses_where_full(write, &shared, ("screen", screen))?;
            let sql = "SELECT count(*) FROM session WHERE screen = ?1 AND last_seen > created AND last_seen > ?2";
            let alive = milliseconds(Timestamp(now.0.saturating_sub(ALIVE_MILLISECONDS)));
            let alive: u32 = write.query_row(sql, params![screen, alive], |row| row.get(0))?;
            if alive >= MOST {
                return Ok(Entry::Full);
            }
            insert(write, now, hash, ("screen", screen), &origin)?;
            Ok(Entry::Open(token))
        });
        match begun.await {
            Err(StoreError::Unproved(Unproved::Link)) => Ok(Entry::Gone),
            begun => begun,
        }
    }

    /// The session of a token, where it holds.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn session(&self, now: Timestamp, token: &Token, lifetime: Lifetime) -> Result<Option<Held>, StoreError> {
        self.look_up(now, Which::Token(token.hash()), lifetime).await
    }

    /// The session of a number, where it still holds.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn session_by_id(&self, now: Timestamp, id: i64, lifetime: Lifetime) -> Result<Option<Held>, StoreError> {
        self.look_up(now, Which::Id(id), lifetime).await
    }

    async fn look_up(&self, now: Timestamp, which: Which, lifetime: Lifetime) -> Result<Option<Held>, StoreError> {
        let shared = self.shared.clone();
        let looked_up = self.read(move |connection| {
            let Some(found) = find(connection, &which, lifetime)? else { return Ok((None, false)) };
            let mut seen = seen(&shared);
            let last_seen = seen.uses.get(&found.held.id).map_or(found.last_seen, |used| found.last_seen.max(*used));
            if found.ended(now, last_seen, lifetime) {
                return Ok((None, false));
            }
            seen.uses.insert(found.held.id, now);
            let is_due = now.0.saturating_sub(seen.written.0) >= WRITE_EVERY_MILLISECONDS;
            if is_due {
                seen.written = now;
            }
            Ok((Some(found.held), is_due))
        });
        let (held, is_due) = looked_up.await?;
        // That a session was used is not worth refusing it, where the disk is full.
        if is_due && let Err(error) = self.write_uses(now).await {
            tracing::debug!(%error, "when sessions were last used was not written");
        }
        Ok(held)
    }

    async fn write_uses(&self, now: Timestamp) -> Result<(), StoreError> {
        let shared = self.shared.clone();
        let uses = seen(&shared).uses.clone();
        let written = uses.clone();
        self.write(now, Proof::Server, move |write| Ok(write_uses(write, &written)?)).await?;
        seen(&shared).uses.retain(|id, used| uses.get(id) != Some(used));
        Ok(())
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
            let (idle, absolute) = ran_out(now, lifetime);
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
            connection.prepare_cached(&sql)?.query_map(params![of, idle, absolute], session)?.collect()
        })
        .await
    }

    /// Ends a session: any, or only one of this account. Tells whether there was one.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn end_session(
        &self,
        now: Timestamp,
        actor: Actor,
        id: i64,
        of: Option<i64>,
        why: &'static str,
    ) -> Result<bool, StoreError> {
        let tell = self.tell_sessions();
        self.write(now, actor.proof.clone(), move |write| {
            let Some(whose) = end(write, "id = ?1 AND (?2 IS NULL OR account = ?2)", params![id, of])? else {
                return Ok(false);
            };
            record(write, now, &actor, &Deed::done(why, whose))?;
            write.then(tell);
            Ok(true)
        })
        .await
    }
}

/// Begins a session of an account: takes away what has run out, and remembers where it was logged in from.
pub(super) fn enter(
    write: &Write<'_>,
    now: Timestamp,
    token: [u8; 32],
    account: i64,
    origin: &Origin,
    lifetime: Lifetime,
) -> rusqlite::Result<()> {
    purge(write, now, lifetime)?;
    insert(write, now, token, ("account", account), origin)?;
    write.execute("UPDATE account SET last_login = ?2 WHERE id = ?1", params![account, milliseconds(now)])?;
    let sql = "INSERT INTO known_address (account, address, last_login) VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET last_login = excluded.last_login";
    write.execute(sql, params![account, origin.address, milliseconds(now)])?;
    let sql = "DELETE FROM known_address WHERE account = ?1 AND address NOT IN
        (SELECT address FROM known_address WHERE account = ?1 ORDER BY last_login DESC LIMIT ?2)";
    write.execute(sql, params![account, KNOWN_ADDRESSES]).map(drop)
}

/// Ends the one session that fits; whose it was.
fn end(write: &Write<'_>, which: &'static str, values: impl rusqlite::Params) -> rusqlite::Result<Option<String>> {
    let sql = format!(
        "DELETE FROM session WHERE {which} RETURNING coalesce((SELECT name FROM account WHERE id = account),
            (SELECT name FROM screen WHERE id = screen))"
    );
    write.query_row(&sql, values, |row| row.get(0)).optional()
}

fn seen(shared: &Shared) -> MutexGuard<'_, Seen> {
    shared.seen.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Found {
    held: Held,
    created: Timestamp,
    last_seen: Timestamp,
}

impl Found {
    fn ended(&self, now: Timestamp, last_seen: Timestamp, lifetime: Lifetime) -> bool {
        let older = |than: Timestamp, limit: Duration| u128::from(now.0.saturating_sub(than.0)) >= limit.as_millis();
        match self.held.holder {
            Holder::Account { .. } => older(last_seen, lifetime.idle) || older(self.created, lifetime.absolute),
            Holder::Screen { .. } => false,
        }
    }
}

fn find(connection: &Connection, which: &Which, lifetime: Lifetime) -> rusqlite::Result<Option<Found>> {
    let found = |row: &Row<'_>| {
        let created = timestamp(row.get("created")?);
        let absolute = u64::try_from(lifetime.absolute.as_millis()).unwrap_or(u64::MAX);
        let (holder, ends) = match row.get::<_, Option<i64>>("account")? {
            Some(id) => (
                Holder::Account { id, must_change_password: row.get("must_change_password")? },
                Some(Timestamp(created.0.saturating_add(absolute))),
            ),
            None => (Holder::Screen { board: row.get("board")? }, None),
        };
        Ok(Found {
            held: Held { id: row.get("id")?, holder, name: row.get("name")?, role: role_of(row)?, ends },
            created,
            last_seen: timestamp(row.get("last_seen")?),
        })
    };
    match which {
        Which::Token(hash) => {
            connection.prepare_cached(&format!("{SELECT} WHERE session.token = ?1"))?.query_row([hash], found)
        }
        Which::Id(id) => connection.prepare_cached(&format!("{SELECT} WHERE session.id = ?1"))?.query_row([id], found),
    }
    .optional()
}

fn role_of(row: &Row<'_>) -> rusqlite::Result<Role> {
    Ok(row.get::<_, Option<String>>("role")?.map_or(Role::Screen, |word| role(&word)))
}

fn insert(
    write: &Write<'_>,
    now: Timestamp,
    token: [u8; 32],
    (whose, id): (&'static str, i64),
    origin: &Origin,
) -> rusqlite::Result<()> {
    let sql = format!(
        "INSERT INTO session (token, {whose}, created, last_seen, address, browser) VALUES (?1, ?2, ?3, ?3, ?4, ?5)"
    );
    write.execute(&sql, params![token, id, milliseconds(now), origin.address, origin.browser])?;
    let begun = write.last_insert_rowid();
    let sql = format!(
        "DELETE FROM session WHERE {whose} = ?1 AND id != ?2 AND id NOT IN
            (SELECT id FROM session WHERE {whose} = ?1 AND id != ?2
             ORDER BY last_seen > created DESC, last_seen DESC, id DESC LIMIT ?3)"
    );
    write.execute(&sql, params![id, begun, MOST - 1]).map(drop)
}

/// Takes away what has run out.
fn purge(write: &Write<'_>, now: Timestamp, lifetime: Lifetime) -> rusqlite::Result<()> {
    let sql = "DELETE FROM session WHERE account IS NOT NULL AND (last_seen <= ?1 OR created <= ?2)";
    let (idle, absolute) = ran_out(now, lifetime);
    write.execute(sql, params![idle, absolute]).map(drop)
}

/// What was last used and begun until then has run out.
fn ran_out(now: Timestamp, lifetime: Lifetime) -> (i64, i64) {
    let before = |limit: Duration| {
        let limit = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        milliseconds(Timestamp(now.0.saturating_sub(limit)))
    };
    // A use that is not written yet is at most a minute newer than what stands here.
    let idle = before(lifetime.idle + Duration::from_millis(2 * WRITE_EVERY_MILLISECONDS));
    (idle, before(lifetime.absolute))
}

/// Writes when sessions were last used, where that decides which of them gives way.
fn write_uses_where_full(write: &Write<'_>, shared: &Shared, (whose, id): (&'static str, i64)) -> rusqlite::Result<()> {
    let sql = format!("SELECT count(*) FROM session WHERE {whose} = ?1");
    let count: u32 = write.query_row(&sql, [id], |row| row.get(0))?;
    if count < MOST {
        return Ok(());
    }
    let uses = seen(shared).uses.clone();
    write_uses(write, &uses)
}

fn write_uses(write: &Write<'_>, uses: &BTreeMap<i64, Timestamp>) -> rusqlite::Result<()> {
    for (id, used) in uses {
        let used = milliseconds(*used);
        write
            .prepare_cached("UPDATE session SET last_seen = max(last_seen, created + 1, ?2) WHERE id = ?1")?
            .execute([*id, used])?;
        write
            .prepare_cached("UPDATE screen SET last_seen = ?2 WHERE id = (SELECT screen FROM session WHERE id = ?1)")?
            .execute([*id, used])?;
    }
    Ok(())
}
