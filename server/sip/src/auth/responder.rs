//! The side that proves who it is (RFC 7616 §3.4).
//!
//! A nonce is used for further requests, as long as the policy says, so that most need no second trip.

use std::time::Instant;

use rand::Rng as _;
use rand::rngs::StdRng;

use super::fields::{Fields, Writer};
use super::{Algorithm, Login, Signed};
use crate::message::Response;
use crate::policy::{NonceReuse, Policy};

/// Whether a challenge says that nothing but the nonce was too old (RFC 7616 §3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stale {
    /// `stale=true`: name and password were right.
    Yes,
    /// `stale` is missing or says otherwise: name or password may be wrong.
    No,
}

/// Why a challenge cannot be met.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswerable {
    /// The challenge is for a realm that we know no password for.
    #[error("its realm is `{theirs}`, and `{ours}` is expected")]
    Realm {
        /// The realm of the challenge.
        theirs: String,
        /// The realm that we know a password for.
        ours: String,
    },
    /// The challenge wants neither MD5 nor SHA-256, but these.
    #[error("it wants a digest that is not known here: {0}")]
    Algorithm(String),
    /// The response has no challenge, or one without a nonce.
    #[error("its challenge cannot be read")]
    Unreadable,
}

/// A challenge that we answer.
#[derive(Debug, Clone)]
struct Challenge {
    /// The header of the answer: that to a 407 is another than that to a 401.
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
    reuse: NonceReuse,
    rng: StdRng,
    in_use: Option<InUse>,
}

/// A challenge in use.
#[derive(Debug)]
struct InUse {
    challenge: Challenge,
    since: Instant,
    /// How often the challenge was answered.
    count: u32,
}

impl Responder {
    /// A side that answers challenges of `realm`, or of any realm where that is `None`. `rng` makes the client's nonces.
    pub fn new(login: Login, realm: Option<String>, policy: Policy, rng: StdRng) -> Self {
        Self { login, realm, reuse: policy.nonce_reuse, rng, in_use: None }
    }

    /// The header that proves who we are, while a nonce is good for it.
    pub fn credentials(&mut self, now: Instant, method: &str, uri: &str) -> Option<(&'static str, String)> {
        let Self { login, reuse, rng, in_use, .. } = self;
        let is_good = |it: &&mut InUse| match *reuse {
            NonceReuse::UntilRefused => true,
            NonceReuse::For(time) => now < it.since + time,
        };
        let InUse { challenge, count, .. } = in_use.as_mut().filter(is_good)?;
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
    /// Why no challenge of the response can be answered: [`Unanswerable`].
    pub fn challenged(&mut self, now: Instant, response: &Response) -> Result<Stale, Unanswerable> {
        let challenge = self.choose(response)?;
        let stale = challenge.stale;
        self.in_use = Some(InUse { challenge, since: now, count: 0 });
        Ok(stale)
    }

    /// Forgets the nonce: the next request goes without credentials.
    pub fn forget(&mut self) {
        self.in_use = None;
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
