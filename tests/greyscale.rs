//! Lamps without colours and words: each state, live or last known, looks like no other.

use support::{Browser, Look, Solo};

/// The fewest pixels in which two tiles of a few thousand differ: a stroke of the drawing, or a broken frame.
const SEEN: usize = 16;

/// Looks of a tile: its classes, and its drawing.
fn looks() -> Vec<(String, String)> {
    let states = ["free", "ringing", "on_call", "busy", "call_ringing", "on_hold", "dnd", "dnd_lamp", "offline"];
    let of = |freshness: &'static str| {
        move |state: &str| {
            let class = state.trim_end_matches("_lamp");
            (format!("lamp--{class} lamp--{freshness}"), format!("lamp-{state}"))
        }
    };
    let never = ("lamp--no_data lamp--never".to_owned(), "lamp-no_data".to_owned());
    let live = states.into_iter().map(of("live"));
    live.chain(states.into_iter().map(of("last_known"))).chain([never]).collect()
}

/// Pairs of looks that are too alike as tiles are drawn now.
fn alike(browser: &Browser, setting: &str) -> Vec<String> {
    let looks = looks();
    let places = browser.page().lay_legend(&looks);
    let legend = browser.grey();
    let tiles: Vec<_> = looks.iter().zip(places).map(|((look, _), place)| (look, legend.part(place))).collect();
    let pairs = tiles.iter().enumerate().flat_map(|(at, one)| tiles[at + 1..].iter().map(move |other| (one, other)));
    let distances = pairs.map(|((one, drawn), (other, beside))| (one, other, drawn.distance(beside)));
    let alike = distances.filter(|(.., distance)| *distance < SEEN);
    alike.map(|(one, other, distance)| format!("{setting}: `{one}` and `{other}` differ by {distance}")).collect()
}

#[test]
fn every_state_and_its_old_truth_are_told_apart_without_colours() {
    let solo = Solo::with(&["1001 NOT_INUSE"]);
    let mut found = Vec::new();
    for theme in ["light", "dark"] {
        let browser = Browser::start(Look::DESKTOP);
        browser.open_board_in(&solo.server.url(), theme);
        browser.page().wait_for("[data-exten='1001']", "the lamp is there");
        for size in ["large", "medium", "small", "dense", "numbers"] {
            for palette in ["phone", "contrast", "standard"] {
                browser.page().choose_view(&[&format!("size-{size}"), &format!("palette-{palette}")]);
                found.extend(alike(&browser, &format!("{theme}, {size}, {palette}")));
                browser.page().clear_legend();
            }
            let _forced = browser.force_colours();
            found.extend(alike(&browser, &format!("{theme}, {size}, forced colours")));
            browser.page().clear_legend();
        }
    }
    assert!(found.is_empty(), "these are alike without colours:\n{}", found.join("\n"));
}

#[test]
fn a_wall_tells_them_apart_without_colours_too() {
    let solo = Solo::with(&["1001 NOT_INUSE"]);
    let mut found = Vec::new();
    for (theme, palette) in [("light", "standard"), ("dark", "standard"), ("light", "phone"), ("dark", "contrast")] {
        let browser = Browser::start(Look { width: 1920, height: 1080, language: "en" });
        browser.visit(&format!("{}wall/all?theme={theme}&palette={palette}", solo.server.url()));
        browser.page().wait_for("[data-exten='1001']", "the lamp is there");
        browser.page().wait_for(&format!("html[data-palette='{palette}']"), "in the colours of its address");
        found.extend(alike(&browser, &format!("wall, {theme}, {palette}")));
        let _forced = browser.force_colours();
        found.extend(alike(&browser, &format!("wall, {theme}, {palette}, forced colours")));
    }
    assert!(found.is_empty(), "these are alike without colours:\n{}", found.join("\n"));
}
