use lampfield_shared::Timestamp;

use super::super::parts::MAX_LAPSED;
use super::*;

/// So many milliseconds after the beginning of virtual time.
fn at(milliseconds: u64) -> Moment {
    Moment::virtual_at(Timestamp(milliseconds))
}

/// Lines such as `d RINGING`: what the dialog or the presence says, both within the same second; an empty
/// one lets ten seconds pass. What both come to after each.
fn states(script: &str) -> String {
    let mut extension = ExtensionState::new(PeerId::OWN);
    let mut now = 10_000;
    let mut seen = Vec::new();
    for line in script.split(", ") {
        now += 5;
        match line.split_once(' ') {
            Some(("d", state)) => extension.tell(1, dialog(1, state), at(now)),
            Some((_, state)) => extension.tell(1, presence(state), at(now)),
            None => now += 10_000,
        }
        seen.push(extension.vote.map_or("-", |vote| vote.state.as_str()));
    }
    seen.dedup();
    seen.join(" ")
}

/// A document with one dialog.
fn dialog(id: u64, state: &str) -> Said {
    let dialogs = vec![DialogTold { id, state: state.parse().unwrap(), call: None }];
    Said::Dialog(DialogSaid { scope: Scope::Full, subject: Subject::Calls, dialogs })
}

/// `NOT_INUSE`, or `NOT_INUSE?` where it says nothing of calls, `INUSE~` where it does not tell calls apart.
fn presence(state: &str) -> Said {
    let (state, grain) = match (state.strip_suffix('?'), state.strip_suffix('~')) {
        (Some(state), _) => (state, Grain::Basic),
        (_, Some(state)) => (state, Grain::Coarse),
        _ => (state, Grain::Fine),
    };
    Said::Presence(PresenceSaid { state: state.parse().unwrap(), grain, person: None, tuples: vec![1] })
}

#[test]
fn a_change_comes_in_two_documents_in_either_order() {
    let ringing = "d RINGING, p RINGING, ";
    assert_eq!(states(&format!("{ringing}, d INUSE, p INUSE")), "RINGING INUSE");
    assert_eq!(states(&format!("{ringing}, p INUSE, d INUSE")), "RINGING INUSE");
    assert_eq!(states(&format!("{ringing}, d INUSE, p RINGING")), "RINGING RINGINUSE");
    assert_eq!(states(&format!("{ringing}, p RINGING, d INUSE")), "RINGING RINGINUSE");
    let both = "d INUSE, p RINGING, ";
    assert_eq!(states(&format!("{both}, d INUSE, p RINGING")), "INUSE RINGINUSE", "a hint that rings is told again");
    assert_eq!(states(&format!("{both}, p RINGING, d INUSE")), "INUSE RINGINUSE");
    assert_eq!(states(&format!("{both}, d RINGING, p RINGING")), "INUSE RINGINUSE RINGING");
    assert_eq!(states(&format!("{both}, p RINGING, d RINGING")), "INUSE RINGINUSE RINGING");
    assert_eq!(states(&format!("{both}, d INUSE, p INUSE")), "INUSE RINGINUSE INUSE");
    let talking = "d INUSE, p INUSE, ";
    assert_eq!(states(&format!("{talking}, d UNKNOWN, p NOT_INUSE")), "INUSE NOT_INUSE");
    assert_eq!(states(&format!("{talking}, p NOT_INUSE, d UNKNOWN")), "INUSE NOT_INUSE");
}

#[test]
fn one_that_was_missed_spoils_no_later_change() {
    let missed = "d RINGING, p RINGING, , p INUSE, , ";
    assert_eq!(states(&format!("{missed}, d RINGING, p RINGING")), "RINGING INUSE RINGING");
    assert_eq!(states(&format!("{missed}, d INUSE, p RINGING")), "RINGING INUSE RINGINUSE");
    assert_eq!(states(&format!("{missed}, p RINGING, d INUSE")), "RINGING INUSE RINGING RINGINUSE");
}

/// What the cell of a table says: `-` was never told, `=` before a state that was told and has ended since.
#[derive(Clone, Copy)]
struct Told<'a>(&'a str);

impl Told<'_> {
    fn tell(self, extension: &mut ExtensionState, document: Document, now: Moment) {
        let (state, has_ended) = self.0.strip_prefix('=').map_or((self.0, false), |state| (state, true));
        if state == "-" {
            return;
        }
        let said = match document {
            Document::Dialog => dialog(1, state),
            Document::Presence => presence(state),
        };
        extension.tell(1, said, now);
        if has_ended {
            extension.end(document, 1, at(20_000));
        }
    }
}

/// `INUSE`, or `INUSE@20` where it is last known.
fn shown(extension: &ExtensionState) -> String {
    match extension.vote {
        None => "-".into(),
        Some(Vote { state, good_until: None }) => state.to_string(),
        Some(Vote { state, good_until: Some(moment) }) => format!("{state}@{}", moment.wall.0 / 1_000),
    }
}

#[test]
fn every_presence_beside_every_dialog() {
    // Across: the dialogs. Down: the presence; `?` says nothing of calls (open, closed, whatever the person does),
    // `~` is on-the-phone, the others are the notes of an Asterisk. Dialogs are told last.
    const TABLE: &str = "
                  | -              | UNKNOWN        | RINGING   | INUSE     | RINGINUSE | ONHOLD  | =UNKNOWN       | =RINGING     | =INUSE
        -         | -              | UNKNOWN        | RINGING   | INUSE     | RINGINUSE | ONHOLD  | UNKNOWN        | RINGING@20   | INUSE@20
        UNKNOWN   | UNKNOWN        | UNKNOWN        | RINGING   | INUSE     | RINGINUSE | ONHOLD  | UNKNOWN        | RINGING@20   | INUSE@20
        NOT_INUSE? | NOT_INUSE     | NOT_INUSE      | RINGING   | INUSE     | RINGINUSE | ONHOLD  | NOT_INUSE      | RINGING@20   | INUSE@20
        UNAVAILABLE? | UNAVAILABLE | UNAVAILABLE    | RINGING   | INUSE     | RINGINUSE | ONHOLD  | UNAVAILABLE    | UNAVAILABLE  | UNAVAILABLE
        INUSE~    | INUSE          | INUSE          | RINGING   | INUSE     | RINGINUSE | ONHOLD  | INUSE          | INUSE        | INUSE
        NOT_INUSE | NOT_INUSE      | NOT_INUSE      | RINGING   | INUSE     | RINGINUSE | ONHOLD  | NOT_INUSE      | NOT_INUSE    | NOT_INUSE
        UNAVAILABLE | UNAVAILABLE  | UNAVAILABLE    | RINGING   | INUSE     | RINGINUSE | ONHOLD  | UNAVAILABLE    | UNAVAILABLE  | UNAVAILABLE
        INUSE     | INUSE          | INUSE          | INUSE     | INUSE     | RINGINUSE | INUSE   | INUSE          | INUSE        | INUSE
        RINGING   | RINGING        | RINGING        | RINGING   | RINGINUSE | RINGINUSE | RINGING | RINGING        | RINGING      | RINGING
        =NOT_INUSE? | NOT_INUSE@20 | NOT_INUSE@20   | RINGING   | INUSE     | RINGINUSE | ONHOLD  | NOT_INUSE@20   | RINGING@20   | INUSE@20
        =UNAVAILABLE? | UNAVAILABLE | UNAVAILABLE   | RINGING   | INUSE     | RINGINUSE | ONHOLD  | UNAVAILABLE    | UNAVAILABLE  | UNAVAILABLE
        =INUSE~   | INUSE@20       | INUSE@20       | RINGING   | INUSE     | RINGINUSE | ONHOLD  | INUSE@20       | RINGING@20   | INUSE@20";
    let mut rows = TABLE.lines().skip(1).map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let dialogs = rows.next().unwrap();
    let mut wrong = Vec::new();
    for row in rows {
        for (dialog, expected) in dialogs.iter().zip(&row).skip(1) {
            let mut extension = ExtensionState::new(PeerId::OWN);
            Told(row[0]).tell(&mut extension, Document::Presence, at(10_000));
            Told(dialog).tell(&mut extension, Document::Dialog, at(10_500));
            if shown(&extension) != *expected {
                wrong.push(format!(
                    "presence {} and dialog {dialog}: {} in place of {expected}",
                    row[0],
                    shown(&extension)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_registrar_denies_no_call_in_whatever_order_they_come() {
    for presence_state in ["NOT_INUSE?", "UNAVAILABLE?", "UNKNOWN"] {
        for call in ["RINGING", "INUSE", "ONHOLD"] {
            let mut extension = ExtensionState::new(PeerId::OWN);
            extension.tell(1, dialog(1, call), at(1_000));
            extension.tell(2, presence(presence_state), at(60_000));
            assert_eq!(shown(&extension), call, "{presence_state}");
            extension.hold(Document::Presence, 2, at(90_000));
            assert_eq!(shown(&extension), call, "{presence_state}");
        }
    }
    let mut extension = ExtensionState::new(PeerId::OWN);
    extension.tell(1, dialog(1, "INUSE"), at(1_000));
    extension.tell(2, presence("NOT_INUSE"), at(60_000));
    assert_eq!(shown(&extension), "NOT_INUSE", "an Asterisk's `Ready` does, and it is newer");
}

#[test]
fn a_lost_word_of_calls_is_not_made_up_by_one_that_says_nothing_of_them() {
    let mut extension = ExtensionState::new(PeerId::OWN);
    extension.tell(1, dialog(1, "INUSE"), at(1_000));
    extension.tell(1, dialog(1, "UNKNOWN"), at(2_000));
    extension.tell(2, presence("NOT_INUSE?"), at(3_000));
    extension.doubt(at(5_000));
    assert_eq!(shown(&extension), "NOT_INUSE@5");
    extension.hold(Document::Presence, 2, at(6_000));
    assert_eq!(shown(&extension), "NOT_INUSE@5", "whether it is in a call nobody says");
    extension.tell(3, dialog(2, "RINGING"), at(7_000));
    assert_eq!(shown(&extension), "RINGING");
    extension.tell(3, dialog(2, "UNKNOWN"), at(8_000));
    assert_eq!(shown(&extension), "NOT_INUSE");
}

/// Each line is `publication dialog state`, or `publication end`, at the second of its number.
#[track_caller]
fn calls(script: &[(&str, &str)]) {
    let mut extension = ExtensionState::new(PeerId::OWN);
    for (second, (line, expected)) in script.iter().enumerate() {
        let now = at(second as u64 * 1_000);
        match line.split(' ').collect::<Vec<_>>()[..] {
            [publication, "end"] => extension.end(Document::Dialog, publication.parse().unwrap(), now),
            [publication, "none"] => {
                let said = DialogSaid { scope: Scope::Full, subject: Subject::Calls, dialogs: Vec::new() };
                extension.tell(publication.parse().unwrap(), Said::Dialog(said), now);
            }
            [publication, "some", id, state] => {
                let Said::Dialog(said) = dialog(id.parse().unwrap(), state) else { unreachable!() };
                let said = DialogSaid { scope: Scope::Partial, ..said };
                extension.tell(publication.parse().unwrap(), Said::Dialog(said), now);
            }
            [publication, id, state] => {
                extension.tell(publication.parse().unwrap(), dialog(id.parse().unwrap(), state), now);
            }
            _ => panic!("{line}"),
        }
        assert_eq!(shown(&extension), *expected, "{second} {line}");
    }
}

#[test]
fn one_publication_for_each_call_and_what_ends_takes_its_own_part_away() {
    calls(&[
        ("1 7 INUSE", "INUSE"),
        ("2 8 RINGING", "RINGINUSE"),
        ("2 8 UNKNOWN", "INUSE"),
        ("2 end", "INUSE"),
        ("3 9 RINGING", "RINGINUSE"),
        ("1 end", "RINGING"),
        ("3 9 UNKNOWN", "INUSE@5"),
        ("4 10 RINGING", "RINGING"),
        ("4 10 UNKNOWN", "UNKNOWN"),
        ("4 end", "UNKNOWN"),
    ]);
}

#[test]
fn the_newest_word_on_a_dialog_takes_the_place_of_all_before_it() {
    // OpenSIPS: each state of a call as a publication of its own. Orphans end unheard.
    calls(&[
        ("1 7 RINGING", "RINGING"),
        ("2 7 INUSE", "INUSE"),
        ("3 8 RINGING", "RINGINUSE"),
        ("1 end", "RINGINUSE"),
        ("4 7 UNKNOWN", "RINGING"),
        ("2 7 INUSE", "RINGING"),
        ("2 end", "RINGING"),
        ("3 8 UNKNOWN", "UNKNOWN"),
        ("4 end", "UNKNOWN"),
        ("3 end", "UNKNOWN"),
    ]);
    // Two objects of one configuration that publish the same hint.
    calls(&[
        ("1 7 INUSE", "INUSE"),
        ("2 7 INUSE", "INUSE"),
        ("1 7 UNKNOWN", "UNKNOWN"),
        ("2 7 UNKNOWN", "UNKNOWN"),
        ("2 7 RINGING", "RINGING"),
        ("1 7 RINGING", "RINGING"),
    ]);
}

#[test]
fn a_partial_document_leaves_the_dialogs_that_it_does_not_name() {
    calls(&[
        ("1 7 INUSE", "INUSE"),
        ("1 some 8 RINGING", "RINGINUSE"),
        ("1 some 7 UNKNOWN", "RINGING"),
        ("1 9 INUSE", "INUSE"),
        ("2 some 10 RINGING", "RINGINUSE"),
        ("1 none", "RINGING"),
        ("3 none", "UNKNOWN"),
    ]);
}

#[test]
fn only_so_many_lost_calls_are_remembered() {
    let mut extension = ExtensionState::new(PeerId::OWN);
    for publication in 1..1_000 {
        extension.tell(publication, dialog(publication, "INUSE"), at(publication));
    }
    for publication in 1..1_000 {
        extension.end(Document::Dialog, publication, at(publication));
    }
    assert_eq!(extension.dialogs.parts.len(), MAX_LAPSED);
}

#[test]
fn registrations_are_joined_and_the_newest_word_on_each_counts() {
    let tuple = |tuple: u64, state: DeviceState| {
        Said::Presence(PresenceSaid { state, grain: Grain::Basic, person: None, tuples: vec![tuple] })
    };
    let mut extension = ExtensionState::new(PeerId::OWN);
    extension.tell(1, tuple(1, DeviceState::NotInUse), at(1_000));
    extension.tell(2, tuple(2, DeviceState::Unavailable), at(2_000));
    assert_eq!(shown(&extension), "NOT_INUSE", "one of its phones is there");
    extension.tell(3, tuple(1, DeviceState::Unavailable), at(3_000));
    assert_eq!(shown(&extension), "UNAVAILABLE", "without a tag, and newer");
    extension.tell(2, tuple(2, DeviceState::NotInUse), at(4_000));
    extension.end(Document::Presence, 3, at(5_000));
    assert_eq!(shown(&extension), "NOT_INUSE");
    extension.end(Document::Presence, 2, at(6_000));
    assert_eq!(shown(&extension), "NOT_INUSE@6");
}

#[test]
fn a_call_from_before_a_restart_is_not_over_because_its_phone_is_registered() {
    let kept = |state| ExtensionState::kept(PeerId::OWN, state, at(1_000), at(2_000));
    let mut extension = kept(DeviceState::InUse);
    assert_eq!(shown(&extension), "INUSE@2");
    extension.tell(1, presence("NOT_INUSE?"), at(9_000));
    assert_eq!(shown(&extension), "INUSE@2");
    extension.tell(2, dialog(1, "UNKNOWN"), at(10_000));
    assert_eq!(shown(&extension), "NOT_INUSE");
    let mut extension = kept(DeviceState::InUse);
    extension.tell(1, presence("INUSE~"), at(9_000));
    extension.tell(1, presence("NOT_INUSE?"), at(10_000));
    assert_eq!(shown(&extension), "NOT_INUSE", "it tells of calls itself");
    let mut extension = kept(DeviceState::NotInUse);
    assert_eq!(shown(&extension), "NOT_INUSE@2");
    extension.tell(1, presence("NOT_INUSE?"), at(9_000));
    assert_eq!(shown(&extension), "NOT_INUSE");
}
