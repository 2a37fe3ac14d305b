//! What takes requests in (a user agent server, RFC 3261 §6): who may speak for which Asterisk, who has to prove who
//! they are, which publications are kept, and what came from nobody we know.

use std::time::Instant;

use lampfield_shared::{Counter, Eid};
use lampfield_sip::Request;
use lampfield_sip::auth::{Challenger, Unauthorized};
use lampfield_sip::publication::compositor::{Accepted, Compositor, Ended, Limits, Sequence};
use lampfield_sip::publication::{Publish, Refusal};
use rand::rngs::StdRng;

use super::asterisk;
use super::eids::{Eids, Refused};
use super::package::{PublicationKey, Published};
use super::refusal::Refuse;
use super::settings::Auth;
use super::tally::{Counters, count};
use crate::ledger::PeerId;

/// See the module.
pub(super) struct Uas {
    compositor: Compositor<PublicationKey>,
    challenger: Challenger,
    eids: Eids,
    /// What came from nobody we know, by what became of it.
    strangers: Counters,
    /// How many peers there are.
    peers: usize,
}

impl Uas {
    /// `pins` are the entity ids that each peer may speak for; the generators make tags and nonces.
    pub fn new(own: Eid, pins: Vec<Vec<Eid>>, limits: Limits, now: Instant, tags: StdRng, nonces: StdRng) -> Self {
        Self {
            compositor: Compositor::new(limits, asterisk::POLICY, tags),
            challenger: Challenger::new(now, nonces),
            peers: pins.len(),
            eids: Eids::new(own, pins),
            strangers: Counters::new(),
        }
    }

    /// Takes a PUBLISH into the publication that it is for.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn accept(
        &mut self,
        now: Instant,
        key: &PublicationKey,
        request: &Request,
        publish: &Publish,
    ) -> Result<Accepted, Refusal> {
        self.compositor.accept(now, key, sequence(request), publish)
    }

    /// A publication that has ended: removed, expired, or evicted.
    pub fn poll_ended(&mut self) -> Option<Ended<PublicationKey>> {
        self.compositor.poll_ended()
    }

    /// Requests of this peer may have been missed.
    pub fn doubt(&mut self, peer: PeerId) {
        self.compositor.doubt(|key| key.peer == peer);
    }

    /// Whether a request proves to come from whom `auth` names.
    ///
    /// # Errors
    /// Why not; see [`Unauthorized`].
    pub fn check(&mut self, now: Instant, auth: &Auth, request: &Request) -> Result<(), Unauthorized> {
        self.challenger.check(now, realm(auth), &auth.login, request)
    }

    /// The refusal that asks the sender for credentials.
    pub fn challenge(
        &mut self,
        now: Instant,
        auth: &Auth,
        of: &Published,
        request: &Request,
        why: Unauthorized,
    ) -> Refuse {
        if why != Unauthorized::Wrong {
            // The sender comes again with credentials, under the next number: nothing was lost. Where a user name tells
            // peers apart, only then it is known which peer it is.
            for peer in (0..self.peers).map(PeerId::at) {
                self.compositor.pass_over(&PublicationKey { peer, of: of.clone() }, sequence(request));
            }
        }
        Refuse::Unauthorized { why, challenges: self.challenger.challenges(now, realm(auth), why) }
    }

    /// Lets a peer speak for an entity id.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn claim(&mut self, peer: PeerId, eid: Eid) -> Result<(), Refused> {
        self.eids.claim(peer, eid)
    }

    /// The entity ids that a peer speaks for, in order.
    pub fn eids_of(&self, peer: PeerId) -> Vec<Eid> {
        self.eids.of(peer)
    }

    /// Counts something that came from nobody we know, and returns the count.
    pub fn count_stranger(&mut self, what: Counter) -> u64 {
        count(&mut self.strangers, what)
    }

    pub const fn strangers(&self) -> &Counters {
        &self.strangers
    }

    /// Ends publications that have expired.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.compositor.handle_timeout(now);
    }

    /// When the next publication expires.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.compositor.poll_timeout()
    }
}

fn sequence(request: &Request) -> Sequence<'_> {
    Sequence { call_id: request.call_id(), cseq: request.cseq() }
}

fn realm(auth: &Auth) -> &str {
    auth.realm.as_deref().unwrap_or(Auth::REALM)
}
