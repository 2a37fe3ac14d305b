//! Tests of the reader, and of the way from a file to its hints and back.

use std::fmt::Write as _;

use super::*;

/// Files that lie beside the first one, by name.
fn beside(name: &str) -> Result<Included, IncludeError> {
    let files: &[(&str, &str)] = match name {
        "users.conf" => &[("users.conf", "exten => 1003,hint,PJSIP/1003\n[more]\nexten => 1,hint,A/1\n")],
        "loop.conf" => &[("loop.conf", "#include loop.conf\nexten => 7,hint,A/7\n")],
        "broken/*" => &[
            ("broken/a", "exten => 10,hint,A/10\n[x\nexten => 11,hint,A/11\n"),
            ("broken/b", "exten => 12,hint,A/12\n"),
        ],
        "outer" => &[("outer", "exten => 20,hint,A/20\n#include gone\nexten => 21,hint,A/21\n")],
        "open" => &[("open", "exten => 30,hint,A/30\n;-- never closed\nexten => 31,hint,A/31\n")],
        "secret" => return Err(IncludeError::Unreadable("Permission denied".into())),
        _ => return Err(IncludeError::Missing("there is no such file".into())),
    };
    let file = |(name, text): &(&str, &str)| IncludedFile { name: (*name).into(), bytes: text.as_bytes().into() };
    Ok(Included { files: files.iter().map(file).collect(), passed_over: Vec::new() })
}

fn read(text: &str) -> Dialplan {
    let mut dialplan = Dialplan::default();
    dialplan.read("extensions.conf", text.as_bytes(), &mut beside).unwrap();
    dialplan
}

fn hints(text: &str, context: &str) -> Hints {
    read(text).hints(context, AsteriskVersion::V22)
}

/// Checks what extensions `text` gives; `found` has lines of `exten hint`, with nothing after an extension without a
/// hint.
#[track_caller]
fn check(text: &str, found: &str) {
    let hints = hints(text, "c");
    for line in found.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (exten, expected) = line.split_once(' ').unwrap_or((line, ""));
        let hint = hints.find(exten);
        assert_eq!(hint.as_ref().map_or("", Hint::as_str), expected, "{exten} in {text}");
    }
}

#[test]
fn reads_the_hints_among_everything_else() {
    let text = r"
; a comment
[general]
static = yes
exten => 1000,hint,A/1000
[globals]
TECH = PJSIP
DEV=${TECH}/9 ; and a comment
[c]
exten => 1001,1,NoOp
exten => 1001,hint,PJSIP/1001&Custom:DND1001,CustomPresence:1001
exten = 1002 , hint , ${DEV}${EXTEN}
same => hint,Too/late
exten => 1003,1,Answer
 same => n,Set(x=1)
 same => hint(label),PJSIP/1003
;-- exten => 1004,hint,A/1004
exten => 1005,hint,A/1005 ;-- nested --;
--;exten => 1006,hint,A/1006
exten => 1007,hint,A/1\;2
;----- a line -----
exten => 1008,hint,A/1008 ;--- the rest
ignorepat => 9
switch => Realtime/@
exten => _2XXX,hint,PJSIP/${EXTEN}(${CONTEXT})
";
    check(
        text,
        "1000
         1001 PJSIP/1001&Custom:DND1001,CustomPresence:1001
         1002 PJSIP/91002
         1003 PJSIP/1003
         1004
         1005
         1006 A/1006
         1007 A/1;2
         1008 A/1008
         2001 PJSIP/2001(c)",
    );
}

#[test]
fn joins_sections_as_asterisk_does() {
    let text = "
[base](!)
exten => 1,hint,A/base
[plain]
exten => 2,hint,A/plain
[c](base,plain)
exten => 3,hint,A/3
[other]
exten => 4,hint,A/other
[c](+)
exten => 5,hint,A/5
[c]
exten => 6,hint,A/6
";
    check(text, "1 A/base\n2 A/plain\n3 A/3\n4\n5 A/5\n6 A/6");
    assert_eq!(hints(text, "base").find("1"), None);
}

#[test]
fn looks_into_this_context_before_its_includes() {
    let text = "
[c]
include => d
include => e,09:00-17:00,mon-fri,*,*
include => c
exten => _1XX,hint,A/wide
[d]
include => c
exten => 100,hint,A/plain
exten => _2XX,hint,A/${CONTEXT}
[e]
exten => 300,hint,A/300
exten => 200,hint,A/late
";
    check(text, "100 A/wide\n200 A/d\n300 A/300\n400");
}

#[test]
fn follows_includes_of_files() {
    let text = "[c]\n#include \"users.conf\"\n#tryinclude <nothing.conf>\nexten => 2,hint,A/2\n";
    let dialplan = read(text);
    assert_eq!(dialplan.hints("c", AsteriskVersion::V22).find("1003").unwrap().as_str(), "PJSIP/1003");
    assert_eq!(dialplan.hints("more", AsteriskVersion::V22).plain().collect::<Vec<_>>(), ["1"]);
    let hints = dialplan.hints("c", AsteriskVersion::V22);
    assert_eq!(hints.plain().collect::<Vec<_>>(), ["1003", "2"], "the first file goes on in its own section");
}

#[test]
fn says_which_line_includes_what_cannot_be_had() {
    for (text, message) in [
        ("[c]\n\n#include gone.conf", "extensions.conf:3: cannot include `gone.conf`: there is no such file"),
        ("#include secret", "extensions.conf:1: cannot include `secret`: Permission denied"),
        ("#tryinclude secret", "extensions.conf:1: cannot include `secret`: Permission denied"),
        ("#include \"gone", "extensions.conf:1: cannot include `\"gone`: there is no such file"),
    ] {
        let error = Dialplan::default().read("extensions.conf", text.as_bytes(), &mut beside).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}

/// Measured at Asterisk 16 and 22: an error in an included file does not stop the file that includes it.
#[test]
fn a_file_that_is_included_may_be_broken() {
    for (line, told, found) in [
        ("#tryinclude gone", "", ""),
        ("#include outer", "outer:2: cannot include `gone`: there is no such file", "20"),
        ("#tryinclude outer", "outer:2: Asterisk reads nothing of this file from here on", "20"),
        ("#include <broken/*>", "broken/a:2: `[x` has no `]`", "10"),
        ("#include open", "open:2: the comment that `;--` opens here is never closed", "30"),
        ("#include loop.conf", "loop.conf:1: cannot include `loop.conf`: files include one another too deeply", "7"),
        ("#exec \"hints.sh\"", "extensions.conf:3: `#exec` is not followed: lampfield runs no programs", ""),
    ] {
        let dialplan = read(&format!("[c]\nexten => 1,hint,A/1\n{line}\nexten => 2,hint,A/2\n"));
        let warnings: Vec<String> = dialplan.warnings().iter().map(ToString::to_string).collect();
        assert_eq!(told.is_empty(), warnings.is_empty(), "{line}: {warnings:?}");
        assert!(told.is_empty() || warnings.iter().any(|warning| warning.starts_with(told)), "{line}: {warnings:?}");
        let hints = dialplan.hints("c", AsteriskVersion::V22);
        let mut extens: Vec<&str> = hints.plain().collect();
        extens.sort_unstable();
        extens.dedup();
        let expected = ["1", "2"].into_iter().chain(found.split_whitespace());
        let mut expected: Vec<&str> = expected.collect();
        expected.sort_unstable();
        assert_eq!(extens, expected, "{line}");
    }
}

/// The expected hints are those that Asterisk 16 and 22 read.
#[test]
fn reads_what_people_write() {
    let text = "
[Globals]
TECH=pjsip
IN=d
[c]
exten => 10 02,hint,A/1
exten=>2,hint,A/2
exten => ${TECH}3,hint,${TECH}/3
EXTEN => 4,hint,A/4
exten => 5,1,NoOp
Same=>hint,A/5
exten => 6,hint,A/6
exten += &A/7
include => ${IN}
include => D
exten => 8,hint,A/8\\
exten => 9,hint+1,A/9
exten => 10,hint,Custom:a & Custom:b
[d]
exten => 50,hint,A/50
[Base](!)
exten => 53,hint,A/53
[c](base,+)
[C](+)
exten => 55,hint,A/55
[c] (base)
exten => 56,hint,A/56
[t]
exten => 57,hint,A/57
[T](+,!)
";
    check(
        text,
        "1002 A/1\n2 A/2\npjsip3 pjsip/3\n4 A/4\n5 A/5\n6 A/6 &A/7\n8 A/8\\\n9\n10 Custom:a & Custom:b\n50 A/50",
    );
    check(text, "53 A/53\n55 A/55\n56 A/56");
    assert_eq!(hints(text, "C").find("55"), None, "contexts are told apart by their capitals");
    assert_eq!(hints(text, "t").find("57"), None, "made a template afterwards");
    let devices = hints(text, "c").find("pjsip3").unwrap().devices().to_vec();
    assert_eq!(devices, ["PJSIP/3".into()], "in the spelling in which it is published");
}

#[test]
fn reads_bytes_in_whatever_encoding() {
    let bytes = b"\xef\xbb\xbf; B\xfcro\r\n[c]\r\nexten => 101,hint,PJSIP/101\r\nexten => 101,1,Set(CALLERID(name)=\xcc\xe0\xf8\xe0)\n\
        exten => 102,hint,Custom:M\xfcller\nexten => 103,hint,A/103\0 and more\n\0exten => 104,hint,A/104\n";
    let mut dialplan = Dialplan::default();
    dialplan.read("extensions.conf", bytes, &mut beside).unwrap();
    let hints = dialplan.hints("c", AsteriskVersion::V22);
    assert_eq!(hints.plain().collect::<Vec<_>>(), ["101", "102", "103"]);
    let warnings: Vec<String> = dialplan.warnings().iter().map(ToString::to_string).collect();
    let [warning] = &warnings[..] else { panic!("{warnings:?}") };
    assert!(warning.starts_with("extensions.conf:5: this hint is not UTF-8"), "{warning}");
}

/// The hint is of a real PBX: all phones are away, and "do not disturb" is off.
#[test]
fn a_hint_of_many_phones_that_are_away() {
    let text =
        "[c]\nexten => 269,hint,PJSIP/269&PJSIP/91269&PJSIP/92269&PJSIP/93269&Custom:DND269,CustomPresence:269\n";
    let hint = hints(text, "c").find("269").unwrap();
    let state = hint.state(|device| match device.as_str() {
        "Custom:DND269" => lampfield_shared::DeviceState::NotInUse,
        _ => lampfield_shared::DeviceState::Unavailable,
    });
    assert_eq!(state, lampfield_shared::ExtensionState::Idle);
}

#[test]
fn warns_of_lines_that_are_not_what_they_seem() {
    for (line, reason) in [
        ("exten => 1,HINT,A/1", "Asterisk does not know the priority `HINT`: write `hint`"),
        ("exten => 1,hint", "the hint of `1` names no device"),
        ("exten => 1/555,hint,A/1", "Asterisk never finds a hint that is for the caller `555` of `1` alone"),
        ("exten => ,hint,A/1", "a hint without an extension"),
        ("same => hint,A/1", "`same` has no `exten` before it"),
        ("include => d,9:00-17:00,*,*,*", "`d` is treated as always included"),
        ("exten => 1,hint,Park:701@parkedcalls", "Asterisk knows no `Park:`, not even in its own hints: write `park:`"),
        (
            "exten => _1XX,hint,Custom:dnd${EXTEN}",
            "`Custom:dnd…` is another device than `Custom:DND…` for every Asterisk: write `DND`",
        ),
        ("nonsense", "`nonsense` has no `=`"),
        ("[d", "`[d` has no `]`"),
        ("[d](+)", "there is no `[d]` yet to add to"),
        ("[d](e)", "there is no `[e]` yet to copy from"),
        ("exten => 1,hint,A/1\nexten => 1,hint,A/2", "`1` already has a hint, at extensions.conf:2"),
        ("exten => _[1,hint,A/1", "`_[1` has a `[` without its `]`"),
        (
            "exten => _1XX,hint,A/${CUT(EXTEN,1)}",
            "the function in `${CUT(EXTEN,1)}` is not supported: it is left empty",
        ),
        (
            "exten => _1XXXX,hint,Custom:night",
            "no device of this hint shows which extensions match `_1XXXX`: only those that the configuration names get a lamp",
        ),
    ] {
        let dialplan = read(&format!("[c]\n{line}\n"));
        let hints = dialplan.hints("c", AsteriskVersion::V22);
        let warnings: Vec<_> = dialplan.warnings().iter().chain(hints.warnings()).map(|w| &*w.reason).collect();
        assert!(warnings.contains(&reason), "{line}: {warnings:?}");
    }
    let quiet = "[c]\nexten => _1XX,hint,PJSIP/${EXTEN}&Custom:night\nexten => _*76X.,hint,Custom:DEVDND${EXTEN:3}\n";
    assert_eq!(read(quiet).hints("c", AsteriskVersion::V22).warnings(), []);
}

#[test]
fn takes_hints_from_the_configuration() {
    let place = || FileLine { file: "lampfield.toml".into(), line: 7 };
    let mut dialplan = Dialplan::default();
    dialplan.add_hint("c", "_[123]xxx,hint,PJSIP/${EXTEN}&&Custom:DND${EXTEN}", place()).unwrap();
    let hints = dialplan.hints("c", AsteriskVersion::V22);
    assert_eq!(hints.find("1001").unwrap().as_str(), "PJSIP/1001&&Custom:DND1001");
    for (line, message) in [
        ("1001", "lampfield.toml:7: `1001` is not a hint: `exten,hint,devices` is expected"),
        ("1001,1,Answer", "lampfield.toml:7: `1001,1,Answer` is not a hint: `exten,hint,devices` is expected"),
        ("1001,hint,", "lampfield.toml:7: the hint of `1001` names no device"),
        ("_1[2,hint,A/1", "lampfield.toml:7: `_1[2` has a `[` without its `]`"),
    ] {
        assert_eq!(dialplan.add_hint("c", line, place()).unwrap_err().to_string(), message);
    }
}

/// Checks which extensions `device` belongs to, by the hints in `lines`.
#[track_caller]
fn check_naming(lines: &str, device: &str, expected: &str) {
    let mut text = "[c]\n".to_owned();
    for (exten, devices) in lines.lines().map(|line| line.split_once(' ').unwrap()) {
        writeln!(text, "exten => {exten},hint,{devices}").unwrap();
    }
    let named = hints(&text, "c").naming(device);
    let extens: Vec<_> = named.extens.iter().map(lampfield_shared::Exten::as_str).collect();
    let found = if named.reach == Reach::TooMany { "too many".to_owned() } else { extens.join(" ") };
    assert_eq!(found, expected, "{device} in {lines}");
}

#[test]
fn finds_the_extensions_that_a_device_belongs_to() {
    let article =
        "_[123]xxx PJSIP/${EXTEN}&&PJSIP/90${EXTEN}&PJSIP/99${EXTEN}&Custom:DND${EXTEN},CustomPresence:${EXTEN}";
    check_naming(article, "PJSIP/1001", "1001");
    check_naming(article, "PJSIP/901001", "1001");
    check_naming(article, "Custom:DND3999", "3999");
    check_naming(article, "PJSIP/4001", "");
    check_naming(article, "PJSIP/90100", "");
    check_naming(article, "CustomPresence:1001", "");
    check_naming(article, "pjsip/1001", "");
    check_naming("_1XXX pjsip/${EXTEN}&custom:DND${EXTEN}", "PJSIP/1001", "1001");
    check_naming("_1XXX pjsip/${EXTEN}&custom:DND${EXTEN}", "Custom:DND1001", "1001");

    check_naming("_*76X. Custom:DEVDND${EXTEN:3}", "Custom:DEVDND214", "*76214");
    check_naming(
        "_8XXXX Custom:${EXTEN:-3}",
        "Custom:234",
        "80234 81234 82234 83234 84234 85234 86234 87234 88234 89234",
    );
    check_naming("_4X[12] Custom:${EXTEN:0:-1}", "Custom:43", "431 432");
    check_naming("_XX Local/${EXTEN}@${EXTEN:1}x", "Local/12@2x", "12");
    check_naming("_XX Local/${EXTEN}@${EXTEN:1}x", "Local/12@3x", "");
    check_naming("_1XXXX Custom:$[${EXTEN}+1]", "Custom:11235", "11234");
    check_naming("_0XX Custom:x$[2*${EXTEN}]y", "Custom:x24y", "012");
    check_naming("_1X Custom:$[${EXTEN:1}*${EXTEN:1}]", "Custom:49", "17");
    check_naming("_1[1-3] Custom:night", "Custom:night", "11 12 13");
    check_naming("_X. Custom:${EXTEN:1}", "Custom:7", "07 17 27 37 47 57 67 77 87 97");
}

#[test]
fn names_an_extension_only_by_its_best_hint() {
    check_naming("_1XX A/${EXTEN}\n_1[01]X B/${EXTEN}", "A/101", "");
    check_naming("_1XX A/${EXTEN}\n_1[01]X B/${EXTEN}", "A/121", "121");
    check_naming("101 B/101\n_1XX A/${EXTEN}", "A/101", "");
}

#[test]
fn says_so_where_too_many_extensions_may_be_meant() {
    check_naming("_5XXXX Custom:${EXTEN:9}", "Custom:", "too many");
    check_naming("_1X. Custom:wide", "Custom:wide", "too many");
    check_naming("_X. Custom:${EXTEN:1:2}", "Custom:34", "too many");
    check_naming("_X! Custom:${EXTEN:0:-1}", "Custom:1", "too many");
}

#[test]
fn answers_fast_among_ten_thousand_patterns() {
    let mut text = "[c]\n".to_owned();
    for number in 0..10_000 {
        writeln!(
            text,
            "exten => _{number:04}X,hint,PJSIP/${{EXTEN}}&PJSIP/90${{EXTEN}}&Custom:D{number:04}${{EXTEN:4}}"
        )
        .unwrap();
    }
    let hints = hints(&text, "c");
    let started = std::time::Instant::now();
    for number in 0..10_000 {
        assert_eq!(hints.naming(&format!("Custom:D{number:04}7")).extens[0].as_str(), format!("{number:04}7"));
        assert_eq!(hints.naming(&format!("PJSIP/90{number:04}7")).extens[0].as_str(), format!("{number:04}7"));
    }
    // A walk through all patterns for each device would take minutes.
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn no_text_makes_it_panic() {
    use rand::seq::IndexedRandom as _;
    use rand::{Rng as _, SeedableRng as _};
    let words = [
        "[",
        "]",
        "[c]",
        "(",
        ")",
        "(!)",
        "(+)",
        "exten => ",
        "same => ",
        "include => ",
        "#include ",
        "users.conf",
        "hint,",
        "_",
        "X",
        "!",
        ".",
        "-",
        "1",
        "${",
        "}",
        "$[",
        "EXTEN",
        ":",
        "-9223372036854775808",
        "9",
        "&",
        ",",
        ";",
        ";--",
        "--;",
        "\\;",
        "=",
        "é",
        "\n",
        " ",
        "PJSIP/",
        "${EXTEN}",
        "[globals]",
        "A",
        "+",
        "*",
        "/",
        "%",
    ];
    let mut dice = rand::rngs::StdRng::seed_from_u64(22);
    let mut hinted = 0;
    for _ in 0..3_000 {
        let length = dice.random_range(0..60);
        let noise: String = (0..length).map(|_| *words.choose(&mut dice).unwrap()).collect();
        let text = format!("[c]\nexten => _1X{noise}\nexten => 1,hint,{noise}\nexten => _XX,hint,{noise}\n{noise}");
        let mut dialplan = Dialplan::default();
        let _either_way = dialplan.read("noise", text.as_bytes(), &mut beside);
        for version in [AsteriskVersion::V16, AsteriskVersion::V22] {
            let hints = dialplan.hints("c", version);
            for exten in ["1", "11", "1é", "", "-", &noise] {
                hinted += usize::from(hints.find(exten).is_some());
                hints.naming(exten);
                hints.naming(&format!("PJSIP/{exten}"));
            }
        }
    }
    assert!(hinted > 3_000, "the noise must hold some hints, not only {hinted}");
}

#[test]
fn what_grows_by_itself_is_cut_off_and_said() {
    let doubling = (0..40).map(|_| "A=${A}${A}\n").collect::<String>();
    let copies = (0..60).map(|_| "[b](+,a)\n[a](+,b)\n").collect::<String>();
    let text = format!("[globals]\nA=12345678\n{doubling}[a](!)\nexten => 1,hint,PJSIP/1\n[b]\n{copies}");
    let mut dialplan = Dialplan::default();
    dialplan.read("extensions.conf", text.as_bytes(), &mut beside).unwrap();
    let hints = dialplan.hints("b", AsteriskVersion::V22);
    let told = |words: &str| {
        let all = || dialplan.warnings().iter().chain(hints.warnings());
        assert!(all().any(|warning| warning.reason.contains(words)), "{words}");
    };
    told("the value is longer than 4096 bytes");
    told("sections copy too much from one another");
}

#[test]
fn a_file_that_includes_itself_is_refused_in_time() {
    let text = "#include \"self\"\n".repeat(10);
    let mut dialplan = Dialplan::default();
    let file = || IncludedFile { name: "self".into(), bytes: text.clone().into() };
    let mut include = |_: &str| Ok(Included { files: vec![file()], passed_over: Vec::new() });
    let error = dialplan.read("self", text.as_bytes(), &mut include).unwrap_err();
    assert!(error.to_string().contains("includ"), "{error}");
}
