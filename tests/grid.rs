//! The grid of the desk: how much of a board is seen at once, and how much of each name, with invented people of real lengths.

use serde_json::{Value, json};
use support::{Browser, Look, Page, Solo};

/// Surnames as they are in Perm and in Berlin, the long ones among them.
const LATIN: [&str; 20] = [
    "Abbott",
    "Birkdale",
    "Carraway",
    "Delacroix",
    "Ek",
    "Fenwick",
    "Grabowska",
    "Haldane",
    "Ivens",
    "Jorgensen",
    "Kuznetsova",
    "Lindqvist",
    "Marchetti",
    "Novotny",
    "Oppenheimer",
    "Petrenko",
    "Quist",
    "Rasmussen",
    "Stepanova",
    "Zakharova",
];
const CYRILLIC: [&str; 20] = [
    "Адамец",
    "Белозёров",
    "Васнецов",
    "Гайдай",
    "Дымов",
    "Ермак",
    "Жук",
    "Золотарёва",
    "Иволгин",
    "Калашников",
    "Лозовая",
    "Морозова",
    "Нагель",
    "Орлов",
    "Прохоров",
    "Румянцева",
    "Соловей",
    "Тонких",
    "Черепанов",
    "Щукина",
];
const GIVEN: [[&str; 10]; 2] = [
    ["Anna", "Boris", "Clara", "Daniel", "Elena", "Felix", "Grigory", "Henry", "Irina", "Leonid"],
    ["Алина", "Богдан", "Вера", "Глеб", "Дарья", "Екатерина", "Жанна", "Захар", "Ирина", "Константин"],
];

/// A server with so many people in departments at one PBX, some of whom are not free.
fn people(count: usize, departments: usize, language: &str) -> Solo {
    let cyrillic = usize::from(language == "ru");
    let surnames = [LATIN, CYRILLIC][cyrillic];
    let number = |at: usize| if count > 200 { 10_000 + at } else { 1000 + at };
    let lines = (0..count).map(|at| {
        let (surname, given) = (surnames[at * 7 % 20], GIVEN[cyrillic][at * 3 % 10]);
        format!("{},{surname} {given},Department {}\n", number(at), at % departments)
    });
    let csv = format!("exten,name,group\n{}", lines.collect::<String>());
    let states = ["NOT_INUSE", "NOT_INUSE", "NOT_INUSE", "INUSE", "NOT_INUSE", "RINGING", "UNAVAILABLE"];
    let phones: Vec<String> = (0..count).map(|at| format!("{} {}", number(at), states[at % states.len()])).collect();
    let solo = Solo::with(&phones.iter().map(String::as_str).collect::<Vec<_>>());
    let import = json!({ "csv": csv, "dry_run": false });
    support::Visitor::of(&solo.server).post("api/v1/extensions/import", &import).expect(200);
    solo
}

/// What is seen of the board: lamps that are whole in the window, all lamps, names that are cut, and whether the page scrolls.
fn seen(browser: &Browser) -> Value {
    let script = "const lamps = [...document.querySelectorAll('.board [data-exten]')];
        const inside = ({ left, top, right, bottom }) =>
            left >= 0 && top >= 0 && right <= document.documentElement.clientWidth + 1 && bottom <= innerHeight + 1;
        const cut = (part) => lamps.filter((it) => {
            const text = it.querySelector(part);
            return getComputedStyle(text).display !== 'none' && text.scrollWidth > text.clientWidth;
        }).length;
        return { whole: lamps.filter((it) => inside(it.getBoundingClientRect())).length, all: lamps.length,
            names: cut('.lamp__name'), words: cut('.lamp__word'), numbers: cut('.lamp__exten'),
            height: document.documentElement.scrollHeight, window: innerHeight }";
    browser.script(script, vec![])
}

fn number(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap_or_else(|| panic!("{name} of {value}"))
}

/// Checks that all lamps are whole in the window and at most one name of twenty is cut.
#[track_caller]
fn check_all_seen(browser: &Browser, count: u64, setting: &str) {
    let page = browser.page();
    support::wait("all lamps are drawn", support::SOON, || {
        let drawn = page.count(".board [data-exten]");
        support::ensure(drawn == count, || format!("{drawn} of {count}"))
    });
    let seen = seen(browser);
    assert_eq!([number(&seen, "whole"), number(&seen, "all")], [count, count], "{setting}: {seen}");
    assert!(number(&seen, "names") * 20 <= count, "{setting}: {seen}");
    assert_eq!([number(&seen, "words"), number(&seen, "numbers")], [0, 0], "{setting}: {seen}");
    assert!(number(&seen, "height") <= number(&seen, "window"), "{setting} scrolls: {seen}");
}

#[test]
fn eighty_lamps_are_seen_at_once_on_a_laptop_and_five_hundred_on_a_common_screen() {
    for language in ["en", "ru"] {
        let eighty = people(80, 6, language);
        let browser = Browser::start(Look { width: 1280, height: 900, language });
        browser.open_board(&eighty.server.url());
        check_all_seen(&browser, 80, &format!("80, {language}"));
        let size = browser.page().attribute(".board", "data-size");
        assert_eq!(size.as_deref(), Some("medium"), "with name, number, state and age, {language}");
        drop(browser);
        let many = people(500, 30, language);
        let browser = Browser::start(Look { width: 1920, height: 1080, language });
        browser.open_board(&many.server.url());
        check_all_seen(&browser, 500, &format!("500, {language}"));
    }
}

#[test]
fn two_thousand_lamps_are_usable_on_a_large_screen() {
    let solo = people(2000, 30, "en");
    let browser = Browser::start(Look { width: 2560, height: 1440, language: "en" });
    browser.open_board(&solo.server.url());
    let page = browser.page();
    page.wait_for("[data-exten='10000']", "the lamps are there");
    let seen = seen(&browser);
    assert!(number(&seen, "whole") >= 900, "{seen}");
    assert!(number(&seen, "height") <= number(&seen, "window") * 4, "{seen}");
    browser.press(&[support::key::ESCAPE]);
    page.wait_for("[data-exten]:focus", "the focus is on a lamp");
    browser.press_with(support::key::CONTROL, &[support::key::END]);
    page.wait_for_focus_on(&last(page));
}

/// The extension of the last lamp.
fn last(page: Page<'_>) -> String {
    page.lamps().pop().expect("there are lamps")
}

#[test]
fn every_size_keeps_numbers_whole_and_names_first() {
    let solo = people(80, 6, "en");
    let browser = Browser::start(Look { width: 1920, height: 1080, language: "en" });
    browser.open_board(&solo.server.url());
    let page = browser.page();
    page.wait_for("[data-exten='1079']", "the lamps are there");
    for size in ["large", "medium", "small", "dense", "numbers"] {
        page.choose_view(&[&format!("size-{size}")]);
        assert_eq!(page.attribute(".board", "data-size").as_deref(), Some(size));
        let seen = seen(&browser);
        assert_eq!([number(&seen, "words"), number(&seen, "numbers")], [0, 0], "{size}: {seen}");
        assert!(number(&seen, "names") <= 4, "{size}: {seen}");
    }
}

#[test]
fn the_view_menu_groups_and_sorts() {
    let solo = people(24, 4, "en");
    let browser = Browser::start(Look::DESKTOP);
    browser.open_board(&solo.server.url());
    let page = browser.page();
    page.wait_for("[data-exten='1023']", "the lamps are there");
    assert_eq!(page.texts(".group__name").len(), 4, "departments have heads");
    page.choose_view(&["group-nothing", "order-number"]);
    page.wait_gone(".group", "there are no heads");
    let by_number: Vec<String> = (1000..1024).map(|exten| exten.to_string()).collect();
    assert_eq!(page.lamps(), by_number);
    page.choose_view(&["group-department", "order-state"]);
    page.wait_gone(".group", "what rings stands first, wherever it belongs");
    let first: Vec<String> = page.lamps().into_iter().take(3).collect();
    for exten in first {
        assert_eq!(page.attribute(&format!("[data-exten='{exten}']"), "data-state").as_deref(), Some("ringing"));
    }
    browser.reload();
    page.wait_for("[data-exten='1023']", "the lamps are there again");
    page.press_button("view");
    page.wait_for("[data-testid='order-state'][aria-pressed='true']", "the choice is kept");
}

#[test]
fn details_and_states_move_no_lamp() {
    let solo = people(80, 6, "en");
    let browser = Browser::start(Look { width: 1280, height: 900, language: "en" });
    browser.open_board(&solo.server.url());
    let page = browser.page();
    page.wait_for("[data-exten='1079']", "the lamps are there");
    let places = || {
        let script = "return [...document.querySelectorAll('.board [data-exten]')].map((it) => {
            const { left, top, width, height } = it.getBoundingClientRect();
            return [it.dataset.exten, left, top, width, height].join(' ');
        })";
        browser.script(script, vec![])
    };
    let before = places();
    page.click("[data-exten='1000']");
    page.wait_for("[data-details='1000']", "its details are open");
    assert_eq!(places(), before, "details lie over what happens now");
    for state in ["RINGING", "ONHOLD", "RINGINUSE", "UNAVAILABLE", "NOT_INUSE"] {
        solo.publish("1001", state);
        std::thread::sleep(std::time::Duration::from_millis(150));
    }
    assert_eq!(places(), before, "nor does a state move a lamp");
}

#[test]
fn air_stands_between_lamps_in_one_column_and_in_many() {
    let solo = people(20, 3, "en");
    for (width, height) in [(390, 844), (1280, 900)] {
        let browser = Browser::start(Look { width, height, language: "en" });
        browser.open_board(&solo.server.url());
        let page = browser.page();
        page.wait_for("[data-exten='1019']", "the lamps are there");
        for size in ["large", "medium", "small", "dense"] {
            page.choose_view(&[&format!("size-{size}")]);
            let script = "const lamps = [...document.querySelectorAll('.board [data-exten]')]
                    .map((it) => [it.dataset.exten, it.getBoundingClientRect()]);
                return lamps.flatMap(([exten, { left, right, bottom }], at) => lamps.slice(at + 1)
                    .filter(([, other]) => other.left < right && left < other.right && other.top < bottom + 1.5)
                    .map(([other]) => `${exten} and ${other}`))";
            assert_eq!(browser.script(script, vec![]), json!([]), "{width}, {size}");
        }
    }
}

#[test]
fn what_rings_is_the_loudest_and_never_pale() {
    let solo = Solo::with(&["1001 RINGING", "1002 INUSE", "1003 NOT_INUSE"]);
    for theme in ["light", "dark"] {
        let browser = Browser::start(Look::DESKTOP);
        browser.open_board_in(&solo.server.url(), theme);
        browser.page().wait_for("[data-state='ringing']", "it rings");
        let fill = |exten: &str| browser.style(&format!("[data-exten='{exten}']"), "background-color");
        assert!(["rgb(255, 186, 36)", "rgb(254, 192, 23)"].contains(&&*fill("1001")), "{theme}: {}", fill("1001"));
        assert_ne!(fill("1002"), fill("1003"), "a call tints its tile");
    }
}
