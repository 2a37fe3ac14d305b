//! Why a request of a peer is refused, and the answer that tells its sender what to mend.

use lampfield_shared::Counter;
use lampfield_sip::Answer;
use lampfield_sip::auth::Unauthorized;
use lampfield_sip::publication::Refusal;

use super::body::json::{self, BodyError, MeshEvent};
use super::body::{ExtensionEvent, XmlError};
use super::eids::Refused;

/// Why a PUBLISH is refused; the texts are for the sender's SIP log and for ours.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refuse {
    #[error("no peer is configured at this address")]
    Stranger,
    #[error("several peers are configured at this address, and nothing tells which of them this is")]
    Ambiguous,
    #[error("{why}")]
    Unauthorized { why: Unauthorized, challenges: [String; 2] },
    #[error("event package `{0}` is not supported here")]
    Event(String),
    #[error("no peer at this address publishes to `{0}`")]
    Resource(String),
    #[error("a body of type `{media_type}` is not supported here")]
    MediaType { media_type: String, accept: String },
    #[error(transparent)]
    Body(#[from] BodyError),
    #[error(transparent)]
    Xml(#[from] XmlError),
    #[error(transparent)]
    Eid(#[from] Refused),
    #[error(
        "this peer names {most} devices, mailboxes and extensions already: see max_names in [sip] of lampfield.toml"
    )]
    TooManyNames { most: usize },
    #[error(transparent)]
    Publication(#[from] Refusal),
}

impl Refuse {
    /// The answer that tells the sender what to mend.
    pub fn answer(&self) -> Answer {
        match self {
            Self::Stranger
            | Self::Ambiguous
            | Self::Eid(_)
            | Self::TooManyNames { .. }
            | Self::Unauthorized { why: Unauthorized::Wrong, .. } => self.because(Answer::FORBIDDEN),
            Self::Unauthorized { challenges, .. } => {
                let with = |answer: Answer, challenge: &String| answer.header("WWW-Authenticate", challenge);
                challenges.iter().fold(Answer::new(Answer::UNAUTHORIZED), with)
            }
            Self::Event(_) => Answer::new(Answer::BAD_EVENT).allow_events(allow_events()),
            Self::Resource(_) => self.because(Answer::NOT_FOUND),
            Self::MediaType { accept, .. } => Answer::new(Answer::UNSUPPORTED_MEDIA_TYPE).accept(accept),
            Self::Body(_) | Self::Xml(_) => self.because(Answer::BAD_REQUEST),
            Self::Publication(refusal) => refusal.answer(),
        }
    }

    /// An answer with the reason in words, for readers of the sender's SIP log (RFC 3261 §20.43).
    fn because(&self, status: u16) -> Answer {
        let plain = |c: char| if c.is_control() || matches!(c, '"' | '\\') { '\'' } else { c };
        let words: String = self.to_string().chars().map(plain).collect();
        Answer::new(status).header("Warning", format_args!("399 lampfield \"{words}\""))
    }

    /// The counter that a refusal of this kind adds to.
    pub const fn counter(&self) -> Counter {
        match self {
            Self::Stranger => Counter::Stranger,
            Self::Ambiguous => Counter::AmbiguousAddress,
            Self::Unauthorized { why: Unauthorized::Missing, .. } => Counter::Challenged,
            Self::Unauthorized { why: Unauthorized::Stale, .. } => Counter::StaleNonce,
            Self::Unauthorized { why: Unauthorized::Wrong, .. } => Counter::WrongPassword,
            Self::Event(_) => Counter::BadEvent,
            Self::Resource(_) => Counter::UnknownResource,
            Self::MediaType { .. } => Counter::UnsupportedMediaType,
            Self::Body(_) | Self::Xml(_) | Self::Publication(Refusal::Empty) => Counter::BadBody,
            Self::Eid(Refused::Own(_)) => Counter::OwnEid,
            Self::Eid(Refused::Spoof(_)) => Counter::SpoofedEid,
            Self::Eid(Refused::Clash(_)) => Counter::EidClash,
            Self::Eid(Refused::TooMany(_)) | Self::TooManyNames { .. } => Counter::BeyondLimit,
            Self::Publication(Refusal::TagUnknown) => Counter::TagUnknown,
            Self::Publication(Refusal::TooBrief { .. }) => Counter::TooBrief,
        }
    }
}

/// Every event package that is followed.
pub(super) fn allow_events() -> String {
    [MeshEvent::ALL.map(MeshEvent::as_str), ExtensionEvent::ALL.map(ExtensionEvent::as_str)].concat().join(", ")
}

/// Every media type that is read.
pub(super) fn accept() -> String {
    let [dialog, presence] = ExtensionEvent::ALL.map(ExtensionEvent::accepts);
    [json::MEDIA_TYPE, &dialog, &presence].join(", ")
}
