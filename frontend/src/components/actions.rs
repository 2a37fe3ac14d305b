//! The commands on a lamp, shared by buttons and keys.

use lampfield_shared::dnd::{DndReport, SetDnd};
use lampfield_shared::{Exten, Role};
use lampfield_words::Command;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::look::who;
use crate::notice::{Tone, refusal_text};
use crate::route::Route;
use crate::state::deeds::Undo;
use crate::state::watch::is_free;
use crate::state::{Desk, Intent, Mark};
use crate::{api, browser};

/// Opens the details of a lamp, at the part that `intent` names.
pub(crate) fn open(desk: Desk, exten: &Exten, intent: Option<Intent>) {
    desk.intent.set(intent);
    Desk::go(&Route::Lamp(exten.clone()));
}

/// Calls a lamp's number with the application that the system opens `tel:` or `sip:` links in. Whoever was waited for is answered.
pub(crate) fn call(desk: Desk, exten: &Exten) {
    say_calling(desk, exten);
    browser::follow(&untrack(|| desk.choices.call_link(exten.as_str())));
}

/// Says who is called: the page does not hear whether an application took the link. Whoever was waited for is answered.
pub(crate) fn say_calling(desk: Desk, exten: &Exten) {
    let who = desk.board.lamp_untracked(exten).map_or_else(|| exten.to_string(), |lamp| who(&lamp));
    desk.notices.say(Tone::Good, (desk.choices.words_untracked().board().calling)(&who));
    if desk.watches.with_untracked(|watches| watches.told(exten)).is_some() {
        desk.watches.update(|watches| watches.answer(exten));
    }
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
    if !watched {
        ask_to_notify(desk);
    }
    let text = if watched { words.board().watch_off } else { words.board().watch_on };
    desk.notices.say(Tone::Good, text(&name));
    did(desk, text(&name), Undo::Watch(exten.clone()));
}

/// Asks once whether the system may tell of a lamp that is free: at the first wait, when the reader knows what for.
fn ask_to_notify(desk: Desk) {
    const ASKED: &str = "notify-asked";
    if desk.choices.notify.is_on_untracked() || browser::remembered(ASKED).is_some() {
        return;
    }
    browser::remember(ASKED, "yes");
    spawn_local(async move {
        if browser::ask_to_notify().await {
            desk.choices.notify.set(true);
        }
    });
}

/// Adds a lamp to the favourites or removes it, where the reader may have favourites.
pub(crate) fn toggle_favourite(desk: Desk, exten: &Exten) {
    if !untrack(|| may_keep(desk)) {
        return refuse(desk);
    }
    let favourite = !is_favourite(desk, exten);
    let name = desk.board.lamp_untracked(exten).as_ref().map_or_else(|| exten.to_string(), who);
    let words = desk.choices.words_untracked().board();
    let text = if favourite { words.starred } else { words.unstarred };
    set_favourite(desk, exten.clone(), favourite, Some(text(&name)));
}

/// Makes a lamp a favourite, or no longer; `text` tells of it as a deed that can be undone.
fn set_favourite(desk: Desk, exten: Exten, favourite: bool, text: Option<String>) {
    spawn_local(async move {
        match api::set_favourite(&exten, favourite).await {
            Ok(()) => {
                desk.session.set_favourite(&exten, favourite);
                if let Some(text) = text {
                    did(desk, text, Undo::Favourite(exten, !favourite));
                }
            }
            Err(refusal) => {
                desk.notices.say(Tone::Bad, refusal_text(&refusal, desk.choices.words_untracked()));
            }
        }
    });
}

/// Tells of a deed that can be undone.
pub(crate) fn did(desk: Desk, text: String, undo: Undo) {
    let now = desk.clock.server_time(browser::now());
    desk.deeds.update(|deeds| deeds.add(text, now, undo));
}

/// Undoes a deed, or the newest that can be undone.
pub(crate) fn undo(desk: Desk, number: Option<u64>) {
    let now = desk.clock.server_time(browser::now());
    let Some(undo) = desk.deeds.try_update(|deeds| deeds.take(number, now)).flatten() else { return };
    let undone = move || desk.notices.say(Tone::Good, desk.choices.words_untracked().board().undone.into());
    let answer = move |answer: Result<(), api::Refusal>| match answer {
        Ok(()) => undone(),
        Err(refusal) => desk.notices.say(Tone::Bad, refusal_text(&refusal, desk.choices.words_untracked())),
    };
    match undo {
        Undo::Favourite(exten, favourite) => {
            set_favourite(desk, exten, favourite, None);
            undone();
        }
        Undo::Watch(exten) => {
            desk.watches.update(|watches| watches.toggle(&exten, now));
            undone();
        }
        Undo::Note(exten, text) => spawn_local(async move {
            let done = api::set_note(&exten, &text).await;
            if done.is_ok() {
                desk.session.set_note(&exten, &text);
            }
            answer(done);
        }),
        Undo::Dnd(exten, set) => spawn_local(async move { answer(set_dnd(desk, &exten, &set).await.map(|_| ())) }),
        Undo::Order(extens) => arrange(desk, extens, undone),
    }
}

/// Shows the favourites in this order at once, and has the server keep it; where that fails they stand as before.
pub(super) fn arrange(desk: Desk, extens: Vec<Exten>, done: impl FnOnce() + 'static) {
    let before = untrack(|| desk.session.favourites());
    desk.session.set_favourites(extens.clone());
    spawn_local(async move {
        match api::arrange_favourites(extens).await {
            Ok(()) => done(),
            Err(refusal) => {
                desk.session.set_favourites(before);
                desk.notices.say(Tone::Bad, refusal_text(&refusal, desk.choices.words_untracked()));
            }
        }
    });
}

/// Sets "do not disturb" on a lamp: as an admin, or on the reader's own extension by their own right.
pub(crate) async fn set_dnd(desk: Desk, exten: &Exten, set: &SetDnd) -> Result<DndReport, api::Refusal> {
    if untrack(|| desk.session.may(Role::Admin)) { api::set_dnd(exten, set).await } else { api::set_own_dnd(set).await }
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
