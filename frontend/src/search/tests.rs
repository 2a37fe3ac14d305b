//! Queries and the lamps that they find, as tables.

use lampfield_shared::Lamp;

use super::*;
use crate::state::testing::lamp;

fn drawn(text: &str) -> States {
    States::of(Look::of(&lamp(text), None))
}

/// A query among lamps of which only this one counts.
fn asked(typed: &str, haystack: &Haystack, drawn: States) -> Query {
    Query::new(typed, &[(haystack, drawn)].into_iter())
}

fn semenova() -> Haystack {
    Haystack::new("214", "Семёнова Anna-Maria", "Пермь Sales")
}

#[track_caller]
fn check(typed: &str, expected: Option<Rank>) {
    let (haystack, drawn) = (semenova(), drawn("214 free"));
    assert_eq!(asked(typed, &haystack, drawn).rank(&haystack, drawn), expected, "{typed}");
}

#[test]
fn ranks_numbers_before_names_before_the_rest() {
    check("", Some(Rank::Exact));
    check("214", Some(Rank::Exact));
    check("21", Some(Rank::Number));
    check("14", Some(Rank::Inside));
    check("anna", Some(Rank::Name));
    check("sales", Some(Rank::Around));
    check("maria", Some(Rank::Inside));
    check("free", Some(Rank::State));
    check("215", None);
}

#[test]
fn minds_neither_case_nor_yo() {
    check("СЕМЕНОВА", Some(Rank::Name));
    check("семён", Some(Rank::Name));
    check("  пЕРмь ", Some(Rank::Around));
}

#[test]
fn wants_every_word_in_any_order_and_is_as_good_as_the_worst() {
    check("sales семен", Some(Rank::Around));
    check("anna семен", Some(Rank::Name));
    check("214 anna", Some(Rank::Name));
    check("21 sal", Some(Rank::Around));
    check("21 sal x", None);
}

#[test]
fn forgives_the_wrong_alphabet_and_the_wrong_layout() {
    check("perm", Some(Rank::Guess));
    check("semenova", Some(Rank::Sound));
    check("semyonova", Some(Rank::Sound));
    check("анна", Some(Rank::Sound));
    check("ctv`yjdf", Some(Rank::Sound));
    check("фттф", Some(Rank::Sound));
    check("p", None);
    check("a", Some(Rank::Name));
}

#[test]
fn hears_the_same_name_however_it_is_written() {
    for (name, ways) in [
        ("Петров", &["petrov", "gtnhjd", "PETROW"][..]),
        ("Щукина", &["shchukina", "schukina", "shukina", "oerbyf"]),
        ("Юлия Жукова", &["yulia", "julia", "iuliya", "zhukova"]),
        ("Хасан", &["khasan", "hasan", "[fcfy"]),
        ("Tsoy", &["цой", "еыщн"]),
        ("Андрей", &["andrey", "andrej", "andrei"]),
        ("Київ Єва", &["kiiv", "eva"]),
    ] {
        let haystack = Haystack::new("1", name, "");
        for way in ways {
            let query = asked(way, &haystack, States::default());
            assert_eq!(query.rank(&haystack, States::default()), Some(Rank::Sound), "{way} for {name}");
        }
    }
}

#[test]
fn forgives_one_typo_in_a_word_of_four_letters() {
    for (typed, name, is_found) in [
        ("petrof", "Petrov", true),
        ("pertov", "Petrov", true),
        ("petov", "Petrov", true),
        ("pettrov", "Petrov", true),
        ("petrof", "Петров", true),
        ("петроф", "Petrov", true),
        ("annaa", "Anna", true),
        ("petr", "Pietrowski", true),
        ("qetrov", "Petrov", true),
        ("petr", "Perm", false),
        ("perrm", "Permyak", true),
        ("annna", "Anna", true),
        ("ivanp", "Ivan", true),
        ("peof", "Petrov", false),
        ("prf", "Petrov", false),
        ("pertvo", "Petrov", false),
        ("2115", "2114", false),
    ] {
        let haystack = Haystack::new("2114", name, "");
        let found = asked(typed, &haystack, States::default()).rank(&haystack, States::default());
        assert_eq!(found, is_found.then_some(Rank::Typo), "{typed} for {name}");
    }
}

#[test]
fn forgives_nothing_in_a_word_that_some_lamp_has() {
    let [petrov, pietrowski] = ["Petrov", "Pietrowski"].map(|name| Haystack::new("1", name, ""));
    let none = States::default();
    let query = |typed| Query::new(typed, &[(&petrov, none), (&pietrowski, none)].into_iter());
    assert_eq!(query("petr").rank(&pietrowski, none), None);
    assert_eq!(query("petr").rank(&petrov, none), Some(Rank::Name));
    assert_eq!(query("pitro").rank(&pietrowski, none), Some(Rank::Typo));
}

#[test]
fn knows_states_by_their_words_in_every_language() {
    let last_known = Lamp { freshness: Freshness::LastKnown, ..lamp("1 free") };
    let never = Lamp { freshness: Freshness::Never, ..lamp("1 free") };
    let beside = Lamp { dnd: true, ..lamp("1 on_call") };
    for (typed, shown, is_found) in [
        ("free", lamp("1 free"), true),
        ("fre", lamp("1 free"), true),
        ("fr", lamp("1 free"), false),
        ("свободен", lamp("1 free"), true),
        ("свободна", lamp("1 free"), true),
        ("cdj,jlty", lamp("1 free"), true),
        ("svobod", lamp("1 free"), true),
        ("свободен", last_known.clone(), false),
        ("free", last_known.clone(), false),
        ("last known", last_known.clone(), true),
        ("устарело", last_known.clone(), true),
        ("последние данные", last_known, true),
        ("last known", lamp("1 free"), false),
        ("free", never.clone(), false),
        ("no data", never, true),
        ("ringing", lamp("1 ringing"), true),
        ("вызов", lamp("1 ringing"), true),
        ("on a call", lamp("1 on_call"), true),
        ("a", lamp("1 on_call"), false),
        ("в разговоре", lamp("1 call_ringing"), true),
        ("hold", lamp("1 on_hold"), true),
        ("DND", lamp("1 dnd"), true),
        ("не беспокоить", lamp("1 dnd"), true),
        ("dnd", beside, true),
        ("dnd", lamp("1 on_call"), false),
        ("offline", lamp("1 offline"), true),
        ("не в сети", lamp("1 offline"), true),
        ("busy", lamp("1 busy"), true),
        ("занята", lamp("1 busy"), true),
    ] {
        let (haystack, drawn) = (Haystack::new("1", "Nn", ""), States::of(Look::of(&shown, None)));
        let found = asked(typed, &haystack, drawn).rank(&haystack, drawn).is_some();
        assert_eq!(found, is_found, "{typed}: {:?}, {:?}", shown.state, shown.freshness);
    }
}

#[test]
fn marks_what_was_found() {
    for (typed, name, expected) in [
        ("petr", "Petrov Leonid", "[Petr]ov Leonid"),
        ("leo petr", "Petrov Leonid", "[Petr]ov [Leo]nid"),
        ("petr", "Петров Глеб", "[Петр]ов Глеб"),
        ("gtnh", "Петров Глеб", "[Петр]ов Глеб"),
        ("maria", "Anna-Maria", "Anna-[Maria]"),
        ("ann anna", "Anna Annan", "[Anna] [Anna]n"),
        ("shchu", "Щукина", "[Щу]кина"),
        ("юлия", "Yulia", "[Yulia]"),
        ("petrof", "Petrov Leonid", "[Petro]v Leonid"),
        ("семе", "Семёнова", "[Семё]нова"),
        ("perm", "Petrov", "Petrov"),
        ("free", "Petrov", "Petrov"),
        ("17", "Petrov", "Petrov"),
    ] {
        let (haystack, drawn) = (Haystack::new("17", name, "Perm"), drawn("17 free"));
        let marks = asked(typed, &haystack, drawn).marks(&haystack, drawn, name);
        let mut shown = name.to_owned();
        for mark in marks.iter().rev() {
            shown.insert(mark.end, ']');
            shown.insert(mark.start, '[');
        }
        assert_eq!(shown, expected, "{typed}");
    }
}
