//! What an admin has changed of a board and not saved: it waits in this browser until it is saved or dropped.

use lampfield_shared::board::PutBoard;
use lampfield_shared::{BoardName, OwnBoard};
use serde::{Deserialize, Serialize};

use crate::browser;
use crate::state::draft::Draft;

/// Such a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Unsaved {
    /// What a new one shall be called in addresses, as far as it was typed.
    pub(super) name: String,
    /// As it would be saved.
    pub(super) put: PutBoard,
}

impl Unsaved {
    /// A new board to which nothing was done.
    pub(super) fn empty() -> Self {
        let groups = Draft::new().0;
        Self { name: String::new(), put: PutBoard { title: String::new(), groups, changed: None } }
    }

    /// That board, to which nothing was done.
    pub(super) fn of(board: &OwnBoard) -> Self {
        let OwnBoard { name, title, groups, changed } = board.clone();
        Self { name: name.to_string(), put: PutBoard { title, groups, changed: Some(changed) } }
    }

    /// What waits of that board; without a name, of a new one.
    pub(super) fn find(name: Option<&BoardName>) -> Option<Self> {
        serde_json::from_str(&browser::remembered(&key(name))?).ok()
    }

    /// Keeps it in place of what waited.
    pub(super) fn keep(&self, name: Option<&BoardName>) {
        if let Ok(text) = serde_json::to_string(self) {
            browser::remember(&key(name), &text);
        }
    }

    /// Nothing of that board is to wait any more.
    pub(super) fn forget(name: Option<&BoardName>) {
        browser::forget(&key(name));
    }
}

/// No board has that sign in its name.
fn key(name: Option<&BoardName>) -> String {
    format!("draft.{}", name.map_or("+", BoardName::as_str))
}
