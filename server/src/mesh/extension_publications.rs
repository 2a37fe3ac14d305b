//! The publications by which one peer tells of its extensions here, and whether the last body of each still stands.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use lampfield_shared::Exten;
use lampfield_sip::publication::compositor::Continuity;

use super::body::ExtensionEvent;
use crate::news::{Said, Subject};

/// Time within which an Asterisk that starts tells of all its hints. What it said before, and does not say again, was
/// true of its life before.
pub(super) const STARTING: Duration = Duration::from_mins(1);

/// The extension state publications of one peer.
#[derive(Debug, Default)]
pub(super) struct ExtensionPublications {
    kept: BTreeMap<Key, ExtensionPublication>,
    /// When the peer was last noticed to have started anew.
    restarted_at: Option<Instant>,
}

/// A publication: event, extension, and the compositor's number.
pub(super) type Key = (ExtensionEvent, Exten, u64);

/// What is known of a publication.
#[derive(Debug)]
struct ExtensionPublication {
    record: Record,
    names: Option<Names>,
}

/// The names in a document that stands for the extension as a whole. A PBX has one such publication at a time.
type Names = Vec<u64>;

/// Whether the last body that came is the last that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Record {
    /// Every request since the last body came here.
    Complete,
    /// There was no body yet, or one may have been missed.
    Incomplete,
}

/// What a request for a publication means, beside what its body says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The last body stands.
    Stands,
    /// The last body may be out of date.
    Missed,
    /// The peer has started anew.
    Restart,
    /// Nothing.
    Nothing,
}

impl ExtensionPublications {
    /// Takes a request for a publication, and tells what the request means.
    pub fn take(&mut self, now: Instant, key: Key, continuity: Continuity, said: Option<&Said>) -> Meaning {
        let restarts =
            continuity == Continuity::Restarted && said.and_then(names).is_some_and(|names| self.has(&key, &names));
        let before = self.kept.remove(&key);
        let was_complete = before.as_ref().is_some_and(|before| before.record == Record::Complete);
        let unbroken = continuity == Continuity::Continued && was_complete;
        let record = if said.is_some() || unbroken { Record::Complete } else { Record::Incomplete };
        let names = said.map_or_else(|| before.and_then(|before| before.names), names);
        self.kept.insert(key, ExtensionPublication { record, names });
        let noticed = |at: Instant| now.saturating_duration_since(at) < STARTING;
        match continuity {
            _ if restarts && !self.restarted_at.is_some_and(noticed) => {
                self.restarted_at = Some(now);
                Meaning::Restart
            }
            _ if unbroken && said.is_none() => Meaning::Stands,
            Continuity::Skipped { .. } if was_complete && said.is_none() => Meaning::Missed,
            _ => Meaning::Nothing,
        }
    }

    /// Whether a publication of the same event and extension has a document with these names.
    fn has(&self, (event, exten, _): &Key, names: &Names) -> bool {
        let of_both = (*event, exten.clone(), 0)..=(*event, exten.clone(), u64::MAX);
        self.kept.range(of_both).any(|(_, kept)| kept.names.as_ref() == Some(names))
    }

    /// Forgets a publication that has ended.
    pub fn end(&mut self, event: ExtensionEvent, exten: &Exten, publication: u64) {
        self.kept.remove(&(event, exten.clone(), publication));
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
        let mut publications = ExtensionPublications::default();
        let mut take = |seconds, publication, continuity, said: bool| {
            let key = (ExtensionEvent::Dialog, "1001".into(), publication);
            let said = said.then(|| hint(Subject::Extension));
            publications.take(start + Duration::from_secs(seconds), key, continuity, said.as_ref())
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
        let mut publications = ExtensionPublications::default();
        let mut take = |publication, said: &Said| {
            let key = (ExtensionEvent::Dialog, "1001".into(), publication);
            publications.take(start, key, Continuity::Restarted, Some(said))
        };
        assert_eq!(take(1, &hint(Subject::Calls)), Meaning::Nothing);
        assert_eq!(take(2, &hint(Subject::Calls)), Meaning::Nothing, "told again without a tag");
        assert_eq!(take(3, &hint(Subject::Extension)), Meaning::Nothing, "another kind of publisher");
        assert_eq!(take(4, &hint(Subject::Extension)), Meaning::Restart);
    }
}
