//! "Do not disturb" that was set here, and the lamps that were withdrawn.

use lampfield_shared::{Exten, Timestamp};

use super::order::{ConcludeDnd, KeepDnd};
pub use super::rows::dnd::{DndRecord, DndState};
use super::rows::dnd::{all, read};
use super::{Store, StoreError};
use crate::identity::{Actor, Deed};

impl Store {
    /// Every DND, in the order of the extensions; withdrawn lamps, too.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn dnd(&self) -> Result<Vec<DndRecord>, StoreError> {
        self.read(all).await
    }

    /// Each DND that ends by itself, the next one first.
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

    /// What was set for one extension.
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

    /// Keeps a DND in the place of what was set of its kind before, with its entry in the audit log.
    ///
    /// # Errors
    /// As [`Store::order`].
    pub async fn keep_dnd(&self, kept: DndRecord, actor: Actor, deed: Option<Deed>) -> Result<(), StoreError> {
        let Ok(()) = self.order(kept.since, actor, KeepDnd { kept, deed }).await?;
        Ok(())
    }

    /// Keeps what has become of an order at a PBX, with its entry in the audit log; `None`: nothing is left of it.
    ///
    /// # Errors
    /// As [`Store::order`].
    pub async fn conclude_dnd(
        &self,
        now: Timestamp,
        exten: Exten,
        stands: Option<DndRecord>,
        actor: Actor,
        deed: Option<Deed>,
    ) -> Result<(), StoreError> {
        let Ok(()) = self.order(now, actor, ConcludeDnd { exten, stands, deed }).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use lampfield_shared::DndKind;

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
