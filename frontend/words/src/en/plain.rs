//! The pages without scripts, in English.

use crate::{OfflineWords, PlainWords};

pub(crate) const PLAIN: PlainWords = PlainWords {
    shown_at: "Lamps at",
    refreshes: "This page refreshes every 10 seconds. If its time stands still, it is out of date.",
    empty: "No extensions yet. They appear when a PBX publishes.",
    silent: "The server has no current lamps. Next try in 10 seconds.",
    needs_script: "Live lamps need JavaScript and WebAssembly.",
    without_script: "A page without scripts shows them as a table.",
    columns: ["State", "Number", "Name", "Since"],
};

pub(crate) const OFFLINE: OfflineWords = OfflineWords {
    title: "Offline",
    not_reached: "lampfield could not be reached at",
    next_try: "No lamps are shown. Next try in 10 seconds.",
    // `en` alone is American English: 1:58:07 PM.
    locale: "en-GB",
};
