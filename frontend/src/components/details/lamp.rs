//! What is told of one lamp: its state, since when, the votes behind it, and the commands. Loaded after the first lamps.

use lampfield_shared::{Exten, Freshness, Lamp, LampState};
use lampfield_words::{Age, Look, Words, in_sentence};
use leptos::prelude::*;

use super::dnd::DndPart;
use super::history::HistoryPart;
use super::note::NotePart;
use super::votes::VotesPart;
use crate::browser::{self, Precision, time_of_day};
use crate::components::actions;
use crate::look::party_text;
use crate::state::marks::Marks;
use crate::state::{Cell, Desk, Intent, Mark};
use crate::symbol::symbol;
use crate::uniform::{Kept, click, effect, memo, part, shown, truth};

/// What is told of the lamp.
#[component]
pub(crate) fn LampDetails(
    /// What the page knows.
    desk: Desk,
    /// The extension of the lamp.
    exten: Exten,
) -> impl IntoView {
    let key = exten.clone();
    let cell = memo(move || {
        // The lamp may go.
        desk.board.track_places();
        desk.board.cell(&key)
    });
    let is_there = memo(move || cell.with(Option::is_some));
    let is_loaded = memo(move || desk.board.heading().is_some());
    let gone = {
        let exten = exten.clone();
        shown(move || (desk.choices.words().details().gone)(exten.as_str()))
    };
    effect(move || {
        if let Some(intent) = desk.intent.get().filter(|_| is_there.get()) {
            desk.intent.set(None);
            request_animation_frame(move || {
                let part = intent.id();
                if !browser::focus(&format!("#{part} :is(a, input, textarea, select, button):not(:disabled)")) {
                    browser::focus(&format!("#{part}"));
                }
            });
        }
    });
    // On a narrow screen the details cover the end of the board, and maybe the lamp itself: scroll that into view.
    effect(|| request_animation_frame(browser::reveal_focus));
    part(move || {
        Some(if is_there.get() {
            let exten = exten.clone();
            view! {
                <Head desk=desk cell=cell />
                <Actions desk=desk exten=exten.clone() cell=cell />
                <DndPart desk=desk exten=exten.clone() cell=cell />
                <NotePart desk=desk exten=exten.clone() />
                <VotesPart desk=desk exten=exten.clone() cell=cell />
                <HistoryPart desk=desk exten=exten cell=cell />
            }
            .into_any()
        } else if is_loaded.get() {
            view! { <p class="side__note" data-testid="details-gone">{gone}</p> }.into_any()
        } else {
            view! { <p class="side__note">{desk.choices.word(|words| words.loading)}</p> }.into_any()
        })
    })
}

/// Number, name, site and department.
#[component]
fn Head(desk: Desk, cell: Kept<Option<Cell>>) -> impl IntoView {
    part(move || {
        let Cell { lamp, .. } = cell.get()?;
        let words = desk.choices.words();
        let look = Look::of(&lamp, desk.connection.lost());
        let site = lamp.site.as_ref().map(|site| desk.board.site_title(site));
        let since = look.since.map(|since| {
            let time = (words.details().since)(&time_of_day(since, Precision::Minutes, words.tag));
            format!("{time} ({})", (words.age)(Age::between(since, desk.clock.minute())))
        });
        let place: Vec<String> = [lamp.group.clone(), site.clone()].into_iter().flatten().collect();
        Some(view! {
            <header class="details__head">
                <span class=look.class("block details__lamp")>{symbol("lamp__shape details__shape", &look.shape())}</span>
                <div>
                    <h2 class="details__who">
                        <span class="details__exten">{lamp.exten.to_string()}</span>
                        " "
                        {lamp.name.clone()}
                    </h2>
                    <p class="details__place">{place.join(", ")}</p>
                </div>
            </header>
            <p class="details__state" data-testid="details-state">{look.long(words)}</p>
            <p class="details__line">
                {since.filter(|_| look.freshness == Freshness::Live)}
            </p>
            <p class="details__line" data-testid="details-freshness">{freshness_text(&lamp, look, site, words)}</p>
            {facts(&lamp, look, words)}
        })
    })
}

/// How sure the state is, in words.
fn freshness_text(lamp: &Lamp, look: Look, site: Option<String>, words: &Words) -> String {
    let time = |time| time_of_day(time, Precision::Minutes, words.tag);
    match (look.freshness, look.since) {
        (Freshness::Live, _) => site.map_or_else(|| words.site_live.into(), |site| (words.details().live)(&site)),
        (Freshness::LastKnown, since) => (words.details().last_known)(&time(since.unwrap_or(lamp.since))),
        (Freshness::Never, _) => words.details().never.into(),
    }
}

/// Further facts, each only where somebody tells it: the phone that a "do not disturb" hides, call, presence, voice
/// mail.
fn facts(lamp: &Lamp, look: Look, words: &'static Words) -> impl IntoView + use<> {
    let dated = |text: String, as_of| match as_of {
        Some(time) => format!("{text}, {}", (words.details().as_of)(&time_of_day(time, Precision::Minutes, words.tag))),
        None => text,
    };
    let phone = lamp.phone.as_ref().filter(|_| look.state == LampState::Dnd);
    let phone = phone.map(|phone| {
        let own = Look { state: phone.state, kind: None, ..look };
        (words.details().phone)(&in_sentence(&own.long(words)))
    });
    let call = lamp.call.as_ref().and_then(|call| Some(dated(party_text(call, words)?, call.as_of)));
    let presence = lamp.presence.as_ref().map(|presence| {
        let said = [
            Some((words.details().presence)(presence.state).to_owned()),
            presence.subtype.clone(),
            presence.note.clone(),
        ];
        dated(said.into_iter().flatten().collect::<Vec<_>>().join(": "), presence.as_of)
    });
    let mail = lamp.mailbox.filter(|mailbox| mailbox.new > 0 || mailbox.old > 0).map(|mailbox| {
        let text = format!("{}, {}", (words.voicemails)(mailbox.new), (words.details().old_voicemails)(mailbox.old));
        dated(text, lamp.mailbox_as_of)
    });
    let fact = |icon: &'static str, name: &'static str, text: Option<String>| {
        text.map(
            |text| view! { <li class="details__fact" data-testid=name>{symbol("details__icon", icon)} {text}</li> },
        )
    };
    view! {
        <ul>
            {fact("icon-call", "details-phone", phone)}
            {fact("icon-call", "details-call", call)}
            {fact("icon-away", "details-presence", presence)}
            {fact("icon-mail", "details-mail", mail)}
        </ul>
    }
}

#[component]
fn Actions(desk: Desk, exten: Exten, cell: Kept<Option<Cell>>) -> impl IntoView {
    let marks = memo(move || cell.get().map_or_else(Marks::default, |cell| cell.marks));
    let exten = StoredValue::new(exten);
    let words = move || desk.choices.words().details();
    let href = shown(move || exten.with_value(|exten| desk.choices.call_link(exten.as_str())));
    let act = move |act: fn(Desk, &Exten)| click(move || exten.with_value(|exten| act(desk, exten)));
    let has = move |mark| marks.get().has(mark);
    view! {
        <div class="details__actions" id=Intent::Call.id()>
            <a class="button button--first" href=href data-testid="call" on:click=act(actions::say_calling)>
                {symbol("switch__icon", "icon-call")}
                {desk.choices.word(|words| words.details().call)}
            </a>
            <button
                class="button"
                type="button"
                data-testid="watch"
                aria-pressed=truth(move || has(Mark::Watched))
                on:click=act(actions::toggle_watch)
            >
                {symbol("switch__icon", "icon-bell")}
                {shown(move || if has(Mark::Watched) { words().not_watch } else { words().watch })}
            </button>
            <button
                class="button"
                type="button"
                data-testid="favourite"
                title=shown(move || (!actions::may_keep(desk)).then(|| desk.choices.words().common().forbidden))
                aria-disabled=truth(move || !actions::may_keep(desk))
                aria-pressed=truth(move || has(Mark::Favourite))
                on:click=act(actions::toggle_favourite)
            >
                {symbol("switch__icon", "icon-star")}
                {shown(move || if has(Mark::Favourite) { words().not_favourite } else { words().favourite })}
            </button>
            <button
                class="button"
                type="button"
                data-testid="copy-number"
                on:click=act(|desk, exten| actions::copy(desk, exten.to_string()))
            >
                {symbol("switch__icon", "icon-copy")}
                {desk.choices.word(|words| words.details().copy_number)}
            </button>
        </div>
    }
}
