//! One lamp's place on the board.

use std::cmp::Ordering;
use std::sync::Arc;

use lampfield_shared::{Exten, Lamp, SiteName, Timestamp};
use lampfield_words::{Look, Order};
use leptos::prelude::{ArcRwSignal, WithUntracked};

use crate::search::Haystack;
use crate::state::marks::Marks;
use crate::state::tabs::{by_number, by_order};

/// A lamp with what the reader made of it: all that a tile shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// As the server tells it.
    pub lamp: Lamp,
    /// As the reader marked it.
    pub marks: Marks,
}

/// A lamp's place on the board. Equal to itself only: a lamp that moves gets a new one.
#[derive(Clone)]
pub struct Entry(pub(super) Arc<Placed>);

pub(super) struct Placed {
    pub(super) exten: Exten,
    pub(super) site: Option<SiteName>,
    pub(super) group: Option<String>,
    pub(super) haystack: Haystack,
    pub(super) cell: ArcRwSignal<Cell>,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Entry {
    pub(super) fn new(lamp: &Lamp, title: Option<&str>, note: Option<&str>, cell: ArcRwSignal<Cell>) -> Self {
        let texts = [lamp.name.as_deref(), title, lamp.group.as_deref(), note];
        Self(Arc::new(Placed {
            exten: lamp.exten.clone(),
            site: lamp.site.clone(),
            group: lamp.group.clone(),
            haystack: Haystack::new(lamp.exten.as_str(), texts.into_iter().flatten()),
            cell,
        }))
    }

    /// The key of the lamp.
    pub fn exten(&self) -> &Exten {
        &self.0.exten
    }

    /// The lamp as it is now.
    pub fn cell(&self) -> ArcRwSignal<Cell> {
        self.0.cell.clone()
    }

    /// Which of two stands first.
    pub(super) fn compare(&self, other: &Self, order: Order) -> Ordering {
        match order {
            Order::Own | Order::Number => by_number(self.exten(), other.exten()),
            _ => {
                let cells = (&self.0.cell, &other.0.cell);
                cells.0.with_untracked(|one| cells.1.with_untracked(|other| by_order(order, &one.lamp, &other.lamp)))
            }
        }
    }

    /// How it is drawn; the stream was `lost` at that time, if it was.
    pub(super) fn look(&self, lost: Option<Timestamp>) -> Look {
        self.0.cell.with_untracked(|cell| Look::of(&cell.lamp, lost))
    }
}
