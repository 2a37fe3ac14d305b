//! The part of the program that is loaded after the first lamps, and what stands in its place until it is there.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use lampfield_shared::Exten;
use lampfield_words::Words;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser;
use crate::live::liveness::Status;
use crate::notice::Tone;
use crate::state::Desk;
use crate::uniform::{effect, part};

/// What is loaded later: functions that draw a part of the page each. None but these lead to its code, so that the
/// build program finds what belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct Parts {
    /// What is told of one lamp.
    pub(crate) details: fn(Desk, Exten) -> AnyView,
    pub(crate) login: fn(Desk) -> AnyView,
    /// The change of the password; `true` where the reader must choose one.
    pub(crate) password: fn(Desk, bool) -> AnyView,
    /// The dialogs that open over the board.
    pub(crate) dialogs: fn(Desk) -> AnyView,
    /// The lines of the page's menu.
    pub(crate) account_lines: fn(Desk) -> AnyView,
    /// The lines of the own line's menu.
    pub(crate) own_lines: fn(Desk) -> AnyView,
    /// The lines of the View menu.
    pub(crate) view_lines: fn(Desk) -> AnyView,
}

/// Loads the part; `None` where that failed.
pub type Load = fn() -> Pin<Box<dyn Future<Output = Option<Parts>>>>;

#[derive(Debug, Clone, Copy)]
enum Arrival {
    Awaited,
    /// So many attempts failed.
    Failed(u32),
    There(Parts),
}

/// The part of the program that is loaded later.
#[derive(Clone, Copy)]
pub(crate) struct Later {
    desk: Desk,
    load: Load,
    arrival: RwSignal<Arrival>,
    /// Whether it is on its way.
    is_asked: StoredValue<bool>,
}

/// Time from the first lamps until the page is asked whether it is at rest.
const FIRST_LAMPS: Duration = Duration::from_millis(500);

/// Attempts that fail, although the server is heard, before the page takes itself for one of another build.
const ENOUGH: u32 = 3;

impl Later {
    /// Asks for the part when the first lamps are drawn, or when the reader does something before.
    pub(crate) fn new(desk: Desk, load: Load) -> Self {
        let later = Self { desk, load, arrival: RwSignal::new(Arrival::Awaited), is_asked: StoredValue::new(false) };
        effect(move || {
            if desk.board.heading().is_some() {
                // Behind the tiles that wait for their turn.
                set_timeout(move || desk.work.add(move || later.ask()), FIRST_LAMPS);
            }
        });
        let listeners = [
            window_event_listener(ev::click, move |_| later.ask()),
            window_event_listener(ev::keydown, move |_| later.ask()),
        ];
        on_cleanup(move || listeners.into_iter().for_each(WindowListenerHandle::remove));
        later
    }

    /// Asks for the part, unless it is there or on its way.
    fn ask(self) {
        if self.is_asked.try_get_value() != Some(false) {
            return;
        }
        self.is_asked.set_value(true);
        spawn_local(async move {
            match (self.load)().await {
                Some(parts) => self.arrival.set(Arrival::There(parts)),
                None => self.try_again(),
            }
        });
    }

    fn try_again(self) {
        let failures = match self.arrival.get_untracked() {
            Arrival::Failed(failures) => failures + 1,
            Arrival::Awaited | Arrival::There(_) => 1,
        };
        self.is_asked.set_value(false);
        self.arrival.set(Arrival::Failed(failures));
        if failures == ENOUGH && untrack(|| self.desk.connection.status()) == Status::Live {
            browser::reload_once("later");
        }
        set_timeout(move || self.ask(), pause(failures));
    }

    /// A part of the page that is wanted as soon as it is shown.
    pub(crate) fn now(self, draw: impl Fn(Parts) -> AnyView + Send + 'static) -> AnyView {
        self.ask();
        self.at_rest(draw)
    }

    /// A part of the page that may come when the page is at rest.
    pub(crate) fn at_rest(self, draw: impl Fn(Parts) -> AnyView + Send + 'static) -> AnyView {
        part(move || {
            Some(match self.arrival.get() {
                Arrival::There(parts) => draw(parts),
                arrival => {
                    let text = word(arrival, self.desk.choices.words());
                    view! { <p class="side__note" role="status" data-testid="later">{text}</p> }.into_any()
                }
            })
        })
    }

    /// The dialogs. A notice tells whoever opens one before it is there.
    pub(crate) fn dialogs(self) -> AnyView {
        let Desk { help, many, notices, choices, .. } = self.desk;
        part(move || match self.arrival.get() {
            Arrival::There(parts) => Some((parts.dialogs)(self.desk)),
            arrival => {
                if help.get() || many.with(Option::is_some) {
                    let tone = if matches!(arrival, Arrival::Failed(_)) { Tone::Bad } else { Tone::Good };
                    notices.say(tone, word(arrival, choices.words_untracked()).into());
                }
                None
            }
        })
    }
}

/// What stands in place of the part.
fn word(arrival: Arrival, words: &Words) -> &'static str {
    match arrival {
        Arrival::Failed(_) => words.common().not_come,
        Arrival::Awaited | Arrival::There(_) => words.common().coming,
    }
}

/// Time after so many failures in a row.
fn pause(failures: u32) -> Duration {
    const LONGEST: Duration = Duration::from_secs(30);
    Duration::from_secs(1 << failures.saturating_sub(1).min(5)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_again_soon_and_then_less_often() {
        assert_eq!([1, 2, 3, 5, 6, 7, u32::MAX].map(|failures| pause(failures).as_secs()), [1, 2, 4, 16, 30, 30, 30]);
    }
}
