//! Readers for answers whose JSON object has the fields of several types side by side. serde's own ways to read such
//! objects (`flatten`, `tag`) buffer the whole value and add thirty kilobytes to the page; reading each part from the
//! same text adds nothing.

use std::collections::BTreeMap;

use lampfield_shared::account::{GrantedAccount, GrantedScreen};
use lampfield_shared::dnd::{DndManyReport, DndOutcome, DndPlan};
use lampfield_shared::naming::{
    Field, ImportColumn, ImportError, ImportReading, ImportReport, ImportTaken, NamedExtension, Naming, NamingChange,
    NamingsChanged,
};
use lampfield_shared::{
    DeviceName, DeviceState, Direction, Dnd, DndKind, Eid, Exten, Fault, Finding, Gist, LampDetails, MeshReport, Pause,
    PeerReport, PublicationReport, Publishing, RefreshReport, SipMessage, SiteName, Timestamp, Topic, Vote, Why,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Result, Value, from_str};

/// Reads a lamp with its votes.
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

/// Reads an account, with a one-time password where there is a new one.
pub fn account(text: &str) -> Result<GrantedAccount> {
    #[derive(Deserialize)]
    struct Rest {
        one_time_password: Option<String>,
    }
    let Rest { one_time_password } = from_str(text)?;
    Ok(GrantedAccount { account: from_str(text)?, one_time_password })
}

/// Reads a screen with its link.
pub fn screen(text: &str) -> Result<GrantedScreen> {
    #[derive(Deserialize)]
    struct Rest {
        path: String,
    }
    let Rest { path } = from_str(text)?;
    Ok(GrantedScreen { screen: from_str(text)?, path })
}

/// Reads the peers of the mesh.
pub fn mesh(text: &str) -> Result<MeshReport> {
    #[derive(Deserialize)]
    struct Parts<'a> {
        eid: Option<Eid>,
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
        given: BTreeMap<String, u64>,
        got: BTreeMap<String, u64>,
        trouble: Option<String>,
        untold: u64,
        refresh: Option<RefreshReport>,
    }
    let Rest { eids, counters, given, got, trouble, untold, refresh } = from_str(text)?;
    let more: Value = from_str(text)?;
    let moment = |key: &str| more[key].as_u64().map(Timestamp);
    Ok(PeerReport {
        site: from_str(text)?,
        eids,
        counters,
        last_in: moment("last_in"),
        last_out: moment("last_out"),
        given,
        got,
        told: all(&more["told"], told),
        pause: if more["pause"] == "on" { Pause::On } else { Pause::Off },
        trouble,
        findings: all(&more["findings"], |it| Finding {
            fault: serde_json::from_value(it["fault"].clone()).unwrap_or(Fault::Other),
            text: word(it, "text"),
            file: word(it, "file"),
            lines: word(it, "lines"),
        }),
        setup: word(&more, "setup"),
        untold,
        refresh,
    })
}

fn told(value: &Value) -> PublicationReport {
    let standing = match value["standing"].as_str() {
        Some("held") => Publishing::Held,
        Some("failing") => Publishing::Failing,
        Some("refused") => Publishing::Refused,
        _ => Publishing::Nothing,
    };
    let code = value["code"].as_u64().and_then(|code| code.try_into().ok());
    PublicationReport { event: word(value, "event"), standing, code }
}

/// Reads a SIP trace.
pub fn messages(text: &str) -> Result<Vec<SipMessage>> {
    let value: Value = from_str(text)?;
    Ok(all(&value, |it| SipMessage {
        id: it["id"].as_u64().unwrap_or_default(),
        at: Timestamp(it["at"].as_u64().unwrap_or_default()),
        direction: if it["direction"] == "incoming" { Direction::Incoming } else { Direction::Outgoing },
        transport: word(it, "transport"),
        address: word(it, "address"),
        first_line: word(it, "first_line"),
        headers: word(it, "headers"),
        body: word(it, "body"),
        left_out: it["left_out"].as_u64().unwrap_or_default(),
        gist: gist(&it["gist"]),
    }))
}

fn gist(value: &Value) -> Gist {
    let topic = &value["topic"];
    let event = || word(topic, "event");
    let number = |key: &str| topic[key].as_u64().and_then(|it| it.try_into().ok()).unwrap_or_default();
    let topic = match topic["kind"].as_str() {
        Some("alive") => Topic::Alive,
        Some("device") => {
            let state = serde_json::from_value(topic["state"].clone()).unwrap_or(DeviceState::Unknown);
            Topic::Device { device: word(topic, "device").into(), state }
        }
        Some("mailbox") => Topic::Mailbox { mailbox: word(topic, "mailbox"), new: number("new"), old: number("old") },
        Some("refresh") => Topic::Refresh,
        Some("extension") => Topic::Extension { exten: word(topic, "exten").into(), event: event() },
        Some("renewal") => Topic::Renewal { event: event() },
        Some("withdrawal") => Topic::Withdrawal { event: event() },
        _ => Topic::Other,
    };
    let code = value["code"].as_u64().and_then(|code| code.try_into().ok());
    Gist { transaction: word(value, "transaction"), method: word(value, "method"), code, topic }
}

/// Reads the extensions with their names.
pub fn named_extensions(text: &str) -> Result<Vec<NamedExtension>> {
    let value: Value = from_str(text)?;
    Ok(all(&value, |it| NamedExtension {
        exten: word(it, "exten").into(),
        now: naming(&it["now"]),
        file: naming(&it["file"]),
        heard: it["heard"] == true,
    }))
}

/// Reads what became of changes of names.
pub fn names_changed(text: &str) -> Result<NamingsChanged> {
    let value: Value = from_str(text)?;
    let passed = value["passed"].as_array().into_iter().flatten();
    let passed = passed.filter_map(|it| it.as_str().map(Exten::from)).collect();
    Ok(NamingsChanged { changed: value["changed"].as_u64().unwrap_or_default(), passed })
}

/// Reads what an import changes, or would change.
pub fn import(text: &str) -> Result<ImportReport> {
    let value: Value = from_str(text)?;
    Ok(ImportReport {
        dry_run: value["dry_run"] == true,
        changes: all(&value["changes"], |it| NamingChange {
            exten: word(it, "exten").into(),
            before: naming(&it["before"]),
            after: naming(&it["after"]),
        }),
        read: ImportReading {
            encoding: word(&value["read"], "encoding"),
            guessed: value["read"]["guessed"] == true,
            delimiter: word(&value["read"], "delimiter"),
            columns: all(&value["read"]["columns"], |it| ImportColumn {
                title: word(it, "title"),
                field: it["field"].as_str().and_then(Field::from_word),
            }),
        },
        unchanged: value["unchanged"].as_u64().unwrap_or_default(),
        taken: all(&value["taken"], |it| ImportTaken {
            line: it["line"].as_u64().unwrap_or_default(),
            written: word(it, "written"),
            exten: word(it, "exten").into(),
        }),
        passed: all(&value["passed"], import_error),
        passed_count: value["passed_count"].as_u64().unwrap_or_default(),
        errors: all(&value["errors"], import_error),
    })
}

fn import_error(it: &Value) -> ImportError {
    ImportError { line: it["line"].as_u64(), text: word(it, "text"), why: super::request::why(&it["why"]) }
}

fn naming(value: &Value) -> Naming {
    Naming { name: word(value, "name"), group: word(value, "group"), site: word(value, "site") }
}

/// Reads a text field of an answer. Reading field by field makes the smallest download where only an admin's page needs
/// the answer.
fn word(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn all<T>(list: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    list.as_array().into_iter().flatten().map(read).collect()
}

/// Reads the report on "do not disturb" for many extensions.
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
        why: Option<Why>,
    }
    let Head { outcome } = from_str(text)?;
    match outcome.as_str() {
        "planned" => {
            let Plan { exten, state, kinds, node } = from_str(text)?;
            Ok(DndOutcome::Planned(DndPlan { exten, state, kinds, node }))
        }
        "refused" => {
            let Refused { exten, status, detail, why } = from_str(text)?;
            Ok(DndOutcome::Refused { exten, status, detail, why })
        }
        _ => from_str(text).map(DndOutcome::Done),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use lampfield_shared::dnd::DndReport;
    use lampfield_shared::{Account, Cause, Freshness, Role, ScreenLink};
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
            told: [Publishing::Held, Publishing::Nothing, Publishing::Failing, Publishing::Refused]
                .map(|standing| PublicationReport { event: "asterisk-mwi".into(), standing, code: Some(404) })
                .into(),
            pause: Pause::On,
            trouble: Some("404".into()),
            findings: vec![Finding {
                fault: Fault::NeverHeard,
                text: "404".into(),
                file: "pjsip.conf".into(),
                lines: "[us]".into(),
            }],
            setup: "[all]".into(),
            untold: 2,
            refresh: None,
        };
        let eid = Some(Eid::from_bytes([2, 0, 0, 0, 0, 6]));
        let (strangers, transport) = ([("stranger".to_owned(), 1)].into(), [("tcp".to_owned(), 2)].into());
        same(&MeshReport { eid, peers: vec![peer], strangers, transport }, mesh);
    }

    #[test]
    fn reads_what_was_said_last() {
        let event = || "dialog".to_owned();
        let topics = [
            Topic::Alive,
            Topic::Device { device: "PJSIP/1".into(), state: DeviceState::RingInUse },
            Topic::Mailbox { mailbox: "1@default".into(), new: 2, old: 7 },
            Topic::Refresh,
            Topic::Extension { exten: "1".into(), event: event() },
            Topic::Renewal { event: event() },
            Topic::Withdrawal { event: event() },
            Topic::Other,
        ];
        for (direction, topic) in [Direction::Incoming, Direction::Outgoing].into_iter().cycle().zip(topics) {
            let message = SipMessage {
                id: 7,
                at: Timestamp(8),
                direction,
                transport: "UDP".into(),
                address: "10.0.0.4:5060".into(),
                first_line: "SIP/2.0 200 OK".into(),
                headers: "CSeq: 1 PUBLISH".into(),
                body: "{}".into(),
                left_out: 9,
                gist: Gist { transaction: "PUBLISH z9".into(), method: "PUBLISH".into(), code: Some(200), topic },
            };
            same(&vec![message], messages);
        }
    }

    #[test]
    fn reads_what_extensions_are_called() {
        let now = Naming { name: "Anna".into(), group: "Sales".into(), site: "perm".into() };
        let file = Naming::default();
        let entry = NamedExtension { exten: "1".into(), now: now.clone(), file: file.clone(), heard: true };
        same(&vec![entry], named_extensions);
        let changes = vec![NamingChange { exten: "1".into(), before: file, after: now }];
        same(&NamingsChanged { changed: 2, passed: vec!["1".into()] }, names_changed);
        let error =
            ImportError { line: Some(2), text: "1 stands twice".into(), why: Some(Why::of(Cause::Twice, &[&1])) };
        let column = |field| ImportColumn { title: "Имя".into(), field };
        let report = ImportReport {
            dry_run: true,
            read: ImportReading {
                encoding: "windows-1251".into(),
                guessed: true,
                delimiter: ";".into(),
                columns: vec![column(Some(Field::Name)), column(None)],
            },
            changes,
            unchanged: 3,
            taken: vec![ImportTaken { line: 4, written: "'1001".into(), exten: "1001".into() }],
            passed: vec![error.clone()],
            passed_count: 7,
            errors: vec![error],
        };
        same(&report, import);
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
        let refused = DndOutcome::Refused { exten: "3".into(), status: 504, detail: "no answer".into(), why: None };
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
