//! Layouts of invented names in a font whose letters are all as wide.

use super::*;
use crate::wall::fit::typewriter;

/// The width of the longest state, as "on a call, second call" takes it.
const WORDS: f64 = 5.0;

const SURNAMES: [&str; 26] = [
    "Alder",
    "Белозёров",
    "Kuznetsov",
    "Ek",
    "Калашников",
    "Fenwick",
    "Рыбак",
    "Lindqvist",
    "Щукина",
    "Tanaka",
    "Ким",
    "Featherstonehaugh",
    "Хан",
    "Novotny",
    "Морозова",
    "Simon",
    "Усик",
    "Marchetti",
    "Гайдай",
    "Petersen",
    "Виноградов",
    "Ulmer",
    "Ермак",
    "Haldane",
    "Юсуф",
    "Zeller",
];
const GIVEN: [&str; 7] = ["Anna", "Богдан", "Nikolai", "Константин Львович", "Wolfgang", "Полина", "Grigory"];

/// A screen on which the head takes 7 % of the height.
fn screen(width: f64, height: f64) -> Room {
    Room { width: width - 28.0, height: height * 0.93 - 28.0, short_side: width.min(height) }
}

fn group(count: usize, noise: Option<u32>) -> Group {
    let lamp = |at: usize| {
        let name = format!("{} {}", SURNAMES[at % SURNAMES.len()], GIVEN[at % GIVEN.len()]);
        Who { name: Some(name).filter(|_| at % 29 != 28), number: (1001 + at).to_string() }
    };
    Group { lamps: (0..count).map(lamp).collect(), noise }
}

fn groups(counts: &[usize]) -> Vec<Group> {
    counts.iter().map(|&count| group(count, None)).collect()
}

/// Checks that each lamp appears once, in order, and that every page fits, whatever rings.
#[track_caller]
fn check(groups: &[Group], room: Room) -> Plan {
    let plan = Plan::new(groups, WORDS, room, &typewriter);
    for pinned in 1..=plan.pinned_rows(usize::MAX) {
        let (mut next, mut small) = (vec![0; groups.len()], vec![false; groups.len()]);
        let pages = plan.pages(pinned);
        assert_eq!(pages.len() > 1 || plan.turns, plan.turns);
        for page in &pages {
            let mut cells = 0;
            for piece in page {
                cells += usize::from(piece.starts_row);
                assert!(plan.columns == 1 || piece.lamps.is_empty() || cells % plan.columns != plan.columns - 1);
                cells += 1 + piece.lamps.len();
                assert_eq!(piece.lamps.start, next[piece.band]);
                next[piece.band] = piece.lamps.end;
                small[piece.band] |= piece.is_small;
            }
            let rows = cells.div_ceil(plan.columns) + if plan.turns { pinned } else { 0 };
            let used = float(rows) * (plan.row + plan.gap) - plan.gap + if plan.turns { plan.gap } else { 0.0 };
            assert!(used <= room.height.max(3.0 * plan.row) + 0.01, "{rows} rows of {}: {used} of {room:?}", plan.row);
        }
        for (band, group) in groups.iter().enumerate() {
            assert_eq!(next[band], if small[band] { 0 } else { group.lamps.len() }, "in {room:?}");
        }
    }
    assert!(plan.font * LINES <= plan.row + 0.01 || plan.row == 0.0, "{plan:?}");
    plan
}

/// How many names stand whole on the tiles of a plan.
fn whole_names(groups: &[Group], plan: &Plan) -> f64 {
    let lamps: Vec<&Who> = groups.iter().flat_map(|group| &group.lamps).collect();
    float(lamps.iter().filter(|who| who.need(&typewriter) <= plan.text + 0.001).count()) / float(lamps.len())
}

#[test]
fn every_lamp_stands_once_and_every_page_fits() {
    for (width, height) in [(1920.0, 1080.0), (1280.0, 720.0), (1080.0, 1920.0), (390.0, 844.0), (3840.0, 2160.0)] {
        for counts in [&[0][..], &[1], &[7], &[40, 0, 12], &[80, 60, 40], &[500, 3], &[1, 1, 1, 1, 1, 1], &[3000]] {
            check(&groups(counts), screen(width, height));
        }
    }
}

#[test]
fn nineteen_names_in_twenty_stand_whole() {
    for (width, height) in [(1920.0, 1080.0), (1080.0, 1920.0)] {
        for counts in [&[20, 20][..], &[40, 40], &[20; 6], &[200, 200], &[42; 12]] {
            let groups = groups(counts);
            let plan = check(&groups, screen(width, height));
            assert!(whole_names(&groups, &plan) >= 0.95, "{counts:?}: {}", whole_names(&groups, &plan));
        }
    }
}

#[test]
fn few_lamps_are_large_and_many_turn_pages() {
    let plan = |count| check(&groups(&[count]), screen(1920.0, 1080.0));
    assert!(plan(6).font > 80.0, "{}", plan(6).font);
    assert!(plan(20).font > plan(60).font && plan(60).font > plan(100).font);
    let forty = check(&groups(&[20, 20]), screen(1920.0, 1080.0));
    assert!(forty.font >= 1.3 * 28.6, "{}", forty.font);
    assert!(!plan(110).turns && plan(300).turns);
}

#[test]
fn no_name_is_smaller_than_20_pixels_at_1080p() {
    for count in [1, 20, 60, 100, 150, 500, 2000] {
        let plan = check(&groups(&[count]), screen(1920.0, 1080.0));
        assert!(plan.font >= 20.0, "{count}: {}", plan.font);
    }
}

#[test]
fn quiet_sites_shrink_where_there_would_be_more_than_two_pages() {
    let room = screen(1920.0, 1080.0);
    let small = |groups: &[Group]| {
        let plan = check(groups, room);
        let pieces: Vec<Piece> = plan.pages(1).concat();
        let small: Vec<usize> = pieces.iter().filter(|piece| piece.is_small).map(|piece| piece.band).collect();
        (small, plan.pages(1).len())
    };
    // Twelve sites; the first is silent, the second talks most.
    let mut sites: Vec<Group> = (0..12).map(|site| group(42, Some(if site == 1 { 9 } else { 2 }))).collect();
    sites[0].noise = None;
    let (shrunk, pages) = small(&sites);
    assert_eq!(pages, 2);
    assert!((3..=8).contains(&shrunk.len()) && !shrunk.contains(&0) && !shrunk.contains(&1), "{shrunk:?}");
    assert!(shrunk.contains(&11) && !shrunk.contains(&2), "of those that are as quiet the last: {shrunk:?}");
    assert_eq!(small(&[group(20, Some(0)), group(20, Some(0))]).0, [0; 0], "none shrinks where all fit");
    let (shrunk, pages) = small(&[group(300, Some(0)), group(300, Some(0))]);
    assert_eq!((shrunk.len(), pages > 2), (0, true), "half of the wall is not put away");
}

#[test]
fn what_rings_takes_up_to_three_rows() {
    let plan = check(&groups(&[500]), screen(1920.0, 1080.0));
    assert_eq!([0, 1, plan.columns, plan.columns + 1, 1000].map(|count| plan.pinned_rows(count)), [1, 1, 1, 2, 3]);
    assert!(plan.pages(3).len() >= plan.pages(1).len());
}

#[test]
fn a_screen_without_room_is_no_trouble() {
    for room in [Room::default(), Room { width: 1.0, height: 1.0, short_side: 1.0 }] {
        let plan = Plan::new(&groups(&[5, 0]), WORDS, room, &typewriter);
        assert_eq!(plan.pages(1).concat().iter().map(|piece| piece.lamps.len()).sum::<usize>(), 5);
    }
}
