//! The page of the audit log, newest entries first: filtered, searched, saved as a file. An order for many extensions is
//! one row that opens.

use std::time::Duration;

use lampfield_shared::account::AuditPage;
use lampfield_shared::{AuditEntry, Fact};
use lampfield_words::Words;
use leptos::prelude::*;
use web_sys::{MouseEvent, Node};

use super::list::{AdminPage, Listed, head, listed};
use crate::api;
use crate::browser::{self, Precision, time_of_day};
use crate::plain::{KEY, button, labelled, node, plain, text};
use crate::progress::{Asked, Progress};
use crate::route::encode;
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
    // What is looked for, as the query of an address; the entry to go on from, and the order that is open.
    let [query, before, open] = [(); 3].map(|()| RwSignal::new(String::new()));
    let load = move |from: Option<i64>| {
        before.set(from.map(|id| id.to_string()).unwrap_or_default());
        let query = format!("{}{}", query.get_untracked(), language(desk.choices.words_untracked()));
        page.renew(async move { api::audit(from, &query).await });
    };
    load(None);
    let next = move || match page.get() {
        Progress::Done(page) => page.before,
        Progress::Idle | Progress::Pending | Progress::Failed(_) => None,
    };
    let press = move |event: MouseEvent| {
        let Some(key) = browser::attribute_at(&event, KEY) else { return };
        match key.strip_prefix("open ") {
            Some(id) => open.update(|open| *open = if open == id { String::new() } else { id.to_owned() }),
            None if key == "newest" => load(None),
            None if key == "older" => load(untrack(next)),
            None => {}
        }
    };
    let asked = StoredValue::new(0_u64);
    let take = move |_: web_sys::Event| {
        query.set(wanted());
        asked.update_value(|asked| *asked += 1);
        let number = asked.get_value();
        let ask = move || {
            if asked.try_get_value() == Some(number) {
                load(None);
            }
        };
        set_timeout(ask, STILL);
    };
    let words = move || desk.choices.words();
    view! {
        <AdminPage desk=desk title=|words| words.admin().audit name="audit" has_head=true>
            <div on:click=press on:input=take>
                {move || plain(top(&query.get(), words()))}
                {move || match listed(desk, page) {
                    Listed::Note(note) => note,
                    Listed::There(page) => plain(table(&page.entries, &open.get(), words())),
                }}
                {move || plain(vec![pages(before.with(String::is_empty), next().is_none(), words())])}
            </div>
        </AdminPage>
    }
}

/// The fields of the filters, by the names of their parameters.
const FIELDS: [&str; 4] = ["who", "deed", "target", "text"];

/// What the fields of the filters hold, as the query of an address.
fn wanted() -> String {
    let value = |name: &str| browser::value_of(&format!("[name='audit-{name}']")).trim().to_owned();
    let parts = FIELDS.into_iter().map(|name| (name, value(name)));
    let parts = parts.filter(|(_, value)| !value.is_empty());
    parts.fold(String::new(), |query, (name, value)| query + name + "=" + &encode(&value) + "&")
}

/// The language of what is searched.
fn language(words: &Words) -> String {
    format!("lang={}", words.tag)
}

/// Head and filters.
fn top(query: &str, words: &'static Words) -> Vec<Node> {
    let (admin, own) = (words.admin(), words.audit());
    let file = format!("api/v1/audit.csv?{query}{}", language(words));
    let export =
        [("class", "button"), ("data-testid", "audit-csv"), ("download", "audit.csv"), ("href", file.as_str())];
    let field = |name: &str, label: &str| {
        let name = format!("audit-{name}");
        let about = [("class", "field__input"), ("name", name.as_str()), ("autocomplete", "off")];
        labelled(label, node("input", &about, Vec::new()))
    };
    let kinds = KINDS.map(|kind| text("option", &[("value", kind)], (own.kinds)(kind).unwrap_or(kind)));
    let kinds = [text("option", &[("value", "")], own.any)].into_iter().chain(kinds).collect();
    let kinds = node("select", &[("class", "field__input"), ("name", "audit-deed")], kinds);
    let fields = vec![
        field(FIELDS[0], admin.who),
        labelled(own.kind, kinds),
        field(FIELDS[2], admin.target),
        field(FIELDS[3], words.search),
    ];
    vec![head(admin.audit, vec![text("a", &export, own.export)]), node("div", &[("class", "form form--line")], fields)]
}

/// The buttons to older entries, and back to the newest.
fn pages(is_newest: bool, is_oldest: bool, words: &Words) -> Node {
    let act = |key: &str, word: &str, is_off: bool| {
        let mut about = vec![("data-testid", key)];
        about.extend(is_off.then_some(("disabled", "")));
        button(key, &about, word)
    };
    let admin = words.admin();
    let acts = vec![act("newest", admin.newest, is_newest), act("older", admin.older, is_oldest)];
    node("div", &[("class", "form__row")], acts)
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

fn table(entries: &[AuditEntry], open: &str, words: &'static Words) -> Vec<Node> {
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
                let is_open = open == id.to_string();
                rows.push(summary(many, id, is_open, &labels, words));
                if is_open {
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
        let own = words.audit();
        let refused = entry.facts.iter().find_map(|fact| match fact {
            Fact::Refused(why) => (words.common().refused)(why),
            _ => None,
        });
        let outcome = (own.outcome)(&entry.result).map(str::to_owned);
        let time = |time| time_of_day(time, Precision::Minutes, words.tag);
        let facts = entry.facts.iter().filter_map(|fact| (own.fact)(fact, &time)).collect::<Vec<_>>();
        Self {
            deed: (own.deed)(&entry.action).map_or_else(|| entry.action.clone(), str::to_owned),
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
