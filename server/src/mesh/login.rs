//! Passwords between a peer and us: what the peer must present, what we present, and what came of it.

use std::sync::Arc;
use std::time::Instant;

use lampfield_sip::publication::agent::AgentAnswer;
use lampfield_sip::{Request, Response};

use super::Mesh;
use super::ids::{Purpose, RequestId};
use super::outbound::Denied;
use super::package::Published;
use super::peer::Peer;
use super::refusal::Refuse;
use crate::ledger::PeerId;
use crate::moment::Moment;

impl Peer {
    /// Answers a challenge to a request of ours, if it can be answered.
    pub fn challenged(&mut self, now: Instant, request: RequestId, response: &Response) -> AgentAnswer {
        let refused = AgentAnswer::Refused { status: response.status };
        let read = match &mut self.responder {
            None => Err(Denied::NoLogin),
            Some(responder) => responder.challenged(now, response).map_err(Denied::Unanswerable),
        };
        // An OPTIONS was a sign of life, whatever the answer, and has brought a fresh nonce.
        let Purpose::Publish(event) = request.purpose() else { return refused };
        let is_answered = self.outbound.get_mut(&event).is_some_and(|outbound| outbound.challenged(read).is_ok());
        if is_answered {
            return AgentAnswer::Challenged;
        }
        if let Some(responder) = &mut self.responder {
            responder.forget();
        }
        refused
    }
}

impl Mesh {
    /// Lets a request pass that brings what its peer must present; without `auth` the peer's address is enough.
    ///
    /// # Errors
    /// [`Refuse::Unauthorized`] with the challenges.
    pub(super) fn admit(&mut self, now: Moment, peer: PeerId, of: &Published, request: &Request) -> Result<(), Refuse> {
        let settings = Arc::clone(&self.peers[peer].settings);
        let Some(auth) = &settings.auth else { return Ok(()) };
        let verdict = self.uas.check(now.mono, auth, request);
        self.peers[peer].admission.note(now.mono, of.event(), verdict);
        verdict.map_err(|why| self.uas.challenge(now.mono, auth, of, request, why))
    }

    /// Asks for a password where only that tells which of several peers a request is of: the first of them or another
    /// of the same realm.
    pub(super) fn ask_who(&mut self, now: Moment, first: PeerId, of: &Published, request: &Request) -> Refuse {
        let settings = Arc::clone(&self.peers[first].settings);
        let Some(auth) = &settings.auth else { return Refuse::Ambiguous };
        match self.uas.check(now.mono, auth, request) {
            Ok(()) => Refuse::Ambiguous,
            Err(why) => self.uas.challenge(now.mono, auth, of, request, why),
        }
    }
}
