//! The backlog of a publication: the bodies that wait for their turn, the newest of each key.

use std::collections::BTreeMap;
use std::time::Instant;

/// A body that knows which older body it replaces.
pub trait Supersede {
    /// Bodies of one key replace each other while they wait.
    type Key: Ord;
    /// The key; `None` for a body that replaces nothing.
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
    /// The body was not refused for what it says.
    Never,
    /// The body was refused once: perhaps for the tag, so it gets a second trial without.
    Rejected,
}

/// A body that the peer would not have, and when it is offered again.
struct Aside<B> {
    entry: Entry<B>,
    /// What the peer answered.
    status: u16,
    until: Instant,
}

/// The bodies that wait. First come, first served; but a newer body takes the place of an older one of its key.
pub(super) struct Backlog<B: Supersede> {
    /// In the order of their places.
    entries: BTreeMap<i64, Entry<B>>,
    places: BTreeMap<B::Key, i64>,
    aside: Vec<Aside<B>>,
    first_place: i64,
    last_place: i64,
}

impl<B: Supersede> Backlog<B> {
    pub(super) fn new() -> Self {
        Self { entries: BTreeMap::new(), places: BTreeMap::new(), aside: Vec::new(), first_place: 0, last_place: 0 }
    }

    /// Whether no body waits for its turn; some may be set aside.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn bodies(&self) -> impl Iterator<Item = &B> {
        self.entries.values().map(|entry| &entry.body)
    }

    /// The bodies that were set aside, each with what the peer answered to it.
    pub(super) fn aside(&self) -> impl Iterator<Item = (&B, u16)> {
        self.aside.iter().map(|aside| (&aside.entry.body, aside.status))
    }

    pub(super) fn push(&mut self, body: B) {
        self.forget_aside(&body);
        let of_older = body.key().and_then(|key| self.places.get(&key).copied());
        let place = of_older.unwrap_or_else(|| self.new_place());
        self.insert(Entry { body, tried: Tried::Never, place });
    }

    /// Puts a body before all others.
    pub(super) fn push_first(&mut self, body: B) {
        self.forget_aside(&body);
        if let Some(place) = body.key().and_then(|key| self.places.remove(&key)) {
            self.entries.remove(&place);
        }
        self.first_place -= 1;
        self.insert(Entry { body, tried: Tried::Never, place: self.first_place });
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&B) -> bool) {
        self.entries.retain(|_, entry| keep(&entry.body));
        self.aside.retain(|aside| keep(&aside.entry.body));
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

    /// Puts a body back where it was, unless something newer waits already.
    pub(super) fn put_back(&mut self, entry: Entry<B>) {
        if !self.has_newer(&entry) {
            self.insert(entry);
        }
    }

    /// Puts a body back behind the others, unless something newer waits already.
    pub(super) fn put_back_last(&mut self, mut entry: Entry<B>) {
        entry.place = self.new_place();
        self.put_back(entry);
    }

    /// Lets a body wait no more until then, or until a newer one of its key comes.
    pub(super) fn set_aside(&mut self, entry: Entry<B>, status: u16, until: Instant) {
        if !self.has_newer(&entry) {
            self.aside.push(Aside { entry, status, until });
        }
    }

    fn has_newer(&self, entry: &Entry<B>) -> bool {
        entry.body.key().is_some_and(|key| self.places.contains_key(&key))
    }

    /// When the next body that was set aside waits again.
    pub(super) fn recalls_at(&self) -> Option<Instant> {
        self.aside.iter().map(|aside| aside.until).min()
    }

    /// Lets the bodies that were set aside until `now` wait again, behind the others.
    pub(super) fn recall(&mut self, now: Instant) {
        let due: Vec<_> = self.aside.extract_if(.., |aside| aside.until <= now).collect();
        for aside in due {
            self.put_back_last(aside.entry);
        }
    }

    pub(super) fn clear(&mut self) {
        self.aside.clear();
        self.entries.clear();
        self.places.clear();
    }

    /// Forgets what was set aside and is now replaced.
    fn forget_aside(&mut self, newer: &B) {
        let key = newer.key();
        self.aside.retain(|aside| key.is_none() || aside.entry.body.key() != key);
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
