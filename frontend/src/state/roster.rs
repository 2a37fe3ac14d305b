//! All lamps and sites as last told, in the order in which they are shown.
//!
//! ```text
//!  Event ──apply──► Roster ──arrange(query, categories)──► rows: site, department, its lamps
//!                     └──► each lamp's own signal, set only where it differs
//! ```
//! A signal is the one place that holds a lamp; the roster knows where it stands.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::collections::btree_map;
use std::sync::Arc;

use lampfield_shared::{Exten, Lamp, Site, SiteName};
use leptos::prelude::{ArcRwSignal, GetUntracked, Set, WithUntracked};

use super::{Categories, Category, Totals};
use crate::search::{Haystack, Query};

/// A lamp's place on the board. Equal to itself only: a lamp that moves gets a new one.
#[derive(Clone)]
pub struct Entry(Arc<Placed>);

struct Placed {
    exten: Exten,
    site: Option<SiteName>,
    group: Option<String>,
    haystack: Haystack,
    lamp: ArcRwSignal<Lamp>,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Entry {
    fn new(lamp: &Lamp, title: Option<&str>, signal: ArcRwSignal<Lamp>) -> Self {
        let texts = [lamp.name.as_deref(), title, lamp.group.as_deref()];
        Self(Arc::new(Placed {
            exten: lamp.exten.clone(),
            site: lamp.site.clone(),
            group: lamp.group.clone(),
            haystack: Haystack::new(lamp.exten.as_str(), texts.into_iter().flatten()),
            lamp: signal,
        }))
    }

    /// The key of the lamp.
    pub fn exten(&self) -> &Exten {
        &self.0.exten
    }

    /// The lamp as it is now.
    pub fn lamp(&self) -> ArcRwSignal<Lamp> {
        self.0.lamp.clone()
    }

    fn category(&self) -> Category {
        self.0.lamp.with_untracked(Category::of)
    }

    /// By department, then by number: short numbers first, so that 99 stands before 100.
    fn cmp_in_site(&self, other: &Self) -> Ordering {
        let key = |entry: &Self| {
            let digits = entry.0.exten.as_str().bytes().all(|byte| byte.is_ascii_digit());
            (!digits, if digits { entry.0.exten.as_str().len() } else { 0 })
        };
        (self.0.group.is_none(), &self.0.group, key(self), &self.0.exten).cmp(&(
            other.0.group.is_none(),
            &other.0.group,
            key(other),
            &other.0.exten,
        ))
    }
}

/// What became different, and so what has to be shown anew beside the lamps themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Touched {
    /// At most the look of lamps.
    Lamps,
    /// Also how many are in which category.
    Totals,
    /// Also which lamps there are, or where they stand.
    Places,
}

/// The lamps of one department of one site that are shown, in order. A site without lamps has
/// one empty row.
#[derive(Clone)]
pub struct Row {
    /// The site; none comes last.
    pub site: Option<SiteName>,
    /// The department; none comes last in its site.
    pub group: Option<String>,
    /// Its lamps.
    pub lamps: Vec<Entry>,
}

/// See the module.
#[derive(Default)]
pub struct Roster {
    entries: BTreeMap<Exten, Entry>,
    sites: Vec<Site>,
    totals: Totals,
    sorted: Vec<Row>,
}

impl Roster {
    /// The sites, in the order of the configuration.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// How many lamps are in which category.
    pub const fn totals(&self) -> Totals {
        self.totals
    }

    /// Whether there are no lamps at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Makes the board what a snapshot says; lamps that it does not name are gone.
    pub fn apply_snapshot(&mut self, sites: Vec<Site>, lamps: Vec<Lamp>) -> Touched {
        let mut touched = Touched::Lamps;
        let renamed = !names(&self.sites).eq(names(&sites));
        if renamed {
            touched = Touched::Places;
        }
        self.sites = sites;
        let mut gone = std::mem::take(&mut self.entries);
        for lamp in lamps {
            if let Some(known) = gone.remove(&lamp.exten) {
                let entry = if renamed { Entry::new(&lamp, title_of(&self.sites, &lamp), known.lamp()) } else { known };
                self.entries.insert(lamp.exten.clone(), entry);
            }
            touched = touched.max(self.apply_lamp(lamp));
        }
        for entry in gone.values() {
            self.totals.remove(entry.category());
            touched = Touched::Places;
        }
        touched
    }

    /// Takes one lamp as it is now.
    pub fn apply_lamp(&mut self, lamp: Lamp) -> Touched {
        let category = Category::of(&lamp);
        let title = title_of(&self.sites, &lamp);
        match self.entries.entry(lamp.exten.clone()) {
            btree_map::Entry::Vacant(free) => {
                self.totals.add(category);
                free.insert(Entry::new(&lamp, title, ArcRwSignal::new(lamp.clone())));
                Touched::Places
            }
            btree_map::Entry::Occupied(mut taken) => {
                let signal = taken.get().lamp();
                let old = signal.get_untracked();
                if old == lamp {
                    return Touched::Lamps;
                }
                let old_category = Category::of(&old);
                self.totals.remove(old_category);
                self.totals.add(category);
                let moved = (&old.name, &old.site, &old.group) != (&lamp.name, &lamp.site, &lamp.group);
                if moved {
                    taken.insert(Entry::new(&lamp, title, signal.clone()));
                }
                signal.set(lamp);
                match (moved, old_category == category) {
                    (true, _) => Touched::Places,
                    (false, false) => Touched::Totals,
                    (false, true) => Touched::Lamps,
                }
            }
        }
    }

    /// Takes one site as it is now; [`Touched::Places`] where it was not there before.
    pub fn apply_site(&mut self, site: Site) -> Touched {
        if let Some(known) = self.sites.iter_mut().find(|known| known.name == site.name) {
            *known = site;
            Touched::Lamps
        } else {
            self.sites.push(site);
            Touched::Places
        }
    }

    /// Sorts all lamps into their sites and departments; due after [`Touched::Places`].
    pub fn sort(&mut self) {
        let places: BTreeMap<&SiteName, usize> = self.sites.iter().map(|site| &site.name).zip(0..).collect();
        let last = self.sites.len();
        let mut by_site = vec![Vec::new(); last + 1];
        for entry in self.entries.values() {
            let place = entry.0.site.as_ref().and_then(|site| places.get(site)).copied().unwrap_or(last);
            by_site[place].push(entry.clone());
        }
        let names = self.sites.iter().map(|site| Some(&site.name)).chain([None]);
        self.sorted = names.zip(by_site).flat_map(|(site, entries)| rows_of(site, entries)).collect();
    }

    /// The lamps that answer `query` and are in `chosen`, the best answers first in each row.
    /// Without either all sites are there, also those without a lamp.
    pub fn arrange(&self, query: &Query, chosen: Categories) -> Vec<Row> {
        if query.is_empty() && chosen.is_empty() {
            return self.sorted.clone();
        }
        let hits = |row: &Row| {
            let mut hits: Vec<_> = row
                .lamps
                .iter()
                .filter(|entry| chosen.shows(entry.category()))
                .filter_map(|entry| Some((query.rank(&entry.0.haystack)?, entry)))
                .collect();
            hits.sort_by_key(|&(rank, _)| rank);
            let lamps: Vec<Entry> = hits.into_iter().map(|(_, entry)| entry.clone()).collect();
            (!lamps.is_empty()).then(|| Row { site: row.site.clone(), group: row.group.clone(), lamps })
        };
        self.sorted.iter().filter_map(hits).collect()
    }
}

fn rows_of(site: Option<&SiteName>, mut entries: Vec<Entry>) -> Vec<Row> {
    let row = |group, lamps| Row { site: site.cloned(), group, lamps };
    if entries.is_empty() && site.is_some() {
        return vec![row(None, entries)];
    }
    entries.sort_by(Entry::cmp_in_site);
    entries
        .chunk_by(|one, next| one.0.group == next.0.group)
        .map(|lamps| row(lamps[0].0.group.clone(), lamps.to_vec()))
        .collect()
}

fn names(sites: &[Site]) -> impl Iterator<Item = (&SiteName, &str)> {
    sites.iter().map(|site| (&site.name, &*site.title))
}

fn title_of<'a>(sites: &'a [Site], lamp: &Lamp) -> Option<&'a str> {
    let site = lamp.site.as_ref()?;
    names(sites).find_map(|(name, title)| (name == site).then_some(title))
}

#[cfg(test)]
mod tests {
    use lampfield_shared::{ExtensionState, Freshness, LampState, Timestamp};

    use super::*;

    fn site(name: &str) -> Site {
        Site {
            name: name.into(),
            title: format!("PBX {name}"),
            freshness: Freshness::Live,
            since: Timestamp(0),
            heard: None,
        }
    }

    /// From `214@perm free Anna`; the site, the state and the name may be missing.
    fn lamp(text: &str) -> Lamp {
        let mut words = text.split_whitespace();
        let (exten, site) = words.next().map(|word| word.split_once('@').unwrap_or((word, ""))).unwrap();
        let state = words.next().unwrap_or("free");
        Lamp {
            exten: exten.into(),
            name: words.next().map(Into::into),
            site: (!site.is_empty()).then(|| site.into()),
            group: words.next().map(Into::into),
            state: LampState::ALL.into_iter().find(|own| own.as_str() == state).unwrap(),
            dnd: false,
            dnd_details: None,
            hint_state: ExtensionState::Idle,
            freshness: Freshness::Live,
            since: Timestamp(0),
            as_of: None,
            mailbox: None,
            mailbox_as_of: None,
            presence: None,
            call: None,
        }
    }

    fn roster(lamps: &[&str]) -> Roster {
        let mut roster = Roster::default();
        roster.apply_snapshot(vec![site("perm"), site("omsk")], lamps.iter().map(|text| lamp(text)).collect());
        roster.sort();
        roster
    }

    fn shown(roster: &Roster, typed: &str, chosen: &[Category]) -> String {
        let mut categories = Categories::default();
        for &category in chosen {
            categories.toggle(category);
        }
        let rows = roster.arrange(&Query::new(typed), categories);
        let row = |Row { site, group, lamps }: &Row| {
            let extens: Vec<_> = lamps.iter().map(|entry| entry.exten().as_str()).collect();
            let site = site.as_ref().map_or("-", SiteName::as_str);
            format!(
                "{site}{}: {}",
                group.as_ref().map(|group| format!(" {group}")).unwrap_or_default(),
                extens.join(" ")
            )
        };
        rows.iter().map(row).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn orders_by_site_then_department_then_number() {
        let roster =
            roster(&["100@perm", "99@perm", "*76@perm", "1000@perm", "300@perm free A Sales", "9", "5@nowhere"]);
        assert_eq!(shown(&roster, "", &[]), "perm Sales: 300; perm: 99 100 1000 *76; omsk: ; -: 5 9");
    }

    #[test]
    fn finds_by_number_name_and_site_best_first() {
        let roster = roster(&["121@perm", "210@perm", "21@omsk", "500@omsk free Anna", "600"]);
        assert_eq!(shown(&roster, "21", &[]), "perm: 210 121; omsk: 21");
        assert_eq!(shown(&roster, "anna", &[]), "omsk: 500");
        assert_eq!(shown(&roster, "perm", &[]), "perm: 121 210");
        assert_eq!(shown(&roster, "nobody", &[]), "");
    }

    #[test]
    fn shows_the_chosen_categories_only() {
        let roster = roster(&["1@perm", "2@perm ringing", "3@omsk call_ringing", "4 dnd"]);
        assert_eq!(shown(&roster, "", &[Category::Ringing, Category::Dnd]), "perm: 2; -: 4");
        assert_eq!(shown(&roster, "3", &[Category::OnCall]), "omsk: 3");
    }

    #[test]
    fn counts_as_it_goes() {
        let mut roster = roster(&["1 free", "2 ringing", "3 free"]);
        let counts = |roster: &Roster| Category::ALL.map(|category| roster.totals().of(category));
        assert_eq!(counts(&roster), [2, 0, 1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(roster.apply_lamp(lamp("2 on_call")), Touched::Totals);
        assert_eq!(roster.apply_lamp(lamp("2 call_ringing")), Touched::Lamps);
        assert_eq!(roster.apply_lamp(lamp("4 dnd")), Touched::Places);
        assert_eq!(counts(&roster), [2, 1, 0, 0, 0, 1, 0, 0, 0]);
        let stale = Lamp { freshness: Freshness::LastKnown, ..lamp("1 free") };
        roster.apply_lamp(stale);
        assert_eq!(counts(&roster), [1, 1, 0, 0, 0, 1, 0, 0, 1]);
        roster.apply_snapshot(vec![], vec![lamp("1 free")]);
        assert_eq!(counts(&roster), [1, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn keeps_the_signal_of_a_lamp_that_moves() {
        let mut roster = roster(&["1@perm free Anna"]);
        let before = roster.entries["1"].clone();
        assert_eq!(roster.apply_lamp(lamp("1@omsk ringing Anna")), Touched::Places);
        assert!(before != roster.entries["1"]);
        assert_eq!(before.lamp().get_untracked().state, LampState::Ringing);
        roster.sort();
        assert_eq!(shown(&roster, "omsk", &[]), "omsk: 1");
    }

    #[test]
    fn leaves_alone_what_a_snapshot_does_not_change() {
        let mut roster = roster(&["1@perm free Anna", "2@omsk dnd"]);
        let before = roster.entries["1"].clone();
        let sites = vec![site("perm"), site("omsk")];
        let same = vec![lamp("1@perm free Anna"), lamp("2@omsk dnd")];
        assert_eq!(roster.apply_snapshot(sites.clone(), same), Touched::Lamps);
        assert!(before == roster.entries["1"]);
        assert_eq!(roster.apply_snapshot(sites, vec![lamp("1@perm free Anna")]), Touched::Places);
        assert!(!roster.entries.contains_key("2"));
    }

    #[test]
    fn finds_a_lamp_by_the_new_title_of_its_site() {
        let mut roster = roster(&["1@perm"]);
        let renamed = Site { title: "Head office".into(), ..site("perm") };
        roster.apply_snapshot(vec![renamed], vec![lamp("1@perm")]);
        roster.sort();
        assert_eq!(shown(&roster, "head", &[]), "perm: 1");
    }
}
