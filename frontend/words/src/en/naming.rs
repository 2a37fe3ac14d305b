//! The page of the extensions' names, in English.

use super::counted;
use crate::NamingWords;

pub(crate) const NAMING: NamingWords = NamingWords {
    all: |all, unnamed| match unnamed {
        0 => counted(all as u64, "extension"),
        unnamed => format!("{}, {unnamed} seen on a PBX but not named", counted(all as u64, "extension")),
    },
    number: "Number",
    group: "Department",
    only: ["All", "Seen, not named", "Named, not seen"],
    add: "Add",
    export: "Export CSV",
    keys: "Click a cell to edit. Enter: save, next row. Tab: next cell. Esc: leave it as it was.",
    found_out: "automatic",
    cell: |exten, column| format!("{exten}: {column}"),
    edited: |file| match file {
        "" => "edited".into(),
        file => format!("edited (file says {file})"),
    },
    as_file: "Reset to file",
    none: "No extensions yet. They appear when a PBX publishes; or import a CSV file, or add one.",
    no_hits: "No extension matches.",
    shown: |n, all| format!("{n} of {all} shown. Search to find the others."),
    meanwhile: |exten| format!("Someone else changed {exten} meanwhile. Check it before you change it again."),
    undo: "Undo",
    undone: |done, passed| match passed {
        0 => "Undone.".into(),
        passed => format!("{done} undone. {passed} stay: someone else has changed them since."),
    },
};
