//! Takes requests and carries them out, one at a time for each extension.
//!
//! Before a PBX is told anything the request is kept as beginning or ending: a crash in between leaves a question
//! (`settle.rs` answers it), never a timed DND that nobody would end, nor one that is half off.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lampfield_shared::dnd::{DndPlan, DndReport, SetDnd};
use lampfield_shared::{DeviceState, Dnd, DndKind, Exten, Fact, SiteName, Timestamp};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::plan::{Known, plan};
use super::request::{Asker, Ends, Request, Unkept, action, refused, told};
use super::schedule::Schedule;
use super::wish::Wish;
use super::{DndError, NodeSettings};
use crate::ami::Link;
use crate::board::{DndFacts, DndTold, Whose};
use crate::handle::{DndChange, Handle};
use crate::identity::Deed;
use crate::store::Store;
use crate::store::dnd::{DndRecord, DndState};

/// Locks among which the extensions are spread. Two extensions rarely share one; where they do, one waits.
const TURNS: usize = 64;

/// Carries out requests for "do not disturb". Clones share one state.
#[derive(Debug, Clone)]
pub struct DndService(pub(super) Arc<Shared>);

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) handle: Handle,
    pub(super) nodes: BTreeMap<SiteName, Node>,
    pub(super) clock: fn() -> Timestamp,
    /// A timed DND was set: the timer looks again.
    pub(super) wake: Notify,
    /// The outcome of a request is open: it is settled soon.
    pub(super) unsettled: Notify,
    /// Outcomes of requests that could not be kept yet.
    pub(super) unkept: Mutex<BTreeMap<Exten, Unkept>>,
    turns: [tokio::sync::Mutex<()>; TURNS],
    schedule: Mutex<Schedule>,
}

/// A PBX that can be told to block calls.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) link: Link,
    pub(super) off: DeviceState,
}

impl DndService {
    /// Makes a service for these PBXes; nothing ends by itself before [`DndService::run`].
    pub fn new(
        store: Store,
        handle: Handle,
        nodes: BTreeMap<SiteName, NodeSettings>,
        clock: fn() -> Timestamp,
    ) -> Self {
        let node = |NodeSettings { ami, off }| Node { link: Link::new(ami), off };
        Self(Arc::new(Shared {
            store,
            handle,
            nodes: nodes.into_iter().map(|(name, settings)| (name, node(settings))).collect(),
            clock,
            wake: Notify::new(),
            unsettled: Notify::new(),
            unkept: Mutex::default(),
            turns: [const { tokio::sync::Mutex::const_new(()) }; TURNS],
            schedule: Mutex::default(),
        }))
    }

    /// Carries out a request for one extension, to the end even if nobody waits for it any more.
    ///
    /// # Errors
    /// Why the request was not carried out, and how far it got.
    pub async fn set(&self, asker: Asker, exten: Exten, asked: SetDnd) -> Result<DndReport, DndError> {
        let (action, now) = (action(asked.state), Instant::now());
        let wish = match Wish::read(asked, self.now()) {
            Ok(wish) => wish,
            Err(error) => return Err(self.refuse(&asker, action, exten.as_str(), error.into()).await?),
        };
        self.start(Request { asker, exten, wish, ends: Ends::Any, asked: now, recorded: Vec::new() }).await
    }

    /// Carries out a request as a task of its own.
    pub(super) async fn start(&self, request: Request) -> Result<DndReport, DndError> {
        let service = self.clone();
        let done =
            tokio::spawn(async move { service.carry_out(&request).await }).await.unwrap_or(Err(DndError::Mistake));
        if done.is_err() {
            // The request may have been cut off.
            self.0.unsettled.notify_one();
        }
        done
    }

    async fn carry_out(&self, request: &Request) -> Result<DndReport, DndError> {
        let _turn = self.turn(&request.exten).await;
        self.carry_out_now(request).await
    }

    /// Carries out a request. The caller has the extension's turn.
    pub(super) async fn carry_out_now(&self, request: &Request) -> Result<DndReport, DndError> {
        let (plan, kept) = match self.prepare(request).await {
            Ok(prepared) => prepared,
            Err(refused) => return Err(self.leave(request, refused).await?),
        };
        let mut confirmed_by = None;
        if let Some(node) = &plan.node {
            let before = kept.iter().find(|it| it.kind == DndKind::Calls).cloned();
            self.switch_calls(request, node, before).await?;
            confirmed_by = Some(node.clone());
        }
        let begun;
        let request = if confirmed_by.is_some() {
            begun = request.begun();
            &begun
        } else {
            request
        };
        if plan.kinds.contains(&DndKind::Lamp) {
            self.switch_lamp(request).await?;
        }
        self.end_other(&request.begun(), &kept).await?;
        if plan.kinds.is_empty() {
            self.note(request.deed(Ok(None), request.wish.kind).with([Fact::NothingWasOn]), request).await?;
        }
        // Looked at afterwards: a PBX that holds a DND now keeps the lamp lit.
        let held_by = match self.facts(&request.exten).await {
            Err(DndError::NoSuchExten(_)) => Vec::new(),
            facts => facts?.held_by,
        };
        let Wish { state, until, reason, .. } = request.wish.clone();
        let DndPlan { exten, kinds, node, .. } = plan;
        let by = request.asker.name.clone();
        Ok(DndReport { exten, state, kinds, node, confirmed_by, held_by, until, reason, by, when: self.now() })
    }

    /// Ends the other kind of DND that lampfield set, where a request names its kind. Done once the new one stands, so
    /// that the lamp stays lit meanwhile.
    async fn end_other(&self, request: &Request, kept: &[DndRecord]) -> Result<(), DndError> {
        let Some(kind) = request.wish.kind.filter(|_| request.wish.state == Dnd::On) else { return Ok(()) };
        let is_other =
            |it: &&DndRecord| it.kind != kind && it.state != DndState::Off && request.asker.may.allows(it.kind);
        let Some(other) = kept.iter().find(is_other) else { return Ok(()) };
        let wish = Wish { state: Dnd::Off, kind: Some(other.kind), until: None, reason: None };
        let end = Request { wish, ends: Ends::Ours, ..request.clone() };
        match &other.node {
            None => self.switch_lamp(&end).await,
            Some(node) => self.switch_calls(&end, node, Some(other.clone())).await,
        }
    }

    /// Decides what is to be done, and reads what was set before.
    async fn prepare(&self, request: &Request) -> Result<(DndPlan, Vec<DndRecord>), DndError> {
        let facts = self.facts(&request.exten).await;
        let kept = self.kept(&request.exten).await?;
        let facts = match facts {
            // What was set is ended, though the extension's lamp is gone.
            Err(DndError::NoSuchExten(_)) if request.wish.state == Dnd::Off && !kept.is_empty() => {
                DndFacts::without_lamp()
            }
            facts => facts?,
        };
        Ok((self.plan(request, &facts, &kept)?, kept))
    }

    /// Reads what was set before. What was cut off is settled first, as far as that is possible now.
    async fn kept(&self, exten: &Exten) -> Result<Vec<DndRecord>, DndError> {
        self.catch_up(exten).await?;
        let kept = self.0.store.dnd_of(exten).await?;
        let Some(open) = kept.iter().find(|record| record.is_open()) else { return Ok(kept) };
        self.settle_now(open).await?;
        Ok(self.0.store.dnd_of(exten).await?)
    }

    pub(super) fn plan(&self, request: &Request, facts: &DndFacts, kept: &[DndRecord]) -> Result<DndPlan, DndError> {
        let set_at = kept.iter().find_map(|it| it.node.as_ref());
        let known = Known { set_at, can_be_told: &|node| self.0.nodes.contains_key(node) };
        Ok(plan(&request.exten, &request.wish, facts, known)?)
    }

    /// Switches our own vote for the lamp: kept, then told to the peers, then shown.
    async fn switch_lamp(&self, request: &Request) -> Result<(), DndError> {
        let (state, vote) = match request.wish.state {
            Dnd::On => (DndState::On, DeviceState::Busy),
            Dnd::Off => (DndState::Off, DeviceState::Invalid),
        };
        let record = request.record(self.now(), DndKind::Lamp, state, None);
        let deed = request.deed(Ok(None), Some(DndKind::Lamp));
        self.0.store.keep_dnd(record.clone(), request.asker.actor.clone(), Some(deed)).await?;
        self.forget_failures(&request.exten, DndKind::Lamp);
        let told = (state == DndState::On).then(|| told(&record));
        self.tell(&request.exten, DndKind::Lamp, told, Some(vote)).await
    }

    /// Brings a DND to the board, and our own vote to the peers.
    pub(super) async fn tell(
        &self,
        exten: &Exten,
        kind: DndKind,
        told: Option<DndTold>,
        own: Option<DeviceState>,
    ) -> Result<(), DndError> {
        self.0.handle.dnd(DndChange { exten: exten.clone(), kind, told, own }).await?;
        self.0.wake.notify_one();
        Ok(())
    }

    pub(super) async fn facts(&self, exten: &Exten) -> Result<DndFacts, DndError> {
        let mut facts = self.0.handle.dnd_facts(Whose::These(vec![exten.clone()])).await?;
        facts.remove(exten).ok_or_else(|| DndError::NoSuchExten(exten.clone()))
    }

    /// Records a request that cannot even be begun, and gives back why.
    pub(super) async fn refuse(
        &self,
        asker: &Asker,
        action: &'static str,
        target: &str,
        why: DndError,
    ) -> Result<DndError, DndError> {
        self.0.store.record(self.now(), asker.actor.clone(), refused(action, target, &why)).await?;
        Ok(why)
    }

    /// Records why a request was not carried out, and gives that back.
    pub(super) async fn leave(&self, request: &Request, why: DndError) -> Result<DndError, DndError> {
        if request.is_news(&why) {
            self.note(request.deed(Err(&why), request.wish.kind), request).await?;
        }
        Ok(why)
    }

    async fn note(&self, deed: Deed, request: &Request) -> Result<(), DndError> {
        Ok(self.0.store.record(self.now(), request.asker.actor.clone(), deed).await?)
    }

    /// Waits until nobody else is at work on the extension.
    pub(super) async fn turn(&self, exten: &Exten) -> tokio::sync::MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        exten.hash(&mut hasher);
        let turns = u64::try_from(TURNS).unwrap_or(1);
        let at = usize::try_from(hasher.finish() % turns).unwrap_or(0);
        self.0.turns[at].lock().await
    }

    pub(super) fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.0.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn forget_failures(&self, exten: &Exten, kind: DndKind) {
        self.schedule().forget(exten, kind);
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.0.clock)()
    }
}
