//! Rules for all languages, and the plural rules of each.

use std::fs;
use std::path::Path;

use lampfield_shared::{Cause, Dnd, LampState, Why};

use super::*;

#[test]
fn counts_in_english_as_cldr_does() {
    let words = Language::English.words();
    for (n, expected) in [(1, "1 new voicemail"), (2, "2 new voicemails"), (21, "21 new voicemails")] {
        assert_eq!((words.voicemails)(n), expected);
    }
}

#[test]
fn counts_in_russian_as_cldr_does() {
    let words = Language::Russian.words();
    for (n, expected) in [
        (1, "1 новое сообщение"),
        (2, "2 новых сообщения"),
        (5, "5 новых сообщений"),
        (11, "11 новых сообщений"),
        (14, "14 новых сообщений"),
        (21, "21 новое сообщение"),
        (22, "22 новых сообщения"),
        (111, "111 новых сообщений"),
    ] {
        assert_eq!((words.voicemails)(n), expected);
    }
}

#[test]
fn speaks_of_ages() {
    let (en, ru) = (Language::English.words(), Language::Russian.words());
    assert_eq!((en.lasting)("On a call", Age::Minutes(1)), "On a call for 1 minute");
    assert_eq!((en.lasting)("On a call", Age::Now), "On a call, just now");
    assert_eq!((en.last_known)("free", Age::Minutes(12)), "Last known: free, 12 min ago");
    assert_eq!((en.last_known_long)("free", Age::Days(2)), "Last known: free, 2 days ago");
    assert_eq!((ru.lasting)("Разговор", Age::Minutes(21)), "Разговор, 21 минуту");
    assert_eq!((ru.last_known)("свободен", Age::Minutes(12)), "Последние данные: свободен, 12 мин назад");
    assert_eq!((ru.last_known_long)("свободен", Age::Now), "Последние данные: свободен, только что");
    let minutes = Some(Age::Minutes(21));
    assert_eq!((en.dnd_was)(Dnd::On, minutes), "Do not disturb: last known on, 21 minutes ago");
    assert_eq!((ru.dnd_was)(Dnd::Off, minutes), "«Не беспокоить»: по последним данным выключено, 21 минуту назад");
    assert_eq!((en.dnd_was)(Dnd::Off, None), "Do not disturb: last known off");
}

#[test]
fn takes_the_readers_first_language_that_is_ours() {
    assert_eq!(Language::best(["xx-XX", "ru-RU", "en"]), Language::Russian);
    assert_eq!(Language::best(["RU"]), Language::Russian);
    assert_eq!(Language::best(["xx"]), Language::English);
    assert_eq!(Language::best([]), Language::English);
}

#[test]
fn takes_what_the_browser_weighs_most() {
    assert_eq!(Language::accepted(["ru-RU,ru;q=0.9,en;q=0.8"]), Language::Russian);
    assert_eq!(Language::accepted(["xx, en;q=0.3", "ru;q=0.7"]), Language::Russian);
    assert_eq!(Language::accepted(["ru;q=0, en;q=0.1"]), Language::English);
    assert_eq!(Language::accepted(["en;q=0.5, ru;q=0.5"]), Language::English, "of equals the first");
    assert_eq!(Language::accepted(["xx", "ru;q=much"]), Language::English);
}

#[test]
fn names_whoever_has_no_account() {
    let (en, ru) = (Language::English.words().common(), Language::Russian.words().common());
    assert_eq!([en.named("(not logged in)"), ru.named("(not logged in)")], ["guest", "гость"]);
    assert_eq!([en.named("screen Lobby"), ru.named("screen Lobby")], ["screen Lobby", "экран Lobby"]);
    assert_eq!([en.named("anna"), ru.named("anna")], ["anna", "anna"]);
    let why = Why::of(Cause::BoardOutdated, &[&"(not logged in)", &"front"]);
    assert!((ru.refused)(&why).is_some_and(|text| text.contains("(кем: гость)")));
}

#[test]
fn makes_a_sentence_of_the_servers_words() {
    assert_eq!(sentence("it refuses our PUBLISH with 404"), "It refuses our PUBLISH with 404.");
    assert_eq!(sentence("готово"), "готово.");
}

#[test]
fn puts_a_state_into_a_sentence() {
    assert_eq!(in_sentence("Не беспокоить"), "не беспокоить");
    assert_eq!(in_sentence("DND, calls blocked"), "DND, calls blocked");
    assert_eq!(in_sentence("АТС молчит"), "АТС молчит");
    assert_eq!(in_sentence(""), "");
    let ends = ["18:00", "30 Nov 18:00", "tomorrow 18:00"].map(Language::English.words().dnd().at);
    assert_eq!(ends, ["At 18:00", "At 30 Nov 18:00", "Tomorrow 18:00"]);
    assert_eq!((Language::Russian.words().dnd().at)("завтра 18:00"), "Завтра 18:00");
}

/// The Rust files of `src` or a folder in it, by name, with their texts.
fn sources(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
    let paths = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let rust = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    rust.map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn every_language_that_is_written_is_offered() {
    let mut written: Vec<String> = sources("").into_iter().map(|(name, _)| name).filter(|it| it.len() == 2).collect();
    let mut offered = Language::ALL.map(|language| language.words().tag.to_owned());
    written.sort_unstable();
    offered.sort_unstable();
    assert_eq!(written, offered);
    for language in Language::ALL {
        let words = language.words();
        assert_eq!((words.which, Language::from_tag(words.tag)), (language, Some(language)));
    }
}

#[test]
fn no_text_is_empty() {
    for language in Language::ALL {
        let tag = language.words().tag;
        let own = sources("").into_iter().filter(|(name, _)| name == tag);
        for (name, text) in own.chain(sources(tag)) {
            let empty =
                text.lines().find(|line| [": \"\"", "=> \"\"", "[\"\"", ", \"\""].iter().any(|it| line.contains(it)));
            assert_eq!(empty, None, "{tag}: {name}");
        }
    }
}

#[test]
fn no_two_states_are_called_alike() {
    let assert_differ = |mut words: Vec<&str>| {
        words.sort_unstable();
        assert!(words.windows(2).all(|pair| pair[0] != pair[1]), "{words:?}");
    };
    for words in Language::ALL.map(Language::words) {
        assert_differ(LampState::ALL.into_iter().map(words.state).collect());
        assert_differ(LampState::ALL.into_iter().map(words.state_short).collect());
        assert_differ(Category::ALL.into_iter().map(words.category).collect());
    }
}
