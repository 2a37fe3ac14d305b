//! HTML of the plain page. All text from outside goes through [`Text`].

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use jiff::tz::TimeZone;
use lampfield_shared::account::BOARD_ALL;
use lampfield_shared::board::Part;
use lampfield_shared::{Exten, Freshness, Lamp, LampState, OwnBoard, Site, SiteName, Snapshot, Timestamp};
use lampfield_words::{Age, Look, Words, freshness_word, in_sentence};

/// Text of people and PBXes, escaped for HTML.
struct Text<'a>(&'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|letter| match letter {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            other => f.write_char(other),
        })
    }
}

/// Content of the page.
pub(super) struct Page<'a> {
    pub(super) head: &'a Snapshot,
    pub(super) lamps: &'a [Arc<Lamp>],
    pub(super) board: &'a str,
    pub(super) words: &'static Words,
}

/// The page of a server whose driver does not answer.
pub(super) fn silent(words: &Words) -> String {
    let text = words.plain().silent;
    document(words, "lampfield", &format!("<p class=\"silent\"><strong>{}</strong></p>\n", Text(text)))
}

fn document(words: &Words, title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <meta http-equiv=\"refresh\" content=\"10\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"plain.css\">\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        tag = words.tag,
        title = Text(title),
    )
}

impl Page<'_> {
    pub(super) fn render(&self) -> String {
        let Self { head, words, .. } = self;
        let own = OwnBoard::find(&head.boards, self.board);
        let mut body = format!(
            "<h1>{}</h1>\n<p class=\"time\">{} <strong>{}</strong></p>\n<p>{}</p>\n",
            Text(own.map_or(&head.title, |own| &own.title)),
            words.plain().shown_at,
            time(head.time, "%H:%M:%S"),
            words.plain().refreshes
        );
        if head.demo {
            body.extend(["<p><em>", words.demo, "</em></p>\n"]);
        }
        if let Some(own) = own {
            self.write_own(&mut body, own);
            return document(words, &own.title, &body);
        }
        let part = Part::of(self.board, &[], &head.sites);
        let is_shown = |lamp: &&Lamp| part.shows(&lamp.exten, lamp.site.as_ref(), lamp.group.as_deref());
        let shown: Vec<&Lamp> = self.lamps.iter().map(Arc::as_ref).filter(is_shown).collect();
        if shown.is_empty() {
            let is_all = self.board == BOARD_ALL;
            let text = if is_all { words.plain().empty.into() } else { (words.wall().no_board)(self.board) };
            body.extend(["<p>", &Text(&text).to_string(), "</p>\n"]);
        }
        for site in &head.sites {
            self.write_site(&mut body, Some(site), &of_site(&shown, |lamp| lamp.site.as_ref() == Some(&site.name)));
        }
        let is_known = |name: &SiteName| head.sites.iter().any(|site| site.name == *name);
        let others = of_site(&shown, |lamp| !lamp.site.as_ref().is_some_and(is_known));
        self.write_site(&mut body, None, &others);
        document(words, &head.title, &body)
    }

    /// Writes the groups of an own board in their order. An extension without a lamp has a line without a state.
    fn write_own(&self, body: &mut String, own: &OwnBoard) {
        let known: BTreeMap<&Exten, &Lamp> = self.lamps.iter().map(|lamp| (&lamp.exten, &**lamp)).collect();
        for group in &own.groups {
            body.extend(["<h2>", &Text(&group.title).to_string(), "</h2>\n"]);
            let lamp =
                |exten: &Exten| known.get(exten).map_or_else(|| Lamp::unknown(exten.clone()), |it| (*it).clone());
            let lamps: Vec<Lamp> = group.extens.iter().map(lamp).collect();
            self.write_table(body, &lamps.iter().collect::<Vec<_>>());
        }
    }

    /// Writes the sites. A site of which no lamp is shown has no table, and is named only where all lamps are shown.
    fn write_site(&self, body: &mut String, site: Option<&Site>, lamps: &[&Lamp]) {
        if lamps.is_empty() && (site.is_none() || self.board != BOARD_ALL) {
            return;
        }
        let title = site.map_or(self.words.no_site, |site| &site.title);
        body.extend(["<h2>", &Text(title).to_string()]);
        if let Some(site) = site {
            body.extend([" <small>", &Text(&self.freshness_of(site)).to_string(), "</small>"]);
        }
        body.push_str("</h2>\n");
        self.write_table(body, lamps);
    }

    fn write_table(&self, body: &mut String, lamps: &[&Lamp]) {
        if lamps.is_empty() {
            return;
        }
        body.push_str("<div class=\"lamps\">\n<table>\n<tr>");
        for head in self.words.plain().columns {
            body.extend(["<th scope=\"col\">", head, "</th>"]);
        }
        body.push_str("</tr>\n");
        for lamp in lamps {
            self.write_lamp(body, lamp);
        }
        body.push_str("</table>\n</div>\n");
    }

    fn freshness_of(&self, site: &Site) -> String {
        match site.freshness {
            Freshness::Live => self.words.site_live.into(),
            Freshness::LastKnown => (self.words.site_last_known)(&time(site.heard.unwrap_or(site.since), "%H:%M")),
            Freshness::Never => (self.words.site_never)(&site.title),
        }
    }

    fn write_lamp(&self, body: &mut String, lamp: &Lamp) {
        let words = self.words;
        let age = |then: Timestamp| Age::between(then, self.head.time);
        let look = Look::of(lamp, None);
        let mut word = (words.state)(look.state).to_owned();
        let mut since = String::new();
        match (look.freshness, look.since) {
            (Freshness::LastKnown, as_of) => {
                word = (words.last_known)(&in_sentence(&word), age(as_of.unwrap_or(lamp.since)));
            }
            (Freshness::Live | Freshness::Never, Some(then)) => since = (words.age)(age(then)),
            (Freshness::Live | Freshness::Never, None) => {}
        }
        if let Some(dnd) = look.dnd_text(self.head.time, words) {
            word.extend([", ", &in_sentence(&dnd)]);
        }
        let row = format_args!(
            "<tr class=\"{} {}\"><td><b aria-hidden=\"true\">{}</b> {}</td><td>{}</td><td>{}</td><td>{since}</td></tr>\n",
            look.state.as_str(),
            freshness_word(look.freshness),
            shape(look),
            Text(&word),
            Text(lamp.exten.as_str()),
            Text(lamp.name.as_deref().unwrap_or_default()),
        )
        .to_string();
        body.push_str(&row);
    }
}

fn of_site<'a>(lamps: &[&'a Lamp], belongs: impl Fn(&Lamp) -> bool) -> Vec<&'a Lamp> {
    lamps.iter().copied().filter(|lamp| belongs(lamp)).collect()
}

/// Sign of a state, which every font has. A state that is not live has none of the filled signs.
const fn shape(look: Look) -> &'static str {
    match (look.freshness, look.state) {
        (Freshness::Never, _) | (_, LampState::NoData) => "?",
        (Freshness::LastKnown, _) => "//",
        (Freshness::Live, LampState::Free) => "○",
        (Freshness::Live, LampState::Ringing) => "◆",
        (Freshness::Live, LampState::OnCall) => "●",
        (Freshness::Live, LampState::Busy) => "■",
        (Freshness::Live, LampState::CallRinging) => "●◆",
        (Freshness::Live, LampState::OnHold) => "||",
        (Freshness::Live, LampState::Dnd) => "(–)",
        (Freshness::Live, LampState::Offline) => "×",
    }
}

/// Time of day in the server's time zone.
fn time(time: Timestamp, format: &str) -> String {
    let millis = i64::try_from(time.0).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_millisecond(millis).unwrap_or_default();
    time.to_zoned(TimeZone::system()).strftime(format).to_string()
}
