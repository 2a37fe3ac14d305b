//! The table of who publishes to whom. What lampfield cannot know is drawn as unknown.

use lampfield_shared::{Freshness, MeshReport, Pause, PeerReport, Publishing, Timestamp};
use lampfield_words::{Category, Words};
use web_sys::Node;

use super::list::when;
use crate::plain::{node, text};

/// The name of lampfield itself, as a row and a column.
const US: &str = "lampfield";

/// The table: each row publishes, each column receives.
pub(super) fn matrix(mesh: &MeshReport, words: &Words) -> Vec<Node> {
    let head = |title: &str| text("th", &[("scope", "col")], title);
    let titles = mesh.peers.iter().map(|peer| peer.site.title.as_str());
    let heads = ["→"].into_iter().chain(titles).chain([US]).map(head).collect();
    let from_peer = |from: &PeerReport| {
        let others = mesh.peers.iter().map(|to| if to.site.name == from.site.name { "–" } else { "?" });
        let mut cells: Vec<Node> = others.map(|sign| cell("unknown", sign, "")).collect();
        let (kind, word) = heard(from, words);
        cells.push(cell(kind, &word, &time(from.last_in.or(from.site.heard), words)));
        row(from.site.name.as_str(), &from.site.title, cells)
    };
    let to_peer = |to: &PeerReport| {
        let (kind, word) = told(to, words);
        cell(kind, &word, &time(to.last_out, words))
    };
    let mut rows: Vec<Node> = mesh.peers.iter().map(from_peer).collect();
    rows.push(row(US, US, mesh.peers.iter().map(to_peer).chain([cell("unknown", "–", "")]).collect()));
    let table = vec![
        text("caption", &[], words.peers().matrix),
        node("thead", &[], vec![node("tr", &[], heads)]),
        node("tbody", &[], rows),
    ];
    let table = node("table", &[("class", "matrix__table"), ("data-testid", "matrix")], table);
    let region = [("class", "matrix"), ("tabindex", "0"), ("role", "region"), ("aria-label", words.peers().matrix)];
    let mut all = vec![node("div", &region, vec![table])];
    if mesh.peers.len() > 1 {
        all.push(text("p", &[("class", "side__note")], words.peers().unheard));
    }
    all
}

fn row(name: &str, title: &str, mut cells: Vec<Node>) -> Node {
    cells.insert(0, text("th", &[("scope", "row")], title));
    node("tr", &[("data-from", name)], cells)
}

/// A time of day; nothing where there is none.
fn time(time: Option<Timestamp>, words: &Words) -> String {
    time.map(|time| when(Some(time), words)).unwrap_or_default()
}

fn cell(kind: &str, word: &str, time: &str) -> Node {
    let parts = vec![text("span", &[], word), text("span", &[("class", "matrix__time")], time)];
    node("td", &[("data-told", kind)], parts)
}

/// Whether lampfield hears the peer.
fn heard(peer: &PeerReport, words: &Words) -> (&'static str, String) {
    match peer.site.freshness {
        Freshness::Live => ("good", words.site_live.into()),
        Freshness::LastKnown => ("bad", (words.category)(Category::LastKnown).into()),
        Freshness::Never if peer.last_in.is_some() => ("bad", words.peers().no_states.into()),
        Freshness::Never => ("bad", words.common().never.into()),
    }
}

/// Whether the peer hears lampfield: the worst of our publications to it.
fn told(peer: &PeerReport, words: &Words) -> (&'static str, String) {
    if peer.pause == Pause::On {
        return ("paused", words.peers().paused.into());
    }
    let Some(worst) = peer.told.iter().max_by_key(|told| told.standing) else { return ("unknown", "?".into()) };
    let kind = match worst.standing {
        Publishing::Held => "good",
        Publishing::Nothing => "unknown",
        Publishing::Failing | Publishing::Refused => "bad",
    };
    (kind, (words.peers().told)(worst.standing, worst.code))
}
