//! What the peers publish to us: every request gets the answer that keeps an Asterisk publishing.
//!
//! The order of the checks is the order of what a sender has to mend first: who it is (403), which event (489), of
//! which resource (404) it may speak (401), what body (415, 400), for how long (423), under which tag (412). A peer is
//! heard only by what is taken from it, and by signs of life from where nobody else is.

use std::fmt::Display;
use std::net::SocketAddr;

use lampfield_sip::auth::Unauthorized;
use lampfield_sip::publication::compositor::{Accepted, Continuity, Sequence};
use lampfield_sip::publication::{Publish, Refusal};
use lampfield_sip::{Answer, Method, Request, Source, Transport};

use super::body::ExtensionEvent;
use super::body::json::{self, Body, Content, MeshEvent};
use super::dump::Namesake;
use super::eids::Refused;
use super::peer::{Sign, count};
use super::refusal::{Refuse, accept, allow_events};
use super::settings::Fit;
use super::{Mesh, PublicationKey, Published};
use crate::ledger::{Finding, Ledger, Named, PeerId};
use crate::moment::Moment;
use crate::news::News;

impl Mesh {
    /// Answers a request, and takes in what it says; whose it is, where that is known.
    pub(super) fn handle_request(
        &mut self,
        now: Moment,
        ledger: &mut Ledger,
        source: Source,
        request: &Request,
    ) -> (Option<PeerId>, Answer) {
        match request.method {
            Method::Publish => self.publish(now, ledger, source, request),
            _ => self.options(now, ledger, source),
        }
    }

    fn options(&mut self, now: Moment, ledger: &mut Ledger, source: Source) -> (Option<PeerId>, Answer) {
        // Nothing else in it tells whose it is.
        let peer = self.publisher(source.address).ok();
        if let Some(peer) = peer {
            *self.peers[peer.index()].given.entry(Answer::OK).or_default() += 1;
        }
        // Who must present a password is not known by an address alone.
        if let Some(peer) = peer.filter(|peer| self.peers[peer.index()].settings.auth.is_none()) {
            self.hear_request(now, ledger, peer, source);
        }
        (peer, Answer::new(Answer::OK).allow("PUBLISH, OPTIONS").accept(accept()).allow_events(allow_events()))
    }

    /// The peer speaks for itself: no lamp counts as known because a neighbour of its PBX lives.
    pub(super) fn hear_request(&mut self, now: Moment, ledger: &mut Ledger, peer: PeerId, source: Source) {
        if source.flow.transport == Transport::Tls {
            self.peers[peer.index()].no_tls = None;
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
        let whose = self.find(source.address, request);
        if let Ok(Whose::Peer(peer)) = whose {
            self.peers[peer.index()].count("publish");
        }
        let (peer, taken) = match whose {
            Ok(whose) if !is_followed(event) => (whose.peer(), Err(Refuse::Event(event.into()))),
            Ok(Whose::Peer(peer)) => (
                Some(peer),
                self.admit(now, peer, request).and_then(|()| self.take(now, ledger, peer, source, request)),
            ),
            Ok(Whose::OneOf(first)) => (None, Err(self.ask_who(now, first, request))),
            Ok(Whose::Other(resource)) => {
                let other: String = resource.chars().take(100).collect();
                self.peers_fitting(source.address).for_each(|peer| peer.other_resource = Some(other.clone()));
                (None, Err(Refuse::Resource(resource)))
            }
            Err(refused) => (None, Err(refused)),
        };
        if let Err(refused) = &taken {
            self.note_refusal(peer, source.address, refused);
        }
        let Some(peer) = peer else {
            self.doubt_addresses();
            return (None, taken.unwrap_or_else(|refused| refused.answer()));
        };
        if let Err(Refuse::Eid(refused)) = &taken {
            self.peers[peer.index()].intruded = Some((now.mono, *refused));
        }
        let answer = taken.unwrap_or_else(|refused| refused.answer());
        *self.peers[peer.index()].given.entry(answer.status()).or_default() += 1;
        (Some(peer), answer)
    }

    /// Which peer sent it.
    fn find(&self, source: SocketAddr, request: &Request) -> Result<Whose, Refuse> {
        if request.event().and_then(ExtensionEvent::from_name).is_some() {
            return self.publisher(source).map(Whose::Peer);
        }
        let resource = request.uri.user.as_deref().unwrap_or_default();
        let candidate = |index: &usize| {
            let settings = &self.peers[*index].settings;
            let fit = Some(settings.fit(source, &self.names)).filter(|fit| *fit > Fit::No)?;
            let by_login = settings.auth.as_ref().is_some_and(|auth| auth.login.is_claimed_by(request));
            let named = if by_login { NamedBy::Login } else { NamedBy::Resource };
            (resource == settings.resource).then_some(((named, fit), PeerId::at(*index)))
        };
        let all = || self.by_user.called(resource.as_bytes()).iter().filter_map(candidate);
        // Several may share a host: what the request names tells them apart, and then the port.
        let best = all().map(|(fit, _)| fit).max();
        let mut of_best = all().filter(|(fit, _)| Some(*fit) == best).map(|(_, peer)| peer);
        match (of_best.next(), of_best.next()) {
            (Some(peer), None) => Ok(Whose::Peer(peer)),
            (Some(first), Some(_)) => Ok(Whose::OneOf(first)),
            (None, _) if self.peers.iter().any(|peer| peer.settings.fit(source, &self.names) > Fit::No) => {
                Ok(Whose::Other(resource.into()))
            }
            (None, _) => Err(Refuse::Stranger),
        }
    }

    fn take(
        &mut self,
        now: Moment,
        ledger: &mut Ledger,
        peer: PeerId,
        source: Source,
        request: &Request,
    ) -> Result<Answer, Refuse> {
        self.peers[peer.index()].other_resource = None;
        let name = request.event().unwrap_or_default();
        if let Some(event) = ExtensionEvent::from_name(name) {
            return self.take_extension(now, ledger, peer, source, event, request);
        }
        let event = MeshEvent::from_name(name).ok_or_else(|| Refuse::Event(name.into()))?;
        let publish = Publish::read(request)?;
        if matches!(publish, Publish::Once { .. }) {
            return Err(Refusal::TagUnknown.into());
        }
        let is_removal = publish.is_last();
        let body = match self.read_body(ledger, peer, source.address, event, &publish) {
            // What it takes away it need not say well.
            Err(refused @ (Refuse::MediaType { .. } | Refuse::Body(_))) if is_removal => {
                self.note_refusal(Some(peer), source.address, &refused);
                None
            }
            body => body?,
        };
        let accepted = self.accept(now, peer, Published::Mesh(event), request, &publish)?;
        if is_removal {
            // First what it says, and then that nobody stands by it.
            self.hear_request(now, ledger, peer, source);
            if let Some(body) = body {
                self.tell(now, ledger, peer, body);
            }
            self.collect_ended(now, ledger);
            return Ok(accepted.answer());
        }
        if event == MeshEvent::DeviceState {
            self.peers[peer.index()].set_publishes(true);
        }
        self.collect_ended(now, ledger);
        self.hear_request(now, ledger, peer, source);
        self.notice_gap(now, ledger, peer, event, accepted.continuity);
        if let Some(body) = body {
            self.tell(now, ledger, peer, body);
        }
        Ok(accepted.answer())
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
        match self.eids.claim(peer, body.eid) {
            Ok(()) => {
                self.peers[peer.index()].uses_eid(ledger, Namesake::No);
                Ok(Some(body))
            }
            // Nothing to refuse, and nothing to learn: S15.
            Err(own @ Refused::Own(_)) => {
                self.peers[peer.index()].uses_eid(ledger, Namesake::Yes);
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
        let key = PublicationKey { peer, of };
        let sequence = Sequence { call_id: request.call_id(), cseq: request.cseq() };
        let accepted = self.compositor.accept(now.mono, &key, sequence, publish)?;
        if accepted.evicts {
            self.peers[peer.index()].count("publication_evicted");
        }
        Ok(accepted)
    }

    /// Asks to be told everything again where something may have been missed.
    fn notice_gap(&mut self, now: Moment, ledger: &mut Ledger, peer: PeerId, event: MeshEvent, continuity: Continuity) {
        let outbound = self.peers[peer.index()].outbound.get(&event);
        let gap = match continuity {
            Continuity::Continued => None,
            Continuity::New if outbound.is_some_and(|outbound| outbound.is_answering(now.mono)) => None,
            Continuity::New => Some("new_publication"),
            Continuity::Skipped { .. } => Some("missed"),
            Continuity::Restarted => Some("restart"),
        };
        if continuity == Continuity::Restarted {
            // An Asterisk that has started again has forgotten what we told it.
            self.peers[peer.index()].has_restarted(now.mono, ledger);
        }
        if let Some(why) = gap {
            let asked = &mut self.peers[peer.index()];
            asked.count(why);
            if asked.logs_gap(now.mono) {
                tracing::info!(peer = %asked.settings.name, event = event.as_str(), why, "asking for all states again");
            }
            self.gap(now, ledger, peer, event);
        }
    }

    fn tell(&mut self, now: Moment, ledger: &mut Ledger, peer: PeerId, body: Body) {
        let Body { eid, content } = body;
        if !self.peers[peer.index()].settings.filters.let_in(&content) {
            self.peers[peer.index()].count("filtered");
            return;
        }
        let named = match &content {
            Content::Device { device, cachable: json::Cachable::Yes, .. } => Some(Named::Device(eid, device)),
            Content::Mailbox { mailbox, .. } => Some(Named::Mailbox(mailbox)),
            Content::Device { cachable: json::Cachable::No, .. } | Content::RefreshRequest => None,
        };
        // As what a filter holds back it is answered 200: refused, it would be a gap, and asked for again and again.
        if named.is_some_and(|named| self.admit_name(now, ledger, peer, named).is_err()) {
            self.peers[peer.index()].count("beyond_limit");
            return;
        }
        let counter = match content {
            Content::Device { device, state, cachable: json::Cachable::Yes } => {
                let (filed, finding) = ledger.file_device(now, (peer, eid), &device, state);
                self.news.push_back(News::Device(filed));
                self.note_finding(peer, finding, &device, &state);
                "device_state"
            }
            Content::Device { cachable: json::Cachable::No, .. } => "not_cachable",
            Content::Mailbox { mailbox, counts } => {
                let (id, finding) = ledger.file_mailbox(now, (peer, eid), &mailbox, counts);
                self.news.push_back(News::Mailbox(id));
                self.note_finding(peer, finding, &mailbox, &format_args!("{} new, {} old", counts.new, counts.old));
                "mailbox_state"
            }
            Content::RefreshRequest => {
                // After the 200 all our states follow, and never a refresh request: two who answer so never end (`docs/protocol.md`, trap 14).
                self.peers[peer.index()].owe_all(ledger);
                "refresh_request"
            }
        };
        self.peers[peer.index()].count(counter);
    }

    /// Lets a peer name something that it has named before, or that it may still name.
    pub(super) fn admit_name(
        &mut self,
        now: Moment,
        ledger: &Ledger,
        peer: PeerId,
        named: Named<'_>,
    ) -> Result<(), Refuse> {
        let vocabulary = &mut self.peers[peer.index()].vocabulary;
        if vocabulary.admits(now.mono, ledger, peer, named) {
            Ok(())
        } else {
            Err(Refuse::TooManyNames { most: vocabulary.most() })
        }
    }

    /// Counts what had been missed.
    fn note_finding(&mut self, peer: PeerId, finding: Finding, of: &dyn Display, state: &dyn Display) {
        let peer = &mut self.peers[peer.index()];
        match finding {
            Finding::Ordinary => {}
            Finding::Drift => {
                tracing::warn!(peer = %peer.settings.name, %of, %state, "it had been missed, and nobody knew");
                peer.count("drift");
            }
            Finding::Repair => peer.count("repaired"),
        }
    }

    pub(super) fn note_stranger(&mut self, source: SocketAddr) {
        self.note_refusal(None, source, &Refuse::Stranger);
        self.doubt_addresses();
    }

    /// Counts it, and logs the first, second, fourth, eighth … of a kind: a flood fills no disk.
    pub(super) fn note_refusal(&mut self, peer: Option<PeerId>, source: SocketAddr, refused: &Refuse) {
        let counter = refused.counter();
        let (name, counters) = match peer {
            Some(id) => {
                let peer = &mut self.peers[id.index()];
                (peer.settings.name.as_str(), &mut peer.counters)
            }
            None => ("nobody", &mut self.strangers),
        };
        let times = count(counters, counter);
        match refused {
            // The ordinary way back after a restart of ours: told to the curious alone.
            Refuse::Publication(_) | Refuse::Unauthorized { why: Unauthorized::Missing | Unauthorized::Stale, .. } => {
                tracing::debug!(peer = name, %source, counter, "{refused}");
            }
            _ if times.is_power_of_two() => tracing::warn!(peer = name, %source, counter, times, "refused: {refused}"),
            _ => {}
        }
    }
}

/// By what a request names its peer, the surer the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum NamedBy {
    Resource,
    Login,
}

/// Whose a request from a peer's host is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Whose {
    Peer(PeerId),
    /// One of several that it names alike; the first of them.
    OneOf(PeerId),
    /// It is of another resource than any of theirs.
    Other(String),
}

impl Whose {
    fn peer(&self) -> Option<PeerId> {
        match self {
            Self::Peer(peer) => Some(*peer),
            Self::OneOf(_) | Self::Other(_) => None,
        }
    }
}

fn is_followed(event: &str) -> bool {
    MeshEvent::from_name(event).is_some() || ExtensionEvent::from_name(event).is_some()
}
