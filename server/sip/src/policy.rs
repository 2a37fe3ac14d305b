//! Where an implementation needs it otherwise than the RFCs have it: a value that the user of this crate hands in.
//!
//! The machines of this crate do what the RFCs say under [`Policy::rfc`]. Whoever speaks with a program that does not makes
//! a policy of their own, and says there why.

use std::time::Duration;

/// How this side departs from the RFCs to get along with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// What an entity-tag means that is a smaller number than the one before.
    pub falling_tag: FallingTag,
    /// What becomes of a PUBLISH that has neither a body nor an entity-tag.
    pub bare_publish: BarePublish,
    /// What becomes of the entity-tag that was replaced last.
    pub replaced_tag: ReplacedTag,
    /// How long a publication is kept beyond its expiry.
    pub grace: Grace,
    /// How long a nonce answers further requests unasked.
    pub nonce_reuse: NonceReuse,
}

impl Policy {
    /// What the RFCs say: 3261, 3903 and 7616.
    pub const fn rfc() -> Self {
        Self {
            falling_tag: FallingTag::Opaque,
            bare_publish: BarePublish::Refused,
            replaced_tag: ReplacedTag::Refused,
            grace: Grace { least: Duration::ZERO, percent: 0 },
            nonce_reuse: NonceReuse::UntilRefused,
        }
    }
}

/// What a publication agent reads from an entity-tag that is a number, and not greater than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FallingTag {
    /// Nothing: an entity-tag is opaque (RFC 3903 §8).
    Opaque,
    /// The compositor counts its tags, has started again and so has forgotten what it was told.
    Restart,
}

/// What a compositor makes of a PUBLISH that has neither a body nor an entity-tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BarePublish {
    /// A fault of its sender: 400 (RFC 3903 §6).
    Refused,
    /// A publication without a state: its sender lives, and goes on under the tag that it is given.
    SignOfLife,
}

/// What a compositor makes of an entity-tag that it has just replaced by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplacedTag {
    /// The tag is unknown: 412 (RFC 3903 §6, step 4).
    Refused,
    /// The tag is taken for so long: its sender may have lost the answer that named the next one.
    TakenFor(Duration),
}

/// How long a compositor keeps a publication beyond its expiry: the longer of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grace {
    /// At least so long.
    pub least: Duration,
    /// So many hundredths of the lifetime that was granted.
    pub percent: u32,
}

impl Grace {
    /// The grace of a publication that was granted `expires`.
    pub(super) fn of(self, expires: Duration) -> Duration {
        self.least.max(expires.saturating_mul(self.percent) / 100)
    }
}

/// How long an agent answers with a nonce before it asks for another by a request without credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonceReuse {
    /// Until the other side refuses it as stale (RFC 7616 §3.6).
    UntilRefused,
    /// For so long after it came: the other side may treat an old one as a wrong password.
    For(Duration),
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Every departure at once, as an implementation that needs all of them would have it.
    pub(crate) const LENIENT: Policy = Policy {
        falling_tag: FallingTag::Restart,
        bare_publish: BarePublish::SignOfLife,
        replaced_tag: ReplacedTag::TakenFor(Duration::from_secs(37)),
        grace: Grace { least: Duration::from_secs(45), percent: 10 },
        nonce_reuse: NonceReuse::For(Duration::from_secs(30)),
    };

    #[test]
    fn a_grace_is_the_longer_of_both() {
        for (expires, grace) in [(60, 45), (450, 45), (3600, 360)] {
            assert_eq!(LENIENT.grace.of(Duration::from_secs(expires)), Duration::from_secs(grace));
            assert_eq!(Policy::rfc().grace.of(Duration::from_secs(expires)), Duration::ZERO);
        }
    }
}
