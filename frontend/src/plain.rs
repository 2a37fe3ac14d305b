//! Parts of the page that only show, made node by node: each kind of element costs kilobytes of the page where it
//! stands in a `view!`; here it is a word. All text is set as text, whoever wrote it.

use leptos::html::Div;
use leptos::prelude::*;
use web_sys::{Element, Node};

use crate::browser;

/// An element with its attributes and what stands in it.
pub(crate) fn node(tag: &str, attributes: &[(&str, &str)], children: Vec<Node>) -> Node {
    let element = document().create_element(tag).expect("every tag of this page is a word of HTML");
    for (name, value) in attributes {
        let _ = element.set_attribute(name, value);
    }
    fill(&element, children);
    element.into()
}

/// An element with a text.
pub(crate) fn text(tag: &str, attributes: &[(&str, &str)], text: &str) -> Node {
    let element = node(tag, attributes, Vec::new());
    element.set_text_content(Some(text));
    element
}

/// Names and what stands for each, as a list of that class.
pub(crate) fn pairs(class: &str, pairs: Vec<(String, String)>) -> Node {
    let mut list = Vec::new();
    for (name, value) in pairs {
        list.push(text("dt", &[], &name));
        list.push(text("dd", &[], &value));
    }
    node("dl", &[("class", class)], list)
}

/// The nodes in a place of their own.
pub(crate) fn plain(nodes: Vec<Node>) -> AnyView {
    let place = NodeRef::<Div>::new();
    place.on_load(move |place| {
        // Where what has the focus is drawn anew, too, it is found again by its key.
        let focused = document().active_element().filter(|focused| place.contains(Some(focused)));
        let key = focused.and_then(|focused| focused.get_attribute(KEY));
        renew(&place, nodes);
        if let Some(key) = key {
            browser::focus(&format!("[{KEY}=\"{key}\"]"));
        }
    });
    view! { <div node_ref=place></div> }.into_any()
}

/// What a click on an element is about, and by which it is found again.
pub(crate) const KEY: &str = "data-key";

/// Something to press. A click on it is handled around it, by its key: [`browser::attribute_at`].
pub(crate) fn button(key: &str, attributes: &[(&str, &str)], word: &str) -> Node {
    let attributes = [&[("class", "button"), ("type", "button"), (KEY, key)], attributes].concat();
    text("button", &attributes, word)
}

/// Makes the children of a place these. Those that are so already stay: who has selected a text in them keeps it.
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

/// Whether two elements differ in nothing but what stands in them.
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
