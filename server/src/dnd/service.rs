//! Where orders are taken and carried out: one at a time for each extension.
//!
//! An order for a PBX is kept before it is told there, as beginning or ending: a crash in between leaves a
//! question (`settle.rs` answers it), never a timed DND that nobody would end, nor one that is half off.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lampfield_shared::dnd::{DndPlan, DndReport, SetDnd};
use lampfield_shared::{DeviceState, Dnd, DndKind, Exten, Fact, SiteName, Timestamp};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::order::{Asker, Ends, Order, Unkept, action, refused, told};
use super::plan::{Known, plan};
use super::schedule::Schedule;
use super::wish::Wish;
use super::{DndError, NodeSettings};
use crate::ami::Link;
use crate::board::{DndFacts, DndTold, Whose};
use crate::handle::{DndChange, Handle};
use crate::identity::Deed;
use crate::store::Store;
use crate::store::dnd::{DndRecord, DndState};

/// Orders for different extensions rarely meet in one of so many turns; if they do, they wait.
const TURNS: usize = 64;

/// Takes orders. Clones are the same.
#[derive(Debug, Clone)]
pub struct DndService(pub(super) Arc<Shared>);

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) handle: Handle,
    pub(super) nodes: BTreeMap<SiteName, Node>,
    pub(super) clock: fn() -> Timestamp,
    /// A timed one was set: the timer looks again.
    pub(super) wake: Notify,
    /// An order is open: it is settled soon.
    pub(super) unsettled: Notify,
    /// What has become of orders, and could not be kept yet.
    pub(super) unkept: Mutex<BTreeMap<Exten, Unkept>>,
    turns: [tokio::sync::Mutex<()>; TURNS],
    schedule: Mutex<Schedule>,
}

/// A PBX that can be told.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) link: Link,
    pub(super) off: DeviceState,
}

impl DndService {
    /// A desk for these PBXes; nothing ends by itself before [`DndService::run`].
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

    /// Does what was asked for one extension, to its end even if nobody waits for it any more.
    ///
    /// # Errors
    /// Why not, and how far it got.
    pub async fn set(&self, asker: Asker, exten: Exten, asked: SetDnd) -> Result<DndReport, DndError> {
        let (action, now) = (action(asked.state), Instant::now());
        let wish = match Wish::read(asked, self.now()) {
            Ok(wish) => wish,
            Err(error) => return Err(self.refuse(&asker, action, exten.as_str(), error.into()).await?),
        };
        self.start(Order { asker, exten, wish, ends: Ends::Any, asked: now, recorded: Vec::new() }).await
    }

    /// As a task of its own.
    pub(super) async fn start(&self, order: Order) -> Result<DndReport, DndError> {
        let service = self.clone();
        let done = tokio::spawn(async move { service.carry_out(&order).await }).await.unwrap_or(Err(DndError::Mistake));
        if done.is_err() {
            // It may have been cut off.
            self.0.unsettled.notify_one();
        }
        done
    }

    async fn carry_out(&self, order: &Order) -> Result<DndReport, DndError> {
        let _turn = self.turn(&order.exten).await;
        self.carry_out_now(order).await
    }

    /// For whoever has the extension's turn already.
    pub(super) async fn carry_out_now(&self, order: &Order) -> Result<DndReport, DndError> {
        let (plan, kept) = match self.prepare(order).await {
            Ok(prepared) => prepared,
            Err(refused) => return Err(self.leave(order, refused).await?),
        };
        let mut confirmed_by = None;
        if let Some(node) = &plan.node {
            let before = kept.iter().find(|it| it.kind == DndKind::Calls).cloned();
            self.switch_calls(order, node, before).await?;
            confirmed_by = Some(node.clone());
        }
        let begun;
        let order = if confirmed_by.is_some() {
            begun = order.begun();
            &begun
        } else {
            order
        };
        if plan.kinds.contains(&DndKind::Lamp) {
            self.switch_lamp(order).await?;
        }
        self.end_other(&order.begun(), &kept).await?;
        if plan.kinds.is_empty() {
            self.note(order.deed(Ok(None), order.wish.kind).with([Fact::NothingWasOn]), order).await?;
        }
        // Looked at afterwards: whoever holds it now keeps the lamp lit.
        let held_by = match self.facts(&order.exten).await {
            Err(DndError::NoSuchExten(_)) => Vec::new(),
            facts => facts?.held_by,
        };
        let Wish { state, until, reason, .. } = order.wish.clone();
        let DndPlan { exten, kinds, node, .. } = plan;
        let by = order.asker.name.clone();
        Ok(DndReport { exten, state, kinds, node, confirmed_by, held_by, until, reason, by, when: self.now() })
    }

    /// Who names a kind has that kind alone: what lampfield set of the other ends once the new one stands, so that
    /// the lamp stays lit meanwhile.
    async fn end_other(&self, order: &Order, kept: &[DndRecord]) -> Result<(), DndError> {
        let Some(kind) = order.wish.kind.filter(|_| order.wish.state == Dnd::On) else { return Ok(()) };
        let Some(other) = kept.iter().find(|it| it.kind != kind && it.state != DndState::Off) else { return Ok(()) };
        let wish = Wish { state: Dnd::Off, kind: Some(other.kind), until: None, reason: None };
        let end = Order { wish, ends: Ends::Ours, ..order.clone() };
        match &other.node {
            None => self.switch_lamp(&end).await,
            Some(node) => self.switch_calls(&end, node, Some(other.clone())).await,
        }
    }

    /// What is to be done, and what was set before.
    async fn prepare(&self, order: &Order) -> Result<(DndPlan, Vec<DndRecord>), DndError> {
        let facts = self.facts(&order.exten).await;
        let kept = self.kept(&order.exten).await?;
        let facts = match facts {
            // Whatever was set for it is ended, though its lamp is gone.
            Err(DndError::NoSuchExten(_)) if order.wish.state == Dnd::Off && !kept.is_empty() => {
                DndFacts::without_lamp()
            }
            facts => facts?,
        };
        Ok((self.plan(order, &facts, &kept)?, kept))
    }

    /// What was set before, with what was cut off settled as far as that is possible now.
    async fn kept(&self, exten: &Exten) -> Result<Vec<DndRecord>, DndError> {
        self.catch_up(exten).await?;
        let kept = self.0.store.dnd_of(exten).await?;
        let Some(open) = kept.iter().find(|record| record.is_open()) else { return Ok(kept) };
        self.settle_now(open).await?;
        Ok(self.0.store.dnd_of(exten).await?)
    }

    pub(super) fn plan(&self, order: &Order, facts: &DndFacts, kept: &[DndRecord]) -> Result<DndPlan, DndError> {
        let set_at = kept.iter().find_map(|it| it.node.as_ref());
        let known = Known { set_at, can_be_told: &|node| self.0.nodes.contains_key(node) };
        Ok(plan(&order.exten, &order.wish, facts, known)?)
    }

    /// Our own vote: kept, then told to the peers, then shown.
    async fn switch_lamp(&self, order: &Order) -> Result<(), DndError> {
        let (state, vote) = match order.wish.state {
            Dnd::On => (DndState::On, DeviceState::Busy),
            Dnd::Off => (DndState::Off, DeviceState::Invalid),
        };
        let record = order.record(self.now(), DndKind::Lamp, state, None);
        let deed = order.deed(Ok(None), Some(DndKind::Lamp));
        self.0.store.keep_dnd(record.clone(), order.asker.actor.clone(), Some(deed)).await?;
        self.forget_failures(&order.exten, DndKind::Lamp);
        let told = (state == DndState::On).then(|| told(&record));
        self.tell(&order.exten, DndKind::Lamp, told, Some(vote)).await
    }

    /// Brings it to the board, and our own vote to the peers.
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

    /// Records an order that cannot even be begun, and gives back why.
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

    /// Records why an order was left as it is, and gives that back.
    pub(super) async fn leave(&self, order: &Order, why: DndError) -> Result<DndError, DndError> {
        if order.is_news(&why) {
            self.note(order.deed(Err(&why), order.wish.kind), order).await?;
        }
        Ok(why)
    }

    async fn note(&self, deed: Deed, order: &Order) -> Result<(), DndError> {
        Ok(self.0.store.record(self.now(), order.asker.actor.clone(), deed).await?)
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
