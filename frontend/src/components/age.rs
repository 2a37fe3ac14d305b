//! The age of a state in the column of a list or the corner of a tile.

use lampfield_shared::{Freshness, Timestamp};
use lampfield_words::{Age, Look, Words};

use crate::browser::{Precision, time_of_day};

/// The age of a state; of one that is only last known the time of day at which it was.
pub(super) fn age(look: Look, now: Timestamp, words: &Words) -> Option<String> {
    let since = look.since?;
    Some(match look.freshness {
        Freshness::LastKnown => time_of_day(since, Precision::Minutes, words.tag),
        Freshness::Live | Freshness::Never => (words.age)(Age::between(since, now)),
    })
}
