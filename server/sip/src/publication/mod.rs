//! Event state publication (RFC 3903), both ends of it.
//!
//! ```text
//!  Publication (agent)  ─ PUBLISH ─►  Publish: what is asked  ─►  Compositor
//!                       ◄─ 200, entity-tag, lifetime ──────────────────┘
//! ```

pub mod agent;
mod backlog;
pub mod compositor;

#[cfg(test)]
mod network_tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::answer::Answer;
use super::message::Request;

/// The entity-tag: the name under which a compositor keeps a publication (RFC 3903 §8). Whoever is given one echoes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityTag(Arc<str>);

impl EntityTag {
    /// Takes a tag as it stands in `SIP-ETag` and `SIP-If-Match`.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The tag as it stands in a header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A body and its media type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The media type in lower case, without parameters; `None` when the sender did not say.
    pub media_type: Option<String>,
    /// The bytes of the body.
    pub content: Bytes,
}

/// What a PUBLISH asks for (RFC 3903 §4.1, table 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publish {
    /// Begins a publication: a body and no tag.
    Initial {
        /// The lifetime asked for; `None` leaves it to the compositor.
        expires: Option<Duration>,
        /// The state.
        body: Body,
    },
    /// Prolongs a publication: a tag and no body.
    Refresh {
        /// The tag of the publication.
        tag: EntityTag,
        /// The lifetime asked for; `None` leaves it to the compositor.
        expires: Option<Duration>,
    },
    /// Replaces the state of a publication: a tag and a body.
    Modify {
        /// The tag of the publication.
        tag: EntityTag,
        /// The lifetime asked for; `None` leaves it to the compositor.
        expires: Option<Duration>,
        /// The state.
        body: Body,
    },
    /// Ends a publication: a tag and `Expires: 0`.
    Remove {
        /// The tag of the publication.
        tag: EntityTag,
        /// The last state. RFC 3903 §4.5 wants none, but some send one: the call is over.
        body: Option<Body>,
    },
    /// States something and keeps nothing: a body and `Expires: 0`, but no tag. The sender lost its tag, or ends a
    /// publication from before.
    Once {
        /// The state.
        body: Body,
    },
    /// Neither body nor tag: no row of the table. A compositor's [`Policy`](crate::Policy) decides about it.
    Bare {
        /// The lifetime asked for; `None` leaves it to the compositor.
        expires: Option<Duration>,
    },
}

impl Publish {
    /// Reads what `request` asks for.
    ///
    /// # Errors
    /// [`Refusal::TagUnknown`] for a removal that names no publication and says nothing.
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
            (None, None) => Self::Bare { expires },
        })
    }

    /// The state it carries, if any.
    pub fn body(&self) -> Option<&Body> {
        match self {
            Self::Initial { body, .. } | Self::Modify { body, .. } | Self::Once { body } => Some(body),
            Self::Remove { body, .. } => body.as_ref(),
            Self::Refresh { .. } | Self::Bare { .. } => None,
        }
    }

    /// Whether nothing of it is kept: what it states is the last state.
    pub const fn is_last(&self) -> bool {
        matches!(self, Self::Remove { .. } | Self::Once { .. })
    }
}

/// Why a compositor refuses a PUBLISH; [`Refusal::answer`] says so to the sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 412: no publication is kept under the tag (RFC 3903 §6, step 4).
    #[error("no publication is kept under this entity-tag")]
    TagUnknown,
    /// 400: the request has neither a body nor a tag (RFC 3903 §6).
    #[error("neither a body nor an entity-tag is there")]
    Empty,
    /// 423 with `Min-Expires`: the lifetime is too short (RFC 3903 §6, step 5).
    #[error("an expiry of {} s is below the minimum of {} s", asked.as_secs(), min.as_secs())]
    TooBrief {
        /// The lifetime that was asked for.
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
            Self::Empty => Answer::new(Answer::BAD_REQUEST),
            Self::TooBrief { min, .. } => Answer::new(Answer::INTERVAL_TOO_BRIEF).min_expires(*min),
        }
    }
}
