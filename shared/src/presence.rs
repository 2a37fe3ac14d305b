//! Presence of a person and the call of an extension, told beside the extension's state.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Presence of a person, in Asterisk's words (`PRESENCE_STATE`). Asterisk's `not_set` is no presence at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    /// Present and ready for calls.
    Available,
    /// Not to be reached.
    Unavailable,
    /// Away for a while.
    Away,
    /// Away for long.
    Xa,
    /// Eager to talk.
    Chat,
    /// Wants no call. A wish that stops none, and no part of [`Lamp::dnd`](crate::Lamp::dnd).
    Dnd,
}

impl PresenceState {
    /// All states, in the order of the legend.
    pub const ALL: [Self; 6] = [Self::Available, Self::Chat, Self::Away, Self::Xa, Self::Dnd, Self::Unavailable];

    /// Name of the state in JSON and in Asterisk.
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

    /// Finds the state of that name; case does not matter.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str().eq_ignore_ascii_case(word))
    }
}

/// The presence of the person at an extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// State.
    pub state: PresenceState,
    /// Subtype as the PBX spells it: `lunch`.
    pub subtype: Option<String>,
    /// Note of the person: "back at three".
    pub note: Option<String>,
    /// Time when this was last known to be so; `None`: it is so now.
    pub as_of: Option<Timestamp>,
}

/// The call that an extension is in, or that rings there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Who called whom, where a PBX says so.
    pub direction: Option<Direction>,
    /// The other party, where a PBX names it and the reader may know.
    pub party: Option<Party>,
    /// Time when this was last known to be so; `None`: it is so now.
    pub as_of: Option<Timestamp>,
}

/// Direction of a call, seen from the extension.
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
    /// Whether the party is inside or outside.
    pub side: Side,
    /// Number; `None` where it is withheld, or not for this reader.
    pub number: Option<String>,
    /// Name; `None` where it is withheld, or not for this reader.
    pub name: Option<String>,
}

/// On which side of the PBX a party is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// An extension of this board.
    Internal,
    /// A party outside the board.
    External,
    /// The party withholds its number.
    Withheld,
}

/// How much of a call a reader may know; each step includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    /// The state of the lamp: that there is a call.
    #[default]
    Nothing,
    /// The direction, and whether the other party is inside or outside.
    Side,
    /// The other party's number.
    Number,
    /// The other party's name, too.
    Full,
}

impl Privacy {
    /// All steps, from the least to the most.
    pub const ALL: [Self; 4] = [Self::Nothing, Self::Side, Self::Number, Self::Full];

    /// Cuts a call down to what the reader may know; `None` where nothing is left.
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
