//! Passwords: how they are judged, hashed, checked and invented.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use lampfield_shared::account::PASSWORD_MIN_CHARS;
use rand::Rng as _;

/// A longer one is no password, but an attempt to keep us busy.
const MAX_BYTES: usize = 1024;

/// Without what is easily mistaken for another: 0 o, 1 l i.
const LETTERS: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFlaw {
    /// See [`PASSWORD_MIN_CHARS`].
    #[error("a password needs at least {PASSWORD_MIN_CHARS} characters")]
    TooShort,
    /// See the module.
    #[error("a password has at most {MAX_BYTES} bytes")]
    TooLong,
    /// It would be the first guess.
    #[error("the name is no password")]
    IsTheName,
    /// Nothing would have changed.
    #[error("the new password is the old one")]
    IsTheOld,
}

/// Whether someone may use this.
///
/// # Errors
/// Why not.
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

/// What is kept of a password: PHC's form, with parameters and salt. Takes tens of milliseconds and 19 MiB.
///
/// # Panics
/// When the system gives no random bytes.
pub fn hash(password: &str) -> String {
    argon2id()
        .hash_password(password.as_bytes())
        .expect("the parameters are valid, and any length below is")
        .to_string()
}

/// Whether this is the password. Without a hash (nobody has that name) it takes as long, and is not.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODYS: LazyLock<String> = LazyLock::new(|| self::hash(&one_time()));
    let parsed = PasswordHash::new(hash.unwrap_or(&NOBODYS));
    let fits = parsed.is_ok_and(|parsed| {
        password.len() <= MAX_BYTES && argon2id().verify_password(password.as_bytes(), &parsed).is_ok()
    });
    fits && hash.is_some()
}

/// A password that nobody has thought of: 99 bits, to be read out and typed in once.
pub fn one_time() -> String {
    let mut random = rand::rng();
    let group = |random: &mut rand::rngs::ThreadRng| -> String {
        (0..5).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
    };
    [(); 4].map(|()| group(&mut random)).join("-")
}

/// OWASP's parameters (Password Storage Cheat Sheet): 19 MiB, two passes, one lane.
fn argon2id() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("these are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
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
