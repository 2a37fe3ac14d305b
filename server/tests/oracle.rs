//! The hint oracle: the board gives every answer that real Asterisks gave in `tests/oracle`.

#![allow(clippy::unwrap_used, reason = "a test says by panicking what is wrong")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lampfield::board::{Board, BoardSettings, ExtensionSettings, SiteSettings, Unhinted};
use lampfield::config::Config;
use lampfield::ledger::Ledger;
use lampfield::moment::Moment;
use lampfield::news::News;
use lampfield_dialplan::{AsteriskVersion, Dialplan, IncludeError, Reach, unheard};
use lampfield_shared::{DeviceName, DeviceState, Eid, Exten, ExtensionState, LampDetails, SiteName, Timestamp};
use serde_json::Value;

const HINTS_22: &str = include_str!("../../tests/oracle/hints-22.jsonl");
const HINTS_16: &str = include_str!("../../tests/oracle/hints-16.jsonl");
const GENERATOR: &str = include_str!("../../tests/oracle/generate.py");

/// Number of rows of each kind in each file: a file that lost some must not pass.
const ROWS: [(&str, usize); 11] = [
    ("devices", 819),
    ("eids", 870),
    ("file", 59),
    ("instantiate", 14),
    ("lifetime", 16),
    ("mix", 200),
    ("odd", 169),
    ("pattern", 46),
    ("pattern-line", 1),
    ("presence", 16),
    ("spelling", 2),
];

/// Entity id of the Asterisk that answered, which is one more peer for the board.
const LOCAL: &str = "02:00:00:00:00:0e";
fn now() -> Moment {
    Moment::virtual_at(Timestamp(0))
}

fn versions() -> [(AsteriskVersion, Vec<Value>); 2] {
    let rows = |text: &str| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    [(AsteriskVersion::V22, rows(HINTS_22)), (AsteriskVersion::V16, rows(HINTS_16))]
}

fn kind(row: &Value) -> &str {
    row["kind"].as_str().unwrap()
}

fn dialplan(text: &str) -> Dialplan {
    let mut dialplan = Dialplan::default();
    let mut include = |file: &str| Err(IncludeError::Missing(format!("{file} is not here")));
    dialplan.read("extensions.conf", text.as_bytes(), &mut include).unwrap();
    dialplan
}

/// Settings of a board with the extensions of the Asterisk that was asked.
fn settings(asterisk: AsteriskVersion, dialplan: Dialplan, context: &str) -> BoardSettings {
    let local = SiteSettings {
        name: "local".into(),
        title: "Local".into(),
        serves: vec!["_!".parse().unwrap()],
        stops_calls: false,
    };
    BoardSettings {
        asterisk,
        dialplan,
        context: context.into(),
        sites: vec![local],
        unhinted: Unhinted::Never,
        ..BoardSettings::default()
    }
}

/// A board with the ledger behind it.
struct Stage {
    ledger: Ledger,
    board: Board,
}

impl Stage {
    fn new(settings: BoardSettings) -> Self {
        let peers: Vec<SiteName> = settings.sites.iter().map(|site| site.name.clone()).collect();
        let mut ledger = Ledger::new(Eid::from_bytes([2, 0, 0, 0, 0, 9]), peers, now());
        let board = Board::new(settings, &mut ledger, now());
        Self { ledger, board }
    }

    fn details(&self, exten: &Exten) -> Option<LampDetails> {
        self.board.details(&self.ledger, exten)
    }
}

fn tell(Stage { ledger, board }: &mut Stage, eid: &str, device: &str, state: &str) {
    let peer: SiteName = if eid == LOCAL { "local" } else { "remote" }.into();
    let (eid, state): (Eid, DeviceState) = (eid.parse().unwrap(), state.parse().unwrap());
    let peer = ledger.peer(&peer, now());
    let (filed, _) = ledger.file_device(now(), (peer, eid), &device.into(), state);
    board.apply(now(), ledger, News::Device(filed));
}

/// Tells a local state. Asterisk refuses to set UNKNOWN locally: that is the state of a device that was never set.
fn tell_local(board: &mut Stage, device: &str, state: &str) {
    if state != "UNKNOWN" {
        tell(board, LOCAL, device, state);
    }
}

/// A row: the hint that `generate.py` made, and the states that it set, local ones and those of other EIDs.
#[derive(Default)]
struct Case {
    hint: String,
    local: Vec<(String, String)>,
    remote: Vec<(String, String, String)>,
}

impl Case {
    fn new(number: usize, row: &Value) -> Option<Self> {
        match kind(row) {
            "devices" => Some(Self::of_devices(row)),
            "odd" => Some(Self::of_odd(row)),
            "eids" | "mix" => Some(Self::of_mix(number, row)),
            _ => None,
        }
    }

    fn of_devices(row: &Value) -> Self {
        let mut case = Self::default();
        for (place, state) in row["devices"].as_array().unwrap().iter().enumerate() {
            let state = state.as_str().unwrap();
            case.local.push((format!("Custom:S{}_{state}", place + 1), state.into()));
        }
        case.hint = case.local.iter().map(|(name, _)| &**name).collect::<Vec<_>>().join("&");
        case
    }

    /// Reads an `odd` row. In the lab there was one endpoint, `feed`, that was never registered.
    fn of_odd(row: &Value) -> Self {
        let form = row["form"].as_str().unwrap();
        let mut case = Self::default();
        if let Some(state) = row["state"].as_str() {
            let device = format!("Custom:S1_{state}");
            case.hint = form.replace("{}", &device).replace("{0}", &device);
            case.local.push((device, state.into()));
        } else {
            case.hint = form.into();
            case.local.push(("PJSIP/feed".into(), "UNAVAILABLE".into()));
        }
        case
    }

    fn of_mix(number: usize, row: &Value) -> Self {
        let prefix = row["prefix"].as_str().unwrap_or("Custom:");
        let mut case = Self::default();
        let mut names = Vec::new();
        for (place, device) in row["devices"].as_array().unwrap().iter().enumerate() {
            let name = format!("{prefix}M{number}.{place}");
            if let Some(state) = device["local"].as_str() {
                case.local.push((name.clone(), state.into()));
            }
            for (eid, state) in device.get("remote").and_then(Value::as_object).into_iter().flatten() {
                case.remote.push((eid.clone(), name.clone(), state.as_str().unwrap().into()));
            }
            names.push(name);
        }
        case.hint = names.join("&");
        case
    }
}

#[test]
fn has_every_row() {
    for (version, rows) in versions() {
        let mut counts = BTreeMap::new();
        for row in &rows {
            *counts.entry(kind(row)).or_insert(0) += 1;
        }
        assert_eq!(counts.into_iter().collect::<Vec<_>>(), ROWS, "{version:?}");
    }
}

#[test]
fn answers_every_row_of_states_as_asterisk_does() {
    for (version, rows) in versions() {
        let cases: Vec<_> =
            rows.iter().enumerate().filter_map(|(number, row)| Some((row, Case::new(number, row)?))).collect();
        let mut text = "[h]\n".to_owned();
        for (number, (_, case)) in cases.iter().enumerate() {
            writeln!(text, "exten => h{number},hint,{}", case.hint).unwrap();
        }
        let mut board = Stage::new(settings(version, dialplan(&text), "h"));
        for (_, case) in &cases {
            for (device, state) in &case.local {
                tell_local(&mut board, device, state);
            }
        }
        for (_, case) in &cases {
            for (eid, device, state) in &case.remote {
                tell(&mut board, eid, device, state);
            }
        }
        for (number, (row, case)) in cases.iter().enumerate() {
            let lamp = board.details(&Exten::from(format!("h{number}"))).unwrap().lamp;
            let answer = (i64::from(lamp.hint_state.status()), lamp.hint_state.as_str());
            let expected = (row["status"].as_i64().unwrap(), row["text"].as_str().unwrap());
            assert_eq!(answer, expected, "{version:?} {} {row}", case.hint);
        }
        assert_eq!(cases.len(), 819 + 870 + 200 + 169);
    }
}

/// The dialplan of the `pattern` rows, as `generate.py` has it.
fn pattern_dialplan() -> Dialplan {
    let text = GENERATOR.split("PATTERNS = '''").nth(1).unwrap().split("'''").next().unwrap();
    dialplan(text)
}

#[test]
fn finds_every_hint_that_asterisk_finds() {
    for (version, rows) in versions() {
        let dialplan = pattern_dialplan();
        for row in rows.iter().filter(|row| kind(row) == "pattern") {
            let (context, exten) = (row["context"].as_str().unwrap(), row["exten"].as_str().unwrap());
            let hint = dialplan.hints(context, version).find(exten);
            let found = hint.as_ref().map_or("", |hint| hint.as_str());
            assert_eq!(found, row["hint"].as_str().unwrap_or_default(), "{version:?} {row}");

            // Asterisk's manager accepts no empty extension; nor is there a lamp for one.
            let Some(status) = row["status"].as_i64() else { continue };
            let state = hint.map_or(ExtensionState::Unknown, |hint| hint.state(|device| unheard(device.as_str())));
            assert_eq!(i64::from(state.status()), status, "{version:?} {row}");
            let mut settings = settings(version, dialplan.clone(), context);
            let exten = Exten::from(exten);
            settings.extensions =
                vec![ExtensionSettings { exten: exten.clone(), name: None, group: None, site: None, mailbox: None }];
            let lamp = Stage::new(settings).details(&exten).unwrap().lamp;
            assert_eq!(lamp.hint_state.as_str(), row["text"].as_str().unwrap(), "{version:?} {row}");
        }
    }
}

#[test]
fn finds_every_extension_again_by_each_device_of_its_hint() {
    // Too many extensions, or endlessly many, match these devices.
    let beyond = [("51234", "Custom:"), ("10023", "Custom:wide"), ("2002", "Custom:range"), ("d3d7", "Custom:")];
    for (version, rows) in versions() {
        let dialplan = pattern_dialplan();
        let mut seen_beyond = Vec::new();
        for row in rows.iter().filter(|row| kind(row) == "pattern") {
            let (context, exten) = (row["context"].as_str().unwrap(), row["exten"].as_str().unwrap());
            let hints = dialplan.hints(context, version);
            for device in hints.find(exten).map(|hint| hint.devices().to_vec()).unwrap_or_default() {
                if let Some(known) = beyond.iter().find(|known| **known == (exten, device.as_str())) {
                    assert_eq!(hints.naming(device.as_str()).reach, Reach::TooMany, "{row}");
                    seen_beyond.push(*known);
                    continue;
                }
                let mut board = Stage::new(settings(version, dialplan.clone(), context));
                tell(&mut board, LOCAL, device.as_str(), "INUSE");
                let details = board.details(&exten.into());
                let devices: Vec<DeviceName> = details.map(|details| details.devices).unwrap_or_default();
                assert!(devices.contains(&device), "{version:?} {device} {row}");
            }
        }
        assert_eq!(seen_beyond.len(), beyond.len());
    }
}

/// A step, and what the board is told of it: EID, device, state.
type Step = (&'static str, &'static [(&'static str, &'static str, &'static str)]);

/// What the board hears at each step of the `lifetime` rows. The end of a publication and a reload tell no state; a
/// state that is not cachable never gets as far as the board.
const LIFETIME: [Step; 16] = {
    const FIRST: &str = "02:00:00:00:01:01";
    const SECOND: &str = "02:00:00:00:01:02";
    const L1: &str = "Custom:L1";
    const L2: &str = "Custom:L2";
    [
        ("remote INUSE published, Expires 2", &[(FIRST, L1, "INUSE")]),
        ("publication expired", &[]),
        ("same eid, a new publication: RINGING", &[(FIRST, L1, "RINGING")]),
        ("publication removed (Expires 0)", &[]),
        ("second eid: BUSY", &[(SECOND, L1, "BUSY")]),
        ("first eid: NOT_INUSE", &[(FIRST, L1, "NOT_INUSE")]),
        ("second eid: UNKNOWN", &[(SECOND, L1, "UNKNOWN")]),
        ("second eid: INUSE, then INVALID", &[(SECOND, L1, "INUSE"), (SECOND, L1, "INVALID")]),
        ("first eid: INUSE not cachable", &[]),
        ("local NOT_INUSE", &[(LOCAL, L2, "NOT_INUSE")]),
        ("and remote INUSE", &[(FIRST, L2, "INUSE")]),
        ("local RINGING", &[(LOCAL, L2, "RINGING")]),
        ("remote NOT_INUSE", &[(FIRST, L2, "NOT_INUSE")]),
        ("a publication with the local entity id: ONHOLD", &[(LOCAL, L2, "ONHOLD")]),
        ("local BUSY again", &[(LOCAL, L2, "BUSY")]),
        ("module reload", &[]),
    ]
};

#[test]
fn keeps_states_as_long_as_asterisk_does() {
    for (version, rows) in versions() {
        let text = "[h]\nexten => L1,hint,Custom:L1\nexten => L2,hint,Custom:L2\n";
        let mut board = Stage::new(settings(version, dialplan(text), "h"));
        let rows = rows.iter().filter(|row| kind(row) == "lifetime");
        for (place, (row, (after, told))) in rows.zip(LIFETIME).enumerate() {
            assert_eq!(row["after"], after);
            for (eid, device, state) in told {
                tell(&mut board, eid, device, state);
            }
            let exten = if place < 9 { "L1" } else { "L2" };
            let state: DeviceState = row["state"].as_str().unwrap().parse().unwrap();
            let lamp = board.details(&exten.into()).unwrap().lamp;
            assert_eq!(lamp.hint_state, ExtensionState::from(state), "{version:?} {row}");
        }
    }
}

/// Hints of the contexts that the `file` rows have.
fn found(config: &Config, version: AsteriskVersion) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for context in ["h", "g", "i", "x", "y", "other", "kid", "Kid", "KID", "Base", "b"] {
        let hints = config.board.dialplan.hints(context, version);
        let hint = |exten: &str| hints.find(exten).map(|hint| hint.as_str().to_owned()).unwrap_or_default();
        found.extend(hints.plain().map(|exten| (format!("{exten}@{context}"), hint(exten))));
    }
    found
}

#[test]
fn reads_files_as_asterisk_does() {
    for (version, rows) in versions() {
        for row in rows.iter().filter(|row| kind(row) == "file") {
            let folder = tempfile::tempdir().unwrap();
            for (name, text) in row["files"].as_object().unwrap() {
                let file = folder.path().join(name);
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                let bytes: Vec<u8> =
                    text.as_str().unwrap().chars().map(|char| u8::try_from(u32::from(char)).unwrap()).collect();
                std::fs::write(file, bytes).unwrap();
            }
            let file = folder.path().join("lampfield.toml");
            std::fs::write(&file, "[sip]\nlisten = '127.0.0.1:5060'\n[board]\ndialplan = ['extensions.conf']\n")
                .unwrap();
            let expected: BTreeMap<String, String> = serde_json::from_value(row["hints"].clone()).unwrap();
            match Config::load(&file) {
                // A file that Asterisk refuses may be read here if there is a warning, besides "nobody can publish".
                Ok(config) if expected.is_empty() && config.warnings.len() > 1 => {}
                Ok(config) => assert_eq!(found(&config, version), expected, "{version:?} {row} {:?}", config.warnings),
                Err(error) => assert!(expected.is_empty(), "{version:?} {row} {error}"),
            }
        }
    }
}

#[test]
fn finds_devices_as_asterisk_spells_them() {
    for (version, rows) in versions() {
        for row in rows.iter().filter(|row| kind(row) == "spelling") {
            let published = row["published"].as_str().unwrap();
            let others: BTreeMap<String, String> = serde_json::from_value(row["others"].clone()).unwrap();
            for (name, text) in
                others.iter().map(|(name, text)| (name.as_str(), text.as_str())).chain([(published, "InUse")])
            {
                for (exten, hinted) in [("x1", format!("x1,hint,{name}")), ("1", format!("_X,hint,{name}"))] {
                    let dialplan = dialplan(&format!("[h]\nexten => {hinted}\n"));
                    let hint = dialplan.hints("h", version).find(exten).unwrap();
                    let heard = |device: &DeviceName| {
                        if device.as_str() == published { DeviceState::InUse } else { unheard(device.as_str()) }
                    };
                    assert_eq!(hint.state(heard).as_str(), text, "{version:?} {hinted}");
                }
            }
        }
    }
}
