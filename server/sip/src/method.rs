//! The method of a request, as it stands in its first line and in its `CSeq`.

use std::fmt;

/// A request's method. Any token is one; what we do not serve is refused, not misread.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Method {
    /// RFC 3903
    Publish,
    /// RFC 3261 §11
    Options,
    /// RFC 3261 §17: never answered
    Ack,
    /// RFC 3261 §9
    Cancel,
    /// Any other token. Case counts (RFC 3261 §7.1).
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
