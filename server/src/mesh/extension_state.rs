//! What the peers publish of their hints: `Event: dialog` and `presence` (`docs/protocol.md` §5).
//!
//! ```text
//!  PUBLISH sip:1001@… ─► whose? by its address alone: the resource is the extension
//!         body ─► News::Extension        prolonged, nothing missed ─► News::ExtensionHeld
//!         ended ─► News::ExtensionEnded   started anew ─► News::ExtensionGap
//! ```
//! An Asterisk has a publication for each extension and event; others have one for each call, or for each
//! registration. The board joins all of them (`board/extension_state.rs`). Each body is the whole state of its publication, so
//! what was missed mends itself with the next body. A peer cannot be asked for it: these events know no refresh request.

use lampfield_shared::{Counter, Exten};
use lampfield_sip::publication::Publish;
use lampfield_sip::{Answer, Request, Source};

use super::Mesh;
use super::body::ExtensionEvent;
use super::extension_publications::{Key, Meaning, STARTING};
use super::package::Published;
use super::refusal::Refuse;
use crate::ledger::{Ledger, Named, PeerId};
use crate::moment::Moment;
use crate::news::{News, Said};

impl Mesh {
    pub(super) fn take_extension(
        &mut self,
        now: Moment,
        ledger: &mut Ledger,
        peer: PeerId,
        source: Source,
        (event, exten): (ExtensionEvent, Exten),
        request: &Request,
    ) -> Result<Answer, Refuse> {
        let publish = Publish::read(request)?;
        let said = self.excuse_last(peer, source.address, &publish, read(event, &publish))?;
        self.admit_name(now, ledger, peer, Named::Extension(&exten))?;
        let accepted = self.accept(now, peer, Published::Extension(event, exten.clone()), request, &publish)?;
        ledger.file_extension(peer, &exten);
        self.peers[peer].count(Counter::ExtensionState);
        let key = (event, exten, accepted.publication);
        if publish.is_last() {
            // First what the peer says, and then that it stands by nothing any more.
            self.hear_request(now, ledger, peer, source);
            self.tell_extension(now, ledger, key, (peer, Meaning::Nothing), said);
            self.collect_ended(now, ledger);
        } else {
            let teller = &mut self.peers[peer];
            teller.liveness.set_publishes_extensions();
            let meaning = teller.extensions.take(now.mono, key.clone(), accepted.continuity, said.as_ref());
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
        let teller = &mut self.peers[peer];
        let (document, is_waking) = (event.document(), teller.liveness.is_waking());
        if said.is_some() || is_waking || matches!(meaning, Meaning::Stands | Meaning::Missed) {
            ledger.hear(peer, now);
        }
        let missed = || News::ExtensionMissed { peer, exten: exten.clone(), document, publication };
        match meaning {
            Meaning::Restart => {
                teller.count(Counter::ExtensionRestart);
                let name = &teller.settings.name;
                tracing::info!(peer = %name, %exten, "started anew: what it said of its extensions before is last known");
                self.news.push_back(News::ExtensionGap { peer, older_than: STARTING });
            }
            Meaning::Stands => {
                let exten = exten.clone();
                self.news.push_back(News::ExtensionHeld { peer, exten, document, publication });
            }
            Meaning::Missed => {
                teller.count(Counter::Missed);
                self.news.push_back(missed());
            }
            Meaning::Nothing => {}
        }
        self.news.extend(said.map(|said| News::Extension { peer, exten: exten.clone(), publication, said }));
        if is_waking {
            // The request may have waited in the buffers since before the machine slept, and later ones may be lost.
            self.news.push_back(missed());
        }
    }

    pub(super) fn end_extension(&mut self, peer: PeerId, event: ExtensionEvent, exten: Exten, publication: u64) {
        self.peers[peer].extensions.end(event, &exten, publication);
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
