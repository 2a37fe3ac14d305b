//! Orders at a PBX: told there, confirmed, and what became of them kept.

use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use lampfield_shared::dnd::device;
use lampfield_shared::{DeviceState, Dnd, DndKind, Exten, Fact, SiteName, Timestamp};
use tokio::time::{Instant, timeout};

use super::order::{Ends, Order, Unkept, told};
use super::switch::{Failure, Known, Step, StepError, Switch};
use super::{DndError, DndService};
use crate::board::{Awaited, Claim, Left};
use crate::identity::{Actor, Deed};
use crate::store::dnd::{DndRecord, DndState};

/// So long a PBX has to publish what it was told. It takes milliseconds; longer when its publications wait
/// for a peer that does not answer.
pub(super) const CONFIRMATION: Duration = Duration::from_secs(5);

/// One order at one PBX.
pub(super) struct Telling<'a> {
    /// Since when an answer is waited for.
    pub(super) asked: Instant,
    pub(super) exten: &'a Exten,
    pub(super) state: Dnd,
    pub(super) node: &'a SiteName,
    /// When that was set which is to begin, or to end.
    pub(super) since: Timestamp,
    /// `None`: it is ended whatever it is.
    pub(super) claim: Option<Claim>,
    pub(super) ends: Ends,
    pub(super) known: Known,
}

impl DndService {
    pub(super) async fn switch_calls(
        &self,
        order: &Order,
        node: &SiteName,
        before: Option<DndRecord>,
    ) -> Result<(), DndError> {
        let exten = &order.exten;
        let new = || order.record(self.now(), DndKind::Calls, DndState::Beginning, Some(node.clone()));
        let record = match order.wish.state {
            Dnd::On => new(),
            Dnd::Off => DndRecord { state: DndState::Ending, ..before.clone().unwrap_or_else(new) },
        };
        self.0.store.keep_dnd(record.clone(), order.asker.actor.clone(), None).await?;
        let since = record.since;
        let telling = Telling {
            asked: order.asked,
            exten,
            state: order.wish.state,
            node,
            since,
            claim: match order.wish.state {
                Dnd::On => Some(Claim::Begin(told(&record))),
                Dnd::Off => before.is_some().then_some(Claim::End { since }),
            },
            ends: order.ends,
            known: if self.schedule().is_cleared(exten, since) { Known::Cleared } else { Known::Nothing },
        };
        let outcome = self.tell_node(telling).await?;
        if matches!(&outcome, Err(failure) if failure.why == StepError::Gone) {
            return self.note_end(&record).await;
        }
        let error = outcome.as_ref().err().map(|failure| DndError::Failed {
            exten: exten.clone(),
            node: node.clone(),
            state: order.wish.state,
            failure: failure.clone(),
        });
        let deed = match &error {
            None => Some(order.deed(Ok(Some(node)), Some(DndKind::Calls))),
            Some(error) => order.is_news(error).then(|| order.deed(Err(error), Some(DndKind::Calls))),
        };
        // The PBX was told: what came of it is kept, whatever has become of the asker's session.
        let actor = order.asker.actor.clone().to_the_end();
        let stands = self.judge(record, before, order.wish.state, outcome.err().as_deref()).await?;
        if error.is_none() {
            self.forget_failures(exten, DndKind::Calls);
        }
        self.conclude(exten, stands, actor, deed).await?;
        error.map_or(Ok(()), Err)
    }

    /// What stands of an order, as the board is told, too.
    async fn judge(
        &self,
        record: DndRecord,
        before: Option<DndRecord>,
        state: Dnd,
        failure: Option<&Failure>,
    ) -> Result<Option<DndRecord>, DndError> {
        let (exten, since) = (record.exten.clone(), record.since);
        match (state, failure) {
            // The board knows: it stands there since the PBX said so.
            (Dnd::On, None) => Ok(Some(DndRecord { state: DndState::On, ..record })),
            (Dnd::On, Some(failure)) => {
                let is_stuck = failure.stuck.is_some() && !failure.done.is_empty();
                let left = if is_stuck && before.is_none() { Left::ToEnd } else { Left::Nothing };
                self.0.handle.leave(exten, since, left).await?;
                Ok(if left == Left::ToEnd { Some(DndRecord { state: DndState::Ending, ..record }) } else { before })
            }
            (Dnd::Off, Some(failure)) if !matches!(failure.why, StepError::Unconfirmed { .. }) => {
                if failure.has_cleared() {
                    self.schedule().cleared(&exten, since);
                }
                self.0.handle.leave(exten, since, Left::Nothing).await?;
                Ok(before)
            }
            // Its manager took it: nothing is left to be ended later, and the next one is somebody else's.
            (Dnd::Off, _) => {
                self.tell(&exten, DndKind::Calls, None, None).await?;
                Ok(None)
            }
        }
    }

    /// Goes through the steps at a PBX, for somebody who waits since `asked`. What was begun is not given up
    /// because the PBX hung for somebody else.
    pub(super) async fn tell_node(&self, telling: Telling<'_>) -> Result<Result<(), Box<Failure>>, DndError> {
        let Telling { asked, exten, state, node, since, mut claim, ends, known } = telling;
        // The plan names none that is not there.
        let told = self.0.nodes.get(node).ok_or(DndError::Mistake)?;
        let mut switch = Switch::new(exten.clone(), state, told.off, known);
        let mut waits_since = Some(asked);
        while let Some(step) = switch.poll_step() {
            let outcome = match step {
                Step::Do(action) => {
                    let asked = waits_since.take().unwrap_or_else(Instant::now);
                    told.link.perform(asked, &action).await.map_err(StepError::from)
                }
                Step::Claim => {
                    let is_there = match claim.take() {
                        Some(claim) => self.0.handle.claim(exten.clone(), claim).await?,
                        None => true,
                    };
                    if is_there || ends == Ends::Any { Ok(None) } else { Err(StepError::Gone) }
                }
                Step::Await(state) => self.confirmation(exten, node, (state, since)).await?,
            };
            switch.handle_done(outcome);
        }
        Ok(switch.into_outcome())
    }

    async fn confirmation(
        &self,
        exten: &Exten,
        node: &SiteName,
        (state, since): (DeviceState, Timestamp),
    ) -> Result<Result<Option<String>, StepError>, DndError> {
        let awaited = match state {
            DeviceState::Busy => Awaited::Stands { exten: exten.clone(), since },
            state => Awaited::Says { peer: node.clone(), device: device::of_exten(exten), state },
        };
        match timeout(CONFIRMATION, self.0.handle.confirmed(awaited)).await {
            Ok(confirmed) => Ok(Ok(confirmed.map(|()| None)?)),
            Err(_elapsed) => Ok(Err(StepError::Unconfirmed { exten: exten.clone(), state })),
        }
    }

    /// Forgets one that has ended at its PBX.
    pub(super) async fn note_end(&self, ended: &DndRecord) -> Result<(), DndError> {
        let exten = &ended.exten;
        let node = ended.node.as_ref().map(ToString::to_string).unwrap_or_default();
        let deed = Deed::done("dnd.ended", exten.as_str()).with([Fact::Kind(DndKind::Calls), Fact::Elsewhere]);
        self.forget_failures(exten, DndKind::Calls);
        self.conclude(exten, None, Actor::program(&node), Some(deed)).await?;
        self.0.wake.notify_one();
        Ok(())
    }

    /// Keeps what has become of an order; what cannot be kept now is kept later, before anything else is done
    /// for that extension. For whoever has its turn.
    pub(super) async fn conclude(
        &self,
        exten: &Exten,
        stands: Option<DndRecord>,
        actor: Actor,
        deed: Option<Deed>,
    ) -> Result<(), DndError> {
        let conclude = |stands, actor, deed| self.0.store.conclude_dnd(self.now(), exten.clone(), stands, actor, deed);
        let kept = conclude(stands.clone(), actor.clone(), deed.clone()).await;
        match kept {
            Ok(()) => self.unkept().remove(exten),
            Err(_) => self.unkept().insert(exten.clone(), Unkept { stands, actor, deed }),
        };
        if kept.is_err() {
            self.0.unsettled.notify_one();
        }
        self.0.wake.notify_one();
        Ok(kept?)
    }

    /// Keeps what could not be kept before. For whoever has the extension's turn.
    pub(super) async fn catch_up(&self, exten: &Exten) -> Result<(), DndError> {
        let unkept = self.unkept().get(exten).cloned();
        match unkept {
            Some(Unkept { stands, actor, deed }) => self.conclude(exten, stands, actor, deed).await,
            None => Ok(()),
        }
    }

    pub(super) fn unkept(&self) -> MutexGuard<'_, BTreeMap<Exten, Unkept>> {
        self.0.unkept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
