//! Answers of several parts whose fields stand beside each other. serde's own way to read such
//! (`flatten`, `tag`) keeps all of it in between, and is thirty kilobytes of the page; each part
//! by itself, from the same text, is none.

use std::collections::BTreeMap;

use lampfield_shared::account::{GrantedAccount, GrantedScreen};
use lampfield_shared::dnd::{DndManyReport, DndOutcome, DndPlan};
use lampfield_shared::{
    DeviceName, Dnd, DndKind, Eid, Exten, Finding, LampDetails, MeshReport, Pause, PeerReport, RefreshReport, SiteName,
    Timestamp, Told, Vote,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Result, from_str};

/// A lamp with its votes.
pub fn details(text: &str) -> Result<LampDetails> {
    #[derive(Deserialize)]
    struct Rest {
        hint: Option<String>,
        devices: Vec<DeviceName>,
        votes: Vec<Vote>,
    }
    let Rest { hint, devices, votes } = from_str(text)?;
    Ok(LampDetails { lamp: from_str(text)?, hint, devices, votes })
}

/// An account, with a password where there is a new one.
pub fn account(text: &str) -> Result<GrantedAccount> {
    #[derive(Deserialize)]
    struct Rest {
        one_time_password: Option<String>,
    }
    let Rest { one_time_password } = from_str(text)?;
    Ok(GrantedAccount { account: from_str(text)?, one_time_password })
}

/// A screen with its link.
pub fn screen(text: &str) -> Result<GrantedScreen> {
    #[derive(Deserialize)]
    struct Rest {
        path: String,
    }
    let Rest { path } = from_str(text)?;
    Ok(GrantedScreen { screen: from_str(text)?, path })
}

/// The mesh with its peers.
pub fn mesh(text: &str) -> Result<MeshReport> {
    #[derive(Deserialize)]
    struct Parts<'a> {
        eid: Eid,
        #[serde(borrow)]
        peers: Vec<&'a RawValue>,
        strangers: BTreeMap<String, u64>,
        transport: BTreeMap<String, u64>,
    }
    let Parts { eid, peers, strangers, transport } = from_str(text)?;
    let peers = peers.into_iter().map(|part| peer(part.get())).collect::<Result<_>>()?;
    Ok(MeshReport { eid, peers, strangers, transport })
}

fn peer(text: &str) -> Result<PeerReport> {
    #[derive(Deserialize)]
    struct Rest {
        eids: Vec<Eid>,
        counters: BTreeMap<String, u64>,
        last_in: Option<Timestamp>,
        last_out: Option<Timestamp>,
        given: BTreeMap<String, u64>,
        got: BTreeMap<String, u64>,
        told: Vec<Told>,
        pause: Pause,
        trouble: Option<String>,
        findings: Vec<Finding>,
        untold: u64,
        refresh: Option<RefreshReport>,
    }
    let rest: Rest = from_str(text)?;
    Ok(PeerReport {
        site: from_str(text)?,
        eids: rest.eids,
        counters: rest.counters,
        last_in: rest.last_in,
        last_out: rest.last_out,
        given: rest.given,
        got: rest.got,
        told: rest.told,
        pause: rest.pause,
        trouble: rest.trouble,
        findings: rest.findings,
        untold: rest.untold,
        refresh: rest.refresh,
    })
}

/// What became of many.
pub fn many(text: &str) -> Result<DndManyReport> {
    #[derive(Deserialize)]
    struct Parts<'a> {
        dry_run: bool,
        #[serde(borrow)]
        outcomes: Vec<&'a RawValue>,
    }
    let Parts { dry_run, outcomes } = from_str(text)?;
    let outcomes = outcomes.into_iter().map(|part| outcome(part.get())).collect::<Result<_>>()?;
    Ok(DndManyReport { dry_run, outcomes })
}

fn outcome(text: &str) -> Result<DndOutcome> {
    #[derive(Deserialize)]
    struct Head {
        outcome: String,
    }
    #[derive(Deserialize)]
    struct Plan {
        exten: Exten,
        state: Dnd,
        kinds: Vec<DndKind>,
        node: Option<SiteName>,
    }
    #[derive(Deserialize)]
    struct Refused {
        exten: Exten,
        status: u16,
        detail: String,
    }
    let Head { outcome } = from_str(text)?;
    match outcome.as_str() {
        "planned" => {
            let Plan { exten, state, kinds, node } = from_str(text)?;
            Ok(DndOutcome::Planned(DndPlan { exten, state, kinds, node }))
        }
        "refused" => {
            let Refused { exten, status, detail } = from_str(text)?;
            Ok(DndOutcome::Refused { exten, status, detail })
        }
        _ => from_str(text).map(DndOutcome::Done),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use lampfield_shared::account::Role;
    use lampfield_shared::dnd::DndReport;
    use lampfield_shared::{Account, DeviceState, Freshness, Publishing, ScreenLink};
    use serde::Serialize;

    use super::*;
    use crate::state::testing;

    #[track_caller]
    fn same<T: Serialize + PartialEq + Debug>(value: &T, read: fn(&str) -> Result<T>) {
        let text = serde_json::to_string(value).unwrap();
        assert_eq!(read(&text).unwrap(), *value, "{text}");
    }

    fn vote() -> Vote {
        Vote {
            peer: "perm".into(),
            eid: Some(Eid::from_bytes([2, 0, 0, 0, 0, 4])),
            device: "PJSIP/1".into(),
            state: DeviceState::InUse,
            when: Timestamp(7),
            freshness: Freshness::Live,
        }
    }

    #[test]
    fn reads_each_answer_as_serde_does() {
        let lamp = testing::lamp("1@perm on_call Anna Sales");
        same(
            &LampDetails { lamp, hint: Some("PJSIP/1".into()), devices: vec!["PJSIP/1".into()], votes: vec![vote()] },
            details,
        );
        let peer = PeerReport {
            site: testing::site("perm"),
            eids: vec![Eid::from_bytes([2, 0, 0, 0, 0, 4])],
            counters: [("drift".to_owned(), 3)].into(),
            last_in: Some(Timestamp(3)),
            last_out: None,
            given: [("200".to_owned(), 3)].into(),
            got: [("404".to_owned(), 1)].into(),
            told: vec![Told { event: "asterisk-mwi".into(), standing: Publishing::Refused, code: Some(404) }],
            pause: Pause::On,
            trouble: Some("404".into()),
            findings: vec![Finding { text: "404".into(), file: "pjsip.conf".into(), lines: "[us]".into() }],
            untold: 2,
            refresh: None,
        };
        let eid = Eid::from_bytes([2, 0, 0, 0, 0, 6]);
        let (strangers, transport) = ([("stranger".to_owned(), 1)].into(), [("tcp".to_owned(), 2)].into());
        same(&MeshReport { eid, peers: vec![peer], strangers, transport }, mesh);
    }

    #[test]
    fn reads_every_outcome() {
        let kinds = vec![DndKind::Calls];
        let plan = DndPlan { exten: "1".into(), state: Dnd::On, kinds: kinds.clone(), node: Some("perm".into()) };
        let done = DndReport {
            exten: "2".into(),
            state: Dnd::Off,
            kinds,
            node: None,
            confirmed_by: Some("perm".into()),
            held_by: vec![vote()],
            until: Some(Timestamp(9)),
            reason: Some("lunch".into()),
            by: None,
            when: Timestamp(8),
        };
        let refused = DndOutcome::Refused { exten: "3".into(), status: 504, detail: "no answer".into() };
        let outcomes = vec![DndOutcome::Planned(plan), DndOutcome::Done(done), refused];
        same(&DndManyReport { dry_run: false, outcomes }, many);
    }

    #[test]
    fn reads_what_is_granted() {
        let anna = Account {
            name: "anna".into(),
            role: Role::Viewer,
            must_change_password: true,
            created: Timestamp(1),
            last_login: None,
        };
        let text =
            serde_json::to_string(&GrantedAccount { account: anna.clone(), one_time_password: Some("x".into()) });
        let granted = account(&text.unwrap()).unwrap();
        assert_eq!((granted.account, granted.one_time_password.as_deref()), (anna, Some("x")));
        let lobby = ScreenLink {
            id: 1,
            name: "Lobby".into(),
            board: "all".into(),
            created: Timestamp(1),
            created_by: "admin".into(),
            last_seen: None,
        };
        let text = serde_json::to_string(&GrantedScreen { screen: lobby.clone(), path: "screen/abc".into() });
        let granted = screen(&text.unwrap()).unwrap();
        assert_eq!((granted.screen, granted.path.as_str()), (lobby, "screen/abc"));
    }
}
