//! The groups of a board in the editor: each a table, with buttons for everything.

use std::collections::BTreeSet;

use lampfield_shared::{BoardGroup, Exten};
use lampfield_words::Words;
use web_sys::Node;

use crate::plain::{KEY, button, node, text};
use crate::state::Desk;

/// The id of the `datalist` of lamps that a typed text may mean.
pub(super) const LIST: &str = "board-lamps";

/// What the drawing needs beside the groups themselves.
pub(super) struct Drawing {
    pub(super) desk: Desk,
    /// The extensions on the board that have no lamp.
    pub(super) unknown: Vec<Exten>,
    /// The lamps that are selected.
    pub(super) picked: BTreeSet<Exten>,
    /// The departments that can be added.
    pub(super) departments: Vec<String>,
    pub(super) words: &'static Words,
}

/// All groups, and below them the extensions without a lamp.
pub(super) fn groups(drawn: &Drawing, groups: &[BoardGroup]) -> Vec<Node> {
    let (own, unknown) = (drawn.words.own_boards(), &drawn.unknown);
    let mut all = Vec::new();
    if !drawn.picked.is_empty() {
        all.push(picked(drawn, groups));
    }
    all.extend(groups.iter().enumerate().map(|(at, it)| group(drawn, at, it)));
    let mut add = vec![button("group-new 0", &[("data-testid", "add-group")], own.add_group)];
    if !drawn.departments.is_empty() {
        let departments = drawn.departments.iter().map(|it| (it.clone(), it.clone()));
        add.push(select("department", own.add_department, departments));
    }
    all.push(node("div", &[("class", "form__row")], add));
    if !unknown.is_empty() {
        let extens: Vec<&str> = unknown.iter().map(Exten::as_str).collect();
        let note = [("class", "side__note"), ("data-testid", "unknown")];
        all.push(text("p", &note, &(own.all_unknown)(&extens.join(", "))));
    }
    all
}

/// What can be done with the selected lamps.
fn picked(drawn: &Drawing, groups: &[BoardGroup]) -> Node {
    let (own, count) = (drawn.words.own_boards(), drawn.picked.len());
    let titles = groups.iter().enumerate().map(|(at, it)| (at.to_string(), title_of(at, it, drawn.words)));
    let places = titles.chain([("new".to_owned(), own.add_group.to_owned())]);
    let parts = vec![
        text("strong", &[], &(drawn.words.board().selected)(count)),
        select("move", own.move_to, places),
        button("picked-remove all", &[("data-testid", "picked-remove")], own.take_off),
        button("picked-none all", &[], drawn.words.board().clear),
    ];
    node("div", &[("class", "form__row draft__picked"), ("data-testid", "picked"), ("role", "status")], parts)
}

/// A select that does something with what is chosen; its first choice says what.
fn select(key: &str, label: &str, choices: impl Iterator<Item = (String, String)>) -> Node {
    let first = text("option", &[("value", "")], label);
    let choices = choices.map(|(value, word)| text("option", &[("value", &value)], &word));
    let about = [("class", "field__input draft__select"), (KEY, key), ("aria-label", label), ("data-testid", key)];
    node("select", &about, [first].into_iter().chain(choices).collect())
}

/// The title of a group, or its number where it has none yet.
pub(super) fn title_of(at: usize, group: &BoardGroup, words: &Words) -> String {
    if group.title.trim().is_empty() { (words.own_boards().group)(at + 1) } else { group.title.clone() }
}

fn group(drawn: &Drawing, at: usize, group: &BoardGroup) -> Node {
    let (own, title) = (drawn.words.own_boards(), title_of(at, group, drawn.words));
    let mut head = vec![field(own.group_title, "title", at, &group.title)];
    head.push(node("div", &[("class", "form__row")], acts("group-", &at.to_string(), &title, drawn.words)));
    let which = format!("{}: {title}", own.add);
    let add = [("data-testid", &*format!("add-{at}")), ("aria-label", &which)];
    let foot = vec![field(own.which, "which", at, ""), button(&format!("add {at}"), &add, own.add)];
    let mut parts = vec![node("div", &[("class", "form form--line")], head)];
    if !group.extens.is_empty() {
        let rows = group.extens.iter().map(|exten| row(drawn, exten)).collect();
        let table = [("class", "table"), ("aria-label", &*title)];
        parts.push(node("table", &table, vec![node("tbody", &[], rows)]));
    }
    parts.push(node("div", &[("class", "form form--line")], foot));
    node("section", &[("class", "peer draft"), ("data-group", &at.to_string()), ("aria-label", &title)], parts)
}

/// A text field of a group: its title, or the search for a lamp to add.
fn field(label: &str, kind: &str, at: usize, value: &str) -> Node {
    let (name, key) = (format!("{kind}-{at}"), format!("{kind} {at}"));
    let mut attributes = vec![("class", "field__input"), ("name", &*name), (KEY, &*key), ("value", value)];
    attributes.extend([("autocomplete", "off"), ("maxlength", "100")]);
    if kind != "title" {
        attributes.push(("list", LIST));
    }
    let parts = vec![text("span", &[("class", "field__label")], label), node("input", &attributes, Vec::new())];
    node("label", &[("class", "field")], parts)
}

fn row(drawn: &Drawing, exten: &Exten) -> Node {
    let (words, number) = (drawn.words, exten.as_str());
    let name = drawn.desk.board.lamp_untracked(exten).and_then(|lamp| lamp.name).unwrap_or_default();
    let mut what = vec![text("span", &[], &name)];
    if drawn.unknown.contains(exten) {
        what.push(text("span", &[("class", "tag")], words.own_boards().unknown));
    }
    let (key, label) = (format!("pick {number}"), (words.own_boards().of)(words.details().select, number));
    let mut pick = vec![("type", "checkbox"), (KEY, key.as_str()), ("aria-label", label.as_str())];
    pick.extend(drawn.picked.contains(exten).then_some(("checked", "")));
    let cells = vec![
        node("td", &[("class", "draft__pick")], vec![node("input", &pick, Vec::new())]),
        text("th", &[("scope", "row")], number),
        node("td", &[], what),
        node("td", &[("class", "table__acts")], acts("", number, number, words)),
    ];
    node("tr", &[("data-listed", number), ("draggable", "true")], cells)
}

/// The buttons up, down and remove.
fn acts(kind: &str, whom: &str, called: &str, words: &Words) -> Vec<Node> {
    let own = words.own_boards();
    let acts = [("up", own.up), ("down", own.down), ("remove", own.take_off)];
    let act = |(act, word): (&str, &str)| {
        let label = (own.of)(word, called);
        button(&format!("{kind}{act} {whom}"), &[("aria-label", &label)], word)
    };
    acts.map(act).into()
}
