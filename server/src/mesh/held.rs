//! The publications of extensions that one peer has here, and whether what each said last still stands.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use lampfield_shared::Exten;
use lampfield_sip::publication::compositor::Continuity;

use super::body::ExtensionEvent;
use crate::news::{Said, Subject};

/// An Asterisk that starts tells of all its hints within this time. What it said before that, and does
/// not say again, was of its life before.
pub(super) const STARTING: Duration = Duration::from_mins(1);

/// The extensions that one peer publishes.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    held: BTreeMap<Key, Held>,
    any: bool,
    /// When it was last noticed to have started anew.
    restarted_at: Option<Instant>,
}

/// A publication: of which event, of which extension, and its number.
pub(super) type Key = (ExtensionEvent, Exten, u64);

/// What is known of a publication.
#[derive(Debug)]
struct Held {
    link: Link,
    names: Option<Names>,
}

/// The names in a document that stands for the extension as a whole. A PBX has one such publication at a time.
type Names = Vec<u64>;

/// Whether what a publication said last is what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    /// Every request since the last body came here.
    Whole,
    /// There was no body yet, or one may have been missed.
    Broken,
}

/// What a request for one of them means, beside what its body says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// What was said last stands.
    Stands,
    /// What was said last may be out of date.
    Missed,
    /// The peer has started anew.
    Restart,
    /// Nothing.
    Nothing,
}

impl Extensions {
    /// Whether it tells of any. Each word has an end of its own, and where the last one ends by "no call" nothing is
    /// lost.
    pub(super) const fn any(&self) -> bool {
        self.any
    }

    /// Takes in a request for a publication; what it means.
    pub fn take(&mut self, now: Instant, key: Key, continuity: Continuity, said: Option<&Said>) -> Meaning {
        self.any = true;
        let restarts =
            continuity == Continuity::Restarted && said.and_then(names).is_some_and(|names| self.has(&key, &names));
        let before = self.held.remove(&key);
        let was_whole = before.as_ref().is_some_and(|held| held.link == Link::Whole);
        let unbroken = continuity == Continuity::Continued && was_whole;
        let link = if said.is_some() || unbroken { Link::Whole } else { Link::Broken };
        let names = said.map_or_else(|| before.and_then(|held| held.names), names);
        self.held.insert(key, Held { link, names });
        let noticed = |at: Instant| now.saturating_duration_since(at) < STARTING;
        match continuity {
            _ if restarts && !self.restarted_at.is_some_and(noticed) => {
                self.restarted_at = Some(now);
                Meaning::Restart
            }
            _ if unbroken && said.is_none() => Meaning::Stands,
            Continuity::Skipped { .. } if was_whole && said.is_none() => Meaning::Missed,
            _ => Meaning::Nothing,
        }
    }

    /// Whether a publication of the same event and extension tells of the very same.
    fn has(&self, (event, exten, _): &Key, names: &Names) -> bool {
        let of_both = (*event, exten.clone(), 0)..=(*event, exten.clone(), u64::MAX);
        self.held.range(of_both).any(|(_, held)| held.names.as_ref() == Some(names))
    }

    pub(super) fn end(&mut self, event: ExtensionEvent, exten: &Exten, publication: u64) {
        self.held.remove(&(event, exten.clone(), publication));
    }
}

/// The names in a document, if it stands for the extension as a whole.
fn names(said: &Said) -> Option<Names> {
    let names: Names = match said {
        Said::Dialog(said) if said.subject == Subject::Extension => said.dialogs.iter().map(|it| it.id).collect(),
        Said::Dialog(_) => return None,
        Said::Presence(said) => said.tuples.clone(),
    };
    (!names.is_empty()).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::{DialogSaid, DialogTold, Scope};

    #[test]
    fn a_word_stands_as_long_as_nothing_can_have_been_missed() {
        use Continuity::{Continued, New, Restarted, Skipped};
        let start = Instant::now();
        let mut extensions = Extensions::default();
        let mut take = |seconds, publication, continuity, said: bool| {
            let key = (ExtensionEvent::Dialog, "1001".into(), publication);
            let said = said.then(|| hint(Subject::Extension));
            extensions.take(start + Duration::from_secs(seconds), key, continuity, said.as_ref())
        };
        assert_eq!(take(0, 1, New, false), Meaning::Nothing, "no body came yet");
        assert_eq!(take(1, 1, Continued, false), Meaning::Nothing);
        assert_eq!(take(2, 1, Continued, true), Meaning::Nothing);
        assert_eq!(take(3, 1, Continued, false), Meaning::Stands);
        assert_eq!(take(4, 1, Continued, false), Meaning::Stands);
        assert_eq!(take(5, 1, Skipped { requests: 1 }, false), Meaning::Missed);
        assert_eq!(take(6, 1, Continued, false), Meaning::Nothing);
        assert_eq!(take(7, 1, Skipped { requests: 1 }, true), Meaning::Nothing);
        assert_eq!(take(8, 1, Continued, false), Meaning::Stands);
        assert_eq!(take(9, 2, Restarted, true), Meaning::Restart);
        assert_eq!(take(10, 3, Restarted, true), Meaning::Nothing, "it is still starting");
        assert_eq!(take(80, 3, Restarted, true), Meaning::Restart, "by the same call");
        assert_eq!(take(81, 3, Continued, false), Meaning::Stands);
    }

    /// What a document says in which the extension, or one of its calls, rings.
    fn hint(subject: Subject) -> Said {
        let dialogs = vec![DialogTold { id: 1, state: lampfield_shared::DeviceState::Ringing, call: None }];
        Said::Dialog(DialogSaid { scope: Scope::Full, subject, dialogs })
    }

    #[test]
    fn a_second_call_is_no_restart() {
        let start = Instant::now();
        let mut extensions = Extensions::default();
        let mut take = |publication, said: &Said| {
            let key = (ExtensionEvent::Dialog, "1001".into(), publication);
            extensions.take(start, key, Continuity::Restarted, Some(said))
        };
        assert_eq!(take(1, &hint(Subject::Calls)), Meaning::Nothing);
        assert_eq!(take(2, &hint(Subject::Calls)), Meaning::Nothing, "told again without a tag");
        assert_eq!(take(3, &hint(Subject::Extension)), Meaning::Nothing, "another kind of publisher");
        assert_eq!(take(4, &hint(Subject::Extension)), Meaning::Restart);
    }
}
