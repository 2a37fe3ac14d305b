//! The presence and the call that go with what a lamp shows: from the documents of `Event: presence` and `dialog`.

use lampfield_shared::{Call, Freshness, LampState, Party, Presence, Side};

use super::extension_state::ExtensionState;
use super::freshness::Verdict;
use crate::ledger::Peers;
use crate::news::{CallSaid, CallerSaid, PersonSaid};

/// What the person at the extension said last, of those statements that a peer stands by if it stands by any: whoever
/// is there and says nothing more has taken back what they said.
pub(super) fn presence(states: &[ExtensionState], peers: &Peers) -> Option<Presence> {
    let told = states.iter().filter_map(|state| state.person(peers));
    let (person, _, as_of) = told.max_by_key(|(person, when, as_of)| (as_of.is_none(), person.is_some(), *when))?;
    let PersonSaid { state, subtype, note } = person?.clone();
    Some(Presence { state, subtype, note, as_of: as_of.map(|moment| moment.wall) })
}

/// The call that a lamp shows. One of which its peer no longer tells is no call of a live lamp. `is_ours` tells which
/// numbers are extensions.
pub(super) fn call(
    states: &[ExtensionState],
    verdict: &Verdict,
    peers: &Peers,
    is_ours: impl Fn(&str) -> bool,
) -> Option<Call> {
    let calls = states.iter().flat_map(|state| state.calls(peers));
    let tells = |call: &CallSaid| call.direction.is_some() || call.caller.is_some();
    let is_old = verdict.freshness == Freshness::LastKnown;
    let shown = calls
        .filter(|(call, as_of)| fits(call, verdict.reading.state) && tells(call) && (as_of.is_none() || is_old))
        .max_by_key(|(call, as_of)| (as_of.is_none(), call.rings, call.caller.is_some()));
    let (call, as_of) = shown?;
    let as_of = as_of.map(|moment| moment.wall);
    Some(Call { direction: call.direction, party: call.caller.as_ref().map(|caller| party(caller, is_ours)), as_of })
}

fn party(CallerSaid { number, name }: &CallerSaid, is_ours: impl Fn(&str) -> bool) -> Party {
    let side = match number {
        None => Side::Withheld,
        Some(number) if is_ours(number) => Side::Internal,
        Some(_) => Side::External,
    };
    Party { side, number: number.clone(), name: name.clone() }
}

/// Whether a lamp in that state can be showing the call.
const fn fits(call: &CallSaid, state: LampState) -> bool {
    match state {
        LampState::Ringing => call.rings,
        LampState::CallRinging => true,
        LampState::OnCall | LampState::Busy | LampState::OnHold => !call.rings,
        LampState::Free | LampState::Dnd | LampState::Offline | LampState::NoData => false,
    }
}
