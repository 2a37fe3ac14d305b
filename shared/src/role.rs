//! Roles: what someone may do.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What someone may do; each role includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A wall display: sees its one board.
    Screen,
    /// Sees every lamp, and the reasons for its state.
    Viewer,
    /// Keeps favourites and notes.
    Receptionist,
    /// Sets "do not disturb", and manages peers and accounts.
    Admin,
}

impl Role {
    /// All roles, from the least to the most.
    pub const ALL: [Self; 4] = [Self::Screen, Self::Viewer, Self::Receptionist, Self::Admin];

    /// Name of the role in JSON, in the configuration and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Viewer => "viewer",
            Self::Receptionist => "receptionist",
            Self::Admin => "admin",
        }
    }

    /// Finds the role of that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_the_ones_before_it_may() {
        assert!(Role::ALL.is_sorted());
        for role in Role::ALL {
            assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{role}\""));
            assert_eq!(Role::from_word(role.as_str()), Some(role));
        }
        assert_eq!(Role::from_word("Admin"), None);
    }
}
