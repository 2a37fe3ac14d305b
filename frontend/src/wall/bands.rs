//! What hangs on a wall display: lamps site by site, or an admin's own board as that has them.

use lampfield_shared::{Exten, SiteName};

use crate::state::tabs::by_number;
use crate::state::{Entry, LampTable};

/// Lamps that hang together, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WallBand {
    /// The site or the group of the lamps.
    pub head: BandHead,
    /// The lamps of a site by number, for that is what is looked for across a room; those of an own board in its order.
    pub lamps: Vec<Exten>,
}

/// What the lamps of a band have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum BandHead {
    /// A site; `None` gathers the lamps of no site.
    Site(Option<SiteName>),
    /// The group of this title on an own board.
    Group(String),
}

/// The bands of the board that the table shows. Where all lamps hang, a site without lamps has a band, too; an own board hangs
/// whole.
pub fn bands(table: &LampTable) -> Vec<WallBand> {
    if let Some(own) = table.own_board() {
        let groups = own.groups.iter().filter(|group| !group.extens.is_empty());
        let band = groups.map(|it| WallBand { head: BandHead::Group(it.title.clone()), lamps: it.extens.clone() });
        return band.collect();
    }
    let known = table.sites().len();
    let empty = |site| WallBand { head: BandHead::Site(site), lamps: Vec::new() };
    let mut bands: Vec<WallBand> = table.sites().iter().map(|site| empty(Some(site.name.clone()))).collect();
    let mut lamps: Vec<&Entry> = table.shown().collect();
    lamps.sort_by(|one, other| by_number(one.exten(), other.exten()));
    for entry in lamps {
        let band = empty(entry.site().cloned());
        let at = bands.iter().position(|known| known.head == band.head).unwrap_or_else(|| {
            bands.push(band);
            bands.len() - 1
        });
        bands[at].lamps.push(entry.exten().clone());
    }
    // The lamps of no site, and those of sites that the server names only in its lamps.
    bands[known..].sort_by(|one, other| one.head.cmp(&other.head));
    let none = BandHead::Site(None);
    bands.retain(|band| !band.lamps.is_empty() || (table.shows_all() && band.head != none));
    bands
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use lampfield_shared::account::BOARD_ALL;
    use lampfield_shared::{BoardGroup, Lamp, OwnBoard, Revision, Site, Snapshot, Timestamp};
    use lampfield_words::{Category, Look};
    use leptos::prelude::WithUntracked;

    use super::*;
    use crate::live::BoardEvent;
    use crate::state::Touched;
    use crate::state::testing;

    /// `214@perm/Sales ringing`
    fn lamp(text: &str) -> Lamp {
        let (place, state) = text.split_once(' ').unwrap_or((text, "free"));
        let (place, group) = place.split_once('/').map_or((place, None), |(place, group)| (place, Some(group)));
        Lamp { group: group.map(Into::into), ..testing::lamp(&format!("{place} {state}")) }
    }

    fn site(name: &str, title: &str) -> Site {
        Site { title: title.into(), ..testing::site(name) }
    }

    fn front(extens: &[&str]) -> OwnBoard {
        let group = |title: &str, extens: &[&str]| {
            let extens = extens.iter().map(|exten| Exten::from(*exten)).collect();
            BoardGroup { title: title.into(), extens }
        };
        let groups = vec![group("Desk", extens), group("Nobody", &[]), group("Door", &["2"])];
        OwnBoard { name: "front".into(), title: "Front".into(), groups, changed: Timestamp(7) }
    }

    fn wall(board: &str, lamps: &[&str]) -> LampTable {
        let mut wall = LampTable::new(if board.is_empty() { BOARD_ALL } else { board });
        wall.apply(BoardEvent::Snapshot(Snapshot {
            revision: Revision(1),
            time: Timestamp(0),
            title: "Desk".into(),
            demo: false,
            build: "1".into(),
            sites: vec![site("perm", "Пермь"), site("kazan", "Kazan")],
            boards: vec![front(&["9", "*7"])],
            lamps: lamps.iter().map(|text| lamp(text)).collect(),
        }));
        wall
    }

    fn shown(wall: &LampTable) -> String {
        let band = |band: WallBand| {
            let head = match band.head {
                BandHead::Site(site) => site.map_or_else(|| "-".into(), |site| site.to_string()),
                BandHead::Group(title) => title,
            };
            format!("{head}: {}", band.lamps.iter().map(Exten::as_str).collect::<Vec<_>>().join(" "))
        };
        bands(wall).into_iter().map(band).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn sites_stand_as_configured_and_lamps_by_number() {
        let lamps = ["7", "1000@perm/Sales", "99@perm/Sales", "*7@perm", "100@perm", "5@perm/Office"];
        assert_eq!(shown(&wall("", &lamps)), "perm: 5 99 100 1000 *7; kazan: ; -: 7");
    }

    #[test]
    fn a_board_is_a_site_by_name_or_title_or_a_department() {
        let lamps = ["1@perm/Sales", "2@kazan/Sales", "3@kazan"];
        for (choice, expected) in [
            ("perm", "perm: 1"),
            ("ПЕРМЬ", "perm: 1"),
            ("sales", "perm: 1; kazan: 2"),
            ("Kazan", "kazan: 2 3"),
            ("omsk", ""),
        ] {
            assert_eq!(shown(&wall(choice, &lamps)), expected, "{choice}");
        }
    }

    #[test]
    fn counts_only_what_hangs_here() {
        let mut wall = wall("perm", &["1@perm", "2@perm ringing", "3@kazan ringing"]);
        let ringing = |wall: &LampTable| wall.ringing().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!((wall.totals().of(Category::Free), wall.totals().of(Category::Ringing)), (1, 1));
        assert_eq!(ringing(&wall), "2");
        for change in ["1@perm call_ringing", "2@perm", "3@kazan free", "4@perm ringing"] {
            wall.apply(BoardEvent::Change(Box::new(lamp(change))));
        }
        assert_eq!((wall.totals().of(Category::OnCall), wall.totals().of(Category::Free)), (1, 1));
        assert_eq!(ringing(&wall), "1 4");
    }

    #[test]
    fn what_a_site_brings_to_the_wall_that_is_named_later_is_counted() {
        let mut wall = wall("Moscow", &["1@msk ringing", "2@perm"]);
        assert_eq!((shown(&wall).as_str(), wall.ringing().len()), ("", 0));
        assert_eq!(wall.apply(BoardEvent::Site(site("msk", "Moscow"))), Touched::Places);
        assert_eq!((shown(&wall).as_str(), wall.totals().of(Category::Ringing)), ("msk: 1", 1));
        wall.apply(BoardEvent::Change(Box::new(lamp("1@msk"))));
        assert_eq!([Category::Ringing, Category::Free].map(|it| wall.totals().of(it)), [0, 1]);
    }

    #[test]
    fn counts_as_it_draws_while_the_stream_is_lost() {
        let mut wall = wall("Front", &["1@perm ringing", "2@kazan", "*7@perm ringing"]);
        wall.set_lost(Some(Timestamp(5)));
        let of =
            |wall: &LampTable| [Category::LastKnown, Category::NoData, Category::Free].map(|it| wall.totals().of(it));
        assert_eq!((of(&wall), wall.ringing().len()), ([2, 1, 0], 0));
        wall.apply(BoardEvent::Change(Box::new(lamp("2@kazan ringing"))));
        assert_eq!((of(&wall), wall.ringing().len()), ([2, 1, 0], 0));
        wall.set_lost(None);
        assert_eq!((of(&wall), wall.ringing().len()), ([0, 1, 0], 2));
    }

    #[test]
    fn an_own_board_hangs_whole_in_its_order_and_what_is_not_known_as_that() {
        let mut wall = wall("Front", &["1@perm ringing", "2@kazan", "*7@perm ringing"]);
        let totals =
            |wall: &LampTable| [Category::NoData, Category::Free, Category::Ringing].map(|it| wall.totals().of(it));
        assert_eq!(shown(&wall), "Desk: 9 *7; Door: 2");
        assert_eq!((totals(&wall), wall.heading().unwrap().title.as_str()), ([1, 1, 1], "Front"));
        let state = |wall: &LampTable, exten: &str| {
            wall.cell(&exten.into()).unwrap().with_untracked(|cell| Look::of(&cell.lamp, None).category())
        };
        assert_eq!((state(&wall, "9"), state(&wall, "2")), (Category::NoData, Category::Free));
        assert_eq!(wall.apply(BoardEvent::Change(Box::new(lamp("9@perm")))), Touched::Places);
        assert_eq!((totals(&wall), state(&wall, "9")), ([0, 2, 1], Category::Free));
        assert_eq!(wall.apply(BoardEvent::Boards(vec![front(&["1", "8"])])), Touched::Places);
        assert_eq!((shown(&wall).as_str(), totals(&wall)), ("Desk: 1 8; Door: 2", [1, 1, 1]));
        assert_eq!(wall.ringing(), &BTreeSet::from(["1".into()]));
        wall.apply(BoardEvent::Boards(Vec::new()));
        assert_eq!((shown(&wall).as_str(), totals(&wall)), ("", [0, 0, 0]));
    }

    #[test]
    fn tells_when_a_lamp_may_stand_elsewhere() {
        let mut wall = wall("", &["1@perm"]);
        let mut change = |text| wall.apply(BoardEvent::Change(Box::new(lamp(text))));
        assert_ne!(change("1@perm ringing"), Touched::Places);
        assert_eq!(change("1@kazan ringing"), Touched::Places);
        assert_eq!(change("2@kazan"), Touched::Places);
        assert_eq!(shown(&wall), "perm: ; kazan: 1 2");
    }

    #[test]
    fn a_hundred_thousand_changes_leave_one_board() {
        let mut wall = wall("", &["1@perm"]);
        for number in 0..100_000 {
            let state = if number % 2 == 0 { "ringing" } else { "free" };
            wall.apply(BoardEvent::Change(Box::new(lamp(&format!("{}@perm {state}", number % 10)))));
        }
        assert_eq!((wall.len(), wall.ringing().len()), (10, 5));
    }
}
