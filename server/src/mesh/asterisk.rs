//! What an Asterisk needs otherwise than the RFCs have it, as a policy for the SIP machines.
//!
//! One departure more is an answer: a wrong password gets 403 instead of 401 (`refusal.rs`), for a second challenge
//! would have an Asterisk try again and again, or hang (`docs/protocol.md` S8).

use std::time::Duration;

use lampfield_sip::{BarePublish, FallingTag, Grace, NonceReuse, Policy, ReplacedTag, T4, TRANSACTION_TIME};

/// How publications and passwords are handled among Asterisks.
pub const POLICY: Policy = Policy {
    // An Asterisk counts its entity-tags up from 0: one that counts back comes from one that has started again
    // (`docs/protocol.md` C8).
    falling_tag: FallingTag::Restart,
    // An Asterisk whose refresh came too late sends neither body nor tag, and recovers by 200 alone
    // (`docs/protocol.md` S13).
    bare_publish: BarePublish::SignOfLife,
    // A sender that lost our 200 gives up after 64·T1 and goes on with the tag that it has (`docs/protocol.md` S5).
    replaced_tag: ReplacedTag::TakenFor(TRANSACTION_TIME.saturating_add(T4)),
    // An Asterisk refreshes when its publication ends, or just after (`docs/protocol.md` S6).
    grace: Grace { least: Duration::from_secs(45), percent: 10 },
    // An Asterisk takes a nonce of its own for 32 s (`nonce_lifetime`).
    nonce_reuse: NonceReuse::For(Duration::from_secs(30)),
};
