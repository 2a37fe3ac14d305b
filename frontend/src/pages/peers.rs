//! The page of the PBXes: whether each is heard and hears us, and what to mend.

use std::collections::BTreeMap;
use std::time::Duration;

use lampfield_shared::{Finding, Freshness, MeshReport, Pause, PeerReport, SiteName};
use lampfield_words::{Words, freshness_word};
use leptos::prelude::*;
use web_sys::{MouseEvent, Node};

use super::ladder::ladder;
use super::list::{AdminPage, Listed, act, listed, often, when};
use super::matrix::matrix;
use crate::components::copy_text;
use crate::plain::{KEY, button, node, pairs, plain, text};
use crate::progress::Asked;
use crate::route::Route;
use crate::state::Desk;
use crate::{api, browser};

/// How often the numbers are loaded anew.
const AGAIN: Duration = Duration::from_secs(5);

/// The page of the PBXes.
#[component]
pub(crate) fn PeersPage(
    /// What the page knows.
    desk: Desk,
    /// The only PBX to show, with its counters and SIP trace; `None` shows all.
    name: Option<SiteName>,
) -> impl IntoView {
    let report: Asked<MeshReport> = Asked::new();
    let load = move || report.renew(api::peers());
    often(AGAIN, load);
    let messages = name.as_ref().map(|name| ladder(desk, name));
    let press = move |event: MouseEvent| {
        let Some(key) = browser::attribute_at(&event, KEY) else { return };
        if let Some(place) = key.strip_prefix("copy ") {
            return copy_text(desk, browser::text_of(&format!("[data-lines=\"{place}\"]")));
        }
        let Some((what, name)) = key.split_once(' ').map(|(what, name)| (what.to_owned(), SiteName::from(name))) else {
            return;
        };
        let done = (what == "refresh")
            .then(|| (desk.choices.words_untracked().admin().refreshed)(&desk.board.site_title(&name)));
        let question = async move {
            match what.as_str() {
                "refresh" => api::refresh_peer(&name).await,
                "pause" => api::set_pause(&name, Pause::On).await,
                _ => api::set_pause(&name, Pause::Off).await,
            }
        };
        act(desk, question, done, load);
    };
    view! {
        <AdminPage desk=desk title=|words| words.admin().peers name="peers">
            <div on:click=press>
                {move || match listed(desk, report) {
                    Listed::Note(note) => note,
                    Listed::There(found) => plain(draw(&found, name.as_ref(), desk.choices.words())),
                }}
            </div>
            {messages}
        </AdminPage>
    }
}

fn draw(found: &MeshReport, name: Option<&SiteName>, words: &'static Words) -> Vec<Node> {
    match name {
        None => mesh(found, words),
        Some(name) => match found.peers.iter().find(|peer| peer.site.name == *name) {
            Some(peer) => one(peer, words),
            None => vec![text("p", &[("class", "side__note")], words.common().nothing)],
        },
    }
}

fn mesh(found: &MeshReport, words: &'static Words) -> Vec<Node> {
    let live = found.peers.iter().filter(|peer| peer.site.freshness == Freshness::Live).count();
    let findings = found.peers.iter().map(|peer| peer.findings.len()).sum();
    let verdict = (words.admin().verdict)(live, found.peers.len(), findings);
    let mut all = vec![text("p", &[("class", "sheet__verdict"), ("data-testid", "verdict")], &verdict)];
    all.extend(matrix(found, words));
    all.extend(found.peers.iter().map(|peer| card(peer, words)));
    if !found.strangers.is_empty() {
        all.push(counts(words.admin().strangers, &found.strangers, words));
    }
    all.extend(found.eid.map(|eid| text("p", &[("class", "side__note")], &(words.admin().own_eid)(&eid.to_string()))));
    all
}

fn one(peer: &PeerReport, words: &'static Words) -> Vec<Node> {
    vec![
        card(peer, words),
        counts(words.admin().given, &peer.given, words),
        counts(words.admin().got, &peer.got, words),
        counts(words.admin().counts, &peer.counters, words),
    ]
}

fn card(peer: &PeerReport, words: &'static Words) -> Node {
    let (name, title, paused) = (peer.site.name.as_str(), peer.site.title.as_str(), peer.pause == Pause::On);
    let freshness = freshness_word(peer.site.freshness);
    let state = match peer.site.freshness {
        Freshness::Live => words.site_live.to_owned(),
        Freshness::LastKnown => (words.site_last_known)(&when(peer.site.heard.or(Some(peer.site.since)), words)),
        Freshness::Never => (words.site_never)(title),
    };
    let link = text("a", &[("href", &Route::Peer(peer.site.name.clone()).href())], title);
    let mut head = vec![
        node("h3", &[("class", "peer__title")], vec![link]),
        text("span", &[("class", &format!("chip chip--{freshness}"))], &state),
    ];
    let refresh = format!("refresh {name}");
    let mut refresh = (refresh.as_str(), vec![("data-testid", "refresh")]);
    let (turn, word) = if paused { ("resume", words.admin().resume) } else { ("pause", words.admin().pause) };
    if paused {
        head.push(text("span", &[("class", "tag"), ("data-testid", "paused")], words.admin().paused));
        refresh.1.push(("disabled", ""));
    }
    let acts = vec![
        button(&format!("{turn} {name}"), &[("data-testid", "pause")], word),
        button(refresh.0, &refresh.1, words.admin().refresh),
    ];
    head.push(node("span", &[("class", "peer__acts")], acts));
    let mut parts = vec![node("header", &[("class", "peer__head")], head)];
    parts.extend(findings(peer, words));
    parts.push(pairs("peer__facts", facts(peer, words)));
    let untold = peer.untold.to_string();
    let about = [("class", "peer"), ("data-peer", name), ("data-freshness", freshness), ("data-untold", &untold)];
    node("section", &about, parts)
}

fn facts(peer: &PeerReport, words: &Words) -> Vec<(String, String)> {
    let round_trip = peer.refresh.as_ref().map_or_else(
        || words.common().never.to_owned(),
        |refresh| match refresh.last_ms {
            Some(last) => (words.admin().answered)(last, refresh.states, refresh.drift),
            None => (words.admin().not_answered)(&when(Some(refresh.asked_at), words)),
        },
    );
    let eids: Vec<String> = peer.eids.iter().map(ToString::to_string).collect();
    vec![
        (words.admin().heard.into(), when(peer.last_in, words)),
        (words.admin().last_out.into(), when(peer.last_out, words)),
        (words.admin().eids.into(), eids.join(", ")),
        (words.admin().round_trip.into(), round_trip),
        (words.admin().untold.into(), peer.untold.to_string()),
    ]
}

/// What is wrong with a PBX, with the configuration lines that mend it.
fn findings(peer: &PeerReport, words: &Words) -> Vec<Node> {
    let row = |(number, finding): (usize, &Finding)| {
        let told = (words.admin().fault)(&finding.fault).unwrap_or_else(|| finding.text.clone());
        let mut parts = vec![text("p", &[("class", "peer__trouble")], &told)];
        if !finding.lines.is_empty() {
            let place = format!("{}/{number}", peer.site.name);
            let copy = button(&format!("copy {place}"), &[("data-testid", "copy")], words.common().copy);
            let file = text("span", &[], &format!("{}:", finding.file));
            parts.push(node("p", &[("class", "peer__file")], vec![file, copy]));
            parts.push(text("pre", &[("class", "peer__lines"), ("data-lines", &place)], &finding.lines));
        }
        node("li", &[], parts)
    };
    if peer.findings.is_empty() {
        return Vec::new();
    }
    let list = [("class", "peer__findings"), ("data-testid", "findings")];
    let rows = peer.findings.iter().enumerate().map(row).collect();
    vec![text("h4", &[], words.admin().trouble), node("ul", &list, rows)]
}

fn counts(title: &str, counters: &BTreeMap<String, u64>, words: &Words) -> Node {
    let called = |name: &String| (words.admin().counter)(name).map_or_else(|| name.clone(), str::to_owned);
    let counts = pairs("counts", counters.iter().map(|(name, count)| (called(name), count.to_string())).collect());
    node("section", &[("class", "peer")], vec![text("h3", &[("class", "peer__title")], title), counts])
}
