//! What comes out of the board.

use std::sync::Arc;

use lampfield_shared::{Lamp, OwnBoard, Site};

/// What looks different now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoardChange {
    /// A lamp is new or has changed. Whoever is told of it shares it with the board until it changes again.
    Lamp(Arc<Lamp>),
    /// A site's freshness has changed. Apart, for there are many changes, and nearly all are of lamps.
    Site(Box<Site>),
    /// The boards that admins made are these now: the one thing here that no PBX has to do with.
    OwnBoards(Arc<[OwnBoard]>),
}

impl From<Lamp> for BoardChange {
    fn from(lamp: Lamp) -> Self {
        Self::Lamp(Arc::new(lamp))
    }
}
