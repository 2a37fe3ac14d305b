//! The head of a wall display: title, totals, connection, time.

use std::time::Duration;

use lampfield_shared::Timestamp;
use lampfield_words::Category;
use leptos::prelude::*;

use super::hanging::Hanging;
use crate::browser;
use crate::live::Connection;
use crate::live::liveness::Status;
use crate::state::set_if_new;
use crate::symbol::symbol;

/// The head of a wall display.
#[component]
pub(super) fn Head(
    /// The state of the display.
    hanging: Hanging,
    /// The state of the stream.
    connection: Connection,
) -> impl IntoView {
    let words = hanging.words();
    // Totals are shown from the first snapshot on; before it they would only push the text about the connection aside.
    let is_known = Memo::new(move |_| hanging.summary.heading.with(Option::is_some));
    let totals = move || {
        let all = move || {
            Category::BY_URGENCY.map(|category| view! { <Total hanging=hanging category=category /> }).collect_view()
        };
        is_known.get().then(all)
    };
    let title = move || hanging.summary.heading.get().map(|heading| heading.title);
    let demo = move || hanging.summary.heading.get().is_some_and(|heading| heading.demo);
    let doubt = move || match connection.status() {
        Status::Live => None,
        Status::Connecting => Some(words.connecting),
        Status::Reconnecting => Some(words.reconnecting),
        Status::Lost { .. } => Some(words.lost),
    };
    view! {
        <header class="wall__head">
            <div class="wall__who">
                <h1 class="wall__title">{title}</h1>
                {move || demo().then(|| view! { <p class="wall__demo" data-testid="demo">{words.demo}</p> })}
            </div>
            <ul class="wall__totals">{totals}</ul>
            <p class="wall__doubt" role="status">
                {move || doubt().map(|text| view! { <span class="chip chip--lost">{text}</span> })}
            </p>
            <Clock hanging=hanging />
        </header>
    }
}

/// The count of a category. Nothing is counted that is not there: what is left is read from far.
#[component]
fn Total(hanging: Hanging, category: Category) -> impl IntoView {
    move || {
        let count = hanging.summary.totals.get().of(category);
        (count > 0).then(|| {
            view! {
                <li class=format!("wall__total lamp--{}", category.as_str()) data-total=category.as_str()>
                    <span class="wall__total-key">
                        {symbol("wall__total-shape", &format!("lamp-{}", category.as_str()))} <b class="wall__total-count">{count}</b>
                    </span>
                    " "
                    <span class="wall__total-word">{(hanging.words().category)(category)}</span>
                </li>
            }
        })
    }
}

/// The time of day of the server in the display's time zone. It runs by the display's own clock and proves nothing;
/// only the colons and the heart beat with the server's signs of life.
#[component]
fn Clock(hanging: Hanging) -> impl IntoView {
    let seconds = move || Timestamp(hanging.clock.server_time(browser::now()).0 / 1000 * 1000);
    let now = RwSignal::new(seconds());
    set_interval(move || set_if_new(&now, seconds()), Duration::from_millis(250));
    let time = move || {
        let [hours, minutes, seconds] = browser::wall_clock(now.get());
        view! {
            {format!("{hours:02}")}<i class="wall__colon">":"</i>{format!("{minutes:02}")}
            <i class="wall__colon">":"</i>{format!("{seconds:02}")}
        }
    };
    view! {
        <p class="wall__clock">
            <span class="wall__heart" title=hanging.words().wall().heartbeat></span>
            <time>{time}</time>
        </p>
    }
}
