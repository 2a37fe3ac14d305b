//! The colours of the style, computed: each has enough contrast to its background (WCAG 1.4.3, 1.4.11).

use std::collections::BTreeMap;
use std::path::Path;

/// Backgrounds of lamps and texts.
const GROUNDS: [&str; 2] = ["card", "page"];

/// The tokens of a CSS rule, each with its colours for light and dark.
fn tokens(css: &str, selector: &str) -> BTreeMap<String, [String; 2]> {
    let (_, rule) = css.split_once(&format!("{selector} {{")).expect("the style has such a rule");
    let (rule, _) = rule.split_once('}').expect("a rule ends");
    let declarations = rule.split(';').filter_map(|line| line.trim().strip_prefix("--")?.split_once(": light-dark("));
    let colours = |pair: &str| {
        let (light, dark) = pair.trim_end_matches(')').split_once(", ").expect("two colours");
        [light.to_owned(), dark.to_owned()]
    };
    declarations.map(|(name, pair)| (name.to_owned(), colours(pair))).collect()
}

/// Luminance of `#rrggbb` (WCAG, "relative luminance").
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = u8::from_str_radix(&colour[at..at + 2], 16).expect("two hexadecimal digits");
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

/// Checks a palette: the common tokens, with the palette's own in their place.
#[track_caller]
fn check(palette: Option<&str>, lamps: f64, texts: f64) {
    let style = Path::new(env!("CARGO_MANIFEST_DIR")).join("../style");
    let read = |name: &str| std::fs::read_to_string(style.join(name)).expect("the style is there");
    let mut all = tokens(&read("tokens.css"), ":root");
    if let Some(palette) = palette {
        all.extend(tokens(&read("palette.css"), &format!(":root[data-palette=\"{palette}\"]")));
    }
    let pairs = [("text", texts), ("text-second", texts), ("link", texts), ("danger", texts)];
    let lamps = all
        .keys()
        .filter(|name| name.starts_with("lamp-"))
        .filter(|it| *it != "lamp-size")
        .map(|it| (it.as_str(), lamps));
    for (name, least) in lamps.chain(pairs).collect::<Vec<_>>() {
        for (ground, theme) in GROUNDS.into_iter().flat_map(|ground| [(ground, 0), (ground, 1)]) {
            let (colour, behind) = (&all[name][theme], &all[ground][theme]);
            let contrast = contrast(colour, behind);
            assert!(contrast >= least, "{palette:?}: {name} {colour} on {ground} {behind} has {contrast:.2}:1");
        }
    }
    for (text, ground) in all["warning-text"].iter().zip(&all["warning-page"]) {
        let contrast = contrast(text, ground);
        assert!(contrast >= 7.0, "{palette:?}: a warning has {contrast:.2}:1");
    }
}

#[test]
fn lamps_and_texts_stand_out_in_every_palette() {
    check(None, 3.39, 4.5);
    check(Some("phone"), 3.39, 4.5);
    check(Some("contrast"), 7.0, 7.0);
}
