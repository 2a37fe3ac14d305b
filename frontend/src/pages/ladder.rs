//! The SIP trace of a PBX (the "ladder"): an arrow for each message, with the full text behind it.

use std::time::Duration;

use lampfield_shared::{Direction, SipMessage, SiteName};
use lampfield_words::Words;
use leptos::prelude::IntoView;
use web_sys::Node;

use super::list::{Listed, listed, often};
use crate::browser::{Precision, time_of_day};
use crate::plain::{node, plain, text};
use crate::progress::Asked;
use crate::state::Desk;
use crate::{api, browser};

/// How often the trace is loaded anew.
const AGAIN: Duration = Duration::from_secs(3);

/// SIP trace of a peer; does not scroll while a message is open.
pub(super) fn ladder(desk: Desk, name: &SiteName) -> impl IntoView + use<> {
    let messages: Asked<Vec<SipMessage>> = Asked::new();
    let asked = name.clone();
    often(AGAIN, move || {
        if !browser::is_there(".ladder :is([open], :focus)") {
            let name = asked.clone();
            messages.renew(async move { api::messages(&name).await });
        }
    });
    let own = name.to_string();
    move || match listed(desk, messages) {
        Listed::Note(note) => note,
        Listed::There(messages) => {
            let words = desk.choices.words();
            let ends = [own.as_str(), "lampfield"].map(|end| text("span", &[], end));
            let rungs = messages.iter().map(|it| rung(it, words)).collect();
            plain(vec![node(
                "section",
                &[("class", "peer")],
                vec![
                    text("h3", &[("class", "peer__title")], words.admin().messages),
                    node("p", &[("class", "ladder__ends"), ("aria-hidden", "true")], ends.into()),
                    node("ol", &[("class", "ladder"), ("data-testid", "ladder")], rungs),
                ],
            )])
        }
    }
}

fn rung(message: &SipMessage, words: &'static Words) -> Node {
    let (way, direction) = match message.direction {
        Direction::Incoming => ("rung rung--in", words.admin().received),
        Direction::Outgoing => ("rung rung--out", words.admin().sent),
    };
    let seconds = time_of_day(message.at, Precision::Seconds, words.tag);
    let says = message.first_line.split(' ').next().unwrap_or_default();
    let mut lines = format!("{}\n\n{}", message.headers, message.body);
    if message.left_out > 0 {
        lines = lines + "\n" + &(words.admin().left_out)(message.left_out);
    }
    let summary = vec![
        text("time", &[], &format!("{seconds}.{:03}", message.at.0 % 1000)),
        text("code", &[("class", "rung__line")], &message.first_line),
    ];
    let open = vec![
        node("summary", &[], summary),
        text("p", &[("class", "side__note")], &format!("{direction}, {} {}", message.transport, message.address)),
        text("pre", &[("class", "rung__text")], &lines),
    ];
    node("li", &[("class", way), ("data-says", says)], vec![node("details", &[], open)])
}
