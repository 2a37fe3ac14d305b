//! The entity id: six bytes that name one Asterisk in the mesh.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Names one Asterisk. By default the MAC address of its first network card, so clones
/// and containers may share one by mistake: lampfield then refuses the second.
///
/// Written as six lower-case two-digit hex bytes joined by `:`; a body carries nothing else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Eid([u8; 6]);

/// Text that is no entity id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an entity id: six hex bytes joined by `:` are expected, such as 02:00:00:00:00:06")]
pub struct EidError(String);

impl Eid {
    /// An id from its bytes, for one that is generated.
    pub const fn from_bytes(bytes: [u8; 6]) -> Self {
        Self(bytes)
    }
}

impl FromStr for Eid {
    type Err = EidError;

    /// Upper case and single digits are taken, as Asterisk's own reader takes them.
    fn from_str(text: &str) -> Result<Self, EidError> {
        let mut bytes = [0; 6];
        let mut parts = text.trim().split(':');
        for byte in &mut bytes {
            *byte = parts
                .next()
                .filter(|part| matches!(part.len(), 1 | 2) && !part.starts_with('+'))
                .and_then(|part| u8::from_str_radix(part, 16).ok())
                .ok_or_else(|| EidError(text.into()))?;
        }
        match parts.next() {
            None => Ok(Self(bytes)),
            Some(_) => Err(EidError(text.into())),
        }
    }
}

impl fmt::Display for Eid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, rest @ ..] = self.0;
        write!(f, "{first:02x}")?;
        rest.iter().try_for_each(|byte| write!(f, ":{byte:02x}"))
    }
}

impl fmt::Debug for Eid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Eid {
    type Error = EidError;

    fn try_from(text: String) -> Result<Self, EidError> {
        text.parse()
    }
}

impl From<Eid> for String {
    fn from(eid: Eid) -> Self {
        eid.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_the_wire_form() {
        let eid: Eid = "02:00:00:AB:cd:4".parse().unwrap();
        assert_eq!(eid.to_string(), "02:00:00:ab:cd:04");
    }

    #[test]
    fn refuses_what_is_no_eid() {
        for text in [
            "",
            "02",
            "02:00:00:00:00",
            "02:00:00:00:00:00:00",
            "02:00:00:00:00:gg",
            "02:00:00:00:00:+4",
            "02:00:00:00::04",
        ] {
            assert_eq!(text.parse::<Eid>(), Err(EidError(text.into())), "{text}");
        }
    }
}
