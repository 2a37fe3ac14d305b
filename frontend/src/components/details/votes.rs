//! "Why this state?": every vote behind a lamp, and which of them decide.

use std::time::Duration;

use lampfield_shared::{Exten, Freshness, LampDetails, Role, Vote};
use lampfield_words::{Category, Words, freshness_word};
use leptos::prelude::*;

use crate::api;
use crate::browser::{self, Precision, time_of_day};
use crate::notice::refusal_text;
use crate::progress::{Asked, Progress};
use crate::state::{Cell, Desk, Intent};
use crate::uniform::{Kept, effect, memo, part};
use crate::why::decides;

/// How often the votes are asked for: a vote may change without changing the lamp, and the stream does not tell of
/// that.
const BEAT: Duration = Duration::from_secs(4);

/// The table of votes. The votes are asked for whenever the lamp changes, and every `BEAT` while the table is shown.
#[component]
pub(super) fn VotesPart(desk: Desk, exten: Exten, cell: Kept<Option<Cell>>) -> impl IntoView {
    let details: Asked<LampDetails> = Asked::new();
    let lamp = memo(move || cell.get().map(|cell| cell.lamp));
    let ask = move || {
        let exten = exten.clone();
        details.renew(async move { api::lamp(&exten).await });
    };
    let again = ask.clone();
    effect(move || {
        lamp.track();
        ask();
    });
    let beat = set_interval_with_handle(
        move || {
            if !browser::is_hidden() {
                again();
            }
        },
        BEAT,
    );
    on_cleanup(move || beat.into_iter().for_each(|beat| beat.clear()));
    let details = memo(move || details.get());
    view! {
        <section class="details__part" id=Intent::Why.id() tabindex="-1" data-testid="why">
            <h3 class="details__title">{desk.choices.word(|words| words.details().why)}</h3>
            {part(move || {
                let words = desk.choices.words();
                Some(match details.get() {
                    Progress::Idle | Progress::Pending => view! { <p class="side__note">{words.common().asking}</p> }.into_any(),
                    Progress::Failed(refusal) => {
                        view! { <p class="side__note">{refusal_text(&refusal, words)}</p> }.into_any()
                    }
                    Progress::Done(details) => explained(desk, &details, words).into_any(),
                })
            })}
        </section>
    }
}

fn explained(desk: Desk, details: &LampDetails, words: &'static Words) -> impl IntoView + use<> {
    let hint = details.hint.as_deref().map_or_else(|| words.details().no_hint.into(), words.details().hint);
    let none = details.votes.is_empty().then(|| view! { <p class="side__note">{words.details().no_votes}</p> });
    let votes: Vec<_> = details.votes.iter().map(|vote| vote_row(desk, vote, decides(details, vote), words)).collect();
    view! {
        <p class="details__hint">{hint}</p>
        {none}
        <ul>{votes}</ul>
    }
}

fn vote_row(desk: Desk, vote: &Vote, wins: bool, words: &'static Words) -> impl IntoView + use<> {
    let site = desk.board.site_title(&vote.peer);
    let said = (words.details().said)(&site, &time_of_day(vote.when, Precision::Seconds, words.tag));
    // Only admins are told entity ids: to other readers a missing one says nothing.
    let eid = match vote.eid {
        Some(eid) => Some(eid.to_string()),
        None => desk.session.may(Role::Admin).then(|| words.details().no_eid.to_owned()),
    };
    let eid = eid.map(|eid| view! { " · " <span class="vote__eid">{eid}</span> });
    let verdict = if wins { words.details().wins } else { words.details().loses };
    let old = (vote.freshness != Freshness::Live).then(|| format!(" ({})", (words.category)(Category::LastKnown)));
    let class = format!("vote vote--{}", freshness_word(vote.freshness));
    view! {
        <li class=class data-vote=vote.device.to_string() data-wins=wins.to_string()>
            <span class="vote__device">{vote.device.to_string()}</span>
            <span class="vote__state">{vote.state.to_string()} {old}</span>
            <span class="vote__verdict">{verdict}</span>
            <span class="vote__who">{said} {eid}</span>
        </li>
    }
}
