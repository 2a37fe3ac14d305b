//! The texts of a tile, made from a lamp, its marks and the time.

use lampfield_shared::{Dnd, DndKind, Freshness, Lamp, LampState, Mailbox, PresenceState, Timestamp};
use lampfield_words::{Age, Beside, Look, Words, in_sentence};

use super::setting::Setting;
use crate::browser::{Precision, time_of_day};
use crate::components::age::age;
use crate::drawn::{Badge, Face};
use crate::look::{Bearing, is_counted, live_party, timer};
use crate::state::marks::Marks;
use crate::state::{Cell, Mark};

/// The texts of a tile on the board.
pub(super) struct LampFace {
    bearing: Bearing,
    /// The name in the form that has room; the number where there is no name.
    name: String,
    selected: Option<&'static str>,
    shape: String,
    word: &'static str,
    /// The age of the state, the time at which it was last known, or the end of a "do not disturb".
    age: Option<String>,
    /// The other party of the call.
    party: Option<String>,
    badges: Vec<Badge>,
    /// The whole tile as sentences, for screen readers.
    label: String,
    /// The whole tile in short, for whoever points at it.
    title: String,
}

impl LampFace {
    /// The face of a lamp; `site` is the title of its site, `now` tells the time to the second.
    pub(super) fn of(cell: &Cell, site: Option<&str>, setting: &Setting, now: impl FnOnce() -> Timestamp) -> Self {
        let Setting { language, lost, minute, has_seconds, .. } = *setting;
        let (Cell { lamp, marks }, words) = (cell, language.words());
        let look = Look::of(lamp, lost);
        let timer = if has_seconds && is_counted(look) { timer(look, now(), words) } else { None };
        let end = || until(lamp, look, words).filter(|_| look.freshness != Freshness::LastKnown);
        Self {
            bearing: Bearing::of("lamp", lamp, look),
            name: lamp.name.as_deref().map_or_else(|| lamp.exten.to_string(), |name| setting.name(name)),
            selected: marks.has(Mark::Selected).then_some("true"),
            shape: look.shape(),
            word: look.on_tile(words),
            age: timer.or_else(end).or_else(|| age(look, minute, words)),
            party: live_party(lamp, look, words),
            badges: badges(lamp, look, *marks, minute, words),
            label: label(lamp, look, site, minute, words),
            title: title(lamp, look, site, words),
        }
    }
}

impl Face for LampFace {
    // Hidden from screen readers: the label says all that is in the tile, in full words.
    const INSIDE: &'static str = "<span class='lamp__block' aria-hidden='true'><svg class='lamp__shape'><use></use></svg></span>\
        <b class='lamp__name'>-</b>\
        <span class='lamp__what' aria-hidden='true'><span class='lamp__exten'>-</span> <span class='lamp__word'>-</span> \
        <span class='lamp__party'>-</span> <span class='lamp__age'>-</span></span>\
        <span class='lamp__badges' aria-hidden='true'></span>";
    const TEXTS: &'static [&'static str] =
        &[".lamp__exten", ".lamp__name", ".lamp__word", ".lamp__age", ".lamp__party"];

    fn attributes(&self) -> impl Iterator<Item = (&'static str, Option<&str>)> {
        let own = [
            ("aria-label", Some(&*self.label)),
            ("aria-selected", self.selected),
            ("title", Some(&*self.title)),
            ("data-badges", (!self.badges.is_empty()).then_some("true")),
        ];
        self.bearing.attributes().chain(own)
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let texts = [
            Some(self.bearing.exten.as_str()),
            Some(&*self.name),
            Some(self.word),
            self.age.as_deref(),
            self.party.as_deref(),
        ];
        texts.into_iter().map(Option::unwrap_or_default)
    }

    fn shape(&self) -> &str {
        &self.shape
    }

    fn badges(&self) -> &[Badge] {
        &self.badges
    }
}

fn badges(lamp: &Lamp, look: Look, marks: Marks, now: Timestamp, words: &Words) -> Vec<Badge> {
    let badge = |icon, title: Option<&str>, count| {
        let title = title.map(str::to_owned);
        Badge { icon, class: "lamp__mail-icon", title, count }
    };
    let dnd = look.dnd_text(now, words).map(|text| {
        let (icon, class) = match look.dnd {
            Beside::Absent | Beside::On => ("lamp-dnd", "lamp__dnd"),
            Beside::LastKnown(Dnd::On, _) => ("lamp-dnd", "lamp__dnd lamp__dnd--last_known"),
            Beside::LastKnown(Dnd::Off, _) => ("lamp-no_data", "lamp__dnd lamp__dnd--last_known"),
        };
        Badge { class, ..badge(icon, Some(&text), None) }
    });
    let away = lamp.presence.as_ref().filter(|presence| presence.state != PresenceState::Available);
    let away = away.map(|presence| badge("icon-away", Some((words.details().presence)(presence.state)), None));
    let mail = lamp.mailbox.filter(|mailbox| mailbox.new > 0);
    let mail = mail.map(|Mailbox { new, .. }| badge("icon-mail", None, Some(new)));
    let mark = |mark, icon| marks.has(mark).then(|| badge(icon, None, None));
    let note = mark(Mark::Noted, "icon-note");
    let watch = mark(Mark::Watched, "icon-bell");
    let star = mark(Mark::Favourite, "icon-star");
    [dnd, away, mail, note, watch, star].into_iter().flatten().collect()
}

/// The whole name, where the lamp belongs, and its state.
fn title(lamp: &Lamp, look: Look, site: Option<&str>, words: &Words) -> String {
    let who = [lamp.name.as_deref(), Some(lamp.exten.as_str()), lamp.group.as_deref(), site];
    let state = look.long(words);
    who.into_iter().flatten().chain([&*state]).collect::<Vec<_>>().join(" · ")
}

/// The end of a "do not disturb" that is shown as the state.
fn until(lamp: &Lamp, look: Look, words: &Words) -> Option<String> {
    let until = lamp.dnd_details.as_ref().filter(|_| look.state == LampState::Dnd)?.until?;
    Some((words.dnd().until)(&time_of_day(until, Precision::Minutes, words.tag)))
}

/// The whole tile as sentences.
fn label(lamp: &Lamp, look: Look, site: Option<&str>, now: Timestamp, words: &Words) -> String {
    let who = [Some(lamp.exten.as_str()), lamp.name.as_deref(), lamp.group.as_deref(), site];
    let state = (words.state)(look.state);
    let age = look.since.map(|since| Age::between(since, now));
    let what = match (look.freshness, age) {
        (Freshness::LastKnown, Some(age)) => (words.last_known_long)(&in_sentence(state), age),
        (_, Some(age)) => (words.lasting)(state, age),
        (_, None) => state.into(),
    };
    let mut label = who.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let dnd = look.dnd_text(now, words);
    let kind = lamp.dnd_details.as_ref().map(|details| match details.kind {
        DndKind::Lamp => words.short_lamp.to_owned(),
        DndKind::Calls => words.short_calls.to_owned(),
    });
    let mail = lamp.mailbox.filter(|mailbox| mailbox.new > 0).map(|mailbox| (words.voicemails)(mailbox.new));
    for sentence in [Some(what), dnd, kind, until(lamp, look, words), mail].into_iter().flatten() {
        label.push_str(". ");
        label.push_str(&sentence);
    }
    label.push('.');
    label
}

#[cfg(test)]
mod tests {
    use lampfield_shared::DndDetails;
    use lampfield_words::Language;

    use super::*;
    use crate::state::testing::lamp;

    fn petrova(freshness: Freshness) -> Lamp {
        Lamp {
            name: Some("Petrova Anna".into()),
            group: Some("Sales".into()),
            dnd: true,
            dnd_freshness: freshness,
            dnd_as_of: Some(Timestamp(60_000)),
            freshness,
            as_of: Some(Timestamp(60_000)),
            mailbox: Some(Mailbox { new: 2, old: 1 }),
            ..lamp("214@perm on_call")
        }
    }

    #[track_caller]
    fn check(freshness: Freshness, language: Language, expected: &str) {
        let lamp = petrova(freshness);
        let look = Look::of(&lamp, None);
        let said = label(&lamp, look, Some("Perm"), Timestamp(12 * 60_000), language.words());
        assert_eq!(said, expected);
    }

    #[test]
    fn says_all_that_is_seen() {
        check(
            Freshness::Live,
            Language::English,
            "214, Petrova Anna, Sales, Perm. On a call for 12 minutes. Do not disturb is on. 2 new voicemails.",
        );
        check(
            Freshness::LastKnown,
            Language::English,
            "214, Petrova Anna, Sales, Perm. Last known: on a call, 11 minutes ago. Do not disturb: last known on, \
             11 minutes ago. 2 new voicemails.",
        );
        check(Freshness::Never, Language::English, "214, Petrova Anna, Sales, Perm. No data. 2 new voicemails.");
        check(
            Freshness::Live,
            Language::Russian,
            "214, Petrova Anna, Sales, Perm. Разговор, 12 минут. Включено «Не беспокоить». 2 новых сообщения.",
        );
    }

    #[test]
    fn marks_an_old_dnd_beside_a_live_phone() {
        let badge = |dnd| {
            let dnd_as_of = Some(Timestamp(60_000));
            let lamp = Lamp { dnd, dnd_freshness: Freshness::LastKnown, dnd_as_of, ..lamp("214 ringing") };
            let (look, now) = (Look::of(&lamp, None), Timestamp(12 * 60_000));
            assert_eq!((look.state, look.freshness), (LampState::Ringing, Freshness::Live));
            badges(&lamp, look, Marks::default(), now, Language::English.words()).remove(0)
        };
        let (on, off) = (badge(true), badge(false));
        assert_eq!(on.title.as_deref(), Some("Do not disturb: last known on, 11 minutes ago"));
        assert_eq!(off.title.as_deref(), Some("Do not disturb: last known off, 11 minutes ago"));
        assert!(on.icon != off.icon && on.class == off.class && on.class.ends_with("--last_known"));
    }

    #[test]
    fn an_old_truth_never_reads_as_a_new_one() {
        for language in Language::ALL {
            let words = language.words();
            for state in LampState::ALL.into_iter().filter(|state| *state != LampState::NoData) {
                let live = Lamp { freshness: Freshness::Live, ..lamp(&format!("214 {}", state.as_str())) };
                let old = Lamp { freshness: Freshness::LastKnown, as_of: Some(Timestamp(60_000)), ..live.clone() };
                let word = |lamp: &Lamp| Look::of(lamp, None).on_tile(words);
                assert_ne!(word(&live), word(&old));
                assert_eq!(
                    Look::of(&live, Some(Timestamp(1))).on_tile(words),
                    word(&old),
                    "nor while the stream is lost"
                );
            }
        }
    }

    #[test]
    fn tells_the_two_kinds_of_dnd_apart() {
        let at = |kind: Option<DndKind>| {
            let details = kind.map(|kind| DndDetails { kind, until: None, reason: None, by: None });
            let lamp = Lamp { dnd: true, dnd_details: details.map(Box::new), ..lamp("214 dnd") };
            Look::of(&lamp, None).on_tile(Language::English.words())
        };
        assert_eq!(
            [Some(DndKind::Lamp), Some(DndKind::Calls), None].map(at),
            ["DND, lamp only", "DND, no calls", "DND"]
        );
    }
}
