//! Passwords: judged, hashed, checked and drawn.

use std::sync::LazyLock;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version, password_hash};
use lampfield_shared::account::PASSWORD_MIN_CHARS;
use rand::Rng as _;

/// Longest password, in bytes. A longer text is an attempt to keep us busy.
const MAX_BYTES: usize = 1024;

/// Letters of one-time passwords; those that are easily mistaken for another are missing: 0 o, 1 l i.
const LETTERS: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFlaw {
    /// The password is shorter than [`PASSWORD_MIN_CHARS`].
    #[error("a password needs at least {PASSWORD_MIN_CHARS} characters")]
    TooShort,
    /// The password has more than 1024 bytes.
    #[error("a password has at most {MAX_BYTES} bytes")]
    TooLong,
    /// The password is the account's name, and would be the first guess.
    #[error("the password must not be the account's name")]
    IsTheName,
    /// The new password is the old one.
    #[error("the new password is the same as the old one")]
    IsTheOld,
}

/// Judges whether an account may have this password.
///
/// # Errors
/// Why the password is not taken.
pub fn judge(name: &str, password: &str) -> Result<(), PasswordFlaw> {
    if password.chars().count() < PASSWORD_MIN_CHARS {
        Err(PasswordFlaw::TooShort)
    } else if password.len() > MAX_BYTES {
        Err(PasswordFlaw::TooLong)
    } else if password.to_lowercase() == name {
        Err(PasswordFlaw::IsTheName)
    } else {
        Ok(())
    }
}

/// Hashes a password, in PHC's form with parameters and salt. Takes tens of milliseconds and 19 MiB.
///
/// # Panics
/// When the system gives no random bytes.
pub fn hash(password: &str) -> String {
    let salt: [u8; 16] = rand::random();
    derive(&argon2id(), password, &salt)
        .and_then(|output| {
            let (algorithm, version) = (Algorithm::Argon2id.ident(), Some(Version::V0x13.into()));
            let params = ParamsString::try_from(&params())?;
            let (salt, hash) = (Some(Salt::new(&salt)?), Some(output));
            Ok(PasswordHash { algorithm, version, params, salt, hash }.to_string())
        })
        .expect("the parameters are valid, and any length below is")
}

/// Whether a password fits a hash. Without a hash (nobody has that name) the answer is no, and takes as long.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODYS: LazyLock<String> = LazyLock::new(|| self::hash(&one_time()));
    password.len() <= MAX_BYTES && fits(password, hash.unwrap_or(&NOBODYS)).unwrap_or(false) && hash.is_some()
}

fn fits(password: &str, hash: &str) -> Result<bool, password_hash::Error> {
    let kept = PasswordHash::new(hash)?;
    let (Some(salt), Some(expected)) = (&kept.salt, &kept.hash) else { return Ok(false) };
    let algorithm = Algorithm::try_from(kept.algorithm.as_str())?;
    let version = kept.version.map(Version::try_from).transpose()?.unwrap_or_default();
    let argon2 = Argon2::new(algorithm, version, Params::try_from(&kept)?);
    // `Output` compares in constant time.
    Ok(derive(&argon2, password, salt)? == *expected)
}

/// More than the largest piece (32 MiB) that the C library takes from memory that it keeps for itself: a larger one is
/// the system's, and goes back there at once. Only what is used of it is ever there.
const LARGE_BLOCKS: usize = 34 * 1024;

/// Derives the hash in memory that is given back afterwards; otherwise the memory of a hundred logins would stay with
/// their threads.
fn derive(argon2: &Argon2<'_>, password: &str, salt: &[u8]) -> Result<Output, password_hash::Error> {
    let blocks = argon2.params().block_count();
    let mut memory = Vec::with_capacity(blocks.max(LARGE_BLOCKS));
    memory.resize(blocks, Block::new());
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut memory)?;
    Ok(Output::new(&output)?)
}

/// Draws a one-time password: 99 random bits, to be read out and typed in once.
pub fn one_time() -> String {
    let mut random = rand::rng();
    let group = |random: &mut rand::rngs::ThreadRng| -> String {
        (0..5).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
    };
    [(); 4].map(|()| group(&mut random)).join("-")
}

/// Parameters by OWASP (Password Storage Cheat Sheet): 19 MiB, two passes, one lane.
fn params() -> Params {
    Params::new(19 * 1024, 2, 1, None).expect("these are within argon2's bounds")
}

fn argon2id() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_itself_is_taken() {
        let kept = hash("correct horse");
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_ne!(kept, hash("correct horse"), "each has a salt of its own");
        assert!(verify("correct horse", Some(&kept)));
        for (password, kept) in [("correct hors", Some(&*kept)), ("correct horse", None), ("", None), ("", Some("x"))] {
            assert!(!verify(password, kept), "{password}");
        }
    }

    /// Hashes of version 0.1.0 were made by the crate's own functions.
    #[test]
    fn what_was_kept_before_goes_on_to_fit() {
        use argon2::{PasswordHasher as _, PasswordVerifier as _};
        let before = argon2id().hash_password(b"correct horse").unwrap().to_string();
        assert!(verify("correct horse", Some(&before)) && !verify("correct hors", Some(&before)));
        let now = hash("correct horse");
        argon2id().verify_password(b"correct horse", &PasswordHash::new(&now).unwrap()).unwrap();
    }

    #[test]
    fn asks_for_length_and_nothing_else() {
        for (password, verdict) in [
            ("aaaaaaaaaa", Ok(())),
            ("пароль-это", Ok(())),
            ("123456789", Err(PasswordFlaw::TooShort)),
            ("Receptionist", Err(PasswordFlaw::IsTheName)),
            (&"x".repeat(MAX_BYTES + 1), Err(PasswordFlaw::TooLong)),
        ] {
            assert_eq!(judge("receptionist", password), verdict, "{password}");
        }
        assert_eq!(judge("admin", &one_time()), Ok(()));
    }
}
