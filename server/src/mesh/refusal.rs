//! Why a request of a peer is refused, and the answer that tells its sender what to mend.

use lampfield_sip::Answer;
use lampfield_sip::auth::Unauthorized;
use lampfield_sip::publication::Refusal;

use super::body::json::{self, BodyError, MeshEvent};
use super::body::{ExtensionEvent, XmlError};
use super::eids::Refused;

/// Why a PUBLISH is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refuse {
    #[error("no peer is configured at this address")]
    Stranger,
    #[error("several peers are configured at this address, and nothing tells which of them this is")]
    Ambiguous,
    #[error("{why}")]
    Unauthorized { why: Unauthorized, challenges: [String; 2] },
    #[error("event package `{0}` is not followed here")]
    Event(String),
    #[error("no peer at this address publishes to `{0}`")]
    Resource(String),
    #[error("a body of type `{media_type}` is not read here")]
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

    /// An answer with the reason in words, for whoever reads the sender's SIP log (RFC 3261 §20.43).
    fn because(&self, status: u16) -> Answer {
        let plain = |c: char| if c.is_control() || matches!(c, '"' | '\\') { '\'' } else { c };
        let words: String = self.to_string().chars().map(plain).collect();
        Answer::new(status).header("Warning", format_args!("399 lampfield \"{words}\""))
    }

    /// The name it is counted under.
    pub const fn counter(&self) -> &'static str {
        match self {
            Self::Stranger => "stranger",
            Self::Ambiguous => "ambiguous_address",
            Self::Unauthorized { why: Unauthorized::Missing, .. } => "challenged",
            Self::Unauthorized { why: Unauthorized::Stale, .. } => "stale_nonce",
            Self::Unauthorized { why: Unauthorized::Wrong, .. } => "wrong_password",
            Self::Event(_) => "bad_event",
            Self::Resource(_) => "unknown_resource",
            Self::MediaType { .. } => "unsupported_media_type",
            Self::Body(_) | Self::Xml(_) => "bad_body",
            Self::Eid(Refused::Own(_)) => "own_eid",
            Self::Eid(Refused::Spoof(_)) => "spoofed_eid",
            Self::Eid(Refused::Clash(_)) => "eid_clash",
            Self::Eid(Refused::TooMany(_)) | Self::TooManyNames { .. } => "beyond_limit",
            Self::Publication(Refusal::TagUnknown) => "tag_unknown",
            Self::Publication(Refusal::TooBrief { .. }) => "too_brief",
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
