//! "Why this state?": which votes make a lamp what it is.

use lampfield_shared::{DeviceState, LampDetails, LampState, Vote};

/// Whether the vote is one of those that make the lamp what it is.
pub fn decides(details: &LampDetails, vote: &Vote) -> bool {
    let lamp = &details.lamp;
    if is_dnd(vote) && vote.state == DeviceState::Busy {
        return lamp.dnd;
    }
    match lamp.state {
        LampState::Dnd => false,
        LampState::CallRinging => {
            vote.state == DeviceState::RingInUse
                || matches!(
                    vote.state,
                    DeviceState::Ringing | DeviceState::InUse | DeviceState::Busy | DeviceState::OnHold
                )
        }
        LampState::Free if is_dnd(vote) => !details.votes.iter().any(|other| !is_dnd(other) && is_free(other)),
        state => LampState::from(vote.state) == state && !(is_dnd(vote) && has_phone(details)),
    }
}

fn is_free(vote: &Vote) -> bool {
    vote.state == DeviceState::NotInUse
}

fn has_phone(details: &LampDetails) -> bool {
    details.votes.iter().any(|vote| !is_dnd(vote))
}

/// Whether the vote is about "do not disturb": `Custom:DND…` and `Custom:DEVDND…` (`docs/protocol.md` §9).
fn is_dnd(vote: &Vote) -> bool {
    let name = vote.device.as_str().split_once(':').filter(|(provider, _)| provider.eq_ignore_ascii_case("Custom"));
    name.is_some_and(|(_, name)| name.starts_with("DND") || name.starts_with("DEVDND"))
}

#[cfg(test)]
mod tests {
    use lampfield_shared::{Freshness, Timestamp};

    use super::*;
    use crate::state::testing::lamp;

    /// Checks which devices' votes decide.
    fn check(state: &str, dnd: bool, votes: &[&str], expected: &[&str]) {
        let vote = |text: &&str| {
            let (device, state) = text.split_once('=').unwrap();
            Vote {
                peer: "perm".into(),
                eid: None,
                device: device.into(),
                state: state.parse().unwrap(),
                when: Timestamp(0),
                freshness: Freshness::Live,
            }
        };
        let mut lamp = lamp(&format!("214@perm {state}"));
        lamp.dnd = dnd;
        let votes = votes.iter().map(vote).collect();
        let details = LampDetails { lamp, hint: None, devices: Vec::new(), votes };
        let deciding: Vec<_> =
            details.votes.iter().filter(|vote| decides(&details, vote)).map(|vote| vote.device.as_str()).collect();
        assert_eq!(deciding, expected, "{state}");
    }

    #[test]
    fn the_phone_decides_and_an_idle_dnd_does_not() {
        check("free", false, &["PJSIP/214=NOT_INUSE", "Custom:DND214=NOT_INUSE"], &["PJSIP/214"]);
        check("offline", false, &["PJSIP/214=UNAVAILABLE", "Custom:DND214=NOT_INUSE"], &["PJSIP/214"]);
        check("on_call", false, &["PJSIP/214=INUSE", "PJSIP/215=NOT_INUSE"], &["PJSIP/214"]);
    }

    #[test]
    fn dnd_decides_when_it_is_on_and_beside_a_call_both_do() {
        check("dnd", true, &["PJSIP/214=NOT_INUSE", "Custom:DND214=BUSY"], &["Custom:DND214"]);
        check("on_call", true, &["PJSIP/214=INUSE", "Custom:DND214=BUSY"], &["PJSIP/214", "Custom:DND214"]);
    }

    #[test]
    fn two_phones_together_make_a_second_call() {
        check(
            "call_ringing",
            false,
            &["PJSIP/1=RINGING", "PJSIP/2=INUSE", "PJSIP/3=NOT_INUSE"],
            &["PJSIP/1", "PJSIP/2"],
        );
        check("call_ringing", false, &["PJSIP/1=RINGINUSE"], &["PJSIP/1"]);
    }

    #[test]
    fn where_there_is_no_phone_the_key_decides() {
        check("free", false, &["Custom:DND214=NOT_INUSE"], &["Custom:DND214"]);
        check("busy", false, &["PJSIP/214=BUSY"], &["PJSIP/214"]);
    }
}
