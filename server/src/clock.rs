//! The wall clock, and how it is written for people.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lampfield_shared::Timestamp;

/// The last moment that RFC 3339 can write: the end of the year 9999, in milliseconds since 1970.
const LAST: u64 = 253_402_300_799_999;

/// The server's clock, as watchers and the store see it.
pub fn now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}

/// `2026-11-23T13:58:00Z`; what lies after the year 9999 is written as its end.
pub fn rfc3339(Timestamp(milliseconds): Timestamp) -> String {
    let moment = UNIX_EPOCH + Duration::from_millis(milliseconds.min(LAST));
    humantime::format_rfc3339_seconds(moment).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_can_be_written() {
        for (milliseconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (1_700_000_000_999, "2023-11-14T22:13:20Z"),
            (u64::MAX, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(Timestamp(milliseconds)), text);
        }
    }
}
