//! Digest authentication (RFC 8760, RFC 7616): who sends a request proves that it knows a password.
//!
//! ```text
//!  request ──► Challenger ─ no credentials ─► 401, one challenge for each algorithm
//!              (of others) ─ nonce too old ─► 401, stale=true: the password was right
//!                          ─ wrong ─────────► refused
//!
//!  401, 407 ─► Responder ─ the strongest algorithm offered ─► Authorization, until the nonce is old
//!              (of ours)
//! ```
//! `qop=auth`: method, URI and a count are signed, and the body is not. Against listeners use TLS.

mod challenger;
mod fields;
mod responder;

use std::fmt;

use base16ct::lower;
use md5::Md5;
use sha2::{Digest as _, Sha256};

use super::message::Request;
pub use challenger::{Challenger, Unauthorized};
use fields::Fields;
pub use responder::{Responder, Stale, Unanswerable};

/// A password; no log shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// The name and the password of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The user's name, as both sides have it configured.
    pub username: String,
    /// The password that both sides know.
    pub password: Password,
}

impl Login {
    /// Whether the sender of a request claims to be this user; nothing is proved by that.
    pub fn is_claimed_by(&self, request: &Request) -> bool {
        let mut claims = request.authorizations().filter_map(Fields::read);
        claims.any(|fields| fields.get("username") == Some(&self.username))
    }
}

/// The hash of a proof, the weaker one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// MD5 (RFC 7616): weak, and the only one that older programs know.
    Md5,
    /// SHA-256 (RFC 8760).
    Sha256,
}

impl Algorithm {
    /// The name as it stands in `algorithm=`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    /// The algorithm of that name; none named means MD5 (RFC 7616 §3.3).
    fn from_name(name: Option<&str>) -> Option<Self> {
        let Some(name) = name else { return Some(Self::Md5) };
        [Self::Md5, Self::Sha256].into_iter().find(|algorithm| algorithm.as_str().eq_ignore_ascii_case(name))
    }

    /// The hash in lower-case hex.
    fn hash(self, text: &str) -> String {
        match self {
            Self::Md5 => lower::encode_string(&Md5::digest(text)),
            Self::Sha256 => lower::encode_string(&Sha256::digest(text)),
        }
    }
}

/// The parts of a proof beside name and password.
#[derive(Debug, Clone, Copy)]
struct Signed<'a> {
    algorithm: Algorithm,
    realm: &'a str,
    nonce: &'a str,
    method: &'a str,
    uri: &'a str,
    /// `nc` as it is written, and `cnonce`; `None` without `qop`, as RFC 2069 had it.
    count: Option<(&'a str, &'a str)>,
}

impl Signed<'_> {
    /// Computes the proof that stands in `response=` (RFC 7616 §3.4.1).
    fn response(&self, login: &Login) -> String {
        let Self { algorithm, realm, nonce, method, uri, count } = self;
        let Login { username, password: Password(password) } = login;
        let who = algorithm.hash(&format!("{username}:{realm}:{password}"));
        let what = algorithm.hash(&format!("{method}:{uri}"));
        algorithm.hash(&match count {
            Some((nc, cnonce)) => format!("{who}:{nonce}:{nc}:{cnonce}:auth:{what}"),
            None => format!("{who}:{nonce}:{what}"),
        })
    }
}

#[cfg(test)]
mod tests;
