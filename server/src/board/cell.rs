//! A lamp, and what it follows from.

use std::sync::Arc;

use lampfield_shared::Lamp;

use super::extension_state::ExtensionState;
use super::home::Home;
use super::reading::{Hinted, Role};
use crate::ledger::{DeviceId, PeerId};

/// A lamp with what it follows from.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) lamp: Arc<Lamp>,
    pub(super) hinted: Hinted,
    pub(super) home: Home,
    /// The devices that the lamp looks at, as its hint names them.
    pub(super) watched: Box<[(DeviceId, Role)]>,
    /// What peers say of the extension itself, in the order of the peers.
    pub(super) extension: Vec<ExtensionState>,
    pub(super) mailbox: MailboxChoice,
    pub(super) queued: Queued,
}

/// Whose messages a lamp shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MailboxChoice {
    /// The messages of the mailbox that is named like the extension.
    OfExten,
    /// The messages of the mailbox that the configuration names.
    Named,
}

/// Whether a lamp is already among the changes that are to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Queued {
    Yes,
    No,
}

impl Cell {
    /// What a peer publishes of the extension, if it has published anything.
    pub(super) fn extension_state(&mut self, peer: PeerId) -> Option<&mut ExtensionState> {
        self.extension.iter_mut().find(|state| state.peer == peer)
    }

    /// What a peer publishes of the extension, which may be nothing yet.
    pub(super) fn extension_state_or_new(&mut self, peer: PeerId) -> &mut ExtensionState {
        let at = self.extension.binary_search_by_key(&peer, |state| state.peer).unwrap_or_else(|at| {
            self.extension.insert(at, ExtensionState::new(peer));
            at
        });
        &mut self.extension[at]
    }
}
