//! Timer: ends each DND at its time, and forgets one that was ended at its PBX.

use std::time::Duration;

use lampfield_shared::account::{NoAccount, OwnDnd};
use lampfield_shared::{Dnd, DndKind, Timestamp};
use tokio::time::{Instant, sleep, timeout};

use super::request::{Asker, Ends, Request};
use super::schedule::Timed;
use super::settle::PAUSE;
use super::wish::Wish;
use super::{DndError, DndService};
use crate::board::DndEnded;
use crate::identity::Actor;
use crate::store::dnd::{DndRecord, DndState};

/// Longest pause between two looks at the clock: it may be set, or the machine sleep.
const GLANCE: Duration = Duration::from_secs(20);

/// Pause between two looks at the clock while a DND is about to end: the machine may have slept past its end.
const LOOK: Duration = Duration::from_secs(1);

impl DndService {
    /// Ends what is over, and settles what was cut off. Never ends.
    pub async fn run(self) {
        tokio::join!(self.keep_time(), self.follow_ends(), self.settle_all());
    }

    async fn keep_time(&self) {
        loop {
            let next = match self.begin_all_due().await {
                Ok(next) => next,
                Err(error) => {
                    tracing::error!(%error, "timed do-not-disturb cannot be ended now");
                    Some(after(self.now(), PAUSE))
                }
            };
            // Woken when a DND is set, which may be the next to end, and when one was ended or could not be.
            let woken = async {
                tokio::select! {
                    () = self.0.wake.notified() => {}
                    () = self.wait_until(next) => {}
                }
            };
            let _glance = timeout(GLANCE, woken).await;
        }
    }

    /// Waits by the wall clock: the monotonic clock stands still while a machine sleeps.
    async fn wait_until(&self, moment: Option<Timestamp>) {
        loop {
            let left = moment.map_or(GLANCE, |moment| Duration::from_millis(moment.0.saturating_sub(self.now().0)));
            if left.is_zero() {
                return;
            }
            sleep(left.min(LOOK)).await;
        }
    }

    /// Begins to end each DND that is over, in a task of its own: a PBX that hangs keeps no other waiting. Tells when
    /// the next is due.
    async fn begin_all_due(&self) -> Result<Option<Timestamp>, DndError> {
        let timed = self.timed().await?;
        let (due, next) = {
            let mut schedule = self.schedule();
            (schedule.begin_due(self.now(), &timed), schedule.next(&timed))
        };
        for over in due {
            tokio::spawn(self.clone().attempt(over));
        }
        Ok(next)
    }

    async fn timed(&self) -> Result<Vec<Timed>, DndError> {
        let records = self.0.store.dnd_timed().await?;
        let on = records.into_iter().filter(|record| record.state == DndState::On);
        Ok(on
            .filter_map(|DndRecord { exten, kind, since, until, .. }| Some(Timed { exten, kind, since, until: until? }))
            .collect())
    }

    async fn attempt(self, over: Timed) {
        let (service, it) = (self.clone(), over.clone());
        let outcome = tokio::spawn(async move { service.end(&it).await }).await.unwrap_or(Err(DndError::Mistake));
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
        self.catch_up(&over.exten).await?;
        let kept = self.0.store.dnd_of(&over.exten).await?;
        let is_same = |record: &DndRecord| record.kind == over.kind && record.since == over.since;
        if !kept.iter().any(is_same) {
            // The DND was set anew, or ended, while this task waited for its turn.
            return Ok(());
        }
        let wish = Wish { state: Dnd::Off, kind: Some(over.kind), until: None, reason: None };
        let asker =
            Asker { name: None, actor: Actor::program(&NoAccount::Timer.to_string()), may: OwnDnd::Calls, order: None };
        let recorded = self.schedule().whys(over).to_vec();
        let request = Request { asker, exten: over.exten.clone(), wish, ends: Ends::Ours, asked, recorded };
        self.carry_out_now(&request).await?;
        tracing::info!(exten = %over.exten, kind = over.kind.as_str(), "a timed do-not-disturb has ended");
        Ok(())
    }

    /// Forgets each DND that was ended at its PBX: a timer of ours must not end the next one there.
    async fn follow_ends(&self) {
        while let Ok(ended) = self.0.handle.dnd_ended().await {
            while let Err(error) = self.follow_end(&ended).await {
                tracing::error!(%error, exten = %ended.exten, "a do-not-disturb has ended, and that cannot be kept now");
                sleep(PAUSE).await;
            }
        }
    }

    async fn follow_end(&self, DndEnded { exten, since }: &DndEnded) -> Result<(), DndError> {
        let _turn = self.turn(exten).await;
        self.catch_up(exten).await?;
        let kept = self.0.store.dnd_of(exten).await?;
        match kept.iter().find(|record| record.kind == DndKind::Calls && record.since == *since) {
            Some(ended) => self.note_end(ended).await,
            None => Ok(()),
        }
    }
}

fn after(Timestamp(moment): Timestamp, pause: Duration) -> Timestamp {
    Timestamp(moment.saturating_add(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX)))
}
