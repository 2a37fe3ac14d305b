//! Changes of our entity id: which one the database bears, and under which one the peers were told.

use std::convert::Infallible;

use lampfield_shared::Eid;
use serde::{Deserialize, Serialize};

use super::change::{Change, Verdict};
use crate::store::write::Write;

/// Gives a new database its entity id. The first order counts: a command may give another beside a server that starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct BearEid {
    pub eid: Eid,
}

impl Change for BearEid {
    type Done = ();
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        write.execute("INSERT OR IGNORE INTO identity (id, eid) VALUES (1, ?1)", [self.eid.to_string()])?;
        Ok(Ok(()))
    }
}

/// Notes that the peers are told everything under this entity id from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct SpeakAs {
    pub eid: Eid,
}

impl Change for SpeakAs {
    type Done = ();
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        write.execute("DELETE FROM spoken_as", [])?;
        write.execute("INSERT INTO spoken_as (eid) VALUES (?1)", [self.eid.to_string()])?;
        Ok(Ok(()))
    }
}
