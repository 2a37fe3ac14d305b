//! Parts of the page that only show, made node by node: each kind of element costs kilobytes of the page where it
//! stands in a `view!`; here it is a word. All text is set as text, whoever wrote it.

use leptos::html::Div;
use leptos::prelude::*;
use web_sys::{Element, Node};

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
pub(crate) fn pairs(class: &str, pairs: impl IntoIterator<Item = (String, String)>) -> Node {
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
        place.set_text_content(None);
        fill(&place, nodes);
    });
    view! { <div node_ref=place></div> }.into_any()
}

fn fill(element: &Element, children: Vec<Node>) {
    for child in children {
        let _ = element.append_child(&child);
    }
}
