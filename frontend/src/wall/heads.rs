//! The head of a site on a wall display: a cell among its lamps, with the health of the site. A site that has shrunk is
//! nothing but its head, and that says how many of its lamps are in which state.

use lampfield_shared::{Freshness, Site, SiteName};
use lampfield_words::Category;
use leptos::prelude::*;
use web_sys::Element;

use super::bands::BandHead;
use super::fit::Weight;
use super::hanging::Hanging;
use super::plan::Piece;
use super::tile::Setting;
use crate::browser::{Precision, time_of_day};
use crate::drawn::keep;
use crate::live::Connection;
use crate::plain::{node, text};

/// The order of the counts of a site that has shrunk: where there is no room for all, the last ones are left out.
const COUNTS: [Category; 9] = [
    Category::Ringing,
    Category::Free,
    Category::OnCall,
    Category::Busy,
    Category::LastKnown,
    Category::Dnd,
    Category::OnHold,
    Category::Offline,
    Category::NoData,
];

/// The head of a piece of a band. Like a tile it is no view of Leptos: it is written only where it changes.
#[component]
pub(super) fn Head(
    /// The inputs of its look.
    setting: Setting,
    /// What the band is.
    head: BandHead,
    /// How many lamps the band has.
    count: usize,
    /// The piece of the band that stands below.
    piece: Piece,
) -> impl IntoView {
    let draw = move |place: Element| {
        let (head, piece) = (head.clone(), piece.clone());
        keep(RenderEffect::new(move |drawn: Option<Drawn>| {
            let wanted = Drawn::of(setting, &head, count, &piece);
            if drawn.as_ref() != Some(&wanted) {
                wanted.write(&place);
            }
            wanted
        }));
    };
    view! { <li use:draw></li> }
}

/// What a head shows.
#[derive(PartialEq, Eq)]
struct Drawn {
    class: String,
    title: String,
    line: Vec<String>,
}

impl Drawn {
    fn of(setting: Setting, head: &BandHead, count: usize, piece: &Piece) -> Self {
        let Setting { hanging, connection, plan } = setting;
        let site = match head {
            BandHead::Site(Some(name)) => site(hanging, name),
            BandHead::Site(None) | BandHead::Group(_) => None,
        };
        let title = match (head, &site) {
            (_, Some(site)) => site.title.clone(),
            (BandHead::Site(Some(name)), None) => name.to_string(),
            (BandHead::Site(None), None) => hanging.words().no_site.into(),
            (BandHead::Group(title), None) => title.clone(),
        };
        let trouble = site.and_then(|site| trouble(&site, hanging, connection));
        let is_long = hanging.lettering.width(Weight::Strong, &title) > plan.with(|plan| plan.text);
        let mut class = String::from("wall__site");
        for (is_so, more) in [
            (trouble.is_some(), " wall__site--bad"),
            (piece.is_small, " wall__site--small"),
            (piece.starts_row, " wall__site--first"),
            (is_long, " wall__site--long"),
        ] {
            class.push_str(if is_so { more } else { "" });
        }
        let line = match trouble {
            Some(trouble) => vec![trouble],
            None if count == 0 => Vec::new(),
            None if piece.is_small => counts(hanging, piece.band),
            None => vec![(hanging.words().wall().free_of)(of(hanging, piece.band, Category::Free), count)],
        };
        Self { class, title, line }
    }

    fn write(&self, place: &Element) {
        // Leptos may hand over an element that was a tile: a head with the number of a lamp would be taken for it.
        for attribute in place.get_attribute_names().iter().filter_map(|name| name.as_string()) {
            let _ = place.remove_attribute(&attribute);
        }
        let _ = place.set_attribute("class", &self.class);
        place.set_text_content(None);
        let line = self.line.iter().map(|part| text("span", &[], &format!("{part} "))).collect();
        let title = text("h2", &[("class", "wall__site-title")], &self.title);
        for part in [title, node("p", &[("class", "wall__site-line")], line)] {
            let _ = place.append_child(&part);
        }
    }
}

fn site(hanging: Hanging, name: &SiteName) -> Option<Site> {
    hanging.sites.with(|sites| sites.iter().find(|site| site.name == *name).cloned())
}

/// Why the lamps of a site are not live. None are while the display itself has lost the stream.
fn trouble(site: &Site, hanging: Hanging, connection: Connection) -> Option<String> {
    let words = hanging.words();
    let since = |time| (words.wall().no_data_since)(&time_of_day(time, Precision::Minutes, words.tag));
    match (site.freshness, connection.lost()) {
        (Freshness::Live, None) => None,
        (Freshness::Live, Some(lost)) => Some(since(lost)),
        (Freshness::LastKnown, _) => Some(since(site.heard.unwrap_or(site.since))),
        (Freshness::Never, _) => Some(words.wall().no_data_yet.into()),
    }
}

fn of(hanging: Hanging, band: usize, category: Category) -> u32 {
    hanging.counts.with(|counts| counts.get(band).map_or(0, |totals| totals.of(category)))
}

/// "38 free,", "2 on a call": nothing is counted that is not there.
fn counts(hanging: Hanging, band: usize) -> Vec<String> {
    let counted = COUNTS.map(|category| (category, of(hanging, band, category)));
    let some = counted.into_iter().filter(|(_, count)| *count > 0);
    let mut texts: Vec<String> =
        some.map(|(category, count)| format!("{count} {},", (hanging.words().category)(category))).collect();
    if let Some(last) = texts.last_mut() {
        last.pop();
    }
    texts
}
