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
fn counts_what_is_out_of_date_when_a_site_is_lost() {
    let lost = |language: Language, stale| (language.words().board().site_lost)("Пермь", "13:58", stale);
    assert_eq!(lost(Language::English, 1), "No data from Пермь since 13:58. 1 lamp is out of date.");
    assert_eq!(lost(Language::English, 42), "No data from Пермь since 13:58. 42 lamps are out of date.");
    for (stale, lamps) in [(1, "Устарела 1 лампа."), (42, "Устарели 42 лампы."), (11, "Устарело 11 ламп.")]
    {
        assert_eq!(lost(Language::Russian, stale), format!("Нет данных от АТС «Пермь» с 13:58. {lamps}"));
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
    assert_eq!((ru.last_known)("свободен", Age::Minutes(12)), "Последнее известное: свободен, 12 мин назад");
    assert_eq!((ru.last_known_long)("свободен", Age::Now), "Последнее известное: свободен, только что");
}

#[test]
fn takes_the_readers_first_language_that_is_ours() {
    assert_eq!(Language::best(["de-DE", "ru-RU", "en"]), Language::Russian);
    assert_eq!(Language::best(["RU"]), Language::Russian);
    assert_eq!(Language::best(["de"]), Language::English);
    assert_eq!(Language::best([]), Language::English);
}

#[test]
fn puts_a_state_into_a_sentence() {
    assert_eq!(in_sentence("Не беспокоить"), "не беспокоить");
    assert_eq!(in_sentence(""), "");
}
