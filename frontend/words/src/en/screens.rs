//! The page of the wall displays, in English.

use crate::ScreenWords;
use crate::Theme;

pub(crate) const SCREENS: ScreenWords = ScreenWords {
    place: "Location",
    shows: "Shows",
    link_of: |name| format!("Link for {name}"),
    link_once: "Open this once on the display. Anyone with the link gets in. It won’t be shown again.",
    last_seen: "Last seen",
    made_by: "Created by",
    revoke: "Revoke",
    revoke_sure: |name| format!("Revoke the screen “{name}”? It goes dark at once, and a new link is needed."),
    no_screens: "No screens yet.",
    looks: "How it looks",
    by_browser: "Same as browser",
    by_system: "Same as system",
    theme: |theme| match theme {
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    },
    plain: "Without scripts, for an old television",
};
