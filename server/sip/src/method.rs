//! The method of a request, in its first line and in its `CSeq` (RFC 3261 §7.1).

use std::fmt;

/// A request's method. Any token is a method; one that we do not serve is refused, not misread.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Method {
    /// Event state is published (RFC 3903).
    Publish,
    /// The sender asks what we can, or whether we live (RFC 3261 §11).
    Options,
    /// A final response to INVITE has arrived (RFC 3261 §17); never answered.
    Ack,
    /// A request is taken back (RFC 3261 §9).
    Cancel,
    /// Any other token. Case counts.
    Other(String),
}

impl Method {
    /// The token as it stands in a request line.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Options => "OPTIONS",
            Self::Ack => "ACK",
            Self::Cancel => "CANCEL",
            Self::Other(token) => token,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<&str> for Method {
    fn from(token: &str) -> Self {
        match token {
            "PUBLISH" => Self::Publish,
            "OPTIONS" => Self::Options,
            "ACK" => Self::Ack,
            "CANCEL" => Self::Cancel,
            _ => Self::Other(token.to_owned()),
        }
    }
}
