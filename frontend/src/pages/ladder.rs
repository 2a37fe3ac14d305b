//! What a PBX and we said last, as a ladder: each message an arrow, and behind it all of its lines.

use std::time::Duration;

use lampfield_shared::{Direction, SipMessage, SiteName};
use leptos::prelude::*;

use super::list::{Listed, listed, often};
use crate::app::Desk;
use crate::browser::{Precision, time_of_day};
use crate::i18n::Words;
use crate::progress::Asked;
use crate::{api, browser};

/// How often it is looked at anew.
const AGAIN: Duration = Duration::from_secs(3);

/// The ladder of a peer. It stands still while a message is read.
pub(super) fn ladder(desk: Desk, name: SiteName) -> impl IntoView {
    let title = name.to_string();
    let messages: Asked<Vec<SipMessage>> = Asked::new();
    often(AGAIN, move || {
        if !browser::is_there(".ladder [open]") {
            let name = name.clone();
            messages.renew(async move { api::messages(&name).await });
        }
    });
    view! {
        <section class="peer">
            <h3 class="peer__title">{move || desk.choices.words().admin.messages}</h3>
            <p class="ladder__ends" aria-hidden="true"><span>{title}</span><span>"lampfield"</span></p>
            {move || match listed(desk, messages) {
                Listed::Note(note) => note,
                Listed::There(messages) => {
                    let rungs: Vec<_> = messages.into_iter().map(|it| rung(it, desk.choices.words())).collect();
                    view! { <ol class="ladder" data-testid="ladder">{rungs}</ol> }.into_any()
                }
            }}
        </section>
    }
}

fn rung(message: SipMessage, words: &'static Words) -> AnyView {
    let (way, direction) = match message.direction {
        Direction::Incoming => ("rung rung--in", words.admin.received),
        Direction::Outgoing => ("rung rung--out", words.admin.sent),
    };
    let seconds = time_of_day(message.at, Precision::Seconds, words.tag);
    let text = [message.headers, message.body].join("\n\n");
    let says = message.first_line.split(' ').next().unwrap_or_default().to_owned();
    let left_out = (message.left_out > 0).then(|| (words.admin.left_out)(message.left_out));
    view! {
        <li class=way data-says=says>
            <details>
                <summary>
                    <time>{format!("{seconds}.{:03}", message.at.0 % 1000)}</time>
                    <code class="rung__line">{message.first_line}</code>
                </summary>
                <p class="side__note">{format!("{direction}, {} {}", message.transport, message.address)}</p>
                <pre class="rung__text">{text}</pre>
                <p class="side__note">{left_out}</p>
            </details>
        </li>
    }
    .into_any()
}
