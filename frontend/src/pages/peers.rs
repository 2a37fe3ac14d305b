//! The PBXes of the mesh: whether each is heard and told, and what is to be mended.

use std::collections::BTreeMap;
use std::time::Duration;

use lampfield_shared::{Finding, Freshness, MeshReport, Pause, PeerReport, SiteName};
use leptos::prelude::*;
use web_sys::Node;

use super::ladder::ladder;
use super::list::{AdminPage, Listed, listed, often, when};
use super::matrix::matrix;
use crate::api;
use crate::app::Desk;
use crate::i18n::Words;
use crate::look::freshness_word;
use crate::notice::{Tone, refusal_text};
use crate::plain::{node, pairs, plain, text};
use crate::progress::Asked;
use crate::route::Route;

/// How often it is looked at anew.
const AGAIN: Duration = Duration::from_secs(5);

/// See the module.
#[component]
pub(crate) fn PeersPage(
    /// Whose page.
    desk: Desk,
    /// Only this one, with its counts and what it said last.
    name: Option<SiteName>,
) -> impl IntoView {
    let report: Asked<MeshReport> = Asked::new();
    often(AGAIN, move || report.renew(api::peers()));
    let messages = name.as_ref().map(|name| ladder(desk, name));
    view! {
        <AdminPage desk=desk title=Signal::derive(move || desk.choices.words().admin.peers) name="peers">
            {move || match (listed(desk, report), &name) {
                (Listed::Note(note), _) => note,
                (Listed::There(found), None) => mesh(desk, found, report),
                (Listed::There(found), Some(name)) => one(desk, found, name, report),
            }}
            {messages}
        </AdminPage>
    }
}

fn mesh(desk: Desk, found: MeshReport, report: Asked<MeshReport>) -> AnyView {
    let words = desk.choices.words();
    let live = found.peers.iter().filter(|peer| peer.site.freshness == Freshness::Live).count();
    let findings = found.peers.iter().map(|peer| peer.findings.len()).sum();
    let verdict = (words.admin.verdict)(live, found.peers.len(), findings);
    let mut above = vec![text("p", &[("class", "sheet__verdict"), ("data-testid", "verdict")], &verdict)];
    above.extend(matrix(&found, words));
    let mut below = vec![text("p", &[("class", "side__note")], &(words.admin.own_eid)(&found.eid.to_string()))];
    if !found.strangers.is_empty() {
        below.insert(0, counts(words.admin.strangers, &found.strangers));
    }
    let cards: Vec<_> = found.peers.into_iter().map(|peer| peer_card(desk, peer, words, report)).collect();
    [plain(above)].into_iter().chain(cards).chain([plain(below)]).collect_view().into_any()
}

fn one(desk: Desk, found: MeshReport, name: &SiteName, report: Asked<MeshReport>) -> AnyView {
    let words = desk.choices.words();
    let Some(peer) = found.peers.into_iter().find(|peer| peer.site.name == *name) else {
        return plain(vec![text("p", &[("class", "side__note")], words.common.nothing)]);
    };
    let all = [(words.admin.given, &peer.given), (words.admin.got, &peer.got), (words.admin.counts, &peer.counters)];
    let all = plain(all.map(|(title, counters)| counts(title, counters)).into());
    [peer_card(desk, peer, words, report), all].collect_view().into_any()
}

/// Asks something of a PBX, and then how it is.
fn act(
    desk: Desk,
    report: Asked<MeshReport>,
    question: impl Future<Output = api::Answer<()>> + 'static,
    done: Option<String>,
) {
    let asked: Asked<()> = Asked::new();
    asked.start(question, move |answer| {
        match (answer, done) {
            (Ok(()), Some(done)) => desk.notices.say(Tone::Good, done),
            (Ok(()), None) => {}
            (Err(refusal), _) => {
                desk.notices.say(Tone::Bad, refusal_text(refusal, desk.choices.words_untracked()));
            }
        }
        report.renew(api::peers());
    });
}

fn peer_card(desk: Desk, peer: PeerReport, words: &'static Words, report: Asked<MeshReport>) -> AnyView {
    let (freshness, name, title) = (freshness_word(peer.site.freshness), peer.site.name, peer.site.title);
    let state = match peer.site.freshness {
        Freshness::Live => words.site_live.to_owned(),
        Freshness::LastKnown => (words.site_last_known)(&when(peer.site.heard.or(Some(peer.site.since)), words)),
        Freshness::Never => (words.site_never)(&title),
    };
    let round_trip = peer.refresh.map_or_else(
        || words.common.never.to_owned(),
        |refresh| match refresh.last_ms {
            Some(last) => (words.admin.answered)(last, refresh.states, refresh.drift),
            None => (words.admin.not_answered)(&when(Some(refresh.asked_at), words)),
        },
    );
    let eids: Vec<String> = peer.eids.iter().map(ToString::to_string).collect();
    let mut shown = findings(&peer.findings, words);
    let facts = [
        (words.admin.heard, when(peer.last_in, words)),
        (words.admin.last_out, when(peer.last_out, words)),
        (words.admin.eids, eids.join(", ")),
        (words.admin.round_trip, round_trip),
        (words.admin.untold, peer.untold.to_string()),
    ];
    shown.push(pairs("peer__facts", facts.map(|(name, fact)| (name.to_owned(), fact))));
    let is_paused = peer.pause == Pause::On;
    let (next, turn) = if is_paused { (Pause::Off, words.admin.resume) } else { (Pause::On, words.admin.pause) };
    let (own, refreshed) = (name.clone(), (words.admin.refreshed)(&title));
    let refresh = move |_| {
        let own = own.clone();
        act(desk, report, async move { api::refresh_peer(&own).await }, Some(refreshed.clone()));
    };
    let own = name.clone();
    let pause = move |_| {
        let own = own.clone();
        act(desk, report, async move { api::set_pause(&own, next).await }, None);
    };
    let to_itself = Route::Peer(name.clone()).href();
    view! {
        <section class="peer" data-peer=name.to_string() data-freshness=freshness data-paused=is_paused.to_string() data-untold=peer.untold>
            <header class="peer__head">
                <h3 class="peer__title"><a href=to_itself>{title}</a></h3>
                <span class=format!("chip chip--{freshness}")>{state}</span>
                {is_paused.then(|| view! { <span class="tag" data-testid="paused">{words.admin.paused}</span> })}
                <span class="peer__acts">
                    <button class="button" type="button" data-testid="pause" on:click=pause>{turn}</button>
                    <button class="button" type="button" data-testid="refresh" disabled=is_paused on:click=refresh>
                        {words.admin.refresh}
                    </button>
                </span>
            </header>
            {plain(shown)}
        </section>
    }
    .into_any()
}

/// What is to be mended. The server says it, in English.
fn findings(all: &[Finding], words: &Words) -> Vec<Node> {
    let row = |finding: &Finding| {
        let mut parts = vec![text("p", &[("class", "peer__trouble")], &finding.text)];
        if !finding.lines.is_empty() {
            parts.push(text("p", &[], &format!("{}:", finding.file)));
            parts.push(text("pre", &[("class", "peer__lines")], &finding.lines));
        }
        node("li", &[], parts)
    };
    if all.is_empty() {
        return Vec::new();
    }
    let list = [("class", "peer__findings"), ("lang", "en"), ("data-testid", "findings")];
    vec![text("h4", &[], words.admin.trouble), node("ul", &list, all.iter().map(row).collect())]
}

fn counts(title: &str, counters: &BTreeMap<String, u64>) -> Node {
    let counts = pairs("counts", counters.iter().map(|(name, count)| (name.clone(), count.to_string())));
    node("section", &[("class", "peer")], vec![text("h3", &[("class", "peer__title")], title), counts])
}
