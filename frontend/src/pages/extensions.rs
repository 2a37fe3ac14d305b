//! What the extensions are called: seen, edited, and as a file in and out. What is saved is on every board at once.

use lampfield_shared::naming::{ImportExtensions, ImportReport, NamedExtension, Naming};
use leptos::prelude::*;
use web_sys::Node;

use super::list::{AdminPage, Listed, listed};
use crate::app::Desk;
use crate::components::{Field, RefusalNote};
use crate::i18n::Words;
use crate::plain::{node, plain, text};
use crate::progress::{Asked, Progress};
use crate::{api, browser};

/// So many rows are drawn; a search finds the others.
const ROWS: usize = 500;

/// See the module.
#[component]
pub(crate) fn Extensions(
    /// Whose page.
    desk: Desk,
) -> impl IntoView {
    let all: Asked<Vec<NamedExtension>> = Asked::new();
    let load = move || all.renew(api::extensions());
    load();
    let fields = [(); 4].map(|()| RwSignal::new(String::new()));
    let (typed, only) = (RwSignal::new(String::new()), RwSignal::new(0));
    let acted: Asked<()> = Asked::new();
    let [exten, name, group, site] = fields;
    let save = move |naming: Option<Naming>| {
        let exten = exten.get_untracked();
        acted.start(async move { api::name_extension(exten.trim(), naming).await }, move |_| load());
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let [name, group, site] = [name, group, site].map(|field| field.get_untracked());
        save(Some(Naming { name, group, site }));
    };
    let pick = move |event: web_sys::MouseEvent| {
        let Some(picked) = browser::attribute_at(&event, "data-edit") else { return };
        if let Progress::Done(all) = untrack(|| all.get())
            && let Some(it) = all.into_iter().find(|it| it.exten.as_str() == picked)
        {
            let values = [picked, it.now.name, it.now.group, it.now.site];
            fields.into_iter().zip(values).for_each(|(field, value)| field.set(value));
            browser::focus("[name='ext-name']");
        }
    };
    let words = move || &desk.choices.words().admin;
    let only_button = move |which: usize| {
        view! {
            <button
                class="tab"
                type="button"
                aria-pressed=move || (only.get() == which).to_string()
                on:click=move |_| only.set(which)
                data-testid=format!("only-{which}")
            >
                {move || words().only[which]}
            </button>
        }
    };
    let refusal = Signal::derive(move || acted.refusal());
    view! {
        <AdminPage desk=desk title=Signal::derive(move || words().extensions) name="extensions">
            <form class="form form--line" on:submit=submit>
                <Field label=Signal::derive(move || words().number) value=exten name="ext-number" />
                <Field label=Signal::derive(move || words().name) value=name name="ext-name" optional=true />
                <Field label=Signal::derive(move || words().group) value=group name="ext-group" optional=true />
                <Field label=Signal::derive(move || words().peers) value=site name="ext-site" optional=true />
                <button class="button button--first" type="submit" data-testid="ext-save">
                    {move || desk.choices.words().common.save}
                </button>
                <button class="button" type="button" data-testid="ext-reset" on:click=move |_| save(None)>
                    {move || words().as_file}
                </button>
            </form>
            <RefusalNote desk=desk refusal=refusal />
            <div class="tabs">{only_button(0)} {only_button(1)} {only_button(2)}</div>
            <Field label=Signal::derive(move || desk.choices.words().search) value=typed name="ext-search" optional=true />
            <div on:click=pick>
                {move || match listed(desk, all) {
                    Listed::Note(note) => note,
                    Listed::There(all) => plain(table(&all, only.get(), &typed.get(), desk.choices.words())),
                }}
            </div>
            {csv_part(desk, load)}
        </AdminPage>
    }
}

fn table(all: &[NamedExtension], only: usize, typed: &str, words: &'static Words) -> Vec<Node> {
    let typed = typed.trim().to_lowercase();
    let is_wanted = |it: &&NamedExtension| match only {
        1 => it.heard && it.now.name.is_empty(),
        2 => !it.heard && !it.now.name.is_empty(),
        _ => true,
    };
    let is_hit = |it: &&NamedExtension| {
        typed.is_empty() || format!("{} {} {}", it.exten, it.now.name, it.now.group).to_lowercase().contains(&typed)
    };
    let wanted: Vec<&NamedExtension> = all.iter().filter(is_wanted).filter(is_hit).collect();
    let labels = [words.admin.number, words.admin.name, words.admin.group, words.admin.peers];
    let heads = labels.map(|label| text("th", &[("scope", "col")], label));
    let rows = wanted.iter().take(ROWS).map(|it| row(it, labels, words)).collect();
    let parts = vec![node("thead", &[], vec![node("tr", &[], heads.into())]), node("tbody", &[], rows)];
    let shown = (words.admin.shown)(wanted.len().min(ROWS), all.len());
    vec![text("p", &[("class", "side__note")], &shown), node("table", &[("class", "table")], parts)]
}

fn row(it: &NamedExtension, labels: [&str; 4], words: &Words) -> Node {
    let exten = it.exten.as_str();
    let pick = text("button", &[("class", "button"), ("type", "button"), ("data-edit", exten)], exten);
    let mut cells = vec![node("th", &[("scope", "row")], vec![pick])];
    let values = [(&it.now.name, &it.file.name), (&it.now.group, &it.file.group), (&it.now.site, &it.file.site)];
    for ((now, file), label) in values.into_iter().zip(&labels[1..]) {
        let mut parts = vec![text("span", &[], now)];
        if now != file {
            parts.push(text("span", &[("class", "tag")], &(words.admin.edited)(file)));
        }
        cells.push(node("td", &[("data-label", label)], parts));
    }
    node("tr", &[("data-named", exten)], cells)
}

fn csv_part(desk: Desk, load: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let csv = RwSignal::new(String::new());
    let report: Asked<ImportReport> = Asked::new();
    let send = move |dry_run: bool| {
        let import = ImportExtensions { csv: csv.get_untracked(), dry_run };
        report.start(async move { api::import_extensions(&import).await }, move |_| load());
    };
    let chosen = move |event: web_sys::Event| browser::read_file(&event, move |read| csv.set(read));
    let could_do = move || match report.get() {
        Progress::Done(report) if report.dry_run && report.errors.is_empty() => report.changes.len(),
        _ => 0,
    };
    let refusal = Signal::derive(move || report.refusal());
    let words = move || desk.choices.words();
    view! {
        <section class="peer">
            <label class="field">
                <span class="field__label">{move || words().admin.import}</span>
                <input type="file" accept=".csv,text/csv" on:change=chosen />
            </label>
            <textarea
                class="field__input"
                name="csv"
                rows="4"
                aria-label=move || words().admin.import
                prop:value=csv
                on:input:target=move |event| csv.set(event.target().value())
            ></textarea>
            <div class="form__row">
                <button class="button" type="button" data-testid="csv-try" on:click=move |_| send(true)>
                    {move || words().dnd.preview}
                </button>
                <button
                    class="button button--first"
                    type="button"
                    data-testid="csv-go"
                    disabled=move || could_do() == 0
                    on:click=move |_| send(false)
                >
                    {move || (words().dnd.do_it)(could_do())}
                </button>
                <a class="button" href="api/v1/extensions.csv" download="extensions.csv">{move || words().admin.export}</a>
            </div>
            <RefusalNote desk=desk refusal=refusal />
            {move || match report.get() {
                Progress::Done(report) => plain(difference(&report, words())),
                _ => ().into_any(),
            }}
        </section>
    }
}

fn difference(report: &ImportReport, words: &Words) -> Vec<Node> {
    let say = |it: &Naming| [it.name.as_str(), &it.group, &it.site].join(" / ");
    let change =
        report.changes.iter().take(ROWS).map(|it| format!("{}: {} → {}", it.exten, say(&it.before), say(&it.after)));
    let errors = report.errors.iter().map(|error| text("li", &[("class", "form__error")], error));
    let lines = errors.chain(change.map(|line| text("li", &[], &line))).collect();
    let sum = (words.admin.diff)(report.changes.len(), report.unchanged);
    vec![text("p", &[("data-testid", "csv-sum")], &sum), node("ul", &[("data-testid", "csv-diff")], lines)]
}
