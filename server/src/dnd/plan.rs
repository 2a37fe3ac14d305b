//! Decides whether a request switches the lamp, blocks calls, or both, and which PBX is told. Pure.

use lampfield_shared::dnd::DndPlan;
use lampfield_shared::{Dnd, DndKind, Exten, Freshness, SiteName};

use super::wish::Wish;
use crate::ami::wire::is_plain_name;
use crate::board::{DndFacts, Follows};

/// Why a request cannot be carried out now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No PBX is known to serve the extension.
    #[error(
        "calls to {exten} cannot be stopped: no PBX is known to serve it; name it in `serves` of a [[peer]], or ask for kind `lamp`"
    )]
    HomeUnknown {
        /// Extension that the request is for.
        exten: Exten,
    },
    /// The PBX has no manager that lampfield may use.
    #[error(
        "calls to {exten} cannot be stopped: lampfield has no manager (AMI) link to `{node}`; give it a [peer.ami], or ask for kind `lamp`"
    )]
    NoLink {
        /// Extension that the request is for.
        exten: Exten,
        /// The PBX that would have to be told.
        node: SiteName,
    },
    /// The PBX is not heard, and could not confirm.
    #[error(
        "`{node}` is silent now, so it could not be seen whether calls to {exten} are stopped; try again when it is live, or ask for kind `lamp`"
    )]
    HomeSilent {
        /// Extension that the request is for.
        exten: Exten,
        /// The PBX that would have to be told.
        node: SiteName,
    },
    /// The hint has no DND device, so no lamp would show it.
    #[error("no lamp would show it: the hint of {exten} does not name Custom:DND{exten}")]
    NotShown {
        /// Extension that the request is for.
        exten: Exten,
    },
    /// The extension has characters that no manager takes.
    #[error("calls to `{exten}` cannot be stopped: its name has characters that no manager takes")]
    OddName {
        /// Extension that the request is for.
        exten: Exten,
    },
}

/// What is known beside the board's facts.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The PBX at which lampfield has set a DND that blocks calls.
    pub set_at: Option<&'a SiteName>,
    /// Whether a PBX has a manager that can be told.
    pub can_be_told: &'a dyn Fn(&SiteName) -> bool,
}

/// Decides what a request comes to.
pub fn plan(exten: &Exten, wish: &Wish, facts: &DndFacts, known: Known<'_>) -> Result<DndPlan, Refusal> {
    let (kinds, node) = match wish.state {
        Dnd::On => switch_on(exten, wish.kind, facts, known)?,
        Dnd::Off => switch_off(exten, wish.kind, facts, known)?,
    };
    Ok(DndPlan { exten: exten.clone(), state: wish.state, kinds, node })
}

type Parts = (Vec<DndKind>, Option<SiteName>);

fn switch_on(exten: &Exten, kind: Option<DndKind>, facts: &DndFacts, known: Known<'_>) -> Result<Parts, Refusal> {
    let reachable = facts.home.as_ref().is_some_and(|(home, _)| (known.can_be_told)(home));
    let kind = kind.unwrap_or(if reachable { DndKind::Calls } else { DndKind::Lamp });
    match kind {
        DndKind::Lamp if facts.follows == Follows::No => Err(Refusal::NotShown { exten: exten.clone() }),
        DndKind::Lamp => Ok((vec![DndKind::Lamp], None)),
        // The PBX at which DND was set before does not matter: the phone may have moved.
        DndKind::Calls => Ok((vec![DndKind::Calls], Some(node(exten, facts, Known { set_at: None, ..known })?))),
    }
}

fn switch_off(exten: &Exten, kind: Option<DndKind>, facts: &DndFacts, known: Known<'_>) -> Result<Parts, Refusal> {
    // A request for the lamp always tells the peers "off", whatever is known here: a PBX may still show our lamp where
    // our database was lost.
    let lamp = match kind {
        Some(DndKind::Lamp) => true,
        Some(DndKind::Calls) => false,
        None => facts.own == Dnd::On,
    };
    let calls = match kind {
        Some(DndKind::Lamp) => false,
        Some(DndKind::Calls) => true,
        None => known.set_at.is_some() || may_stop_calls(exten, facts, known),
    };
    let node = if calls { Some(node(exten, facts, known)?) } else { None };
    let kinds = DndKind::ALL.into_iter().zip([lamp, calls]).filter(|(_, switched)| *switched);
    Ok((kinds.map(|(kind, _)| kind).collect(), node))
}

/// Whether the PBX may hold a DND that we can switch off. The PBX's database may say so where no lamp does, so a PBX
/// that is heard is always asked; a silent one only where its lamp says so.
fn may_stop_calls(exten: &Exten, facts: &DndFacts, known: Known<'_>) -> bool {
    facts.home.as_ref().is_some_and(|(home, freshness)| {
        (known.can_be_told)(home) && (*freshness == Freshness::Live || facts.is_held_at(home, exten))
    })
}

/// The PBX to tell: the one at which DND was set, or else the one that serves the extension.
fn node(exten: &Exten, facts: &DndFacts, known: Known<'_>) -> Result<SiteName, Refusal> {
    let exten = exten.clone();
    let home = facts.home.as_ref();
    let Some(node) = known.set_at.or(home.map(|(home, _)| home)).cloned() else {
        return Err(Refusal::HomeUnknown { exten });
    };
    if !(known.can_be_told)(&node) {
        return Err(Refusal::NoLink { exten, node });
    }
    if home.is_some_and(|(home, freshness)| *home == node && *freshness != Freshness::Live) {
        return Err(Refusal::HomeSilent { exten, node });
    }
    if !is_plain_name(exten.as_str()) {
        return Err(Refusal::OddName { exten });
    }
    Ok(node)
}

#[cfg(test)]
mod tests {
    use lampfield_shared::{DeviceState, Timestamp, Vote};

    use super::*;

    /// Reads facts from a line such as `home=perm live, own, held=perm, set=perm, hidden`; `perm` can be told, `kazan`
    /// cannot.
    fn facts(line: &str) -> (DndFacts, Option<SiteName>) {
        let mut facts = DndFacts { home: None, own: Dnd::Off, held_by: Vec::new(), follows: Follows::Yes };
        let mut set_at = None;
        for word in line.split(", ").filter(|word| !word.is_empty()) {
            match word.split_once('=') {
                Some(("home", at)) => {
                    let (home, fresh) = at.split_once(' ').unwrap();
                    let freshness = if fresh == "live" { Freshness::Live } else { Freshness::LastKnown };
                    facts.home = Some((home.into(), freshness));
                }
                Some(("held", peer)) => facts.held_by.push(Vote {
                    peer: peer.into(),
                    eid: None,
                    device: "Custom:DND1001".into(),
                    state: DeviceState::Busy,
                    when: Timestamp(0),
                    freshness: Freshness::LastKnown,
                }),
                Some(("set", node)) => set_at = Some(node.into()),
                None if word == "own" => facts.own = Dnd::On,
                None if word == "hidden" => facts.follows = Follows::No,
                _ => panic!("{word}"),
            }
        }
        (facts, set_at)
    }

    fn decide(exten: &str, state: Dnd, kind: Option<DndKind>, line: &str) -> Result<DndPlan, Refusal> {
        let (facts, set_at) = facts(line);
        let known = Known { set_at: set_at.as_ref(), can_be_told: &|node| node.as_str() == "perm" };
        plan(&exten.into(), &Wish { state, kind, until: None, reason: None }, &facts, known)
    }

    /// `expected` is `lamp`, `lamp calls@perm`, nothing, or the name of a refusal.
    #[track_caller]
    fn check(state: Dnd, kind: Option<DndKind>, line: &str, expected: &str) {
        let found = match decide("1001", state, kind, line) {
            Ok(plan) => {
                let word = |kind: &DndKind| match (kind, &plan.node) {
                    (DndKind::Calls, Some(node)) => format!("calls@{node}"),
                    (kind, _) => kind.as_str().into(),
                };
                plan.kinds.iter().map(word).collect::<Vec<_>>().join(" ")
            }
            Err(refusal) => format!("{refusal:?}").split(' ').next().unwrap_or_default().into(),
        };
        assert_eq!(found, expected, "{state:?} {kind:?} {line}");
    }

    #[test]
    fn stops_calls_where_it_can_and_lights_the_lamp_elsewhere() {
        check(Dnd::On, None, "home=perm live", "calls@perm");
        check(Dnd::On, None, "home=kazan live", "lamp");
        check(Dnd::On, None, "", "lamp");
        check(Dnd::On, Some(DndKind::Lamp), "home=perm live", "lamp");
        check(Dnd::On, Some(DndKind::Calls), "home=perm live", "calls@perm");
    }

    #[test]
    fn says_why_calls_cannot_be_stopped() {
        check(Dnd::On, Some(DndKind::Calls), "", "HomeUnknown");
        check(Dnd::On, Some(DndKind::Calls), "home=kazan live", "NoLink");
        check(Dnd::On, Some(DndKind::Calls), "home=perm silent", "HomeSilent");
        check(Dnd::On, None, "home=perm silent", "HomeSilent");
        assert!(matches!(decide("10)01", Dnd::On, None, "home=perm live"), Err(Refusal::OddName { .. })));
    }

    #[test]
    fn lights_no_lamp_that_nobody_sees() {
        check(Dnd::On, None, "hidden", "NotShown");
        check(Dnd::On, Some(DndKind::Calls), "home=perm live, hidden", "calls@perm");
        check(Dnd::Off, Some(DndKind::Lamp), "own, hidden", "lamp");
    }

    #[test]
    fn switches_off_whatever_is_on() {
        check(Dnd::Off, None, "", "");
        check(Dnd::Off, None, "own", "lamp");
        check(Dnd::Off, None, "home=kazan live, own, held=kazan", "lamp");
        check(Dnd::Off, None, "home=perm live", "calls@perm");
        check(Dnd::Off, None, "home=perm live, own, held=perm", "lamp calls@perm");
        check(Dnd::Off, None, "home=perm silent, own", "lamp");
        check(Dnd::Off, None, "home=perm silent, own, held=perm", "HomeSilent");
        check(Dnd::Off, Some(DndKind::Lamp), "home=perm silent, own, held=perm", "lamp");
        check(Dnd::Off, Some(DndKind::Calls), "home=perm live, own, held=perm", "calls@perm");
        check(Dnd::Off, Some(DndKind::Lamp), "", "lamp");
    }

    #[test]
    fn switches_off_where_it_was_set() {
        check(Dnd::Off, None, "home=kazan live, set=perm", "calls@perm");
        check(Dnd::Off, None, "set=perm", "calls@perm");
        check(Dnd::Off, None, "home=perm live, set=kazan", "NoLink");
        check(Dnd::On, None, "home=perm live, set=kazan", "calls@perm");
    }
}
