//! The side that asks for proof (RFC 7616 §3.3, RFC 8760 §2.3).
//!
//! A nonce is its own record: the time, a random number, and our signature over both and the realm. So a
//! flood of requests without credentials costs no memory. What is remembered is how often each nonce
//! served a request that was signed by the right password.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use base16ct::lower;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::Rng as _;
use rand::rngs::StdRng;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::fields::{Fields, Writer};
use super::{Algorithm, Login, Signed};
use crate::message::Request;
use crate::text::lower_hex;
use crate::transaction::TRANSACTION_TIME;
use crate::uri::Uri;

/// How long a nonce serves. The challenge may need a whole transaction to arrive, and so may the answer.
const NONCE_LIFETIME: Duration = TRANSACTION_TIME.saturating_mul(2);

/// How many nonces in use are remembered. Some agents use each but once: 10,000 requests of theirs in a lifetime.
const MAX_REMEMBERED: usize = 10_000;

/// The algorithms of our challenges, the preferred one first (RFC 8760 §2.3).
const OFFERED: [Algorithm; 2] = [Algorithm::Sha256, Algorithm::Md5];

/// Why a request is not served. Which status tells its sender is for the caller: 401 with challenges, or 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unauthorized {
    /// The request brings no credentials, or none for our realm.
    #[error("no credentials")]
    Missing,
    /// The password is right, but the nonce has served its time: the challenges say `stale=true`.
    #[error("the nonce is too old, or not ours")]
    Stale,
    /// Name or password is wrong, or the proof is of something else.
    #[error("wrong user name or password")]
    Wrong,
}

/// A nonce: when it was made, in milliseconds since the challenger's start, and a random number.
type Nonce = (u64, u64);

/// Makes challenges, and checks what comes back.
pub struct Challenger {
    start: Instant,
    secret: [u8; 32],
    rng: StdRng,
    /// The count that each nonce was used with last.
    counts: BTreeMap<Nonce, u32>,
    /// Nonces up to this one have been forgotten: they count as old.
    forgotten: Option<Nonce>,
}

impl Challenger {
    /// A side that asks for proof; nonces of another challenger are stale to it. `rng` makes the secret and the nonces.
    pub fn new(now: Instant, mut rng: StdRng) -> Self {
        Self { start: now, secret: rng.random(), rng, counts: BTreeMap::new(), forgotten: None }
    }

    /// The values of `WWW-Authenticate` that ask for proof, one for each algorithm.
    pub fn challenges(&mut self, now: Instant, realm: &str, why: Unauthorized) -> [String; 2] {
        let nonce = self.nonce(now, realm);
        OFFERED.map(|algorithm| {
            let challenge = Writer::new().quoted("realm", realm).quoted("nonce", &nonce);
            let challenge = challenge.plain("algorithm", algorithm.as_str()).quoted("qop", "auth");
            match why {
                Unauthorized::Stale => challenge.plain("stale", "true").finish(),
                Unauthorized::Missing | Unauthorized::Wrong => challenge.finish(),
            }
        })
    }

    /// Whether `request` comes from `login`.
    ///
    /// # Errors
    /// Why not; see [`Unauthorized`].
    pub fn check(&mut self, now: Instant, realm: &str, login: &Login, request: &Request) -> Result<(), Unauthorized> {
        let mut all = request.authorizations().filter_map(Fields::read);
        let mine = all.find(|fields| fields.get("realm") == Some(realm)).ok_or(Unauthorized::Missing)?;
        let algorithm = Algorithm::from_name(mine.get("algorithm")).ok_or(Unauthorized::Missing)?;
        let count = signed_count(&mine, request, realm, algorithm, login).ok_or(Unauthorized::Wrong)?;
        let nonce = mine.get("nonce").and_then(|nonce| self.read(realm, nonce)).ok_or(Unauthorized::Stale)?;
        self.forget_old(now);
        self.use_up(now, nonce, count)
    }

    /// Makes a nonce of this moment.
    fn nonce(&mut self, now: Instant, realm: &str) -> String {
        let nonce = (self.milliseconds(now), self.rng.random());
        format!("{:012x}{:016x}{}", nonce.0, nonce.1, self.sign(realm, nonce))
    }

    /// Reads a nonce; `None` when it is none of ours.
    fn read(&self, realm: &str, text: &str) -> Option<Nonce> {
        let nonce = (lower_hex(text.get(..12)?, 12)?, lower_hex(text.get(12..28)?, 16)?);
        let signature = self.sign(realm, nonce);
        bool::from(text.as_bytes().get(28..)?.ct_eq(signature.as_bytes())).then_some(nonce)
    }

    fn sign(&self, realm: &str, (time, random): Nonce) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("a key of HMAC may have any length");
        mac.update(&time.to_be_bytes());
        mac.update(&random.to_be_bytes());
        mac.update(realm.as_bytes());
        lower::encode_string(&mac.finalize().into_bytes()[..16])
    }

    fn milliseconds(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.start).as_millis()).unwrap_or(u64::MAX)
    }

    /// Takes a nonce for growing counts alone, so that nobody can repeat what was overheard.
    fn use_up(&mut self, now: Instant, nonce: Nonce, count: u32) -> Result<(), Unauthorized> {
        let oldest = self.milliseconds(now).saturating_sub(lifetime());
        let known = self.counts.get(&nonce).copied().unwrap_or(0);
        if nonce.0 < oldest || self.forgotten.is_some_and(|forgotten| nonce <= forgotten) || count <= known {
            return Err(Unauthorized::Stale);
        }
        self.counts.insert(nonce, count);
        Ok(())
    }

    fn forget_old(&mut self, now: Instant) {
        let oldest = self.milliseconds(now).saturating_sub(lifetime());
        while let Some(first) = self.counts.first_entry() {
            let nonce = *first.key();
            if nonce.0 >= oldest && self.counts.len() < MAX_REMEMBERED {
                return;
            }
            self.counts.remove(&nonce);
            self.forgotten = Some(nonce);
        }
    }
}

fn lifetime() -> u64 {
    u64::try_from(NONCE_LIFETIME.as_millis()).unwrap_or(u64::MAX)
}

/// The count in credentials that `login` has signed; `None` where they are not signed so, or for something else.
fn signed_count(
    fields: &Fields<'_>,
    request: &Request,
    realm: &str,
    algorithm: Algorithm,
    login: &Login,
) -> Option<u32> {
    let uri = fields.get("uri")?;
    // Eight digits without quotes (RFC 7616 §3.4).
    let (nc, cnonce) = (fields.token("nc")?, fields.get("cnonce")?);
    let count = u32::try_from(lower_hex(nc, 8)?).ok()?;
    let is_meant = fields.get("username") == Some(&login.username)
        && fields.get("qop").is_some_and(|qop| qop.eq_ignore_ascii_case("auth"))
        && uri.parse::<Uri>().is_ok_and(|uri| uri.has_same_target(&request.uri));
    let signed = Signed {
        algorithm,
        realm,
        nonce: fields.get("nonce")?,
        method: request.method.as_str(),
        uri,
        count: Some((nc, cnonce)),
    };
    let expected = signed.response(login);
    let given = fields.get("response")?.to_ascii_lowercase();
    let is_right = bool::from(given.as_bytes().ct_eq(expected.as_bytes()));
    (is_meant && is_right).then_some(count)
}
