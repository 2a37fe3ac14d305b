//! The page of the audit log, newest entries first.

use lampfield_shared::account::AuditPage;
use lampfield_shared::{AuditEntry, Fact};
use lampfield_words::Words;
use leptos::prelude::*;

use super::list::{AdminPage, Listed, listed};
use crate::api;
use crate::browser::{Precision, time_of_day};
use crate::progress::{Asked, Progress};
use crate::state::Desk;

/// The page of the audit log.
#[component]
pub(crate) fn Audit(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let page: Asked<AuditPage> = Asked::new();
    let before = RwSignal::new(None::<i64>);
    let load = move |from: Option<i64>| {
        before.set(from);
        page.start(api::audit(from), |_| ());
    };
    load(None);
    let next = move || match page.get() {
        Progress::Done(page) => page.before,
        Progress::Idle | Progress::Pending | Progress::Failed(_) => None,
    };
    let words = move || desk.choices.words().admin();
    view! {
        <AdminPage desk=desk title=|words| words.admin().audit name="audit">
            {move || match listed(desk, page) {
                Listed::Note(note) => note,
                Listed::There(page) if page.entries.is_empty() => {
                    view! { <p class="side__note">{desk.choices.words().common().nothing}</p> }.into_any()
                }
                Listed::There(page) => table(page.entries, desk.choices.words()).into_any(),
            }}
            <div class="form__row">
                <button
                    class="button"
                    type="button"
                    data-testid="newest"
                    disabled=move || before.get().is_none()
                    on:click=move |_| load(None)
                >
                    {move || words().newest}
                </button>
                <button
                    class="button"
                    type="button"
                    data-testid="older"
                    disabled=move || next().is_none()
                    on:click=move |_| load(untrack(next))
                >
                    {move || words().older}
                </button>
            </div>
        </AdminPage>
    }
}

fn table(entries: Vec<AuditEntry>, words: &'static Words) -> impl IntoView {
    let row = move |entry: AuditEntry| {
        let class = if entry.result == "ok" { "" } else { "table__row--bad" };
        let action = entry.action.clone();
        let refused = entry.facts.iter().find_map(|fact| match fact {
            Fact::Refused(why) => (words.common().refused)(why),
            _ => None,
        });
        let outcome = (words.admin().outcome)(&entry.result).map(str::to_owned);
        // A result that has no words in this language is shown as the server wrote it.
        let result = outcome.or(refused).unwrap_or(entry.result);
        let time = |time| time_of_day(time, Precision::Minutes, words.tag);
        let facts =
            entry.facts.iter().filter_map(|fact| (words.admin().fact)(fact, &time)).collect::<Vec<_>>().join(", ");
        let deed = (words.admin().deed)(&entry.action).map_or_else(|| entry.action.clone(), str::to_owned);
        view! {
            <tr class=class data-audit=action>
                <td class="table__short">{time_of_day(entry.time, Precision::Seconds, words.tag)}</td>
                <td data-label=words.admin().who>{words.common().named(&entry.who)}</td>
                <td data-label=words.admin().action title=entry.action>{deed}</td>
                <td data-label=words.admin().target>{words.common().named(&entry.target)}</td>
                <td data-label=words.admin().result>{result}</td>
                <td data-label=words.admin().details>{facts}</td>
                <td class="table__short" data-label=words.admin().address>{entry.address}</td>
            </tr>
        }
    };
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{words.admin().time}</th>
                    <th scope="col">{words.admin().who}</th>
                    <th scope="col">{words.admin().action}</th>
                    <th scope="col">{words.admin().target}</th>
                    <th scope="col">{words.admin().result}</th>
                    <th scope="col">{words.admin().details}</th>
                    <th scope="col">{words.admin().address}</th>
                </tr>
            </thead>
            <tbody>{entries.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}
