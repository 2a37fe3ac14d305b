//! The boards that admins made.
//!
//! Whoever changes one hands along who is to be told once it is kept.

use lampfield_shared::account::NoAccount;
use lampfield_shared::board::{MOST_BOARDS, PutBoard};
use lampfield_shared::{BoardName, Fact, OwnBoard, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::audit::{Actor, Deed, record};
use super::column::{milliseconds, timestamp, unwritable};
use super::{Store, StoreError};

/// Why a board is not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BoardRefusal {
    /// There is none of this name, or no longer.
    #[error("there is no board `{0}`")]
    Unknown(BoardName),
    /// It was to be new.
    #[error("there is a board `{0}` already")]
    Exists(BoardName),
    /// Their change would undo another one that they have not seen.
    #[error("{} has changed the board `{name}` meanwhile: load it, and change it again", in_words(by))]
    Outdated {
        /// Which board.
        name: BoardName,
        /// Who was faster.
        by: String,
    },
    /// Wall displays would show nothing any more.
    #[error("the board `{name}` hangs on a wall: first revoke the screens {screens}")]
    Hangs {
        /// Which board.
        name: BoardName,
        /// Their names.
        screens: String,
    },
    /// See [`MOST_BOARDS`].
    #[error("there are {MOST_BOARDS} boards already")]
    Full,
}

/// Who it was, in a sentence.
fn in_words(by: &str) -> String {
    match NoAccount::read(by) {
        Some(NoAccount::Guest) => "somebody who is not logged in".into(),
        Some(_) | None => format!("`{by}`"),
    }
}

impl Store {
    /// All boards, by title.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn own_boards(&self) -> Result<Vec<OwnBoard>, StoreError> {
        self.read(all).await
    }

    /// Makes a board or, where `wanted` was made from the one that is there, changes it. Then `tell` gets all boards.
    ///
    /// # Errors
    /// As [`Store::write`]; within, why it stays as it is.
    pub async fn put_own_board(
        &self,
        now: Timestamp,
        actor: Actor,
        name: BoardName,
        wanted: PutBoard,
        tell: impl FnOnce(Vec<OwnBoard>) + Send + 'static,
    ) -> Result<Result<OwnBoard, BoardRefusal>, StoreError> {
        self.decide(now, actor.proof.clone(), move |write| {
            let before = changed(write, &name)?;
            if let Some(refusal) = refusal(write, &name, before.as_ref(), wanted.changed)? {
                return Ok(Err(refusal));
            }
            let newest = before.map_or(now, |(before, _)| now.max(Timestamp(before.0 + 1)));
            let board = OwnBoard { name, title: wanted.title, groups: wanted.groups, changed: newest };
            let groups = serde_json::to_string(&board.groups).map_err(unwritable)?;
            let sql = "INSERT OR REPLACE INTO own_board (name, title, groups, changed, changed_by)
                VALUES (?1, ?2, ?3, ?4, ?5)";
            let values = params![board.name.as_str(), board.title, groups, milliseconds(newest), actor.who];
            write.execute(sql, values)?;
            let action = if wanted.changed.is_some() { "board.edit" } else { "board.create" };
            let extensions = Fact::Extensions(board.extens().count().try_into().unwrap_or(u64::MAX));
            let facts = [Fact::Title(board.title.clone()), extensions];
            record(write, now, &actor, &Deed::done(action, board.name.as_str()).with(facts))?;
            let boards = all(write)?;
            write.then(move || tell(boards));
            Ok(Ok(board))
        })
        .await
    }

    /// Takes a board away, unless it hangs on a wall. Then `tell` gets those that are left.
    ///
    /// # Errors
    /// As [`Store::write`]; within, why it stays.
    pub async fn remove_own_board(
        &self,
        now: Timestamp,
        actor: Actor,
        name: BoardName,
        tell: impl FnOnce(Vec<OwnBoard>) + Send + 'static,
    ) -> Result<Result<(), BoardRefusal>, StoreError> {
        self.decide(now, actor.proof.clone(), move |write| {
            if changed(write, &name)?.is_none() {
                return Ok(Err(BoardRefusal::Unknown(name)));
            }
            let screens = screens(write, &name)?;
            if !screens.is_empty() {
                return Ok(Err(BoardRefusal::Hangs { name, screens: screens.join(", ") }));
            }
            write.execute("DELETE FROM own_board WHERE name = ?1", [name.as_str()])?;
            record(write, now, &actor, &Deed::done("board.delete", name.as_str()))?;
            let boards = all(write)?;
            write.then(move || tell(boards));
            Ok(Ok(()))
        })
        .await
    }
}

/// Why a board that was made from the state of `seen` may not take the place of what is there.
fn refusal(
    connection: &Connection,
    name: &BoardName,
    before: Option<&(Timestamp, String)>,
    seen: Option<Timestamp>,
) -> rusqlite::Result<Option<BoardRefusal>> {
    let name = name.clone();
    Ok(match (before, seen) {
        (None, Some(_)) => Some(BoardRefusal::Unknown(name)),
        (Some(_), None) => Some(BoardRefusal::Exists(name)),
        (Some((newest, by)), Some(seen)) => (*newest != seen).then(|| BoardRefusal::Outdated { name, by: by.clone() }),
        (None, None) => {
            let count: u32 = connection.query_row("SELECT count(*) FROM own_board", [], |row| row.get(0))?;
            (count as usize >= MOST_BOARDS).then_some(BoardRefusal::Full)
        }
    })
}

/// When a board was last changed, and by whom.
fn changed(connection: &Connection, name: &BoardName) -> rusqlite::Result<Option<(Timestamp, String)>> {
    let sql = "SELECT changed, changed_by FROM own_board WHERE name = ?1";
    connection.query_row(sql, [name.as_str()], |row| Ok((timestamp(row.get(0)?), row.get(1)?))).optional()
}

/// The screens whose link leads to a board. SQLite knows no small letters beyond ASCII.
fn screens(connection: &Connection, board: &BoardName) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached("SELECT name, board FROM screen ORDER BY id")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let all: Vec<(String, String)> = rows.collect::<rusqlite::Result<_>>()?;
    let own = all.into_iter().filter(|(_, shown)| shown.to_lowercase() == board.as_str());
    Ok(own.map(|(name, _)| format!("`{name}`")).collect())
}

pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<OwnBoard>> {
    let mut statement = connection.prepare_cached("SELECT name, title, groups, changed FROM own_board")?;
    let mut boards: Vec<OwnBoard> = statement.query_map([], board)?.collect::<rusqlite::Result<_>>()?;
    boards.sort_by_cached_key(|board| (board.title.to_lowercase(), board.name.clone()));
    Ok(boards)
}

fn board(row: &Row<'_>) -> rusqlite::Result<OwnBoard> {
    let groups: String = row.get("groups")?;
    let unreadable = |error| rusqlite::Error::FromSqlConversionFailure(2, Type::Text, Box::new(error));
    Ok(OwnBoard {
        name: row.get::<_, String>("name")?.into(),
        title: row.get("title")?,
        groups: serde_json::from_str(&groups).map_err(unreadable)?,
        changed: timestamp(row.get("changed")?),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use lampfield_shared::BoardGroup;

    use super::*;

    /// 2023-11-14T22:13:20Z
    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    fn wanted(title: &str, extens: &[&str], changed: Option<Timestamp>) -> PutBoard {
        let extens = extens.iter().map(|exten| (*exten).into()).collect();
        PutBoard { title: title.into(), groups: vec![BoardGroup { title: "Desk".into(), extens }], changed }
    }

    /// A store, and what was told of its boards.
    struct Run(Store, Arc<Mutex<Vec<String>>>);

    impl Run {
        fn new() -> Self {
            Self(Store::in_memory().unwrap(), Arc::default())
        }

        async fn put(&self, who: &str, name: &str, wanted: PutBoard) -> Result<OwnBoard, BoardRefusal> {
            self.0.put_own_board(NOW, Actor::program(who), name.into(), wanted, self.tell()).await.unwrap()
        }

        async fn remove(&self, name: &str) -> Result<(), BoardRefusal> {
            self.0.remove_own_board(NOW, Actor::program("anna"), name.into(), self.tell()).await.unwrap()
        }

        fn tell(&self) -> impl FnOnce(Vec<OwnBoard>) + Send + 'static {
            let told = Arc::clone(&self.1);
            move |boards| {
                let titles: Vec<String> = boards.into_iter().map(|board| board.title).collect();
                told.lock().unwrap().push(titles.join(" "));
            }
        }

        fn told(&self) -> Vec<String> {
            std::mem::take(&mut self.1.lock().unwrap())
        }
    }

    #[tokio::test]
    async fn a_board_is_made_changed_and_taken_away_and_each_time_all_are_told() {
        let run = Run::new();
        let front = run.put("anna", "front", wanted("Front", &["2", "1"], None)).await.unwrap();
        assert_eq!(front.changed, NOW);
        run.put("anna", "back", wanted("back", &[], None)).await.unwrap();
        let later = run.put("anna", "front", wanted("A front", &["1"], Some(NOW))).await.unwrap();
        assert!(later.changed > front.changed, "even within one millisecond");
        assert_eq!(run.told(), ["Front", "back Front", "A front back"]);
        assert_eq!(run.0.own_boards().await.unwrap()[0], later);
        run.remove("front").await.unwrap();
        assert_eq!(run.told(), ["back"]);
        let entries = run.0.audit(None, 10).await.unwrap().entries;
        let deeds: Vec<_> = entries.iter().map(|it| (it.action.as_str(), it.target.as_str(), &*it.facts)).collect();
        let facts = |title: &str, extensions| [Fact::Title(title.into()), Fact::Extensions(extensions)];
        assert_eq!(
            deeds,
            [
                ("board.delete", "front", &[][..]),
                ("board.edit", "front", &facts("A front", 1)),
                ("board.create", "back", &facts("back", 0)),
                ("board.create", "front", &facts("Front", 2)),
            ]
        );
    }

    #[tokio::test]
    async fn nobody_undoes_a_change_that_they_have_not_seen() {
        let run = Run::new();
        let seen = run.put("anna", "front", wanted("Front", &["1"], None)).await.unwrap().changed;
        let boris = run.put("boris", "front", wanted("Front", &["1", "2"], Some(seen))).await.unwrap();
        run.told();
        let outdated = BoardRefusal::Outdated { name: "front".into(), by: "boris".into() };
        assert_eq!(run.put("anna", "front", wanted("Front", &["3"], Some(seen))).await, Err(outdated));
        let exists = BoardRefusal::Exists("front".into());
        assert_eq!(run.put("anna", "front", wanted("Front", &["3"], None)).await, Err(exists));
        let unknown = BoardRefusal::Unknown("back".into());
        assert_eq!(run.put("anna", "back", wanted("Back", &[], Some(seen))).await, Err(unknown.clone()));
        assert_eq!(run.remove("back").await, Err(unknown));
        assert_eq!(run.0.own_boards().await.unwrap(), [boris]);
        assert_eq!(run.told().len(), 0, "what is refused is told to nobody");
    }

    #[tokio::test]
    async fn a_board_that_hangs_on_a_wall_is_not_taken_away() {
        let run = Run::new();
        run.put("anna", "ресепшн", wanted("Ресепшн", &["1"], None)).await.unwrap();
        let actor = || Actor::program("anna");
        let (screen, _) = run.0.create_screen(NOW, actor(), "Lobby".into(), "Ресепшн".into()).await.unwrap();
        let hangs = BoardRefusal::Hangs { name: "ресепшн".into(), screens: "`Lobby`".into() };
        assert_eq!(run.remove("ресепшн").await, Err(hangs));
        run.0.remove_screen(NOW, actor(), screen.id).await.unwrap();
        assert_eq!(run.remove("ресепшн").await, Ok(()));
    }

    #[tokio::test]
    async fn boards_are_bounded() {
        let run = Run::new();
        for number in 0..MOST_BOARDS {
            run.put("anna", &format!("b{number}"), wanted("x", &[], None)).await.unwrap();
        }
        assert_eq!(run.put("anna", "more", wanted("x", &[], None)).await, Err(BoardRefusal::Full));
        assert!(run.put("anna", "b7", wanted("y", &[], Some(NOW))).await.is_ok());
    }
}
