//! The pages of boards, in English.

use crate::i18n::OwnBoardWords;

pub(crate) const OWN_BOARDS: OwnBoardWords = OwnBoardWords {
    new: "New board",
    none: "No boards yet. A board shows lamps in groups and an order of its own: as a tab, and on a wall.",
    gone: "There is no such board any more.",
    title: "Title",
    name: "Name in addresses (empty: from the title)",
    name_needed: "Give the board a name of letters and digits, for its address.",
    group_title: "Title of the group",
    lamps: "Lamps",
    wall: "On a wall",
    unknown: "unknown",
    all_unknown: |extens| format!("No PBX has told of {extens}. They will be shown as “No data”."),
    which: "Number or name",
    add: "Add",
    add_group: "Add a group",
    up: "Up",
    down: "Down",
    take_off: "Take off",
    of: |act, what| format!("{act}: {what}"),
    group: |number| format!("group {number}"),
    stands: |exten, group| format!("{exten} stands in “{group}” already."),
    several: |typed| format!("Several lamps match “{typed}”: choose one from the list, or type its number."),
    nobody: |typed| format!("No lamp matches “{typed}”. A number can be added all the same."),
    is_at: |what, place, of, group| format!("{what}: {place} of {of} in “{group}”"),
    changed: "Somebody has saved this board meanwhile. What you save now would be refused.",
    load: "Load it anew",
    saved: |title| format!("“{title}” is saved, and on every page."),
    delete: "Delete",
    delete_sure: |title| format!("Delete the board “{title}”? Its tab goes from every page."),
};
