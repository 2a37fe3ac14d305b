//! The page of the audit log, newest entries first: filtered, searched, saved as a file. An order for many extensions is
//! one row that opens.

use std::collections::BTreeSet;
use std::time::Duration;

use lampfield_shared::account::AuditPage;
use lampfield_shared::{AuditEntry, Fact};
use lampfield_words::Words;
use leptos::prelude::*;
use web_sys::{MouseEvent, Node};

use super::list::{AdminPage, Listed, listed};
use crate::api::{self, AuditQuery};
use crate::browser::{self, Precision, time_of_day};
use crate::components::{Field, choice_field};
use crate::plain::{KEY, button, node, plain, text};
use crate::progress::{Asked, Progress};
use crate::state::Desk;

/// The kinds of deeds, by the first part of their actions.
const KINDS: [&str; 9] = ["dnd", "extension", "peer", "board", "account", "screen", "login", "logout", "session"];

/// How long the page waits for the next letter before it asks.
const STILL: Duration = Duration::from_millis(300);

/// The page of the audit log.
#[component]
pub(crate) fn Audit(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let page: Asked<AuditPage> = Asked::new();
    let before = RwSignal::new(None::<i64>);
    let open = RwSignal::new(BTreeSet::<i64>::new());
    let [who, deed, target, typed] = [(); 4].map(|()| RwSignal::new(String::new()));
    let query = Memo::new(move |_| AuditQuery {
        who: who.get(),
        deed: deed.get(),
        target: target.get(),
        text: typed.get(),
        lang: desk.choices.words().tag,
    });
    let load = move |from: Option<i64>| {
        before.set(from);
        let query = query.get_untracked();
        page.renew(async move { api::audit(from, &query).await });
    };
    let asked = StoredValue::new(0_u32);
    Effect::new(move |asked_before: Option<()>| {
        query.track();
        if asked_before.is_none() {
            return load(None);
        }
        asked.update_value(|asked| *asked += 1);
        let number = asked.get_value();
        let ask = move || {
            if asked.try_get_value() == Some(number) {
                load(None);
            }
        };
        set_timeout(ask, STILL);
    });
    let next = move || match page.get() {
        Progress::Done(page) => page.before,
        Progress::Idle | Progress::Pending | Progress::Failed(_) => None,
    };
    let press = move |event: MouseEvent| {
        let key = browser::attribute_at(&event, KEY);
        if let Some(id) = key.and_then(|key| key.strip_prefix("open ")?.parse().ok()) {
            open.update(|open| {
                if !open.remove(&id) {
                    open.insert(id);
                }
            });
        }
    };
    let words = move || desk.choices.words();
    let label = move |word: fn(&Words) -> &'static str| Signal::derive(move || word(words()));
    let kinds = move || {
        let own = words().audit();
        let option = |kind: &'static str| view! { <option value=kind>{(own.kinds)(kind).unwrap_or(kind)}</option> };
        view! {
            <option value="">{own.any}</option>
            {KINDS.map(option).into_iter().collect_view()}
        }
        .into_any()
    };
    let export = view! {
        <a class="button" data-testid="audit-csv" download="audit.csv" href=move || query.with(api::audit_file)>
            {move || words().audit().export}
        </a>
    };
    view! {
        <AdminPage desk=desk title=|words| words.admin().audit name="audit" acts=export.into_any()>
            <div class="form form--line">
                <Field label=label(|words| words.admin().who) value=who name="audit-who" optional=true />
                {choice_field(desk, "audit-deed", |words| words.audit().kind, move |kind| deed.set(kind), kinds)}
                <Field label=label(|words| words.admin().target) value=target name="audit-target" optional=true />
                <Field label=label(|words| words.search) value=typed name="audit-text" optional=true />
            </div>
            <div on:click=press>
                {move || match listed(desk, page) {
                    Listed::Note(note) => note,
                    Listed::There(page) => plain(table(&page.entries, &open.get(), words())),
                }}
            </div>
            <div class="form__row">
                <button
                    class="button"
                    type="button"
                    data-testid="newest"
                    disabled=move || before.get().is_none()
                    on:click=move |_| load(None)
                >
                    {move || words().admin().newest}
                </button>
                <button
                    class="button"
                    type="button"
                    data-testid="older"
                    disabled=move || next().is_none()
                    on:click=move |_| load(untrack(next))
                >
                    {move || words().admin().older}
                </button>
            </div>
        </AdminPage>
    }
}

/// Entries that one order has made, the newest first; most orders make one.
fn orders(entries: &[AuditEntry]) -> Vec<Vec<&AuditEntry>> {
    let key = |entry: &AuditEntry| {
        let order = entry.facts.iter().find_map(|fact| match fact {
            Fact::Order(time) => Some(*time),
            _ => None,
        });
        order.map(|order| (order, entry.who.clone(), entry.action.clone()))
    };
    let mut all: Vec<Vec<&AuditEntry>> = Vec::new();
    for entry in entries {
        let own = key(entry);
        match all.iter_mut().find(|order| own.is_some() && order.first().and_then(|it| key(it)) == own) {
            Some(order) => order.push(entry),
            None => all.push(vec![entry]),
        }
    }
    all
}

fn table(entries: &[AuditEntry], open: &BTreeSet<i64>, words: &'static Words) -> Vec<Node> {
    if entries.is_empty() {
        return vec![text("p", &[("class", "side__note"), ("data-testid", "audit-none")], words.audit().none)];
    }
    let admin = words.admin();
    let labels = [admin.time, admin.who, admin.action, admin.target, admin.result, admin.details, admin.address];
    let heads = labels.map(|label| text("th", &[("scope", "col")], label)).into();
    let mut rows = Vec::new();
    for order in orders(entries) {
        match order.as_slice() {
            [only] => rows.push(row(only, &labels, "", words)),
            many => {
                // The oldest entry stays the same when others join it.
                let id = many.last().map_or(0, |entry| entry.id);
                rows.push(summary(many, id, open.contains(&id), &labels, words));
                if open.contains(&id) {
                    rows.extend(many.iter().map(|entry| row(entry, &labels, " table__row--part", words)));
                }
            }
        }
    }
    let parts = vec![node("thead", &[], vec![node("tr", &[], heads)]), node("tbody", &[], rows)];
    vec![node("table", &[("class", "table")], parts)]
}

/// An order for many in one row.
fn summary(many: &[&AuditEntry], id: i64, is_open: bool, labels: &[&str; 7], words: &'static Words) -> Node {
    let own = words.audit();
    let done = many.iter().filter(|entry| entry.result == "ok").count();
    let newest = many[0];
    let result =
        if done == many.len() { Said::of(newest, words).result } else { (own.partly)(done, many.len() - done) };
    let said = Said { result, ..Said::of(many.iter().find(|it| it.result == "ok").unwrap_or(&newest), words) };
    let count = (own.many)(many.len());
    let label = format!("{}: {count}", own.open);
    let expanded = if is_open { "true" } else { "false" };
    let about = [("data-testid", "order"), ("aria-expanded", expanded), ("aria-label", label.as_str())];
    let target = button(&format!("open {id}"), &about, &count);
    let bad = if done == many.len() { "" } else { "table__row--bad" };
    cells(newest, &said, target, labels, bad, words)
}

fn row(entry: &AuditEntry, labels: &[&str; 7], class: &str, words: &'static Words) -> Node {
    let bad = if entry.result == "ok" { "" } else { "table__row--bad" };
    let target = text("span", &[], &words.common().named(&entry.target));
    cells(entry, &Said::of(entry, words), target, labels, &format!("{bad}{class}"), words)
}

fn cells(
    entry: &AuditEntry,
    said: &Said,
    target: Node,
    labels: &[&str; 7],
    class: &str,
    words: &'static Words,
) -> Node {
    let cell = |at: usize, said: &str| text("td", &[("data-label", labels[at])], said);
    let time = time_of_day(entry.time, Precision::Seconds, words.tag);
    let cells = vec![
        text("td", &[("class", "table__short")], &time),
        cell(1, &words.common().named(&entry.who)),
        text("td", &[("data-label", labels[2]), ("title", &entry.action)], &said.deed),
        node("td", &[("data-label", labels[3])], vec![target]),
        cell(4, &said.result),
        cell(5, &said.facts),
        cell(6, entry.address.as_deref().unwrap_or_default()),
    ];
    node("tr", &[("class", class), ("data-audit", &entry.action)], cells)
}

/// An entry in words.
struct Said {
    deed: String,
    result: String,
    facts: String,
}

impl Said {
    fn of(entry: &AuditEntry, words: &'static Words) -> Self {
        let admin = words.admin();
        let refused = entry.facts.iter().find_map(|fact| match fact {
            Fact::Refused(why) => (words.common().refused)(why),
            _ => None,
        });
        let outcome = (admin.outcome)(&entry.result).map(str::to_owned);
        let time = |time| time_of_day(time, Precision::Minutes, words.tag);
        let facts = entry.facts.iter().filter_map(|fact| (admin.fact)(fact, &time)).collect::<Vec<_>>();
        Self {
            deed: (admin.deed)(&entry.action).map_or_else(|| entry.action.clone(), str::to_owned),
            // A result that has no words in this language is shown as the server wrote it.
            result: outcome.or(refused).unwrap_or_else(|| entry.result.clone()),
            facts: facts.join(", "),
        }
    }
}

#[cfg(test)]
mod tests {
    use lampfield_shared::Timestamp;

    use super::*;

    fn entry(id: i64, who: &str, order: Option<u64>) -> AuditEntry {
        AuditEntry {
            id,
            time: Timestamp(0),
            who: who.into(),
            address: None,
            action: "dnd.on".into(),
            target: id.to_string(),
            result: "ok".into(),
            facts: order.map(|order| Fact::Order(Timestamp(order))).into_iter().collect(),
        }
    }

    #[test]
    fn entries_of_one_order_stand_together() {
        let entries = [
            entry(6, "anna", Some(7)),
            entry(5, "boris", Some(7)),
            entry(4, "anna", Some(7)),
            entry(3, "anna", None),
            entry(2, "anna", None),
            entry(1, "anna", Some(3)),
        ];
        let ids = |order: Vec<&AuditEntry>| order.into_iter().map(|it| it.id).collect::<Vec<_>>();
        let told: Vec<_> = orders(&entries).into_iter().map(ids).collect();
        assert_eq!(told, [vec![6, 4], vec![5], vec![3], vec![2], vec![1]]);
    }
}
