//! An order, as it goes from hand to hand: whose it is, what it asks for, and how it stands in the records.

use lampfield_shared::{Dnd, DndKind, Exten, Fact, SiteName, Timestamp};
use tokio::time::Instant;

use super::DndError;
use super::wish::Wish;
use crate::board::DndTold;
use crate::identity::{Actor, Deed};
use crate::store::dnd::{DndRecord, DndState};

/// Who gives an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// As they stand on the lamp; `None`: somebody who is not logged in.
    pub name: Option<String>,
    /// As they stand in the record of what was done.
    pub actor: Actor,
}

/// Which DND an order to end one may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// Whatever is on: a person wants it so.
    Any,
    /// The one that was set here, as long as nobody has ended it at its PBX.
    Ours,
}

/// An order that makes sense.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) asker: Asker,
    pub(super) exten: Exten,
    pub(super) wish: Wish,
    pub(super) ends: Ends,
    /// Since when an answer is waited for.
    pub(super) asked: Instant,
    /// Why it could not be done before: that stands in the record of what was done already.
    pub(super) recorded: Vec<String>,
}

/// What has become of an order that the database did not take.
#[derive(Debug, Clone)]
pub(super) struct Unkept {
    pub(super) stands: Option<DndRecord>,
    pub(super) actor: Actor,
    pub(super) deed: Option<Deed>,
}

/// What the board says of a record.
pub(super) fn told(record: &DndRecord) -> DndTold {
    let DndRecord { since, until, reason, by, node, .. } = record.clone();
    DndTold { since, until, reason, by, node }
}

/// An order's word in the record of what was done.
pub(super) const fn action(state: Dnd) -> &'static str {
    match state {
        Dnd::On => "dnd.on",
        Dnd::Off => "dnd.off",
    }
}

impl Order {
    /// The same for what is left to do, once something of it was done.
    pub(super) fn begun(&self) -> Self {
        let asker = Asker { actor: self.asker.actor.clone().to_the_end(), ..self.asker.clone() };
        Self { asker, ..self.clone() }
    }

    /// Whether this is not recorded yet.
    pub(super) fn is_news(&self, error: &DndError) -> bool {
        !self.recorded.contains(&error.to_string())
    }

    pub(super) fn record(&self, now: Timestamp, kind: DndKind, state: DndState, node: Option<SiteName>) -> DndRecord {
        let Wish { until, reason, .. } = self.wish.clone();
        let by = self.asker.name.clone();
        DndRecord { exten: self.exten.clone(), kind, state, node, since: now, until, reason, by }
    }

    /// How it stands in the record of what was done: with the PBX that confirmed it, or with what went wrong.
    pub(super) fn deed(&self, outcome: Result<Option<&SiteName>, &DndError>, kind: Option<DndKind>) -> Deed {
        let action = action(self.wish.state);
        let target = self.exten.as_str();
        let mut facts: Vec<Fact> = kind.map(Fact::Kind).into_iter().collect();
        if let Ok(Some(node)) = outcome {
            facts.push(Fact::ConfirmedBy(node.to_string()));
        }
        facts.extend(self.wish.until.map(Fact::Until));
        facts.extend(self.wish.reason.clone().map(Fact::Reason));
        let deed = match outcome {
            Ok(_) => Deed::done(action, target),
            Err(error) => refused(action, target, error),
        };
        deed.with(facts)
    }
}

/// How an order stands in the record that was not carried out.
pub(super) fn refused(action: &'static str, target: &str, error: &DndError) -> Deed {
    Deed::failed(action, target, error.to_string()).with(error.why().map(Fact::Refused))
}
