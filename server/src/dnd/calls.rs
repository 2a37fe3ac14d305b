//! Blocked calls: a PBX is told, confirms by its PUBLISH, and the outcome is kept.

use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use lampfield_shared::dnd::device;
use lampfield_shared::{DeviceState, Dnd, DndKind, Exten, Fact, SiteName, Timestamp};
use tokio::time::{Instant, timeout};

use super::request::{Ends, Request, Unkept, told};
use super::switch::{Failure, Known, Step, StepError, Switch};
use super::{DndError, DndService};
use crate::board::{Awaited, Claim, Left};
use crate::identity::{Actor, Deed};
use crate::store::dnd::{DndRecord, DndState};

/// How long a PBX has to publish what it was told. This takes milliseconds; longer when its publications wait for a
/// peer that does not answer.
pub(super) const CONFIRMATION: Duration = Duration::from_secs(5);

/// What one PBX is to be told.
pub(super) struct Telling<'a> {
    /// Since when somebody waits for the answer.
    pub(super) asked: Instant,
    pub(super) exten: &'a Exten,
    pub(super) state: Dnd,
    pub(super) node: &'a SiteName,
    /// When the DND was set that is to begin, or to end.
    pub(super) since: Timestamp,
    /// What the board is asked before anything changes; `None`: whatever is on is ended.
    pub(super) claim: Option<Claim>,
    pub(super) ends: Ends,
    pub(super) known: Known,
}

impl DndService {
    pub(super) async fn switch_calls(
        &self,
        request: &Request,
        node: &SiteName,
        before: Option<DndRecord>,
    ) -> Result<(), DndError> {
        let exten = &request.exten;
        let new = || request.record(self.now(), DndKind::Calls, DndState::Beginning, Some(node.clone()));
        let record = match request.wish.state {
            Dnd::On => new(),
            Dnd::Off => DndRecord { state: DndState::Ending, ..before.clone().unwrap_or_else(new) },
        };
        self.0.store.keep_dnd(record.clone(), request.asker.actor.clone(), None).await?;
        let since = record.since;
        let telling = Telling {
            asked: request.asked,
            exten,
            state: request.wish.state,
            node,
            since,
            claim: match request.wish.state {
                Dnd::On => Some(Claim::Begin(told(&record))),
                Dnd::Off => before.is_some().then_some(Claim::End { since }),
            },
            ends: request.ends,
            known: if self.schedule().is_cleared(exten, since) { Known::Cleared } else { Known::Nothing },
        };
        let outcome = self.tell_node(telling).await?;
        if matches!(&outcome, Err(failure) if failure.why == StepError::Gone) {
            return self.note_end(&record).await;
        }
        let error = outcome.as_ref().err().map(|failure| DndError::Failed {
            exten: exten.clone(),
            node: node.clone(),
            state: request.wish.state,
            failure: failure.clone(),
        });
        let deed = match &error {
            None => Some(request.deed(Ok(Some(node)), Some(DndKind::Calls))),
            Some(error) => request.is_news(error).then(|| request.deed(Err(error), Some(DndKind::Calls))),
        };
        // The PBX was told: the outcome is kept, even where the asker's session has ended.
        let actor = request.asker.actor.clone().to_the_end();
        let stands = self.judge(record, before, request.wish.state, outcome.err().as_deref()).await?;
        if error.is_none() {
            self.forget_failures(exten, DndKind::Calls);
        }
        self.conclude(exten, stands, actor, deed).await?;
        error.map_or(Ok(()), Err)
    }

    /// What stands after a request, which the board is told, too.
    async fn judge(
        &self,
        record: DndRecord,
        before: Option<DndRecord>,
        state: Dnd,
        failure: Option<&Failure>,
    ) -> Result<Option<DndRecord>, DndError> {
        let (exten, since) = (record.exten.clone(), record.since);
        match (state, failure) {
            // The board knows already, since the PBX said so.
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
            // The manager took it: nothing is left to be ended later, and the next DND there is somebody else's.
            (Dnd::Off, _) => {
                self.tell(&exten, DndKind::Calls, None, None).await?;
                Ok(None)
            }
        }
    }

    /// Goes through the steps at a PBX, for somebody who waits since `asked`. Only the first step counts that wait:
    /// steps that were begun are not given up because the PBX hung for somebody else.
    pub(super) async fn tell_node(&self, telling: Telling<'_>) -> Result<Result<(), Box<Failure>>, DndError> {
        let Telling { asked, exten, state, node, since, mut claim, ends, known } = telling;
        // The plan names only PBXes that are there.
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

    /// Forgets a DND that has ended at its PBX.
    pub(super) async fn note_end(&self, ended: &DndRecord) -> Result<(), DndError> {
        let exten = &ended.exten;
        let node = ended.node.as_ref().map(ToString::to_string).unwrap_or_default();
        let deed = Deed::done("dnd.ended", exten.as_str()).with([Fact::Kind(DndKind::Calls), Fact::Elsewhere]);
        self.forget_failures(exten, DndKind::Calls);
        self.conclude(exten, None, Actor::program(&node), Some(deed)).await?;
        self.0.wake.notify_one();
        Ok(())
    }

    /// Keeps the outcome of a request. An outcome that cannot be kept now is kept later, before anything else is done
    /// for that extension. The caller has the extension's turn.
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

    /// Keeps an outcome that could not be kept before. The caller has the extension's turn.
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
