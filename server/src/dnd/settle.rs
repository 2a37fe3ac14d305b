//! What happens to orders that were cut off: by a crash, by a database that took nothing more, by a manager that
//! went away.

use lampfield_shared::{Dnd, DndKind, Exten, Fact, Freshness, SiteName};
use tokio::time::{Duration, Instant, sleep, timeout};

use super::calls::Telling;
use super::order::{Ends, told};
use super::switch::{Known, StepError};
use super::{DndError, DndService};
use crate::board::{Claim, Left};
use crate::identity::{Actor, Deed};
use crate::store::dnd::{DndRecord, DndState};

/// The pause before something that did not succeed is tried again.
pub(super) const PAUSE: Duration = Duration::from_secs(5);

/// Looked for this often, though nobody says that an order is open.
const GLANCE: Duration = Duration::from_mins(1);

/// Whether it is known now what became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    Yes,
    NotYet,
}

impl DndService {
    /// Finds out what became of orders that were cut off, for ever.
    pub(super) async fn settle_all(&self) {
        loop {
            let wait = match self.settle_open().await {
                Ok(Settled::Yes) => GLANCE,
                Ok(Settled::NotYet) => PAUSE,
                Err(error) => {
                    tracing::error!(%error, "it cannot be seen now whether orders to stop calls were cut off");
                    PAUSE
                }
            };
            if wait == PAUSE {
                sleep(PAUSE).await;
            } else {
                // Woken when one is left open.
                let _woken = timeout(wait, self.0.unsettled.notified()).await;
            }
        }
    }

    async fn settle_open(&self) -> Result<Settled, DndError> {
        let mut settled = Settled::Yes;
        let unkept: Vec<Exten> = self.unkept().keys().cloned().collect();
        for exten in unkept {
            let _turn = self.turn(&exten).await;
            self.catch_up(&exten).await?;
        }
        for record in self.0.store.dnd_open().await? {
            match self.settle(&record).await {
                Ok(Settled::Yes) => {}
                Ok(Settled::NotYet) => settled = Settled::NotYet,
                Err(error) => {
                    tracing::warn!(exten = %record.exten, %error, "not known yet whether calls are stopped");
                    settled = Settled::NotYet;
                }
            }
        }
        Ok(settled)
    }

    /// Waits for its turn: an order that is under way has it.
    pub(super) async fn settle(&self, asked: &DndRecord) -> Result<Settled, DndError> {
        let exten = &asked.exten;
        let _turn = self.turn(exten).await;
        self.catch_up(exten).await?;
        if !self.0.store.dnd_of(exten).await?.contains(asked) {
            return Ok(Settled::Yes);
        }
        self.settle_now(asked).await
    }

    /// An order to begin that has reached the PBX's database is carried out, else it never began; an order
    /// to end is carried out. For whoever has the extension's turn.
    pub(super) async fn settle_now(&self, asked: &DndRecord) -> Result<Settled, DndError> {
        let (exten, since) = (&asked.exten, asked.since);
        let Some(node) = asked.node.as_ref().filter(|name| self.0.nodes.contains_key(*name)) else {
            let gone = asked.node.as_ref().map(ToString::to_string).unwrap_or_default();
            return self.forget(asked, Fact::OutOfReach(gone)).await;
        };
        let home = match self.facts(exten).await {
            // Its lamp is gone; it is settled all the same.
            Err(DndError::NoSuchExten(_)) => None,
            facts => facts?.home,
        };
        if home.is_some_and(|(home, freshness)| home == *node && freshness != Freshness::Live) {
            return Ok(Settled::NotYet);
        }
        let (state, claim, known) = match asked.state {
            DndState::Ending if self.schedule().is_cleared(exten, since) => {
                (Dnd::Off, Claim::End { since }, Known::Cleared)
            }
            DndState::Ending => (Dnd::Off, Claim::End { since }, Known::Nothing),
            DndState::Beginning | DndState::On | DndState::Off => (Dnd::On, Claim::Resume(told(asked)), Known::CutOff),
        };
        let asked_at = Instant::now();
        let telling =
            Telling { asked: asked_at, exten, state, node, since, claim: Some(claim), ends: Ends::Ours, known };
        let Err(failure) = self.tell_node(telling).await? else { return self.settled(asked, state, node).await };
        match failure.why {
            StepError::NotBegun => self.forget(asked, Fact::NotBegun).await,
            StepError::Gone => self.note_end(asked).await.map(|()| Settled::Yes),
            // Its manager took it, and what is there next is somebody else's.
            StepError::Unconfirmed { .. } if state == Dnd::Off => self.settled(asked, state, node).await,
            ref why @ (StepError::Unconfirmed { .. } | StepError::Ami(_)) => {
                tracing::debug!(error = %why, %exten, "asking what became of an order");
                if failure.has_cleared() {
                    self.schedule().cleared(exten, since);
                }
                self.0.handle.leave(exten.clone(), since, Left::Open).await?;
                Ok(Settled::NotYet)
            }
        }
    }

    /// A PBX has carried it out after all.
    async fn settled(&self, asked: &DndRecord, state: Dnd, node: &SiteName) -> Result<Settled, DndError> {
        let exten = &asked.exten;
        let after = [Fact::Kind(DndKind::Calls), Fact::ConfirmedBy(node.to_string()), Fact::AfterRestart];
        let (action, stands) = match state {
            Dnd::On => ("dnd.on", Some(DndRecord { state: DndState::On, ..asked.clone() })),
            Dnd::Off => ("dnd.off", None),
        };
        if stands.is_none() {
            self.forget_failures(exten, DndKind::Calls);
            self.tell(exten, DndKind::Calls, None, None).await?;
        }
        let deed = Deed::done(action, exten.as_str()).with(after);
        self.conclude(exten, stands, Actor::program("lampfield"), Some(deed)).await?;
        Ok(Settled::Yes)
    }

    async fn forget(&self, asked: &DndRecord, why: Fact) -> Result<Settled, DndError> {
        let action = if asked.state == DndState::Ending { "dnd.off" } else { "dnd.on" };
        let facts = [Fact::Kind(DndKind::Calls), why];
        let deed = Deed::failed(action, asked.exten.as_str(), "cut off by a restart").with(facts);
        self.0.handle.leave(asked.exten.clone(), asked.since, Left::Nothing).await?;
        self.conclude(&asked.exten, None, Actor::program("lampfield"), Some(deed)).await?;
        Ok(Settled::Yes)
    }
}
