//! Static parts of the page, built from DOM nodes: every kind of element in a `view!` adds kilobytes to the download, a
//! call here adds none. Texts are set as text, so nobody's text is read as HTML.

use leptos::html::Div;
use leptos::prelude::*;
use web_sys::{Element, Node};

use crate::browser;
use crate::drawn::copy_of;

/// An element with attributes and children.
pub(crate) fn node(tag: &str, attributes: &[(&str, &str)], children: Vec<Node>) -> Node {
    let element = document().create_element(tag).expect("every tag of this page is a word of HTML");
    for (name, value) in attributes {
        let _ = element.set_attribute(name, value);
    }
    fill(&element, children);
    element.into()
}

/// An element with attributes and a text.
pub(crate) fn text(tag: &str, attributes: &[(&str, &str)], text: &str) -> Node {
    let element = node(tag, attributes, Vec::new());
    element.set_text_content(Some(text));
    element
}

/// A drawing of the sprite in `index.html`, by its id there, hidden from screen readers.
pub(crate) fn drawing(class: &str, id: &str) -> Node {
    let inside = copy_of("<svg aria-hidden='true'><use></use></svg>");
    let _ = inside.first_element_child().map(|svg| svg.set_attribute("class", class));
    let _ = inside.query_selector("use").map(|part| part.map(|part| part.set_attribute("href", &format!("#{id}"))));
    inside.first_child().expect("it was just made")
}

/// A description list (`dl`) of that class.
pub(crate) fn pairs(class: &str, pairs: Vec<(String, String)>) -> Node {
    let mut list = Vec::new();
    for (name, value) in pairs {
        list.push(text("dt", &[], &name));
        list.push(text("dd", &[], &value));
    }
    node("dl", &[("class", class)], list)
}

/// A field with its label above.
pub(crate) fn labelled(label: &str, field: Node) -> Node {
    let parts = vec![text("span", &[("class", "field__label")], label), field];
    node("label", &[("class", "field")], parts)
}

/// Shows nodes as a view. When they are drawn anew, only those that differ are replaced.
pub(crate) fn plain(nodes: Vec<Node>) -> AnyView {
    let place = NodeRef::<Div>::new();
    place.on_load(move |place| {
        show(&place, nodes);
    });
    view! { <div node_ref=place></div> }.into_any()
}

/// Shows nodes in `place`. Of those that it has, only what differs is replaced.
pub(crate) fn show(place: &Element, nodes: Vec<Node>) {
    // If the focused element is drawn anew, its key finds it again.
    let focused = document().active_element().filter(|focused| place.contains(Some(focused)));
    let key = focused.and_then(|focused| focused.get_attribute(KEY));
    renew(place, nodes);
    if let Some(key) = key {
        browser::focus(&format!("[{KEY}=\"{key}\"]"));
    }
}

/// The attribute that says what a click on an element is about. The focus is found again by it, too.
pub(crate) const KEY: &str = "data-key";

/// A button. A handler on an element around it reads the key of a click: [`browser::attribute_at`].
pub(crate) fn button(key: &str, attributes: &[(&str, &str)], word: &str) -> Node {
    let attributes = [&[("class", "button"), ("type", "button"), (KEY, key)], attributes].concat();
    text("button", &attributes, word)
}

/// Replaces the children of `place` by `wanted`. Equal children stay, so that a selection in their text survives.
fn renew(place: &Node, wanted: Vec<Node>) {
    let mut at = place.first_child();
    for node in wanted {
        let Some(old) = at else {
            let _ = place.append_child(&node);
            continue;
        };
        at = old.next_sibling();
        if old.is_equal_node(Some(&node)) {
            continue;
        }
        if is_alike(&old, &node) {
            renew(&old, children(&node));
        } else {
            let _ = place.replace_child(&node, &old);
        }
    }
    while let Some(old) = at {
        at = old.next_sibling();
        let _ = place.remove_child(&old);
    }
}

/// Whether two elements have the same tag and attributes.
fn is_alike(old: &Node, new: &Node) -> bool {
    let is_element = old.node_type() == Node::ELEMENT_NODE;
    let bare = |node: &Node| node.clone_node().ok();
    is_element && bare(old).is_some_and(|old| old.is_equal_node(bare(new).as_ref()))
}

fn children(node: &Node) -> Vec<Node> {
    std::iter::successors(node.first_child(), Node::next_sibling).collect()
}

fn fill(element: &Element, children: Vec<Node>) {
    for child in children {
        let _ = element.append_child(&child);
    }
}
