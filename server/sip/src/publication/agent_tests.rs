use std::fmt::Write as _;
use std::time::{Duration, Instant};

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;
use crate::policy::tests::LENIENT;

/// A device and its state, as `1001 INUSE`.
impl Supersede for &'static str {
    type Key = &'static str;

    fn key(&self) -> Option<&'static str> {
        self.split_once(' ').map(|(device, _)| device)
    }
}

/// Drives a publication, and writes down what it sends and what it makes of the answers.
struct Run {
    publication: Publication<&'static str>,
    start: Instant,
    now: Instant,
    trace: String,
    calls: Vec<String>,
}

impl Run {
    fn new(expires_seconds: u64) -> Self {
        Self::with(LENIENT, expires_seconds)
    }

    fn with(policy: Policy, expires_seconds: u64) -> Self {
        let start = Instant::now();
        let publication = Publication::new(Duration::from_secs(expires_seconds), policy, StdRng::seed_from_u64(1));
        Self { publication, start, now: start, trace: String::new(), calls: Vec::new() }
    }

    fn push(&mut self, body: &'static str) -> &mut Self {
        self.publication.push(body);
        self.poll()
    }

    fn push_first(&mut self, body: &'static str) -> &mut Self {
        self.publication.push_first(body);
        self.poll()
    }

    fn start_over(&mut self) -> &mut Self {
        self.publication.start_over();
        self.poll()
    }

    fn remove(&mut self) -> &mut Self {
        self.publication.remove();
        self.poll()
    }

    /// Lets time pass until something is sent.
    fn wait(&mut self) -> &mut Self {
        let wake = self.publication.poll_timeout().expect("nothing to wait for");
        assert!(self.now < wake, "it should have been sent before");
        self.now = wake;
        self.poll()
    }

    fn answer(&mut self, answer: AgentAnswer) -> &mut Self {
        let outcome = self.publication.handle_answer(self.now, answer);
        let status = self.publication.status();
        writeln!(self.trace, "        {outcome:?}, {status:?}").unwrap();
        self.poll()
    }

    fn accept(&mut self, tag: &str) -> &mut Self {
        self.answer(AgentAnswer::Accepted { tag: Some(EntityTag::new(tag)), expires: None })
    }

    fn poll(&mut self) -> &mut Self {
        while let Some(request) = self.publication.poll_publish(self.now) {
            let passed = (self.now - self.start).as_secs_f64();
            let call = self.calls.iter().position(|call| *call == request.call_id).unwrap_or_else(|| {
                self.calls.push(request.call_id.clone());
                self.calls.len() - 1
            });
            let tag = request.if_match.as_ref().map_or(String::new(), |tag| format!(" if-match {tag}"));
            let body = request.body.unwrap_or("-");
            let expires = request.expires.as_secs();
            writeln!(self.trace, "{passed:<7.1} call {call}{tag} expires {expires} {body}").unwrap();
        }
        self
    }
}

#[test]
fn sends_one_at_a_time_and_the_newest_of_each_key() {
    let mut run = Run::new(3600);
    run.push("1001 INUSE")
        .push("1001 RINGING")
        .push("1002 BUSY")
        .push("1001 NOT_INUSE")
        .accept("a")
        .accept("b")
        .accept("c");
    run.wait().accept("d").wait();
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 INUSE
            Taken, Held
    0.0     call 0 if-match a expires 3600 1001 NOT_INUSE
            Taken, Held
    0.0     call 0 if-match b expires 3600 1002 BUSY
            Taken, Held
    2880.0  call 0 if-match c expires 3600 -
            Taken, Held
    5760.0  call 0 if-match d expires 3600 -
    ");
}

#[test]
fn starts_over_with_the_same_body_after_412() {
    let mut run = Run::new(3600);
    run.push("1001 INUSE").accept("a").push("1001 BUSY").push("1002 BUSY").answer(AgentAnswer::TagUnknown);
    run.accept("b").accept("c");
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 INUSE
            Taken, Held
    0.0     call 0 if-match a expires 3600 1001 BUSY
            Forgotten, Absent
    0.0     call 1 expires 3600 1001 BUSY
            Taken, Held
    0.0     call 1 if-match b expires 3600 1002 BUSY
            Taken, Held
    ");
}

#[test]
fn sends_the_newest_body_when_the_peer_forgot_an_older_one() {
    let mut run = Run::new(3600);
    run.push("1001 INUSE")
        .accept("a")
        .push("1001 BUSY")
        .push("1001 NOT_INUSE")
        .answer(AgentAnswer::TagUnknown)
        .accept("b");
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 INUSE
            Taken, Held
    0.0     call 0 if-match a expires 3600 1001 BUSY
            Forgotten, Absent
    0.0     call 1 expires 3600 1001 NOT_INUSE
            Taken, Held
    ");
}

#[test]
fn tries_again_later_and_later_while_nobody_answers() {
    let mut run = Run::new(3600);
    run.push("1001 INUSE");
    for _ in 0..8 {
        run.now += Duration::from_secs(32);
        run.answer(AgentAnswer::TimedOut).wait();
    }
    run.accept("a");
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 INUSE
            Postponed, Failing { status: None }
    33.2    call 0 expires 3600 1001 INUSE
            Postponed, Failing { status: None }
    67.5    call 0 expires 3600 1001 INUSE
            Postponed, Failing { status: None }
    104.2   call 0 expires 3600 1001 INUSE
            Postponed, Failing { status: None }
    146.2   call 0 expires 3600 1001 INUSE
            Postponed, Failing { status: None }
    194.7   call 0 expires 3600 1001 INUSE
            Postponed, Failing { status: None }
    259.9   call 0 expires 3600 1001 INUSE
            Postponed, Failing { status: None }
    360.0   call 0 expires 3600 1001 INUSE
            Postponed, Failing { status: None }
    458.2   call 0 expires 3600 1001 INUSE
            Taken, Held
    ");
}

#[test]
fn asks_for_as_much_time_as_the_peer_wants_to_grant() {
    let mut run = Run::new(60);
    run.push("1001 INUSE").answer(AgentAnswer::TooBrief { min: Duration::from_mins(2) }).accept("a").wait().accept("b");
    run.push("1001 BUSY").answer(AgentAnswer::TooBrief { min: Duration::from_secs(90) });
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 60 1001 INUSE
            Postponed, Absent
    0.0     call 0 expires 120 1001 INUSE
            Taken, Held
    88.0    call 0 if-match a expires 120 -
            Taken, Held
    88.0    call 0 if-match b expires 120 1001 BUSY
            Postponed, Misconfigured { status: 423 }
    ");
}

#[test]
fn waits_for_people_after_a_refusal_and_then_loses_nothing() {
    let mut run = Run::new(3600);
    run.push("1001 INUSE").answer(AgentAnswer::Refused { status: 404 }).push("1001 BUSY").wait();
    run.answer(AgentAnswer::Refused { status: 401 }).wait().accept("a");
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 INUSE
            Postponed, Misconfigured { status: 404 }
    71.6    call 0 expires 3600 1001 BUSY
            Postponed, Misconfigured { status: 401 }
    139.3   call 0 expires 3600 1001 BUSY
            Taken, Held
    ");
}

#[test]
fn lets_a_disliked_body_wait_behind_the_others_and_offers_it_again() {
    let disliked = AgentAnswer::Rejected { status: 400 };
    let mut run = Run::new(3600);
    run.push("1001 odd").push("1002 BUSY").answer(disliked.clone()).wait().accept("a");
    run.answer(disliked.clone()).push("1003 BUSY").wait().accept("b");
    assert_eq!(run.publication.disliked().collect::<Vec<_>>(), [(&"1001 odd", 400)]);
    run.wait().answer(disliked).push("1001 even").wait().accept("c");
    assert_eq!(run.publication.disliked().count(), 0);
    run.wait();
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 odd
            Postponed, Failing { status: Some(400) }
    1.2     call 0 expires 3600 1002 BUSY
            Taken, Held
    1.2     call 0 if-match a expires 3600 1001 odd
            SetAside, Failing { status: Some(400) }
    2.4     call 0 expires 3600 1003 BUSY
            Taken, Held
    69.0    call 0 if-match b expires 3600 1001 odd
            SetAside, Failing { status: Some(400) }
    70.0    call 0 expires 3600 1001 even
            Taken, Held
    2950.0  call 0 if-match c expires 3600 -
    ");
}

#[test]
fn heeds_retry_after() {
    let mut run = Run::new(3600);
    let retry_after = Some(Duration::from_mins(5));
    run.push("1001 INUSE").answer(AgentAnswer::Failed { status: 503, retry_after }).wait();
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 INUSE
            Postponed, Failing { status: Some(503) }
    357.8   call 0 expires 3600 1001 INUSE
    ");
}

#[test]
fn notices_that_the_peer_counts_its_tags_anew() {
    let mut run = Run::new(3600);
    run.push("1001 INUSE").accept("17").push("1001 BUSY").accept("18").push("1001 INUSE").accept("0");
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 INUSE
            Taken, Held
    0.0     call 0 if-match 17 expires 3600 1001 BUSY
            Taken, Held
    0.0     call 0 if-match 18 expires 3600 1001 INUSE
            Forgotten, Held
    ");
}

#[test]
fn removes_by_tag_and_only_what_is_held() {
    let mut run = Run::new(3600);
    run.push("1001 INUSE").accept("a").push("1001 BUSY").push("1002 BUSY").remove().accept("b").accept("c");
    assert!(run.publication.is_removed());
    run.push("1001 INUSE").push_first("1002 BUSY");
    assert!(run.publication.is_removed(), "a removal is the end");
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 INUSE
            Taken, Held
    0.0     call 0 if-match a expires 3600 1001 BUSY
            Taken, Held
    0.0     call 0 if-match b expires 0 -
            Taken, Absent
    ");
}

#[test]
fn starts_over_each_time_without_a_tag() {
    let mut run = Run::new(3600);
    let untagged = AgentAnswer::Accepted { tag: None, expires: None };
    run.push("1001 INUSE").answer(untagged.clone()).push("1001 BUSY").answer(untagged);
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 INUSE
            Taken, Absent
    0.0     call 0 expires 3600 1001 BUSY
            Taken, Absent
    ");
}

#[test]
fn refreshes_early_enough_for_a_whole_transaction() {
    let refresh = |seconds: u64| until_refresh(Duration::from_secs(seconds)).as_secs();
    assert_eq!([3600, 120, 64, 60, 10].map(refresh), [2880, 88, 32, 30, 5]);
}

#[test]
fn ignores_an_answer_that_nobody_asked_for() {
    let mut run = Run::new(3600);
    run.push("1001 INUSE").accept("a").accept("b").push("1001 BUSY");
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 INUSE
            Taken, Held
            Postponed, Held
    0.0     call 0 if-match a expires 3600 1001 BUSY
    ");
}

#[test]
fn goes_on_at_once_when_the_peer_is_heard_again() {
    let mut run = Run::new(3600);
    run.push("1001 INUSE").answer(AgentAnswer::TimedOut);
    run.publication.hasten();
    run.poll().answer(AgentAnswer::Refused { status: 404 });
    run.publication.hasten();
    run.poll();
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 INUSE
            Postponed, Failing { status: None }
    0.0     call 0 expires 3600 1001 INUSE
            Postponed, Misconfigured { status: 404 }
    ");
}

#[test]
fn what_is_pressing_goes_before_what_waits_and_after_what_is_out() {
    let mut run = Run::new(3600);
    run.push("1001 INUSE").push("1002 BUSY").push_first("refresh -").push("1003 BUSY");
    run.accept("a").accept("b").accept("c").accept("d");
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 INUSE
            Taken, Held
    0.0     call 0 if-match a expires 3600 refresh -
            Taken, Held
    0.0     call 0 if-match b expires 3600 1002 BUSY
            Taken, Held
    0.0     call 0 if-match c expires 3600 1003 BUSY
            Taken, Held
    ");
}

#[test]
fn answers_a_challenge_with_the_same_body_at_once() {
    let mut run = Run::new(3600);
    run.push("1001 INUSE").push("1002 BUSY").answer(AgentAnswer::Challenged).accept("a").accept("b");
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 INUSE
            Postponed, Absent
    0.0     call 0 expires 3600 1001 INUSE
            Taken, Held
    0.0     call 0 if-match a expires 3600 1002 BUSY
            Taken, Held
    ");
}

#[test]
fn a_state_that_came_while_a_challenge_was_answered_takes_the_place_of_the_old_one() {
    let mut run = Run::new(3600);
    run.push("1001 INUSE").push("1001 BUSY").answer(AgentAnswer::Challenged).accept("a");
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 INUSE
            Postponed, Absent
    0.0     call 0 expires 3600 1001 BUSY
            Taken, Held
    ");
}

#[test]
fn begins_a_new_life_at_a_peer_that_started_again() {
    let mut run = Run::new(3600);
    run.push("1001 INUSE").accept("a").start_over().push("1001 BUSY").accept("b");
    // While a request is out, its answer tells.
    run.push("1002 BUSY").start_over().accept("c").push("1003 BUSY");
    insta::assert_snapshot!(run.trace, @r"
    0.0     call 0 expires 3600 1001 INUSE
            Taken, Held
    0.0     call 1 expires 3600 1001 BUSY
            Taken, Held
    0.0     call 1 if-match b expires 3600 1002 BUSY
            Taken, Held
    0.0     call 1 if-match c expires 3600 1003 BUSY
    ");
}

#[test]
fn a_tag_is_opaque_where_no_policy_says_otherwise() {
    let mut run = Run::with(Policy::rfc(), 3600);
    run.push("1001 INUSE").accept("7").push("1001 BUSY").accept("3");
    assert!(!run.trace.contains("Forgotten"), "{}", run.trace);
}
