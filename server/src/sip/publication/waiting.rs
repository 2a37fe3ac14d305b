//! The bodies that wait for their turn: the newest of each key.

use std::collections::BTreeMap;

/// A body that knows which older body it replaces.
pub trait Supersede {
    /// Bodies of one key replace each other while they wait.
    type Key: Ord;
    /// The key; `None` replaces nothing.
    fn key(&self) -> Option<Self::Key>;
}

/// A body, and what has become of it so far.
#[derive(Debug)]
pub(super) struct Entry<B> {
    pub(super) body: B,
    pub(super) tried: Tried,
    place: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tried {
    /// Not yet refused for what it says.
    Never,
    /// Refused once: perhaps for the tag, so it gets a second trial without.
    Rejected,
}

/// First come, first served; but a newer body takes the place of an older one of its key.
pub(super) struct Waiting<B: Supersede> {
    /// In the order of their places.
    entries: BTreeMap<i64, Entry<B>>,
    places: BTreeMap<B::Key, i64>,
    first_place: i64,
    last_place: i64,
}

impl<B: Supersede> Waiting<B> {
    pub(super) fn new() -> Self {
        Self { entries: BTreeMap::new(), places: BTreeMap::new(), first_place: 0, last_place: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn bodies(&self) -> impl Iterator<Item = &B> {
        self.entries.values().map(|entry| &entry.body)
    }

    pub(super) fn push(&mut self, body: B) {
        let of_older = body.key().and_then(|key| self.places.get(&key).copied());
        let place = of_older.unwrap_or_else(|| self.new_place());
        self.insert(Entry { body, tried: Tried::Never, place });
    }

    /// Goes before all others.
    pub(super) fn push_first(&mut self, body: B) {
        if let Some(place) = body.key().and_then(|key| self.places.remove(&key)) {
            self.entries.remove(&place);
        }
        self.first_place -= 1;
        self.insert(Entry { body, tried: Tried::Never, place: self.first_place });
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&B) -> bool) {
        self.entries.retain(|_, entry| keep(&entry.body));
        let entries = &self.entries;
        self.places.retain(|_, place| entries.contains_key(place));
    }

    pub(super) fn pop(&mut self) -> Option<Entry<B>> {
        let (_, entry) = self.entries.pop_first()?;
        if let Some(key) = entry.body.key() {
            self.places.remove(&key);
        }
        Some(entry)
    }

    /// Puts back where it was, unless something newer waits already.
    pub(super) fn put_back(&mut self, entry: Entry<B>) {
        if !entry.body.key().is_some_and(|key| self.places.contains_key(&key)) {
            self.insert(entry);
        }
    }

    /// Puts back behind the others, unless something newer waits already.
    pub(super) fn put_back_last(&mut self, mut entry: Entry<B>) {
        entry.place = self.new_place();
        self.put_back(entry);
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.places.clear();
    }

    fn new_place(&mut self) -> i64 {
        self.last_place += 1;
        self.last_place
    }

    fn insert(&mut self, entry: Entry<B>) {
        if let Some(key) = entry.body.key() {
            self.places.insert(key, entry.place);
        }
        self.entries.insert(entry.place, entry);
    }
}
