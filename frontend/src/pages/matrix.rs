//! Who tells whom. What is not heard here is drawn as unknown.

use lampfield_shared::{Freshness, MeshReport, Pause, PeerReport, Publishing};
use leptos::prelude::*;

use super::list::when;
use crate::i18n::Words;
use crate::state::Category;

/// The mesh as a table: each row tells, each column is told.
pub(super) fn matrix(mesh: &MeshReport, words: &'static Words) -> AnyView {
    let us = "lampfield";
    let titles = mesh.peers.iter().map(|peer| peer.site.title.clone()).chain([us.to_owned()]);
    let heads: Vec<_> = titles.map(|title| view! { <th scope="col">{title}</th> }).collect();
    let row = |from: &PeerReport| {
        let name = from.site.name.to_string();
        let others = mesh.peers.iter().map(|to| if to.site.name == from.site.name { "–" } else { "?" });
        let (kind, word) = heard(from, words);
        let cells = others.map(|sign| cell("unknown", sign.to_owned(), String::new()));
        let cells: Vec<_> = cells.chain([cell(kind, word, when(from.last_in, words))]).collect();
        line(name, from.site.title.clone(), cells)
    };
    let ours = mesh.peers.iter().map(|to| {
        let (kind, word) = told(to, words);
        cell(kind, word, when(to.last_out, words))
    });
    let ours = ours.chain([cell("unknown", "–".to_owned(), String::new())]).collect();
    let rows: Vec<_> = mesh.peers.iter().map(row).chain([line(us.to_owned(), us.to_owned(), ours)]).collect();
    let unheard = (mesh.peers.len() > 1).then(|| view! { <p class="side__note">{words.admin.unheard}</p> });
    view! {
        <div class="matrix" tabindex="0" role="region" aria-label=words.admin.matrix>
            <table class="matrix__table" data-testid="matrix">
                <caption>{words.admin.matrix}</caption>
                <thead><tr><th scope="col">"→"</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {unheard}
    }
    .into_any()
}

fn line(name: String, title: String, cells: Vec<AnyView>) -> AnyView {
    view! { <tr data-from=name><th scope="row">{title}</th>{cells}</tr> }.into_any()
}

fn cell(kind: &'static str, word: String, time: String) -> AnyView {
    view! { <td data-told=kind>{word}<span class="matrix__time">{time}</span></td> }.into_any()
}

/// Whether we hear it.
fn heard(peer: &PeerReport, words: &Words) -> (&'static str, String) {
    match peer.site.freshness {
        Freshness::Live => ("good", words.site_live.into()),
        Freshness::LastKnown => ("bad", (words.category)(Category::LastKnown).into()),
        Freshness::Never => ("bad", words.common.never.into()),
    }
}

/// Whether it hears us: the worse of what we publish.
fn told(peer: &PeerReport, words: &Words) -> (&'static str, String) {
    if peer.pause == Pause::On {
        return ("paused", words.admin.paused.into());
    }
    let Some(worst) = peer.told.iter().max_by_key(|told| told.standing) else { return ("unknown", "?".into()) };
    let kind = match worst.standing {
        Publishing::Held => "good",
        Publishing::Nothing => "unknown",
        Publishing::Failing | Publishing::Refused => "bad",
    };
    (kind, (words.admin.told)(worst.standing, worst.code))
}
