//! A lamp's place on the board, and the signal that holds the lamp.

use std::sync::{Arc, OnceLock};

use lampfield_shared::{Exten, Lamp, SiteName, Timestamp};
use lampfield_words::{Look, Order};
use leptos::prelude::{ArcRwSignal, WithUntracked};

use super::marks::Marks;
use super::tabs::SortKey;
use crate::search::Haystack;

/// A lamp and the reader's marks: all that a tile shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The lamp as the server last told it.
    pub lamp: Lamp,
    /// The marks that the reader gave it.
    pub marks: Marks,
}

/// What a tile writes whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name, else the number
    pub name: String,
    /// The number
    pub number: String,
}

/// A lamp's place on the board. An entry equals itself only: a lamp that moves gets a new one, with the same signal.
#[derive(Clone)]
pub struct Entry(Arc<Placed>);

struct Placed {
    exten: Exten,
    site: Option<SiteName>,
    group: Option<String>,
    /// Made by the first search: a wall display never searches.
    haystack: OnceLock<Haystack>,
    cell: ArcRwSignal<Cell>,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Entry {
    /// A new place for the lamp in `cell`, by its site and department of now.
    pub(super) fn new(cell: ArcRwSignal<Cell>) -> Self {
        let placed = |Cell { lamp, .. }: &Cell| (lamp.exten.clone(), lamp.site.clone(), lamp.group.clone());
        let (exten, site, group) = cell.with_untracked(placed);
        Self(Arc::new(Placed { exten, site, group, haystack: OnceLock::new(), cell }))
    }

    /// The extension, by which the lamp is known.
    pub fn exten(&self) -> &Exten {
        &self.0.exten
    }

    /// The site that the lamp stands with.
    pub fn site(&self) -> Option<&SiteName> {
        self.0.site.as_ref()
    }

    /// The department that the lamp stands in.
    pub fn group(&self) -> Option<&str> {
        self.0.group.as_deref()
    }

    /// The name and the number by which the lamp's tile is measured: a lamp without a name shows its number as one.
    pub(super) fn person(&self) -> Person {
        let number = self.exten().to_string();
        Person { name: self.with_lamp(|lamp| lamp.name.clone()).unwrap_or_else(|| number.clone()), number }
    }

    /// The signal of the lamp; it stays the same when the lamp moves.
    pub fn cell(&self) -> ArcRwSignal<Cell> {
        self.0.cell.clone()
    }

    /// Reads the lamp as it is now. Not reactive.
    pub(super) fn with_lamp<T>(&self, read: impl FnOnce(&Lamp) -> T) -> T {
        self.0.cell.with_untracked(|cell| read(&cell.lamp))
    }

    /// The texts of the lamp that a search goes through, made ready by the first search. `more` gives the title of the lamp's
    /// site and the reader's note; when one of them changes, the lamp needs a new entry.
    pub(super) fn haystack<'t>(&self, more: impl FnOnce() -> [Option<&'t str>; 2]) -> &Haystack {
        self.0.haystack.get_or_init(|| {
            let [title, note] = more();
            self.with_lamp(|lamp| {
                let around = [title, lamp.group.as_deref(), note].into_iter().flatten().collect::<Vec<_>>().join(" ");
                Haystack::new(lamp.exten.as_str(), lamp.name.as_deref().unwrap_or_default(), &around)
            })
        })
    }

    /// The key by which `order` sorts the lamp.
    pub(super) fn sort_key(&self, order: Order) -> SortKey {
        self.with_lamp(|lamp| SortKey::of(order, lamp))
    }

    /// The look of the lamp; `lost` says when the stream was last heard, if it is lost.
    pub(super) fn look(&self, lost: Option<Timestamp>) -> Look {
        self.with_lamp(|lamp| Look::of(lamp, lost))
    }
}
