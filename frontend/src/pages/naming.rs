//! The page of the extensions' names: import and export, and a table whose cells are edited in place. A change is on
//! every board at once.

use std::collections::BTreeSet;

use lampfield_shared::naming::{Field, NamedExtension, Naming};
use lampfield_shared::{Exten, MeshReport};
use lampfield_words::Words;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlSelectElement, KeyboardEvent, MouseEvent, Node};

use super::import::{Import, import_acts};
use super::list::{AdminPage, Listed, ROWS, head, listed};
use super::names::Names;
use super::toast::ToastBar;
use crate::plain::{KEY, button, labelled, node, plain, text};
use crate::progress::{Asked, Progress};
use crate::state::Desk;
use crate::{api, browser};

/// The id of the `datalist` of departments.
const GROUPS: &str = "groups";

/// The PBXes that an extension may belong to: name and title.
type Sites = Vec<(String, String)>;

/// The page of the extensions' names.
#[component]
pub(crate) fn NamingPage(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let names = Names::open(desk);
    let peers: Asked<MeshReport> = Asked::new();
    peers.renew(api::peers());
    let sites = move || match peers.get() {
        Progress::Done(mesh) => mesh.peers.into_iter().map(|it| (it.site.name.to_string(), it.site.title)).collect(),
        Progress::Idle | Progress::Pending | Progress::Failed(_) => Sites::new(),
    };
    let [typed, only] = [(); 2].map(|()| RwSignal::new(String::new()));
    let adding = RwSignal::new(false);
    let import = Import::new(names);
    let press = move |event: MouseEvent| {
        let Some(key) = browser::attribute_at(&event, KEY) else { return };
        match key.split_once(' ') {
            Some(("reset", exten)) => {
                let exten = Exten::from(exten);
                if let Some(it) = names.find(&exten) {
                    names.name(exten, it.file, || ());
                }
            }
            Some(_) => {}
            None if key == "add" => adding.update(|adding| *adding = !*adding),
            None if key == "add-now" => {
                add(names);
                adding.set(false);
            }
            None if key.starts_with("only-") => only.set(key),
            None => import.press(&key),
        }
    };
    let changed = move |event: web_sys::Event| {
        edit(names, &event);
        import.change(&event);
    };
    let take = move |event: web_sys::Event| match target::<HtmlInputElement>(&event) {
        Some(field) if field.name() == "ext-search" => typed.set(field.value()),
        _ => import.input(&event),
    };
    let words = move || desk.choices.words();
    view! {
        <AdminPage desk=desk title=|words| words.admin().extensions name="extensions" has_head=true>
            <div on:click=press on:change=changed on:input=take on:keydown=move |event| key(&event)>
                {move || plain(top(&names.all.get(), adding.get(), words()))}
                {move || plain(import.draw(words()))}
                {move || plain(if adding.get() { vec![add_form(&sites(), words())] } else { Vec::new() })}
                {move || match listed(desk, names.all) {
                    Listed::Note(note) => note,
                    Listed::There(all) => plain(table(&all, &sites(), &only.get(), &typed.get(), words())),
                }}
            </div>
            <ToastBar desk=desk toasts=names.toasts />
        </AdminPage>
    }
}

/// The element that an event is about.
fn target<T: JsCast>(event: &web_sys::Event) -> Option<T> {
    event.target()?.dyn_into().ok()
}

/// The head of the page, and how many extensions there are.
fn top(all: &Progress<Vec<NamedExtension>>, adding: bool, words: &'static Words) -> Vec<Node> {
    let own = words.naming();
    let link = [("class", "button"), ("href", "api/v1/extensions.csv"), ("download", "extensions.csv")];
    let add = [("data-testid", "ext-add"), ("aria-expanded", if adding { "true" } else { "false" })];
    let mut acts = vec![text("a", &link, own.export), button("add", &add, own.add)];
    acts.extend(import_acts(words));
    let mut parts = vec![head(words.admin().extensions, acts)];
    if let Progress::Done(all) = all {
        let sum = (own.all)(all.len(), all.iter().filter(|it| is_unnamed(it)).count());
        parts.push(text("p", &[("class", "side__note"), ("data-testid", "ext-sum")], &sum));
    }
    parts
}

/// The form for an extension that is not in the table.
fn add_form(sites: &Sites, words: &'static Words) -> Node {
    let own = words.naming();
    let field = |name: &str, label: &str| {
        let about = [("class", "field__input"), ("name", name), ("autocomplete", "off"), ("maxlength", "100")];
        labelled(label, node("input", &about, Vec::new()))
    };
    let site = node("select", &[("class", "field__input"), ("name", "ext-site")], options(sites, "", own.found_out));
    let parts = vec![
        field("ext-number", own.number),
        field("ext-name", words.admin().name),
        field("ext-group", own.group),
        labelled(words.admin().peer, site),
        button("add-now", &[("class", "button button--first"), ("data-testid", "ext-save")], own.add),
    ];
    node("div", &[("class", "form form--line peer"), ("role", "group"), ("aria-label", own.add)], parts)
}

/// Names the extension that the form holds.
fn add(names: Names) {
    let value = |name: &str| browser::value_of(&format!("[name='{name}']")).trim().to_owned();
    let naming = Naming { name: value("ext-name"), group: value("ext-group"), site: value("ext-site") };
    names.name(value("ext-number").into(), naming, || ());
}

/// Takes over the cell that was changed.
fn edit(names: Names, event: &web_sys::Event) {
    let Some(cell) = target::<Element>(event) else { return };
    let Some((exten, field)) = cell_of(&cell) else { return };
    let Some(now) = names.find(&exten).map(|it| it.now) else { return };
    let mut after = now.clone();
    let (held, typed) = match field {
        Field::Group => (&mut after.group, now.group),
        Field::Site => (&mut after.site, now.site),
        Field::Name | Field::Exten => (&mut after.name, now.name),
    };
    value_of(&cell).trim().clone_into(held);
    names.name(exten, after, move || set_value(&cell, &typed));
}

/// Which extension and field a cell is of.
fn cell_of(cell: &Element) -> Option<(Exten, Field)> {
    let key = cell.get_attribute(KEY)?;
    let (field, exten) = key.strip_prefix("cell ")?.split_once(' ')?;
    Some((exten.into(), Field::from_word(field)?))
}

fn value_of(cell: &Element) -> String {
    let typed = cell.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value);
    typed.or_else(|| cell.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value)).unwrap_or_default()
}

fn set_value(cell: &Element, value: &str) {
    if let Some(input) = cell.dyn_ref::<HtmlInputElement>() {
        input.set_value(value);
    } else if let Some(select) = cell.dyn_ref::<HtmlSelectElement>() {
        select.set_value(value);
    }
}

/// Enter saves and goes to the cell below, Esc leaves the cell as it was.
fn key(event: &KeyboardEvent) {
    let Some(cell) = target::<HtmlInputElement>(event) else { return };
    let Some((_, field)) = cell_of(&cell) else { return };
    match event.key().as_str() {
        "Enter" if !event.is_composing() => {
            event.prevent_default();
            let row = cell.closest("tr").ok().flatten().and_then(|row| row.next_element_sibling());
            let selector = format!("[{KEY}^='cell {} ']", field.as_str());
            let below = row.and_then(|row| row.query_selector(&selector).ok().flatten());
            // A field that loses the focus tells that it was changed.
            let _ = match below.and_then(|below| below.dyn_into::<HtmlElement>().ok()) {
                Some(below) => below.focus(),
                None => cell.blur(),
            };
        }
        "Escape" => cell.set_value(&cell.get_attribute("value").unwrap_or_default()),
        _ => {}
    }
}

const fn is_unnamed(it: &NamedExtension) -> bool {
    it.heard && it.now.name.is_empty()
}

const fn is_unseen(it: &NamedExtension) -> bool {
    !it.heard && !it.now.name.is_empty()
}

fn table(all: &[NamedExtension], sites: &Sites, only: &str, typed: &str, words: &'static Words) -> Vec<Node> {
    let (own, typed) = (words.naming(), typed.trim().to_lowercase());
    if all.is_empty() {
        return vec![text("p", &[("class", "side__note")], own.none)];
    }
    let filters: [fn(&NamedExtension) -> bool; 3] = [|_| true, is_unnamed, is_unseen];
    let filters = ["only-0", "only-1", "only-2"].into_iter().zip(own.only).zip(filters);
    let is_hit = |it: &&NamedExtension| {
        typed.is_empty() || format!("{} {} {}", it.exten, it.now.name, it.now.group).to_lowercase().contains(&typed)
    };
    let (mut choice, mut wanted) = (Vec::new(), Vec::new());
    for ((key, word), is_wanted) in filters {
        let hits: Vec<&NamedExtension> = all.iter().filter(|it| is_wanted(it)).collect();
        let is_chosen = key == only || (only.is_empty() && key == "only-0");
        let pressed = if is_chosen { "true" } else { "false" };
        let word = format!("{word} {}", hits.len());
        choice.push(button(key, &[("data-testid", key), ("aria-pressed", pressed)], &word));
        if is_chosen {
            wanted = hits.into_iter().filter(is_hit).collect();
        }
    }
    let search = [
        ("class", "field__input table__search"),
        ("name", "ext-search"),
        ("aria-label", words.search),
        ("placeholder", words.search),
        ("autocomplete", "off"),
        (KEY, "ext-search"),
    ];
    choice.insert(0, node("input", &search, Vec::new()));
    choice.push(text("span", &[("class", "side__note")], own.keys));
    let mut parts = vec![node("div", &[("class", "form__row")], choice)];
    if wanted.len() > ROWS {
        parts.push(text("p", &[("class", "side__note")], &(own.shown)(ROWS, wanted.len())));
    }
    if wanted.is_empty() {
        parts.push(text("p", &[("class", "side__note")], own.no_hits));
        return parts;
    }
    let groups: BTreeSet<&str> = all.iter().map(|it| it.now.group.as_str()).filter(|it| !it.is_empty()).collect();
    let groups = groups.into_iter().map(|group| node("option", &[("value", group)], Vec::new())).collect();
    let labels = [own.number, words.admin().name, own.group, words.admin().peer];
    let mut heads: Vec<Node> = labels.map(|label| text("th", &[("scope", "col")], label)).into();
    let acts = text("span", &[("class", "unseen")], words.admin().actions);
    heads.push(node("th", &[("scope", "col")], vec![acts]));
    let rows = wanted.iter().take(ROWS).map(|it| row(it, sites, labels, words)).collect();
    let table = vec![node("thead", &[], vec![node("tr", &[], heads)]), node("tbody", &[], rows)];
    parts.push(node("datalist", &[("id", GROUPS)], groups));
    parts.push(node("table", &[("class", "table table--cells")], table));
    parts
}

fn row(it: &NamedExtension, sites: &Sites, labels: [&str; 4], words: &Words) -> Node {
    let (own, exten) = (words.naming(), it.exten.as_str());
    let cell = |field: Field, label: &str, value: &str| {
        let (key, name) = (format!("cell {} {exten}", field.as_str()), (own.cell)(exten, label));
        let mut attributes = vec![("class", "cell"), (KEY, key.as_str()), ("aria-label", name.as_str())];
        let cell = if field == Field::Site {
            node("select", &attributes, options(sites, value, own.found_out))
        } else {
            attributes.extend([
                ("value", value),
                ("autocomplete", "off"),
                ("spellcheck", "false"),
                ("maxlength", "100"),
            ]);
            if field == Field::Group {
                attributes.push(("list", GROUPS));
            }
            node("input", &attributes, Vec::new())
        };
        node("td", &[("data-label", label)], vec![cell])
    };
    let mut cells = vec![
        text("th", &[("scope", "row")], exten),
        cell(Field::Name, labels[1], &it.now.name),
        cell(Field::Group, labels[2], &it.now.group),
        cell(Field::Site, labels[3], &it.now.site),
    ];
    let mut acts = Vec::new();
    if it.now != it.file {
        let parts = [(&it.now.name, &it.file.name), (&it.now.group, &it.file.group), (&it.now.site, &it.file.site)];
        let file = parts.into_iter().filter(|(now, file)| now != file).map(|(_, file)| file.as_str());
        let file = file.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", ");
        acts.push(text("span", &[("class", "tag")], &(own.edited)(&file)));
        acts.push(button(&format!("reset {exten}"), &[("data-testid", "ext-reset")], own.as_file));
    }
    cells.push(node("td", &[("class", "table__acts")], acts));
    node("tr", &[("data-named", exten)], cells)
}

/// The PBXes to choose from; one that is gone from the configuration stays chosen.
fn options(sites: &Sites, chosen: &str, found_out: &str) -> Vec<Node> {
    let option = |name: &str, title: &str| {
        let mut attributes = vec![("value", name)];
        attributes.extend((name == chosen).then_some(("selected", "")));
        text("option", &attributes, title)
    };
    let mut all = vec![option("", found_out)];
    all.extend(sites.iter().map(|(name, title)| option(name, title)));
    if !chosen.is_empty() && sites.iter().all(|(name, _)| name != chosen) {
        all.push(option(chosen, chosen));
    }
    all
}
