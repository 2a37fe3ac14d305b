//! Requests for many extensions at once, and the list of every DND that is on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use lampfield_shared::dnd::{DndEntry, DndList, DndManyReport, DndOutcome, MANY_SECONDS, SetDnd, SetDndMany};
use lampfield_shared::{DndKind, Exten, SiteName, Vote};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use super::calls::CONFIRMATION;
use super::request::{Asker, Ends, Request, action};
use super::wish::Wish;
use super::{DndError, DndService};
use crate::board::{DndFacts, Whose};
use crate::store::dnd::{DndRecord, DndState};

/// Extensions at work at once: their confirmations are waited for side by side.
const AT_ONCE: usize = 16;

impl DndService {
    /// Carries out a request for many extensions, or only tells what would be done. One that fails keeps no other from
    /// being done.
    ///
    /// # Errors
    /// When the request is unclear: what is asked, or for whom.
    pub async fn set_many(&self, asker: Asker, asked: SetDndMany) -> Result<DndManyReport, DndError> {
        let SetDndMany { extens, group, dry_run, state, kind, until, reason } = asked;
        let now = Instant::now();
        let target = group.clone().unwrap_or_else(|| in_short(&extens));
        let prepared = async {
            let wish = Wish::read(SetDnd { state, kind, until, reason }, self.now())?;
            Ok((wish, self.named(extens, group).await?))
        };
        let (wish, extens) = match prepared.await {
            Ok(prepared) => prepared,
            Err(error) if dry_run => return Err(error),
            Err(error) => return Err(self.refuse(&asker, action(state), &target, error).await?),
        };
        let asker = Asker { order: Some(self.now()), ..asker };
        let request = |exten| Request {
            asker: asker.clone(),
            exten,
            wish: wish.clone(),
            ends: Ends::Any,
            asked: now,
            recorded: Vec::new(),
        };
        let requests = extens.into_iter().map(request);
        let outcomes =
            if dry_run { self.rehearse(requests.collect()).await? } else { self.perform(now, requests).await };
        Ok(DndManyReport { dry_run, outcomes })
    }

    async fn named(&self, extens: Vec<Exten>, group: Option<String>) -> Result<Vec<Exten>, DndError> {
        match group {
            Some(group) if extens.is_empty() => {
                let all = self.0.handle.dnd_facts(Whose::Group(group.clone())).await?;
                if all.is_empty() { Err(DndError::NoSuchGroup(group)) } else { Ok(all.into_keys().collect()) }
            }
            None if !extens.is_empty() => {
                let mut seen = BTreeSet::new();
                Ok(extens.into_iter().filter(|exten| seen.insert(exten.clone())).collect())
            }
            Some(_) | None => Err(DndError::NoOneNamed),
        }
    }

    async fn rehearse(&self, requests: Vec<Request>) -> Result<Vec<DndOutcome>, DndError> {
        let extens = requests.iter().map(|request| request.exten.clone()).collect();
        let facts = self.0.handle.dnd_facts(Whose::These(extens)).await?;
        let mut kept: BTreeMap<Exten, Vec<DndRecord>> = BTreeMap::new();
        for record in self.0.store.dnd().await? {
            kept.entry(record.exten.clone()).or_default().push(record);
        }
        let none = Vec::new();
        let rehearse = |request: &Request| {
            let facts = facts.get(&request.exten).ok_or_else(|| DndError::NoSuchExten(request.exten.clone()))?;
            self.plan(request, facts, kept.get(&request.exten).unwrap_or(&none))
        };
        let outcomes = requests.iter().map(|request| match rehearse(request) {
            Ok(plan) => DndOutcome::Planned(plan),
            Err(error) => refused(request.exten.clone(), &error),
        });
        Ok(outcomes.collect())
    }

    /// Tells what has become of all of them within [`MANY_SECONDS`], whatever the PBXes do. Requests that were begun go
    /// on to their end; the others are not begun any more.
    async fn perform(&self, asked: Instant, requests: impl Iterator<Item = Request>) -> Vec<DndOutcome> {
        let end = asked + Duration::from_secs(MANY_SECONDS);
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let start = |request: Request| {
            let (service, places, exten) = (self.clone(), Arc::clone(&places), request.exten.clone());
            let work = tokio::spawn(async move {
                let Ok(_place) = timeout_at(end - CONFIRMATION, places.acquire_owned()).await else {
                    return Err(service.leave(&request, DndError::NotBegun(request.exten.clone())).await?);
                };
                service.start(request).await
            });
            (exten, work)
        };
        let started: Vec<_> = requests.map(start).collect();
        let mut outcomes = Vec::with_capacity(started.len());
        for (exten, work) in started {
            let outcome = match timeout_at(end, work).await {
                Ok(ended) => ended.unwrap_or(Err(DndError::Mistake)),
                Err(_elapsed) => Err(DndError::UnderWay(exten.clone())),
            };
            outcomes.push(match outcome {
                Ok(report) => DndOutcome::Done(report),
                Err(error) => refused(exten, &error),
            });
        }
        outcomes
    }

    /// Every DND that is on: set here, or told by a PBX.
    ///
    /// # Errors
    /// When the store or the board does not answer.
    pub async fn list(&self) -> Result<DndList, DndError> {
        let kept = self.0.store.dnd().await?;
        let on: Vec<_> = kept.into_iter().filter(|record| record.state != DndState::Off).collect();
        let mut facts = self.0.handle.dnd_facts(Whose::On).await?;
        let beside = on.iter().map(|record| record.exten.clone()).filter(|exten| !facts.contains_key(exten)).collect();
        facts.extend(self.0.handle.dnd_facts(Whose::These(beside)).await?);
        let mut entries: Vec<DndEntry> = on.iter().map(|record| self.entry(record, facts.get(&record.exten))).collect();
        for (exten, facts) in &facts {
            let others = facts.held_by.iter().filter(|vote| !is_set_at(&on, exten, &vote.peer));
            let holders: BTreeSet<&SiteName> = others.map(|vote| &vote.peer).collect();
            entries.extend(holders.into_iter().map(|node| held(exten, node, facts)));
        }
        entries.sort_by(|one, other| (&one.exten, one.kind, &one.node).cmp(&(&other.exten, other.kind, &other.node)));
        Ok(DndList { entries })
    }

    fn entry(&self, record: &DndRecord, facts: Option<&DndFacts>) -> DndEntry {
        let DndRecord { exten, kind, state, node, since, until, reason, by } = record.clone();
        let overdue = match state {
            DndState::Beginning | DndState::Ending => Some("the PBX is being told".into()),
            DndState::On | DndState::Off => self.schedule().overdue(&exten, kind, since).map(str::to_owned),
        };
        let held_by = facts.map(|facts| others(facts, node.as_ref())).unwrap_or_default();
        DndEntry { exten, kind, node, since: Some(since), until, reason, by, held_by, overdue }
    }
}

/// Entry of a DND that nobody set here.
fn held(exten: &Exten, node: &SiteName, facts: &DndFacts) -> DndEntry {
    DndEntry {
        exten: exten.clone(),
        kind: DndKind::Calls,
        node: Some(node.clone()),
        since: None,
        until: None,
        reason: None,
        by: None,
        held_by: others(facts, Some(node)),
        overdue: None,
    }
}

/// Votes that keep the lamp lit, other than those of `node`.
fn others(facts: &DndFacts, node: Option<&SiteName>) -> Vec<Vote> {
    facts.held_by.iter().filter(|vote| Some(&vote.peer) != node).cloned().collect()
}

fn is_set_at(on: &[DndRecord], exten: &Exten, node: &SiteName) -> bool {
    on.iter().any(|record| record.exten == *exten && record.node.as_ref() == Some(node))
}

/// Target of a request in the audit log: the extensions, in short.
fn in_short(extens: &[Exten]) -> String {
    match extens {
        [] => "nobody".into(),
        [one] => one.to_string(),
        [first, others @ ..] => format!("{first} and {} more", others.len()),
    }
}

fn refused(exten: Exten, error: &DndError) -> DndOutcome {
    DndOutcome::Refused { exten, status: error.status(), detail: error.to_string(), why: error.why() }
}

#[cfg(test)]
mod tests {
    use lampfield_shared::Dnd;
    use lampfield_shared::account::OwnDnd;

    use super::*;
    use crate::handle::Handle;
    use crate::identity::Actor;
    use crate::store::Store;

    #[tokio::test(start_paused = true)]
    async fn many_are_answered_in_time_though_nothing_moves() {
        // The driver, which is asked for the facts, never answers here.
        let (handle, mut asked) = Handle::channel();
        let service = DndService::new(Store::in_memory().unwrap(), handle, BTreeMap::new(), crate::clock::now);
        let extens: Vec<Exten> = (0..100).map(|number| Exten::from(number.to_string())).collect();
        let request =
            SetDndMany { extens, group: None, dry_run: false, state: Dnd::On, kind: None, until: None, reason: None };
        let since = Instant::now();
        let asker = Asker { name: None, actor: Actor::program("test"), may: OwnDnd::Calls, order: None };
        let report = service.set_many(asker, request).await.unwrap();
        assert!(since.elapsed() <= Duration::from_millis(1000 * MANY_SECONDS + 10), "{:?}", since.elapsed());
        let statuses = report.outcomes.iter().map(|outcome| match outcome {
            DndOutcome::Refused { status, .. } => *status,
            other => panic!("{other:?}"),
        });
        let statuses: Vec<u16> = statuses.collect();
        assert_eq!(statuses[..AT_ONCE], [504; AT_ONCE], "these are still being told");
        assert!(statuses.len() == 100 && statuses.iter().all(|status| [503, 504].contains(status)), "{statuses:?}");
        let begun = std::iter::from_fn(|| asked.try_recv().ok()).count();
        assert!((1..=AT_ONCE).contains(&begun), "no other was begun; {begun} were");
    }
}
