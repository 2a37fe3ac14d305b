//! A request for "do not disturb" on its way: who asks, what for, and how it stands in the records.

use lampfield_shared::account::OwnDnd;
use lampfield_shared::{Dnd, DndKind, Exten, Fact, SiteName, Timestamp};
use tokio::time::Instant;

use super::DndError;
use super::wish::Wish;
use crate::board::DndTold;
use crate::identity::{Actor, Deed};
use crate::store::dnd::{DndRecord, DndState};

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// Name to be shown on the lamp; `None`: somebody who is not logged in.
    pub name: Option<String>,
    /// Author in the audit log.
    pub actor: Actor,
    /// Kinds that the asker may switch: an admin and the timer both, others on their own extension what they may.
    pub may: OwnDnd,
    /// Time of the order for many that the request is a part of; `None`: the request stands alone.
    pub order: Option<Timestamp>,
}

/// Which DND a request to end one may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// Any that is on: a person wants it so.
    Any,
    /// Only the one that was set here, as long as nobody has ended it at its PBX.
    Ours,
}

/// A request that makes sense.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) asker: Asker,
    pub(super) exten: Exten,
    pub(super) wish: Wish,
    pub(super) ends: Ends,
    /// Since when somebody waits for the answer.
    pub(super) asked: Instant,
    /// Reasons of former attempts, which stand in the audit log already.
    pub(super) recorded: Vec<String>,
}

/// Outcome of a request that the database did not take.
#[derive(Debug, Clone)]
pub(super) struct Unkept {
    pub(super) stands: Option<DndRecord>,
    pub(super) actor: Actor,
    pub(super) deed: Option<Deed>,
}

/// A record as the board shows it.
pub(super) fn told(record: &DndRecord) -> DndTold {
    let DndRecord { since, until, reason, by, node, .. } = record.clone();
    DndTold { since, until, reason, by, node }
}

/// Action of a request in the audit log.
pub(super) const fn action(state: Dnd) -> &'static str {
    match state {
        Dnd::On => "dnd.on",
        Dnd::Off => "dnd.off",
    }
}

impl Request {
    /// This request for what is left to do, once a PBX was told: nobody's session has to hold for that.
    pub(super) fn begun(&self) -> Self {
        let asker = Asker { actor: self.asker.actor.clone().to_the_end(), ..self.asker.clone() };
        Self { asker, ..self.clone() }
    }

    /// Whether this error is not in the audit log yet.
    pub(super) fn is_news(&self, error: &DndError) -> bool {
        !self.recorded.contains(&error.to_string())
    }

    pub(super) fn record(&self, now: Timestamp, kind: DndKind, state: DndState, node: Option<SiteName>) -> DndRecord {
        let Wish { until, reason, .. } = self.wish.clone();
        let by = self.asker.name.clone();
        DndRecord { exten: self.exten.clone(), kind, state, node, since: now, until, reason, by }
    }

    /// Entry in the audit log: with the PBX that confirmed, or with what went wrong.
    pub(super) fn deed(&self, outcome: Result<Option<&SiteName>, &DndError>, kind: Option<DndKind>) -> Deed {
        let action = action(self.wish.state);
        let target = self.exten.as_str();
        let mut facts: Vec<Fact> = kind.map(Fact::Kind).into_iter().collect();
        if let Ok(Some(node)) = outcome {
            facts.push(Fact::ConfirmedBy(node.to_string()));
        }
        facts.extend(self.wish.until.map(Fact::Until));
        facts.extend(self.wish.reason.clone().map(Fact::Reason));
        facts.extend(self.asker.order.map(Fact::Order));
        let deed = match outcome {
            Ok(_) => Deed::done(action, target),
            Err(error) => refused(action, target, error),
        };
        deed.with(facts)
    }
}

/// Entry in the audit log of a request that was not carried out.
pub(super) fn refused(action: &'static str, target: &str, error: &DndError) -> Deed {
    Deed::failed(action, target, error.to_string()).with(error.why().map(Fact::Refused))
}
