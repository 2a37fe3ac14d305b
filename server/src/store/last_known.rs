//! The board as it was last known. This is no order: each server keeps what its own ears heard.

use std::collections::BTreeMap;
use std::str::FromStr;

use lampfield_shared::{Exten, LampState, Mailbox, PresenceState, SiteName, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Connection, Row, Transaction, params};

use super::column::{milliseconds, timestamp};
use super::{Store, StoreError};
use crate::board::{Kept, KeptExtension, KeptHome, KeptLamp, KeptPerson};
use crate::ledger::{KeptMailbox, KeptSite, KeptVote, MailboxName};
use crate::news::PersonSaid;

/// The tables that say which peer told something.
const TOLD: [&str; 4] = ["board_vote", "board_word", "board_person", "board_mailbox"];

impl Store {
    /// Keeps what has changed on the board: all of that or, where this fails, nothing.
    ///
    /// # Errors
    /// As [`Store::keep_own`].
    pub async fn keep_board(&self, kept: Kept) -> Result<(), StoreError> {
        self.keep_own(move |write| {
            keep_states(write, &kept)?;
            keep_rest(write, &kept)
        })
        .await
    }

    /// The board as it was last known. What comes from peers other than these, and what was last known to be so
    /// before `oldest`, is forgotten for good; on a full disk only for now.
    ///
    /// # Errors
    /// As [`Store::keep_own`].
    pub async fn kept_board(&self, peers: Vec<SiteName>, oldest: Timestamp) -> Result<Kept, StoreError> {
        let known = peers.clone();
        match self.keep_own(move |write| forget(write, &known, oldest)).await {
            Err(StoreError::NoRoom) => {}
            forgotten => forgotten?,
        }
        self.read(move |connection| Ok(worth_knowing(read(connection)?, &peers, oldest))).await
    }
}

/// Leaves out what is to be forgotten, which a full disk keeps.
fn worth_knowing(mut kept: Kept, peers: &[SiteName], oldest: Timestamp) -> Kept {
    kept.sites.retain(|site| peers.contains(&site.name));
    let heard: BTreeMap<SiteName, Timestamp> = kept.sites.iter().map(|site| (site.name.clone(), site.heard)).collect();
    let is_known = |peer: &SiteName, told: Timestamp, good_until: Option<Timestamp>| {
        let stood_by = good_until.or_else(|| heard.get(peer).copied()).unwrap_or(told);
        peers.contains(peer) && told.max(stood_by) >= oldest
    };
    kept.votes.retain(|it| is_known(&it.peer, it.told, it.good_until));
    kept.extensions.retain(|it| is_known(&it.peer, it.told, it.good_until));
    kept.persons.retain(|it| is_known(&it.peer, it.told, it.good_until));
    kept.mailboxes.retain(|it| is_known(&it.peer, it.told, it.good_until));
    kept
}

fn keep_states(write: &Transaction<'_>, kept: &Kept) -> rusqlite::Result<()> {
    let mut vote = write.prepare_cached("INSERT OR REPLACE INTO board_vote VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for KeptVote { device, eid, peer, state, told, good_until } in &kept.votes {
        let eid = eid.to_string();
        vote.execute(params![
            device.as_str(),
            eid,
            peer.as_str(),
            state.as_str(),
            milliseconds(*told),
            good_until.map(milliseconds)
        ])?;
    }
    let mut word = write.prepare_cached("INSERT OR REPLACE INTO board_word VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for KeptExtension { exten, peer, state, told, good_until } in &kept.extensions {
        word.execute(params![
            exten.as_str(),
            peer.as_str(),
            state.as_str(),
            milliseconds(*told),
            good_until.map(milliseconds)
        ])?;
    }
    let mut person = write.prepare_cached("INSERT OR REPLACE INTO board_person VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    let mut nobody = write.prepare_cached("DELETE FROM board_person WHERE exten = ?1 AND peer = ?2")?;
    for KeptPerson { exten, peer, person: said, told, good_until } in &kept.persons {
        let (exten, peer) = (exten.as_str(), peer.as_str());
        match said {
            Some(PersonSaid { state, subtype, note }) => person.execute(params![
                exten,
                peer,
                state.as_str(),
                subtype,
                note,
                milliseconds(*told),
                good_until.map(milliseconds)
            ])?,
            None => nobody.execute([exten, peer])?,
        };
    }
    Ok(())
}

fn keep_rest(write: &Transaction<'_>, kept: &Kept) -> rusqlite::Result<()> {
    let mut site = write.prepare_cached("INSERT OR REPLACE INTO board_site VALUES (?1, ?2)")?;
    for KeptSite { name, heard } in &kept.sites {
        site.execute(params![name.as_str(), milliseconds(*heard)])?;
    }
    let mut lamp = write.prepare_cached("INSERT OR REPLACE INTO board_lamp VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for KeptLamp { exten, state, dnd, since, home } in &kept.lamps {
        let (home, guessed) = match home {
            Some(KeptHome::Guessed(home)) => (Some(home.as_str()), true),
            Some(KeptHome::Learned(home)) => (Some(home.as_str()), false),
            None => (None, false),
        };
        lamp.execute(params![exten.as_str(), state.as_str(), dnd, milliseconds(*since), home, guessed])?;
    }
    let mut mail = write.prepare_cached("INSERT OR REPLACE INTO board_mailbox VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for KeptMailbox { mailbox, peer, counts: Mailbox { new, old }, told, good_until } in &kept.mailboxes {
        mail.execute(params![
            mailbox.as_str(),
            peer.as_str(),
            new,
            old,
            milliseconds(*told),
            good_until.map(milliseconds)
        ])?;
    }
    Ok(())
}

fn forget(write: &Transaction<'_>, peers: &[SiteName], oldest: Timestamp) -> rusqlite::Result<()> {
    for table in TOLD {
        let heard = format!("(SELECT heard FROM board_site WHERE board_site.peer = {table}.peer)");
        let last_known = format!("max(told, coalesce(good_until, {heard}, 0))");
        write.execute(&format!("DELETE FROM {table} WHERE {last_known} < ?1"), [milliseconds(oldest)])?;
    }
    for table in TOLD.into_iter().chain(["board_site"]) {
        let known: Vec<String> = write
            .prepare(&format!("SELECT DISTINCT peer FROM {table}"))?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for gone in known.iter().filter(|name| peers.iter().all(|peer| peer.as_str() != **name)) {
            write.execute(&format!("DELETE FROM {table} WHERE peer = ?1"), [gone])?;
        }
    }
    Ok(())
}

pub(super) fn read(connection: &Connection) -> rusqlite::Result<Kept> {
    Ok(Kept {
        sites: rows(connection, "SELECT peer, heard FROM board_site", |row| {
            Ok(KeptSite { name: name(row, 0)?, heard: moment(row, 1)? })
        })?,
        votes: rows(connection, "SELECT device, eid, peer, state, told, good_until FROM board_vote", |row| {
            Ok(KeptVote {
                device: name(row, 0)?,
                eid: parsed(row, 1)?,
                peer: name(row, 2)?,
                state: parsed(row, 3)?,
                told: moment(row, 4)?,
                good_until: moment_or_none(row, 5)?,
            })
        })?,
        extensions: rows(connection, "SELECT exten, peer, state, told, good_until FROM board_word", |row| {
            Ok(KeptExtension {
                exten: name(row, 0)?,
                peer: name(row, 1)?,
                state: parsed(row, 2)?,
                told: moment(row, 3)?,
                good_until: moment_or_none(row, 4)?,
            })
        })?,
        persons: rows(
            connection,
            "SELECT exten, peer, state, subtype, note, told, good_until FROM board_person",
            |row| {
                let state = word(row, 2, PresenceState::from_word)?;
                Ok(KeptPerson {
                    exten: name(row, 0)?,
                    peer: name(row, 1)?,
                    person: Some(PersonSaid { state, subtype: row.get(3)?, note: row.get(4)? }),
                    told: moment(row, 5)?,
                    good_until: moment_or_none(row, 6)?,
                })
            },
        )?,
        lamps: rows(connection, "SELECT exten, state, dnd, since, home, guessed FROM board_lamp", lamp)?,
        mailboxes: rows(connection, "SELECT mailbox, peer, new, old, told, good_until FROM board_mailbox", |row| {
            Ok(KeptMailbox {
                mailbox: name::<MailboxName>(row, 0)?,
                peer: name(row, 1)?,
                counts: Mailbox { new: row.get(2)?, old: row.get(3)? },
                told: moment(row, 4)?,
                good_until: moment_or_none(row, 5)?,
            })
        })?,
    })
}

fn lamp(row: &Row<'_>) -> rusqlite::Result<KeptLamp> {
    let home: Option<String> = row.get(4)?;
    let home = home.map(SiteName::from);
    let home = if row.get(5)? { home.map(KeptHome::Guessed) } else { home.map(KeptHome::Learned) };
    Ok(KeptLamp {
        exten: name::<Exten>(row, 0)?,
        state: word(row, 1, LampState::from_word)?,
        dnd: row.get(2)?,
        since: moment(row, 3)?,
        home,
    })
}

fn rows<T>(
    connection: &Connection,
    query: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    connection.prepare(query)?.query_map([], read)?.collect()
}

fn moment(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    row.get(column).map(timestamp)
}

fn moment_or_none(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    row.get::<_, Option<i64>>(column).map(|moment| moment.map(timestamp))
}

fn name<T: From<String>>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    row.get::<_, String>(column).map(T::from)
}

fn parsed<T: FromStr>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    word(row, column, |text| text.parse().ok())
}

/// Reads a word that only this program writes.
fn word<T>(row: &Row<'_>, column: usize, read: impl FnOnce(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    read(&text).ok_or_else(|| {
        let flaw = format!("`{text}` is no word of the board");
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, flaw.into())
    })
}

#[cfg(test)]
mod tests {
    use lampfield_shared::{DeviceState, Eid};

    use super::*;

    fn vote(device: &str, peer: &str, told: u64, good_until: Option<u64>) -> KeptVote {
        KeptVote {
            device: device.into(),
            eid: Eid::from_bytes([2, 0, 0, 0, 0, 4]),
            peer: peer.into(),
            state: DeviceState::RingInUse,
            told: Timestamp(told),
            good_until: good_until.map(Timestamp),
        }
    }

    fn board() -> Kept {
        let person = PersonSaid { state: PresenceState::Xa, subtype: None, note: Some("на море".into()) };
        Kept {
            sites: vec![KeptSite { name: "perm".into(), heard: Timestamp(500) }],
            votes: vec![vote("PJSIP/1", "perm", 100, None), vote("PJSIP/2", "perm", 100, Some(300))],
            extensions: vec![KeptExtension {
                exten: "1".into(),
                peer: "perm".into(),
                state: DeviceState::OnHold,
                told: Timestamp(400),
                good_until: None,
            }],
            persons: vec![KeptPerson {
                exten: "1".into(),
                peer: "perm".into(),
                person: Some(person),
                told: Timestamp(400),
                good_until: Some(Timestamp(450)),
            }],
            lamps: vec![KeptLamp {
                exten: "1".into(),
                state: LampState::CallRinging,
                dnd: true,
                since: Timestamp(90),
                home: Some(KeptHome::Guessed("perm".into())),
            }],
            mailboxes: vec![KeptMailbox {
                mailbox: "1@default".into(),
                peer: "perm".into(),
                counts: Mailbox { new: 2, old: 7 },
                told: Timestamp(200),
                good_until: None,
            }],
        }
    }

    async fn kept(store: &Store, peer: &str, oldest: u64) -> Kept {
        store.kept_board(vec![peer.into()], Timestamp(oldest)).await.unwrap()
    }

    #[tokio::test]
    async fn gives_back_what_it_was_given() {
        let store = Store::in_memory().unwrap();
        assert_eq!(kept(&store, "perm", 0).await, Kept::default());
        let mut board = board();
        store.keep_board(board.clone()).await.unwrap();
        assert_eq!(kept(&store, "perm", 0).await, board);
        let newer = Kept {
            votes: vec![vote("PJSIP/2", "perm", 600, None)],
            persons: vec![KeptPerson { person: None, ..board.persons[0].clone() }],
            ..Kept::default()
        };
        store.keep_board(newer.clone()).await.unwrap();
        board.votes[1] = newer.votes[0].clone();
        board.persons.clear();
        assert_eq!(kept(&store, "perm", 0).await, board);
    }

    #[tokio::test]
    async fn forgets_the_peers_that_are_gone() {
        let store = Store::in_memory().unwrap();
        store.keep_board(board()).await.unwrap();
        let left = kept(&store, "kazan", 0).await;
        assert_eq!((left.sites.len(), left.votes.len(), left.extensions.len()), (0, 0, 0));
        assert_eq!((left.persons.len(), left.mailboxes.len()), (0, 0));
        assert_eq!(kept(&store, "perm", 0).await.votes, [], "for good");
    }

    #[tokio::test]
    async fn forgets_what_was_last_known_long_ago() {
        let store = Store::in_memory().unwrap();
        store.keep_board(board()).await.unwrap();
        let left = kept(&store, "perm", 460).await;
        let devices: Vec<_> = left.votes.iter().map(|vote| vote.device.as_str()).collect();
        assert_eq!(devices, ["PJSIP/1"], "its peer was heard at 500 and stood by it");
        assert_eq!((left.extensions.len(), left.persons.len(), left.mailboxes.len()), (1, 0, 1));
    }
}
