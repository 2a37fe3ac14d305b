//! Several lamps of a draft at once: moved to a place, removed, and added from elsewhere.

use std::collections::BTreeSet;

use lampfield_shared::{BoardGroup, Exten, Lamp};

use crate::route::decode;
use crate::state::draft::Draft;

/// Moves lamps, in the order in which they stand, into a group: before or behind another lamp, or to the end.
pub(super) fn move_to(draft: &mut Draft, which: &BTreeSet<Exten>, group: usize, beside: Option<(&Exten, Side)>) {
    let moved: Vec<Exten> = draft.extens().filter(|exten| which.contains(*exten)).cloned().collect();
    if draft.0.get(group).is_none() {
        return;
    }
    // The lamp that marks the place may be among those that are moved: then the next one that stays marks it.
    let place = beside.and_then(|(exten, side)| {
        let extens = &draft.0[group].extens;
        let at = extens.iter().position(|known| known == exten)?;
        let from = if side == Side::Behind { at + 1 } else { at };
        extens.get(from..)?.iter().find(|it| !which.contains(*it)).cloned()
    });
    remove_all(draft, which);
    let extens = &mut draft.0[group].extens;
    let at = place.and_then(|place| extens.iter().position(|known| *known == place)).unwrap_or(extens.len());
    extens.splice(at..at, moved);
}

/// Removes lamps.
pub(super) fn remove_all(draft: &mut Draft, which: &BTreeSet<Exten>) {
    for group in &mut draft.0 {
        group.extens.retain(|exten| !which.contains(exten));
    }
}

/// The side of a lamp on which others are put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    Behind,
}

/// Adds lamps as a group of that title: into the only group that is still empty, or a new one. Returns how many are new
/// on the board.
pub(super) fn add_group(draft: &mut Draft, title: &str, extens: Vec<Exten>) -> usize {
    let is_blank = |group: &BoardGroup| group.extens.is_empty() && group.title.trim().is_empty();
    let at = draft.0.iter().position(is_blank).unwrap_or_else(|| draft.add_group());
    let added = extens.into_iter().filter(|exten| draft.add(at, exten.clone())).count();
    if let Some(group) = draft.0.get_mut(at).filter(|_| added > 0) {
        title.clone_into(&mut group.title);
    } else if draft.0.len() > 1 {
        draft.remove_group(at);
    }
    added
}

/// Gives each group without a title one by its number, such that no two are called alike.
pub(super) fn entitle(groups: &mut [BoardGroup], called: impl Fn(usize) -> String) {
    for at in 0..groups.len() {
        if !groups[at].title.trim().is_empty() {
            continue;
        }
        let is_free = |title: &String| groups.iter().all(|group| group.title.trim() != *title);
        // One of so many numbers is free: there are no more groups.
        let title = (at + 1..=at + 1 + groups.len()).map(&called).find(is_free);
        groups[at].title = title.unwrap_or_default();
    }
}

/// The lamps that an address asks to put on a new board: `#/boards/+?lamps=1001,1002`.
pub(super) fn asked(hash: &str) -> Vec<Exten> {
    let query = hash.split_once('?').map_or("", |(_, query)| query);
    let lamps = query.split('&').find_map(|part| part.strip_prefix("lamps=")).unwrap_or_default();
    lamps.split(',').map(decode).filter(|exten| !exten.is_empty()).map(Exten::from).collect()
}

/// The numbers of lamps, as people count them: 9 comes before 10.
pub(super) fn by_number(lamps: Vec<Lamp>) -> Vec<Exten> {
    let mut extens: Vec<Exten> = lamps.into_iter().map(|lamp| lamp.exten).collect();
    extens.sort_by(|one, other| (one.as_str().len(), one.as_str()).cmp(&(other.as_str().len(), other.as_str())));
    extens
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::testing::{draft, said};

    fn set(text: &str) -> BTreeSet<Exten> {
        text.split_whitespace().map(Exten::from).collect()
    }

    #[test]
    fn several_go_where_they_are_put_in_their_order() {
        for (which, group, beside, expected) in [
            ("4 1", 1, None, "a: 2 3 | b: 5 1 4"),
            ("4 1", 1, Some(("5", Side::Before)), "a: 2 3 | b: 1 4 5"),
            ("4 1", 1, Some(("4", Side::Before)), "a: 2 3 | b: 1 4 5"),
            ("1 2", 0, Some(("3", Side::Behind)), "a: 3 1 2 | b: 4 5"),
            ("1 2", 0, Some(("1", Side::Before)), "a: 1 2 3 | b: 4 5"),
            ("5", 0, Some(("1", Side::Behind)), "a: 1 5 2 3 | b: 4"),
            ("9", 0, None, "a: 1 2 3 | b: 4 5"),
            ("1", 7, None, "a: 1 2 3 | b: 4 5"),
        ] {
            let mut it = draft("a: 1 2 3 | b: 4 5");
            let exten = beside.map(|(exten, side)| (Exten::from(exten), side));
            move_to(&mut it, &set(which), group, exten.as_ref().map(|(exten, side)| (exten, *side)));
            assert_eq!(said(&it), expected, "{which} {beside:?}");
        }
    }

    #[test]
    fn a_department_becomes_a_group_and_nothing_stands_twice() {
        let extens = |text: &str| text.split_whitespace().map(Exten::from).collect::<Vec<_>>();
        let mut it = draft(":");
        assert_eq!(add_group(&mut it, "Sales", extens("1 2")), 2);
        assert_eq!(add_group(&mut it, "Lab", extens("2 3")), 1);
        assert_eq!(add_group(&mut it, "Again", extens("1 2")), 0);
        assert_eq!(said(&it), "Sales: 1 2 | Lab: 3");
    }

    #[test]
    fn a_group_without_a_title_gets_one_that_is_free() {
        let mut it = draft(": 1 | Group 2: 2 | : 3 | Group 3: 4 | : 5");
        entitle(&mut it.0, |number| format!("Group {number}"));
        assert_eq!(said(&it), "Group 1: 1 | Group 2: 2 | Group 4: 3 | Group 3: 4 | Group 5: 5");
    }

    #[test]
    fn an_address_may_name_lamps() {
        let told = |hash: &str| asked(hash).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(told("#/boards/+?lamps=1001,*76%2C2,,1002&x=y"), "1001 *76,2 1002");
        assert_eq!(told("#/boards/+?x=y&lamps=7"), "7");
        assert_eq!(told("#/boards/+"), "");
    }
}
