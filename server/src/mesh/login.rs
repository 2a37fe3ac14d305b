//! Passwords between a peer and us: what it must present, what we present, and what came of it.

use std::time::Instant;

use lampfield_sip::auth::Unauthorized;
use lampfield_sip::publication::agent::AgentAnswer;
use lampfield_sip::publication::compositor::Sequence;
use lampfield_sip::{ClientId, Request, Response};

use super::outbound::Denied;
use super::peer::Peer;
use super::refusal::Refuse;
use super::settings::Auth;
use super::{Mesh, PublicationKey, Published};
use crate::ledger::PeerId;
use crate::moment::Moment;

impl Peer {
    /// Answers a challenge to a request of ours, if it can be answered.
    pub fn challenged(&mut self, now: Instant, client: ClientId, response: &Response) -> AgentAnswer {
        let refused = AgentAnswer::Refused { status: response.status };
        let read = match &mut self.responder {
            None => Err(Denied::NoLogin),
            Some(responder) => responder.challenged(now, response).map_err(Denied::Unanswerable),
        };
        // An OPTIONS was a sign of life, whatever the answer, and has brought a fresh nonce.
        let Some(outbound) = self.outbound.values_mut().find(|outbound| outbound.has_sent(client)) else {
            return refused;
        };
        match outbound.challenged(read) {
            Ok(()) => AgentAnswer::Challenged,
            Err(_denied) => {
                if let Some(responder) = &mut self.responder {
                    responder.forget();
                }
                refused
            }
        }
    }
}

impl Mesh {
    /// Lets a request pass that brings what its peer must present; without `auth` its address is enough.
    ///
    /// # Errors
    /// [`Refuse::Unauthorized`] with the challenges.
    pub(super) fn admit(&mut self, now: Moment, peer: PeerId, request: &Request) -> Result<(), Refuse> {
        let Some(auth) = self.peers[peer.index()].settings.auth.clone() else { return Ok(()) };
        let verdict = self.challenger.check(now.mono, realm(&auth), &auth.login, request);
        let of = Published::read(request);
        self.peers[peer.index()].admission.note(now.mono, of.as_ref().map(Published::event), verdict);
        verdict.map_err(|why| self.challenge(now, &auth, request, why))
    }

    /// Asks for a password where only that tells which of several peers it is, this one or another of the same realm.
    pub(super) fn ask_who(&mut self, now: Moment, first: PeerId, request: &Request) -> Refuse {
        let Some(auth) = self.peers[first.index()].settings.auth.clone() else { return Refuse::Ambiguous };
        match self.challenger.check(now.mono, realm(&auth), &auth.login, request) {
            Ok(()) => Refuse::Ambiguous,
            Err(why) => self.challenge(now, &auth, request, why),
        }
    }

    fn challenge(&mut self, now: Moment, auth: &Auth, request: &Request, why: Unauthorized) -> Refuse {
        if let Some(of) = Published::read(request).filter(|_| why != Unauthorized::Wrong) {
            // It comes again with credentials, under the next number: nothing was lost.
            // Where a user name tells peers apart, only then it is known whose it is.
            let sequence = Sequence { call_id: request.call_id(), cseq: request.cseq() };
            for peer in (0..self.peers.len()).map(PeerId::at) {
                self.compositor.pass_over(&PublicationKey { peer, of: of.clone() }, sequence);
            }
        }
        Refuse::Unauthorized { why, challenges: self.challenger.challenges(now.mono, realm(auth), why) }
    }
}

fn realm(auth: &Auth) -> &str {
    auth.realm.as_deref().unwrap_or(Auth::REALM)
}
