//! Settles requests that were cut off: by a crash, by a database that took nothing more, by a manager that went away.

use lampfield_shared::{Dnd, DndKind, Exten, Fact, Freshness, SiteName};
use tokio::time::{Duration, Instant, sleep, timeout};

use super::calls::Telling;
use super::request::{Ends, told};
use super::switch::{Known, StepError};
use super::{DndError, DndService};
use crate::board::{Claim, Left};
use crate::identity::{Actor, Deed};
use crate::store::dnd::{DndRecord, DndState};

/// Pause before a failed attempt is repeated.
pub(super) const PAUSE: Duration = Duration::from_secs(5);

/// Open requests are looked for at least this often, even where nobody has left one.
const GLANCE: Duration = Duration::from_mins(1);

/// Whether the outcome of a request is known now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    Yes,
    NotYet,
}

impl DndService {
    /// Finds out what became of requests that were cut off. Never ends.
    pub(super) async fn settle_all(&self) {
        loop {
            let wait = match self.settle_open().await {
                Ok(Settled::Yes) => GLANCE,
                Ok(Settled::NotYet) => PAUSE,
                Err(error) => {
                    tracing::error!(%error, "cannot see now whether requests to block calls were cut off");
                    PAUSE
                }
            };
            if wait == PAUSE {
                sleep(PAUSE).await;
            } else {
                // Woken when a request is left open.
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
                    tracing::warn!(exten = %record.exten, %error, "not known yet whether calls are blocked");
                    settled = Settled::NotYet;
                }
            }
        }
        Ok(settled)
    }

    /// Settles a request in its extension's turn: a request that is under way has the turn until it ends.
    pub(super) async fn settle(&self, asked: &DndRecord) -> Result<Settled, DndError> {
        let exten = &asked.exten;
        let _turn = self.turn(exten).await;
        self.catch_up(exten).await?;
        if !self.0.store.dnd_of(exten).await?.contains(asked) {
            return Ok(Settled::Yes);
        }
        self.settle_now(asked).await
    }

    /// Settles a request. To begin is carried out where it had reached the PBX's database, and else never began; to end
    /// is carried out. The caller has the extension's turn.
    pub(super) async fn settle_now(&self, asked: &DndRecord) -> Result<Settled, DndError> {
        let (exten, since) = (&asked.exten, asked.since);
        let Some(node) = asked.node.as_ref().filter(|name| self.0.nodes.contains_key(*name)) else {
            let gone = asked.node.as_ref().map(ToString::to_string).unwrap_or_default();
            return self.forget(asked, Fact::OutOfReach(gone)).await;
        };
        let home = match self.facts(exten).await {
            // The lamp is gone; the request is settled all the same.
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
            // The manager took it, and the next DND there is somebody else's.
            StepError::Unconfirmed { .. } if state == Dnd::Off => self.settled(asked, state, node).await,
            ref why @ (StepError::Unconfirmed { .. } | StepError::Ami(_)) => {
                tracing::debug!(error = %why, %exten, "asking what became of a request");
                if failure.has_cleared() {
                    self.schedule().cleared(exten, since);
                }
                self.0.handle.leave(exten.clone(), since, Left::Open).await?;
                Ok(Settled::NotYet)
            }
        }
    }

    /// Keeps that a PBX has carried a request out after all.
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
