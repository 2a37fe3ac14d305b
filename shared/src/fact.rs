//! Details in the record (audit log), for the page to say in its reader's language.

use serde::{Deserialize, Serialize};

use crate::own_dnd::OwnDnd;
use crate::{DndKind, Exten, Role, Timestamp, Why};

/// A detail of a deed; never a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Kind of the "do not disturb".
    Kind(DndKind),
    /// PBX that confirmed the order by its PUBLISH.
    ConfirmedBy(String),
    /// Time when the "do not disturb" ends by itself.
    Until(Timestamp),
    /// Reason that somebody gave, in their words.
    Reason(String),
    /// The deed was done at the phone or at the PBX itself.
    Elsewhere,
    /// The deed settled what a restart had interrupted.
    AfterRestart,
    /// The order ended before it was begun.
    NotBegun,
    /// The PBX can no longer be ordered to switch, and may still block calls.
    OutOfReach(String),
    /// Nothing was on, so nothing was switched off.
    NothingWasOn,
    /// The deed made the first account, at the first start.
    FirstStart,
    /// Role before the change.
    RoleWas(Role),
    /// Role after the change.
    Role(Role),
    /// Display name of the account after the change; empty: none.
    DisplayName(String),
    /// Own extension of the account after the change; empty: none.
    OwnExtension(Exten),
    /// Right of the account to set "do not disturb" on its own extension, after the change.
    OwnDnd(OwnDnd),
    /// Board that the screen shows.
    Board(String),
    /// Title of the board.
    Title(String),
    /// Number of extensions on the board.
    Extensions(u64),
    /// New name of the extension.
    Name(String),
    /// New department of the extension.
    Group(String),
    /// New PBX of the extension.
    Site(String),
    /// Time of the order for many extensions that the deed is a part of: the same for all of them.
    Order(Timestamp),
    /// Number of extensions that were changed.
    Changed(u64),
    /// Cause of the refusal, where there is a name for it.
    Refused(Why),
    /// Free text of an older release or another program.
    Text(String),
}
