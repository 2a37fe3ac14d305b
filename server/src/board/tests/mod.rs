//! Transcripts: what the board is told, and what looks different then.

mod certainty;
mod dnd;
mod kept;
mod naming;
mod outages;
mod properties;

use std::fmt::Write as _;
use std::time::Duration;

use lampfield_dialplan::{AsteriskVersion, Dialplan, FileLine};
use lampfield_shared::{DeviceState, Eid, ExtensionState, Freshness, LampState, Mailbox, SiteName, Timestamp};

use super::*;
use crate::ledger::Source;
use crate::news::Said;

const ARTICLE: &str = "_[123]xxx,hint,PJSIP/${EXTEN}&&PJSIP/90${EXTEN}&PJSIP/99${EXTEN}&Custom:DND${EXTEN}";

/// Two PBXes, `perm` and `kazan`.
fn settings(hints: &[&str]) -> BoardSettings {
    let mut dialplan = Dialplan::default();
    for hint in hints {
        dialplan.add_hint("c", hint, FileLine { file: "test".into(), line: 1 }).unwrap();
    }
    let site = |name: &str| SiteSettings {
        name: name.into(),
        title: name.to_uppercase(),
        serves: Vec::new(),
        stops_calls: false,
    };
    BoardSettings {
        dialplan,
        context: "c".into(),
        sites: vec![site("perm"), site("kazan")],
        ..BoardSettings::default()
    }
}

fn serving(mut settings: BoardSettings, site: usize, pattern: &str) -> BoardSettings {
    settings.sites[site].serves.push(pattern.parse().unwrap());
    settings
}

fn naming(mut settings: BoardSettings, exten: &str) -> BoardSettings {
    settings.extensions.push(ExtensionSettings::unnamed(exten.into()));
    settings
}

/// So many milliseconds after the beginning of virtual time.
fn at(milliseconds: u64) -> Moment {
    Moment::virtual_at(Timestamp(milliseconds))
}

/// Our own entity id.
const OWN: Eid = Eid::from_bytes([2, 0, 0, 0, 0, 9]);

/// A board with the ledger behind it.
struct Stage {
    ledger: Ledger,
    board: Board,
}

/// What a peer tells, or what is learned of it otherwise.
#[derive(Debug, Clone)]
enum Tells {
    Device(Eid, DeviceName, DeviceState),
    Mailbox(MailboxName, Mailbox),
    Extension(Exten, Said),
    Live,
    Silent(Duration),
    Gap(Source),
    Restart,
}

impl Stage {
    fn new(settings: BoardSettings) -> Self {
        Self::at(settings, at(0))
    }

    fn at(settings: BoardSettings, now: Moment) -> Self {
        let peers: Vec<SiteName> = settings.sites.iter().map(|site| site.name.clone()).collect();
        let mut ledger = Ledger::new(OWN, peers, now);
        let board = Board::new(settings, &mut ledger, now);
        Self { ledger, board }
    }

    /// Files what is told as the mesh does, and tells the board.
    fn tell(&mut self, now: Moment, (peer, tells): &(SiteName, Tells)) {
        let Self { ledger, board } = self;
        let peer = ledger.peer(peer, now);
        let news = match tells {
            Tells::Device(eid, device, state) => {
                Some(News::Device(ledger.file_device(now, (peer, *eid), device, *state).0))
            }
            Tells::Mailbox(mailbox, counts) => {
                Some(News::Mailbox(ledger.file_mailbox(now, (peer, OWN), mailbox, *counts).0))
            }
            Tells::Extension(exten, said) => {
                ledger.hear(peer, now);
                ledger.file_extension(peer, exten);
                Some(News::Extension { peer, exten: exten.clone(), publication: 1, said: said.clone() })
            }
            Tells::Live => {
                ledger.set_live(peer, now);
                Some(News::Live { peer })
            }
            Tells::Silent(silent_for) => {
                let good_until = ledger.set_silent(peer, now, *silent_for);
                good_until.map(|good_until| News::Silent { peer, good_until })
            }
            Tells::Gap(source) => ledger.doubt(peer, *source, now).map(News::Gap),
            Tells::Restart => Some(News::ExtensionGap { peer, older_than: Duration::from_mins(1) }),
        };
        if let Some(news) = news {
            board.apply(now, ledger, news);
        }
    }

    fn tell_line(&mut self, line: &str) {
        let (now, told) = told(line);
        self.tell(now, &told);
    }

    fn poll_change(&mut self) -> Option<BoardChange> {
        self.board.poll_change(&self.ledger)
    }

    fn details(&self, exten: &str) -> LampDetails {
        self.board.details(&self.ledger, &exten.into()).unwrap()
    }

    fn sites(&self) -> Vec<Site> {
        self.board.sites(&self.ledger).collect()
    }

    fn poll_to_keep(&mut self, now: Moment) -> Option<Kept> {
        self.board.poll_to_keep(now, &mut self.ledger)
    }

    fn restore(&mut self, now: Moment, kept: Kept) {
        self.board.restore(now, &mut self.ledger, kept);
    }

    fn refresh(&mut self, lamp: LampId, now: Moment) {
        self.board.refresh(&self.ledger, lamp, now);
    }

    fn has_come(&mut self, now: Moment, awaited: &Awaited) -> bool {
        self.board.has_come(now, &self.ledger, awaited)
    }
}

/// One line of a script, such as `12 perm PJSIP/1001 INUSE`: the second, the peer, what it tells.
fn told(line: &str) -> (Moment, (SiteName, Tells)) {
    let words: Vec<_> = line.split_whitespace().collect();
    let [seconds, peer, what @ ..] = &*words else { panic!("{line}") };
    let (peer, eid) = peer.split_once('/').unwrap_or((peer, if *peer == "perm" { "1" } else { "2" }));
    let now = at(seconds.parse::<u64>().unwrap() * 1_000);
    let tells = match what {
        ["live"] => Tells::Live,
        ["gap"] => Tells::Gap(Source::DeviceStates),
        ["mailbox-gap"] => Tells::Gap(Source::Mailboxes),
        ["restarted"] => Tells::Restart,
        ["silent", seconds] => Tells::Silent(Duration::from_secs(seconds.parse().unwrap())),
        ["mailbox", mailbox, new, old] => {
            let counts = Mailbox { new: new.parse().unwrap(), old: old.parse().unwrap() };
            Tells::Mailbox((*mailbox).into(), counts)
        }
        [device, state] => {
            let eid = format!("02:00:00:00:00:0{eid}").parse().unwrap();
            Tells::Device(eid, (*device).into(), state.parse().unwrap())
        }
        _ => panic!("{line}"),
    };
    (now, (peer.into(), tells))
}

fn seconds(moment: Timestamp) -> u64 {
    moment.0 / 1_000
}

fn sure(freshness: Freshness, as_of: Option<Timestamp>) -> String {
    match (freshness, as_of) {
        (Freshness::Live, None) => "live".into(),
        (Freshness::Never, None) => "never heard".into(),
        (Freshness::LastKnown, Some(moment)) => format!("last known at {}", seconds(moment)),
        (Freshness::LastKnown, None) => "last known".into(),
        impossible => panic!("{impossible:?}"),
    }
}

fn describe(lamp: &Lamp) -> String {
    let mut text = format!("{} {}", lamp.exten, lamp.state.as_str());
    if lamp.dnd {
        text += " dnd";
    }
    write!(text, " ({}) since {}", lamp.hint_state, seconds(lamp.since)).unwrap();
    write!(text, ", {}", sure(lamp.freshness, lamp.as_of)).unwrap();
    if lamp.dnd_freshness != lamp.freshness && lamp.dnd_freshness != Freshness::Never {
        write!(text, ", its dnd {}", sure(lamp.dnd_freshness, lamp.dnd_as_of)).unwrap();
    }
    if let Some(phone) = lamp.phone.as_ref().filter(|phone| phone.freshness != lamp.freshness) {
        write!(text, ", its phone {} {}", phone.state.as_str(), sure(phone.freshness, phone.as_of)).unwrap();
    }
    if let Some(site) = &lamp.site {
        write!(text, ", {site}").unwrap();
    }
    if let Some(mailbox) = lamp.mailbox {
        write!(text, ", {} new {} old", mailbox.new, mailbox.old).unwrap();
        if let Some(moment) = lamp.mailbox_as_of {
            write!(text, " at {}", seconds(moment)).unwrap();
        }
    }
    text
}

fn run(stage: &mut Stage, line: &str) -> Vec<String> {
    stage.tell_line(line);
    let mut told = Vec::new();
    while let Some(change) = stage.poll_change() {
        told.push(match change {
            BoardChange::Lamp(lamp) => describe(&lamp),
            BoardChange::OwnBoards(_) => unreachable!("the board itself has none"),
            BoardChange::Site(site) => {
                let heard = site.heard.map_or(0, seconds);
                format!("{} is {:?} since {}, heard at {heard}", site.name, site.freshness, seconds(site.since))
            }
        });
    }
    told
}

/// A transcript: lines without `>` are told to the board, those with `>` are what it then says.
#[track_caller]
fn check(settings: BoardSettings, transcript: &str) {
    let mut stage = Stage::new(settings);
    let lines: Vec<_> = transcript.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let told: Vec<String> = lines
        .iter()
        .filter(|line| !line.starts_with('>'))
        .flat_map(|line| {
            let said = run(&mut stage, line).into_iter().map(|said| format!("> {said}"));
            [(*line).to_owned()].into_iter().chain(said).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(told.join("\n"), lines.join("\n"));
}

#[test]
fn a_phone_rings_and_its_lamp_rings() {
    check(
        settings(&[ARTICLE]),
        "1 perm live
         > perm is Live since 1, heard at 1
         2 perm PJSIP/1001 NOT_INUSE
         > 1001 free (Idle) since 2, live, perm
         3 perm PJSIP/1001 RINGING
         > 1001 ringing (Ringing) since 3, live, perm
         4 perm PJSIP/1001 RINGING
         5 perm PJSIP/1001 INUSE
         > 1001 on_call (InUse) since 5, live, perm
         6 perm Custom:DND1001 BUSY
         > 1001 on_call dnd (Busy) since 6, live, perm
         7 perm PJSIP/1001 NOT_INUSE
         > 1001 dnd dnd (Busy) since 7, live, perm
         8 perm Custom:DND1001 UNAVAILABLE
         > 1001 free (Idle) since 8, live, perm
         9 perm PJSIP/1001 UNAVAILABLE
         > 1001 offline (Unavailable) since 9, live, perm",
    );
}

#[test]
fn a_lamp_appears_with_the_first_device_of_its_hint() {
    check(
        settings(&[ARTICLE, "*43,hint,PJSIP/echo"]),
        "1 perm live
         > perm is Live since 1, heard at 1
         2 perm Custom:DND2001 NOT_INUSE
         > 2001 no_data (Idle) since 2, live, perm
         3 perm PJSIP/902001 UNAVAILABLE
         > 2001 offline (Idle) since 3, live, perm
         4 perm PJSIP/777 NOT_INUSE
         > 777 free (Unknown) since 4, live, perm
         5 perm PJSIP/trunk NOT_INUSE
         6 perm Custom:DND777 BUSY
         > 777 dnd dnd (Unknown) since 6, live, perm
         7 perm PJSIP/echo NOT_INUSE
         > *43 free (Idle) since 7, live, perm",
    );
    let never = BoardSettings { unhinted: Unhinted::Never, ..settings(&[]) };
    check(never, "1 perm PJSIP/777 NOT_INUSE");
}

#[test]
fn an_extension_of_the_configuration_is_there_from_the_start() {
    let mut settings = naming(settings(&[ARTICLE, "3000,hint,Custom:night"]), "1001");
    settings.extensions.push(ExtensionSettings {
        name: Some("Anna".into()),
        group: Some("Sales".into()),
        site: Some("kazan".into()),
        ..ExtensionSettings::unnamed("42".into())
    });
    let mut stage = Stage::at(settings, at(5_000));
    assert_eq!(stage.poll_change(), None);
    let lamps: Vec<_> = stage.board.lamps().map(|lamp| describe(lamp)).collect();
    assert_eq!(
        lamps,
        [
            "1001 no_data (Idle) since 5, never heard",
            "3000 no_data (Idle) since 5, never heard",
            "42 no_data (Unknown) since 5, never heard, kazan",
        ]
    );
    let anna = stage.details("42");
    assert_eq!((anna.lamp.name.as_deref(), anna.lamp.group.as_deref()), (Some("Anna"), Some("Sales")));
    assert_eq!((anna.hint, anna.devices), (None, vec!["PJSIP/42".into(), "Custom:DND42".into()]));
    assert_eq!(stage.board.details(&stage.ledger, &"43".into()), None);
    assert_eq!(stage.sites().iter().map(|site| &*site.title).collect::<Vec<_>>(), ["PERM", "KAZAN"]);
}

#[test]
fn a_mailbox_has_one_slot_and_the_last_word_counts() {
    let mut settings = naming(settings(&[]), "1001");
    let boss = MailboxName::from("boss@vip");
    settings.extensions.push(ExtensionSettings { mailbox: Some(boss), ..ExtensionSettings::unnamed("1002".into()) });
    check(
        settings,
        "0 perm live
         > perm is Live since 0, heard at 0
         1 perm mailbox 1001@default 1 0
         > 1001 no_data (Unknown) since 0, never heard, 1 new 0 old
         2 kazan mailbox 1001@default 1 0
         > 1001 no_data (Unknown) since 0, never heard, 1 new 0 old at 2
         3 perm mailbox 1001 0 4
         > 1001 no_data (Unknown) since 0, never heard, 0 new 4 old
         4 perm mailbox 1002@default 9 9
         5 perm mailbox boss@default 9 9
         6 perm mailbox boss@vip 2 1
         > 1002 no_data (Unknown) since 0, never heard, 2 new 1 old
         7 perm mailbox 1003@default 3 3
         8 perm PJSIP/1003 NOT_INUSE
         > 1003 free (Unknown) since 8, live, perm, 3 new 3 old",
    );
}

#[test]
fn a_first_unknown_counts_as_in_its_version() {
    for (asterisk, expected) in [(AsteriskVersion::V22, "Unavailable"), (AsteriskVersion::V16, "Idle")] {
        let mut stage = Stage::new(BoardSettings { asterisk, ..settings(&["1,hint,PJSIP/1&Custom:x"]) });
        run(&mut stage, "1 perm Custom:x UNKNOWN");
        run(&mut stage, "1 kazan Custom:x INVALID");
        let details = stage.details("1");
        assert_eq!(details.lamp.hint_state.as_str(), expected);
        let votes: Vec<_> = details.votes.iter().map(|vote| (vote.peer.as_str(), vote.state.as_str())).collect();
        assert_eq!(votes, [("perm", "UNKNOWN"), ("kazan", "INVALID")]);
    }
}

#[test]
fn tells_why_a_lamp_is_as_it_is() {
    let mut stage = Stage::new(settings(&[ARTICLE]));
    for line in [
        "1 perm live",
        "2 kazan PJSIP/1001 UNAVAILABLE",
        "3 perm PJSIP/1001 INUSE",
        "4 perm PJSIP/1001 INUSE",
        "5 perm Custom:DND1001 NOT_INUSE",
    ] {
        run(&mut stage, line);
    }
    let details = stage.details("1001");
    assert_eq!(details.hint.as_deref(), Some("PJSIP/1001&&PJSIP/901001&PJSIP/991001&Custom:DND1001"));
    let devices: Vec<_> = details.devices.iter().map(DeviceName::as_str).collect();
    assert_eq!(devices, ["PJSIP/1001", "PJSIP/901001", "PJSIP/991001", "Custom:DND1001"]);
    let vote = |vote: &Vote| {
        let Vote { peer, eid, device, state, when, freshness } = vote;
        let eid = eid.map_or("itself".into(), |eid| eid.to_string());
        format!("{peer} {eid} {device} {state} {} {freshness:?}", seconds(*when))
    };
    assert_eq!(
        details.votes.iter().map(vote).collect::<Vec<_>>(),
        [
            "perm 02:00:00:00:00:01 PJSIP/1001 INUSE 4 Live",
            "kazan 02:00:00:00:00:02 PJSIP/1001 UNAVAILABLE 2 LastKnown",
            "perm 02:00:00:00:00:01 Custom:DND1001 NOT_INUSE 5 Live",
        ]
    );
}

#[test]
fn a_peer_that_nobody_configured_gets_a_site_of_its_own() {
    check(
        settings(&[]),
        "1 omsk live
         > omsk is Live since 1, heard at 1
         2 omsk PJSIP/1 INUSE
         > 1 on_call (Unknown) since 2, live, omsk
         3 tomsk silent 9
         4 tomsk gap",
    );
}

#[test]
fn tells_each_lamp_once_however_much_was_heard_meanwhile() {
    let mut stage = Stage::new(settings(&[ARTICLE]));
    for line in ["1 perm live", "2 perm PJSIP/1001 INUSE", "3 perm PJSIP/1001 RINGING", "4 perm PJSIP/1002 INUSE"] {
        stage.tell_line(line);
    }
    let changes: Vec<_> = std::iter::from_fn(|| stage.poll_change()).collect();
    let [BoardChange::Site(_), BoardChange::Lamp(first), BoardChange::Lamp(second)] = &*changes else {
        panic!("{changes:?}")
    };
    assert_eq!((first.exten.as_str(), first.state), ("1001", LampState::Ringing));
    assert_eq!((second.exten.as_str(), second.state), ("1002", LampState::OnCall));
}

#[test]
fn a_lamp_without_a_hint_has_no_word_of_asterisk() {
    let mut stage = Stage::new(settings(&[]));
    run(&mut stage, "1 perm PJSIP/5 INUSE");
    assert_eq!(stage.details("5").lamp.hint_state, ExtensionState::Unknown);
}
