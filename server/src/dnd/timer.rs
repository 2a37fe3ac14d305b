//! What happens without anybody's order: a DND ends at its time, one that was ended at its PBX is
//! forgotten, and one of which a crash left nothing but the question is settled.

use std::time::Duration;

use lampfield_shared::account::NoAccount;
use lampfield_shared::{Dnd, DndKind, Fact, Freshness, SiteName};
use tokio::time::{Instant, sleep, timeout};

use super::desk::{Asker, Order, told};
use super::schedule::Timed;
use super::wish::Wish;
use super::{Desk, DndError};
use crate::ami::wire::{Action, Key};
use crate::board::DndEnded;
use crate::store::audit::{Actor, Deed};
use crate::store::dnd::{DndRecord, DndState};

/// The clock is looked at this often at least: it may be set, or the machine sleep.
const GLANCE: Duration = Duration::from_secs(20);

/// The pause before something that did not succeed is tried again.
const PAUSE: Duration = Duration::from_secs(5);

impl Desk {
    /// Ends what is over, for ever.
    pub async fn run(self) {
        tokio::join!(self.keep_time(), self.follow_ends(), self.settle_all());
    }

    async fn keep_time(&self) {
        loop {
            let wait = match self.begin_all_due().await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::error!(%error, "timed do-not-disturb cannot be ended now");
                    PAUSE
                }
            };
            // Woken when one is set, for it may be the next, and when one was ended or could not be.
            let _woken = timeout(wait, self.0.wake.notified()).await;
        }
    }

    /// Begins to end what is over, each by itself: a PBX that hangs keeps no other waiting. How long until the next.
    async fn begin_all_due(&self) -> Result<Duration, DndError> {
        let timed = self.timed().await?;
        let (due, next) = {
            let mut schedule = self.schedule();
            (schedule.begin_due(self.now(), &timed), schedule.next(&timed))
        };
        for over in due {
            tokio::spawn(self.clone().attempt(over));
        }
        let wait = next.map_or(GLANCE, |next| Duration::from_millis(next.0.saturating_sub(self.now().0)));
        Ok(wait.min(GLANCE))
    }

    async fn timed(&self) -> Result<Vec<Timed>, DndError> {
        let records = self.0.store.dnd_timed().await?;
        let on = records.into_iter().filter(|record| record.state == DndState::On);
        Ok(on
            .filter_map(|DndRecord { exten, kind, since, until, .. }| Some(Timed { exten, kind, since, until: until? }))
            .collect())
    }

    async fn attempt(self, over: Timed) {
        let (desk, it) = (self.clone(), over.clone());
        let outcome = tokio::spawn(async move { desk.end(&it).await }).await.unwrap_or(Err(DndError::Mistake));
        match outcome {
            Ok(()) => self.schedule().ended(&over),
            Err(error) => {
                tracing::warn!(exten = %over.exten, %error, "a timed do-not-disturb is over, and still on");
                self.schedule().failed(self.now(), &over, error.to_string());
            }
        }
        self.0.wake.notify_one();
    }

    async fn end(&self, over: &Timed) -> Result<(), DndError> {
        let asked = Instant::now();
        let _turn = self.turn(&over.exten).await;
        let kept = self.0.store.dnd_of(&over.exten).await?;
        let is_same = |record: &DndRecord| record.kind == over.kind && record.since == over.since;
        if !kept.iter().any(is_same) {
            // It was set anew, or ended, while we waited for our turn.
            return Ok(());
        }
        let wish = Wish { state: Dnd::Off, kind: Some(over.kind), until: None, reason: None };
        let asker = Asker { name: None, actor: Actor::program(&NoAccount::Timer.to_string()) };
        let recorded = self.schedule().whys(over).to_vec();
        self.carry_out_now(&Order { asker, exten: over.exten.clone(), wish, asked, recorded }).await?;
        tracing::info!(exten = %over.exten, kind = over.kind.as_str(), "a timed do-not-disturb has ended");
        Ok(())
    }

    /// Forgets what was ended at its PBX: a timer of ours must not end the next one there.
    async fn follow_ends(&self) {
        while let Ok(DndEnded { exten, since }) = self.0.handle.dnd_ended().await {
            let _turn = self.turn(&exten).await;
            let kept = self.0.store.dnd_of(&exten).await.unwrap_or_default();
            let is_it = |record: &&DndRecord| record.kind == DndKind::Calls && record.since == since;
            let Some(ended) = kept.iter().find(is_it) else { continue };
            let node = ended.node.as_ref().map(ToString::to_string).unwrap_or_default();
            let deed = Deed::done("dnd.ended", exten.as_str()).with([Fact::Kind(DndKind::Calls), Fact::Elsewhere]);
            let key = (exten.clone(), DndKind::Calls);
            self.schedule().forget(&exten, DndKind::Calls);
            if let Err(error) = self.0.store.forget_dnd(self.now(), key, Actor::program(&node), Some(deed)).await {
                tracing::error!(%error, %exten, "a do-not-disturb that has ended cannot be forgotten");
            }
        }
    }

    /// Finds out what became of orders that a crash cut off.
    async fn settle_all(&self) {
        let is_open = |record: &DndRecord| matches!(record.state, DndState::Beginning | DndState::Ending);
        let kept = self.0.store.dnd().await.unwrap_or_default();
        let mut open: Vec<DndRecord> = kept.into_iter().filter(is_open).collect();
        while !open.is_empty() {
            let mut still = Vec::new();
            for record in open {
                match self.settle(&record).await {
                    Ok(Settled::Yes) => {}
                    Ok(Settled::NotYet) => still.push(record),
                    Err(error) => {
                        tracing::warn!(exten = %record.exten, %error, "not known yet whether calls are stopped");
                        still.push(record);
                    }
                }
            }
            open = still;
            sleep(PAUSE).await;
        }
    }

    /// An order to begin that has reached the PBX's database is carried out, else it never began; an order
    /// to end is carried out.
    async fn settle(&self, asked: &DndRecord) -> Result<Settled, DndError> {
        let exten = &asked.exten;
        let _turn = self.turn(exten).await;
        if !self.0.store.dnd_of(exten).await?.contains(asked) {
            return Ok(Settled::Yes);
        }
        let Some((node, way)) = asked.node.as_ref().and_then(|name| self.0.nodes.get_key_value(name)) else {
            let gone = asked.node.as_ref().map(ToString::to_string).unwrap_or_default();
            return self.forget(asked, Fact::OutOfReach(gone)).await;
        };
        let flag = Action::DbGet(Key { family: "DND", key: exten.to_string() });
        let wanted = if asked.state == DndState::Ending { Dnd::Off } else { Dnd::On };
        let found = match way.link.perform(Instant::now(), &flag).await {
            Ok(found) => found,
            Err(error) => {
                tracing::debug!(%error, %exten, "asking what became of an order");
                return Ok(Settled::NotYet);
            }
        };
        if found.is_none() && wanted == Dnd::On {
            return self.forget(asked, Fact::NotBegun).await;
        }
        let facts = self.facts(exten).await?;
        if facts.home.is_some_and(|(home, freshness)| home == *node && freshness != Freshness::Live) {
            return Ok(Settled::NotYet);
        }
        if self.tell_node(Instant::now(), exten, wanted, node).await?.is_err() {
            return Ok(Settled::NotYet);
        }
        if wanted == Dnd::Off {
            let deed = Deed::done("dnd.off", exten.as_str());
            let deed = deed.with(after_restart(node));
            let key = (exten.clone(), DndKind::Calls);
            self.0.store.forget_dnd(self.now(), key, Actor::program("lampfield"), Some(deed)).await?;
            self.tell(exten, DndKind::Calls, None, None).await?;
            return Ok(Settled::Yes);
        }
        let record = DndRecord { state: DndState::On, ..asked.clone() };
        let deed = Deed::done("dnd.on", exten.as_str()).with(after_restart(node));
        self.0.store.keep_dnd(record.clone(), Actor::program("lampfield"), Some(deed)).await?;
        self.tell(exten, DndKind::Calls, Some(told(&record)), None).await?;
        Ok(Settled::Yes)
    }

    async fn forget(&self, asked: &DndRecord, why: Fact) -> Result<Settled, DndError> {
        let action = if asked.state == DndState::Ending { "dnd.off" } else { "dnd.on" };
        let facts = [Fact::Kind(DndKind::Calls), why];
        let deed = Deed::failed(action, asked.exten.as_str(), "cut off by a restart").with(facts);
        let key = (asked.exten.clone(), DndKind::Calls);
        self.0.store.forget_dnd(self.now(), key, Actor::program("lampfield"), Some(deed)).await?;
        Ok(Settled::Yes)
    }
}

/// What is recorded of an order that a PBX has carried out after all.
fn after_restart(node: &SiteName) -> [Fact; 3] {
    [Fact::Kind(DndKind::Calls), Fact::ConfirmedBy(node.to_string()), Fact::AfterRestart]
}

/// Whether it is known now what became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settled {
    Yes,
    NotYet,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::handle::Handle;
    use crate::store::Store;

    #[tokio::test]
    async fn what_was_cut_off_at_a_pbx_that_is_no_longer_configured_is_recorded_as_it_was_meant() {
        let (handle, _unanswered) = Handle::channel();
        let desk = Desk::new(Store::in_memory().unwrap(), handle, BTreeMap::new(), crate::clock::now);
        for (state, action) in [(DndState::Beginning, "dnd.on"), (DndState::Ending, "dnd.off")] {
            let record = DndRecord {
                exten: "1001".into(),
                kind: DndKind::Calls,
                state,
                node: Some("perm".into()),
                since: desk.now(),
                until: None,
                reason: None,
                by: None,
            };
            desk.0.store.keep_dnd(record.clone(), Actor::program("test"), None).await.unwrap();
            assert_eq!(desk.settle(&record).await.unwrap(), Settled::Yes);
            let deed = desk.0.store.audit(None, 1).await.unwrap().entries.remove(0);
            assert_eq!((deed.action.as_str(), deed.result.as_str()), (action, "cut off by a restart"));
            assert_eq!(deed.facts, [Fact::Kind(DndKind::Calls), Fact::OutOfReach("perm".into())]);
            assert_eq!(desk.0.store.dnd().await.unwrap(), []);
        }
    }
}
