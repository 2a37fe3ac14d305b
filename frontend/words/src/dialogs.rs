//! The texts of "do not disturb" (DND) and of the list of the keys.

use lampfield_shared::{Dnd, DndKind};

use crate::Command;

/// The texts of "do not disturb".
pub struct DndWords {
    /// Heading.
    pub title: &'static str,
    /// "until 15:00"
    pub until: fn(&str) -> String,
    /// Status: DND is off.
    pub off: &'static str,
    /// Status, as a sentence: DND lights the lamp only.
    pub on_lamp: &'static str,
    /// Status, as a sentence: DND blocks calls.
    pub on_calls: &'static str,
    /// Status: DND is on, kind unknown.
    pub on: &'static str,
    /// "Set by Anna."
    pub by: fn(&str) -> String,
    /// Label: the kind of DND.
    pub what: &'static str,
    /// Label: "lamp only" (no call is stopped).
    pub choose_lamp: &'static str,
    /// Hint: what "lamp only" means.
    pub lamp_hint: &'static str,
    /// Label: "block calls" (DND at the PBX).
    pub choose_calls: &'static str,
    /// Hint: what "block calls" means.
    pub calls_hint: &'static str,
    /// Hint: calls cannot be blocked, as lampfield has no AMI link to the PBX.
    pub no_ami: &'static str,
    /// Label: the end.
    pub ends: &'static str,
    /// Choice: no end.
    pub forever: &'static str,
    /// Choice: in so many minutes.
    pub in_minutes: fn(u64) -> String,
    /// Choice: "Until 18:00", with the date if that is another day.
    pub at: fn(&str) -> String,
    /// Choice: at a time that is typed.
    pub at_time: &'static str,
    /// Label: the typed time.
    pub time: &'static str,
    /// Error: the chosen time is in the past.
    pub time_wrong: &'static str,
    /// Label: the reason.
    pub reason: &'static str,
    /// Button: turn on.
    pub turn_on: &'static str,
    /// Button: turn off.
    pub turn_off: &'static str,
    /// Button: change end, reason or kind of the DND that is on.
    pub change: &'static str,
    /// Button: save the change.
    pub save_change: &'static str,
    /// Hint: the reader's role may look at DND but not set it.
    pub forbidden: &'static str,
    /// "Asking Perm to set DND for 214…"
    pub pending: fn(Dnd, &str, &str) -> String,
    /// "Perm confirmed: DND is on for 214."
    pub confirmed: fn(Dnd, &str, &str) -> String,
    /// Report: the lamp is lit or off; no PBX was told.
    pub lamp_done: fn(Dnd, &str) -> String,
    /// Report: DND was off already.
    pub was_off: &'static str,
    /// Report: the lamp stays lit, since "do not disturb" is set at these places, too.
    pub held: fn(&str) -> String,
    /// Report: the lamp alone was wanted, but at these places calls are still blocked.
    pub still_blocked: fn(&str) -> String,
    /// Report: not done, with the server's reason.
    pub failed: fn(&str) -> String,
    /// "Do not disturb for 3 extensions"
    pub many: fn(usize) -> String,
    /// Button: preview.
    pub preview: &'static str,
    /// Button: do what was previewed, "Turn DND on for 3".
    pub do_it: fn(Dnd, usize) -> String,
    /// Preview: what would be done for one extension, and at which PBX.
    pub planned: fn(Dnd, DndKind, Option<&str>) -> String,
    /// Preview: nothing would be done for this extension.
    pub planned_nothing: &'static str,
    /// "Done for 3, not for 1."
    pub many_done: fn(usize, usize) -> String,
}

/// The texts of the list of the keys.
pub struct KeysWords {
    /// Heading.
    pub title: &'static str,
    /// What a command does.
    pub does: fn(Command) -> &'static str,
    /// Heading: what a key does on the lamps.
    pub on_lamps: &'static str,
    /// Heading: what a key does in the search field.
    pub typing: &'static str,
    /// Label of the switch: single characters are commands.
    pub letters: &'static str,
}
