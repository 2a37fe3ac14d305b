//! The look of a lamp: its state as far as known, and how sure that is. Page, wall display and plain page all draw and
//! count by it, so totals agree with what is drawn.

use lampfield_shared::{Dnd, DndKind, Freshness, Lamp, LampState, Timestamp};

use crate::{Age, Category, Words, in_sentence};

/// A lamp as it is drawn: never fresher than it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The state, which decides shape, word and colour.
    pub state: LampState,
    /// The freshness; last known lamps are outlined and hatched.
    pub freshness: Freshness,
    /// The "do not disturb" badge beside the state.
    pub dnd: Beside,
    /// The kind of "do not disturb", if that is the state and its kind is known.
    pub kind: Option<DndKind>,
    /// When the age starts: at the last change of a live lamp, or at the last moment at which a last known lamp was
    /// live; `None` if nothing is known.
    pub since: Option<Timestamp>,
}

/// The "do not disturb" badge beside a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// There is no badge.
    Absent,
    /// "Do not disturb" is on.
    On,
    /// "Do not disturb" was on or off at that time, which is longer ago than the state was last known.
    LastKnown(Dnd, Option<Timestamp>),
}

impl Look {
    /// The look of a lamp; `lost` says when the stream was last heard, if it is lost.
    pub fn of(lamp: &Lamp, lost: Option<Timestamp>) -> Self {
        let Own { state, freshness, as_of, since } = Own::of(lamp);
        let (state, freshness, since) = match (freshness, lost) {
            (Freshness::Never, _) => (LampState::NoData, Freshness::Never, None),
            (Freshness::LastKnown, _) => (state, Freshness::LastKnown, Some(as_of.unwrap_or(lamp.since))),
            (Freshness::Live, Some(heard)) => (state, Freshness::LastKnown, Some(heard)),
            (Freshness::Live, None) if state == LampState::NoData => (state, Freshness::Live, None),
            (Freshness::Live, None) => (state, Freshness::Live, since),
        };
        let (dnd_freshness, dnd_as_of) = dnd_freshness(lamp, lost);
        let dnd = match (state, lamp.dnd, dnd_freshness) {
            (LampState::Dnd | LampState::NoData, ..) => Beside::Absent,
            (_, true, Freshness::Live) => Beside::On,
            (_, true, Freshness::LastKnown | Freshness::Never) => Beside::LastKnown(Dnd::On, dnd_as_of),
            (_, false, Freshness::LastKnown) if freshness == Freshness::Live => Beside::LastKnown(Dnd::Off, dnd_as_of),
            (_, false, _) => Beside::Absent,
        };
        let kind = lamp.dnd_details.as_ref().filter(|_| state == LampState::Dnd).map(|details| details.kind);
        Self { state, freshness, dnd, kind, since }
    }

    /// The category in which the lamp counts.
    pub const fn category(self) -> Category {
        match (self.freshness, self.state) {
            (Freshness::Never, _) | (Freshness::Live, LampState::NoData) => Category::NoData,
            (Freshness::LastKnown, _) => Category::LastKnown,
            (Freshness::Live, LampState::Free) => Category::Free,
            (Freshness::Live, LampState::Ringing) => Category::Ringing,
            (Freshness::Live, LampState::OnCall | LampState::CallRinging) => Category::OnCall,
            (Freshness::Live, LampState::Busy) => Category::Busy,
            (Freshness::Live, LampState::OnHold) => Category::OnHold,
            (Freshness::Live, LampState::Dnd) => Category::Dnd,
            (Freshness::Live, LampState::Offline) => Category::Offline,
        }
    }

    /// Whether the phone is known to ring now.
    pub const fn rings(self) -> bool {
        matches!((self.freshness, self.state), (Freshness::Live, LampState::Ringing | LampState::CallRinging))
    }

    /// The CSS classes of an element that shows the lamp, `block` among them.
    pub fn class(self, block: &str) -> String {
        format!("{block} lamp--{} lamp--{}", self.state.as_str(), freshness_word(self.freshness))
    }

    /// The id of the lamp's symbol in the sprite. A "do not disturb" that blocks no calls has a symbol of its own.
    pub fn shape(self) -> String {
        match self.kind {
            Some(DndKind::Lamp) => "lamp-dnd_lamp".into(),
            Some(DndKind::Calls) | None => format!("lamp-{}", self.state.as_str()),
        }
    }

    /// The state in short words. Freshness has to be shown beside it, by an age or by [`brief`](Self::brief).
    pub fn short(self, words: &Words) -> &'static str {
        match self.kind {
            Some(DndKind::Lamp) => words.short_lamp,
            Some(DndKind::Calls) => words.short_calls,
            None => (words.state_short)(self.state),
        }
    }

    /// The state in short words with its freshness: "Free", "Last known: free".
    pub fn brief(self, words: &Words) -> String {
        self.dated(self.short(words), words)
    }

    /// The state in full words with its freshness: "On a call, second call waiting", "Last known: free".
    pub fn long(self, words: &Words) -> String {
        let word = if self.kind.is_some() { self.short(words) } else { (words.state)(self.state) };
        self.dated(word, words)
    }

    /// The badge in full words.
    pub fn dnd_text(self, now: Timestamp, words: &Words) -> Option<String> {
        match self.dnd {
            Beside::Absent => None,
            Beside::On => Some(words.dnd_too.into()),
            Beside::LastKnown(dnd, as_of) => Some((words.dnd_was)(dnd, as_of.map(|as_of| Age::between(as_of, now)))),
        }
    }

    /// The words for all states that a tile may have to write, live and last known.
    pub fn all_words(words: &Words) -> Vec<&'static str> {
        let live = LampState::ALL.into_iter().map(words.state_short).chain([words.short_lamp, words.short_calls]);
        live.chain(LampState::ALL.into_iter().map(words.was)).collect()
    }

    /// The state as a tile writes it: "Free", "was free". An old truth never reads as a new one.
    pub fn on_tile(self, words: &Words) -> &'static str {
        match self.freshness {
            Freshness::LastKnown => (words.was)(self.state),
            Freshness::Live | Freshness::Never => self.short(words),
        }
    }

    fn dated(self, word: &str, words: &Words) -> String {
        match self.freshness {
            Freshness::LastKnown => (words.last_known_state)(&in_sentence(word)),
            Freshness::Live | Freshness::Never => word.into(),
        }
    }
}

/// The state that the lamp itself gives, before the stream is considered.
struct Own {
    state: LampState,
    freshness: Freshness,
    as_of: Option<Timestamp>,
    since: Option<Timestamp>,
}

impl Own {
    /// Combines "do not disturb" with the phone that it hides: as one state if both are equally sure. Otherwise the
    /// phone is the state, and "do not disturb" the badge, each with its own freshness.
    fn of(lamp: &Lamp) -> Self {
        let Lamp { state, freshness, as_of, since, .. } = *lamp;
        let is_told = |freshness| freshness != Freshness::Never;
        let phone = lamp.phone.as_ref().filter(|phone| {
            let differs = phone.freshness != lamp.dnd_freshness && is_told(lamp.dnd_freshness);
            differs && is_told(phone.freshness) && phone.state != LampState::NoData && state == LampState::Dnd
        });
        match phone {
            // Nobody has told since when the phone is in that state.
            Some(phone) => Self { state: phone.state, freshness: phone.freshness, as_of: phone.as_of, since: None },
            None => Self { state, freshness, as_of, since: Some(since) },
        }
    }
}

/// How sure it is that "do not disturb" is on or off, and when it was last known; `lost` as in [`Look::of`].
fn dnd_freshness(lamp: &Lamp, lost: Option<Timestamp>) -> (Freshness, Option<Timestamp>) {
    match (lamp.dnd_freshness, lost) {
        (Freshness::Live, Some(heard)) => (Freshness::LastKnown, Some(heard)),
        (freshness, _) => (freshness, lamp.dnd_as_of),
    }
}

/// How sure a "do not disturb" is by its own votes. If nobody ever told of one, there was none as long as the lamp
/// itself was known.
pub fn dnd_vouched(lamp: &Lamp, lost: Option<Timestamp>) -> (Freshness, Option<Timestamp>) {
    match dnd_freshness(lamp, lost) {
        (Freshness::Never, _) => {
            let Look { freshness, since, .. } = Look::of(lamp, lost);
            (freshness, since)
        }
        told => told,
    }
}

/// The word for a freshness in `data-freshness` and in CSS classes.
pub const fn freshness_word(freshness: Freshness) -> &'static str {
    match freshness {
        Freshness::Live => "live",
        Freshness::LastKnown => "last_known",
        Freshness::Never => "never",
    }
}

#[cfg(test)]
mod tests {
    use lampfield_shared::{DndDetails, Phone};

    use super::*;
    use crate::Language;

    #[test]
    fn an_off_is_vouched_for_no_longer_than_the_lamp() {
        use Freshness::{LastKnown, Live, Never};
        let check = |freshness, dnd_freshness, lost: Option<u64>, expected| {
            let lamp = Lamp { freshness, dnd_freshness, ..Lamp::unknown("1001".into()) };
            assert_eq!(
                dnd_vouched(&lamp, lost.map(Timestamp)).0,
                expected,
                "{freshness:?}, {dnd_freshness:?}, {lost:?}"
            );
        };
        check(Live, Never, None, Live);
        check(Live, Never, Some(60_000), LastKnown);
        check(LastKnown, Never, None, LastKnown);
        check(Never, Never, None, Never);
        check(LastKnown, Live, None, Live);
        check(Live, LastKnown, None, LastKnown);
    }

    fn lamp(state: LampState, freshness: Freshness) -> Lamp {
        Lamp {
            state,
            dnd: true,
            dnd_freshness: freshness,
            freshness,
            since: Timestamp(10),
            as_of: (freshness == Freshness::LastKnown).then_some(Timestamp(20)),
            dnd_as_of: (freshness == Freshness::LastKnown).then_some(Timestamp(20)),
            ..Lamp::unknown("214".into())
        }
    }

    #[track_caller]
    fn check(lamp: &Lamp, lost: Option<u64>, state: LampState, freshness: Freshness, since: Option<u64>) {
        let look = Look::of(lamp, lost.map(Timestamp));
        assert_eq!((look.state, look.freshness, look.since), (state, freshness, since.map(Timestamp)));
    }

    #[test]
    fn draws_nothing_fresher_than_it_is() {
        use Freshness::{LastKnown, Live, Never};
        use LampState::{Free, NoData};
        check(&lamp(Free, Live), None, Free, Live, Some(10));
        check(&lamp(Free, Live), Some(30), Free, LastKnown, Some(30));
        check(&lamp(Free, LastKnown), None, Free, LastKnown, Some(20));
        check(&lamp(Free, LastKnown), Some(30), Free, LastKnown, Some(20));
        check(&lamp(Free, Never), None, NoData, Never, None);
        check(&lamp(Free, Never), Some(30), NoData, Never, None);
        check(&lamp(NoData, Live), None, NoData, Live, None);
    }

    #[test]
    fn a_lamp_that_stops_no_calls_has_a_shape_and_a_word_of_its_own() {
        let drawn = |kind: Option<DndKind>, freshness| {
            let dnd_details = kind.map(|kind| DndDetails { kind, until: None, reason: None, by: None });
            let look =
                Look::of(&Lamp { dnd_details: dnd_details.map(Box::new), ..lamp(LampState::Dnd, freshness) }, None);
            (look.shape(), look.brief(Language::English.words()))
        };
        let check = |kind, freshness, shape: &str, brief: &str| {
            assert_eq!(drawn(kind, freshness), (shape.to_owned(), brief.to_owned()));
        };
        check(Some(DndKind::Lamp), Freshness::Live, "lamp-dnd_lamp", "DND, lamp only");
        check(Some(DndKind::Calls), Freshness::LastKnown, "lamp-dnd", "Last known: DND, no calls");
        check(None, Freshness::Live, "lamp-dnd", "DND");
        check(Some(DndKind::Lamp), Freshness::Never, "lamp-no_data", "No data");
    }

    #[test]
    fn no_old_state_is_called_as_a_live_one_in_any_language() {
        for words in Language::ALL.map(Language::words) {
            for state in LampState::ALL {
                let said = |freshness| {
                    let look = Look::of(&lamp(state, freshness), None);
                    [look.brief(words), look.long(words)]
                };
                let (live, old) = (said(Freshness::Live), said(Freshness::LastKnown));
                for (live, old) in live.iter().zip(&old) {
                    assert!(old.ends_with(&in_sentence(live)) && old.len() > live.len() + 3, "{old}");
                }
            }
        }
    }

    #[test]
    fn shows_a_dnd_badge_only_beside_another_state() {
        let badge = |state, freshness| Look::of(&lamp(state, freshness), None).dnd;
        let old = Beside::LastKnown(Dnd::On, Some(Timestamp(20)));
        assert_eq!(badge(LampState::OnCall, Freshness::Live), Beside::On);
        assert_eq!(badge(LampState::OnCall, Freshness::LastKnown), old);
        assert_eq!(badge(LampState::Dnd, Freshness::Live), Beside::Absent);
        assert_eq!(badge(LampState::OnCall, Freshness::Never), Beside::Absent);
        let lost = Look::of(&lamp(LampState::OnCall, Freshness::Live), Some(Timestamp(30)));
        assert_eq!(lost.dnd, Beside::LastKnown(Dnd::On, Some(Timestamp(30))));
    }

    #[test]
    fn a_phone_and_its_dnd_are_each_as_old_as_they_are() {
        use Freshness::{LastKnown, Live};
        let with = |state, freshness, dnd, dnd_freshness| {
            let dnd_as_of = (dnd_freshness == LastKnown).then_some(Timestamp(15));
            Lamp { dnd, dnd_freshness, dnd_as_of, ..lamp(state, freshness) }
        };
        let shown = |lamp: &Lamp| {
            let look = Look::of(lamp, None);
            (look.state, look.freshness, look.dnd)
        };
        let old = |dnd| Beside::LastKnown(dnd, Some(Timestamp(15)));
        let ringing = with(LampState::Ringing, Live, false, LastKnown);
        assert_eq!(shown(&ringing), (LampState::Ringing, Live, old(Dnd::Off)));
        let on_call = with(LampState::OnCall, Live, true, LastKnown);
        assert_eq!(shown(&on_call), (LampState::OnCall, Live, old(Dnd::On)));
        let quiet = with(LampState::Free, LastKnown, false, LastKnown);
        assert_eq!(shown(&quiet), (LampState::Free, LastKnown, Beside::Absent));
        let hiding = |freshness, dnd_freshness| {
            let as_of = (freshness == LastKnown).then_some(Timestamp(12));
            let phone = Some(Box::new(Phone { state: LampState::Free, freshness, as_of }));
            Lamp { phone, ..with(LampState::Dnd, freshness.max(dnd_freshness), true, dnd_freshness) }
        };
        assert_eq!(shown(&hiding(Live, LastKnown)), (LampState::Free, Live, old(Dnd::On)));
        assert_eq!(shown(&hiding(LastKnown, Live)), (LampState::Free, LastKnown, Beside::On));
        assert_eq!(shown(&hiding(Live, Live)), (LampState::Dnd, Live, Beside::Absent));
        assert_eq!(shown(&hiding(LastKnown, LastKnown)), (LampState::Dnd, LastKnown, Beside::Absent));
        check(&hiding(LastKnown, Live), None, LampState::Free, LastKnown, Some(12));
    }
}
