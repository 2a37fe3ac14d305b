//! A tile whose DOM is written only where it changes.
//!
//! A tile is no view of Leptos: a view that is rebuilt loses its attributes for a moment and gets them again, among
//! them the tab stop and so the focus, and the browser restyles and lays out all of it. Measured, that was half of the
//! cost of a change, and half of the memory of a large board.

use std::cell::RefCell;

use leptos::prelude::{RenderEffect, StoredValue, document, on_cleanup};
use leptos::reactive::graph::{Subscriber as _, ToAnySubscriber as _};
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

/// The content of a tile, as texts and attributes.
pub(crate) trait Face {
    /// The HTML inside every tile of this kind.
    const INSIDE: &'static str;
    /// Selectors of the elements that hold the texts; each contains one text node.
    const TEXTS: &'static [&'static str];
    /// Selector of the element that bears the attributes; `None` for the tile itself.
    const BEARER: Option<&'static str> = None;

    /// The attributes; every call gives the same names in the same order.
    fn attributes(&self) -> impl Iterator<Item = (&'static str, Option<&str>)>;

    /// The texts, in the order of [`TEXTS`](Self::TEXTS).
    fn texts(&self) -> impl Iterator<Item = &str>;

    /// The id of the lamp's drawing in the sprite of `index.html`.
    fn shape(&self) -> &str;

    /// The badges in the corner.
    fn badges(&self) -> &[Badge] {
        &[]
    }
}

/// A badge in the corner of a tile.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Badge {
    /// The id of the badge's drawing in the sprite of `index.html`.
    pub(crate) icon: &'static str,
    /// The CSS class of the drawing.
    pub(crate) class: &'static str,
    pub(crate) title: Option<String>,
    pub(crate) count: Option<u32>,
}

/// The nodes of a tile that change, and the face that they show.
pub(crate) struct Drawn<F> {
    tile: Element,
    bearer: Element,
    shape: Element,
    texts: Vec<Node>,
    face: F,
}

impl<F: Face> Drawn<F> {
    /// Shows a face in a tile that shows `last`, or nothing yet.
    pub(crate) fn draw(last: Option<Self>, tile: &Element, face: F) -> Self {
        match last {
            Some(drawn) => drawn.show(face),
            None => Self::new(tile, face),
        }
    }

    /// Builds the tile's content. Leptos may hand over an element that belonged to another lamp: its content is
    /// replaced.
    pub(crate) fn new(tile: &Element, face: F) -> Self {
        tile.set_text_content(None);
        let inside = copy_of(F::INSIDE);
        while let Some(part) = inside.first_child() {
            let _ = tile.append_child(&part);
        }
        let part = |selector: &str| tile.query_selector(selector).ok().flatten().expect("it is in the tile");
        let text = |selector: &&str| part(selector).first_child().expect("it holds a text");
        let texts = F::TEXTS.iter().map(text).collect();
        let bearer = F::BEARER.map_or_else(|| tile.clone(), part);
        let drawn = Self { tile: tile.clone(), bearer, shape: part("use"), texts, face };
        drawn.write(None);
        drawn
    }

    /// Shows another face in the same tile.
    pub(crate) fn show(mut self, face: F) -> Self {
        let old = std::mem::replace(&mut self.face, face);
        self.write(Some(&old));
        self
    }

    /// Writes what differs from `old`.
    fn write(&self, old: Option<&F>) {
        let face = &self.face;
        let mut were = old.map(F::attributes);
        for (name, value) in face.attributes() {
            if were.as_mut().and_then(Iterator::next) != Some((name, value)) {
                put(&self.bearer, name, value);
            }
        }
        let mut were = old.map(F::texts);
        for (node, text) in self.texts.iter().zip(face.texts()) {
            if were.as_mut().and_then(Iterator::next) != Some(text) {
                node.set_node_value(Some(text));
            }
        }
        if old.map(F::shape) != Some(face.shape()) {
            put(&self.shape, "href", Some(&format!("#{}", face.shape())));
        }
        if old.map_or(&[][..], F::badges) != face.badges() {
            self.write_badges();
        }
    }

    fn write_badges(&self) {
        if let Some(corner) = self.tile.last_element_child() {
            corner.set_text_content(None);
            for badge in self.face.badges() {
                let _ = corner.append_child(&sign(badge));
            }
        }
    }
}

/// Keeps an effect until the reactive owner ends, and unsubscribes it then.
///
/// An effect that Leptos drops by itself stays in the subscriber list of every signal that it read, until that signal
/// changes: the language of a page may never change. Measured, each row that came and went left 150 bytes.
pub(crate) fn keep<T: 'static>(effect: RenderEffect<T>) {
    let subscriber = effect.to_any_subscriber();
    StoredValue::new_local(effect);
    on_cleanup(move || subscriber.clear_sources(&subscriber));
}

fn sign(badge: &Badge) -> Element {
    let sign = copy_of("<span><svg><use></use></svg></span>").first_element_child().expect("it was just made");
    put(&sign, "class", badge.count.is_some().then_some("lamp__mail"));
    put(&sign, "title", badge.title.as_deref());
    if let Some(drawing) = sign.first_element_child() {
        put(&drawing, "class", Some(badge.class));
        if let Some(part) = drawing.first_element_child() {
            put(&part, "href", Some(&format!("#{}", badge.icon)));
        }
    }
    if let Some(count) = badge.count {
        let _ = sign.append_child(&document().create_text_node(&count.to_string()));
    }
    sign
}

/// A `div` with this HTML inside. The HTML is parsed once and then cloned, which is many times faster than creating
/// each element.
pub(crate) fn copy_of(inside: &'static str) -> Element {
    thread_local! {
        static PATTERNS: RefCell<Vec<(&'static str, Element)>> = const { RefCell::new(Vec::new()) };
    }
    PATTERNS.with_borrow_mut(|patterns| {
        let at = patterns.iter().position(|(known, _)| *known == inside).unwrap_or_else(|| {
            let pattern = document().create_element("div").expect("there are such elements");
            pattern.set_inner_html(inside);
            patterns.push((inside, pattern));
            patterns.len() - 1
        });
        patterns[at].1.clone_node_with_deep(true).expect("an element can be copied").unchecked_into()
    })
}

fn put(element: &Element, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}
