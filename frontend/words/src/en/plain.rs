//! The pages without scripts, in English.

use crate::{OfflineWords, PlainWords};

pub(crate) const PLAIN: PlainWords = PlainWords {
    shown_at: "Lamps at",
    refreshes: "This page refreshes itself every 10 seconds. Should its time stand still, it is old.",
    empty: "No extensions yet. They appear when a PBX publishes.",
    silent: "The server does not know its lamps now. It is asked again in 10 seconds.",
    needs_script: "lampfield needs JavaScript and WebAssembly: the lamps are live.",
    without_script: "A page without scripts shows them as a table.",
    columns: ["State", "Number", "Name", "Since"],
};

pub(crate) const OFFLINE: OfflineWords = OfflineWords {
    title: "Offline",
    not_reached: "lampfield was not reached at",
    next_try: "No lamps are shown. The next try is in 10 seconds.",
    // `en` alone is American English: 1:58:07 PM.
    locale: "en-GB",
};
