//! Who may speak for which Asterisk.
//!
//! The entity id stands in the body, where anybody could write any. So a peer speaks only for the ids that are pinned
//! to it or, where none are, for those that it was the first to use.

use std::collections::HashMap;

use lampfield_shared::Eid;

use super::vocabulary::MAX_EIDS;
use crate::ledger::PeerId;

/// Which peer speaks for which id.
#[derive(Debug)]
pub struct Eids {
    own: Eid,
    speakers: HashMap<Eid, Speaker>,
    /// Whether a peer may use only its pinned entity ids, by peer.
    pinned_only: Vec<bool>,
}

#[derive(Debug, Clone, Copy)]
struct Speaker {
    peer: PeerId,
    pinned: bool,
}

/// Why a peer may not speak for an entity id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The id is our own: nobody tells us our own states.
    #[error("{0} is lampfield's own entity id")]
    Own(Eid),
    /// The configuration gives the id to another peer, or gives this peer other ids.
    #[error("{0} is not among the entity ids of this peer")]
    Spoof(Eid),
    /// Another peer used the id first: two Asterisks share one id, or one speaks for the other.
    #[error("{0} is in use by another peer: each Asterisk needs an entityid of its own in asterisk.conf")]
    Clash(Eid),
    /// The peer has used as many others as it may.
    #[error("{0} is one entity id too many: this peer uses {MAX_EIDS} others")]
    TooMany(Eid),
}

impl Eids {
    /// Takes our own id, and for each peer the ids that the configuration pins to it.
    pub fn new(own: Eid, pins: impl IntoIterator<Item = Vec<Eid>>) -> Self {
        let mut eids = Self { own, speakers: HashMap::new(), pinned_only: Vec::new() };
        for (index, pinned) in pins.into_iter().enumerate() {
            eids.pinned_only.push(!pinned.is_empty());
            let speaker = Speaker { peer: PeerId::at(index), pinned: true };
            eids.speakers.extend(pinned.into_iter().map(|eid| (eid, speaker)));
        }
        eids
    }

    /// Lets `peer` speak for `eid`, or says why not. The first to use a free id keeps it.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn claim(&mut self, peer: PeerId, eid: Eid) -> Result<(), Refused> {
        if eid == self.own {
            return Err(Refused::Own(eid));
        }
        match self.speakers.get(&eid) {
            Some(speaker) if speaker.peer == peer => Ok(()),
            Some(speaker) if speaker.pinned => Err(Refused::Spoof(eid)),
            Some(_) => Err(Refused::Clash(eid)),
            None if self.pinned_only.get(peer.index()).copied().unwrap_or(true) => Err(Refused::Spoof(eid)),
            None if self.used_by(peer) >= MAX_EIDS => Err(Refused::TooMany(eid)),
            None => {
                self.speakers.insert(eid, Speaker { peer, pinned: false });
                Ok(())
            }
        }
    }

    fn used_by(&self, peer: PeerId) -> usize {
        self.speakers.values().filter(|speaker| speaker.peer == peer).count()
    }

    /// The ids that `peer` speaks for, in order.
    pub fn of(&self, peer: PeerId) -> Vec<Eid> {
        let mut eids: Vec<Eid> =
            self.speakers.iter().filter(|(_, speaker)| speaker.peer == peer).map(|(eid, _)| *eid).collect();
        eids.sort_unstable();
        eids
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: Eid = Eid::from_bytes([2, 0, 0, 0, 0, 6]);
    const PERM: Eid = Eid::from_bytes([2, 0, 0, 0, 0, 4]);
    const KAZAN: Eid = Eid::from_bytes([2, 0, 0, 0, 0, 5]);

    #[test]
    fn the_first_to_use_an_id_keeps_it() {
        let mut eids = Eids::new(OWN, [vec![], vec![]]);
        assert_eq!(eids.claim(PeerId::at(0), PERM), Ok(()));
        assert_eq!(eids.claim(PeerId::at(0), PERM), Ok(()));
        assert_eq!(eids.claim(PeerId::at(1), PERM), Err(Refused::Clash(PERM)));
        assert_eq!(eids.claim(PeerId::at(1), KAZAN), Ok(()));
        assert_eq!(eids.of(PeerId::at(0)), [PERM]);
    }

    #[test]
    fn a_pinned_id_belongs_to_one_peer_and_a_pinned_peer_has_no_other() {
        let mut eids = Eids::new(OWN, [vec![PERM], vec![]]);
        assert_eq!(eids.claim(PeerId::at(1), PERM), Err(Refused::Spoof(PERM)));
        assert_eq!(eids.claim(PeerId::at(0), KAZAN), Err(Refused::Spoof(KAZAN)));
        assert_eq!(eids.claim(PeerId::at(0), PERM), Ok(()));
    }

    #[test]
    fn nobody_uses_ids_without_end() {
        let mut eids = Eids::new(OWN, [vec![], vec![]]);
        let id = |number: usize| Eid::from_bytes([4, 0, 0, 0, 0, u8::try_from(number).unwrap()]);
        let taken = (0..200).filter(|number| eids.claim(PeerId::at(0), id(*number)).is_ok()).count();
        assert_eq!(taken, MAX_EIDS);
        assert_eq!(eids.claim(PeerId::at(0), id(0)), Ok(()), "those that it has it keeps");
        assert_eq!(eids.claim(PeerId::at(1), id(201)), Ok(()), "others have their own");
    }

    #[test]
    fn nobody_speaks_for_us() {
        let mut eids = Eids::new(OWN, [vec![]]);
        assert_eq!(eids.claim(PeerId::at(0), OWN), Err(Refused::Own(OWN)));
        assert_eq!(eids.of(PeerId::at(0)), []);
    }
}
