//! The PBXes of the mesh: whether each is heard, and what is to be mended.

use std::collections::BTreeMap;
use std::time::Duration;

use lampfield_shared::{Freshness, MeshReport, PeerReport, SiteName};
use leptos::prelude::*;

use super::ladder::ladder;
use super::list::{AdminPage, Listed, listed, often, when};
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
    let load = move || report.renew(api::peers());
    often(AGAIN, load);
    view! {
        <AdminPage desk=desk title=Signal::derive(move || desk.choices.words().admin.peers) name="peers">
            {move || match listed(desk, report) {
                Listed::Note(note) => note,
                Listed::There(report) => mesh(desk, report, load).into_any(),
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
    let load = move || report.renew(api::peers());
    often(AGAIN, load);
    let own = name.clone();
    view! {
        <AdminPage desk=desk title=Signal::derive(move || desk.choices.words().admin.peers) name="peer">
            {move || match listed(desk, report) {
                Listed::Note(note) => note,
                Listed::There(report) => {
                    let words = desk.choices.words();
                    match report.peers.into_iter().find(|peer| peer.site.name == own) {
                        Some(peer) => {
                            let counted = counts(peer.counters.clone());
                            view! { {peer_card(desk, peer, words, load)} {counted} }.into_any()
                        }
                        None => view! { <p class="side__note">{words.common.nothing}</p> }.into_any(),
                    }
                }
            }}
            {ladder(desk, name.clone(), name.to_string())}
        </AdminPage>
    }
}

fn mesh(desk: Desk, report: MeshReport, load: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let words = desk.choices.words();
    let strangers = (!report.strangers.is_empty()).then(|| {
        view! {
            <section class="peer">
                <h3 class="peer__title">{words.admin.strangers}</h3>
                {counts(report.strangers)}
            </section>
        }
    });
    view! {
        <p class="side__note">{(words.admin.own_eid)(&report.eid.to_string())}</p>
        {report.peers.into_iter().map(|peer| peer_card(desk, peer, words, load)).collect_view()}
        {strangers}
    }
}

fn peer_card(
    desk: Desk,
    peer: PeerReport,
    words: &'static Words,
    load: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let (freshness, name, title) = (freshness_word(peer.site.freshness), peer.site.name, peer.site.title);
    let to_itself = Route::Peer(name.clone()).href();
    let state = match peer.site.freshness {
        Freshness::Live => words.site_live.to_owned(),
        Freshness::LastKnown => (words.site_last_known)(&when(peer.site.heard.or(Some(peer.site.since)), words)),
        Freshness::Never => (words.site_never)(&title),
    };
    let refreshing: Asked<()> = Asked::new();
    let refresh = {
        let (name, title) = (name.clone(), title.clone());
        move |_| {
            let (name, title) = (name.clone(), title.clone());
            refreshing.start(async move { api::refresh_peer(&name).await }, move |answer| {
                let words = desk.choices.words_untracked();
                match answer {
                    Ok(()) => desk.notices.say(Tone::Good, (words.admin.refreshed)(&title)),
                    Err(refusal) => desk.notices.say(Tone::Bad, refusal_text(refusal, words)),
                }
                load();
            });
        }
    };
    let round_trip = peer.refresh.map_or_else(
        || words.common.never.to_owned(),
        |refresh| match refresh.last_ms {
            Some(last) => (words.admin.answered)(last, refresh.states, refresh.drift),
            None => (words.admin.not_answered)(&when(Some(refresh.asked_at), words)),
        },
    );
    let eids: Vec<String> = peer.eids.iter().map(ToString::to_string).collect();
    let trouble_class = if peer.trouble.is_some() { "peer__trouble" } else { "" };
    view! {
        <section class="peer" data-peer=name.to_string() data-freshness=freshness>
            <header class="peer__head">
                <h3 class="peer__title"><a href=to_itself>{title}</a></h3>
                <span class=format!("chip chip--{freshness}")>{state}</span>
                <button class="button" type="button" data-testid="refresh" on:click=refresh>{words.admin.refresh}</button>
            </header>
            <dl class="peer__facts">
                <dt>{words.admin.trouble}</dt>
                <dd class=trouble_class data-testid="trouble">
                    {peer.trouble.unwrap_or_else(|| words.admin.no_trouble.into())}
                </dd>
                <dt>{words.admin.heard}</dt>
                <dd>{when(peer.site.heard, words)}</dd>
                <dt>{words.admin.eids}</dt>
                <dd>{eids.join(", ")}</dd>
                <dt>{words.admin.round_trip}</dt>
                <dd data-testid="round-trip">{round_trip}</dd>
                <dt>{words.admin.untold}</dt>
                <dd>{peer.untold}</dd>
            </dl>
        </section>
    }
}

fn counts(counters: BTreeMap<String, u64>) -> impl IntoView {
    let row = |(name, count): (String, u64)| {
        view! {
            <dt><code>{name}</code></dt>
            <dd>{count}</dd>
        }
    };
    view! { <dl class="counts">{counters.into_iter().map(row).collect_view()}</dl> }
}
