//! Requests and answers of a SIP trace, paired: a row says what was asked and what came of it.

use lampfield_shared::{Direction, SipMessage, Timestamp};

/// How long an answer may take (RFC 3261 §17.1.2.2, timer F).
const PATIENCE_MILLIS: u64 = 32_000;

/// A request with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exchange<'a> {
    /// The request; `None`: it is no longer kept.
    pub(super) request: Option<&'a SipMessage>,
    /// The last answer.
    pub(super) answer: Option<&'a SipMessage>,
    /// How many times the request was sent.
    pub(super) copies: usize,
    pub(super) outcome: Outcome,
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Answered by this code, after so many milliseconds where the request is kept.
    Answered(u16, Option<u64>),
    /// An answer may still come.
    Waiting,
    /// No answer came in time.
    Unanswered,
}

impl Outcome {
    /// Whether something went wrong.
    pub(super) const fn is_failure(self) -> bool {
        match self {
            Self::Answered(code, _) => code >= 300,
            Self::Waiting => false,
            Self::Unanswered => true,
        }
    }
}

impl<'a> Exchange<'a> {
    /// The message that tells time and address.
    pub(super) fn first(&self) -> Option<&'a SipMessage> {
        self.request.or(self.answer)
    }

    /// From us, or to us.
    pub(super) fn direction(&self) -> Direction {
        match (self.request, self.answer.map(|answer| answer.direction)) {
            (Some(request), _) => request.direction,
            (None, Some(Direction::Incoming)) => Direction::Outgoing,
            (None, Some(Direction::Outgoing) | None) => Direction::Incoming,
        }
    }
}

/// Pairs the messages of a trace, which come with the oldest first; the newest request comes first.
pub(super) fn exchanges(messages: &[SipMessage], now: Timestamp) -> Vec<Exchange<'_>> {
    let mut all: Vec<Exchange<'_>> = Vec::new();
    for message in messages {
        let key = &message.gist.transaction;
        let is_request = message.gist.code.is_none();
        let known = all.iter_mut().rev().find(|it| {
            let same = |other: &SipMessage| {
                let is_same_way = (other.gist.code.is_none() == is_request) == (other.direction == message.direction);
                other.gist.transaction == *key && is_same_way
            };
            key.contains(' ') && !key.ends_with(' ') && it.first().is_some_and(same)
        });
        match known {
            Some(known) if is_request => known.copies += 1,
            Some(known) => known.answer = Some(message),
            None => all.push(Exchange {
                request: is_request.then_some(message),
                answer: (!is_request).then_some(message),
                copies: usize::from(is_request),
                outcome: Outcome::Waiting,
            }),
        }
    }
    for exchange in &mut all {
        exchange.outcome = outcome(exchange, now);
    }
    all.reverse();
    all
}

fn outcome(exchange: &Exchange<'_>, now: Timestamp) -> Outcome {
    let asked = exchange.request.map(|request| request.at);
    match (exchange.answer.and_then(|answer| Some((answer.gist.code?, answer.at))), asked) {
        (Some((code, at)), asked) => Outcome::Answered(code, asked.map(|asked| at.0.saturating_sub(asked.0))),
        (None, Some(asked)) if now.0.saturating_sub(asked.0) > PATIENCE_MILLIS => Outcome::Unanswered,
        (None, _) => Outcome::Waiting,
    }
}

#[cfg(test)]
mod tests {
    use lampfield_shared::{Gist, Topic};

    use super::*;

    /// `< PUBLISH 1 @0` is a request to us of transaction 1 at second 0; `> 200 1 @0` our answer.
    fn message(id: u64, text: &str) -> SipMessage {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [way, what, number, at] = words[..] else { panic!("{text}") };
        let code = what.parse().ok();
        SipMessage {
            id,
            at: Timestamp(at.trim_start_matches('@').parse::<u64>().unwrap()),
            direction: if way == "<" { Direction::Incoming } else { Direction::Outgoing },
            transport: "UDP".into(),
            address: "10.0.0.4:5060".into(),
            first_line: text.into(),
            headers: String::new(),
            body: String::new(),
            left_out: 0,
            gist: Gist {
                transaction: format!("PUBLISH {number}"),
                method: "PUBLISH".into(),
                code,
                topic: Topic::Other,
            },
        }
    }

    fn told(texts: &[&str], now: u64) -> Vec<String> {
        let messages: Vec<SipMessage> = texts.iter().zip(1..).map(|(text, id)| message(id, text)).collect();
        let say = |it: &Exchange<'_>| {
            let request = it.request.map_or("?", |request| request.first_line.as_str());
            format!("{request} x{} {:?} {:?}", it.copies, it.direction(), it.outcome)
        };
        exchanges(&messages, Timestamp(now)).iter().map(say).collect()
    }

    #[test]
    fn a_request_and_its_answer_are_one_row_and_the_newest_comes_first() {
        let rows = told(&["< PUBLISH a @0", "> 200 a @4", "> PUBLISH b @10", "< 412 b @51"], 100);
        let first = "> PUBLISH b @10 x1 Outgoing Answered(412, Some(41))";
        assert_eq!(rows, [first, "< PUBLISH a @0 x1 Incoming Answered(200, Some(4))"]);
    }

    #[test]
    fn copies_are_counted_and_what_is_not_answered_is_said() {
        let rows = told(&["> PUBLISH a @0", "> PUBLISH a @500", "> PUBLISH b @40000"], 41_000);
        assert_eq!(rows, ["> PUBLISH b @40000 x1 Outgoing Waiting", "> PUBLISH a @0 x2 Outgoing Unanswered"]);
        assert!(Outcome::Unanswered.is_failure() && !Outcome::Waiting.is_failure());
        assert!(Outcome::Answered(404, None).is_failure() && !Outcome::Answered(202, None).is_failure());
    }

    #[test]
    fn an_answer_without_a_request_stands_alone_and_two_ways_are_not_mixed() {
        let rows = told(&["> 200 a @0", "< PUBLISH b @1", "> PUBLISH b @2", "< 200 b @3"], 4);
        assert_eq!(
            rows,
            [
                "> PUBLISH b @2 x1 Outgoing Answered(200, Some(1))",
                "< PUBLISH b @1 x1 Incoming Waiting",
                "? x0 Incoming Answered(200, None)"
            ]
        );
    }
}
