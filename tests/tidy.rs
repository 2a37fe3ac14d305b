//! Rules about the tree itself: what the README promises of the code, checked.

use std::fs;
use std::path::Path;

use support::tree::{files, root, rust};

use crate::arrows::{arrows, circles};

/// The longest file: at that length there is a second subject in it.
const LONGEST: usize = 500;

/// The parts that get time, chance and bytes as arguments.
const PURE: [&str; 8] = ["sip", "ledger", "news", "mesh", "board", "dialplan", "signalling", "core"];
/// What a pure part does not touch.
const IMPURE: [&str; 8] =
    ["tokio::", "UdpSocket", "TcpStream", "TcpListener", "Instant::now", "SystemTime::now", "std::fs", "std::thread"];

/// The rooms that are crates of their own, in `server/dialplan` and so on.
const CRATES: [&str; 2] = ["dialplan", "sip"];

/// Who may import whom within the server. What is not named here is the rim, and may use all.
const ARROWS: [(&str, &[&str]); 23] = [
    ("moment", &[]),
    ("sip", &[]),
    ("dialplan", &[]),
    // Who said what: below all who file it and read it.
    ("ledger", &["moment"]),
    ("news", &["ledger", "moment"]),
    ("board", &["dialplan", "ledger", "moment", "news"]),
    ("mesh", &["sip", "ledger", "moment", "news"]),
    // Whose a message is, the mesh knows.
    ("signalling", &["sip", "ledger", "mesh", "moment"]),
    ("core", &["sip", "ledger", "mesh", "board", "signalling", "moment", "news"]),
    // What each reader may know.
    ("view", &[]),
    // Bytes of text, packed.
    ("gzip", &[]),
    ("hub", &["board", "gzip", "view"]),
    ("handle", &["board"]),
    ("tls", &[]),
    ("files", &[]),
    // Where the sockets are.
    ("transport", &["files", "sip", "tls"]),
    ("identity", &[]),
    // Names and what was last known are kept in the words of board and ledger.
    ("store", &["board", "identity", "ledger", "news"]),
    ("keeper", &["board", "ledger", "moment", "store"]),
    ("naming", &["board"]),
    ("ami", &["tls", "transport"]),
    ("dnd", &["ami", "board", "clock", "handle", "identity", "ledger", "moment", "store"]),
    ("web", &["board", "clock", "dnd", "files", "gzip", "handle", "hub", "identity", "naming", "store", "tls", "view"]),
];

/// The crates whose files import each other in no circle.
const WITHOUT_CIRCLES: [&str; 6] =
    ["server/src", "server/sip/src", "server/dialplan/src", "shared/src", "frontend/src", "frontend/words/src"];

/// The page's parts from the ground up: each imports only what stands on a floor below its own.
const FLOORS: [&[&str]; 9] = [
    &["drawn", "keys", "look", "route", "search", "sorted", "symbol", "uniform", "why", "work"],
    &["grid"],
    &["api", "browser"],
    &["blink", "clock", "notice", "plain", "progress"],
    &["live"],
    &["state"],
    &["components", "wall"],
    &["pages"],
    &["app"],
];

/// Openers of a doc comment that lacks its subject.
const OPENERS: [&str; 10] = ["And", "By", "It", "Its", "Of", "That of", "The same", "Those", "Whoever", "With"];

/// The Rust files of a room: those below a folder, or a single one.
fn rust_at(room: &str) -> Vec<(String, String)> {
    match fs::read_to_string(root().join(room)) {
        Ok(text) => vec![(room.to_owned(), text)],
        Err(_) => rust(room),
    }
}

/// The lines of the program itself, numbered: no comments, and nothing that only tests see.
fn program(name: &str, text: &str) -> Vec<(usize, String)> {
    if name.ends_with("tests.rs") || name.contains("/tests/") || name.contains("/testing/") {
        return Vec::new();
    }
    let own = text.find("#[cfg(test)]\nmod tests {").map_or(text, |at| &text[..at]);
    let lines = own.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    lines.map(|(at, line)| (at + 1, line.to_owned())).collect()
}

#[track_caller]
fn nothing(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

#[test]
fn the_core_is_pure() {
    let mut found = Vec::new();
    for part in PURE {
        for (name, text) in rust_at(&home(part)) {
            let impure =
                program(&name, &text).into_iter().filter(|(_, line)| IMPURE.iter().any(|word| line.contains(word)));
            found.extend(impure.map(|(at, line)| format!("{name}:{at}: {line}")));
        }
    }
    nothing(&found, "time, chance and bytes are arguments here");
}

#[test]
fn imports_follow_the_arrows() {
    let mut found = Vec::new();
    for (part, allowed) in ARROWS {
        let home = home(part);
        assert!(root().join(&home).exists(), "there is no {home}");
        for (name, text) in rust("server").iter().filter(|(name, _)| belongs(name, &home)) {
            for (at, line) in program(name, text) {
                let strays = imported(part, &line).filter(|it| *it != part && !allowed.contains(it));
                found.extend(strays.map(|stray| format!("{name}:{at}: {part} imports {stray}")));
            }
        }
    }
    nothing(&found, "an import goes against the arrows");
}

/// Words by which SQL writes; each begins a statement or stands in one, and no other text of the server has them.
const WRITES: [&str; 5] = ["INSERT ", "UPDATE ", "DELETE FROM", "REPLACE INTO", "ALTER TABLE"];

/// Who writes: orders, and the last known board, which each server has for itself. Migrations stand in files of SQL.
const WRITERS: [&str; 2] = ["server/src/store/order/", "server/src/store/last_known.rs"];

#[test]
fn whatever_is_kept_is_changed_by_an_order() {
    let (mut found, mut writing) = (Vec::new(), 0);
    for (name, text) in rust("server/src") {
        let lines = program(&name, &text).into_iter();
        let writes: Vec<_> = lines.filter(|(_, line)| WRITES.iter().any(|word| line.contains(word))).collect();
        if WRITERS.iter().any(|writer| name.starts_with(writer)) {
            writing += writes.len();
        } else {
            found.extend(writes.into_iter().map(|(at, line)| format!("{name}:{at}: {line}")));
        }
    }
    assert!(writing > 20, "the writes of the orders are not found: {writing}");
    nothing(&found, "only orders and the last known board are written");
}

/// What an arrow is stands in `tests/arrows.rs`.
#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut found = Vec::new();
    for source in WITHOUT_CIRCLES {
        let files: Vec<(String, String)> = rust(source)
            .into_iter()
            .map(|(name, text)| {
                let lines = program(&name, &text).into_iter().map(|(_, line)| line + "\n").collect();
                (name, lines)
            })
            .collect();
        let arrows = arrows(source, &files);
        assert!(arrows.len() > files.len() / 4, "the imports of {source} are not read");
        found.extend(circles(&arrows));
    }
    nothing(&found, "files import each other in a circle, and one of these arrows has to go");
}

/// Where a room of the server lies: a crate, a folder, or a file.
fn home(part: &str) -> String {
    if CRATES.contains(&part) {
        return format!("server/{part}/src");
    }
    let folder = format!("server/src/{part}");
    if root().join(&folder).is_dir() { folder } else { format!("{folder}.rs") }
}

fn belongs(name: &str, home: &str) -> bool {
    name == home || name.starts_with(&format!("{home}/"))
}

/// The rooms that a line of a room imports from: `crate::board` is one, `lampfield_dialplan` is another.
fn imported<'l>(part: &str, line: &'l str) -> impl Iterator<Item = &'l str> {
    let first_word = |text: &'l str| text.split(|c: char| !c.is_alphanumeric()).next();
    let crates = line.split("lampfield_").skip(1).filter_map(first_word).filter(|it| CRATES.contains(it));
    // Within a crate, `crate::` does not leave the room.
    let leaves = !CRATES.contains(&part);
    crates.chain(named_parts(line).filter(move |_| leaves))
}

#[test]
fn the_page_imports_downwards() {
    let floor_of = |part: &str| FLOORS.iter().position(|floor| floor.contains(&part));
    let mut found = Vec::new();
    for (name, text) in rust("frontend/src") {
        let path = name.trim_start_matches("frontend/src/");
        let part = path.split_once('/').map_or_else(|| path.trim_end_matches(".rs"), |(folder, _)| folder);
        // The library and its programs start what is on the top floor.
        if ["lib", "bin"].contains(&part) {
            continue;
        }
        let Some(floor) = floor_of(part) else {
            found.push(format!("{name}: {part} is on no floor"));
            continue;
        };
        for (at, line) in program(&name, &text) {
            let strays = named_parts(&line).filter(|it| *it != part && floor_of(it).is_none_or(|other| other >= floor));
            found.extend(strays.map(|stray| format!("{name}:{at}: {part} imports {stray}")));
        }
    }
    nothing(&found, "the page's parts import only what stands below them");
}

/// The parts of a package that a line names: `state` in `crate::state::Desk`, `api` and `browser` in `crate::{api, browser}`.
fn named_parts(line: &str) -> impl Iterator<Item = &str> {
    let paths = line.split("crate::").skip(1).flat_map(|named| {
        let many = if named.starts_with('{') { usize::MAX } else { 1 };
        named.trim_start_matches('{').split(',').take(many)
    });
    let parts = paths.filter_map(|path| path.trim_start().split(|c: char| !c.is_alphanumeric() && c != '_').next());
    parts.filter(|part| part.starts_with(char::is_lowercase))
}

#[test]
fn no_file_has_a_second_subject() {
    let long = rust("").into_iter().map(|(name, text)| (name, text.lines().count()));
    let long: Vec<String> =
        long.filter(|(_, lines)| *lines > LONGEST).map(|(name, lines)| format!("{name}: {lines}")).collect();
    nothing(&long, "these files are too long");
}

#[test]
fn every_file_says_what_it_is_for() {
    // The tests of a module are told of in the module.
    let silent = rust("").into_iter().filter(|(name, text)| !text.starts_with("//!") && !name.ends_with("tests.rs"));
    nothing(&silent.map(|(name, _)| name).collect::<Vec<_>>(), "these files do not open with `//!`");
}

/// The text of each paragraph of doc comments, with the number of its first line. Code blocks are none.
fn doc_paragraphs(text: &str) -> Vec<(usize, String)> {
    let (mut found, mut goes_on, mut in_code) = (Vec::<(usize, String)>::new(), false, false);
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let Some(said) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")).map(str::trim) else {
            goes_on = false;
            continue;
        };
        in_code ^= said.starts_with("```");
        match found.last_mut() {
            _ if in_code || said.is_empty() || said.starts_with("```") => goes_on = false,
            Some((_, paragraph)) if goes_on => paragraph.extend([" ", said]),
            _ => {
                found.push((at + 1, said.to_owned()));
                goes_on = true;
            }
        }
    }
    found
}

#[test]
fn a_doc_comment_begins_with_its_subject() {
    let mut found = Vec::new();
    for (name, text) in rust("") {
        let fragments = doc_paragraphs(&text).into_iter().filter(|(_, paragraph)| {
            OPENERS.iter().any(|opener| {
                paragraph.strip_prefix(opener).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            })
        });
        found.extend(fragments.map(|(at, paragraph)| format!("{name}:{at}: {paragraph}")));
    }
    nothing(&found, "these comments only go on where the name above them ends: begin with the field's word or a verb");
}

#[test]
fn a_paragraph_of_doc_comments_is_read_as_one() {
    let text = "//! One\n//! and more.\n//!\n//! ```\n//! It::code();\n//! ```\n//! Two.\n/// Three.\nfn three() {}\n    /// Four.\n// no doc\n";
    let expected = [(1, "One and more."), (7, "Two. Three."), (10, "Four.")];
    assert_eq!(doc_paragraphs(text), expected.map(|(at, said)| (at, said.to_owned())));
}

#[test]
fn nothing_is_left_for_later_or_passed_over() {
    let words =
        [["to", "do!("].concat(), ["un", "implemented!("].concat(), ["dbg", "!("].concat(), ["#[ig", "nore"].concat()];
    let mut found = Vec::new();
    for (name, text) in rust("") {
        for (at, line) in text.lines().enumerate().filter(|(_, line)| words.iter().any(|word| line.contains(word))) {
            found.push(format!("{name}:{}: {line}", at + 1));
        }
    }
    nothing(&found, "this is not finished");
}

#[test]
fn the_tree_names_no_machine() {
    let words = [
        ["/wo", "rk/"].concat(),
        ["/ho", "me/"].concat(),
        ["/ro", "ot/"].concat(),
        ["../sha", "red"].concat(),
        ["/tm", "p/"].concat(),
    ];
    let mut found = Vec::new();
    for (name, path) in files("") {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (at, line) in text.lines().enumerate().filter(|(_, line)| words.iter().any(|word| line.contains(word))) {
            found.push(format!("{name}:{}: {line}", at + 1));
        }
    }
    nothing(&found, "this is a path of one machine");
}

/// The paths of the tree that a line of comment names: `docs/protocol.md`, `tests/captures`.
fn named_paths(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|c: char| c.is_whitespace() || "`()[],;:\"'".contains(c));
    let word = words.map(|word| word.trim_end_matches('.'));
    word.filter(|word| {
        let is_document = Path::new(word).extension().is_some_and(|it| it == "md");
        is_document || ["docs/", "tests/", "server/", "frontend/"].iter().any(|folder| word.starts_with(folder))
    })
}

#[test]
fn comments_point_inside_the_tree() {
    let protocol = fs::read_to_string(root().join("docs/protocol.md")).expect("the protocol's facts are there");
    let has_section = |number: &str| {
        let heading = |level: &str| protocol.lines().any(|line| line.starts_with(&format!("{level} {number}")));
        heading("##") || heading("###")
    };
    let elsewhere = [["sp", "ec §"].concat(), ["publish-", "mesh.md"].concat()];
    let mut found = Vec::new();
    for (name, text) in rust("") {
        let comments = text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with("//"));
        for (at, line) in comments {
            let outside = elsewhere.iter().any(|words| line.contains(words));
            let sections = line.split("docs/protocol.md` §").skip(1);
            let number = |it: &str| it.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect::<String>();
            let lost = sections.map(number).any(|number| !has_section(number.trim_end_matches('.')));
            let gone = named_paths(line).any(|path| !path.contains(['*', '{', '…']) && !root().join(path).exists());
            if outside || lost || gone {
                found.push(format!("{name}:{}: {line}", at + 1));
            }
        }
    }
    nothing(&found, "what this points to is not in the tree");
}

#[test]
fn every_guard_has_its_test() {
    let model = fs::read_to_string(root().join("docs/security.md")).expect("the threat model is there");
    let code: String = rust("").into_iter().map(|(_, text)| text).collect();
    let named = model.lines().filter(|line| line.starts_with("| ")).filter_map(|line| line.rsplit('|').nth(1));
    let tests: Vec<&str> = named.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert!(tests.len() > 20, "the table of the threat model is not found");
    let missing = tests.into_iter().filter(|test| !code.contains(&format!("fn {test}(")));
    nothing(&missing.map(str::to_owned).collect::<Vec<_>>(), "docs/security.md names tests that do not exist");
}

#[test]
fn dependencies_come_from_the_registry_and_bring_no_second_tls() {
    const BANNED: [&str; 5] = ["native-tls", "openssl", "openssl-sys", "aws-lc-sys", "async-std"];
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("the versions are kept");
    let mut found = Vec::new();
    for line in lock.lines() {
        let value = |key: &str| line.strip_prefix(key)?.trim_matches('"').into();
        let source: Option<&str> = value("source = ");
        let name: Option<&str> = value("name = ");
        let elsewhere = source.is_some_and(|it| !it.starts_with("registry+"));
        if elsewhere || name.is_some_and(|name| BANNED.contains(&name)) {
            found.push(line.to_owned());
        }
    }
    nothing(&found, "this is not to be depended upon");
}
