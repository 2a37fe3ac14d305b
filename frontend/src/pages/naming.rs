//! The page of the extensions' names: list, editor, import and export. A saved name is on every board at once.

use lampfield_shared::naming::{NamedExtension, Naming};
use lampfield_words::Words;
use leptos::prelude::*;
use web_sys::{MouseEvent, Node};

use super::import::import_part;
use super::list::{AdminPage, Listed, ROWS, act, listed};
use crate::components::Field;
use crate::plain::{KEY, button, node, plain, text};
use crate::progress::{Asked, Progress};
use crate::state::Desk;
use crate::{api, browser};

/// The page of the extensions' names.
#[component]
pub(crate) fn NamingPage(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let all: Asked<Vec<NamedExtension>> = Asked::new();
    let load = move || all.renew(api::named_extensions());
    load();
    let fields = [(); 4].map(|()| RwSignal::new(String::new()));
    let (typed, only) = (RwSignal::new(String::new()), RwSignal::new(String::from("only-0")));
    let [exten, name, group, site] = fields;
    let save = move |naming: Option<Naming>| {
        let exten = exten.get_untracked();
        act(desk, async move { api::name_extension(exten.trim(), naming).await }, None, load);
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let [name, group, site] = [name, group, site].map(|field| field.get_untracked());
        save(Some(Naming { name, group, site }));
    };
    let press = move |event: MouseEvent| {
        let Some(key) = browser::attribute_at(&event, KEY) else { return };
        let Some(picked) = key.strip_prefix("edit ") else {
            only.set(key);
            return;
        };
        if let Progress::Done(all) = untrack(|| all.get())
            && let Some(it) = all.into_iter().find(|it| it.exten.as_str() == picked)
        {
            let values = [picked.to_owned(), it.now.name, it.now.group, it.now.site];
            fields.into_iter().zip(values).for_each(|(field, value)| field.set(value));
            browser::focus("[name='ext-name']");
        }
    };
    let words = move || desk.choices.words();
    let label = move |word: fn(&Words) -> &'static str| Signal::derive(move || word(words()));
    view! {
        <AdminPage desk=desk title=|words| words.admin().extensions name="extensions">
            <form class="form form--line" on:submit=submit>
                <Field label=label(|words| words.admin().number) value=exten name="ext-number" />
                <Field label=label(|words| words.admin().name) value=name name="ext-name" optional=true />
                <Field label=label(|words| words.admin().group) value=group name="ext-group" optional=true />
                <Field label=label(|words| words.admin().peer) value=site name="ext-site" optional=true />
                <button class="button button--first" type="submit" data-testid="ext-save">
                    {move || words().common().save}
                </button>
                <button class="button" type="button" data-testid="ext-reset" on:click=move |_| save(None)>
                    {move || words().admin().as_file}
                </button>
            </form>
            <Field label=label(|words| words.search) value=typed name="ext-search" optional=true />
            <div on:click=press>
                {move || match listed(desk, all) {
                    Listed::Note(note) => note,
                    Listed::There(all) => plain(table(&all, &only.get(), &typed.get(), words())),
                }}
            </div>
            {import_part(desk, load)}
        </AdminPage>
    }
}

fn table(all: &[NamedExtension], only: &str, typed: &str, words: &'static Words) -> Vec<Node> {
    let typed = typed.trim().to_lowercase();
    let is_wanted = |it: &&NamedExtension| match only {
        "only-1" => it.heard && it.now.name.is_empty(),
        "only-2" => !it.heard && !it.now.name.is_empty(),
        _ => true,
    };
    let is_hit = |it: &&NamedExtension| {
        typed.is_empty() || format!("{} {} {}", it.exten, it.now.name, it.now.group).to_lowercase().contains(&typed)
    };
    let wanted: Vec<&NamedExtension> = all.iter().filter(is_wanted).filter(is_hit).collect();
    let labels = [words.admin().number, words.admin().name, words.admin().group, words.admin().peer];
    let heads = labels.map(|label| text("th", &[("scope", "col")], label));
    let rows = wanted.iter().take(ROWS).map(|it| row(it, labels, words)).collect();
    let parts = vec![node("thead", &[], vec![node("tr", &[], heads.into())]), node("tbody", &[], rows)];
    let shown = (words.admin().shown)(wanted.len().min(ROWS), all.len());
    let choice = ["only-0", "only-1", "only-2"].into_iter().zip(words.admin().only).map(|(key, word)| {
        button(key, &[("data-testid", key), ("aria-pressed", if key == only { "true" } else { "false" })], word)
    });
    let choice = node("div", &[("class", "form__row")], choice.collect());
    vec![choice, text("p", &[("class", "side__note")], &shown), node("table", &[("class", "table")], parts)]
}

fn row(it: &NamedExtension, labels: [&str; 4], words: &Words) -> Node {
    let exten = it.exten.as_str();
    let pick = button(&format!("edit {exten}"), &[], exten);
    let mut cells = vec![node("th", &[("scope", "row")], vec![pick])];
    let values = [(&it.now.name, &it.file.name), (&it.now.group, &it.file.group), (&it.now.site, &it.file.site)];
    for ((now, file), label) in values.into_iter().zip(&labels[1..]) {
        let mut parts = vec![text("span", &[], now)];
        if now != file {
            parts.push(text("span", &[("class", "tag")], &(words.admin().edited)(file)));
        }
        cells.push(node("td", &[("data-label", label)], parts));
    }
    node("tr", &[("data-named", exten)], cells)
}
