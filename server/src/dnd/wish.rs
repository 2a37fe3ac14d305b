//! Reads and checks a request as somebody sent it. Pure.

use lampfield_shared::dnd::{RequestTime, SetDnd};
use lampfield_shared::{Dnd, DndKind, Timestamp};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::clock::rfc3339;

/// Longest reason, in characters: the reason has to fit onto a lamp.
pub const REASON_MAX_CHARS: usize = 200;

/// Longest time. Nobody wants more, and a number of microseconds is easily written for one of milliseconds.
const MAX_DAYS: u64 = 366;
const DAY: u64 = 24 * 60 * 60 * 1_000;

/// What is wanted, once it makes sense by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub state: Dnd,
    pub kind: Option<DndKind>,
    pub until: Option<Timestamp>,
    pub reason: Option<String>,
}

/// Why a request makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadWish {
    /// The end cannot be read as a moment.
    #[error(
        "`until` is `{0}`, which is not a time: milliseconds since 1970 are expected, or RFC 3339 with an offset, such as 2026-11-23T15:00:00+03:00"
    )]
    NoMoment(String),
    /// The end is past already.
    #[error("`until` is in the past: it is {now} here")]
    Past {
        /// Server's clock, as RFC 3339.
        now: String,
    },
    /// The end is so far ahead that it is very likely a mistake.
    #[error("`until` is more than {MAX_DAYS} days ahead; leave it out for no end")]
    TooFar,
    /// An end or a reason was given for "off".
    #[error("`{0}` is allowed only with `on`")]
    OnlyWithOn(&'static str),
    /// The reason would not fit onto a lamp.
    #[error("the reason has {0} characters; at most {REASON_MAX_CHARS} are allowed")]
    LongReason(usize),
    /// The reason would spoil the log and the page.
    #[error("the reason has a control character in it, such as a line break")]
    OddReason,
}

impl Wish {
    /// Reads what was asked for.
    pub fn read(asked: SetDnd, now: Timestamp) -> Result<Self, BadWish> {
        let SetDnd { state, kind, until, reason } = asked;
        let reason = reason.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if state == Dnd::Off {
            let stray = until.is_some().then_some("until").or(reason.is_some().then_some("reason"));
            return stray
                .map_or(Ok(Self { state, kind, until: None, reason: None }), |it| Err(BadWish::OnlyWithOn(it)));
        }
        let length = reason.as_deref().map_or(0, |text| text.chars().count());
        if length > REASON_MAX_CHARS {
            return Err(BadWish::LongReason(length));
        }
        if reason.as_deref().is_some_and(|text| text.chars().any(char::is_control)) {
            return Err(BadWish::OddReason);
        }
        let until = until.map(|moment| read_moment(moment, now)).transpose()?;
        Ok(Self { state, kind, until, reason })
    }
}

fn read_moment(moment: RequestTime, now: Timestamp) -> Result<Timestamp, BadWish> {
    let until = match moment {
        RequestTime::Milliseconds(moment) => moment,
        RequestTime::Rfc3339(text) => {
            let parsed = OffsetDateTime::parse(&text, &Rfc3339).ok();
            let milliseconds = parsed.map(|moment| moment.unix_timestamp_nanos() / 1_000_000);
            let milliseconds = milliseconds.and_then(|milliseconds| u64::try_from(milliseconds).ok());
            Timestamp(milliseconds.ok_or(BadWish::NoMoment(text))?)
        }
    };
    if until <= now {
        return Err(BadWish::Past { now: rfc3339(now) });
    }
    if until.0 - now.0 > MAX_DAYS * DAY {
        return Err(BadWish::TooFar);
    }
    Ok(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2023-11-14T22:13:20Z
    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    #[track_caller]
    fn read(json: &str) -> Result<Wish, BadWish> {
        Wish::read(serde_json::from_str(json).unwrap(), NOW)
    }

    #[test]
    fn reads_a_moment_in_every_offset() {
        let until = |text: &str| read(&format!(r#"{{"state":"on","until":{text}}}"#)).unwrap().until.unwrap().0;
        assert_eq!(until("1700000000001"), NOW.0 + 1);
        assert_eq!(until(r#""2023-11-14T22:13:21Z""#), NOW.0 + 1_000);
        assert_eq!(until(r#""2023-11-15T01:13:21.5+03:00""#), NOW.0 + 1_500);
    }

    #[test]
    fn says_what_makes_no_sense() {
        let past = Err(BadWish::Past { now: "2023-11-14T22:13:20Z".into() });
        assert_eq!(read(r#"{"state":"on","until":1700000000000}"#), past);
        assert_eq!(read(r#"{"state":"on","until":"2023-11-14T22:13:20Z"}"#), past);
        assert_eq!(read(r#"{"state":"on","until":1700000000}"#), past, "seconds, not milliseconds");
        assert_eq!(read(r#"{"state":"on","until":1700000000000000}"#), Err(BadWish::TooFar));
        assert_eq!(read(r#"{"state":"on","until":18446744073709551615}"#), Err(BadWish::TooFar));
        for text in ["tomorrow", "2023-11-14 22:13", "2023-11-14T22:13:21", "1960-01-01T00:00:00Z", ""] {
            assert_eq!(read(&format!(r#"{{"state":"on","until":"{text}"}}"#)), Err(BadWish::NoMoment(text.into())));
        }
        assert_eq!(read(r#"{"state":"off","until":1700000000001}"#), Err(BadWish::OnlyWithOn("until")));
        assert_eq!(read(r#"{"state":"off","reason":"x"}"#), Err(BadWish::OnlyWithOn("reason")));
        assert_eq!(read(r#"{"state":"on","reason":"a\nb"}"#), Err(BadWish::OddReason));
        let long = format!(r#"{{"state":"on","reason":"{}"}}"#, "ы".repeat(201));
        assert_eq!(read(&long), Err(BadWish::LongReason(201)));
    }

    #[test]
    fn an_empty_reason_is_none() {
        assert_eq!(read(r#"{"state":"on","reason":"  "}"#).unwrap().reason, None);
        assert_eq!(read(r#"{"state":"off","reason":""}"#).unwrap().reason, None);
        assert_eq!(read(r#"{"state":"on","reason":" lunch "}"#).unwrap().reason.as_deref(), Some("lunch"));
    }
}
