//! A file of extensions from its bytes to what is to be edited.

use lampfield_shared::naming::{ImportError, ImportReport, Naming};
use lampfield_shared::{Exten, Freshness, Site, Timestamp};

use super::*;
use crate::board::Edited;

fn naming(text: &str) -> Naming {
    let mut parts = text.split('/').map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    Naming { name: next(), group: next(), site: next() }
}

fn entry(exten: &str, now: &str, file: &str) -> NamedExtension {
    NamedExtension { exten: exten.into(), now: naming(now), file: naming(file), heard: true }
}

fn all() -> Vec<NamedExtension> {
    vec![entry("1001", "Anna/Sales", "Anna/Sales"), entry("1002", "Boris, jr.", ""), entry("1003", "/Lab", "Vera/Lab")]
}

fn sites() -> Vec<Site> {
    let (name, title) = ("perm".into(), "Пермь".into());
    vec![Site { name, title, freshness: Freshness::Live, since: Timestamp(0), heard: None, stops_calls: false }]
}

/// The changes as `1001 before > after`.
#[track_caller]
fn check(csv: &str, changes: &[&str], edits: &[(&str, [Option<&str>; 3])]) {
    let import = import(csv, &all(), &sites());
    assert_eq!(import.report.errors, [], "{csv:?}");
    let text = |it: &Naming| [it.name.as_str(), &it.group, &it.site].join("/");
    let told: Vec<String> = import
        .report
        .changes
        .iter()
        .map(|it| format!("{} {} > {}", it.exten, text(&it.before), text(&it.after)))
        .collect();
    assert_eq!(told, changes, "{csv:?}");
    let expected: Vec<(Exten, Edited)> = edits
        .iter()
        .map(|(exten, parts)| {
            let [name, group, site] = parts.map(|part| part.map(str::to_owned));
            (Exten::from(*exten), Edited { name, group, site })
        })
        .collect();
    assert_eq!(import.edits, expected, "{csv:?}");
}

#[test]
fn what_is_written_out_changes_nothing_when_it_is_read_again() {
    let csv = export(&all());
    assert_eq!(csv, "exten,name,group,site\n1001,Anna,Sales,\n1002,\"Boris, jr.\",,\n1003,,Lab,\n");
    let import = import(&csv, &all(), &sites());
    assert_eq!((import.report.unchanged, import.report.changes.len(), import.edits.len()), (3, 0, 0));
}

#[test]
fn a_file_says_only_what_its_columns_say() {
    check("exten,name\n1001,Olga\n", &["1001 Anna/Sales/ > Olga/Sales/"], &[("1001", [Some("Olga"), None, None])]);
    check("name,Exten\n Olga ,1004\n", &["1004 // > Olga//"], &[("1004", [Some("Olga"), None, None])]);
    check("exten,name\n1003,Vera\n", &["1003 /Lab/ > Vera/Lab/"], &[("1003", [None, None, None])]);
    check("exten,group\n1001,\n", &["1001 Anna/Sales/ > Anna//"], &[("1001", [None, Some(""), None])]);
    check(
        "\u{feff}exten;site\r\n1001;Пермь\r\n1002;perm\r\n",
        &["1001 Anna/Sales/ > Anna/Sales/perm", "1002 Boris, jr.// > Boris, jr.//perm"],
        &[("1001", [None, None, Some("perm")]), ("1002", [Some("Boris, jr."), None, Some("perm")])],
    );
}

/// What a file comes to: the extensions and their names, then the lines that are passed over.
fn told(report: &ImportReport) -> String {
    let cause = |error: &ImportError| {
        let cause = serde_json::to_value(error.why.as_ref().unwrap().cause).unwrap();
        format!("{}:{}", error.line.unwrap_or_default(), cause.as_str().unwrap())
    };
    let changes = report.changes.iter().map(|it| format!("{}={}", it.exten, it.after.name));
    let errors = report.errors.iter().map(|it| format!("!{}", cause(it)));
    changes.chain(report.passed.iter().map(cause)).chain(errors).collect::<Vec<_>>().join(" ")
}

fn read(bytes: &[u8]) -> ImportReport {
    import_bytes(bytes, Hints::default(), &[], &sites()).report
}

#[test]
fn one_bad_line_spoils_no_other_and_is_told_of() {
    let long = format!("exten,name\n1,{}\n2,b\n", "x".repeat(101));
    for (csv, expected) in [
        ("exten,site,name\n1,Omsk,a\n2,PERM,b\n", "2=b 2:no_site"),
        ("exten,name\n,a\n2,b\n", "2=b 2:no_number"),
        ("exten,name\n1 2,a\n2,b\n", "2=b 2:no_exten"),
        ("exten,name\n1,Petrov, Ivan\n2,b,,\n", "2=b 2:more_cells"),
        ("exten,name\n1,???? ??????\n2,b\n", "2=b 2:broken_letters"),
        ("exten,name\n1,Ann\u{fffd}\n2,b\n", "2=b 2:broken_letters"),
        ("exten,name\n1,=A1&B1\n3,#REF!\n2,b\n", "2=b 2:formula 3:formula"),
        (&long, "2=b 2:long_name"),
        ("exten,name\n1\n2,b\n", "2=b"),
        ("exten,name\n2,b\n2,b\n", "2=b"),
        ("exten,name\n1,\"Anna\nPetrova\"\n", "1=Anna Petrova"),
        ("exten,name\n1,\"=\"\"Anna\"\"\"\n", "1=Anna"),
    ] {
        let import = import(csv, &[], &sites());
        assert_eq!(told(&import.report), expected, "{csv:?}");
        assert_eq!(import.edits.len(), import.report.changes.len());
    }
}

#[test]
fn what_may_be_meant_in_two_ways_changes_nothing() {
    for (csv, expected) in [
        ("exten,name\n1,a\n1,b\n2,c\n", "1=a 2=c !3:twice"),
        ("exten,name\n'1,a\n1.0,b\n", "1=a !3:twice"),
        ("exten,name,NAME\n1,a,b\n", "!1:two_columns"),
        ("exten,name\n1,\"a\n2,b\n", "!2:open_quote"),
        ("name\nAnna\n", "!1:no_exten_column"),
        ("", "!1:no_exten_column"),
    ] {
        let import = import(csv, &[], &sites());
        assert_eq!((told(&import.report).as_str(), import.edits.len()), (expected, 0), "{csv:?}");
    }
}

/// What FreePBX's Bulk Handler writes: of its thirty columns two are taken, and none of the others is seen again.
#[test]
fn takes_the_bulk_handlers_file_and_keeps_none_of_its_secrets() {
    let file = "extension,password,name,voicemail,outboundcid,secret,description,id,tech,dial,findmefollow_grplist\n\
                \"1001\",hunter2,\"Anna Petrova\",novm,\"\"\"Anna P\"\" <5551001>\",s3cret,\"Anna Petrova\",1001,pjsip,\
                PJSIP/1001,\"1001\n1002\"\n\
                \"1002\",,\"Boris, jr.\",default,,t0psecret,\"Boris, jr.\",1002,pjsip,PJSIP/1002,1002\n";
    let report = read(file.as_bytes());
    assert_eq!(told(&report), "1001=Anna Petrova 1002=Boris, jr.");
    let fields: Vec<_> = report.read.columns.iter().filter_map(|it| Some((it.title.as_str(), it.field?))).collect();
    assert_eq!(fields, [("extension", Field::Exten), ("name", Field::Name)]);
    assert_eq!(report.read.columns.len(), 11);
    let said = serde_json::to_string(&report).unwrap();
    for secret in ["hunter2", "s3cret", "t0psecret", "5551001"] {
        assert!(!said.contains(secret), "{said}");
    }
    let headless = read(file.split_once('\n').unwrap().1.as_bytes());
    assert_eq!(told(&headless), "!1:no_exten_column");
    assert!(!serde_json::to_string(&headless).unwrap().contains("hunter2"));
}

#[test]
fn reads_what_excel_writes_in_any_encoding_and_says_in_which() {
    let text = "exten;name;group\n1001;Анна Петрова;Продажи\n";
    let utf_16: Vec<u8> =
        format!("\u{feff}{text}").replace(';', "\t").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, encoding, guessed, delimiter) in [
        (text.as_bytes().to_vec(), "UTF-8", false, ";"),
        (format!("\u{feff}{text}").into_bytes(), "UTF-8", false, ";"),
        (encoding_rs::WINDOWS_1251.encode(text).0.into_owned(), "windows-1251", true, ";"),
        (utf_16, "UTF-16LE", false, "\t"),
    ] {
        let report = read(&bytes);
        let change = &report.changes[0];
        assert_eq!((change.after.name.as_str(), change.after.group.as_str()), ("Анна Петрова", "Продажи"));
        let read = (report.read.encoding.as_str(), report.read.guessed, report.read.delimiter.as_str());
        assert_eq!(read, (encoding, guessed, delimiter));
    }
    assert_eq!(told(&read("sep=;\nexten;name\n1001;Anna\n".as_bytes())), "1001=Anna");
    assert_eq!(told(&read("exten;name;group\n1001;Anna;Sales\n;;\n;;\n".as_bytes())), "1001=Anna");
    assert_eq!(told(&read(b"PK\x03\x04")), "!0:no_text");
}

#[test]
fn says_how_odd_numbers_are_taken() {
    let report = read(b"exten,name\n=\"1001\",A\n'1002,B\n1003.0,C\n\"1.004,00\",D\n1E+03,E\n0105,F\n");
    assert_eq!(told(&report), "1001=A 1002=B 1003=C 1004=D 0105=F 6:rounded");
    let taken: Vec<_> = report.taken.iter().map(|it| (it.line, it.written.as_str(), it.exten.as_str())).collect();
    assert_eq!(taken, [(2, "=\"1001\"", "1001"), (3, "'1002", "1002"), (4, "1003.0", "1003"), (5, "1.004,00", "1004")]);
}

#[test]
fn what_begins_as_a_formula_goes_out_as_text_and_comes_back_the_same() {
    let names = ["=1+1", "+7 495", "-", "@home", "'=x", "a;=1+1", "＝1", "Anna", "  odd  ", "two\nlines", "???"];
    let all: Vec<NamedExtension> =
        names.iter().enumerate().map(|(at, name)| entry(&format!("{}", 2000 + at), name, "")).collect();
    let all: Vec<_> = all.into_iter().chain([entry("+7495", "Trunk", ""), entry("*8", "Pickup", "")]).collect();
    let csv = export(&all);
    for start in ["=", "+", "-", "@", "＝"] {
        assert!(![",", "\n", "\"", ";"].iter().any(|end| csv.contains(&format!("{end}{start}"))), "{start}: {csv}");
    }
    let import = import(&csv, &all, &sites());
    assert_eq!(told(&import.report), "", "{csv}");
    assert_eq!((import.report.unchanged, import.report.passed_count), (all.len() as u64, 0));
}

#[test]
fn names_of_many_lines_that_are_wrong_the_first() {
    let file = format!("exten,name\n{}", "x y,a\n".repeat(15_000));
    let report = read(file.as_bytes());
    assert_eq!((report.passed.len(), report.passed_count), (200, 15_000));
}
