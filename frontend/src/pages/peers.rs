//! The PBXes of the mesh: whether each is heard and told, and what is to be mended.

use std::collections::BTreeMap;
use std::time::Duration;

use lampfield_shared::{Finding, Freshness, MeshReport, Pause, PeerReport, SiteName};
use leptos::prelude::*;

use super::ladder::ladder;
use super::list::{AdminPage, Listed, listed, often, when};
use super::matrix::matrix;
use crate::api;
use crate::app::Desk;
use crate::i18n::Words;
use crate::look::freshness_word;
use crate::notice::{Tone, refusal_text};
use crate::progress::Asked;
use crate::route::Route;

/// How often it is looked at anew.
const AGAIN: Duration = Duration::from_secs(5);

/// All of them.
#[component]
pub(crate) fn PeersPage(
    /// Whose page.
    desk: Desk,
) -> impl IntoView {
    let report: Asked<MeshReport> = Asked::new();
    often(AGAIN, move || report.renew(api::peers()));
    view! {
        <AdminPage desk=desk title=Signal::derive(move || desk.choices.words().admin.peers) name="peers">
            {move || match listed(desk, report) {
                Listed::Note(note) => note,
                Listed::There(found) => mesh(desk, found, report),
            }}
        </AdminPage>
    }
}

/// One of them, with its counts and what it said last.
#[component]
pub(crate) fn PeerPage(
    /// Whose page.
    desk: Desk,
    /// Which.
    name: SiteName,
) -> impl IntoView {
    let report: Asked<MeshReport> = Asked::new();
    often(AGAIN, move || report.renew(api::peers()));
    let own = name.clone();
    view! {
        <AdminPage desk=desk title=Signal::derive(move || desk.choices.words().admin.peers) name="peer">
            {move || match listed(desk, report) {
                Listed::Note(note) => note,
                Listed::There(found) => one(desk, found, &own, report),
            }}
            {ladder(desk, name.clone())}
        </AdminPage>
    }
}

fn mesh(desk: Desk, found: MeshReport, report: Asked<MeshReport>) -> AnyView {
    let words = desk.choices.words();
    let live = found.peers.iter().filter(|peer| peer.site.freshness == Freshness::Live).count();
    let findings = found.peers.iter().map(|peer| peer.findings.len()).sum();
    let strangers = (!found.strangers.is_empty()).then(|| counts(words.admin.strangers, found.strangers.clone()));
    view! {
        <p class="sheet__verdict" data-testid="verdict">{(words.admin.verdict)(live, found.peers.len(), findings)}</p>
        {matrix(&found, words)}
        {found.peers.into_iter().map(|peer| peer_card(desk, peer, words, report)).collect_view()}
        {strangers}
        <p class="side__note">{(words.admin.own_eid)(&found.eid.to_string())}</p>
    }
    .into_any()
}

fn one(desk: Desk, found: MeshReport, name: &SiteName, report: Asked<MeshReport>) -> AnyView {
    let words = desk.choices.words();
    match found.peers.into_iter().find(|peer| peer.site.name == *name) {
        None => view! { <p class="side__note">{words.common.nothing}</p> }.into_any(),
        Some(peer) => {
            let all = [
                counts(words.admin.given, peer.given.clone()),
                counts(words.admin.got, peer.got.clone()),
                counts(words.admin.counts, peer.counters.clone()),
            ];
            view! {
                {peer_card(desk, peer, words, report)}
                {all.into_iter().collect_view()}
            }
            .into_any()
        }
    }
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
        <section class="peer" data-peer=name.to_string() data-freshness=freshness data-paused=is_paused.to_string()>
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
            {findings(peer.findings, words)}
            <dl class="peer__facts">
                <dt>{words.admin.heard}</dt>
                <dd>{when(peer.last_in, words)}</dd>
                <dt>{words.admin.last_out}</dt>
                <dd>{when(peer.last_out, words)}</dd>
                <dt>{words.admin.eids}</dt>
                <dd>{eids.join(", ")}</dd>
                <dt>{words.admin.round_trip}</dt>
                <dd data-testid="round-trip">{round_trip}</dd>
                <dt>{words.admin.untold}</dt>
                <dd data-testid="untold">{peer.untold}</dd>
            </dl>
        </section>
    }
    .into_any()
}

/// What is to be mended. The server says it, in English.
fn findings(all: Vec<Finding>, words: &'static Words) -> AnyView {
    let row = |Finding { text, file, lines }: Finding| {
        let cure = (!lines.is_empty()).then(|| {
            view! {
                <p>{file}":"</p>
                <pre class="peer__lines">{lines}</pre>
            }
        });
        view! { <li><p class="peer__trouble">{text}</p>{cure}</li> }
    };
    if all.is_empty() {
        return ().into_any();
    }
    view! {
        <h4>{words.admin.trouble}</h4>
        <ul class="peer__findings" lang="en" data-testid="findings">{all.into_iter().map(row).collect_view()}</ul>
    }
    .into_any()
}

fn counts(title: &'static str, counters: BTreeMap<String, u64>) -> AnyView {
    let row = |(name, count): (String, u64)| {
        view! {
            <dt><code>{name}</code></dt>
            <dd>{count}</dd>
        }
    };
    view! {
        <section class="peer">
            <h3 class="peer__title">{title}</h3>
            <dl class="counts">{counters.into_iter().map(row).collect_view()}</dl>
        </section>
    }
    .into_any()
}
