//! The peers' names: which there are, what they stand for, and when to look again.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Instant;

use super::Mesh;
use super::peer::PeerId;
use crate::sip::Hop;
use crate::sip::locate::{Place, Question};

impl Mesh {
    /// All that has to be looked up, and looked up again, for this mesh to find its peers.
    pub fn questions(&self) -> BTreeSet<Question> {
        let of = |peer: &super::Peer| {
            let addresses = peer.settings.addresses.iter().filter_map(super::PeerAddress::question);
            addresses.chain(peer.settings.publish_to.target.question()).collect::<Vec<_>>()
        };
        self.peers.iter().flat_map(of).collect()
    }

    /// A question whose last answer has become doubtful: nobody is reached there, or a stranger
    /// came who may be a peer that has moved.
    #[must_use]
    pub fn poll_question(&mut self) -> Option<Question> {
        self.questions.pop_front()
    }

    /// Takes in what a name stands for, in order of preference; or why that is not known.
    pub fn handle_resolved(&mut self, now: Instant, question: &Question, answer: Result<Vec<Place>, String>) {
        let news = match answer {
            Ok(places) if self.names.get(question) == Some(&places) => Ok(false),
            Ok(places) => {
                tracing::info!(name = question.name(), ?places, "resolved");
                self.names.insert(question.clone(), places);
                Ok(true)
            }
            Err(why) => Err(why),
        };
        for peer in &mut self.peers {
            let to = &peer.settings.publish_to;
            if to.target.question().as_ref() != Some(question) {
                continue;
            }
            match &news {
                Ok(_) => {
                    if peer.reach.resolved(to, &self.names) {
                        peer.hasten(now);
                    }
                }
                Err(why) => peer.reach.unresolved(why),
            }
        }
        self.speak(now);
    }

    /// Every address that peers send from, as far as names are known.
    pub fn known_ips(&self) -> impl Iterator<Item = IpAddr> {
        let addresses = self.peers.iter().flat_map(|peer| &peer.settings.addresses);
        addresses.flat_map(|address| address.ips(&self.names))
    }

    /// What was sent to a peer by `hop` came to nothing: the next way is tried, and the names are
    /// looked up again.
    pub(super) fn mislaid(&mut self, id: PeerId, hop: &Hop, why: Option<&str>) {
        let peer = &mut self.peers[id.0];
        peer.reach.fails(hop, why);
        self.questions.extend(peer.settings.publish_to.target.question());
    }
}
