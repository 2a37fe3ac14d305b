//! What an admin asks of peers: pauses, and that all states be told again.

use std::convert::Infallible;

use lampfield_shared::{Pause, SiteName};
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::audit::record;
use super::change::{Change, Verdict};
use crate::identity::Deed;
use crate::store::column::milliseconds;
use crate::store::write::Write;

/// Pauses what is published to a peer, or resumes. What is so already makes no entry in the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct SetPause {
    pub peer: SiteName,
    pub pause: Pause,
}

impl Change for SetPause {
    type Done = ();
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        let peer = self.peer.as_str();
        let (changed, action) = match self.pause {
            Pause::On => {
                let sql = "INSERT INTO pause (peer, since, by) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
                (write.execute(sql, params![peer, milliseconds(write.at), write.by.who])?, "peer.pause")
            }
            Pause::Off => (write.execute("DELETE FROM pause WHERE peer = ?1", [peer])?, "peer.resume"),
        };
        if changed > 0 {
            record(write, &Deed::done(action, peer))?;
        }
        Ok(Ok(()))
    }
}

/// Notes in the audit log that a peer is asked for all its states (a refresh), unless the peer is paused. The answer
/// tells whether it is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct NoteRefresh {
    pub peer: SiteName,
}

impl Change for NoteRefresh {
    type Done = bool;
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        let peer = self.peer.as_str();
        if write.prepare_cached("SELECT 1 FROM pause WHERE peer = ?1")?.exists([peer])? {
            return Ok(Ok(false));
        }
        record(write, &Deed::done("peer.refresh", peer))?;
        Ok(Ok(true))
    }
}
