//! What the admin's pages share: their frame, lists that are loaded, commands, and times.

use std::time::Duration;

use lampfield_shared::Timestamp;
use lampfield_words::Words;
use leptos::prelude::*;
use web_sys::Node;

use crate::api::Answer;
use crate::browser::{Precision, time_of_day};
use crate::notice::{Tone, refusal_text};
use crate::plain::{node, text};
use crate::progress::{Asked, Progress};
use crate::route::Route;
use crate::state::Desk;

/// The most rows that are drawn of a table without limit; a search finds the others.
pub(super) const ROWS: usize = 500;

/// The frame of an admin's page: navigation, title, content.
#[component]
pub(super) fn AdminPage(
    /// What the page knows.
    desk: Desk,
    /// The title of the page.
    title: fn(&Words) -> &'static str,
    /// Id of the page, for tests.
    name: &'static str,
    /// Whether the content begins with a head of its own: [`head`].
    #[prop(optional)]
    has_head: bool,
    /// The content of the page.
    children: Children,
) -> impl IntoView {
    let link = move |route: Route, word: fn(&Words) -> &'static str| {
        let href = desk.href(&route);
        let is_here = move || (desk.route.get().part() == route).then_some("page");
        view! { <a href=href aria-current=is_here>{move || word(desk.choices.words())}</a> }
    };
    view! {
        <main class="sheet" data-testid=name>
            <nav class="tabs" aria-label=move || desk.choices.words().account().to_board>
                {link(Route::Board, |words| words.account().to_board)}
                {link(Route::Peers, |words| words.admin().peers)}
                {link(Route::Naming, |words| words.admin().extensions)}
                {link(Route::Boards, |words| words.admin().boards)}
                {link(Route::Accounts, |words| words.admin().accounts)}
                {link(Route::Screens, |words| words.admin().screens)}
                {link(Route::Audit, |words| words.admin().audit)}
            </nav>
            {(!has_head).then(|| view! { <h2 class="sheet__title">{move || title(desk.choices.words())}</h2> })}
            {children()}
        </main>
    }
}

/// The title of a page with what can be done on the whole page beside it.
pub(super) fn head(title: &str, acts: Vec<Node>) -> Node {
    let title = text("h2", &[("class", "sheet__title")], title);
    node("header", &[("class", "sheet__head")], [title].into_iter().chain(acts).collect())
}

/// A list that is being loaded.
pub(super) enum Listed<T> {
    /// The list arrived.
    There(T),
    /// The text in its place: loading, or why loading failed.
    Note(AnyView),
}

/// The loaded list, or the text in its place. Reactive.
pub(super) fn listed<T: Clone + Send + Sync + 'static>(desk: Desk, asked: Asked<T>) -> Listed<T> {
    let words = desk.choices.words();
    match asked.get() {
        Progress::Done(list) => Listed::There(list),
        Progress::Idle | Progress::Pending => {
            Listed::Note(view! { <p class="side__note">{words.common().asking}</p> }.into_any())
        }
        Progress::Failed(refusal) => {
            Listed::Note(view! { <p class="form__error" role="alert">{refusal_text(&refusal, words)}</p> }.into_any())
        }
    }
}

/// Calls `act` now and then periodically, until the reactive owner ends.
pub(super) fn often(every: Duration, act: impl Fn() + 'static) {
    act();
    let again = set_interval_with_handle(act, every);
    on_cleanup(move || {
        if let Ok(again) = again {
            again.clear();
        }
    });
}

/// Sends an order and shows a notice of its outcome: `done`, or the refusal. Calls `then` in either case.
pub(super) fn act(
    desk: Desk,
    question: impl Future<Output = Answer<()>> + 'static,
    done: Option<String>,
    then: impl FnOnce() + 'static,
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
        then();
    });
}

/// A time of day, or "never".
pub(super) fn when(time: Option<Timestamp>, words: &Words) -> String {
    time.map_or_else(|| words.common().never.into(), |time| time_of_day(time, Precision::Minutes, words.tag))
}
