//! A wall display, in English.

use lampfield_shared::DndKind;

use super::WORDS;
use crate::{Age, WallWords};

pub(crate) const WALL: WallWords = WallWords {
    stale: "Not live",
    last_update: |time| format!("Last update {time}"),
    no_update: "No update yet",
    waiting: "No connection to the server",
    token_end: "This screen’s access has ended. Ask the administrator for a new link.",
    no_board: |name| format!("There is no board, site or department “{name}”, or nothing is on it."),
    ringing: "Ringing now",
    none_rings: "Nothing is ringing",
    more: |count| format!("and {count} more"),
    page: |page, of| format!("Page {page} of {of}"),
    was_dnd: |kind| match kind {
        DndKind::Lamp => "was DND, lamp only",
        DndKind::Calls => "was DND, calls blocked",
    },
    dnd: "DND",
    until: |time| format!("until {time}"),
    ago: |age| match age {
        Age::Now => "just now".into(),
        age => format!("{} ago", (WORDS.age)(age)),
    },
    free_of: |free, all| format!("{free} free of {all}"),
    no_data_since: |time| format!("no data since {time}"),
    no_data_yet: "no data yet",
    heartbeat: "Pulses while the server answers",
};
