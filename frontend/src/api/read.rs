//! Readers for answers. serde's own ways to read an object that has the fields of several types side by side (`flatten`, `tag`) buffer the
//! whole value and add thirty kilobytes to the page; reading each part from the same text adds nothing. What is asked for seldom is read
//! field by field: that makes the smallest download.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use lampfield_shared::account::{GrantedAccount, GrantedScreen, OwnDnd};
use lampfield_shared::dnd::{DndManyReport, DndOutcome, DndPlan, DndReport};
use lampfield_shared::naming::{
    Field, ImportColumn, ImportError, ImportReading, ImportReport, ImportTaken, NamedExtension, Naming, NamingChange,
    NamingsChanged,
};
use lampfield_shared::{
    DeviceState, Direction, Dnd, DndKind, Eid, Exten, Fault, Finding, Freshness, Gist, LampDetails, Me, MeshReport,
    Pause, PeerReport, PublicationReport, Publishing, RefreshReport, Role, SipMessage, Timestamp, Topic, Vote,
};
use lampfield_words::freshness_word;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Result, Value, from_str};

/// Reads who is logged in.
pub fn me(text: &str) -> Result<Me> {
    let it: Value = from_str(text)?;
    let role = it["role"].as_str().and_then(Role::from_word);
    let favourites = every(&it["favourites"], |it| Some(it.as_str()?.into()));
    let (role, favourites) = known(role.zip(favourites))?;
    let must_change_password = known(it["must_change_password"].as_bool())?;
    Ok(Me {
        name: maybe(&it, "name"),
        display_name: maybe(&it, "display_name"),
        role,
        exten: maybe(&it, "exten").map(Into::into),
        own_dnd: known(it["own_dnd"].as_str().and_then(OwnDnd::from_word))?,
        must_change_password,
        board: maybe(&it, "board"),
        favourites,
        notes: known(texts(&it["notes"]))?,
        choices: known(texts(&it["choices"]))?,
    })
}

/// Texts by their names.
fn texts<K: Ord + for<'a> From<&'a str>>(it: &Value) -> Option<BTreeMap<K, String>> {
    let pairs = it.as_object()?.iter();
    pairs.map(|(name, text)| Some((name.as_str().into(), text.as_str()?.to_owned()))).collect()
}

/// Reads a lamp with its votes.
pub fn details(text: &str) -> Result<LampDetails> {
    let value: Value = from_str(text)?;
    let devices = every(&value["devices"], |it| Some(it.as_str()?.into()));
    let lists = devices.zip(every(&value["votes"], vote));
    let (devices, votes) = known(lists)?;
    Ok(LampDetails { lamp: from_str(text)?, hint: maybe(&value, "hint"), devices, votes })
}

fn vote(it: &Value) -> Option<Vote> {
    let eid = match it["eid"].as_str() {
        Some(eid) => Some(eid.parse().ok()?),
        None => None,
    };
    let freshness = it["freshness"].as_str()?;
    Some(Vote {
        peer: it["peer"].as_str()?.into(),
        eid,
        device: it["device"].as_str()?.into(),
        state: it["state"].as_str()?.parse().ok()?,
        when: moment(it, "when")?,
        freshness: [Freshness::Live, Freshness::LastKnown, Freshness::Never]
            .into_iter()
            .find(|known| freshness_word(*known) == freshness)?,
    })
}

/// Reads the report on "do not disturb" for one extension.
pub fn report(text: &str) -> Result<DndReport> {
    known(done(&from_str(text)?))
}

/// Reads the report on "do not disturb" for many extensions.
pub fn many(text: &str) -> Result<DndManyReport> {
    let value: Value = from_str(text)?;
    let outcomes = known(every(&value["outcomes"], outcome))?;
    Ok(DndManyReport { dry_run: value["dry_run"] == true, outcomes })
}

fn outcome(it: &Value) -> Option<DndOutcome> {
    Some(match it["outcome"].as_str()? {
        "planned" => DndOutcome::Planned(DndPlan {
            exten: it["exten"].as_str()?.into(),
            state: state(it)?,
            kinds: every(&it["kinds"], kind)?,
            node: maybe(it, "node").map(Into::into),
        }),
        "refused" => DndOutcome::Refused {
            exten: it["exten"].as_str()?.into(),
            status: it["status"].as_u64()?.try_into().ok()?,
            detail: maybe(it, "detail")?,
            why: super::request::why(&it["why"]),
        },
        _ => DndOutcome::Done(done(it)?),
    })
}

fn done(it: &Value) -> Option<DndReport> {
    Some(DndReport {
        exten: it["exten"].as_str()?.into(),
        state: state(it)?,
        kinds: every(&it["kinds"], kind)?,
        node: maybe(it, "node").map(Into::into),
        confirmed_by: maybe(it, "confirmed_by").map(Into::into),
        held_by: every(&it["held_by"], vote)?,
        until: moment(it, "until"),
        reason: maybe(it, "reason"),
        by: maybe(it, "by"),
        when: moment(it, "when")?,
    })
}

fn state(it: &Value) -> Option<Dnd> {
    match it["state"].as_str()? {
        "on" => Some(Dnd::On),
        "off" => Some(Dnd::Off),
        _ => None,
    }
}

fn kind(word: &Value) -> Option<DndKind> {
    DndKind::ALL.into_iter().find(|kind| word == kind.as_str())
}

fn moment(it: &Value, key: &str) -> Option<Timestamp> {
    it[key].as_u64().map(Timestamp)
}

fn maybe(it: &Value, key: &str) -> Option<String> {
    it[key].as_str().map(str::to_owned)
}

/// A list of which each item must be understood.
fn every<T>(list: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    list.as_array()?.iter().map(read).collect()
}

/// What was understood, or the error that something was not: the server is of another build.
fn known<T>(read: Option<T>) -> Result<T> {
    read.ok_or_else(|| serde::de::Error::custom("a field is missing, or its value is not known"))
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
    Ok(PeerReport {
        site: from_str(text)?,
        eids,
        counters,
        last_in: moment(&more, "last_in"),
        last_out: moment(&more, "last_out"),
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

/// Reads a text field; one that is missing is empty.
fn word(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn all<T>(list: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    list.as_array().into_iter().flatten().map(read).collect()
}
