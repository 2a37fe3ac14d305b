//! What the peers publish to us: every request gets the answer that keeps an Asterisk publishing.
//!
//! The order of the checks is the order of what a sender has to mend first: who it is (403), which event (489), which
//! resource (404), whether it may speak (401), which body (415, 400), for how long (423), under which entity-tag (412).
//! Only what is taken from a peer counts as a sign of life, and OPTIONS from where no other peer is.

use std::fmt::Display;
use std::net::SocketAddr;

use lampfield_shared::Counter;
use lampfield_sip::auth::Unauthorized;
use lampfield_sip::publication::compositor::{Accepted, Continuity};
use lampfield_sip::publication::{Publish, Refusal};
use lampfield_sip::{Answer, Method, Request, Source, Transport};

use super::Mesh;
use super::body::json::{self, Body, Content, MeshEvent};
use super::directory::Origin;
use super::dump::Namesake;
use super::eids::Refused;
use super::liveness::Sign;
use super::package::{Package, PublicationKey, Published};
use super::refusal::{Refuse, accept, allow_events};
use crate::ledger::{Finding, Ledger, Named, PeerId};
use crate::moment::Moment;
use crate::news::News;

impl Mesh {
    /// Takes a request in, and answers it. Returns the peer that the request is of, where that is known.
    pub fn handle_request(
        &mut self,
        now: Moment,
        ledger: &mut Ledger,
        source: Source,
        request: &Request,
    ) -> (Option<PeerId>, Answer) {
        let (peer, answer) = match request.method {
            Method::Publish => self.publish(now, ledger, source, request),
            _ => self.options(now, ledger, source),
        };
        if let Some(peer) = peer {
            self.speak_to(now, ledger, peer);
        }
        (peer, answer)
    }

    fn options(&mut self, now: Moment, ledger: &mut Ledger, source: Source) -> (Option<PeerId>, Answer) {
        // An OPTIONS names nobody: only its address tells whose it is.
        let peer = self.directory.peer_at(source.address).ok();
        if let Some(peer) = peer {
            self.peers[peer].tally.gave(Answer::OK);
        }
        // An address alone does not prove a peer that must present a password.
        if let Some(peer) = peer.filter(|peer| self.peers[*peer].settings.auth.is_none()) {
            self.hear_request(now, ledger, peer, source);
        }
        (peer, Answer::new(Answer::OK).allow("PUBLISH, OPTIONS").accept(accept()).allow_events(allow_events()))
    }

    /// Takes a request of the peer as a sign of life. The peer speaks for itself: no lamp counts as known because a
    /// neighbour of its PBX lives.
    pub(super) fn hear_request(&mut self, now: Moment, ledger: &mut Ledger, peer: PeerId, source: Source) {
        if source.flow.transport == Transport::Tls {
            self.peers[peer].no_tls = None;
        }
        self.hear(now, ledger, peer, Sign::Request);
    }

    fn publish(
        &mut self,
        now: Moment,
        ledger: &mut Ledger,
        source: Source,
        request: &Request,
    ) -> (Option<PeerId>, Answer) {
        let event = request.event().unwrap_or_default();
        let package = Package::from_name(event);
        let origin = self.directory.origin(source.address, package, request);
        if let Ok(Origin::Peer(peer)) = origin {
            self.peers[peer].count(Counter::Publish);
        }
        let (peer, taken) = match (origin, package) {
            (Err(refused), _) => (None, Err(refused)),
            (Ok(origin), None) => (origin.peer(), Err(Refuse::Event(event.into()))),
            (Ok(Origin::Peer(peer)), Some(package)) => {
                (Some(peer), self.take(now, ledger, peer, source, package, request))
            }
            (Ok(Origin::OneOf(first)), Some(package)) => (None, Err(self.doubtful(now, first, package, request))),
            (Ok(Origin::OtherResource(resource)), Some(_)) => (None, Err(self.misdirected(source.address, resource))),
        };
        if let Err(refused) = &taken {
            self.note_refusal(peer, source.address, refused);
        }
        let Some(peer) = peer else {
            self.directory.doubt_addresses();
            return (None, taken.unwrap_or_else(|refused| refused.answer()));
        };
        if let Err(Refuse::Eid(refused)) = &taken {
            self.peers[peer].intruded = Some((now.mono, *refused));
        }
        let answer = taken.unwrap_or_else(|refused| refused.answer());
        self.peers[peer].tally.gave(answer.status());
        (Some(peer), answer)
    }

    /// Why a request that names several peers alike is refused.
    fn doubtful(&mut self, now: Moment, first: PeerId, package: Package, request: &Request) -> Refuse {
        match Published::read(package, request) {
            Ok(published) => self.ask_who(now, first, &published, request),
            Err(refused) => refused,
        }
    }

    /// Notes that somebody at this address publishes to a resource that no peer there has.
    fn misdirected(&mut self, address: SocketAddr, resource: String) -> Refuse {
        let other: String = resource.chars().take(100).collect();
        for peer in self.directory.fitting(address) {
            self.peers[peer].other_resource = Some(other.clone());
        }
        Refuse::Resource(resource)
    }

    fn take(
        &mut self,
        now: Moment,
        ledger: &mut Ledger,
        peer: PeerId,
        source: Source,
        package: Package,
        request: &Request,
    ) -> Result<Answer, Refuse> {
        let published = Published::read(package, request)?;
        self.admit(now, peer, &published, request)?;
        self.peers[peer].other_resource = None;
        match published {
            Published::Mesh(event) => self.take_states(now, ledger, peer, source, event, request),
            Published::Extension(event, exten) => {
                self.take_extension(now, ledger, peer, source, (event, exten), request)
            }
        }
    }

    /// Takes a publication of device states or of mailboxes.
    fn take_states(
        &mut self,
        now: Moment,
        ledger: &mut Ledger,
        peer: PeerId,
        source: Source,
        event: MeshEvent,
        request: &Request,
    ) -> Result<Answer, Refuse> {
        let publish = Publish::read(request)?;
        if matches!(publish, Publish::Once { .. }) {
            return Err(Refusal::TagUnknown.into());
        }
        let body = self.read_body(ledger, peer, source.address, event, &publish);
        let body = self.excuse_last(peer, source.address, &publish, body)?;
        let accepted = self.accept(now, peer, Published::Mesh(event), request, &publish)?;
        if publish.is_last() {
            // First what the peer says, and then that it stands by nothing any more.
            self.hear_request(now, ledger, peer, source);
            if let Some(body) = body {
                self.tell(now, ledger, peer, body);
            }
            self.collect_ended(now, ledger);
            return Ok(accepted.answer());
        }
        if event == MeshEvent::DeviceState {
            self.peers[peer].liveness.set_publishes_devices(true);
        }
        self.collect_ended(now, ledger);
        self.hear_request(now, ledger, peer, source);
        self.notice_gap(now, ledger, peer, event, accepted.continuity);
        if let Some(body) = body {
            self.tell(now, ledger, peer, body);
        }
        Ok(accepted.answer())
    }

    /// Lets a removal pass whose body is not read: a sender need not say well what it takes away.
    pub(super) fn excuse_last<B>(
        &mut self,
        peer: PeerId,
        source: SocketAddr,
        publish: &Publish,
        body: Result<Option<B>, Refuse>,
    ) -> Result<Option<B>, Refuse> {
        match body {
            Err(refused @ (Refuse::MediaType { .. } | Refuse::Body(_) | Refuse::Xml(_)))
                if matches!(publish, Publish::Remove { .. }) =>
            {
                self.note_refusal(Some(peer), source, &refused);
                Ok(None)
            }
            body => body,
        }
    }

    fn read_body(
        &mut self,
        ledger: &mut Ledger,
        peer: PeerId,
        source: SocketAddr,
        event: MeshEvent,
        publish: &Publish,
    ) -> Result<Option<Body>, Refuse> {
        let Some(body) = publish.body() else { return Ok(None) };
        match body.media_type.as_deref() {
            Some(json::MEDIA_TYPE) => {}
            other => {
                let media_type = other.unwrap_or_default().into();
                return Err(Refuse::MediaType { media_type, accept: json::MEDIA_TYPE.into() });
            }
        }
        let body = json::parse(event, &body.content)?;
        match self.uas.claim(peer, body.eid) {
            Ok(()) => {
                self.peers[peer].uses_eid(ledger, Namesake::No);
                Ok(Some(body))
            }
            // There is nothing to refuse, and nothing to learn: S15.
            Err(own @ Refused::Own(_)) => {
                self.peers[peer].uses_eid(ledger, Namesake::Yes);
                self.note_refusal(Some(peer), source, &own.into());
                Ok(None)
            }
            Err(refused) => Err(refused.into()),
        }
    }

    pub(super) fn accept(
        &mut self,
        now: Moment,
        peer: PeerId,
        of: Published,
        request: &Request,
        publish: &Publish,
    ) -> Result<Accepted, Refuse> {
        let accepted = self.uas.accept(now.mono, &PublicationKey { peer, of }, request, publish)?;
        if accepted.evicts {
            self.peers[peer].count(Counter::PublicationEvicted);
        }
        Ok(accepted)
    }

    /// Asks the peer to tell everything again where something may have been missed.
    fn notice_gap(&mut self, now: Moment, ledger: &mut Ledger, peer: PeerId, event: MeshEvent, continuity: Continuity) {
        let asked = &mut self.peers[peer];
        let is_answering = asked.outbound.get(&event).is_some_and(|outbound| outbound.is_answering(now.mono));
        let why = match continuity {
            Continuity::Continued => return,
            Continuity::New if is_answering => return,
            Continuity::New => Counter::NewPublication,
            Continuity::Skipped { .. } => Counter::Missed,
            Continuity::Restarted => Counter::Restart,
        };
        if continuity == Continuity::Restarted {
            // An Asterisk that has started again has forgotten what we told it.
            asked.has_restarted(now.mono, ledger);
        }
        asked.count(why);
        if asked.logs_gap(now.mono) {
            tracing::info!(peer = %asked.settings.name, event = event.as_str(), why = why.as_str(), "asking for all states again");
        }
        self.gap(now, ledger, peer, event);
    }

    fn tell(&mut self, now: Moment, ledger: &mut Ledger, peer: PeerId, body: Body) {
        let Body { eid, content } = body;
        if !self.peers[peer].settings.filters.let_in(&content) {
            self.peers[peer].count(Counter::Filtered);
            return;
        }
        let named = match &content {
            Content::Device { device, cachable: json::Cachable::Yes, .. } => Some(Named::Device(eid, device)),
            Content::Mailbox { mailbox, .. } => Some(Named::Mailbox(mailbox)),
            Content::Device { cachable: json::Cachable::No, .. } | Content::RefreshRequest => None,
        };
        // As what a filter holds back it is answered 200: refused, it would be a gap, and asked for again and again.
        if named.is_some_and(|named| self.admit_name(now, ledger, peer, named).is_err()) {
            self.peers[peer].count(Counter::BeyondLimit);
            return;
        }
        let counter = match content {
            Content::Device { device, state, cachable: json::Cachable::Yes } => {
                let (filed, finding) = ledger.file_device(now, (peer, eid), &device, state);
                self.news.push_back(News::Device(filed));
                self.note_finding(peer, finding, &device, &state);
                Counter::DeviceState
            }
            Content::Device { cachable: json::Cachable::No, .. } => Counter::NotCachable,
            Content::Mailbox { mailbox, counts } => {
                let (id, finding) = ledger.file_mailbox(now, (peer, eid), &mailbox, counts);
                self.news.push_back(News::Mailbox(id));
                self.note_finding(peer, finding, &mailbox, &format_args!("{} new, {} old", counts.new, counts.old));
                Counter::MailboxState
            }
            Content::RefreshRequest => {
                // After the 200 all our states follow, and never a refresh request: two who answer so never end (`docs/protocol.md`, trap 14).
                self.peers[peer].owe_all(ledger);
                Counter::RefreshRequest
            }
        };
        self.peers[peer].count(counter);
    }

    /// Lets a peer name something that it has named before, or that it may still name.
    pub(super) fn admit_name(
        &mut self,
        now: Moment,
        ledger: &Ledger,
        peer: PeerId,
        named: Named<'_>,
    ) -> Result<(), Refuse> {
        let vocabulary = &mut self.peers[peer].vocabulary;
        if vocabulary.admits(now.mono, ledger, peer, named) {
            Ok(())
        } else {
            Err(Refuse::TooManyNames { most: vocabulary.most() })
        }
    }

    /// Counts what had been missed.
    fn note_finding(&mut self, peer: PeerId, finding: Finding, of: &dyn Display, state: &dyn Display) {
        let peer = &mut self.peers[peer];
        match finding {
            Finding::Ordinary => {}
            Finding::Drift => {
                tracing::warn!(peer = %peer.settings.name, %of, %state, "this state was wrong here, though no message was known to be lost");
                peer.count(Counter::Drift);
            }
            Finding::Repair => peer.count(Counter::Repaired),
        }
    }

    /// Counts a refusal, and logs the first, second, fourth, eighth … of a kind: a flood fills no disk.
    pub(super) fn note_refusal(&mut self, peer: Option<PeerId>, source: SocketAddr, refused: &Refuse) {
        let counter = refused.counter();
        let (name, times) = match peer {
            Some(peer) => {
                let peer = &mut self.peers[peer];
                (peer.settings.name.as_str(), peer.tally.count(counter))
            }
            None => ("nobody", self.uas.count_stranger(counter)),
        };
        let counter = counter.as_str();
        match refused {
            // The ordinary way back after a restart of ours concerns nobody who does not debug.
            Refuse::Publication(_) | Refuse::Unauthorized { why: Unauthorized::Missing | Unauthorized::Stale, .. } => {
                tracing::debug!(peer = name, %source, counter, "{refused}");
            }
            _ if times.is_power_of_two() => tracing::warn!(peer = name, %source, counter, times, "refused: {refused}"),
            _ => {}
        }
    }
}
