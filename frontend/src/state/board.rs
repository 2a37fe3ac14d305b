//! The board as signals: what the components show.

use std::collections::BTreeMap;

use lampfield_shared::{Site, SiteName};
use leptos::prelude::{
    ArcRwSignal, Get, GetUntracked, ReadSignal, RwSignal, Set, StoredValue, UpdateValue, With, WithUntracked,
};

use super::roster::{Entry, Roster, Row, Touched};
use super::{Categories, Totals};
use crate::live::BoardEvent;
use crate::search::Query;

/// What stands above the lamps; it comes with the first snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The name of the board.
    pub title: String,
    /// The lamps are of people who do not exist.
    pub demo: bool,
}

/// One site's part of the board.
#[derive(Clone)]
pub struct Band {
    /// Its key; `None` gathers the lamps of no site.
    pub site: Option<SiteName>,
    /// What the site itself says.
    pub about: ArcRwSignal<Option<Site>>,
    /// How many of its lamps are shown.
    pub count: ArcRwSignal<usize>,
    /// Its departments with a lamp that is shown.
    pub groups: ArcRwSignal<Vec<Group>>,
}

/// One department of a site.
#[derive(Clone)]
pub struct Group {
    /// Its name; `None` gathers the lamps of no department.
    pub name: Option<String>,
    /// The lamps that are shown, in order.
    pub lamps: ArcRwSignal<Vec<Entry>>,
}

#[derive(Default)]
struct Inner {
    roster: Roster,
    /// Every band and department that ever was: one that comes back finds its signals again.
    bands: BTreeMap<Option<SiteName>, Band>,
    groups: BTreeMap<(Option<SiteName>, Option<String>), Group>,
}

/// See the module.
#[derive(Clone, Copy)]
pub struct Board {
    inner: StoredValue<Inner>,
    heading: RwSignal<Option<Heading>>,
    totals: RwSignal<Totals>,
    has_lamps: RwSignal<bool>,
    bands: RwSignal<Vec<Band>>,
    /// What is typed into the search field.
    pub typed: RwSignal<String>,
    /// Which categories are shown.
    pub chosen: RwSignal<Categories>,
}

impl Board {
    /// A board of which nothing is known yet.
    pub fn new() -> Self {
        Self {
            inner: StoredValue::new(Inner::default()),
            heading: RwSignal::new(None),
            totals: RwSignal::new(Totals::default()),
            has_lamps: RwSignal::new(false),
            bands: RwSignal::new(Vec::new()),
            typed: RwSignal::new(String::new()),
            chosen: RwSignal::new(Categories::default()),
        }
    }

    /// Title and kind of the board; `None` until the first snapshot. Reactive.
    pub fn heading(self) -> Option<Heading> {
        self.heading.get()
    }

    /// How many lamps are in which category. Reactive.
    pub fn totals(self) -> Totals {
        self.totals.get()
    }

    /// Whether there is any lamp, shown or not. Reactive.
    pub fn has_lamps(self) -> bool {
        self.has_lamps.get()
    }

    /// The sites that are shown, in order.
    pub fn bands(self) -> ReadSignal<Vec<Band>> {
        self.bands.read_only()
    }

    /// Applies what came within one frame. Nothing is set that stays the same.
    pub fn apply(self, events: Vec<BoardEvent>) {
        self.inner.update_value(|inner| {
            let touched = events.into_iter().map(|event| self.apply_event(inner, event)).max();
            if touched == Some(Touched::Places) {
                inner.roster.sort();
            }
            if touched == Some(Touched::Places)
                || touched == Some(Touched::Totals) && !self.chosen.get_untracked().is_empty()
            {
                self.show(inner);
            }
            set_if_new(self.totals, inner.roster.totals());
            set_if_new(self.has_lamps, !inner.roster.is_empty());
        });
    }

    /// Shows what answers the search and the chosen categories. Reactive.
    pub fn arrange(self) {
        self.typed.with(|_| ());
        self.chosen.with(|_| ());
        self.inner.update_value(|inner| self.show(inner));
    }

    fn apply_event(self, inner: &mut Inner, event: BoardEvent) -> Touched {
        match event {
            BoardEvent::Snapshot(snapshot) => {
                set_if_new(self.heading, Some(Heading { title: snapshot.title, demo: snapshot.demo }));
                let touched = inner.roster.apply_snapshot(snapshot.sites, snapshot.lamps);
                for site in inner.roster.sites() {
                    tell_band(&inner.bands, site);
                }
                touched
            }
            BoardEvent::Change(lamp) => inner.roster.apply_lamp(lamp),
            BoardEvent::Site(site) => {
                tell_band(&inner.bands, &site);
                inner.roster.apply_site(site)
            }
            BoardEvent::Tick(_) => Touched::Lamps,
        }
    }

    fn show(self, inner: &mut Inner) {
        let query = self.typed.with_untracked(|typed| Query::new(typed));
        let rows = inner.roster.arrange(&query, self.chosen.get_untracked());
        let bands: Vec<Band> = rows.chunk_by(|one, next| one.site == next.site).map(|rows| inner.band(rows)).collect();
        let same = |old: &Vec<Band>| old.iter().map(|band| &band.site).eq(bands.iter().map(|band| &band.site));
        if !self.bands.with_untracked(same) {
            self.bands.set(bands);
        }
    }
}

impl Inner {
    /// The band of a site, with these rows in it; there is at least one.
    fn band(&mut self, rows: &[Row]) -> Band {
        let site = &rows[0].site;
        let groups: Vec<Group> = rows.iter().map(|row| self.group(row)).collect();
        let about = self.roster.sites().iter().find(|about| Some(&about.name) == site.as_ref());
        let band = self.bands.entry(site.clone()).or_insert_with(|| Band {
            site: site.clone(),
            about: ArcRwSignal::new(about.cloned()),
            count: ArcRwSignal::new(0),
            groups: ArcRwSignal::new(Vec::new()),
        });
        let count = rows.iter().map(|row| row.lamps.len()).sum();
        if band.count.get_untracked() != count {
            band.count.set(count);
        }
        let same = |old: &Vec<Group>| old.iter().map(|group| &group.name).eq(groups.iter().map(|group| &group.name));
        if !band.groups.with_untracked(same) {
            band.groups.set(groups);
        }
        band.clone()
    }

    fn group(&mut self, Row { site, group, lamps }: &Row) -> Group {
        let group = self
            .groups
            .entry((site.clone(), group.clone()))
            .or_insert_with(|| Group { name: group.clone(), lamps: ArcRwSignal::new(Vec::new()) });
        if group.lamps.with_untracked(|old| old != lamps) {
            group.lamps.set(lamps.clone());
        }
        group.clone()
    }
}

fn tell_band(bands: &BTreeMap<Option<SiteName>, Band>, site: &Site) {
    if let Some(band) = bands.get(&Some(site.name.clone()))
        && band.about.with_untracked(|old| old.as_ref() != Some(site))
    {
        band.about.set(Some(site.clone()));
    }
}

fn set_if_new<T: PartialEq + Clone + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}
