//! English.

use lampfield_shared::LampState;

use super::{Plural, Words, plural_en};
use crate::age::Age;
use crate::state::Category;

pub(super) const WORDS: Words = Words {
    tag: "en",
    own_name: "English",

    state,
    state_short: |state| match state {
        LampState::CallRinging => "Second call",
        LampState::Offline => "Offline",
        other => self::state(other),
    },
    dnd_too: "Do not disturb is on",
    age: |age| match age {
        Age::Now => "now".into(),
        Age::Minutes(n) => format!("{n} min"),
        Age::Hours(n) => format!("{n} h"),
        Age::Days(n) => format!("{n} d"),
    },
    last_known: |state, age| match age {
        Age::Now => format!("Last known: {state}, just now"),
        age => format!("Last known: {state}, {} ago", (WORDS.age)(age)),
    },
    last_known_long: |state, age| match age {
        Age::Now => format!("Last known: {state}, just now"),
        age => format!("Last known: {state}, {} ago", long(age)),
    },
    lasting: |state, age| match age {
        Age::Now => format!("{state}, just now"),
        age => format!("{state} for {}", long(age)),
    },
    voicemails: |n| counted(n.into(), "new voicemail"),

    category: |category| match category {
        Category::Free => "free",
        Category::Ringing => "ringing",
        Category::OnCall => "on a call",
        Category::Busy => "busy",
        Category::OnHold => "on hold",
        Category::Dnd => "DND",
        Category::Offline => "offline",
        Category::NoData => "no data",
        Category::LastKnown => "last known",
    },
    totals: "Show only",

    site_live: "Live",
    site_last_known: |time| format!("Last known {time}"),
    site_never: |site| format!("Waiting for the first message from {site}"),
    no_site: "Other extensions",
    no_group: "No department",

    connecting: "Connecting…",
    live: "Live",
    reconnecting: "Reconnecting…",
    lost: "Connection lost",
    lost_since: |time| format!("Connection lost. Lamps show {time}."),
    unreachable: "No connection to the server.",
    next_try: |seconds| format!("Next try in {seconds} s."),
    trying: "Trying again…",

    loading: "Loading lamps…",
    empty: "No extensions yet. They appear when a PBX publishes.",
    no_hits: |typed| format!("Nothing matches “{typed}”. Esc clears the search."),
    none_chosen: "No lamp is in this state now. Esc shows all.",
    demo: "Demo: these people do not exist",

    search: "Search",
    search_hint: "Number, name, department, site",
    language: "Language",
    theme: "Light or dark colours",
};

const fn state(state: LampState) -> &'static str {
    match state {
        LampState::Free => "Free",
        LampState::Ringing => "Ringing",
        LampState::OnCall => "On a call",
        LampState::Busy => "Busy",
        LampState::CallRinging => "On a call, second call waiting",
        LampState::OnHold => "On hold",
        LampState::Dnd => "Do not disturb",
        LampState::Offline => "Phone offline",
        LampState::NoData => "No data",
    }
}

fn long(age: Age) -> String {
    match age {
        Age::Now => "a moment".into(),
        Age::Minutes(n) => counted(n, "minute"),
        Age::Hours(n) => counted(n, "hour"),
        Age::Days(n) => counted(n, "day"),
    }
}

fn counted(n: u64, noun: &str) -> String {
    match plural_en(n) {
        Plural::One => format!("{n} {noun}"),
        Plural::Few | Plural::Many | Plural::Other => format!("{n} {noun}s"),
    }
}
