use lampfield_shared::{BoardGroup, Freshness, Lamp, LampState, OwnBoard, Revision, SiteName, Snapshot, Timestamp};
use lampfield_words::{Categories, Category, Look};
use leptos::prelude::{GetUntracked, WithUntracked};

use super::*;
use crate::state::testing::{lamp, site};

impl Roster {
    /// A snapshot with the boards of before.
    fn apply_snapshot(&mut self, sites: Vec<Site>, lamps: Vec<Lamp>) -> Touched {
        let (title, build, boards) = ("Desk".into(), "1".into(), self.table.boards().to_vec());
        let (revision, time) = (Revision(1), Timestamp(0));
        self.apply(BoardEvent::Snapshot(Snapshot { revision, time, title, demo: false, build, sites, boards, lamps }))
    }

    fn apply_lamp(&mut self, lamp: Lamp) -> Touched {
        self.apply(BoardEvent::Change(Box::new(lamp)))
    }

    fn apply_boards(&mut self, boards: Vec<OwnBoard>) -> Touched {
        self.apply(BoardEvent::Boards(boards))
    }

    fn entry(&self, exten: &str) -> Entry {
        self.table.entry(&exten.into()).unwrap().clone()
    }
}

fn roster(lamps: &[&str]) -> Roster {
    let mut roster = Roster::new();
    roster.apply_snapshot(vec![site("perm"), site("omsk")], lamps.iter().map(|text| lamp(text)).collect());
    roster
}

/// The sections of a view.
fn arranged(roster: &Roster, view: &View) -> Vec<Section> {
    roster.arrange(view, roster.scene(view).grouping)
}

/// The sections with these categories, grouped by site and department.
fn shown(roster: &Roster, chosen: &[Category]) -> String {
    let chosen = Categories::of(chosen);
    said(&arranged(roster, &View { chosen, grouping: Grouping::Both, ..View::default() }))
}

/// The extensions that a search finds, in order.
fn found(roster: &Roster, typed: &str, chosen: &[Category]) -> String {
    let hits = roster.find(typed, Categories::of(chosen));
    hits.first.iter().map(|hit| hit.exten.as_str()).collect::<Vec<_>>().join(" ")
}

fn said(sections: &[Section]) -> String {
    let site = |site: &Option<SiteName>| site.as_ref().map_or("-".to_owned(), ToString::to_string);
    let section = |Section { head, lamps }: &Section| {
        let extens: Vec<_> = lamps.iter().map(|entry| entry.exten().as_str()).collect();
        let department = head.department().unwrap_or("-");
        let head = match head {
            Head::Both(own, _) => format!("{} {department}", site(own)),
            Head::Department(_) | Head::Own(_) => department.to_owned(),
            Head::Site(own) => site(own),
            Head::Nothing => "all".to_owned(),
        };
        format!("{head}: {}", extens.join(" "))
    };
    sections.iter().map(section).collect::<Vec<_>>().join("; ")
}

#[test]
fn orders_by_site_then_department_then_number() {
    let roster = roster(&["100@perm", "99@perm", "*76@perm", "1000@perm", "300@perm free A Sales", "9", "5@nowhere"]);
    assert_eq!(shown(&roster, &[]), "perm Sales: 300; perm -: 99 100 1000 *76; - -: 9; nowhere -: 5");
}

#[test]
fn finds_by_number_name_and_site_best_first() {
    let roster =
        roster(&["121@perm", "210@perm", "21@omsk", "500@omsk ringing Anna", "600 free Perm", "30 free X Omsk"]);
    for (typed, expected) in [
        ("21", "21 210 121"),
        ("anna", "500"),
        ("perm", "600 121 210"),
        ("omsk", "21 30 500"),
        ("omsk ringing", "500"),
        ("prem", "121 210 600"),
        ("nobody", ""),
    ] {
        assert_eq!(found(&roster, typed, &[]), expected, "{typed}");
    }
    assert_eq!(found(&roster, "omsk", &[Category::Free]), "21 30");
    let hits = roster.find("perm", Categories::default());
    assert_eq!((hits.count, hits.of), (3, 6));
    let marked = |hit: usize, text: usize| hits.first[hit].texts[text].clone();
    assert_eq!(marked(0, 1), ("Perm".into(), std::iter::once(0..4).collect()));
    assert_eq!(marked(1, 3), ("PBX perm".into(), std::iter::once(4..8).collect()));
}

#[test]
fn finds_the_number_itself_before_those_that_begin_with_it() {
    let roster = roster(&["1010@perm free Long Accounting", "101@omsk free Anna Sales", "21011"]);
    assert_eq!(found(&roster, "101", &[]), "101 1010 21011");
}

#[test]
fn an_old_lamp_is_found_by_its_age_and_not_as_free() {
    let mut roster = roster(&["1@perm free Petrov", "2@perm free Petrova"]);
    roster.apply_lamp(Lamp { freshness: Freshness::LastKnown, ..lamp("1@perm free Petrov") });
    assert_eq!([found(&roster, "petrov free", &[]), found(&roster, "last known", &[])], ["2", "1"]);
    roster.set_lost(Some(Timestamp(9)));
    assert_eq!([found(&roster, "петров свободен", &[]), found(&roster, "petrov last", &[])], ["", "1 2"]);
}

#[test]
fn lists_no_more_than_are_read() {
    let lamps: Vec<String> = (1000..1200).map(|exten| exten.to_string()).collect();
    let hits = roster(&lamps.iter().map(String::as_str).collect::<Vec<_>>()).find("1", Categories::default());
    assert_eq!((hits.count, hits.first.len(), hits.first[49].exten.as_str()), (200, Hits::MOST, "1049"));
}

#[test]
fn groups_by_what_the_reader_wants() {
    let roster =
        roster(&["1@perm free Zoe Sales", "2@perm free Ann Lab", "3@omsk free Bo Sales", "4@omsk free Cy Sales"]);
    let by = |grouping, tab| said(&arranged(&roster, &View { tab, grouping, ..View::default() }));
    assert_eq!(by(Grouping::Both, Tab::All), "perm Lab: 2; perm Sales: 1; omsk Sales: 3 4");
    assert_eq!(by(Grouping::Department, Tab::All), "Lab: 2; Sales: 3 4 1");
    assert_eq!(by(Grouping::Site, Tab::All), "perm: 2 1; omsk: 3 4");
    assert_eq!(by(Grouping::Nothing, Tab::All), "all: 2 3 4 1");
    assert_eq!(
        by(Grouping::Both, Tab::Group("Sales".into())),
        "perm: 1; omsk: 3 4",
        "a head says no more than it must"
    );
    assert_eq!(by(Grouping::Both, Tab::Site("perm".into())), "Lab: 2; Sales: 1");
    assert_eq!(by(Grouping::Site, Tab::Site("perm".into())), "all: 2 1");
}

#[test]
fn has_as_many_heads_as_they_are_worth() {
    let people = |count: usize, departments: usize| {
        let lamps: Vec<String> =
            (0..count).map(|at| format!("{}@perm free N{at} D{}", 1000 + at, at % departments)).collect();
        let lamps: Vec<&str> = lamps.iter().map(String::as_str).collect();
        let roster = roster(&lamps);
        roster.scene(&View::default()).grouping
    };
    assert_eq!(people(80, 6), Grouping::Both);
    assert_eq!(people(20, 15), Grouping::Site);
    assert_eq!(people(2, 2), Grouping::Both, "two heads are no burden");
}

#[test]
fn by_state_and_by_change_there_are_no_groups() {
    let roster = roster(&["1@perm free Zoe Sales", "2@omsk ringing Ann Lab", "3@perm on_call Bo Lab"]);
    let by = |order| said(&arranged(&roster, &View { grouping: Grouping::Both, order, ..View::default() }));
    assert_eq!(by(Order::State), "all: 2 3 1");
    assert!(by(Order::Since).starts_with("all: "));
}

#[test]
fn shows_the_chosen_categories_only() {
    let roster = roster(&["1@perm", "2@perm ringing", "3@omsk call_ringing", "4 dnd"]);
    assert_eq!(shown(&roster, &[Category::Ringing, Category::Dnd]), "perm -: 2; - -: 4");
}

#[test]
fn counts_as_it_goes() {
    let mut roster = roster(&["1 free", "2 ringing", "3 free"]);
    let counts = |roster: &Roster| Category::ALL.map(|category| roster.table.totals().of(category));
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
fn counts_filters_and_rings_as_it_draws_while_the_stream_is_lost() {
    let mut roster = roster(&["1@perm free", "2@perm ringing", "3@omsk offline", "4@omsk no_data"]);
    roster.apply_lamp(Lamp { freshness: Freshness::Never, ..lamp("5@omsk no_data") });
    let count = |roster: &Roster, category| roster.table.totals().of(category);
    for lost in [Some(Timestamp(9)), Some(Timestamp(12)), None] {
        roster.set_lost(lost);
        let drawn =
            |exten: &str| roster.table.cell(&exten.into()).unwrap().with_untracked(|it| Look::of(&it.lamp, lost));
        for category in Category::ALL {
            let of_category = ["1", "2", "3", "4", "5"].into_iter().filter(|it| drawn(it).category() == category);
            assert_eq!(count(&roster, category), u32::try_from(of_category.count()).unwrap(), "{category:?}");
        }
        assert_eq!(roster.table.ringing().len(), usize::from(lost.is_none()));
        let old = ["perm -: 1 2; omsk -: 3 4", ""][usize::from(lost.is_none())];
        assert_eq!(shown(&roster, &[Category::LastKnown]), old);
        assert_eq!(shown(&roster, &[Category::Free]), ["", "perm -: 1"][usize::from(lost.is_none())]);
    }
    roster.set_lost(Some(Timestamp(20)));
    // A new stream begins with a snapshot, and only then is it known to live.
    roster.apply_snapshot(vec![], vec![lamp("1 free"), lamp("2 ringing"), lamp("6 free")]);
    assert_eq!((count(&roster, Category::LastKnown), roster.table.ringing().len()), (3, 0));
    roster.set_lost(None);
    assert_eq!((count(&roster, Category::Free), count(&roster, Category::LastKnown)), (2, 0));
    assert_eq!(roster.table.ringing().len(), 1);
}

fn front(groups: &[(&str, &[&str])]) -> OwnBoard {
    let group = |(title, extens): &(&str, &[&str])| {
        let extens = extens.iter().map(|exten| Exten::from(*exten)).collect();
        BoardGroup { title: (*title).into(), extens }
    };
    let groups = groups.iter().map(group).collect();
    OwnBoard { name: "front".into(), title: "Front".into(), groups, changed: Timestamp(7) }
}

#[test]
fn an_own_board_has_its_order_and_what_has_no_lamp_is_unknown() {
    let mut roster = roster(&["1@perm ringing Zoe Sales", "2@omsk", "3@omsk free Anna", "4"]);
    let board = front(&[("Desk", &["3", "9", "1"]), ("Nobody", &[]), ("Door", &["2"])]);
    assert_eq!(roster.apply_boards(vec![board.clone()]), Touched::Places);
    assert_eq!(roster.apply_boards(vec![board]), Touched::Lamps, "nothing is new");
    let shown = |roster: &Roster, order, chosen: &[Category]| {
        let tab = Tab::Own("front".into());
        said(&arranged(roster, &View { tab, order, chosen: Categories::of(chosen), ..View::default() }))
    };
    assert_eq!(shown(&roster, Order::Own, &[]), "Desk: 3 9 1; Door: 2");
    assert_eq!(shown(&roster, Order::State, &[]), "all: 1 3 2 9");
    assert_eq!(shown(&roster, Order::Own, &[Category::NoData]), "Desk: 9");
    let unknown = |roster: &Roster, exten: &str| {
        let cell = roster.table.cell(&exten.into()).map(|cell| cell.get_untracked());
        cell.map(|cell| (Look::of(&cell.lamp, None).category() == Category::NoData, cell.marks.has(Mark::Favourite)))
    };
    roster.set_favourites(vec!["9".into()]);
    assert_eq!(unknown(&roster, "9"), Some((true, true)));
    assert_eq!(unknown(&roster, "77"), None, "nothing is invented");
    let own = |roster: &Roster| roster.tabs().into_iter().find(|head| head.tab == Tab::Own("front".into()));
    assert_eq!(own(&roster).map(|head| head.count), Some(4));
    assert_eq!(roster.table.totals().of(Category::NoData), 0, "all lamps are those that there are");
    let tile = roster.table.cell(&"9".into()).unwrap();
    assert_eq!(roster.apply_lamp(lamp("9@perm ringing")), Touched::Places);
    assert_eq!(unknown(&roster, "9"), Some((false, true)));
    assert_eq!(tile.get_untracked().lamp.state, LampState::Ringing, "its tile is the same");
    roster.apply_snapshot(vec![], vec![lamp("1")]);
    assert_eq!(tile.get_untracked().lamp.state, LampState::NoData, "it shows nothing that is gone");
    roster.apply_boards(Vec::new());
    assert_eq!((shown(&roster, Order::Own, &[]).as_str(), own(&roster)), ("", None));
}

#[test]
fn keeps_the_signal_of_a_lamp_that_moves() {
    let mut roster = roster(&["1@perm free Anna"]);
    let before = roster.entry("1");
    assert_eq!(roster.apply_lamp(lamp("1@omsk ringing Anna")), Touched::Places);
    assert!(before != roster.entry("1"));
    assert_eq!(before.cell().get_untracked().lamp.state, LampState::Ringing);
    assert_eq!(found(&roster, "omsk", &[]), "1");
}

#[test]
fn leaves_alone_what_a_snapshot_does_not_change() {
    let mut roster = roster(&["1@perm free Anna", "2@omsk dnd"]);
    let before = roster.entry("1");
    let sites = vec![site("perm"), site("omsk")];
    let same = vec![lamp("1@perm free Anna"), lamp("2@omsk dnd")];
    assert_eq!(roster.apply_snapshot(sites.clone(), same), Touched::Lamps);
    assert!(before == roster.entry("1"));
    assert_eq!(roster.apply_snapshot(sites, vec![lamp("1@perm free Anna")]), Touched::Places);
    assert!(!roster.table.has_lamp(&"2".into()));
}

#[test]
fn finds_a_lamp_by_the_new_title_of_its_site() {
    let mut roster = roster(&["1@perm"]);
    let renamed = Site { title: "Head office".into(), ..site("perm") };
    roster.apply_snapshot(vec![renamed], vec![lamp("1@perm")]);
    assert_eq!(found(&roster, "head", &[]), "1");
}

#[test]
fn a_tab_shows_its_part() {
    let mut roster =
        roster(&["1@perm free Anna Sales", "2@perm free Boris Support", "3@omsk free Clara Sales", "4@omsk"]);
    roster.set_favourites(vec!["3".into(), "2".into(), "99".into()]);
    let at = |tab: Tab| said(&arranged(&roster, &View { tab, grouping: Grouping::Nothing, ..View::default() }));
    assert_eq!(at(Tab::Favourites), "all: 2 3");
    let own = View { tab: Tab::Favourites, order: Order::Own, ..View::default() };
    assert_eq!(said(&arranged(&roster, &own)), "all: 3 2", "in the reader's order");
    assert_eq!(at(Tab::Site("omsk".into())), "all: 3 4");
    assert_eq!(at(Tab::Group("Sales".into())), "all: 1 3");
    assert_eq!(at(Tab::Group("Gone".into())), "");
    let heads: Vec<_> = roster.tabs().iter().map(|head| format!("{} {}", head.tab.key(), head.count)).collect();
    assert_eq!(heads.join(", "), "all 4, favourites 2, site:perm 2, site:omsk 2, group:Sales 2, group:Support 1");
}

#[test]
fn sorts_a_group_as_the_reader_wants() {
    let roster = roster(&["1@perm free Zoe", "2@perm ringing Anna", "10@perm on_call Max"]);
    let by = |order| said(&arranged(&roster, &View { grouping: Grouping::Nothing, order, ..View::default() }));
    assert_eq!(by(Order::Number), "all: 1 2 10");
    assert_eq!(by(Order::Name), "all: 2 10 1");
    assert_eq!(by(Order::State), "all: 2 10 1");
}

#[test]
fn finds_a_lamp_by_its_note() {
    let mut roster = roster(&["1@perm", "2@perm"]);
    roster.set_notes([("2".into(), "Back on Monday".into())].into());
    assert_eq!(found(&roster, "monday", &[]), "2");
    assert!(roster.table.cell(&"2".into()).unwrap().get_untracked().marks.has(Mark::Noted));
    roster.set_notes(BTreeMap::new());
    assert_eq!(found(&roster, "monday", &[]), "");
}

#[test]
fn tells_of_marked_lamps_only_and_knows_who_rings() {
    let mut roster = roster(&["1", "2 ringing", "3"]);
    roster.mark(Mark::Watched, ["1".into()].into());
    roster.apply_lamp(lamp("1 ringing"));
    roster.apply_lamp(lamp("2 free"));
    roster.apply_lamp(lamp("3 call_ringing"));
    let told: Vec<_> = roster.take_different().into_iter().map(|cell| cell.lamp.exten).collect();
    assert_eq!(told, ["1".into()]);
    assert_eq!(roster.take_different(), []);
    assert_eq!(*roster.table.ringing(), BTreeSet::from(["1".into(), "3".into()]));
}

#[test]
fn a_watched_lamp_that_became_free_while_nobody_looked_is_told_of() {
    let mut roster = Roster::new();
    roster.mark(Mark::Watched, ["1", "2"].map(Into::into).into());
    roster.set_favourites(vec!["3".into()]);
    let lamps = ["1 free", "2 on_call", "3 free"].map(lamp);
    roster.apply_snapshot(vec![site("perm")], lamps.into());
    let told: Vec<_> = roster.take_different().into_iter().map(|cell| cell.lamp.exten).collect();
    assert_eq!(told, ["1".into()]);
}
