//! What the reader did last, and how each deed is undone.

use std::collections::VecDeque;

use lampfield_shared::dnd::SetDnd;
use lampfield_shared::{Exten, Timestamp};

/// How long a deed can be undone, in ms.
const REGRET: u64 = 30_000;
/// How many deeds are listed.
const MOST: usize = 5;

/// What takes a deed back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undo {
    /// Make an extension a favourite, or no longer.
    Favourite(Exten, bool),
    /// Put the favourites in this order.
    Order(Vec<Exten>),
    /// Watch an extension, or stop.
    Watch(Exten),
    /// Give an extension the note that it had.
    Note(Exten, String),
    /// Set "do not disturb" as it was.
    Dnd(Exten, Box<SetDnd>),
}

/// A deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// A number by which the deed is known.
    pub number: u64,
    /// What was done, in the words of the language that the page had then.
    pub text: String,
    /// When it was done, by the server's clock.
    pub at: Timestamp,
    /// What takes it back; `None` once that was done.
    undo: Option<Undo>,
}

impl Deed {
    /// The seconds in which the deed can still be undone; `None` if it cannot.
    pub fn seconds_left(&self, now: Timestamp) -> Option<u64> {
        self.undo.as_ref()?;
        let left = REGRET.checked_sub(now.0.saturating_sub(self.at.0))?;
        (left > 0).then(|| left.div_ceil(1000))
    }
}

/// The last deeds, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deeds {
    all: VecDeque<Deed>,
    count: u64,
}

impl Deeds {
    /// Adds a deed.
    pub fn add(&mut self, text: String, at: Timestamp, undo: Undo) {
        self.count += 1;
        self.all.push_front(Deed { number: self.count, text, at, undo: Some(undo) });
        self.all.truncate(MOST);
    }

    /// The deeds, the newest first.
    pub fn all(&self) -> impl Iterator<Item = &Deed> {
        self.all.iter()
    }

    /// Takes what undoes a deed, or the newest that can be undone. A deed is undone once.
    pub fn take(&mut self, number: Option<u64>, now: Timestamp) -> Option<Undo> {
        let wanted = |deed: &&mut Deed| number.is_none_or(|number| deed.number == number);
        let mut can_be = self.all.iter_mut().filter(|deed| deed.seconds_left(now).is_some());
        can_be.find(wanted)?.undo.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deeds() -> Deeds {
        let mut deeds = Deeds::default();
        for (at, exten) in [(1_000, "1"), (2_000, "2")] {
            deeds.add(format!("did {exten}"), Timestamp(at), Undo::Watch(exten.into()));
        }
        deeds
    }

    #[test]
    fn undoes_the_newest_first_and_each_once() {
        let mut deeds = deeds();
        let mut next = || deeds.take(None, Timestamp(3_000));
        assert_eq!([next(), next(), next()], [Some(Undo::Watch("2".into())), Some(Undo::Watch("1".into())), None]);
    }

    #[test]
    fn undoes_the_one_that_is_meant() {
        let mut deeds = deeds();
        assert_eq!(deeds.take(Some(1), Timestamp(3_000)), Some(Undo::Watch("1".into())));
        assert_eq!(deeds.take(Some(1), Timestamp(3_000)), None);
        assert_eq!(
            deeds.all().map(|deed| &*deed.text).collect::<Vec<_>>(),
            ["did 2", "did 1"],
            "both are still told of"
        );
    }

    #[test]
    fn cannot_undo_for_ever() {
        let mut deeds = deeds();
        let left = |at| deeds.all().map(|deed| deed.seconds_left(Timestamp(at))).collect::<Vec<_>>();
        assert_eq!(left(2_000), [Some(30), Some(29)]);
        assert_eq!(left(31_000), [Some(1), None]);
        assert_eq!(deeds.take(None, Timestamp(32_000)), None);
    }

    #[test]
    fn lists_a_few() {
        let mut deeds = Deeds::default();
        (0..20).for_each(|at| deeds.add(String::new(), Timestamp(at), Undo::Watch("1".into())));
        assert_eq!(deeds.all().count(), MOST);
    }
}
