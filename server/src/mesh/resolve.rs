//! The peers' names: which there are, what they stand for, and when to look again.

use std::collections::BTreeSet;
use std::net::IpAddr;

use lampfield_sip::Hop;
use lampfield_sip::locate::{Place, Question};

use super::body::json::MeshEvent;
use super::{Mesh, PeerAddress};
use crate::ledger::{Ledger, PeerId};
use crate::moment::Moment;

impl Mesh {
    /// All that has to be looked up, and looked up again, for this mesh to find its peers.
    pub fn questions(&self) -> BTreeSet<Question> {
        self.peers.iter().flat_map(|peer| peer.settings.questions()).collect()
    }

    /// A question whose last answer has become doubtful: nobody is reached there, or a stranger
    /// came who may be a peer that has moved.
    #[must_use]
    pub fn poll_question(&mut self) -> Option<Question> {
        self.questions.pop_front()
    }

    /// Takes in what a name stands for, in order of preference; or why that is not known.
    pub fn handle_resolved(
        &mut self,
        now: Moment,
        ledger: &mut Ledger,
        question: &Question,
        answer: Result<Vec<Place>, String>,
    ) {
        match answer {
            Err(why) => {
                for peer in self.peers.iter_mut().filter(|peer| peer.settings.is_about(question)) {
                    peer.reach.unresolved(question, &why);
                }
            }
            Ok(places) => {
                let known = self.names.insert(question.clone(), places);
                if known != self.names.get(question).cloned() {
                    tracing::info!(name = question.name(), places = ?self.names[question], "resolved");
                    self.note_hosts();
                    self.moved(now, ledger, question);
                }
                for peer in self.peers.iter_mut().filter(|peer| peer.settings.is_about(question)) {
                    if peer.reach.resolved(&peer.settings.publish_to, question, &self.names) {
                        peer.hasten(now.mono);
                    }
                }
            }
        }
        self.speak(now, ledger);
    }

    /// A name stands for other addresses than it did. What its peers said from there meanwhile was
    /// refused: they are asked to say it again.
    fn moved(&mut self, now: Moment, ledger: &mut Ledger, question: &Question) {
        for index in 0..self.peers.len() {
            if self.peers[index].settings.addresses.iter().any(|address| address.question().as_ref() == Some(question))
            {
                for event in MeshEvent::ALL {
                    self.gap(now, ledger, PeerId::at(index), event);
                }
            }
        }
    }

    /// Every address that peers send from, as far as names are known.
    pub fn known_ips(&self) -> impl Iterator<Item = IpAddr> {
        self.hosts.iter().copied()
    }

    pub(super) fn note_hosts(&mut self) {
        let addresses = self.peers.iter().flat_map(|peer| &peer.settings.addresses);
        self.hosts = addresses.flat_map(|address| address.ips(&self.names)).collect();
    }

    /// What was sent to a peer by `hop` came to nothing: the next way is tried, and the names are
    /// looked up again.
    pub(super) fn mislaid(&mut self, id: PeerId, hop: &Hop, why: Option<&str>) {
        let peer = &mut self.peers[id.index()];
        peer.reach.fails(hop, why);
        self.questions.extend(peer.settings.questions());
    }

    /// A stranger came. It may be a peer that has moved: all names that peers send from are doubtful.
    pub(super) fn doubt_addresses(&mut self) {
        if self.questions.is_empty() {
            let addresses = self.peers.iter().flat_map(|peer| &peer.settings.addresses);
            self.questions.extend(addresses.filter_map(PeerAddress::question));
        }
    }
}
