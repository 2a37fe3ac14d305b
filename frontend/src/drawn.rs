//! A tile on the screen, that is written only where it changes.
//!
//! It is no view of Leptos: one that is made anew loses its attributes for a moment and gets them again, the tab stop and
//! with it the focus among them, and the browser styles and lays out all of it. Measured, that was half of
//! what a change cost, and half of the memory of a large board.

use std::cell::RefCell;

use leptos::prelude::{RenderEffect, StoredValue, document, on_cleanup};
use leptos::reactive::graph::{Subscriber as _, ToAnySubscriber as _};
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

/// What a tile shows, as texts.
pub(crate) trait Face {
    /// What stands in every tile.
    const INSIDE: &'static str;
    /// Where in it the texts stand, each in an element that holds one already.
    const TEXTS: &'static [&'static str];
    /// Which part of it bears the attributes; where there is none the tile itself does.
    const BEARER: Option<&'static str> = None;

    /// Attributes, always the same ones.
    fn attributes(&self) -> impl Iterator<Item = (&'static str, Option<&str>)>;

    /// The texts, in the order of [`TEXTS`](Self::TEXTS).
    fn texts(&self) -> impl Iterator<Item = &str>;

    /// The id of the lamp's drawing in the sprite of `index.html`.
    fn shape(&self) -> &str;

    /// The small signs in the corner.
    fn badges(&self) -> &[Badge] {
        &[]
    }
}

/// A small sign in the corner of a tile.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Badge {
    /// The id of its drawing in the sprite.
    pub(crate) icon: &'static str,
    /// Of the drawing.
    pub(crate) class: &'static str,
    pub(crate) title: Option<String>,
    pub(crate) count: Option<u32>,
}

/// The parts of a tile that change, and what they show.
pub(crate) struct Drawn<F> {
    tile: Element,
    bearer: Element,
    shape: Element,
    texts: Vec<Node>,
    face: F,
}

impl<F: Face> Drawn<F> {
    /// Shows a face in a tile that has shown `last`, or nothing yet.
    pub(crate) fn draw(last: Option<Self>, tile: &Element, face: F) -> Self {
        match last {
            Some(drawn) => drawn.show(face),
            None => Self::new(tile, face),
        }
    }

    /// Shows a face in place of what is there: Leptos takes the tile of a lamp that goes for one that comes.
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

    /// Shows another face.
    pub(crate) fn show(mut self, face: F) -> Self {
        let old = std::mem::replace(&mut self.face, face);
        self.write(Some(&old));
        self
    }

    /// Writes what is not as it was.
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

/// Lets an effect last as long as the reactive owner, and leave nothing behind.
///
/// What Leptos drops by itself stays known to every signal that it has read, until that changes: of the language of
/// a page that may be never. Measured, each row that came and went left 150 bytes.
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

/// A `div` with this inside: read once and then copied, which is many times quicker than to make each element.
fn copy_of(inside: &'static str) -> Element {
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
