//! What the record of what was done knows of a deed, for each language to say in its own words.

use serde::{Deserialize, Serialize};

use crate::{DndKind, Role, Timestamp, Why};

/// One thing worth knowing; never a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Which "do not disturb".
    Kind(DndKind),
    /// The PBX that said that it is so.
    ConfirmedBy(String),
    /// When it ends by itself.
    Until(Timestamp),
    /// Why somebody wants it, in their words.
    Reason(String),
    /// It was done at the phone, or at the PBX itself.
    Elsewhere,
    /// What a restart had cut off.
    AfterRestart,
    /// Before it was begun.
    NotBegun,
    /// This PBX can no longer be told, and may still stop calls.
    OutOfReach(String),
    /// There was nothing to switch off.
    NothingWasOn,
    /// The first account, made when there was none.
    FirstStart,
    /// The role before.
    RoleWas(Role),
    /// The role from now on.
    Role(Role),
    /// The board that a screen shows.
    Board(String),
    /// What a board is called.
    Title(String),
    /// How many extensions it has.
    Extensions(u64),
    /// What an extension is called.
    Name(String),
    /// Its department.
    Group(String),
    /// Its PBX.
    Site(String),
    /// How many were changed.
    Changed(u64),
    /// Why it was refused, where there is a name for that.
    Refused(Why),
    /// As it was written down.
    Text(String),
}
