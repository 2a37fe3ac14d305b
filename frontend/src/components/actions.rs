//! The commands on a lamp, shared by buttons and keys.

use lampfield_shared::{Exten, Role};
use lampfield_words::Command;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::look::who;
use crate::notice::{Tone, refusal_text};
use crate::route::Route;
use crate::state::watch::is_free;
use crate::state::{Desk, Intent, Mark};
use crate::{api, browser};

/// Opens the details of a lamp, at the part that `intent` names.
pub(crate) fn open(desk: Desk, exten: &Exten, intent: Option<Intent>) {
    desk.intent.set(intent);
    Desk::go(&Route::Lamp(exten.clone()));
}

/// Calls a lamp's number with the application that the system opens `tel:` or `sip:` links in.
pub(crate) fn call(desk: Desk, exten: &Exten) {
    say_calling(desk, exten);
    browser::follow(&untrack(|| desk.choices.call_link(exten.as_str())));
}

/// Says who is called: the page does not hear whether an application took the link.
pub(crate) fn say_calling(desk: Desk, exten: &Exten) {
    let who = desk.board.lamp_untracked(exten).map_or_else(|| exten.to_string(), |lamp| who(&lamp));
    desk.notices.say(Tone::Good, (desk.choices.words_untracked().board().calling)(&who));
}

/// Gives a command to a lamp. What is no command to a lamp does nothing.
pub(crate) fn act(desk: Desk, command: Command, exten: &Exten) {
    match command {
        Command::Call | Command::CallOn => call(desk, exten),
        Command::Watch => toggle_watch(desk, exten),
        Command::Favourite => toggle_favourite(desk, exten),
        Command::Details => open(desk, exten, Some(Intent::Call)),
        Command::Dnd => open(desk, exten, Some(Intent::Dnd)),
        Command::Note => open(desk, exten, Some(Intent::Note)),
        Command::Why => open(desk, exten, Some(Intent::Why)),
        _ => {}
    }
}

/// Starts watching a lamp ("tell me when it is free"), or stops.
pub(crate) fn toggle_watch(desk: Desk, exten: &Exten) {
    let Some(lamp) = desk.board.lamp_untracked(exten) else { return };
    let (words, name) = (desk.choices.words_untracked(), who(&lamp));
    let watched = desk.watches.with_untracked(|watches| watches.extens().contains(exten));
    if !watched && is_free(&lamp) {
        return desk.notices.say(Tone::Good, (words.board().watch_hit)(&name));
    }
    let now = desk.clock.server_time(browser::now());
    desk.watches.update(|watches| watches.toggle(exten, now));
    let text = if watched { words.board().watch_off } else { words.board().watch_on };
    desk.notices.say(Tone::Good, text(&name));
}

/// Adds a lamp to the favourites or removes it, where the reader may have favourites.
pub(crate) fn toggle_favourite(desk: Desk, exten: &Exten) {
    if !untrack(|| may_keep(desk)) {
        return refuse(desk);
    }
    let favourite = !is_favourite(desk, exten);
    let exten = exten.clone();
    spawn_local(async move {
        match api::set_favourite(&exten, favourite).await {
            Ok(()) => desk.session.set_favourite(&exten, favourite),
            Err(refusal) => {
                desk.notices.say(Tone::Bad, refusal_text(&refusal, desk.choices.words_untracked()));
            }
        }
    });
}

fn is_favourite(desk: Desk, exten: &Exten) -> bool {
    untrack(|| desk.board.cell(exten)).is_some_and(|cell| cell.marks.has(Mark::Favourite))
}

/// Adds a lamp to the selection or removes it. Only admins can do something with a selection.
pub(crate) fn toggle_selected(desk: Desk, exten: &Exten) {
    if untrack(|| desk.session.may(Role::Admin)) {
        desk.board.toggle_selected(exten);
    } else {
        desk.notices.say(Tone::Bad, desk.choices.words_untracked().dnd().forbidden.into());
    }
}

/// Whether the reader may have favourites and notes: only an account can. Reactive.
pub(crate) fn may_keep(desk: Desk) -> bool {
    desk.session.may(Role::Receptionist)
}

/// Tells the reader that their role does not allow this.
pub(crate) fn refuse(desk: Desk) {
    desk.notices.say(Tone::Bad, desk.choices.words_untracked().common().forbidden.into());
}

/// Copies text to the clipboard, and tells whether that worked.
pub(crate) fn copy(desk: Desk, text: String) {
    spawn_local(async move {
        let copied = browser::copy(&text).await;
        let words = desk.choices.words_untracked();
        if copied {
            desk.notices.say(Tone::Good, words.common().copied.into());
        } else {
            desk.notices.say(Tone::Bad, words.common().not_copied.into());
        }
    });
}
