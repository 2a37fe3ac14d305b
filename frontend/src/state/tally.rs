//! Counts of lamps, by the look in which they are drawn, so that no number says more than the tiles.

use std::collections::BTreeSet;

use lampfield_shared::{Exten, Lamp, Timestamp};
use lampfield_words::Look;

use super::Totals;

/// How many lamps are in each category, and which of them ring.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// When the stream was last heard, if it is lost: then no lamp is drawn or counted as live.
    lost: Option<Timestamp>,
    totals: Totals,
    ringing: BTreeSet<Exten>,
}

impl Tally {
    /// A tally of no lamps. `lost` says when the stream was last heard, if it is lost.
    pub fn new(lost: Option<Timestamp>) -> Self {
        Self { lost, ..Self::default() }
    }

    /// When the stream was last heard, if it is lost.
    pub const fn lost(&self) -> Option<Timestamp> {
        self.lost
    }

    /// How many lamps are in each category.
    pub const fn totals(&self) -> Totals {
        self.totals
    }

    /// The ringing lamps, by extension.
    pub const fn ringing(&self) -> &BTreeSet<Exten> {
        &self.ringing
    }

    /// Counts a lamp.
    pub fn add(&mut self, lamp: &Lamp) {
        let look = Look::of(lamp, self.lost);
        self.totals.add(look.category());
        if look.rings() {
            self.ringing.insert(lamp.exten.clone());
        }
    }

    /// Uncounts a lamp, which is given as it was when it was counted.
    pub fn remove(&mut self, lamp: &Lamp) {
        self.totals.remove(Look::of(lamp, self.lost).category());
        self.ringing.remove(&lamp.exten);
    }
}

#[cfg(test)]
mod tests {
    use lampfield_words::Category;

    use super::*;
    use crate::state::testing::lamp;

    fn counted(tally: &Tally) -> (Vec<(Category, u32)>, Vec<&str>) {
        let totals = Category::ALL.map(|category| (category, tally.totals().of(category)));
        let some = totals.into_iter().filter(|(_, count)| *count > 0).collect();
        (some, tally.ringing().iter().map(Exten::as_str).collect())
    }

    #[test]
    fn counts_what_comes_and_goes() {
        let mut tally = Tally::default();
        for text in ["3 ringing", "1 free", "2 ringing"] {
            tally.add(&lamp(text));
        }
        assert_eq!(counted(&tally), (vec![(Category::Free, 1), (Category::Ringing, 2)], vec!["2", "3"]));
        tally.remove(&lamp("3 ringing"));
        tally.add(&lamp("3 on_call"));
        tally.remove(&lamp("1 free"));
        assert_eq!(counted(&tally), (vec![(Category::OnCall, 1), (Category::Ringing, 1)], vec!["2"]));
        tally.remove(&lamp("2 ringing"));
        tally.remove(&lamp("3 on_call"));
        assert_eq!(tally, Tally::default());
    }

    #[test]
    fn counts_nothing_as_live_while_the_stream_is_lost() {
        let mut tally = Tally::new(Some(Timestamp(5)));
        tally.add(&lamp("1 free"));
        tally.add(&lamp("2 ringing"));
        tally.add(&Lamp::unknown("3".into()));
        let none: Vec<&str> = Vec::new();
        let (mut totals, ringing) = counted(&tally);
        totals.sort_by_key(|(_, count)| *count);
        assert_eq!((totals, ringing), (vec![(Category::NoData, 1), (Category::LastKnown, 2)], none));
        tally.remove(&lamp("2 ringing"));
        assert_eq!(tally.totals().of(Category::LastKnown), 1);
    }
}
