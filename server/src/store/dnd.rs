//! Every "do not disturb" that was set here, and the lamps that were withdrawn.

use std::collections::BTreeSet;

use lampfield_shared::{DndKind, Exten, SiteName, Timestamp};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, params};

use super::audit::{Actor, Deed, record};
use super::column::{milliseconds, timestamp};
use super::database::Write;
use super::{Store, StoreError};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DndRecord {
    /// Whose.
    pub exten: Exten,
    /// Which of the two.
    pub kind: DndKind,
    /// Whether it is on.
    pub state: DndState,
    /// The PBX that stops the calls; with [`DndKind::Calls`] alone.
    pub node: Option<SiteName>,
    /// When it was set, or withdrawn: tells it from any other.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// Who set it.
    pub by: Option<String>,
}

/// See `0003_dnd.sql`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DndState {
    /// On.
    On,
    /// Withdrawn: whoever still shows our lamp is told so.
    Off,
    /// The PBX was about to be told; nobody knows yet whether it was.
    Beginning,
    /// The same of one that was to end.
    Ending,
}

impl DndRecord {
    /// Whether the outcome of the order at the PBX is not known.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, DndState::Beginning | DndState::Ending)
    }
}

impl Store {
    /// All, in the order of the extensions; those that were withdrawn, too.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn dnd(&self) -> Result<Vec<DndRecord>, StoreError> {
        self.read(all).await
    }

    /// Those that end by themselves.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn dnd_timed(&self) -> Result<Vec<DndRecord>, StoreError> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT * FROM dnd WHERE until IS NOT NULL ORDER BY until")?;
            statement.query_map([], read)?.collect()
        })
        .await
    }

    /// Those of one extension.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn dnd_of(&self, exten: &Exten) -> Result<Vec<DndRecord>, StoreError> {
        let exten = exten.to_string();
        self.read(move |connection| {
            let mut statement = connection.prepare_cached("SELECT * FROM dnd WHERE exten = ?1 ORDER BY kind")?;
            statement.query_map([exten], read)?.collect()
        })
        .await
    }

    /// Keeps one in the place of what was, where `actor` may, with its entry in the record of what was done.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn keep_dnd(&self, kept: DndRecord, actor: Actor, deed: Option<Deed>) -> Result<(), StoreError> {
        self.write(kept.since, actor.proof.clone(), move |write| {
            put(write, &kept)?;
            Ok(note(write, kept.since, &actor, deed.as_ref())?)
        })
        .await
    }

    /// Keeps what has become of an order at a PBX, where `actor` may, with its entry in the record of what was done;
    /// `None`: nothing is left of it.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn conclude_dnd(
        &self,
        now: Timestamp,
        exten: Exten,
        stands: Option<DndRecord>,
        actor: Actor,
        deed: Option<Deed>,
    ) -> Result<(), StoreError> {
        self.write(now, actor.proof.clone(), move |write| {
            match &stands {
                Some(record) => put(write, record)?,
                None => {
                    write
                        .prepare_cached("DELETE FROM dnd WHERE exten = ?1 AND kind = 'calls'")?
                        .execute([exten.as_str()])?;
                }
            }
            Ok(note(write, now, &actor, deed.as_ref())?)
        })
        .await
    }

    /// Orders at PBXes of which the outcome is not known.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn dnd_open(&self) -> Result<Vec<DndRecord>, StoreError> {
        self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT * FROM dnd WHERE state IN ('beginning', 'ending') ORDER BY exten, kind")?;
            statement.query_map([], read)?.collect()
        })
        .await
    }
}

/// All, in the order of the extensions.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<DndRecord>> {
    connection.prepare_cached("SELECT * FROM dnd ORDER BY exten, kind")?.query_map([], read)?.collect()
}

/// All lamps that were ever told, lit or withdrawn.
pub(super) fn lamps(connection: &Connection) -> rusqlite::Result<Vec<DndRecord>> {
    let mut statement = connection.prepare("SELECT * FROM dnd WHERE kind = 'lamp'")?;
    statement.query_map([], read)?.collect()
}

/// Keeps those of these lamps that are not known, as withdrawn; how many there were.
pub(super) fn withdraw_unknown(connection: &mut Connection, lamps: Vec<DndRecord>) -> rusqlite::Result<usize> {
    let transaction = connection.transaction()?;
    let known: BTreeSet<Exten> = self::lamps(&transaction)?.into_iter().map(|lamp| lamp.exten).collect();
    let unknown: Vec<DndRecord> = lamps.into_iter().filter(|lamp| !known.contains(&lamp.exten)).collect();
    for lamp in &unknown {
        put(&transaction, &DndRecord { state: DndState::Off, until: None, reason: None, ..lamp.clone() })?;
    }
    transaction.commit()?;
    Ok(unknown.len())
}

fn put(connection: &Connection, kept: &DndRecord) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO dnd (exten, kind, state, node, since, until, reason, by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            kept.exten.as_str(),
            kept.kind.as_str(),
            kept.state,
            kept.node.as_ref().map(SiteName::as_str),
            milliseconds(kept.since),
            kept.until.map(milliseconds),
            kept.reason,
            kept.by,
        ])?;
    Ok(())
}

fn note(write: &Write<'_>, now: Timestamp, actor: &Actor, deed: Option<&Deed>) -> rusqlite::Result<()> {
    deed.map_or(Ok(()), |deed| record(write, now, actor, deed))
}

fn read(row: &Row<'_>) -> rusqlite::Result<DndRecord> {
    let text = |name: &str| row.get::<_, Option<String>>(name);
    let Kind(kind) = row.get("kind")?;
    Ok(DndRecord {
        exten: row.get::<_, String>("exten")?.into(),
        kind,
        state: row.get("state")?,
        node: text("node")?.map(SiteName::from),
        since: timestamp(row.get("since")?),
        until: row.get::<_, Option<i64>>("until")?.map(timestamp),
        reason: text("reason")?,
        by: text("by")?,
    })
}

struct Kind(DndKind);

impl FromSql for Kind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        DndKind::ALL.into_iter().find(|kind| kind.as_str() == word).map(Self).ok_or(FromSqlError::InvalidType)
    }
}

impl DndState {
    const ALL: [Self; 4] = [Self::On, Self::Off, Self::Beginning, Self::Ending];

    const fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Beginning => "beginning",
            Self::Ending => "ending",
        }
    }
}

impl FromSql for DndState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        Self::ALL.into_iter().find(|state| state.as_str() == word).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for DndState {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lamp(exten: &str, state: DndState, since: u64) -> DndRecord {
        DndRecord {
            exten: exten.into(),
            kind: DndKind::Lamp,
            state,
            node: None,
            since: Timestamp(since),
            until: Some(Timestamp(since + 1_000)),
            reason: Some("lunch".into()),
            by: None,
        }
    }

    fn timer() -> Actor {
        Actor::program("timer")
    }

    fn calls(exten: &str, since: u64) -> DndRecord {
        let node = Some("perm".into());
        DndRecord { kind: DndKind::Calls, node, until: None, ..lamp(exten, DndState::Beginning, since) }
    }

    #[tokio::test]
    async fn keeps_one_of_each_kind_for_an_extension() {
        let store = Store::in_memory().unwrap();
        store.keep_dnd(lamp("1001", DndState::On, 1), timer(), None).await.unwrap();
        store.keep_dnd(calls("1001", 2), timer(), None).await.unwrap();
        store.keep_dnd(lamp("1001", DndState::Off, 3), timer(), None).await.unwrap();
        let expected = vec![calls("1001", 2), lamp("1001", DndState::Off, 3)];
        assert_eq!(store.dnd_of(&"1001".into()).await.unwrap(), expected);
        assert_eq!(store.dnd().await.unwrap(), expected);
        assert_eq!(store.dnd_timed().await.unwrap(), [lamp("1001", DndState::Off, 3)]);
        assert_eq!(store.dnd_open().await.unwrap(), [calls("1001", 2)]);
        store.conclude_dnd(Timestamp(4), "1001".into(), None, timer(), None).await.unwrap();
        assert_eq!(store.dnd().await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn the_deed_and_its_record_stand_together() {
        let store = Store::in_memory().unwrap();
        let deed = || Some(Deed::done("dnd.set", "1001"));
        store.keep_dnd(lamp("1001", DndState::On, 1), timer(), deed()).await.unwrap();
        let wrong = DndRecord { node: Some("perm".into()), ..lamp("1002", DndState::On, 2) };
        assert!(store.keep_dnd(wrong, timer(), deed()).await.is_err(), "a lamp has no PBX");
        assert_eq!(store.audit(None, 10).await.unwrap().entries.len(), 1);
    }
}
