//! Schedule: which DND is over, which is being ended, and when a failed attempt is repeated. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use lampfield_shared::{DndKind, Exten, Timestamp};

/// First pause before another attempt; each further pause is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// Longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A DND that ends by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timed {
    pub exten: Exten,
    pub kind: DndKind,
    /// When the DND was set: one that is set anew has its own time.
    pub since: Timestamp,
    pub until: Timestamp,
}

/// Attempts to end DNDs: under way, and failed.
#[derive(Debug, Default)]
pub struct Schedule {
    under_way: BTreeSet<(Exten, DndKind)>,
    failed: BTreeMap<(Exten, DndKind), Attempts>,
    /// DNDs that are half off: the flag at the PBX of the one that was set at this moment is deleted.
    cleared: BTreeMap<Exten, Timestamp>,
}

#[derive(Debug)]
struct Attempts {
    since: Timestamp,
    pause: Duration,
    next: Timestamp,
    /// Reasons of failed attempts, each once, the newest last.
    whys: Vec<String>,
}

impl Schedule {
    /// Takes the DNDs that are to be ended now. Each is under way until it has [`ended`](Self::ended) or
    /// [`failed`](Self::failed).
    pub fn begin_due(&mut self, now: Timestamp, timed: &[Timed]) -> Vec<Timed> {
        let due: Vec<Timed> =
            timed.iter().filter(|it| !self.is_under_way(it) && self.moment(it) <= now).cloned().collect();
        self.under_way.extend(due.iter().map(Timed::key));
        due
    }

    /// When to look again.
    pub fn next(&self, timed: &[Timed]) -> Option<Timestamp> {
        timed.iter().filter(|it| !self.is_under_way(it)).map(|it| self.moment(it)).min()
    }

    /// Notes that a DND was ended, or that there was nothing to end any more.
    pub fn ended(&mut self, timed: &Timed) {
        self.under_way.remove(&timed.key());
    }

    /// Notes that a DND could not be ended, and why.
    pub fn failed(&mut self, now: Timestamp, timed: &Timed, why: String) {
        self.ended(timed);
        let before = self.failed.remove(&timed.key()).filter(|attempts| attempts.since == timed.since);
        let (pause, mut whys) = before
            .map_or((FIRST_PAUSE, Vec::new()), |attempts| ((attempts.pause * 2).min(LONGEST_PAUSE), attempts.whys));
        whys.retain(|known| *known != why);
        whys.push(why);
        let next = Timestamp(now.0.saturating_add(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX)));
        self.failed.insert(timed.key(), Attempts { since: timed.since, pause, next, whys });
    }

    /// Reasons for which a DND could not be ended before.
    pub fn whys(&self, timed: &Timed) -> &[String] {
        self.attempts(timed).map_or(&[], |attempts| &attempts.whys)
    }

    /// Forgets failed attempts for a DND that has ended.
    pub fn forget(&mut self, exten: &Exten, kind: DndKind) {
        self.failed.remove(&(exten.clone(), kind));
        if kind == DndKind::Calls {
            self.cleared.remove(exten);
        }
    }

    /// Notes that the flag of a DND is deleted, and the rest of "off" still to be done.
    pub fn cleared(&mut self, exten: &Exten, since: Timestamp) {
        self.cleared.insert(exten.clone(), since);
    }

    /// Whether the flag of a DND is deleted already.
    pub fn is_cleared(&self, exten: &Exten, since: Timestamp) -> bool {
        self.cleared.get(exten) == Some(&since)
    }

    /// Why the DND that was set at `since` is still on although its time is over.
    pub fn overdue(&self, exten: &Exten, kind: DndKind, since: Timestamp) -> Option<&str> {
        let attempts = self.failed.get(&(exten.clone(), kind)).filter(|attempts| attempts.since == since);
        attempts.and_then(|attempts| attempts.whys.last()).map(String::as_str)
    }

    fn is_under_way(&self, timed: &Timed) -> bool {
        self.under_way.contains(&timed.key())
    }

    fn moment(&self, timed: &Timed) -> Timestamp {
        self.attempts(timed).map_or(timed.until, |attempts| attempts.next)
    }

    fn attempts(&self, timed: &Timed) -> Option<&Attempts> {
        self.failed.get(&timed.key()).filter(|attempts| attempts.since == timed.since)
    }
}

impl Timed {
    fn key(&self) -> (Exten, DndKind) {
        (self.exten.clone(), self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timed(exten: &str, since: u64, until: u64) -> Timed {
        Timed {
            exten: exten.into(),
            kind: DndKind::Calls,
            since: Timestamp(since * 1_000),
            until: Timestamp(until * 1_000),
        }
    }

    /// Extensions whose DND is due, as if each had been begun in vain.
    fn due(schedule: &mut Schedule, second: u64, timed: &[Timed]) -> Vec<String> {
        let due = schedule.begin_due(Timestamp(second * 1_000), timed);
        for it in &due {
            schedule.ended(it);
        }
        due.into_iter().map(|it| it.exten.to_string()).collect()
    }

    #[test]
    fn each_ends_at_its_time() {
        let (mut schedule, all) = (Schedule::default(), [timed("1001", 1, 10), timed("1002", 1, 20)]);
        assert_eq!(schedule.next(&all), Some(Timestamp(10_000)));
        assert_eq!(due(&mut schedule, 9, &all), [""; 0]);
        assert_eq!(due(&mut schedule, 10, &all), ["1001"]);
        assert_eq!(due(&mut schedule, 3_600, &all), ["1001", "1002"], "those that ended while we were away, too");
        assert_eq!(schedule.next(&[]), None);
    }

    #[test]
    fn one_that_takes_its_time_keeps_no_other_waiting() {
        let (mut schedule, all) = (Schedule::default(), [timed("1001", 1, 10), timed("1002", 1, 20)]);
        assert_eq!(schedule.begin_due(Timestamp(10_000), &all), all[..1]);
        assert_eq!(schedule.next(&all), Some(Timestamp(20_000)));
        assert_eq!(schedule.begin_due(Timestamp(20_000), &all), all[1..], "the first is not begun twice");
        schedule.failed(Timestamp(21_000), &all[0], "perm is silent".into());
        schedule.ended(&all[1]);
        assert_eq!(due(&mut schedule, 22, &all), ["1002"]);
        assert_eq!(due(&mut schedule, 23, &all), ["1001", "1002"]);
    }

    #[test]
    fn each_reason_is_news_once() {
        let (mut schedule, it) = (Schedule::default(), timed("1001", 1, 10));
        assert_eq!(schedule.whys(&it), [""; 0]);
        for why in ["perm is silent", "perm refuses", "perm is silent"] {
            schedule.failed(Timestamp(10_000), &it, why.into());
        }
        assert_eq!(schedule.whys(&it), ["perm refuses", "perm is silent"]);
        assert_eq!(schedule.whys(&timed("1001", 2, 10)), [""; 0], "of another one all is news");
    }

    #[test]
    fn what_could_not_be_ended_is_tried_again_and_never_given_up() {
        let (mut schedule, all) = (Schedule::default(), [timed("1001", 1, 10)]);
        let mut second = 10;
        let mut pauses = Vec::new();
        for _ in 0..7 {
            schedule.failed(Timestamp(second * 1_000), &all[0], "perm is silent".into());
            let next = schedule.next(&all).unwrap().0 / 1_000;
            assert!(due(&mut schedule, next - 1, &all).is_empty() && !due(&mut schedule, next, &all).is_empty());
            pauses.push(next - second);
            second = next;
        }
        assert_eq!(pauses, [2, 4, 8, 16, 30, 30, 30]);
        let told = |since| schedule.overdue(&"1001".into(), DndKind::Calls, Timestamp(since));
        assert_eq!((told(1_000), told(2_000)), (Some("perm is silent"), None));
    }

    #[test]
    fn one_that_is_set_anew_has_its_own_time() {
        let mut schedule = Schedule::default();
        schedule.failed(Timestamp(10_000), &timed("1001", 1, 10), "perm is silent".into());
        let anew = [timed("1001", 11, 50)];
        assert_eq!(schedule.next(&anew), Some(Timestamp(50_000)));
        assert_eq!(schedule.overdue(&"1001".into(), DndKind::Calls, Timestamp(11_000)), None);
        schedule.forget(&"1001".into(), DndKind::Calls);
        assert_eq!(schedule.next(&[timed("1001", 1, 10)]), Some(Timestamp(10_000)));
    }
}
