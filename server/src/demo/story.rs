//! The story of the demo: people call each other, hold, miss calls, hear their voicemail, want not to be disturbed, and
//! now and then a phone falls off the network.
//!
//! Pure and repeatable: the same seed tells the same story, second by second.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use lampfield_shared::{DeviceState, Mailbox};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::people::{Person, people};

/// Index into the list of people.
type Index = usize;

/// A change at a person's phone that a PBX would publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// The state of `PJSIP/<exten>`.
    Phone(DeviceState),
    /// The state of `Custom:DND<exten>`.
    Dnd(DeviceState),
    /// The counts of the mailbox.
    Mailbox(Mailbox),
}

/// What a phone is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phone {
    Offline,
    Free,
    Engaged(DeviceState),
}

/// A step of the story that is due at some time.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Someone calls someone. The queue always holds one of these.
    Dial,
    /// The called person picks up, or does not.
    Answer {
        caller: Index,
        called: Index,
    },
    /// The called person presses hold, or presses it again.
    Hold {
        caller: Index,
        called: Index,
    },
    Resume {
        caller: Index,
        called: Index,
    },
    HangUp {
        caller: Index,
        called: Index,
    },
    /// The caller leaves a message in a mailbox.
    LeaveMessage {
        caller: Index,
        called: Index,
    },
    /// A second caller gives up waiting.
    WaitingEnds {
        called: Index,
    },
    /// A whim: DND, an unplugged phone, voicemail heard.
    Whim,
    DndEnds {
        who: Index,
    },
    BackOnline {
        who: Index,
    },
}

/// The story, told as time passes.
pub struct Story {
    rng: StdRng,
    people: Vec<Person>,
    phones: Vec<Phone>,
    dnd: Vec<bool>,
    mailboxes: Vec<Mailbox>,
    agenda: BTreeMap<(Duration, u64), Step>,
    steps: u64,
    now: Duration,
    happenings: VecDeque<(Index, Happening)>,
}

/// Share of the people who start a call each second.
const CALLS_PER_SECOND: f64 = 0.006;
const WHIMS_PER_SECOND: f64 = 0.002;

impl Story {
    /// A story with `count` people in each town.
    pub fn new(seed: u64, count: usize) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let people = people(count, &mut rng);
        let phones = people.iter().map(|_| if rng.random_bool(0.08) { Phone::Offline } else { Phone::Free }).collect();
        let dnd = people.iter().map(|_| rng.random_bool(0.05)).collect();
        let mailboxes = people.iter().map(|_| some_messages(&mut rng)).collect();
        let agenda = BTreeMap::new();
        let mut story = Self {
            rng,
            people,
            phones,
            dnd,
            mailboxes,
            agenda,
            steps: 0,
            now: Duration::ZERO,
            happenings: VecDeque::new(),
        };
        story.open_with_some_calls();
        story.later(0.5, Step::Dial);
        story.later(2.0, Step::Whim);
        story
    }

    /// All people, in the order of the indices.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// Time of the next step.
    pub fn poll_timeout(&self) -> Option<Duration> {
        self.agenda.keys().next().map(|(due, _)| *due)
    }

    /// Tells the story up to `now`, counted from its start.
    pub fn handle_timeout(&mut self, now: Duration) {
        while let Some(entry) = self.agenda.first_entry() {
            let (due, _) = *entry.key();
            if due > now {
                break;
            }
            let step = entry.remove();
            self.now = due;
            self.take(step);
        }
        self.now = self.now.max(now);
    }

    /// The next change, in order.
    pub fn poll_happening(&mut self) -> Option<(Index, Happening)> {
        self.happenings.pop_front()
    }

    /// All states of one person: what a PBX publishes when it is asked for a refresh.
    pub fn all_of(&self, who: Index) -> [Happening; 3] {
        [
            Happening::Phone(self.phone_state(who)),
            Happening::Dnd(self.dnd_state(who)),
            Happening::Mailbox(self.mailboxes[who]),
        ]
    }

    fn phone_state(&self, who: Index) -> DeviceState {
        match self.phones[who] {
            Phone::Offline => DeviceState::Unavailable,
            Phone::Free => DeviceState::NotInUse,
            Phone::Engaged(state) => state,
        }
    }

    fn dnd_state(&self, who: Index) -> DeviceState {
        // FreePBX writes the same: "off" is UNAVAILABLE in recent releases.
        if self.dnd[who] { DeviceState::Busy } else { DeviceState::Unavailable }
    }

    fn later(&mut self, seconds: f64, step: Step) {
        self.steps += 1;
        self.agenda.insert((self.now + Duration::from_secs_f64(seconds), self.steps), step);
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.rng.random_range(low..high)
    }

    fn set_phone(&mut self, who: Index, phone: Phone) {
        self.phones[who] = phone;
        self.happenings.push_back((who, Happening::Phone(self.phone_state(who))));
    }

    fn engage(&mut self, who: Index, state: DeviceState) {
        self.set_phone(who, Phone::Engaged(state));
    }

    fn someone(&mut self, fits: impl Fn(Phone) -> bool) -> Option<Index> {
        let tries = 20;
        (0..tries)
            .map(|_| self.rng.random_range(0..self.people.len()))
            .collect::<Vec<_>>()
            .into_iter()
            .find(|who| fits(self.phones[*who]))
    }

    fn rate(&self, per_person: f64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a few thousand people at most")]
        let people = self.people.len().max(1) as f64;
        1.0 / (people * per_person)
    }

    /// Starts some calls, so that the board is lively at first sight.
    fn open_with_some_calls(&mut self) {
        for _ in 0..self.people.len() / 12 {
            let free = |phone| phone == Phone::Free;
            if let (Some(caller), Some(called)) = (self.someone(free), self.someone(free))
                && caller != called
            {
                self.talk(caller, called);
            }
        }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Dial => self.dial(),
            Step::Answer { caller, called } => self.answer(caller, called),
            Step::Hold { caller, called } => self.hold(caller, called),
            Step::Resume { caller, called } => self.talk(caller, called),
            Step::HangUp { caller, called } => {
                self.set_phone(called, Phone::Free);
                self.set_phone(caller, Phone::Free);
            }
            Step::LeaveMessage { caller, called } => self.leave_message(caller, called),
            Step::WaitingEnds { called } => {
                if self.phones[called] == Phone::Engaged(DeviceState::RingInUse) {
                    self.engage(called, DeviceState::InUse);
                }
            }
            Step::Whim => self.whim(),
            Step::DndEnds { who } => self.set_dnd(who, false),
            Step::BackOnline { who } => self.set_phone(who, Phone::Free),
        }
    }

    fn dial(&mut self) {
        let pause = self.rate(CALLS_PER_SECOND) * self.between(0.4, 1.6);
        self.later(pause, Step::Dial);
        let Some(caller) = self.someone(|phone| phone == Phone::Free) else { return };
        let Some(called) = self.someone(|_| true).filter(|called| *called != caller) else { return };
        match self.phones[called] {
            Phone::Free if !self.dnd[called] => {
                self.engage(caller, DeviceState::InUse);
                self.engage(called, DeviceState::Ringing);
                let ring = self.between(2.0, 9.0);
                self.later(ring, Step::Answer { caller, called });
            }
            Phone::Engaged(DeviceState::InUse) if !self.dnd[called] => {
                self.engage(called, DeviceState::RingInUse);
                let wait = self.between(3.0, 8.0);
                self.later(wait, Step::WaitingEnds { called });
            }
            Phone::Engaged(_) => {}
            Phone::Free | Phone::Offline => self.send_to_voicemail(caller, called),
        }
    }

    fn answer(&mut self, caller: Index, called: Index) {
        if self.rng.random_bool(0.75) {
            self.talk(caller, called);
        } else {
            self.set_phone(called, Phone::Free);
            self.send_to_voicemail(caller, called);
        }
    }

    /// Lets them talk until somebody hangs up or presses hold.
    fn talk(&mut self, caller: Index, called: Index) {
        self.engage(caller, DeviceState::InUse);
        self.engage(called, DeviceState::InUse);
        let length = self.between(8.0, 90.0);
        let next =
            if self.rng.random_bool(0.3) { Step::Hold { caller, called } } else { Step::HangUp { caller, called } };
        self.later(length, next);
    }

    fn hold(&mut self, caller: Index, called: Index) {
        // The phone that is put on hold shows it (capture `exten-state/call`).
        self.engage(caller, DeviceState::OnHold);
        let length = self.between(4.0, 20.0);
        self.later(length, Step::Resume { caller, called });
    }

    fn send_to_voicemail(&mut self, caller: Index, called: Index) {
        self.engage(caller, DeviceState::InUse);
        let message = self.between(4.0, 15.0);
        self.later(message, Step::LeaveMessage { caller, called });
    }

    fn leave_message(&mut self, caller: Index, called: Index) {
        self.set_phone(caller, Phone::Free);
        let Mailbox { new, old } = self.mailboxes[called];
        self.set_mailbox(called, Mailbox { new: new + 1, old });
    }

    fn set_mailbox(&mut self, who: Index, counts: Mailbox) {
        self.mailboxes[who] = counts;
        self.happenings.push_back((who, Happening::Mailbox(counts)));
    }

    fn set_dnd(&mut self, who: Index, on: bool) {
        self.dnd[who] = on;
        self.happenings.push_back((who, Happening::Dnd(self.dnd_state(who))));
    }

    fn whim(&mut self) {
        let pause = self.rate(WHIMS_PER_SECOND) * self.between(0.4, 1.6);
        self.later(pause, Step::Whim);
        let Some(who) = self.someone(|phone| phone == Phone::Free) else { return };
        match self.rng.random_range(0..4) {
            0 if !self.dnd[who] => {
                self.set_dnd(who, true);
                let length = self.between(30.0, 300.0);
                self.later(length, Step::DndEnds { who });
            }
            1 => {
                self.set_phone(who, Phone::Offline);
                let length = self.between(20.0, 120.0);
                self.later(length, Step::BackOnline { who });
            }
            _ => {
                let Mailbox { new, old } = self.mailboxes[who];
                if new > 0 {
                    self.set_mailbox(who, Mailbox { new: 0, old: old + new });
                }
            }
        }
    }
}

fn some_messages(rng: &mut StdRng) -> Mailbox {
    if rng.random_bool(0.15) {
        Mailbox { new: rng.random_range(1..4), old: rng.random_range(0..5) }
    } else {
        Mailbox::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(seed: u64, seconds: u64) -> Vec<(Index, Happening)> {
        let mut story = Story::new(seed, 30);
        story.handle_timeout(Duration::from_secs(seconds));
        std::iter::from_fn(|| story.poll_happening()).collect()
    }

    #[test]
    fn the_same_seed_tells_the_same_story() {
        assert_eq!(told(7, 600), told(7, 600));
        assert_ne!(told(7, 600), told(8, 600));
    }

    #[test]
    fn in_an_hour_everything_happens() {
        let story = told(1, 3600);
        let seen = |wanted: fn(&Happening) -> bool| story.iter().any(|(_, happening)| wanted(happening));
        for state in [
            DeviceState::NotInUse,
            DeviceState::Ringing,
            DeviceState::InUse,
            DeviceState::RingInUse,
            DeviceState::OnHold,
            DeviceState::Unavailable,
        ] {
            assert!(story.iter().any(|(_, happening)| *happening == Happening::Phone(state)), "{state}");
        }
        assert!(seen(|happening| *happening == Happening::Dnd(DeviceState::Busy)));
        assert!(seen(|happening| matches!(happening, Happening::Mailbox(counts) if counts.new > 0)));
    }

    #[test]
    fn nobody_is_left_in_a_call_for_ever() {
        let mut story = Story::new(3, 30);
        story.handle_timeout(Duration::from_hours(1));
        let engaged = story.phones.iter().filter(|phone| matches!(phone, Phone::Engaged(_))).count();
        assert!(engaged < story.people.len() / 2, "{engaged} of {}", story.people.len());
    }
}
