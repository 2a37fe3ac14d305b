//! What the peers publish of their hints: `Event: dialog` and `presence` (`docs/protocol.md` §5).
//!
//! ```text
//!  PUBLISH sip:1001@… ─► whose? by its address alone: the resource is the extension
//!         body ─► News::Extension        prolonged, nothing missed ─► News::ExtensionHeld
//!         ended ─► News::ExtensionEnded   started anew ─► News::ExtensionGap
//! ```
//! An Asterisk has a publication for each extension and event; others have one for each call, or for each
//! registration. What all of them come to is the board's (`board/words.rs`). Each body is the whole state of its
//! publication, so what was missed mends itself with the next one. It cannot be asked for: these events know no
//! refresh request.

use std::net::SocketAddr;

use lampfield_shared::Exten;
use lampfield_sip::publication::Publish;
use lampfield_sip::{Answer, Request, Source};

use super::body::ExtensionEvent;
use super::held::{Key, Meaning, STARTING};
use super::refusal::Refuse;
use super::settings::Fit;
use super::{Mesh, Published};
use crate::ledger::{Ledger, Named, PeerId};
use crate::moment::Moment;
use crate::news::{News, Said};

impl Mesh {
    /// The peer at `source`: for these events nothing else tells who it is.
    pub(super) fn publisher(&self, source: SocketAddr) -> Result<PeerId, Refuse> {
        let peers = self.peers.iter().enumerate();
        let fits = peers.map(|(index, peer)| (peer.settings.fit(source, &self.names), PeerId::at(index)));
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
        now: Moment,
        ledger: &mut Ledger,
        peer: PeerId,
        source: Source,
        event: ExtensionEvent,
        request: &Request,
    ) -> Result<Answer, Refuse> {
        let exten = request.uri.user.as_deref().filter(|user| !user.is_empty());
        let exten = Exten::from(exten.ok_or_else(|| Refuse::Resource(String::new()))?);
        let publish = Publish::read(request)?;
        let said = match read(event, &publish) {
            // What it takes away it need not say well.
            Err(refused) if matches!(publish, Publish::Remove { .. }) => {
                self.note_refusal(Some(peer), source.address, &refused);
                None
            }
            said => said?,
        };
        self.admit_name(now, ledger, peer, Named::Extension(&exten))?;
        let of = Published::Extension(event, exten.clone());
        let accepted = self.accept(now, peer, of, request, &publish)?;
        ledger.file_extension(peer, &exten);
        let told = &mut self.peers[peer.index()];
        told.count("extension_state");
        let key = (event, exten, accepted.publication);
        if publish.is_last() {
            // First what it says, and then that nobody stands by it.
            self.hear_request(now, ledger, peer, source);
            self.tell_extension(now, ledger, key, (peer, Meaning::Nothing), said);
            self.collect_ended(now, ledger);
        } else {
            let meaning = told.extensions.take(now.mono, key.clone(), accepted.continuity, said.as_ref());
            self.collect_ended(now, ledger);
            self.hear_request(now, ledger, peer, source);
            self.tell_extension(now, ledger, key, (peer, meaning), said);
        }
        Ok(accepted.answer())
    }

    fn tell_extension(
        &mut self,
        now: Moment,
        ledger: &mut Ledger,
        (event, exten, publication): Key,
        (peer, meaning): (PeerId, Meaning),
        said: Option<Said>,
    ) {
        let teller = &mut self.peers[peer.index()];
        let (document, is_waking) = (event.document(), teller.is_waking());
        if said.is_some() || is_waking || matches!(meaning, Meaning::Stands | Meaning::Missed) {
            ledger.hear(peer, now);
        }
        let missed = || News::ExtensionMissed { peer, exten: exten.clone(), document, publication };
        match meaning {
            Meaning::Restart => {
                teller.count("extension_restart");
                let name = &teller.settings.name;
                tracing::info!(peer = %name, %exten, "started anew: what it said of its extensions before is last known");
                self.news.push_back(News::ExtensionGap { peer, older_than: STARTING });
            }
            Meaning::Stands => {
                let exten = exten.clone();
                self.news.push_back(News::ExtensionHeld { peer, exten, document, publication });
            }
            Meaning::Missed => {
                teller.count("missed");
                self.news.push_back(missed());
            }
            Meaning::Nothing => {}
        }
        self.news.extend(said.map(|said| News::Extension { peer, exten: exten.clone(), publication, said }));
        if is_waking {
            // It may have waited in the buffers since before, and been followed by what is lost.
            self.news.push_back(missed());
        }
    }

    pub(super) fn end_extension(&mut self, peer: PeerId, event: ExtensionEvent, exten: Exten, publication: u64) {
        self.peers[peer.index()].extensions.end(event, &exten, publication);
        self.news.push_back(News::ExtensionEnded { peer, exten, document: event.document(), publication });
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
