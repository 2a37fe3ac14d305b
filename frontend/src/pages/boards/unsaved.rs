//! Unsaved edits of own boards, kept in this browser until they are saved or dropped.

use lampfield_shared::board::PutBoard;
use lampfield_shared::{BoardName, OwnBoard};
use serde::{Deserialize, Serialize};

use crate::browser;
use crate::state::draft::Draft;

/// An unsaved draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Unsaved {
    /// The name in addresses that a new board shall have, as far as it was typed.
    pub(super) name: String,
    /// The board as it would be saved.
    pub(super) put: PutBoard,
}

impl Unsaved {
    /// An untouched new draft (nothing to lose).
    pub(super) fn empty() -> Self {
        let groups = Draft::new().0;
        Self { name: String::new(), put: PutBoard { title: String::new(), groups, changed: None } }
    }

    /// An untouched draft of an existing board.
    pub(super) fn of(board: &OwnBoard) -> Self {
        let OwnBoard { name, title, groups, changed } = board.clone();
        Self { name: name.to_string(), put: PutBoard { title, groups, changed: Some(changed) } }
    }

    /// The remembered draft of that board; without a name, of a new board.
    pub(super) fn find(name: Option<&BoardName>) -> Option<Self> {
        serde_json::from_str(&browser::remembered(&key(name))?).ok()
    }

    /// Remembers this draft in place of an earlier one.
    pub(super) fn keep(&self, name: Option<&BoardName>) {
        if let Ok(text) = serde_json::to_string(self) {
            browser::remember(&key(name), &text);
        }
    }

    /// Deletes the remembered draft of that board.
    pub(super) fn forget(name: Option<&BoardName>) {
        browser::forget(&key(name));
    }
}

/// The storage key of a draft. That of a new board has a sign that no board has in its name.
fn key(name: Option<&BoardName>) -> String {
    format!("draft.{}", name.map_or("+", BoardName::as_str))
}
