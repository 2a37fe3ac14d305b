//! Steps by which a PBX is told to block calls: what FreePBX's own `donotdisturb` does (`docs/protocol.md` §9).
//!
//! ```text
//!  on:  read DND/1001 ─ read AMPUSER/1001/device ─ claim ─ put DND/1001 ─ Custom:DND1001 ─ Custom:DEVDND… ─ await
//!  off: read DND/1001 ─ read AMPUSER/1001/device ─ claim ─ del DND/1001 ─ Custom:DND1001 ─ Custom:DEVDND… ─ await
//! ```
//! Where a step of "on" fails, the steps before are taken back, so that an error means that nothing has changed; unless
//! DND was on before, when there is nothing to take back. "Off" goes as far as it gets. The claim is made at the last
//! moment: a DND that a person has ended at the phone until then is not switched any more. Pure.

use std::collections::VecDeque;

use lampfield_shared::dnd::device;
use lampfield_shared::{DeviceState, Dnd, Exten};

use crate::ami::AmiError;
use crate::ami::wire::{Action, Key};

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Have the manager do this.
    Do(Action),
    /// Ask the board whether this may still be done. From then on the board reads the PBX's states as our doing.
    Claim,
    /// Wait until the PBX itself publishes this state of `Custom:DND<exten>`.
    Await(DeviceState),
}

/// Why a step was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// The manager refused, or did not answer.
    #[error(transparent)]
    Ami(#[from] AmiError),
    /// The manager says that it is done, but the PBX has published nothing.
    #[error("its manager took the order, but it has not published {device} as {state} in time (is a device_state_filter in the way, or is that the manager of another PBX?)", device = device::of_exten(.exten))]
    Unconfirmed {
        /// Extension whose device is awaited.
        exten: Exten,
        /// State that is awaited.
        state: DeviceState,
    },
    /// The DND that is there now is no longer ours.
    #[error("it was ended at the PBX, or at the phone, meanwhile")]
    Gone,
    /// A request that was cut off had not reached the PBX.
    #[error("the PBX was not reached before")]
    NotBegun,
}

/// What is known from before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Nothing.
    Nothing,
    /// "On" was cut off. Without the flag in the PBX's database it had not begun.
    CutOff,
    /// "Off" has deleted the flag, and not come to its end. If the flag is set now, somebody else has set it.
    Cleared,
}

/// What became of a request that was not carried out to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub why: StepError,
    /// What was done before that, and stays.
    pub done: Vec<Action>,
    /// What was done before that, and was taken back.
    pub taken_back: Vec<Action>,
    /// Why not all could be taken back.
    pub stuck: Option<AmiError>,
}

/// State machine of one request at one PBX.
#[derive(Debug)]
pub struct Switch {
    exten: Exten,
    state: Dnd,
    off: DeviceState,
    known: Known,
    phase: Phase,
    /// Actions that have changed the PBX, in order.
    done: Vec<Action>,
    /// Whether the PBX's database had the flag before.
    before: Flag,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flag {
    Set,
    Clear,
}

#[derive(Debug)]
enum Phase {
    ReadFlag,
    ReadPhones,
    Write(VecDeque<Step>),
    TakeBack { why: StepError, back: VecDeque<(Action, Action)>, taken_back: Vec<Action> },
    Ended(Result<(), Box<Failure>>),
}

impl Switch {
    /// Begins a request; `off` is the state of the DND devices while DND is off at that PBX.
    pub fn new(exten: Exten, state: Dnd, off: DeviceState, known: Known) -> Self {
        Self { exten, state, off, known, phase: Phase::ReadFlag, done: Vec::new(), before: Flag::Clear }
    }

    /// Next step; `None` when there is an [`outcome`](Self::into_outcome).
    pub fn poll_step(&self) -> Option<Step> {
        match &self.phase {
            Phase::ReadFlag => Some(Step::Do(Action::DbGet(self.flag()))),
            Phase::ReadPhones => {
                let key = Key { family: "AMPUSER", key: format!("{}/device", self.exten) };
                Some(Step::Do(Action::DbGet(key)))
            }
            Phase::Write(steps) => steps.front().cloned(),
            Phase::TakeBack { back, .. } => back.front().map(|(_, back)| Step::Do(back.clone())),
            Phase::Ended(_) => None,
        }
    }

    /// Takes in how the polled step ended: done, with what it read, or why not.
    pub fn handle_done(&mut self, outcome: Result<Option<String>, StepError>) {
        let phase = std::mem::replace(&mut self.phase, Phase::Ended(Ok(())));
        self.phase = match (phase, outcome) {
            (Phase::ReadFlag, Ok(flag)) => {
                self.before = if flag.is_some() { Flag::Set } else { Flag::Clear };
                match (self.known, self.before) {
                    (Known::CutOff, Flag::Clear) => ended(StepError::NotBegun),
                    (Known::Cleared, Flag::Set) => ended(StepError::Gone),
                    (Known::Nothing, _) | (Known::CutOff, Flag::Set) | (Known::Cleared, Flag::Clear) => {
                        Phase::ReadPhones
                    }
                }
            }
            (Phase::ReadPhones, Ok(phones)) => Phase::Write(self.steps(phones.as_deref())),
            (Phase::Write(mut steps), Ok(_)) => {
                if let Some(Step::Do(action)) = steps.pop_front() {
                    self.done.push(action);
                }
                if steps.is_empty() { Phase::Ended(Ok(())) } else { Phase::Write(steps) }
            }
            (Phase::Write(mut steps), Err(why)) => {
                // The step may have been done all the same: then it has to be taken back, too.
                if let (Dnd::On, true, Some(Step::Do(action))) = (self.state, why.leaves_open(), steps.pop_front()) {
                    self.done.push(action);
                }
                self.give_up(why)
            }
            (Phase::ReadFlag | Phase::ReadPhones, Err(why)) => self.give_up(why),
            (Phase::TakeBack { why, mut back, mut taken_back }, Ok(_)) => {
                taken_back.extend(back.pop_front().map(|(done, _)| done));
                Self::take_back(why, back, taken_back)
            }
            (Phase::TakeBack { why, back, taken_back }, Err(stuck)) => {
                let done = back.into_iter().map(|(done, _)| done).rev().collect();
                let stuck = match stuck {
                    StepError::Ami(error) => Some(error),
                    StepError::Unconfirmed { .. } | StepError::Gone | StepError::NotBegun => None,
                };
                Phase::Ended(Err(Box::new(Failure { why, done, taken_back, stuck })))
            }
            (ended @ Phase::Ended(_), _) => ended,
        };
    }

    /// How the request ended. Asked once [`poll_step`](Self::poll_step) has nothing more.
    pub fn into_outcome(self) -> Result<(), Box<Failure>> {
        match self.phase {
            Phase::Ended(outcome) => outcome,
            Phase::ReadFlag | Phase::ReadPhones | Phase::Write(_) | Phase::TakeBack { .. } => Ok(()),
        }
    }

    fn flag(&self) -> Key {
        Key { family: "DND", key: self.exten.to_string() }
    }

    /// All steps that change the PBX. A user of FreePBX without an entry in `AMPUSER` has the phone of that number.
    fn steps(&self, phones: Option<&str>) -> VecDeque<Step> {
        let (flag, state) = match self.state {
            Dnd::On => (Some(Action::DbPut(self.flag(), "YES")), DeviceState::Busy),
            Dnd::Off => ((self.before == Flag::Set).then(|| Action::DbDel(self.flag())), self.off),
        };
        let phones = phones.unwrap_or(self.exten.as_str()).split('&').filter(|phone| !phone.is_empty());
        let devices = [device::of_exten(&self.exten)].into_iter().chain(phones.map(device::of_phone));
        let set = devices.map(|device| Step::Do(Action::SetDevice(device, state)));
        [Step::Claim].into_iter().chain(flag.map(Step::Do)).chain(set).chain([Step::Await(state)]).collect()
    }

    fn give_up(&mut self, why: StepError) -> Phase {
        let done = std::mem::take(&mut self.done);
        if self.state == Dnd::Off || self.before == Flag::Set {
            return Phase::Ended(Err(Box::new(Failure { done, ..Failure::of(why) })));
        }
        let back = done.into_iter().rev().map(|action| (action.clone(), self.opposite(action))).collect();
        Self::take_back(why, back, Vec::new())
    }

    fn opposite(&self, action: Action) -> Action {
        match action {
            Action::SetDevice(device, _) => Action::SetDevice(device, self.off),
            Action::DbPut(key, _) | Action::DbDel(key) | Action::DbGet(key) => Action::DbDel(key),
        }
    }

    fn take_back(why: StepError, back: VecDeque<(Action, Action)>, taken_back: Vec<Action>) -> Phase {
        if back.is_empty() {
            return Phase::Ended(Err(Box::new(Failure { taken_back, ..Failure::of(why) })));
        }
        Phase::TakeBack { why, back, taken_back }
    }
}

fn ended(why: StepError) -> Phase {
    Phase::Ended(Err(Box::new(Failure::of(why))))
}

impl Failure {
    const fn of(why: StepError) -> Self {
        Self { why, done: Vec::new(), taken_back: Vec::new(), stuck: None }
    }

    /// Whether the flag is deleted, though the request did not come to its end.
    pub fn has_cleared(&self) -> bool {
        self.done.iter().any(|action| matches!(action, Action::DbDel(_)))
    }
}

impl StepError {
    /// Whether the step may have been done all the same: nobody answered.
    const fn leaves_open(&self) -> bool {
        matches!(self, Self::Ami(error) if error.leaves_open())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PBX that has these entries, and refuses the steps of these numbers.
    struct Pbx {
        flag: Option<&'static str>,
        phones: Option<&'static str>,
        refuses: &'static [usize],
        /// Refuses the claim.
        gone: bool,
        /// Says nothing instead of refusing.
        silent: bool,
        known: Known,
    }

    impl Pbx {
        fn new() -> Self {
            Self { flag: None, phones: None, refuses: &[], gone: false, silent: false, known: Known::Nothing }
        }

        /// Runs a request there: what is done, step by step, and how it ends.
        fn run(&self, state: Dnd) -> (Vec<String>, Result<(), Box<Failure>>) {
            let mut switch = Switch::new("1001".into(), state, DeviceState::Unavailable, self.known);
            let mut trace = Vec::new();
            while let Some(step) = switch.poll_step() {
                let line = match &step {
                    Step::Claim => {
                        switch.handle_done(if self.gone { Err(StepError::Gone) } else { Ok(None) });
                        continue;
                    }
                    Step::Do(action) => action.to_string(),
                    Step::Await(state) => format!("await {state}"),
                };
                let refused = self.refuses.contains(&trace.len());
                trace.push(if refused { format!("{line} FAILS") } else { line });
                switch.handle_done(if refused { Err(error(&step, self.silent)) } else { Ok(self.read(&step)) });
            }
            (trace, switch.into_outcome())
        }

        fn read(&self, step: &Step) -> Option<String> {
            match step {
                Step::Do(Action::DbGet(key)) if key.family == "DND" => self.flag.map(str::to_owned),
                Step::Do(Action::DbGet(_)) => self.phones.map(str::to_owned),
                _ => None,
            }
        }
    }

    fn error(step: &Step, silent: bool) -> StepError {
        match step {
            Step::Do(_) if silent => AmiError::Silent { at: "perm".into() }.into(),
            Step::Claim => StepError::Gone,
            Step::Do(action) => AmiError::Failed { action: action.to_string(), message: "no".into() }.into(),
            Step::Await(state) => StepError::Unconfirmed { exten: "1001".into(), state: *state },
        }
    }

    fn words(actions: &[Action]) -> Vec<String> {
        actions.iter().map(ToString::to_string).collect()
    }

    const READS: [&str; 2] = ["DBGet DND/1001", "DBGet AMPUSER/1001/device"];

    #[track_caller]
    fn check(pbx: &Pbx, state: Dnd, writes: &[&str]) -> Result<(), Box<Failure>> {
        let (trace, outcome) = pbx.run(state);
        assert_eq!(trace, [&READS, writes].concat());
        outcome
    }

    #[test]
    fn does_what_freepbx_does() {
        let on = [
            "DBPut DND/1001",
            "SetVar DEVICE_STATE(Custom:DND1001)=BUSY",
            "SetVar DEVICE_STATE(Custom:DEVDND1001)=BUSY",
            "await BUSY",
        ];
        assert_eq!(check(&Pbx::new(), Dnd::On, &on), Ok(()));
        let off = [
            "DBDel DND/1001",
            "SetVar DEVICE_STATE(Custom:DND1001)=UNAVAILABLE",
            "SetVar DEVICE_STATE(Custom:DEVDND1001)=UNAVAILABLE",
            "await UNAVAILABLE",
        ];
        assert_eq!(check(&Pbx { flag: Some("YES"), ..Pbx::new() }, Dnd::Off, &off), Ok(()));
        assert_eq!(check(&Pbx::new(), Dnd::Off, &off[1..]), Ok(()), "there is nothing to delete");
    }

    #[test]
    fn sets_the_key_of_each_phone() {
        let pbx = Pbx { phones: Some("1001&2001&"), ..Pbx::new() };
        let (trace, _) = pbx.run(Dnd::On);
        assert_eq!(
            trace[4..6],
            ["SetVar DEVICE_STATE(Custom:DEVDND1001)=BUSY", "SetVar DEVICE_STATE(Custom:DEVDND2001)=BUSY"]
        );
        let (trace, _) = Pbx { phones: Some(""), ..Pbx::new() }.run(Dnd::On);
        assert_eq!(trace[4..], ["await BUSY"], "a user without a phone has no such key");
    }

    #[test]
    fn takes_back_what_was_half_done() {
        let pbx = Pbx { refuses: &[4], ..Pbx::new() };
        let failure = check(
            &pbx,
            Dnd::On,
            &[
                "DBPut DND/1001",
                "SetVar DEVICE_STATE(Custom:DND1001)=BUSY",
                "SetVar DEVICE_STATE(Custom:DEVDND1001)=BUSY FAILS",
                "SetVar DEVICE_STATE(Custom:DND1001)=UNAVAILABLE",
                "DBDel DND/1001",
            ],
        )
        .unwrap_err();
        assert_eq!(words(&failure.taken_back), ["SetVar DEVICE_STATE(Custom:DND1001)=BUSY", "DBPut DND/1001"]);
        assert_eq!((failure.done, failure.stuck), (vec![], None));
    }

    #[test]
    fn says_what_could_not_be_taken_back() {
        let (_, outcome) = Pbx { refuses: &[4, 5], ..Pbx::new() }.run(Dnd::On);
        let failure = outcome.unwrap_err();
        assert_eq!(words(&failure.done), ["DBPut DND/1001", "SetVar DEVICE_STATE(Custom:DND1001)=BUSY"]);
        assert!(failure.stuck.is_some() && failure.taken_back.is_empty());
    }

    #[test]
    fn an_unconfirmed_on_is_taken_back_and_an_unconfirmed_off_stays() {
        let (trace, outcome) = Pbx { refuses: &[5], ..Pbx::new() }.run(Dnd::On);
        assert_eq!(trace.len(), 9);
        let failure = outcome.unwrap_err();
        assert!(matches!(failure.why, StepError::Unconfirmed { .. }));
        assert_eq!((failure.done.len(), failure.taken_back.len()), (0, 3));
        let (trace, outcome) = Pbx { refuses: &[4], ..Pbx::new() }.run(Dnd::Off);
        assert_eq!(trace.len(), 5);
        assert_eq!(outcome.unwrap_err().done.len(), 2);
    }

    #[test]
    fn takes_nothing_away_that_was_there_before() {
        let (trace, outcome) = Pbx { flag: Some("YES"), refuses: &[3], ..Pbx::new() }.run(Dnd::On);
        assert_eq!(trace.len(), 4, "{trace:?}");
        assert_eq!(words(&outcome.unwrap_err().done), ["DBPut DND/1001"]);
    }

    #[test]
    fn ends_nothing_that_is_no_longer_ours() {
        let pbx = Pbx { flag: Some("YES"), gone: true, ..Pbx::new() };
        assert_eq!(check(&pbx, Dnd::Off, &[]).unwrap_err().why, StepError::Gone);
        let pbx = Pbx { flag: Some("YES"), known: Known::Cleared, ..Pbx::new() };
        let (trace, outcome) = pbx.run(Dnd::Off);
        assert_eq!((trace, outcome.unwrap_err().why), (vec![READS[0].into()], StepError::Gone));
        let left =
            ["SetVar DEVICE_STATE(Custom:DND1001)=UNAVAILABLE", "SetVar DEVICE_STATE(Custom:DEVDND1001)=UNAVAILABLE"];
        let pbx = Pbx { known: Known::Cleared, ..Pbx::new() };
        assert_eq!(check(&pbx, Dnd::Off, &[left[0], left[1], "await UNAVAILABLE"]), Ok(()));
    }

    #[test]
    fn carries_on_only_what_has_begun() {
        let pbx = Pbx { known: Known::CutOff, ..Pbx::new() };
        let (trace, outcome) = pbx.run(Dnd::On);
        assert_eq!((trace, outcome.unwrap_err().why), (vec![READS[0].into()], StepError::NotBegun));
        let pbx = Pbx { known: Known::CutOff, flag: Some("YES"), ..Pbx::new() };
        assert_eq!(pbx.run(Dnd::On).1, Ok(()));
    }

    #[test]
    fn takes_back_what_may_have_been_done_by_a_manager_that_said_nothing() {
        let pbx = Pbx { refuses: &[2], silent: true, ..Pbx::new() };
        let failure = check(&pbx, Dnd::On, &["DBPut DND/1001 FAILS", "DBDel DND/1001"]).unwrap_err();
        assert_eq!(words(&failure.taken_back), ["DBPut DND/1001"]);
        let pbx = Pbx { refuses: &[2, 3], silent: true, ..Pbx::new() };
        let failure = check(&pbx, Dnd::On, &["DBPut DND/1001 FAILS", "DBDel DND/1001 FAILS"]).unwrap_err();
        assert!(failure.stuck.is_some() && words(&failure.done) == ["DBPut DND/1001"], "{failure:?}");
    }

    #[test]
    fn changes_nothing_where_it_cannot_even_read() {
        let (trace, outcome) = Pbx { refuses: &[0], ..Pbx::new() }.run(Dnd::On);
        assert_eq!(trace, ["DBGet DND/1001 FAILS"]);
        let failure = outcome.unwrap_err();
        assert!(failure.done.is_empty() && failure.taken_back.is_empty() && failure.stuck.is_none());
    }
}
