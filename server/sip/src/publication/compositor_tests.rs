use std::time::{Duration, Instant};

use bytes::Bytes;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;
use crate::policy::tests::LENIENT;
use crate::publication::Body;

const HOUR: Duration = Duration::from_hours(1);

/// A compositor, its clock, and the tags it has given.
struct Run {
    compositor: Compositor<&'static str>,
    start: Instant,
    tags: Vec<EntityTag>,
}

impl Run {
    fn new() -> Self {
        Self::with(LENIENT)
    }

    fn with(policy: Policy) -> Self {
        let limits = Limits { default_expires: HOUR, min_expires: Duration::from_secs(5), max_expires: HOUR * 24 };
        Self {
            compositor: Compositor::new(limits, policy, StdRng::seed_from_u64(1)),
            start: Instant::now(),
            tags: Vec::new(),
        }
    }

    fn at(&self, seconds: f64) -> Instant {
        self.start + Duration::from_secs_f64(seconds)
    }

    /// Gives a PUBLISH; its new tag gets the next number.
    fn give(&mut self, seconds: f64, call: (&str, u32), publish: &Publish) -> Result<Continuity, Refusal> {
        self.give_for("desk", seconds, call, publish)
    }

    fn give_for(
        &mut self,
        key: &'static str,
        seconds: f64,
        (call_id, cseq): (&str, u32),
        publish: &Publish,
    ) -> Result<Continuity, Refusal> {
        let accepted = self.compositor.accept(self.at(seconds), &key, Sequence { call_id, cseq }, publish)?;
        assert!(!self.tags.contains(&accepted.tag), "a tag comes twice");
        self.tags.push(accepted.tag);
        Ok(accepted.continuity)
    }

    /// The keys of which nothing is left.
    fn ended_by(&mut self, seconds: f64) -> Vec<&'static str> {
        self.all_ended_by(seconds).into_iter().filter(|ended| ended.last).map(|ended| ended.key).collect()
    }

    fn all_ended_by(&mut self, seconds: f64) -> Vec<Ended<&'static str>> {
        self.compositor.handle_timeout(self.at(seconds));
        std::iter::from_fn(|| self.compositor.poll_ended()).collect()
    }

    fn refresh(&self, tag: usize) -> Publish {
        Publish::Refresh { tag: self.tags[tag].clone(), expires: None }
    }

    fn modify(&self, tag: usize) -> Publish {
        Publish::Modify { tag: self.tags[tag].clone(), expires: None, body: body() }
    }

    fn removal(&self, tag: usize) -> Publish {
        Publish::Remove { tag: self.tags[tag].clone(), body: None }
    }
}

fn body() -> Body {
    Body { media_type: Some("application/json".to_owned()), content: Bytes::from_static(b"{}") }
}

fn initial(expires: u64) -> Publish {
    Publish::Initial { expires: Some(Duration::from_secs(expires)), body: body() }
}

#[test]
fn gives_each_request_a_new_tag_and_takes_the_old_one_no_more() {
    let mut run = Run::new();
    assert_eq!(run.give(0.0, ("a", 7), &initial(3600)), Ok(Continuity::New));
    assert_eq!(run.give(1.0, ("a", 8), &run.modify(0)), Ok(Continuity::Continued));
    assert_eq!(run.give(2.0, ("a", 9), &run.refresh(1)), Ok(Continuity::Continued));
    assert_eq!(run.give(3.0, ("a", 10), &run.modify(0)), Err(Refusal::TagUnknown));
    assert!(run.tags.iter().all(|tag| tag.as_str().len() == 32));
}

#[test]
fn takes_the_preceding_tag_for_the_time_of_a_transaction() {
    let mut run = Run::new();
    run.give(0.0, ("a", 1), &initial(3600)).unwrap();
    run.give(10.0, ("a", 2), &run.modify(0)).unwrap();
    // The 200 to CSeq 2 was lost: 32 s later its sender goes on with the tag it has.
    assert_eq!(run.give(42.1, ("a", 3), &run.modify(0)), Ok(Continuity::Continued));
    assert_eq!(run.give(42.2, ("a", 4), &run.modify(1)), Err(Refusal::TagUnknown));
    assert_eq!(run.give(80.0, ("a", 5), &run.modify(0)), Err(Refusal::TagUnknown));
    assert_eq!(run.give(80.0, ("a", 6), &run.modify(2)), Ok(Continuity::Skipped { requests: 2 }));
}

#[test]
fn keeps_a_publication_through_its_grace() {
    let mut run = Run::new();
    run.give(0.0, ("a", 1), &initial(60)).unwrap();
    assert_eq!(run.compositor.poll_timeout(), Some(run.at(105.0)));
    assert_eq!(run.ended_by(104.9), Vec::<&str>::new());
    assert_eq!(run.ended_by(105.0), ["desk"]);
    assert_eq!(run.give(106.0, ("a", 2), &run.refresh(0)), Err(Refusal::TagUnknown));

    let mut run = Run::new();
    run.give(0.0, ("a", 1), &initial(3600)).unwrap();
    assert_eq!(run.give(3959.0, ("a", 2), &run.refresh(0)), Ok(Continuity::Continued));
    assert_eq!(run.ended_by(3960.0), Vec::<&str>::new());
    assert_eq!(run.ended_by(3959.0 + 3960.0), ["desk"]);
    assert_eq!(run.compositor.poll_timeout(), None);
}

#[test]
fn of_too_many_the_first_to_end_goes() {
    let mut run = Run::new();
    let calls: Vec<String> = (0..MAX_PER_KEY).map(|number| format!("call-{number}")).collect();
    for (number, call) in calls.iter().enumerate() {
        // The third ends first, though it is not the oldest.
        run.give(0.0, (call, 1), &initial(if number == 2 { 60 } else { 3600 })).unwrap();
    }
    run.give(1.0, ("new", 1), &initial(3600)).unwrap();
    for (number, call) in calls.iter().enumerate() {
        let kept = run.give(2.0, (call, 2), &run.refresh(number)).is_ok();
        assert_eq!(kept, number != 2, "{call}");
    }
}

#[test]
fn a_doubted_publication_is_continued_by_the_next_of_its_call_alone() {
    let mut run = Run::new();
    run.give(0.0, ("a", 7), &initial(3600)).unwrap();
    run.give(0.0, ("b", 7), &initial(3600)).unwrap();
    run.compositor.doubt(|key| *key == "desk");
    assert_eq!(run.give(1.0, ("other", 1), &run.refresh(0)), Ok(Continuity::Skipped { requests: 0 }));
    assert_eq!(run.give(1.0, ("another", 1), &run.refresh(2)), Ok(Continuity::Continued), "that is over");
    assert_eq!(run.give(1.0, ("b", 8), &run.refresh(1)), Ok(Continuity::Continued));
}

#[test]
fn tells_a_new_start_from_the_first() {
    let mut run = Run::new();
    assert_eq!(run.give(0.0, ("a", 1), &initial(60)), Ok(Continuity::New));
    assert_eq!(run.give(1.0, ("b", 1), &initial(60)), Ok(Continuity::Restarted));
    // The one before the restart ends unnoticed; the key does not.
    assert_eq!(run.ended_by(105.5), Vec::<&str>::new());
    assert_eq!(run.ended_by(106.0), ["desk"]);
    assert_eq!(run.give(107.0, ("c", 1), &initial(60)), Ok(Continuity::Restarted));
}

#[test]
fn does_not_end_what_goes_on_at_once() {
    let mut run = Run::new();
    run.give(0.0, ("a", 1), &initial(60)).unwrap();
    assert_eq!(run.give(200.0, ("b", 1), &initial(60)), Ok(Continuity::Restarted));
    assert_eq!(run.ended_by(200.0), Vec::<&str>::new());
}

#[test]
fn removes_by_tag_only() {
    let mut run = Run::new();
    run.give(0.0, ("a", 1), &initial(3600)).unwrap();
    let unknown = Publish::Remove { tag: EntityTag::new("0"), body: None };
    assert_eq!(run.give(1.0, ("a", 2), &unknown), Err(Refusal::TagUnknown));
    let sequence = Sequence { call_id: "a", cseq: 3 };
    let removed = run.compositor.accept(run.at(2.0), &"desk", sequence, &run.removal(0)).unwrap();
    assert_eq!((removed.expires, removed.tag == run.tags[0]), (Duration::ZERO, false));
    assert_eq!(run.ended_by(2.0), ["desk"]);
    assert_eq!(run.give(3.0, ("a", 4), &run.removal(0)), Err(Refusal::TagUnknown));
}

#[test]
fn keeps_the_tags_of_one_key_from_another() {
    let mut run = Run::new();
    run.give(0.0, ("a", 1), &initial(3600)).unwrap();
    assert_eq!(run.give_for("other", 1.0, ("a", 2), &run.modify(0)), Err(Refusal::TagUnknown));
    assert_eq!(run.give_for("other", 1.0, ("a", 2), &initial(3600)), Ok(Continuity::New));
    assert_eq!(run.give(2.0, ("a", 2), &run.modify(0)), Ok(Continuity::Continued));
}

#[test]
fn lets_two_publications_of_one_sender_interleave() {
    let mut run = Run::new();
    run.give(0.0, ("a", 1), &initial(3600)).unwrap();
    run.give(1.0, ("b", 50), &initial(3600)).unwrap();
    assert_eq!(run.give(2.0, ("a", 2), &run.modify(0)), Ok(Continuity::Continued));
    assert_eq!(run.give(3.0, ("b", 51), &run.modify(1)), Ok(Continuity::Continued));
    run.give(4.0, ("a", 3), &run.removal(2)).unwrap();
    assert_eq!(run.ended_by(4.0), Vec::<&str>::new());
    run.give(5.0, ("b", 52), &run.removal(3)).unwrap();
    assert_eq!(run.ended_by(5.0), ["desk"]);
}

#[test]
fn sees_what_a_sender_without_tags_has_lost() {
    let mut run = Run::new();
    run.give(0.0, ("a", 5), &initial(60)).unwrap();
    assert_eq!(run.give(1.0, ("a", 6), &initial(60)), Ok(Continuity::Continued));
    assert_eq!(run.give(2.0, ("a", 9), &initial(60)), Ok(Continuity::Skipped { requests: 2 }));
    assert_eq!(run.give(40.0, ("a", 1), &initial(60)), Ok(Continuity::Restarted));
}

#[test]
fn takes_no_late_copy_of_what_has_been_superseded() {
    let mut run = Run::new();
    run.give(0.0, ("a", 1), &initial(3600)).unwrap();
    // CSeq 2 is delayed in the network; CSeq 3 carries the same tag, and is there first.
    run.give(33.0, ("a", 3), &run.modify(0)).unwrap();
    assert_eq!(run.give(34.0, ("a", 2), &run.modify(0)), Err(Refusal::TagUnknown));
    assert_eq!(run.give(34.0, ("a", 1), &initial(3600)), Err(Refusal::TagUnknown));
    assert_eq!(run.give(35.0, ("a", 4), &run.modify(1)), Ok(Continuity::Continued));
}

#[test]
fn does_not_compare_the_numbers_of_two_calls() {
    let mut run = Run::new();
    run.give(0.0, ("a", 5), &initial(60)).unwrap();
    assert_eq!(run.give(1.0, ("b", 100), &run.modify(0)), Ok(Continuity::Continued));
    assert_eq!(run.give(2.0, ("b", 102), &run.modify(1)), Ok(Continuity::Skipped { requests: 1 }));
}

#[test]
fn takes_a_sign_of_life_for_a_publication() {
    let mut run = Run::new();
    assert_eq!(run.give(0.0, ("a", 1), &Publish::Bare { expires: Some(HOUR) }), Ok(Continuity::New));
    assert_eq!(run.give(1.0, ("a", 2), &run.modify(0)), Ok(Continuity::Continued));
}

#[test]
fn grants_within_its_limits() {
    let mut run = Run::new();
    let mut granted = |expires: Option<u64>| {
        let publish = Publish::Initial { expires: expires.map(Duration::from_secs), body: body() };
        let sequence = Sequence { call_id: "a", cseq: 1 };
        run.compositor.accept(run.start, &"desk", sequence, &publish).map(|accepted| accepted.expires.as_secs())
    };
    let [min, asked] = [5, 4].map(Duration::from_secs);
    assert_eq!(granted(None), Ok(3600));
    assert_eq!(granted(Some(5)), Ok(5));
    assert_eq!(granted(Some(4)), Err(Refusal::TooBrief { asked, min }));
    assert_eq!(granted(Some(u64::from(u32::MAX))), Ok(24 * 3600));
}

#[test]
fn keeps_no_more_than_some_publications_of_one_key_and_drops_the_first_to_end() {
    let mut run = Run::new();
    run.give(0.0, ("brief", 1), &initial(11)).unwrap();
    for start in 0..1000 {
        let publish = initial(if start < 31 { 3600 } else { 60 });
        let sequence = Sequence { call_id: &format!("call-{start}"), cseq: 1 };
        let accepted = run.compositor.accept(run.start, &"desk", sequence, &publish).unwrap();
        run.tags.push(accepted.tag);
        assert_eq!(accepted.evicts, start >= 31, "{start}");
    }
    assert_eq!(run.give(1.0, ("x", 2), &run.modify(0)), Err(Refusal::TagUnknown), "a call that was over");
    assert_eq!(
        run.give(1.0, ("call-0", 2), &run.modify(1)),
        Ok(Continuity::Continued),
        "the oldest, and the last to end"
    );
    let ended = run.all_ended_by(2.0);
    assert_eq!((ended.len(), ended[0].publication, ended.iter().any(|ended| ended.last)), (969, 1, false));
}

#[test]
fn a_publication_keeps_its_number_as_long_as_it_goes_on() {
    let mut run = Run::new();
    let mut number = |seconds: f64, call_id: &str, publish: &Publish| {
        let sequence = Sequence { call_id, cseq: 10 };
        let now = run.start + Duration::from_secs_f64(seconds);
        let accepted = run.compositor.accept(now, &"desk", sequence, publish).unwrap();
        (accepted.publication, accepted.tag)
    };
    let (first, tag) = number(0.0, "a", &initial(60));
    let (second, _) = number(1.0, "b", &initial(60));
    assert_ne!(first, second);
    // Kamailio: another Call-ID for each request, and always the same number.
    assert_eq!(number(2.0, "c", &Publish::Modify { tag, expires: None, body: body() }).0, first);
    assert_eq!(number(3.0, "b", &initial(60)).0, second, "its sender has lost the tag");
    let once = number(4.0, "d", &Publish::Once { body: body() }).0;
    assert_ne!(once, first);
    let ended = run.all_ended_by(5.0);
    assert_eq!(ended, [Ended { key: "desk", publication: once, last: false }]);
    let ended: Vec<_> = run.all_ended_by(4_000.0).into_iter().map(|ended| (ended.publication, ended.last)).collect();
    assert_eq!(ended, [(first, false), (second, true)]);
}

#[test]
fn does_by_the_standard_what_no_policy_says_otherwise() {
    let mut run = Run::with(Policy::rfc());
    run.give(0.0, ("a", 1), &initial(60)).unwrap();
    assert_eq!(run.compositor.poll_timeout(), Some(run.at(60.0)), "no grace");
    run.give(1.0, ("a", 2), &run.modify(0)).unwrap();
    assert_eq!(run.give(2.0, ("a", 3), &run.modify(0)), Err(Refusal::TagUnknown), "the tag was replaced");
    assert_eq!(run.give(3.0, ("b", 1), &Publish::Bare { expires: Some(HOUR) }), Err(Refusal::Empty));
    assert_eq!(Refusal::Empty.answer().status(), Answer::BAD_REQUEST);
}
