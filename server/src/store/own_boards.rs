//! The boards that admins made.
//!
//! An order that changes one tells all boards to those who show them, once the order is kept.

use lampfield_shared::board;
use lampfield_shared::{BoardName, OwnBoard, Timestamp};

pub use super::order::BoardRefusal;
use super::order::{Boards, PutBoard, RemoveBoard};
use super::rows::own_board::all;
use super::{Store, StoreError};
use crate::identity::Actor;

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
    /// As [`Store::order`]; within, why the board stays as it is.
    pub async fn put_own_board(
        &self,
        now: Timestamp,
        actor: Actor,
        name: BoardName,
        wanted: board::PutBoard,
        tell: impl FnOnce(Vec<OwnBoard>) + Send + 'static,
    ) -> Result<Result<OwnBoard, BoardRefusal>, StoreError> {
        let tell = |kept: &Boards| tell(kept.all.clone());
        let kept = self.order_then(now, actor, PutBoard { name, wanted }, tell).await?;
        Ok(kept.map(|boards| boards.put))
    }

    /// Takes a board away, unless a wall display shows it. Then `tell` gets the boards that are left.
    ///
    /// # Errors
    /// As [`Store::order`]; within, why the board stays.
    pub async fn remove_own_board(
        &self,
        now: Timestamp,
        actor: Actor,
        name: BoardName,
        tell: impl FnOnce(Vec<OwnBoard>) + Send + 'static,
    ) -> Result<Result<(), BoardRefusal>, StoreError> {
        let tell = |left: &Vec<OwnBoard>| tell(left.clone());
        Ok(self.order_then(now, actor, RemoveBoard { name }, tell).await?.map(drop))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use lampfield_shared::board::MOST_BOARDS;
    use lampfield_shared::{BoardGroup, Fact};

    use super::*;

    /// 2023-11-14T22:13:20Z
    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    fn wanted(title: &str, extens: &[&str], changed: Option<Timestamp>) -> board::PutBoard {
        let extens = extens.iter().map(|exten| (*exten).into()).collect();
        board::PutBoard { title: title.into(), groups: vec![BoardGroup { title: "Desk".into(), extens }], changed }
    }

    /// A store, and the titles of its boards each time they were told.
    struct Run(Store, Arc<Mutex<Vec<String>>>);

    impl Run {
        fn new() -> Self {
            Self(Store::in_memory().unwrap(), Arc::default())
        }

        async fn put(&self, who: &str, name: &str, wanted: board::PutBoard) -> Result<OwnBoard, BoardRefusal> {
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
