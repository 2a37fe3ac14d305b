//! English.

mod audit;
mod boards;
mod counters;
mod deeds;
mod facts;
mod import;
mod naming;
mod peers;
mod plain;
mod screens;
mod wall;

use lampfield_shared::{Direction, Dnd, DndKind, LampState, PresenceState};

pub(super) use self::audit::AUDIT;
pub(super) use self::boards::OWN_BOARDS;
pub(super) use self::import::IMPORT;
pub(super) use self::naming::NAMING;
pub(super) use self::peers::PEERS;
pub(super) use self::plain::{OFFLINE, PLAIN};
pub(super) use self::screens::SCREENS;
pub(super) use self::wall::WALL;
use crate::{
    AccountWords, AdminWords, Age, BoardWords, Category, Command, CommonWords, DetailsWords, DndWords, Grouping,
    KeysWords, Language, Order, Palette, Size, Theme, Words, at, sentence,
};

pub(super) const WORDS: Words = Words {
    which: Language::English,
    tag: "en",
    own_name: "English",

    state,
    state_short: |state| match state {
        LampState::CallRinging => "Second call",
        LampState::Offline => "Offline",
        LampState::Dnd => "DND",
        other => self::state(other),
    },
    short_lamp: "DND, lamp only",
    short_calls: "DND, no calls",
    dnd_too: "Do not disturb is on",
    dnd_was: |dnd, age| match age {
        None => format!("Do not disturb: last known {}", on_off(dnd)),
        Some(Age::Now) => format!("Do not disturb: last known {}, just now", on_off(dnd)),
        Some(age) => format!("Do not disturb: last known {}, {} ago", on_off(dnd), long(age)),
    },
    age: |age| match age {
        Age::Now => "now".into(),
        Age::Minutes(n) => format!("{n} min"),
        Age::Hours(n) => format!("{n} h"),
        Age::Days(n) => format!("{n} d"),
    },
    last_known_state: |state| format!("Last known: {state}"),
    last_known: |state, age| match age {
        Age::Now => format!("Last known: {state}, just now"),
        age => format!("Last known: {state}, {} ago", (WORDS.age)(age)),
    },
    was: |state| match state {
        LampState::Free => "was free",
        LampState::Ringing => "was ringing",
        LampState::OnCall => "was on a call",
        LampState::Busy => "was busy",
        LampState::CallRinging => "was on 2 calls",
        LampState::OnHold => "was on hold",
        LampState::Dnd => "was DND",
        LampState::Offline => "was offline",
        LampState::NoData => "no data",
    },
    timer: |seconds| match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02} h", seconds / 60 % 60),
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

    sites_live: |count| if count == 1 { "1 site live".into() } else { format!("{count} sites live") },
    site_silent: |site, time| format!("{site}: no data since {time}"),
    sites_silent: |silent, all| format!("No data from {silent} of {all} sites"),
    since: |time| format!("since {time}"),
    nothing_yet: "no data yet",
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
    empty: "No extensions yet. They appear when a PBX publishes; you can also import a CSV file.",
    no_hits: |typed| format!("Nothing matches “{typed}”. Esc clears the search."),
    none_chosen: "Nobody matches this filter right now. Esc clears it.",
    none_here: |elsewhere| format!("None here ({elsewhere} elsewhere). Esc clears the filter."),
    empty_tab: "There are no lamps here.",
    demo: "Demo: these people do not exist",

    search: "Search",
    search_hint: "Name, number, department, site",
    language: "Language",
    theme: "Theme",
    themes: |theme| match theme {
        None => "As the system",
        Some(Theme::Light) => "Light",
        Some(Theme::Dark) => "Dark",
    },
    menu: "Menu",
};

pub(super) const COMMON: CommonWords = CommonWords {
    close: "Close",
    cancel: "Cancel",
    save: "Save",
    copy: "Copy",
    copied: "Copied",
    not_copied: "The browser does not allow copying here. Select the text and press Ctrl+C.",
    asking: "Asking the server…",
    coming: "Loading…",
    not_come: "This part of the page could not be loaded. Trying again…",
    unreachable: "Can’t reach the server.",
    unknown: "No answer. This may or may not have been saved; check before retrying.",
    forbidden: "Your role does not allow this.",
    slow_down: |seconds| format!("Too many attempts. Wait {}.", counted(seconds, "second")),
    // The server's texts are English already.
    refused: |_| None,
    no_account: facts::no_account,
    server_says: sentence,
    never: "never",
    nothing: "Nothing here yet.",
};

pub(super) const ACCOUNT: AccountWords = AccountWords {
    log_in: "Log in",
    log_out: "Log out",
    name: "Name",
    password: "Password",
    wrong: "Wrong name or password.",
    ended: "Your session has ended. Log in again.",
    role: facts::role,
    own_dnd: facts::own_dnd,
    guest: "Guest",
    change_password: "Change password",
    must_change: "This password works once. Choose your own to continue.",
    old_password: "Current password",
    new_password: "New password",
    repeat_password: "Repeat new password",
    at_least: |count| format!("At least {count} characters. Several words beat symbols."),
    differ: "The two new passwords don’t match.",
    me: "Me",
    own_line: "Your own extension",
    own_details: "Details, reason, other end…",
    to_board: "Board",
    sip_links: "Use sip: links for calls",
};

pub(super) const BOARD: BoardWords = BoardWords {
    tabs: "Part of the board",
    favourites: "Favourites",
    all: "All",
    no_favourites: "No favourites yet. Press F on an extension to add it.",
    sites: "Sites",
    departments: "Departments",
    own_boards: "Boards",
    ringing: "Ringing",
    view: "View",
    group_by: "Group by",
    groupings: |grouping| match grouping {
        Grouping::Fit => "Automatic",
        Grouping::Both => "Site, then department",
        Grouping::Department => "Department",
        Grouping::Site => "Site",
        Grouping::Nothing => "Nothing",
    },
    order: "Sort by",
    by: |order| match order {
        Order::Own => "Own order",
        Order::Number => "Number",
        Order::Name => "Name",
        Order::State => "State",
        Order::Since => "Last change",
    },
    no_groups: "no groups",
    size: "Size",
    sizes: |size| match size {
        Size::Fit => "Fit to window",
        Size::Large => "Large",
        Size::Medium => "Medium",
        Size::Small => "Small",
        Size::Dense => "Dense",
        Size::Numbers => "Numbers only",
    },
    fits: |what| format!("{} now", what.to_lowercase()),
    palette: "Colours",
    palettes: |palette| match palette {
        Palette::Standard => "Standard",
        Palette::Phone => "Desk phone",
        Palette::Contrast => "High contrast",
    },
    blink: "Ringing lamps pulse",
    side: "Activity",
    ringing_now: "Ringing now",
    none_rings: "Nothing is ringing.",
    and_more: |count| format!("and {count} more"),
    watching: "Waiting for",
    not_known: "Not known while the connection is down.",
    free_for: |time| format!("free for {time}"),
    dismiss: "Dismiss",
    deeds: "Last actions",
    undo: |seconds| format!("Undo {seconds}"),
    undone: "Undone.",
    arranged: "Favourites rearranged",
    starred: |who| format!("{who} added to favourites"),
    unstarred: |who| format!("{who} removed from favourites"),
    noted: |who| format!("Note on {who}"),
    dnd_set: |dnd, who| format!("DND {} for {who}", on_off(dnd)),
    none_watched: "Pick someone and press W: we'll tell you when they're free.",
    sound: "Sound",
    notify: "Notifications",
    notify_refused: "The browser does not allow notifications from this page.",
    calling: |who| format!("Calling {who}…"),
    hits: |count, of| format!("{count} of {of}"),
    columns: ["Number", "Name", "Department", "Site", "State", "Since"],
    watch_on: |who| format!("We will tell you when {who} is free"),
    watch_off: |who| format!("No longer waiting for {who}"),
    watch_hit: |who| format!("{who} is free"),
    restored: "Connected again. Lamps are up to date.",
    selected: |n| format!("{n} selected"),
    clear: "Clear selection",
};

pub(super) const DETAILS: DetailsWords = DetailsWords {
    gone: |exten| format!("There is no extension {exten} on this board."),
    since: |time| format!("Since {time}"),
    live: |site| format!("Confirmed by {site}."),
    last_known: |time| format!("No news since {time}."),
    never: "No PBX has reported this extension yet.",
    old_voicemails: |n| format!("{n} old"),
    presence: |state| match state {
        PresenceState::Available => "Available",
        PresenceState::Unavailable => "Not available",
        PresenceState::Away => "Away",
        PresenceState::Xa => "Away for a while",
        PresenceState::Chat => "Free to chat",
        PresenceState::Dnd => "Asks not to be disturbed",
    },
    phone: |state| format!("Phone: {state}"),
    as_of: |time| format!("as of {time}"),
    call_with: |direction, who| match direction {
        Some(Direction::Incoming) => format!("Call from {who}"),
        Some(Direction::Outgoing) => format!("Call to {who}"),
        None => format!("Call with {who}"),
    },
    internal: "an internal number",
    external: "an external number",
    withheld: "a withheld number",
    call: "Call",
    copy_number: "Copy number",
    favourite: "Add to favourites",
    not_favourite: "Remove from favourites",
    watch: "Tell me when free",
    not_watch: "Stop watching",
    select: "Select",
    note: "Note",
    note_draft: "not saved yet",
    note_hint: "Only you see it.",
    note_saved: "The note was saved.",
    why: "Why this state?",
    hint: |hint| format!("Hint: {hint}"),
    no_hint: "No hint in the dialplan: the lamp follows the phone.",
    no_votes: "No PBX has reported its devices yet.",
    wins: "shown",
    loses: "overruled",
    said: |site, time| format!("{site}, {time}"),
    no_eid: "the PBX itself",
    changes: "Last changes",
    no_changes: "Nothing has changed since this page was opened.",
};

pub(super) const DND: DndWords = DndWords {
    title: "Do not disturb",
    until: |time| format!("until {time}"),
    off: "Off",
    on_lamp: "On: lamp only, calls still ring",
    on_calls: "On: calls are blocked",
    on: "On",
    by: |name| format!("Set by {name}"),
    what: "What it does",
    choose_lamp: "Lamp only",
    lamp_hint: "Keys on phones light up. Calls still ring.",
    choose_calls: "Block calls",
    calls_hint: "The PBX lets no call through.",
    no_ami: "lampfield has no manager (AMI) link to this PBX, so it cannot stop calls.",
    ends: "Until",
    forever: "I turn it off",
    in_minutes: |minutes| match minutes {
        0..60 => format!("In {}", counted(minutes, "minute")),
        _ => format!("In {}", counted(minutes / 60, "hour")),
    },
    at: |time| at("At", time),
    at_time: "Other time…",
    time: "Time",
    time_wrong: "Choose a time in the future.",
    reason: "Reason",
    turn_on: "Turn on",
    turn_off: "Turn off",
    change: "Change…",
    save_change: "Save the change",
    forbidden: "You can view this board but not change DND.",
    pending: |dnd, site, exten| match dnd {
        Dnd::On => format!("Asking {site} to set DND for {exten}…"),
        Dnd::Off => format!("Asking {site} to end DND for {exten}…"),
    },
    confirmed: |dnd, site, exten| format!("{site} confirmed: DND is {} for {exten}.", on_off(dnd)),
    lamp_done: |dnd, exten| match dnd {
        Dnd::On => format!("The lamp of {exten} shows DND. Calls still ring."),
        Dnd::Off => format!("The lamp of {exten} no longer shows our DND."),
    },
    was_off: "DND was off already.",
    held: |sites| format!("DND is also set on {sites}, so the lamp stays on."),
    still_blocked: |sites| format!("Lamp on. DND is also set on {sites}, so calls may be blocked."),
    failed: |text| format!("Not done. {text}"),
    many: |n| format!("Do not disturb for {}", counted(n as u64, "extension")),
    preview: "Preview",
    do_it: |dnd, n| format!("Turn DND {} for {n}", on_off(dnd)),
    planned: |dnd, kind, site| match (kind, site) {
        (DndKind::Calls, Some(site)) => format!("blocked calls {}, at {site}", on_off(dnd)),
        (DndKind::Calls, None) => format!("blocked calls {}", on_off(dnd)),
        (DndKind::Lamp, _) => format!("DND lamp {}", on_off(dnd)),
    },
    planned_nothing: "no change",
    many_done: |done, not| match not {
        0 => format!("Done for {}.", counted(done as u64, "extension")),
        not => format!("Done for {done}, not for {not}."),
    },
};

const fn on_off(dnd: Dnd) -> &'static str {
    match dnd {
        Dnd::On => "on",
        Dnd::Off => "off",
    }
}

pub(super) const ADMIN: AdminWords = AdminWords {
    in_line: |line, text| format!("Line {line}: {text}"),
    accounts: "Accounts",
    boards: "Boards",
    screens: "Screens",
    audit: "Audit log",
    peers: "PBXes",
    peer: "PBX",
    name: "Name",
    role: "Role",
    created: "Created",
    last_login: "Last login",
    actions: "Actions",
    display_name: "Display name",
    own_exten: "Own extension",
    own_dnd: "Own DND",
    new_account: "New account",
    create: "Create",
    one_time: "one-time password",
    reset: "New password",
    remove: "Remove",
    remove_sure: |name| format!("Remove the account “{name}”? Its sessions end at once."),
    password_of: |name| format!("One-time password of {name}"),
    password_once: "Pass it on now; it won’t be shown again. They choose their own at first login.",
    time: "Time",
    who: "Who",
    address: "From",
    action: "Action",
    target: "Target",
    result: "Result",
    details: "Details",
    older: "Older",
    newest: "Newest",
    extensions: "Extensions",
};

pub(super) const KEYS: KeysWords = KeysWords {
    title: "Keys",
    does: |command| match command {
        Command::Search => "Search",
        Command::Help => "This list",
        Command::Call => "Call",
        Command::Watch => "Tell me when free",
        Command::Dnd => "Do not disturb",
        Command::Note => "Note",
        Command::Favourite => "Favourite",
        Command::Why => "Why this state?",
        Command::Earlier => "Favourites: move it up",
        Command::Later => "Favourites: move it down",
        Command::Undo => "Undo the last action",
        Command::Select => "Select",
        Command::PreviousTab => "Previous tab",
        Command::NextTab => "Next tab",
        Command::PreviousSite => "Previous site",
        Command::NextSite => "Next site",
        Command::Only([Category::Ringing, ..]) => "Only ringing",
        Command::Only([Category::OnCall, ..]) => "Only busy: on a call, on hold or busy",
        Command::Only([Category::Free, ..]) => "Only free",
        Command::Only(_) => "Only offline",
        Command::Number => "Search for a number",
        Command::Move => "Move among the lamps",
        Command::Choose(_) => "Choose",
        Command::Enter => "Details; in the details: call",
        Command::Buttons => "To the buttons of the row",
        Command::Details => "Details",
        Command::Escape => "Close, show all, back to the lamps",
        Command::Leave => "Back to the lamps",
        Command::CallOn => "Call, keep the list",
    },
    on_lamps: "On the lamps",
    typing: "In the search field",
    letters: "Single-key shortcuts: letters, digits, / and ?",
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

/// A count with its noun (CLDR plural rule of `en` for whole numbers).
fn counted(n: u64, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    }
}
