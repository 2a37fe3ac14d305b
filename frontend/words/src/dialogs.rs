//! The texts of "do not disturb" and of the list of the keys, by their meaning.

use lampfield_shared::{Dnd, DndKind};

use crate::{Category, Command};

/// "Do not disturb".
pub struct DndWords {
    /// The heading.
    pub title: &'static str,
    /// "until 15:00"
    pub until: fn(&str) -> String,
    /// It is off.
    pub off: &'static str,
    /// The lamp alone, as a sentence.
    pub on_lamp: &'static str,
    /// Calls are blocked, as a sentence.
    pub on_calls: &'static str,
    /// It is on, and no more is known.
    pub on: &'static str,
    /// "Set by Anna."
    pub by: fn(&str) -> String,
    /// What it shall do.
    pub what: &'static str,
    /// The choice of the lamp alone.
    pub choose_lamp: &'static str,
    /// What that does.
    pub lamp_hint: &'static str,
    /// The choice of blocked calls.
    pub choose_calls: &'static str,
    /// What that does.
    pub calls_hint: &'static str,
    /// Why they cannot be.
    pub no_ami: &'static str,
    /// The choice of an end.
    pub ends: &'static str,
    /// Not by itself.
    pub forever: &'static str,
    /// In so many minutes.
    pub in_minutes: fn(u64) -> String,
    /// "Until 18:00", with the date where it is another day.
    pub at: fn(&str) -> String,
    /// At a time that is chosen.
    pub at_time: &'static str,
    /// That time.
    pub time: &'static str,
    /// The time is not one to come.
    pub time_wrong: &'static str,
    /// Why.
    pub reason: &'static str,
    /// Begin.
    pub turn_on: &'static str,
    /// End.
    pub turn_off: &'static str,
    /// Another end, reason or kind for one that is on.
    pub change: &'static str,
    /// Makes it so.
    pub save_change: &'static str,
    /// The reader may look and no more.
    pub forbidden: &'static str,
    /// "Asking Perm to set DND for 214…"
    pub pending: fn(Dnd, &str, &str) -> String,
    /// "Perm confirmed: DND is on for 214."
    pub confirmed: fn(Dnd, &str, &str) -> String,
    /// The lamp alone is on or off.
    pub lamp_done: fn(Dnd, &str) -> String,
    /// It was off already.
    pub was_off: &'static str,
    /// "The lamp stays lit: Perm also holds it."
    pub held: fn(&str) -> String,
    /// The lamp alone was wanted, and these hold one of their own.
    pub still_blocked: fn(&str) -> String,
    /// It was not done, in the words of the server.
    pub failed: fn(&str) -> String,
    /// "Do not disturb for 3 extensions"
    pub many: fn(usize) -> String,
    /// Ask what would be done.
    pub preview: &'static str,
    /// "Do it for 3"
    pub do_it: fn(usize) -> String,
    /// What would be done for one, at that PBX.
    pub planned: fn(Dnd, DndKind, Option<&str>) -> String,
    /// Nothing would be.
    pub planned_nothing: &'static str,
    /// "Done for 3, not for 1."
    pub many_done: fn(usize, usize) -> String,
}

/// The list of the keys.
pub struct KeysWords {
    /// The heading.
    pub title: &'static str,
    /// What a key does.
    pub does: fn(Command) -> &'static str,
    /// Digits jump to a number.
    pub digits: &'static str,
    /// Arrows and their kin.
    pub arrows: &'static str,
    /// Enter
    pub enter: &'static str,
    /// Esc
    pub escape: &'static str,
    /// `G` and another: only these lamps.
    pub only: fn(Category) -> &'static str,
    /// A switch: keys of one sign do something.
    pub letters: &'static str,
}
