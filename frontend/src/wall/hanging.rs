//! Everything that a wall display knows, in one value that each part of it is given.

use std::collections::BTreeSet;

use lampfield_shared::{Exten, Site, Timestamp};
use lampfield_words::{Language, Words};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::keep;
use super::place::Choice;
use super::state::{Band, Wall};
use crate::clock::Clock;
use crate::live::{BoardEvent, Follower};
use crate::state::{Heading, Totals, set_if_new};

/// What every part of the wall may read.
#[derive(Clone, Copy)]
pub(super) struct Hanging {
    pub(super) wall: StoredValue<Wall>,
    pub(super) language: Language,
    pub(super) clock: Clock,
    pub(super) heading: RwSignal<Option<Heading>>,
    pub(super) bands: RwSignal<Vec<Band>>,
    pub(super) sites: RwSignal<Vec<Site>>,
    pub(super) totals: RwSignal<Totals>,
    pub(super) ringing: RwSignal<BTreeSet<Exten>>,
    /// Turns each time that the server tells that it lives.
    pub(super) beat: RwSignal<bool>,
    /// When it last did.
    pub(super) heard: RwSignal<Option<Timestamp>>,
    /// Whether the server does not let this display look any more.
    pub(super) turned_away: RwSignal<bool>,
}

impl Hanging {
    pub(super) fn new(choice: Choice, language: Language) -> Self {
        Self {
            wall: StoredValue::new(Wall::new(choice)),
            language,
            clock: Clock::new(),
            heading: RwSignal::new(None),
            bands: RwSignal::new(Vec::new()),
            sites: RwSignal::new(Vec::new()),
            totals: RwSignal::new(Totals::default()),
            ringing: RwSignal::new(BTreeSet::new()),
            beat: RwSignal::new(false),
            heard: RwSignal::new(None),
            turned_away: RwSignal::new(false),
        }
    }

    pub(super) const fn words(self) -> &'static Words {
        self.language.words()
    }

    pub(super) fn set_lost(self, lost: Option<Timestamp>) {
        self.wall.update_value(|wall| {
            wall.set_lost(lost);
            self.count(wall);
        });
    }

    fn count(self, wall: &Wall) {
        set_if_new(&self.totals, wall.totals());
        set_if_new(&self.ringing, wall.ringing().clone());
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
        self.wall.update_value(|wall| {
            let mut moved = false;
            for event in events {
                self.note(&event);
                moved |= wall.apply(event);
            }
            if moved {
                // Also where they are equal: a lamp that went and came back has another signal.
                self.bands.set(wall.bands());
            }
            set_if_new(&self.heading, wall.heading());
            set_if_new(&self.sites, wall.sites().to_vec());
            self.count(wall);
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
