//! The state of the editor of an own board, and the commands that change it.

use std::collections::BTreeSet;

use lampfield_shared::board::PutBoard;
use lampfield_shared::{BoardName, Exten, OwnBoard, Timestamp};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Element, HtmlInputElement, HtmlSelectElement, KeyboardEvent, MouseEvent};

use super::moving::{self, Side};
use super::rows::title_of;
use super::unsaved::Unsaved;
use crate::notice::Tone;
use crate::plain::KEY;
use crate::progress::Asked;
use crate::route::Route;
use crate::state::Desk;
use crate::state::draft::{Draft, Way, name_of, numbers};
use crate::{api, browser};

/// The state of the editor, as signals.
#[derive(Clone, Copy)]
pub(super) struct Editing {
    pub(super) desk: Desk,
    /// The board that is edited; `None` for a new one.
    which: StoredValue<Option<BoardName>>,
    /// The board as the server has it now.
    pub(super) there: Memo<Option<OwnBoard>>,
    pub(super) draft: RwSignal<Draft>,
    pub(super) title: RwSignal<String>,
    pub(super) name: RwSignal<String>,
    /// The version (`changed`) of the board that the draft was made from; `None` if the board is new or not loaded yet.
    pub(super) seen: RwSignal<Option<Timestamp>>,
    /// Whether the draft differs from what is saved.
    pub(super) is_changed: RwSignal<bool>,
    /// The lamps that are selected, to be moved or removed together.
    pub(super) picked: RwSignal<BTreeSet<Exten>>,
    /// The lamps that are dragged.
    dragged: StoredValue<BTreeSet<Exten>>,
    /// The text in the field that finds a lamp.
    pub(super) typed: RwSignal<String>,
    /// The last command's outcome, for screen readers.
    pub(super) said: RwSignal<String>,
}

impl Editing {
    /// Starts with the unsaved draft that this browser remembers, else with the board as it is saved.
    pub(super) fn open(desk: Desk, name: Option<BoardName>) -> Self {
        let mut unsaved = Unsaved::find(name.as_ref());
        if name.is_none() {
            unsaved = Self::with_asked(desk, unsaved);
        }
        let which = StoredValue::new(name);
        let there = Memo::new(move |_| {
            let boards = desk.board.own_boards();
            which.with_value(|name| OwnBoard::find(&boards, name.as_ref()?.as_str()).cloned())
        });
        let editing = Self {
            desk,
            which,
            there,
            draft: RwSignal::new(Draft::new()),
            title: RwSignal::new(String::new()),
            name: RwSignal::new(String::new()),
            seen: RwSignal::new(None),
            is_changed: RwSignal::new(false),
            picked: RwSignal::new(BTreeSet::new()),
            dragged: StoredValue::new(BTreeSet::new()),
            typed: RwSignal::new(String::new()),
            said: RwSignal::new(String::new()),
        };
        if let Some(unsaved) = unsaved {
            editing.show(unsaved);
        }
        Effect::new(move |_| {
            if let Some(board) = there.get().filter(|_| editing.seen.with_untracked(Option::is_none)) {
                editing.show(Unsaved::of(&board));
            }
        });
        Effect::new(move |_| {
            editing.draft.track();
            editing.title.track();
            editing.name.track();
            editing.keep();
        });
        editing
    }

    /// The draft of a new board with the lamps that the address asks for; they are asked for once.
    fn with_asked(desk: Desk, unsaved: Option<Unsaved>) -> Option<Unsaved> {
        let asked = moving::asked(&browser::hash());
        if asked.is_empty() {
            return unsaved;
        }
        browser::replace_hash(&Route::NewBoard.href());
        let mut unsaved = unsaved.unwrap_or_else(Unsaved::empty);
        let mut draft = Draft(unsaved.put.groups);
        let group_of = |exten: &Exten| desk.board.lamp_untracked(exten).and_then(|lamp| lamp.group);
        let first = asked.first().and_then(group_of);
        let title = first.filter(|group| asked.iter().all(|exten| group_of(exten).as_ref() == Some(group)));
        moving::add_group(&mut draft, &title.unwrap_or_default(), asked);
        unsaved.put.groups = draft.0;
        Some(unsaved)
    }

    /// Whether a new board is made.
    pub(super) fn is_new(self) -> bool {
        self.which.with_value(Option::is_none)
    }

    /// Starts from another draft, dropping the present one.
    pub(super) fn show(self, Unsaved { name, put }: Unsaved) {
        self.seen.set(put.changed);
        self.picked.set(BTreeSet::new());
        self.draft.set(Draft(put.groups));
        self.title.set(put.title);
        self.name.set(name);
    }

    /// The draft as it would be saved now.
    fn unsaved(self) -> Unsaved {
        let (title, groups) = (self.title.get_untracked(), self.draft.get_untracked().0);
        let put = PutBoard { title, groups, changed: self.seen.get_untracked() };
        Unsaved { name: self.name.get_untracked(), put }
    }

    /// The draft without any edit; `None` if the board is gone or not loaded yet.
    pub(super) fn untouched(self) -> Option<Unsaved> {
        if self.is_new() { Some(Unsaved::empty()) } else { self.there.get_untracked().as_ref().map(Unsaved::of) }
    }

    /// Remembers the draft in this browser if it differs from the saved board.
    pub(super) fn keep(self) {
        let now = self.unsaved();
        if !self.is_new() && now.put.changed.is_none() {
            // The board is not loaded yet.
            return;
        }
        let is_changed = self.untouched().as_ref() != Some(&now);
        self.is_changed.set(is_changed);
        self.which.with_value(|name| if is_changed { now.keep(name.as_ref()) } else { Unsaved::forget(name.as_ref()) });
    }

    /// Forgets the remembered draft: it was saved or dropped.
    pub(super) fn forget(self) {
        self.which.with_value(|name| Unsaved::forget(name.as_ref()));
    }

    /// Sends the draft to the server, or says which field has to be filled first.
    pub(super) fn save(self, acted: Asked<()>) {
        let Unsaved { mut name, mut put } = self.unsaved();
        let own = self.desk.choices.words_untracked().own_boards();
        if put.title.trim().is_empty() {
            self.said.set(own.title_needed.into());
            browser::focus("[name='board-title']");
            return;
        }
        moving::entitle(&mut put.groups, own.group);
        if name.trim().is_empty() {
            name = name_of(&put.title);
        }
        if name.is_empty() {
            self.said.set(own.name_needed.into());
            browser::focus("[name='board-name']");
            return;
        }
        let saved = (own.saved)(put.title.trim());
        let desk = self.desk;
        let then = move |answer: &api::Answer<()>| {
            if answer.is_ok() {
                self.forget();
                desk.notices.say(Tone::Good, saved);
                Desk::go(&Route::Boards);
            }
        };
        acted.start(async move { api::put_board(name.trim(), &put).await }, then);
    }

    /// Handles a key: Enter in a field adds the lamp that is typed instead of sending the form, Alt with an arrow moves
    /// the lamp of the row.
    pub(super) fn key(self, event: &KeyboardEvent) {
        let way = match event.key().as_str() {
            "ArrowUp" if event.alt_key() => Some(Way::Up),
            "ArrowDown" if event.alt_key() => Some(Way::Down),
            _ => None,
        };
        if let (Some(way), Some(whom)) = (way, listed_at(event)) {
            event.prevent_default();
            return self.shift(whom.as_str(), way);
        }
        if event.key() != "Enter" || event.is_composing() {
            return;
        }
        let key = field_of(event).unwrap_or_default();
        let Some(at) = key.strip_prefix("which ") else { return };
        event.prevent_default();
        self.add(at.parse().unwrap_or_default());
    }

    /// Takes titles into the draft as they are typed, without drawing the groups anew.
    pub(super) fn note_typed(self, event: &web_sys::Event) {
        let Some(field) = input(event.target()) else { return };
        let called = match field.name().as_str() {
            "board-title" => Some(self.title),
            "board-name" => Some(self.name),
            _ => None,
        };
        if let Some(called) = called {
            // The attribute as the next drawing sets it: an equal field stays, with its cursor.
            let _ = field.set_attribute("value", &field.value());
            return called.set(field.value());
        }
        let Some(key) = field_of(event) else { return };
        match key.split_once(' ') {
            Some(("title", at)) => self.draft.update_untracked(|draft| {
                if let Some(group) = at.parse().ok().and_then(|at: usize| draft.0.get_mut(at)) {
                    group.title = field.value();
                    // The attribute as the next drawing would set it, so that a drawing with another title is noticed
                    // as different.
                    let _ = field.set_attribute("value", &group.title);
                }
            }),
            Some(("which", _)) => self.typed.set(field.value()),
            Some(("pick", exten)) => self.picked.update(|picked| {
                let exten = Exten::from(exten);
                if field.checked() {
                    picked.insert(exten)
                } else {
                    picked.remove(&exten)
                };
            }),
            _ => {}
        }
    }

    /// Takes the choice in a select: a department to add, or the group to which the selected lamps go.
    pub(super) fn choose(self, event: &web_sys::Event) {
        let target = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
        let Some(select) = target else { return };
        let chosen = select.value();
        match select.get_attribute(KEY).as_deref() {
            Some("department") if !chosen.is_empty() => self.add_department(&chosen),
            Some("move") if !chosen.is_empty() => {
                let new = || self.draft.try_update(Draft::add_group).unwrap_or_default();
                let at = chosen.parse().unwrap_or_else(|_| new());
                let which = self.picked.get_untracked();
                self.draft.update(|draft| moving::move_to(draft, &which, at, None));
                self.picked.set(BTreeSet::new());
            }
            _ => return,
        }
        select.set_value("");
    }

    /// Adds all lamps of a department as a group.
    fn add_department(self, department: &str) {
        let lamps = self.desk.board.find(department, usize::MAX).into_iter();
        let lamps = lamps.filter(|lamp| lamp.group.as_deref() == Some(department)).collect();
        let extens = moving::by_number(lamps);
        let added = self.draft.try_update(|draft| moving::add_group(draft, department, extens)).unwrap_or_default();
        let own = self.desk.choices.words_untracked().own_boards();
        self.said.set((own.added)(added, department));
    }

    /// Begins to drag a lamp, or all that are selected if it is one of them.
    pub(super) fn drag(self, event: &DragEvent) {
        let Some(exten) = listed_at(event) else { return };
        let picked = self.picked.get_untracked();
        self.dragged.set_value(if picked.contains(&exten) { picked } else { BTreeSet::from([exten.clone()]) });
        if let Some(transfer) = event.data_transfer() {
            // Without a text some browsers drag nothing.
            let _ = transfer.set_data("text/plain", exten.as_str());
        }
    }

    /// Allows that what is dragged is dropped here.
    pub(super) fn drag_over(self, event: &DragEvent) {
        if self.dragged.with_value(|dragged| !dragged.is_empty()) {
            event.prevent_default();
        }
    }

    /// Puts what is dragged beside the lamp, or at the end of the group, where it is dropped.
    pub(super) fn drop(self, event: &DragEvent) {
        let which = self.dragged.try_update_value(std::mem::take).unwrap_or_default();
        let Some(at) = closest(event, "[data-group]").and_then(|it| it.get_attribute("data-group")?.parse().ok())
        else {
            return;
        };
        event.prevent_default();
        let row = closest(event, "[data-listed]");
        let beside = row.and_then(|row| {
            let place = row.get_bounding_client_rect();
            let is_below = f64::from(event.client_y()) > place.top() + place.height() / 2.0;
            Some((Exten::from(row.get_attribute("data-listed")?), if is_below { Side::Behind } else { Side::Before }))
        });
        let beside = beside.as_ref().map(|(exten, side)| (exten, *side));
        self.draft.update(|draft| moving::move_to(draft, &which, at, beside));
    }

    /// Carries out the command of the button that was pressed.
    pub(super) fn press(self, event: &MouseEvent) {
        let Some(key) = browser::attribute_at(event, KEY) else { return };
        let Some((act, whom)) = key.split_once(' ') else { return };
        let at: usize = whom.parse().unwrap_or_default();
        match act {
            "up" => self.shift(whom, Way::Up),
            "down" => self.shift(whom, Way::Down),
            "remove" => self.remove(&whom.into()),
            "picked-remove" => {
                let which = self.picked.get_untracked();
                self.draft.update(|draft| moving::remove_all(draft, &which));
                self.picked.set(BTreeSet::new());
            }
            "picked-none" => self.picked.set(BTreeSet::new()),
            "add" => self.add(at),
            "group-up" => self.shift_group(at, Way::Up, act),
            "group-down" => self.shift_group(at, Way::Down, act),
            "group-remove" => {
                self.draft.update(|draft| draft.remove_group(at));
                focus_key("group-new 0");
            }
            "group-new" => {
                let at = self.draft.try_update(Draft::add_group).unwrap_or_default();
                focus_key(&format!("title {at}"));
            }
            _ => {}
        }
    }

    /// Moves a lamp. The focus stays on the pressed button: it has the same key in its new place.
    fn shift(self, whom: &str, way: Way) {
        let exten = Exten::from(whom);
        self.draft.update(|draft| draft.shift(&exten, way));
        let words = self.desk.choices.words_untracked();
        let told = self.draft.with_untracked(|draft| {
            let (group, at) = draft.place(&exten)?;
            let it = &draft.0[group];
            Some((words.own_boards().is_at)(whom, at + 1, it.extens.len(), &title_of(group, it, words)))
        });
        self.said.set(told.unwrap_or_default());
    }

    fn shift_group(self, at: usize, way: Way, act: &str) {
        let at = self.draft.try_update(|draft| draft.shift_group(at, way)).unwrap_or_default();
        focus_key(&format!("{act} {at}"));
    }

    /// Removes a lamp. The focus goes to the lamp that takes its place.
    fn remove(self, exten: &Exten) {
        let Some((group, at)) = self.draft.with_untracked(|draft| draft.place(exten)) else { return };
        self.draft.update(|draft| draft.remove(exten));
        let next = self.draft.with_untracked(|draft| {
            let extens = &draft.0[group].extens;
            extens.get(at).or(extens.last()).cloned()
        });
        focus_key(&next.map_or_else(|| format!("which {group}"), |next| format!("remove {next}")));
    }

    /// Adds the lamps that are typed in a group's field, or says why it cannot.
    fn add(self, at: usize) {
        let field = document().query_selector(&format!("[name='which-{at}']")).ok().flatten();
        let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) else { return };
        let typed = field.value();
        let typed = typed.trim();
        if typed.is_empty() {
            return;
        }
        let _ = field.focus();
        match self.meant(typed) {
            Ok(extens) => {
                let mut told = Vec::new();
                self.draft.update(|draft| told.extend(extens.iter().map(|exten| self.put(draft, at, exten))));
                self.said.set(told.join(" "));
                self.typed.set(String::new());
                field.set_value("");
            }
            Err(why) => self.said.set(why),
        }
    }

    /// Adds an extension at the end of a group; returns a sentence on where it stands.
    fn put(self, draft: &mut Draft, at: usize, exten: &Exten) -> String {
        let words = self.desk.choices.words_untracked();
        let is_new = draft.add(at, exten.clone());
        let Some((group, place)) = draft.place(exten) else { return String::new() };
        let it = &draft.0[group];
        let title = title_of(group, it, words);
        if is_new {
            (words.own_boards().is_at)(exten.as_str(), place + 1, it.extens.len(), &title)
        } else {
            (words.own_boards().stands)(exten.as_str(), &title)
        }
    }

    /// The extensions that a typed text means: its numbers, else the one lamp that a search finds.
    fn meant(self, typed: &str) -> Result<Vec<Exten>, String> {
        if let Some(extens) = numbers(typed) {
            return Ok(extens);
        }
        let own = self.desk.choices.words_untracked().own_boards();
        match self.desk.board.find(typed, 2).as_slice() {
            [] => Err((own.nobody)(typed)),
            [lamp] => Ok(vec![lamp.exten.clone()]),
            [first, ..] if first.exten.as_str() == typed => Ok(vec![first.exten.clone()]),
            _ => Err((own.several)(typed)),
        }
    }
}

/// The lamp of the row that an event is about.
fn listed_at(event: &web_sys::Event) -> Option<Exten> {
    Some(closest(event, "[data-listed]")?.get_attribute("data-listed")?.into())
}

fn closest(event: &web_sys::Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}

fn input(target: Option<web_sys::EventTarget>) -> Option<HtmlInputElement> {
    target?.dyn_into().ok()
}

/// The key of the field that an event is about.
fn field_of(event: &web_sys::Event) -> Option<String> {
    input(event.target())?.get_attribute(KEY)
}

/// Focuses the element with that key after the next drawing.
fn focus_key(key: &str) {
    let selector = format!("[{KEY}=\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\""));
    request_animation_frame(move || {
        browser::focus(&selector);
    });
}
