//! The state of a wall display, in one value that every part of it is given.

use lampfield_shared::{Exten, Freshness, Site, Timestamp};
use lampfield_words::{Categories, Category, Language, Look, Words};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::bands::{BandHead, WallBand, bands};
use super::fit::Who;
use super::keep;
use super::lettering::Lettering;
use super::plan::Group;
use crate::clock::Clock;
use crate::live::{BoardEvent, Follower};
use crate::state::{LampTable, Summary, Totals, Touched, set_if_new};

/// The state of a wall display.
#[derive(Clone, Copy)]
pub(super) struct Hanging {
    pub(super) table: StoredValue<LampTable>,
    pub(super) language: Language,
    pub(super) lettering: Lettering,
    pub(super) clock: Clock,
    pub(super) summary: Summary,
    pub(super) bands: RwSignal<Vec<WallBand>>,
    /// How many lamps of each band are in which category.
    pub(super) counts: RwSignal<Vec<Totals>>,
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
            lettering: Lettering::new(),
            clock: Clock::new(),
            summary: Summary::new(),
            bands: RwSignal::new(Vec::new()),
            counts: RwSignal::new(Vec::new()),
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
            self.count(table);
        });
    }

    /// Counts each band anew.
    fn count(self, table: &LampTable) {
        let count = |band: &WallBand| {
            let mut totals = Totals::default();
            for cell in band.lamps.iter().filter_map(|exten| table.cell(exten)) {
                totals.add(cell.with_untracked(|cell| Look::of(&cell.lamp, table.lost()).category()));
            }
            totals
        };
        set_if_new(&self.counts, self.bands.with_untracked(|bands| bands.iter().map(count).collect()));
    }

    /// The layout's inputs: the lamps of each band, and how much is going on where nothing is wrong. Reactive, but for what is
    /// going on: a call must not move the lamps of others.
    pub(super) fn groups(self) -> Vec<Group> {
        let counts = self.counts.get_untracked();
        let is_well = |head: &BandHead| {
            let BandHead::Site(Some(name)) = head else { return false };
            self.sites.with(|sites| sites.iter().any(|site| site.name == *name && site.freshness == Freshness::Live))
        };
        let noise = |at: usize| {
            let busy = Categories::of(&[Category::Ringing, Category::OnCall, Category::Busy]);
            counts.get(at).map_or(0, |totals| totals.of_all(busy))
        };
        let who = |exten: &Exten| {
            let cell = self.table.with_value(|table| table.cell(exten));
            let name = cell.and_then(|cell| cell.with_untracked(|cell| cell.lamp.name.clone()));
            Who { name, number: exten.to_string() }
        };
        let group = |(at, band): (usize, &WallBand)| Group {
            lamps: band.lamps.iter().map(who).collect(),
            noise: is_well(&band.head).then(|| noise(at)),
        };
        self.bands.with(|bands| bands.iter().enumerate().map(group).collect())
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
                // A snapshot tells of changes that nobody counted one by one.
                let least = if matches!(event, BoardEvent::Snapshot(_)) { Touched::Totals } else { Touched::Lamps };
                touched = touched.max(table.apply(event)).max(least);
            }
            if touched == Touched::Places {
                // Set even if the bands are equal: a lamp that was removed and came back has another signal.
                self.bands.set(bands(table));
            }
            if touched >= Touched::Totals {
                self.count(table);
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
