//! The SIP messages of a PBX (the "ladder"): each request with its answer in a row of words, the full text behind it.

use std::time::Duration;

use lampfield_shared::{DeviceName, Direction, Exten, SipMessage, SiteName, Timestamp, Topic};
use lampfield_words::{LadderWords, Words};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, MouseEvent, Node};

use super::exchanges::{Exchange, Outcome, exchanges};
use super::list::{Listed, listed, often};
use crate::browser::{Precision, time_of_day};
use crate::plain::{KEY, button, node, plain, text};
use crate::progress::Asked;
use crate::state::Desk;
use crate::{api, browser};

/// How often the messages are loaded anew.
const AGAIN: Duration = Duration::from_secs(3);

/// Technologies whose devices are named by the extension.
const PHONES: [&str; 3] = ["PJSIP/", "SIP/", "IAX2/"];

/// Whether a filter lets an exchange through.
type Lets = fn(&Exchange<'_>) -> bool;

/// The filters, each by the key of its button.
const ONLY: [(&str, Lets); 4] = [
    (ALL, |_| true),
    ("ladder-in", |it| it.direction() == Direction::Incoming),
    ("ladder-out", |it| it.direction() == Direction::Outgoing),
    (FAILURES, |it| it.outcome.is_failure()),
];
const ALL: &str = "ladder-all";
const FAILURES: &str = "ladder-failures";
const HOLD: &str = "ladder-hold";

/// SIP messages of a peer. The list holds still while a message is open, or the reader wants it so.
pub(super) fn ladder(desk: Desk, name: &SiteName) -> impl IntoView + use<> {
    let messages: Asked<Vec<SipMessage>> = Asked::new();
    let (only, typed) = (RwSignal::new(String::from(ALL)), RwSignal::new(String::new()));
    // The id of the message that is open; empty: none is.
    let (held, open) = (RwSignal::new(false), RwSignal::new(String::new()));
    let asked = name.clone();
    often(AGAIN, move || {
        if !held.get_untracked() && open.with_untracked(String::is_empty) {
            let name = asked.clone();
            messages.renew(async move { api::messages(&name).await });
        }
    });
    let press = move |event: MouseEvent| {
        let Some(key) = browser::attribute_at(&event, KEY) else { return };
        if ONLY.iter().any(|(own, _)| *own == key) {
            only.set(key);
        } else if key == HOLD {
            held.update(|held| *held = !*held);
        } else if let Some(id) = key.strip_prefix("wire ") {
            open.update(|open| *open = if open == id { String::new() } else { id.to_owned() });
        }
    };
    let take = move |event: web_sys::Event| {
        if let Some(field) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) {
            typed.set(field.value());
        }
    };
    let name = name.clone();
    view! {
        <section class="peer" on:click=press on:input=take>
            {move || match listed(desk, messages) {
                Listed::Note(note) => note,
                Listed::There(messages) => {
                    let shown = Shown { desk, title: &desk.board.site_title(&name), words: desk.choices.words() };
                    let mut all = top(&shown, &messages, &only.get(), held.get());
                    all.extend(rows(&shown, &messages, &only.get(), &typed.get(), &open.get()));
                    plain(all)
                }
            }}
        </section>
    }
}

/// What the drawing needs beside the messages themselves.
struct Shown<'a> {
    desk: Desk,
    /// The title of the PBX.
    title: &'a str,
    words: &'static Words,
}

impl Shown<'_> {
    const fn own(&self) -> &'static LadderWords {
        &self.words.peers().ladder
    }
}

fn now() -> Timestamp {
    Timestamp(browser::now().as_millis().try_into().unwrap_or_default())
}

fn top(shown: &Shown<'_>, messages: &[SipMessage], only: &str, held: bool) -> Vec<Node> {
    let own = shown.own();
    let failures = exchanges(messages, now()).iter().filter(|it| it.outcome.is_failure()).count();
    let words =
        [own.all.to_owned(), (own.from)(shown.title), (own.to)(shown.title), format!("{} {failures}", own.failures)];
    let pressed = |is: bool| if is { "true" } else { "false" };
    let choice = ONLY
        .into_iter()
        .zip(&words)
        .map(|((key, _), word)| button(key, &[("data-testid", key), ("aria-pressed", pressed(key == only))], word));
    let mut row: Vec<Node> = choice.collect();
    let hold = [("data-testid", HOLD), ("aria-pressed", pressed(held))];
    row.push(button(HOLD, &hold, if held { own.go_on } else { own.hold }));
    let search = [
        ("class", "field__input ladder__search"),
        ("name", "ladder-search"),
        ("aria-label", own.search),
        ("placeholder", own.search),
        ("autocomplete", "off"),
        (KEY, "ladder-search"),
    ];
    row.push(node("input", &search, Vec::new()));
    let title = vec![
        text("h3", &[("class", "peer__title")], &(own.title)(shown.title)),
        text("span", &[("class", "side__note")], &(own.kept)(messages.len())),
    ];
    vec![node("header", &[("class", "peer__head")], title), node("div", &[("class", "form__row")], row)]
}

fn rows(shown: &Shown<'_>, messages: &[SipMessage], only: &str, typed: &str, open: &str) -> Vec<Node> {
    let (own, typed) = (shown.own(), typed.trim().to_lowercase());
    let all = exchanges(messages, now());
    let lets = ONLY.into_iter().find(|(key, _)| *key == only).map_or(ONLY[0].1, |(_, lets)| lets);
    let lines = all.iter().filter(|it| lets(it)).map(|it| (it, Line::of(it, shown)));
    let wanted: Vec<(&Exchange<'_>, Line)> = lines.filter(|(it, line)| line.has(it, &typed)).collect();
    if wanted.is_empty() {
        return vec![text("p", &[("class", "side__note"), ("data-testid", "ladder-none")], own.none)];
    }
    let labels =
        [shown.words.admin().time, own.columns[0], own.columns[1], own.columns[2], own.columns[3], own.columns[4]];
    let heads = labels.map(|label| text("th", &[("scope", "col")], label)).into();
    let mut body = Vec::new();
    for (exchange, line) in wanted {
        let Some(first) = exchange.first() else { continue };
        let is_open = open == first.id.to_string();
        body.push(row(exchange, first, &line, &labels, is_open, shown));
        if is_open {
            let both = exchange.request.into_iter().chain(exchange.answer).map(|it| wire(it, own)).collect();
            let cell = node("td", &[("colspan", "6")], both);
            body.push(node("tr", &[("data-testid", "wire")], vec![cell]));
        }
    }
    let parts = vec![node("thead", &[], vec![node("tr", &[], heads)]), node("tbody", &[], body)];
    vec![node("table", &[("class", "table ladder__table"), ("data-testid", "ladder")], parts)]
}

/// A row in words.
struct Line {
    arrow: &'static str,
    direction: String,
    topic: String,
    about: String,
    /// The state that is told of it, in Asterisk's word.
    state: String,
    answer: String,
    took: String,
}

impl Line {
    fn of(exchange: &Exchange<'_>, shown: &Shown<'_>) -> Self {
        let own = shown.own();
        let (arrow, direction) = match exchange.direction() {
            Direction::Incoming => ("←", (own.from)(shown.title)),
            Direction::Outgoing => ("→", (own.to)(shown.title)),
        };
        let gist = exchange.request.map(|request| &request.gist);
        let mut topic = gist.map_or_else(|| own.no_request.into(), |gist| (own.topic)(&gist.topic, &gist.method));
        if exchange.copies > 1 {
            topic = format!("{topic}, {}", (own.copies)(exchange.copies));
        }
        let (about, state) = gist.map_or_else(Default::default, |gist| about(&gist.topic, shown));
        let (answer, took) = match exchange.outcome {
            Outcome::Answered(code, took) => ((own.answer)(code), took.map(own.took)),
            Outcome::Waiting => (own.waiting.into(), None),
            Outcome::Unanswered => (own.no_answer.into(), None),
        };
        Self { arrow, direction, topic, about, state, answer, took: took.unwrap_or_default() }
    }

    /// Whether the row, or a message behind it, has that text in it.
    fn has(&self, exchange: &Exchange<'_>, typed: &str) -> bool {
        let has = |part: &str| part.to_lowercase().contains(typed);
        let said = [&self.direction, &self.topic, &self.about, &self.state, &self.answer];
        typed.is_empty()
            || said.into_iter().any(|part| has(part))
            || exchange.request.into_iter().chain(exchange.answer).any(|it| has(&it.headers) || has(&it.body))
    }
}

/// Whom a request is about, and the state that it tells.
fn about(topic: &Topic, shown: &Shown<'_>) -> (String, String) {
    match topic {
        Topic::Device { device, state } => (called(device, shown.desk), state.as_str().to_uppercase()),
        Topic::Mailbox { mailbox, new, old } => (mailbox.clone(), (shown.own().mailbox)(*new, *old)),
        Topic::Extension { exten, .. } => (named(exten, shown.desk), String::new()),
        Topic::Renewal { event } | Topic::Withdrawal { event } => (event.clone(), String::new()),
        Topic::Alive | Topic::Refresh | Topic::Other => Default::default(),
    }
}

/// A phone by its number and name, any other device by its own name.
fn called(device: &DeviceName, desk: Desk) -> String {
    let phone = PHONES.into_iter().find_map(|kind| device.as_str().strip_prefix(kind));
    phone.map_or_else(|| device.to_string(), |number| named(&number.into(), desk))
}

fn named(exten: &Exten, desk: Desk) -> String {
    let name = desk.board.lamp_untracked(exten).and_then(|lamp| lamp.name);
    name.map_or_else(|| exten.to_string(), |name| format!("{exten} {name}"))
}

fn row(
    exchange: &Exchange<'_>,
    first: &SipMessage,
    line: &Line,
    labels: &[&str; 6],
    is_open: bool,
    shown: &Shown<'_>,
) -> Node {
    let seconds = time_of_day(first.at, Precision::Seconds, shown.words.tag);
    let time = format!("{seconds}.{:03}", first.at.0 % 1000);
    let label = format!("{time}: {}", shown.own().wire);
    let expanded = [("class", "ladder__time"), ("aria-expanded", if is_open { "true" } else { "false" })];
    let key = format!("wire {}", first.id);
    let time = button(&key, &[&expanded[..], &[("aria-label", &*label), ("data-testid", "wire-open")]].concat(), &time);
    let direction = vec![
        text("span", &[("aria-hidden", "true")], line.arrow),
        text("span", &[("class", "unseen")], &line.direction),
    ];
    let about = vec![text("span", &[], &format!("{} ", line.about)), text("code", &[], &line.state)];
    let about = if line.about.is_empty() { Vec::new() } else { about };
    let cells = vec![
        node("td", &[("class", "table__short")], vec![time]),
        node("td", &[("data-label", labels[1]), ("title", &*line.direction)], direction),
        text("td", &[("data-label", labels[2])], &line.topic),
        node("td", &[("data-label", labels[3])], about),
        text("td", &[("data-label", labels[4]), ("class", "ladder__answer")], &line.answer),
        text("td", &[("data-label", labels[5]), ("class", "table__short")], &line.took),
    ];
    let way = if exchange.direction() == Direction::Incoming { "in" } else { "out" };
    let method = exchange.first().map_or("", |it| it.gist.method.as_str());
    let failed = if exchange.outcome.is_failure() { "true" } else { "false" };
    node("tr", &[("data-way", way), ("data-says", method), ("data-failed", failed)], cells)
}

/// A message as it was on the wire.
fn wire(message: &SipMessage, own: &LadderWords) -> Node {
    let mut lines = format!("{}\n{}\n\n{}", message.first_line, message.headers, message.body);
    if message.left_out > 0 {
        lines = lines + "\n" + &(own.left_out)(message.left_out);
    }
    let where_from = format!("{} {}", message.transport, message.address);
    let parts =
        vec![text("p", &[("class", "side__note")], &where_from), text("pre", &[("class", "ladder__text")], &lines)];
    node("div", &[], parts)
}
