//! The page of the PBXes: whether each is heard and hears us, and what to mend.

use std::collections::BTreeMap;
use std::time::Duration;

use lampfield_shared::{Finding, Freshness, MeshReport, Pause, PeerReport, SiteName};
use lampfield_words::{Words, freshness_word, sentence};
use leptos::prelude::*;
use web_sys::{MouseEvent, Node};

use super::ladder::ladder;
use super::list::{AdminPage, Listed, act, head, listed, often, when};
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
            .then(|| (desk.choices.words_untracked().peers().refreshed)(&desk.board.site_title(&name)));
        let question = async move {
            match what.as_str() {
                "refresh" => api::refresh_peer(&name).await,
                "pause" => api::set_pause(&name, Pause::On).await,
                _ => api::set_pause(&name, Pause::Off).await,
            }
        };
        act(desk, question, done, load);
    };
    let is_one = name.is_some();
    view! {
        <AdminPage desk=desk title=|words| words.admin().peers name="peers" has_head=is_one>
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
            None => vec![back(words), text("p", &[("class", "side__note")], words.common().nothing)],
        },
    }
}

fn mesh(found: &MeshReport, words: &'static Words) -> Vec<Node> {
    let own = words.peers();
    if found.peers.is_empty() {
        return none(words);
    }
    let live = found.peers.iter().filter(|peer| peer.site.freshness == Freshness::Live).count();
    let findings = found.peers.iter().map(|peer| peer.findings.len()).sum();
    let paused = found.peers.iter().filter(|peer| peer.pause == Pause::On).map(|peer| peer.site.title.as_str());
    let paused: Vec<&str> = paused.collect();
    let verdict = (own.verdict)(live, found.peers.len(), &paused, findings);
    let mut all = vec![text("p", &VERDICT, &verdict)];
    all.extend(matrix(found, words));
    all.extend(found.peers.iter().map(|peer| card(peer, words)));
    if !found.strangers.is_empty() {
        all.push(counts(own.strangers, &found.strangers, own.counter));
    }
    all.extend(found.eid.map(|eid| text("p", &[("class", "side__note")], &(own.own_eid)(&eid.to_string()))));
    all
}

const VERDICT: [(&str, &str); 2] = [("class", "sheet__verdict"), ("data-testid", "verdict")];

/// What connects the first PBX.
const EXAMPLE: &str = "[[peer]]\nname = \"perm\"\ntitle = \"Perm\"\naddress = \"10.0.0.4\"   # where the PBX sends from\n\
                       resource = \"perm\"      # what the PBX calls itself\n\
                       publish_to = \"sip:lampfield@10.0.0.4:5060\"";

/// What to do while there is no PBX.
fn none(words: &'static Words) -> Vec<Node> {
    let own = words.peers();
    let mut parts = vec![text("p", &[], own.none_do)];
    parts.extend(block("example", "lampfield.toml", EXAMPLE, words.common().copy));
    parts.push(text("p", &[], own.none_then));
    vec![text("p", &VERDICT, own.none), node("section", &[("class", "peer"), ("data-testid", "no-peers")], parts)]
}

/// Lines to paste into that file, with a button that copies them.
fn block(place: &str, title: &str, lines: &str, copy: &str) -> Vec<Node> {
    let copy = button(&format!("copy {place}"), &[("data-testid", "copy")], copy);
    vec![
        node("p", &[("class", "peer__file")], vec![text("b", &[], title), copy]),
        text("pre", &[("class", "peer__lines"), ("data-lines", place)], lines),
    ]
}

/// The head of the page of one PBX, with the way back to all.
fn back(words: &'static Words) -> Node {
    let link = [("class", "button"), ("data-testid", "back"), ("href", &*Route::Peers.href())];
    head(words.admin().peers, vec![text("a", &link, words.peers().back)])
}

fn one(peer: &PeerReport, words: &'static Words) -> Vec<Node> {
    let own = words.peers();
    let mut all = vec![back(words), card(peer, words)];
    if !peer.setup.is_empty() && peer.findings.iter().all(|finding| finding.lines != peer.setup) {
        let place = format!("{}/setup", peer.site.name);
        let mut parts = vec![text("summary", &[], &(own.block)(&peer.site.title))];
        parts.extend(block(&place, "", &peer.setup, own.copy_block));
        parts.push(text("p", &[("class", "side__note")], own.block_then));
        let setup = vec![node("details", &[("data-testid", "setup")], parts)];
        all.push(node("section", &[("class", "peer")], setup));
    }
    let answer = |code: &str| code.parse().ok().map(own.ladder.answer);
    all.push(counts(own.given, &peer.given, answer));
    all.push(counts(own.got, &peer.got, answer));
    all.push(counts(own.counts, &peer.counters, own.counter));
    all
}

fn card(peer: &PeerReport, words: &'static Words) -> Node {
    let (name, title, paused) = (peer.site.name.as_str(), peer.site.title.as_str(), peer.pause == Pause::On);
    let own = words.peers();
    let freshness = freshness_word(peer.site.freshness);
    let state = match peer.site.freshness {
        Freshness::Live => words.site_live.to_owned(),
        Freshness::LastKnown => (words.site_last_known)(&when(peer.site.heard.or(Some(peer.site.since)), words)),
        Freshness::Never if peer.last_in.is_some() => own.no_states.to_owned(),
        Freshness::Never => (words.site_never)(title),
    };
    let link = text("a", &[("href", &Route::Peer(peer.site.name.clone()).href())], title);
    let mut top = vec![
        node("h3", &[("class", "peer__title")], vec![link]),
        text("span", &[("class", &format!("chip chip--{freshness}"))], &state),
    ];
    let refresh = format!("refresh {name}");
    let mut refresh = (refresh.as_str(), vec![("data-testid", "refresh")]);
    let (turn, word) = if paused { ("resume", own.resume) } else { ("pause", own.pause) };
    if paused {
        top.push(text("span", &[("class", "tag"), ("data-testid", "paused")], own.paused));
        refresh.1.push(("disabled", ""));
    }
    let acts = vec![
        button(&format!("{turn} {name}"), &[("data-testid", "pause")], word),
        button(refresh.0, &refresh.1, own.refresh),
    ];
    top.push(node("span", &[("class", "peer__acts")], acts));
    let mut parts = vec![node("header", &[("class", "peer__head")], top)];
    parts.extend(findings(peer, words));
    parts.push(pairs("peer__facts", facts(peer, words)));
    let untold = peer.untold.to_string();
    let about = [("class", "peer"), ("data-peer", name), ("data-freshness", freshness), ("data-untold", &untold)];
    node("section", &about, parts)
}

fn facts(peer: &PeerReport, words: &Words) -> Vec<(String, String)> {
    let own = words.peers();
    let round_trip = peer.refresh.as_ref().map_or_else(
        || words.common().never.to_owned(),
        |refresh| match refresh.last_ms {
            Some(last) => (own.answered)(last, refresh.states, refresh.drift),
            None => (own.not_answered)(&when(Some(refresh.asked_at), words)),
        },
    );
    let eids: Vec<String> = peer.eids.iter().map(ToString::to_string).collect();
    vec![
        (own.heard.into(), when(peer.last_in.or(peer.site.heard), words)),
        (own.last_out.into(), when(peer.last_out, words)),
        (own.eids.into(), eids.join(", ")),
        (own.round_trip.into(), round_trip),
        (own.untold.into(), peer.untold.to_string()),
    ]
}

/// What is wrong with a PBX, and then the configuration lines that mend it: lines that mend several faults once.
fn findings(peer: &PeerReport, words: &Words) -> Vec<Node> {
    if peer.findings.is_empty() {
        return Vec::new();
    }
    let own = words.peers();
    let time = |time| when(Some(time), words);
    let row = |finding: &Finding| {
        let told = (own.fault)(&finding.fault, &time).unwrap_or_else(|| sentence(&finding.text));
        node("li", &[], vec![text("p", &[("class", "peer__trouble")], &told)])
    };
    let mut parts = vec![text("h4", &[], own.trouble), node("ul", &[], peer.findings.iter().map(row).collect())];
    let mut blocks: Vec<&Finding> = Vec::new();
    for finding in peer.findings.iter().filter(|finding| !finding.lines.is_empty()) {
        if blocks.iter().all(|other| other.lines != finding.lines) {
            blocks.push(finding);
        }
    }
    for (number, finding) in blocks.into_iter().enumerate() {
        let place = format!("{}/{number}", peer.site.name);
        if finding.lines == peer.setup {
            parts.extend(block(&place, &(own.block)(&peer.site.title), &finding.lines, own.copy_block));
            parts.push(text("p", &[("class", "side__note")], own.block_then));
        } else {
            parts.extend(block(&place, &finding.file, &finding.lines, words.common().copy));
        }
    }
    vec![node("div", &[("class", "peer__findings"), ("data-testid", "findings")], parts)]
}

fn counts<T: Into<String>>(title: &str, counters: &BTreeMap<String, u64>, word: impl Fn(&str) -> Option<T>) -> Node {
    let called = |name: &String| word(name).map_or_else(|| name.clone(), Into::into);
    let counts = pairs("counts", counters.iter().map(|(name, count)| (called(name), count.to_string())).collect());
    node("section", &[("class", "peer")], vec![text("h3", &[("class", "peer__title")], title), counts])
}
