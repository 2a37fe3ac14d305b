//! What a person says of themselves, and who is calling: told beside the state of an extension.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What a person says of themselves, in Asterisk's words (`PRESENCE_STATE`). Its `not_set` is
/// no presence at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    /// There and willing.
    Available,
    /// Not to be reached.
    Unavailable,
    /// Away for a while.
    Away,
    /// Away for long.
    Xa,
    /// Wants to talk.
    Chat,
    /// Wants no call. It is a wish and stops none: apart from [`Lamp::dnd`](crate::Lamp::dnd).
    Dnd,
}

impl PresenceState {
    /// All, in the order of the legend.
    pub const ALL: [Self; 6] = [Self::Available, Self::Chat, Self::Away, Self::Xa, Self::Dnd, Self::Unavailable];

    /// The word in JSON and in Asterisk.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Unavailable => "unavailable",
            Self::Away => "away",
            Self::Xa => "xa",
            Self::Chat => "chat",
            Self::Dnd => "dnd",
        }
    }

    /// The state of that word; case does not matter.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str().eq_ignore_ascii_case(word))
    }
}

/// The presence of the person at an extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// The word.
    pub state: PresenceState,
    /// What it is more exactly, as the PBX spells it: `lunch`.
    pub subtype: Option<String>,
    /// What they say about it: "back at three".
    pub note: Option<String>,
    /// When it was still known to be so; `None`: it is so now.
    pub as_of: Option<Timestamp>,
}

/// The call that an extension is in, or that rings there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Who called whom, where a PBX says so.
    pub direction: Option<Direction>,
    /// The other party, where a PBX names it and the watcher may know.
    pub party: Option<Party>,
    /// When it was still known to be so; `None`: it is so now.
    pub as_of: Option<Timestamp>,
}

/// Which way a call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The extension was called.
    Incoming,
    /// The extension called.
    Outgoing,
}

/// The other party of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Where it is.
    pub side: Side,
    /// Its number; `None` where it is withheld, or not for this watcher.
    pub number: Option<String>,
    /// Its name, on the same terms.
    pub name: Option<String>,
}

/// On which side of the PBX a party is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// An extension of this board.
    Internal,
    /// Somebody else.
    External,
    /// It does not say who it is.
    Withheld,
}

/// How much of a call a watcher may know; each step tells what the one before it does, and more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    /// That there is a call: the state of the lamp.
    #[default]
    Nothing,
    /// Which way it went, and on which side the other party is.
    Side,
    /// The other party's number.
    Number,
    /// Its name, too.
    Full,
}

impl Privacy {
    /// All, from the least to the most.
    pub const ALL: [Self; 4] = [Self::Nothing, Self::Side, Self::Number, Self::Full];

    /// What is left of a call for a watcher who may know so much.
    #[must_use]
    pub fn cut(self, call: Box<Call>) -> Option<Box<Call>> {
        let party = |party: Party| Party {
            side: party.side,
            number: party.number.filter(|_| self >= Self::Number),
            name: party.name.filter(|_| self >= Self::Full),
        };
        (self > Self::Nothing).then(|| Box::new(Call { party: call.party.map(party), ..*call }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_asterisk_use_the_same_word() {
        for state in PresenceState::ALL {
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{}\"", state.as_str()));
            assert_eq!(PresenceState::from_word(&state.as_str().to_uppercase()), Some(state));
        }
        assert_eq!(PresenceState::from_word("not_set"), None);
    }

    #[test]
    fn each_step_of_privacy_tells_more() {
        let party = Party { side: Side::External, number: Some("5551234".into()), name: Some("Orlov".into()) };
        let call = Call { direction: Some(Direction::Incoming), party: Some(party), as_of: None };
        let seen = Privacy::ALL.map(|privacy| {
            let party = privacy.cut(Box::new(call.clone()))?.party?;
            Some((party.number.is_some(), party.name.is_some()))
        });
        assert_eq!(seen, [None, Some((false, false)), Some((true, false)), Some((true, true))]);
    }
}
