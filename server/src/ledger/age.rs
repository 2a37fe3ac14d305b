//! How old something is that a peer told: the one rule of what is live.

use super::ids::PeerId;
use super::peers::Peers;
use crate::moment::Moment;

/// When something was told last, and until when that was good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    /// When it was last told.
    pub when: Moment,
    /// When something may have been missed since; `None` while nothing was.
    good_until: Option<Moment>,
}

impl Age {
    /// Told at `when`; nothing was missed since.
    pub const fn told(when: Moment) -> Self {
        Self { when, good_until: None }
    }

    /// Whether `teller` stands by it, as far as is known.
    pub fn is_live(&self, teller: PeerId, peers: &Peers) -> bool {
        self.good_until.is_none() && peers.is_live(teller)
    }

    /// Until when it was known to be good; `None`: `teller` stands by it.
    pub fn doubted(&self, teller: PeerId, peers: &Peers) -> Option<Moment> {
        (!self.is_live(teller, peers)).then(|| self.good_until())
    }

    /// Until when something that is not live was known to be good: at the latest when it was told.
    pub fn good_until(&self) -> Moment {
        self.good_until.unwrap_or(self.when)
    }

    /// When something may have been missed since it was told; `None`: nothing was.
    pub const fn doubt_began(&self) -> Option<Moment> {
        self.good_until
    }

    /// Doubts that the word is good since `moment`; an earlier doubt stays.
    pub fn doubt(&mut self, moment: Moment) {
        self.good_until.get_or_insert(moment);
    }

    /// Shows no time that is still to come, now that the wall clock was set back; whether it showed one.
    pub fn set_clock(&mut self, now: Moment) -> bool {
        let was_later = [Some(self.when), self.good_until].into_iter().flatten().any(|moment| moment.wall > now.wall);
        self.when = self.when.shown_by(now);
        self.good_until = self.good_until.map(|moment| moment.shown_by(now));
        was_later
    }
}
