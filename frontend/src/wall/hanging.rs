//! The state of a wall display, in one value that every part of it is given.

use lampfield_shared::{Site, Timestamp};
use lampfield_words::{Language, Words};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::bands::{WallBand, bands};
use super::keep;
use crate::clock::Clock;
use crate::live::{BoardEvent, Follower};
use crate::state::{LampTable, Summary, Touched, set_if_new};

/// The state of a wall display.
#[derive(Clone, Copy)]
pub(super) struct Hanging {
    pub(super) table: StoredValue<LampTable>,
    pub(super) language: Language,
    pub(super) clock: Clock,
    pub(super) summary: Summary,
    pub(super) bands: RwSignal<Vec<WallBand>>,
    pub(super) sites: RwSignal<Vec<Site>>,
    /// Flips at each sign of life of the server.
    pub(super) beat: RwSignal<bool>,
    /// When the server last gave a sign of life, by its own clock.
    pub(super) heard: RwSignal<Option<Timestamp>>,
    /// Whether the server has revoked the display's link.
    pub(super) turned_away: RwSignal<bool>,
}

impl Hanging {
    /// A display of `board` before the first snapshot.
    pub(super) fn new(board: &str, language: Language) -> Self {
        Self {
            table: StoredValue::new(LampTable::new(board)),
            language,
            clock: Clock::new(),
            summary: Summary::new(),
            bands: RwSignal::new(Vec::new()),
            sites: RwSignal::new(Vec::new()),
            beat: RwSignal::new(false),
            heard: RwSignal::new(None),
            turned_away: RwSignal::new(false),
        }
    }

    pub(super) const fn words(self) -> &'static Words {
        self.language.words()
    }

    pub(super) fn set_lost(self, lost: Option<Timestamp>) {
        self.table.update_value(|table| {
            table.set_lost(lost);
            self.summary.show(table);
        });
    }

    fn note(self, event: &BoardEvent) {
        let time = match event {
            BoardEvent::Snapshot(snapshot) => snapshot.time,
            BoardEvent::Tick(tick) => tick.time,
            BoardEvent::Change(_) | BoardEvent::Site(_) | BoardEvent::Boards(_) => return,
        };
        self.beat.update(|beat| *beat = !*beat);
        self.heard.set(Some(time));
    }
}

impl Follower for Hanging {
    fn apply(&self, events: Vec<BoardEvent>) {
        if events.is_empty() {
            return;
        }
        set_if_new(&self.turned_away, false);
        self.table.update_value(|table| {
            let mut touched = Touched::Lamps;
            for event in events {
                self.note(&event);
                touched = touched.max(table.apply(event));
            }
            if touched == Touched::Places {
                // Set even if the bands are equal: a lamp that was removed and came back has another signal.
                self.bands.set(bands(table));
            }
            set_if_new(&self.sites, table.sites().to_vec());
            self.summary.show(table);
        });
    }

    fn ask_who(&self) {
        let turned_away = self.turned_away;
        spawn_local(async move {
            if keep::is_turned_away().await {
                turned_away.set(true);
            }
        });
    }
}
