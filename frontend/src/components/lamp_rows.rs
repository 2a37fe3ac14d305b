//! Lamps as lines of a list, each linking to its details.
//!
//! One effect writes all lines. Where a third of the phones ring, lines come and go many times a second; measured,
//! Leptos's bookkeeping for the children of a `For` grew for as long as the page was open.

use std::collections::BTreeMap;

use lampfield_shared::{Exten, Lamp, Timestamp};
use lampfield_words::{Look, Words};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::age::age;
use crate::drawn::{Drawn, Face, keep};
use crate::look::{is_counted, live_party, timer};
use crate::plain::node;
use crate::route::Route;
use crate::state::Desk;

/// The list of lamps.
#[component]
pub(super) fn LampRows(
    /// What the page knows.
    desk: Desk,
    /// The lamps in the order of their lines. An extension without a lamp gets no line.
    #[prop(into)]
    extens: Signal<Vec<Exten>>,
    /// Id of the list, for tests.
    name: &'static str,
) -> impl IntoView {
    let draw = move |list: Element| {
        keep(RenderEffect::new(move |last: Option<Rows>| {
            let mut rows = last.unwrap_or_else(|| Rows::new(list.clone()));
            let words = desk.choices.words();
            let is_lost = desk.connection.lost();
            let face = |exten: Exten| {
                let lamp = desk.board.cell(&exten)?.lamp;
                let look = Look::of(&lamp, is_lost);
                let now = if is_counted(look) { desk.clock.second() } else { desk.clock.minute() };
                Some((exten, RowFace::of(&lamp, look, now, words)))
            };
            rows.show(extens.get().into_iter().filter_map(face));
            rows
        }));
    };
    view! { <ul class="rows" data-testid=name hidden=move || extens.with(Vec::is_empty) use:draw></ul> }
}

/// The lines of a list, in their order.
struct Rows {
    list: Element,
    rows: Vec<(Exten, Row)>,
}

impl Rows {
    fn new(list: Element) -> Self {
        Self { list, rows: Vec::new() }
    }

    /// A line that stays keeps its element, and with it the focus and the pointer.
    fn show(&mut self, faces: impl Iterator<Item = (Exten, RowFace)>) {
        let mut old = BTreeMap::new();
        old.extend(self.rows.drain(..));
        self.rows.extend(faces.map(|(exten, face)| {
            let row = Row::draw(old.remove(&exten), &exten, face);
            (exten, row)
        }));
        for gone in old.into_values() {
            gone.item.remove();
        }
        self.place();
    }

    /// Moves only the elements that are out of order.
    fn place(&self) {
        let mut next = self.list.first_element_child();
        for (_, row) in &self.rows {
            if next.as_ref() == Some(&row.item) {
                next = row.item.next_element_sibling();
            } else {
                let _ = self.list.insert_before(&row.item, next.as_deref());
            }
        }
    }
}

/// A line and what it shows.
struct Row {
    item: Element,
    drawn: Drawn<RowFace>,
}

impl Row {
    fn draw(last: Option<Self>, exten: &Exten, face: RowFace) -> Self {
        if let Some(Self { item, drawn }) = last {
            return Self { item, drawn: drawn.show(face) };
        }
        let link = node("a", &[("class", "rows__row"), ("href", &Route::Lamp(exten.clone()).href())], Vec::new());
        let drawn = Drawn::new(link.unchecked_ref(), face);
        Self { item: node("li", &[], vec![link]).unchecked_into(), drawn }
    }
}

/// The texts of a line.
struct RowFace {
    class: String,
    shape: String,
    name: String,
    /// Number and department, and of a lamp that does not ring its state
    what: String,
    since: String,
}

impl RowFace {
    fn of(lamp: &Lamp, look: Look, now: Timestamp, words: &Words) -> Self {
        let party = live_party(lamp, look, words);
        let state = (!look.rings()).then(|| look.brief(words));
        let what = [lamp.name.as_ref().map(|_| lamp.exten.to_string()), state, party.or_else(|| lamp.group.clone())];
        let since = timer(look, now, words).or_else(|| age(look, now, words));
        Self {
            class: look.class("block"),
            shape: look.shape(),
            name: lamp.name.clone().unwrap_or_else(|| lamp.exten.to_string()),
            what: what.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            since: since.unwrap_or_default(),
        }
    }
}

impl Face for RowFace {
    const INSIDE: &'static str = "<span><svg class='lamp__shape' aria-hidden='true'><use></use></svg></span>\
        <span class='rows__two'><b>-</b><span class='rows__word'>-</span></span><span class='rows__since'>-</span>";
    const TEXTS: &'static [&'static str] = &[".rows__two > b", ".rows__word", ".rows__since"];
    const BEARER: Option<&'static str> = Some("span");

    fn attributes(&self) -> impl Iterator<Item = (&'static str, Option<&str>)> {
        [("class", Some(&*self.class))].into_iter()
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        [&*self.name, &*self.what, &*self.since].into_iter()
    }

    fn shape(&self) -> &str {
        &self.shape
    }
}
