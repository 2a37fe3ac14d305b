//! A lamp, and what it follows from.

use std::sync::Arc;

use lampfield_shared::Lamp;

use super::home::Home;
use super::ids::DeviceId;
use super::reading::{Hinted, Role};
use super::words::Word;

/// A lamp with what it follows from.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) lamp: Arc<Lamp>,
    pub(super) hinted: Hinted,
    pub(super) home: Home,
    pub(super) watched: Box<[(DeviceId, Role)]>,
    /// What peers say of the extension itself.
    pub(super) words: Vec<Word>,
    pub(super) mailbox: MailboxChoice,
    pub(super) waiting: Waiting,
    /// It is among the lamps to be kept next.
    pub(super) to_keep: bool,
}

/// Whose messages a lamp shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum MailboxChoice {
    /// Those of the mailbox that is named like the extension.
    OfExten,
    /// Those of the one that the configuration names.
    Named,
}

/// Whether a lamp is already among the changes that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waiting {
    Yes,
    No,
}
