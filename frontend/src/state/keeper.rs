//! Where the page's choices are kept: in the browser, and with an account on the server as well, so that they follow it
//! to another machine.
//!
//! ```text
//!  a choice ──keep──► localStorage, and after a second ──► PATCH api/v1/me/choices
//!  GET api/v1/me ──take──► localStorage ──► the page reads its choices again
//! ```

use std::collections::BTreeMap;
use std::time::Duration;

use lampfield_shared::account::ChangeChoices;
use leptos::prelude::{StoredValue, UpdateValue, WithValue, set_timeout};
use leptos::task::spawn_local;

use crate::{api, browser};

/// The choices that follow an account. Sound and notifications belong to the machine.
const FOLLOWING: [&str; 11] =
    ["blink", "grouping", "language", "letters", "order", "own-order", "palette", "sip", "size", "theme", "watches"];
/// The name under which a browser keeps whose choices it has.
const WHOSE: &str = "choices-of";
/// How long choices are collected before they are sent.
const PAUSE: Duration = Duration::from_secs(1);

/// Keeps choices.
#[derive(Debug, Clone, Copy)]
pub struct Keeper(StoredValue<Outbox>);

/// What the server is to be told.
#[derive(Debug, Clone, Default)]
struct Outbox {
    /// Whether somebody is logged in with an account
    is_open: bool,
    waiting: BTreeMap<String, Option<String>>,
    /// Whether it will be sent soon
    is_due: bool,
    /// How many choices were made since the page was opened
    count: u32,
}

impl Keeper {
    /// A keeper that keeps choices in the browser only, until an account [is known](Self::take).
    pub fn new() -> Self {
        Self(StoredValue::new(Outbox::default()))
    }

    /// Keeps a choice; `None` takes it back.
    pub fn keep(self, name: &str, value: Option<&str>) {
        if browser::remembered(name).as_deref() == value {
            return;
        }
        put(name, value);
        self.tell(name, value);
    }

    /// How many choices were made since the page was opened.
    pub fn count(self) -> u32 {
        self.0.with_value(|outbox| outbox.count)
    }

    /// Takes in what the server keeps for an account, asked for when there were `count` choices. Returns whether the page
    /// has to read its choices again.
    ///
    /// What only this browser knows is told to the server, but not what another account has left here.
    pub fn take(self, account: &str, choices: &BTreeMap<String, String>, count: u32) -> bool {
        self.0.update_value(|outbox| outbox.is_open = true);
        // The answer may be older than what was chosen meanwhile.
        if count != self.count() {
            return false;
        }
        let is_theirs = browser::remembered(WHOSE).is_none_or(|whose| whose == account);
        browser::remember(WHOSE, account);
        let mut is_new = false;
        for name in FOLLOWING {
            let (there, here) = (choices.get(name), browser::remembered(name));
            match (there, here) {
                (there, here) if there == here.as_ref() => {}
                (None, Some(here)) if is_theirs => self.tell(name, Some(&here)),
                (there, _) => {
                    put(name, there.map(String::as_str));
                    is_new = true;
                }
            }
        }
        is_new
    }

    fn tell(self, name: &str, value: Option<&str>) {
        let is_first = self.0.try_update_value(|outbox| {
            outbox.count += 1;
            if !outbox.is_open || !FOLLOWING.contains(&name) {
                return false;
            }
            outbox.waiting.insert(name.to_owned(), value.map(str::to_owned));
            !std::mem::replace(&mut outbox.is_due, true)
        });
        if is_first == Some(true) {
            set_timeout(move || self.send(), PAUSE);
        }
    }

    /// Sends what waits. What the server does not take is told again with the next choice.
    fn send(self) {
        let Some(choices) = self.0.try_update_value(|outbox| {
            outbox.is_due = false;
            std::mem::take(&mut outbox.waiting)
        }) else {
            return;
        };
        spawn_local(async move {
            let change = ChangeChoices { choices };
            if api::set_choices(&change).await.is_err() {
                self.0.update_value(|outbox| {
                    for (name, value) in change.choices {
                        outbox.waiting.entry(name).or_insert(value);
                    }
                });
            }
        });
    }
}

fn put(name: &str, value: Option<&str>) {
    match value {
        Some(value) => browser::remember(name, value),
        None => browser::forget(name),
    }
}
