//! The side that proves who it is (RFC 7616 §3.4).
//!
//! A nonce is used for as long as an Asterisk takes it, so most requests need no second trip.

use std::time::{Duration, Instant};

use rand::Rng as _;
use rand::rngs::StdRng;

use super::fields::{Fields, Writer};
use super::{Algorithm, Login, Signed};
use crate::message::Response;

/// How long a nonce is used unasked: Asterisk takes one for 32 s (`nonce_lifetime`).
const REUSE: Duration = Duration::from_secs(30);

/// Whether a challenge says that only the nonce was too old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stale {
    /// `stale=true`: name and password were right.
    Yes,
    /// It says nothing of the kind.
    No,
}

/// Why a challenge cannot be met.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswerable {
    /// It is for somebody else.
    #[error("its realm is `{theirs}`, and `{ours}` is expected")]
    Realm {
        /// What the challenge says.
        theirs: String,
        /// What we know a password for.
        ours: String,
    },
    /// Neither MD5 nor SHA-256.
    #[error("it wants a digest that is not known here: {0}")]
    Algorithm(String),
    /// There is no challenge in it, or one without a nonce.
    #[error("its challenge cannot be read")]
    Unreadable,
}

/// A challenge that we answer.
#[derive(Debug, Clone)]
struct Challenge {
    /// The header of the answer: 407 wants another one.
    header: &'static str,
    algorithm: Algorithm,
    realm: String,
    nonce: String,
    opaque: Option<String>,
    has_qop: bool,
    stale: Stale,
}

impl Challenge {
    fn read(header: &'static str, fields: &Fields<'_>) -> Option<Self> {
        let qop = fields.get("qop");
        let has_auth = |qop: &str| qop.split(',').any(|option| option.trim_ascii().eq_ignore_ascii_case("auth"));
        qop.is_none_or(has_auth).then_some(())?;
        Some(Self {
            header,
            algorithm: Algorithm::from_name(fields.get("algorithm"))?,
            realm: fields.get("realm").unwrap_or_default().to_owned(),
            nonce: fields.get("nonce")?.to_owned(),
            opaque: fields.get("opaque").map(str::to_owned),
            has_qop: qop.is_some(),
            stale: match fields.get("stale") {
                Some(word) if word.eq_ignore_ascii_case("true") => Stale::Yes,
                _ => Stale::No,
            },
        })
    }
}

/// Answers the challenges of one peer.
#[derive(Debug)]
pub struct Responder {
    login: Login,
    realm: Option<String>,
    rng: StdRng,
    held: Option<Held>,
}

/// A challenge in use.
#[derive(Debug)]
struct Held {
    challenge: Challenge,
    until: Instant,
    count: u32,
}

impl Responder {
    /// One that answers for `realm` alone; `None`: for any.
    pub fn new(login: Login, realm: Option<String>, rng: StdRng) -> Self {
        Self { login, realm, rng, held: None }
    }

    /// The header that proves who we are, while a nonce is good for it.
    pub fn credentials(&mut self, now: Instant, method: &str, uri: &str) -> Option<(&'static str, String)> {
        let Self { login, rng, held, .. } = self;
        let Held { challenge, count, .. } = held.as_mut().filter(|held| now < held.until)?;
        *count += 1;
        let (nc, cnonce) = (format!("{count:08x}"), format!("{:016x}", rng.random::<u64>()));
        let Challenge { header, algorithm, realm, nonce, opaque, has_qop, .. } = challenge;
        let counted = has_qop.then_some((nc.as_str(), cnonce.as_str()));
        let signed = Signed { algorithm: *algorithm, realm, nonce, method, uri, count: counted };
        let answer = Writer::new().quoted("username", &login.username).quoted("realm", realm);
        let answer = answer.quoted("nonce", nonce).quoted("uri", uri).quoted("response", &signed.response(login));
        let answer = answer.plain("algorithm", algorithm.as_str());
        let answer = opaque.iter().fold(answer, |answer, opaque| answer.quoted("opaque", opaque));
        let answer = match counted {
            Some((nc, cnonce)) => answer.plain("qop", "auth").plain("nc", nc).quoted("cnonce", cnonce),
            None => answer,
        };
        Some((header, answer.finish()))
    }

    /// Takes a 401 or 407: the next [`credentials`](Self::credentials) answer the strongest of its challenges.
    ///
    /// # Errors
    /// When it cannot be answered at all; see [`Unanswerable`].
    pub fn challenged(&mut self, now: Instant, response: &Response) -> Result<Stale, Unanswerable> {
        let challenge = self.choose(response)?;
        let stale = challenge.stale;
        self.held = Some(Held { challenge, until: now + REUSE, count: 0 });
        Ok(stale)
    }

    /// The nonce is not used again.
    pub fn forget(&mut self) {
        self.held = None;
    }

    fn choose(&self, response: &Response) -> Result<Challenge, Unanswerable> {
        let header = if response.status == 407 { "Proxy-Authorization" } else { "Authorization" };
        let all: Vec<Fields<'_>> = response.challenges().filter_map(Fields::read).collect();
        let is_ours =
            |fields: &&Fields<'_>| self.realm.as_deref().is_none_or(|realm| fields.get("realm") == Some(realm));
        let ours: Vec<&Fields<'_>> = all.iter().filter(is_ours).collect();
        let known = ours.iter().filter_map(|fields| Challenge::read(header, fields));
        known.max_by_key(|challenge| challenge.algorithm).ok_or_else(|| self.complain(&all, &ours))
    }

    fn complain(&self, all: &[Fields<'_>], ours: &[&Fields<'_>]) -> Unanswerable {
        let names: Vec<&str> = ours.iter().filter_map(|fields| fields.get("algorithm")).collect();
        match (all.first(), &self.realm) {
            (Some(first), Some(realm)) if ours.is_empty() => {
                Unanswerable::Realm { theirs: first.get("realm").unwrap_or_default().into(), ours: realm.clone() }
            }
            _ if names.iter().any(|name| Algorithm::from_name(Some(name)).is_none()) => {
                Unanswerable::Algorithm(names.join(", "))
            }
            _ => Unanswerable::Unreadable,
        }
    }
}
