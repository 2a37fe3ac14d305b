//! The page of the wall displays, in English.

use crate::ScreenWords;
use crate::Theme;

pub(crate) const SCREENS: ScreenWords = ScreenWords {
    place: "Where it hangs",
    shows: "Shows",
    link_of: |name| format!("Link for {name}"),
    link_once: "Open it once on the display. Whoever has it gets in, and it is not shown again.",
    last_seen: "Last seen",
    made_by: "Made by",
    revoke: "Revoke",
    revoke_sure: |name| format!("Revoke the screen “{name}”? It goes dark at once."),
    no_screens: "No screens yet.",
    looks: "How it looks",
    by_browser: "As its browser",
    by_system: "As its system",
    theme: |theme| match theme {
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    },
    plain: "Without scripts, for an old television",
};
