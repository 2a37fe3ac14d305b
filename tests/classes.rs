//! The classes of the page and the rules of its style belong together: what has no rule is drawn by accident, and a rule
//! of nothing is read in vain.

use std::collections::BTreeSet;
use std::fs;

use support::tree::{files, root, rust};

/// What comes before the classes of an element in the sources, and the letter that ends them.
const BEFORE: [(&str, char); 5] =
    [("class=\"", '"'), ("class='", '\''), ("(\"class\", \"", '"'), (".class(\"", '"'), ("symbol(\"", '"')];
/// What comes before a class that is given on a condition, and `=`.
const IF: &str = " class:";

/// All that draws: the page, its HTML, and the plain page of the server.
fn sources() -> String {
    let folders = ["frontend/src", "frontend/words/src", "xtask/src/page", "server/src/web"];
    let code: String = folders.iter().flat_map(|folder| rust(folder)).map(|(_, text)| text).collect();
    let html = fs::read_to_string(root().join("frontend/index.html")).expect("it is there");
    code + &html
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')
}

/// The classes that the sources give to elements. One that is put together has its beginning, up to the brace.
fn given(sources: &str) -> BTreeSet<String> {
    let mut classes = BTreeSet::new();
    for (before, end) in BEFORE {
        for rest in sources.split(before).skip(1) {
            let all = rest.split(end).next().unwrap_or_default();
            let is_class = |it: &&str| it.chars().all(|letter| is_of_name(letter) || "{}".contains(letter));
            classes.extend(all.split_whitespace().filter(is_class).map(str::to_owned));
        }
    }
    let conditional = sources.split(IF).skip(1).filter_map(|rest| rest.split_once('='));
    classes.extend(conditional.map(|(name, _)| name.to_owned()).filter(|name| name.chars().all(is_of_name)));
    classes
}

/// The classes that the style has rules for.
fn ruled(style: &str) -> BTreeSet<String> {
    let uncommented = style.split("/*").enumerate().map(|(at, part)| match at {
        0 => part,
        _ => part.split_once("*/").map_or("", |(_, rest)| rest),
    });
    let mut classes = BTreeSet::new();
    for part in uncommented {
        for rest in part.split('.').skip(1) {
            let name: String = rest.chars().take_while(|it| is_of_name(*it)).collect();
            // A number has a dot, too.
            if name.starts_with(|it: char| it.is_ascii_alphabetic()) {
                classes.insert(name);
            }
        }
    }
    classes
}

#[test]
fn every_class_has_a_rule_and_every_rule_a_class() {
    let style: String =
        files("style").into_iter().map(|(_, path)| fs::read_to_string(path).expect("style is UTF-8")).collect();
    let sources = sources();
    let (given, ruled) = (given(&sources), ruled(&style));
    let begins = |class: &str| class.split('{').next().unwrap_or_default().to_owned();
    let without: Vec<&String> = given
        .iter()
        .filter(|class| {
            !ruled
                .iter()
                .any(|rule| if class.contains('{') { rule.starts_with(&begins(class)) } else { rule == *class })
        })
        .collect();
    assert!(without.is_empty(), "these classes have no rule in style/: {without:?}");
    // A class may also be put together where it is chosen, such as `lamp--{state}`.
    let names: BTreeSet<&str> = sources.split(|it: char| !is_of_name(it)).collect();
    let is_made =
        |rule: &str| rule.match_indices("--").any(|(at, _)| sources.contains(&format!("{}{{", &rule[..at + 2])));
    let unused: Vec<&String> = ruled.iter().filter(|rule| !names.contains(rule.as_str()) && !is_made(rule)).collect();
    assert!(unused.is_empty(), "these rules of style/ are for no class: {unused:?}");
}
