//! Tokens: the secrets of sessions and of screens' links.

use std::fmt;

use base16ct::lower;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A secret of 256 random bits, written as 64 hex digits. A browser holds the token, the database only its hash:
/// who reads the file cannot log in with what stands there.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Draws a new token.
    pub fn new() -> Self {
        Self(lower::encode_string(&rand::random::<[u8; 32]>()))
    }

    /// Reads what a browser sent; `None` when the text cannot be a token of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        fits.then(|| Self(text.into()))
    }

    /// The text for the browser.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The hash that is kept. Plain SHA-256 does: 256 random bits cannot be guessed.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(&self.0).into())
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::new()
    }
}

/// SHA-256 of a [`Token`]'s text; hex in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The bytes, as the database has them.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<TokenHash> for String {
    fn from(hash: TokenHash) -> Self {
        lower::encode_string(&hash.0)
    }
}

impl TryFrom<String> for TokenHash {
    type Error = base16ct::Error;

    fn try_from(text: String) -> Result<Self, base16ct::Error> {
        let mut hash = [0; 32];
        let length = lower::decode(text, &mut hash)?.len();
        if length == hash.len() { Ok(Self(hash)) } else { Err(base16ct::Error::InvalidLength) }
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from(*self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_hex_of_64_digits_in_json() {
        let hash = Token::new().hash();
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(json.len(), 66);
        assert_eq!(serde_json::from_str::<TokenHash>(&json).unwrap(), hash);
        for wrong in ["\"\"", "\"00\"", &format!("\"{}\"", "g".repeat(64)), &format!("\"{}\"", "0".repeat(66))] {
            assert!(serde_json::from_str::<TokenHash>(wrong).is_err(), "{wrong}");
        }
    }
}
