//! What a lamp looks like: everything that follows from the facts, as a function of these.

use lampfield_shared::{
    Call, DndDetails, ExtensionState, Freshness, Lamp, LampState, Phone, Presence, SiteName, Timestamp,
};

use super::cell::Cell;
use super::dnd_book::DndBook;
use super::freshness::Evidence;
use super::plan::Plan;
use super::{beside, dnd_facts};
use crate::ledger::Ledger;

/// The part of a lamp that follows from the facts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) state: LampState,
    pub(super) dnd: bool,
    dnd_details: Option<Box<DndDetails>>,
    dnd_freshness: Freshness,
    dnd_as_of: Option<Timestamp>,
    phone: Option<Box<Phone>>,
    hint_state: ExtensionState,
    freshness: Freshness,
    as_of: Option<Timestamp>,
    site: Option<SiteName>,
    presence: Option<Box<Presence>>,
    call: Option<Box<Call>>,
}

impl Look {
    /// Reads what a lamp looks like now. `has_lamp` tells which numbers are extensions with a lamp.
    pub(super) fn read(
        cell: &Cell,
        ledger: &Ledger,
        plan: &Plan,
        book: &DndBook,
        has_lamp: impl Fn(&str) -> bool,
    ) -> Self {
        let verdict = Evidence::of(cell, ledger, plan.asterisk).judge();
        let reading = verdict.reading;
        let is_ours = |number: &str| has_lamp(number) || plan.is_hinted(number);
        Self {
            state: reading.state,
            dnd: reading.dnd,
            dnd_details: reading.dnd.then(|| Box::new(dnd_facts::details(cell, ledger, book))),
            dnd_freshness: verdict.dnd.freshness,
            dnd_as_of: verdict.dnd.shown_as_of(),
            phone: verdict.hidden_phone().map(Box::new),
            hint_state: reading.hint_state,
            freshness: verdict.freshness,
            as_of: verdict.as_of,
            site: cell.home.peer().map(|peer| ledger.peers().name(peer).clone()),
            presence: beside::presence(&cell.extension, ledger.peers()).map(Box::new),
            call: beside::call(&cell.extension, &verdict, ledger.peers(), is_ours).map(Box::new),
        }
    }

    /// Whether the lamp looks so already.
    pub(super) fn is_of(&self, lamp: &Lamp) -> bool {
        (self.state, self.dnd, self.hint_state) == (lamp.state, lamp.dnd, lamp.hint_state)
            && (self.freshness, self.as_of, &self.site) == (lamp.freshness, lamp.as_of, &lamp.site)
            && (self.dnd_freshness, self.dnd_as_of) == (lamp.dnd_freshness, lamp.dnd_as_of)
            && (&self.dnd_details, &self.phone) == (&lamp.dnd_details, &lamp.phone)
            && (&self.presence, &self.call) == (&lamp.presence, &lamp.call)
    }

    /// Makes the lamp look so.
    pub(super) fn put_on(self, lamp: &mut Lamp) {
        lamp.state = self.state;
        lamp.dnd = self.dnd;
        lamp.dnd_details = self.dnd_details;
        lamp.dnd_freshness = self.dnd_freshness;
        lamp.dnd_as_of = self.dnd_as_of;
        lamp.phone = self.phone;
        lamp.hint_state = self.hint_state;
        lamp.freshness = self.freshness;
        lamp.as_of = self.as_of;
        lamp.site = self.site;
        lamp.presence = self.presence;
        lamp.call = self.call;
    }
}
