//! The right to set "do not disturb" on one's own extension.

use serde::{Deserialize, Serialize};

use crate::DndKind;

/// Which "do not disturb" an account may set on its own extension; each includes the one before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnDnd {
    /// None.
    #[default]
    Nothing,
    /// The lamp, which lets calls through.
    Lamp,
    /// The lamp, and the PBX that blocks the calls.
    Calls,
}

impl OwnDnd {
    /// All rights, from the least to the most.
    pub const ALL: [Self; 3] = [Self::Nothing, Self::Lamp, Self::Calls];

    /// Name of the right in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Lamp => "lamp",
            Self::Calls => "calls",
        }
    }

    /// Finds the right of that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.as_str() == word)
    }

    /// Whether the right is enough for a "do not disturb" of this kind.
    pub fn allows(self, kind: DndKind) -> bool {
        match kind {
            DndKind::Lamp => self >= Self::Lamp,
            DndKind::Calls => self >= Self::Calls,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_to_block_calls_is_one_to_light_the_lamp() {
        let allowed = |right: OwnDnd| DndKind::ALL.map(|kind| right.allows(kind));
        assert_eq!(OwnDnd::ALL.map(allowed), [[false, false], [true, false], [true, true]]);
        for right in OwnDnd::ALL {
            assert_eq!(serde_json::to_string(&right).unwrap(), format!("\"{}\"", right.as_str()));
            assert_eq!(OwnDnd::from_word(right.as_str()), Some(right));
        }
    }
}
