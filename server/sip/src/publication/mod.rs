//! Event state publication (RFC 3903), both ends of it.

pub mod agent;
pub mod compositor;
mod waiting;

#[cfg(test)]
mod network_tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::answer::Answer;
use super::message::Request;

/// The name under which a compositor keeps a publication. Opaque: it is echoed, never read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityTag(Arc<str>);

impl EntityTag {
    /// The tag as it stands in `SIP-ETag` and `SIP-If-Match`.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A body and what it says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The media type in lower case, without parameters; `None` when the sender did not say.
    pub media_type: Option<String>,
    /// The bytes.
    pub content: Bytes,
}

/// What a PUBLISH asks for (RFC 3903 §4.1, table 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publish {
    /// Keep this; the sender holds no tag.
    Initial {
        /// For how long; `None`: as long as the compositor likes.
        expires: Option<Duration>,
        /// The state.
        body: Body,
    },
    /// Keep what is there for longer.
    Refresh {
        /// Which publication.
        tag: EntityTag,
        /// For how long.
        expires: Option<Duration>,
    },
    /// Put this in the place of what is there.
    Modify {
        /// Which publication.
        tag: EntityTag,
        /// For how long.
        expires: Option<Duration>,
        /// The state.
        body: Body,
    },
    /// Forget it (`Expires: 0`).
    Remove {
        /// Which publication.
        tag: EntityTag,
        /// Its last word. RFC 3903 §4.5 wants none, but some send one: the call is over.
        body: Option<Body>,
    },
    /// Take note of this and keep nothing (`Expires: 0` without a tag): a last word whose sender lost its tag, or
    /// that is of a publication from before.
    Once {
        /// The state.
        body: Body,
    },
    /// Neither body nor tag. No row of the table: RFC 3903 wants 400, but an Asterisk whose
    /// refresh came too late sends it and recovers by 200 alone (`docs/protocol.md` S13). A sign of life.
    Alive {
        /// For how long.
        expires: Option<Duration>,
    },
}

impl Publish {
    /// Reads what `request` asks for.
    ///
    /// # Errors
    /// [`Refusal::TagUnknown`] for a removal that names no publication and says nothing (`docs/protocol.md` S14).
    pub fn read(request: &Request) -> Result<Self, Refusal> {
        let expires = request.expires();
        let body = (!request.body.is_empty())
            .then(|| Body { media_type: request.content_type(), content: request.body.clone() });
        let tag = request.if_match().map(EntityTag::new);
        Ok(match (tag, body) {
            (Some(tag), body) if expires == Some(Duration::ZERO) => Self::Remove { tag, body },
            (None, Some(body)) if expires == Some(Duration::ZERO) => Self::Once { body },
            (None, None) if expires == Some(Duration::ZERO) => return Err(Refusal::TagUnknown),
            (Some(tag), Some(body)) => Self::Modify { tag, expires, body },
            (Some(tag), None) => Self::Refresh { tag, expires },
            (None, Some(body)) => Self::Initial { expires, body },
            (None, None) => Self::Alive { expires },
        })
    }

    /// The state it carries, if any.
    pub fn body(&self) -> Option<&Body> {
        match self {
            Self::Initial { body, .. } | Self::Modify { body, .. } | Self::Once { body } => Some(body),
            Self::Remove { body, .. } => body.as_ref(),
            Self::Refresh { .. } | Self::Alive { .. } => None,
        }
    }

    /// Whether nothing of it is kept: what it says is its last word.
    pub const fn is_last(&self) -> bool {
        matches!(self, Self::Remove { .. } | Self::Once { .. })
    }
}

/// Why a compositor refuses a PUBLISH; [`Refusal::answer`] says so to the sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 412 (RFC 3903 §6, step 4)
    #[error("no publication is kept under this entity-tag")]
    TagUnknown,
    /// 423, with `Min-Expires` (RFC 3903 §6, step 5)
    #[error("an expiry of {} s is below the minimum of {} s", asked.as_secs(), min.as_secs())]
    TooBrief {
        /// What was asked.
        asked: Duration,
        /// The least that we grant.
        min: Duration,
    },
}

impl Refusal {
    /// The answer that tells the sender.
    pub fn answer(&self) -> Answer {
        match self {
            Self::TagUnknown => Answer::new(Answer::CONDITIONAL_REQUEST_FAILED),
            Self::TooBrief { min, .. } => Answer::new(Answer::INTERVAL_TOO_BRIEF).min_expires(*min),
        }
    }
}
