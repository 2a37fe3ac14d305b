//! What the peers publish of their hints: `Event: dialog` and `presence` (spec §5).
//!
//! ```text
//!  PUBLISH sip:1001@… ─► whose? by its address alone: the resource is the extension
//!         body ─► News::Extension        prolonged, nothing missed ─► News::ExtensionHeld
//!         ended ─► News::ExtensionEnded   started anew ─► News::ExtensionGap
//! ```
//! There is a publication for each extension and event, and each body is the whole state, so what was
//! missed mends itself with the next one. It cannot be asked for: these events know no refresh request.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use lampfield_shared::Exten;

use super::body::ExtensionEvent;
use super::inbound::Refuse;
use super::peer::PeerId;
use super::settings::Fit;
use super::{Mesh, Published};
use crate::board::{Named, News, Said};
use crate::sip::publication::Publish;
use crate::sip::publication::compositor::Continuity;
use crate::sip::{Answer, Request, Source};

/// An Asterisk that starts tells of all its hints within this time. What it said before that, and does
/// not say again, was of its life before.
const STARTING: Duration = Duration::from_mins(1);

/// The extensions that one peer publishes.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    held: BTreeMap<(ExtensionEvent, Exten), Link>,
    /// When it was last noticed to have started anew.
    restarted_at: Option<Instant>,
}

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
enum Meaning {
    /// What was said last stands.
    Stands,
    /// The peer has started anew.
    Restart,
    /// Nothing.
    Nothing,
}

impl Extensions {
    /// Whether it publishes any.
    pub(super) fn any(&self) -> bool {
        !self.held.is_empty()
    }

    fn take(&mut self, now: Instant, key: (ExtensionEvent, Exten), continuity: Continuity, said: bool) -> Meaning {
        let before = self.held.get(&key).copied();
        let unbroken = continuity == Continuity::Continued && before == Some(Link::Whole);
        self.held.insert(key, if said || unbroken { Link::Whole } else { Link::Broken });
        let noticed = |at: Instant| now.saturating_duration_since(at) < STARTING;
        match continuity {
            Continuity::Restarted if before.is_some() && !self.restarted_at.is_some_and(noticed) => {
                self.restarted_at = Some(now);
                Meaning::Restart
            }
            _ if unbroken && !said => Meaning::Stands,
            _ => Meaning::Nothing,
        }
    }

    pub(super) fn end(&mut self, event: ExtensionEvent, exten: &Exten) {
        self.held.remove(&(event, exten.clone()));
    }
}

impl Mesh {
    /// The peer at `source`: for these events nothing else tells who it is.
    pub(super) fn publisher(&self, source: SocketAddr) -> Result<PeerId, Refuse> {
        let peers = self.peers.iter().enumerate();
        let fits = peers.map(|(index, peer)| (peer.settings.fit(source, &self.names), PeerId(index)));
        let fits: Vec<(Fit, PeerId)> = fits.filter(|(fit, _)| *fit > Fit::No).collect();
        let best = fits.iter().map(|(fit, _)| *fit).max().ok_or(Refuse::Stranger)?;
        let mut of_best = fits.into_iter().filter(|(fit, _)| *fit == best).map(|(_, peer)| peer);
        match (of_best.next(), of_best.next()) {
            (Some(peer), None) => Ok(peer),
            _ => Err(Refuse::Ambiguous),
        }
    }

    pub(super) fn take_extension(
        &mut self,
        now: Instant,
        peer: PeerId,
        source: Source,
        event: ExtensionEvent,
        request: &Request,
    ) -> Result<Answer, Refuse> {
        let exten = request.uri.user.as_deref().filter(|user| !user.is_empty());
        let exten = Exten::from(exten.ok_or_else(|| Refuse::Resource(String::new()))?);
        let publish = Publish::read(request)?;
        let said = read(event, &publish)?;
        self.admit_name(now, peer, Named::Extension(exten.clone()))?;
        let of = Published::Extension(event, exten.clone());
        let accepted = self.accept(now, peer, of, request, &publish)?;
        let told = &mut self.peers[peer.0];
        let meaning = if matches!(publish, Publish::Remove { .. }) {
            Meaning::Nothing
        } else {
            told.extensions.take(now, (event, exten.clone()), accepted.continuity, said.is_some())
        };
        told.count("extension_state");
        self.collect_ended(now);
        self.hear_request(now, peer, source);
        self.tell_extension(peer, event, exten, meaning, said);
        Ok(accepted.answer())
    }

    fn tell_extension(
        &mut self,
        peer: PeerId,
        event: ExtensionEvent,
        exten: Exten,
        meaning: Meaning,
        said: Option<Said>,
    ) {
        let teller = &mut self.peers[peer.0];
        let peer = teller.settings.name.clone();
        match meaning {
            Meaning::Restart => {
                teller.count("extension_restart");
                tracing::info!(%peer, %exten, "started anew: what it said of its extensions before is last known");
                self.news.push_back(News::ExtensionGap { peer: peer.clone(), older_than: STARTING });
            }
            Meaning::Stands => {
                let document = event.document();
                self.news.push_back(News::ExtensionHeld { peer: peer.clone(), exten: exten.clone(), document });
            }
            Meaning::Nothing => {}
        }
        self.news.extend(said.map(|said| News::Extension { peer, exten, said }));
    }

    pub(super) fn end_extension(&mut self, peer: PeerId, event: ExtensionEvent, exten: Exten) {
        let teller = &mut self.peers[peer.0];
        teller.extensions.end(event, &exten);
        let peer = teller.settings.name.clone();
        self.news.push_back(News::ExtensionEnded { peer, exten, document: event.document() });
    }
}

fn read(event: ExtensionEvent, publish: &Publish) -> Result<Option<Said>, Refuse> {
    let Some(body) = publish.body() else { return Ok(None) };
    let media_type = body.media_type.as_deref().unwrap_or_default();
    match event.read(media_type, &body.content) {
        Some(said) => Ok(Some(said?)),
        None => Err(Refuse::MediaType { media_type: media_type.into(), accept: event.accepts() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_as_long_as_nothing_can_have_been_missed() {
        use Continuity::{Continued, New, Restarted, Skipped};
        let start = Instant::now();
        let mut extensions = Extensions::default();
        let mut take = |seconds, continuity, said| {
            let key = (ExtensionEvent::Dialog, "1001".into());
            extensions.take(start + Duration::from_secs(seconds), key, continuity, said)
        };
        assert_eq!(take(0, New, false), Meaning::Nothing, "no body came yet");
        assert_eq!(take(1, Continued, false), Meaning::Nothing);
        assert_eq!(take(2, Continued, true), Meaning::Nothing);
        assert_eq!(take(3, Continued, false), Meaning::Stands);
        assert_eq!(take(4, Continued, false), Meaning::Stands);
        assert_eq!(take(5, Skipped { requests: 1 }, false), Meaning::Nothing);
        assert_eq!(take(6, Continued, false), Meaning::Nothing);
        assert_eq!(take(7, Skipped { requests: 1 }, true), Meaning::Nothing);
        assert_eq!(take(8, Continued, false), Meaning::Stands);
        assert_eq!(take(9, Restarted, true), Meaning::Restart);
        assert_eq!(take(10, Restarted, true), Meaning::Nothing, "it is still starting");
        assert_eq!(take(80, Restarted, false), Meaning::Restart);
        extensions.end(ExtensionEvent::Dialog, &"1001".into());
        assert!(!extensions.any());
    }
}
