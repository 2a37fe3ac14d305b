//! The draft of an own board in the editor.

use lampfield_shared::{BoardGroup, Exten};

/// A direction for a move by one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Towards the beginning.
    Up,
    /// Towards the end.
    Down,
}

/// The groups of the draft. No extension appears twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft(pub Vec<BoardGroup>);

impl Draft {
    /// An empty draft: one empty group.
    pub fn new() -> Self {
        Self(vec![empty_group()])
    }

    /// All extensions, in order.
    pub fn extens(&self) -> impl Iterator<Item = &Exten> {
        self.0.iter().flat_map(|group| &group.extens)
    }

    /// Appends an extension to a group, unless the draft has it already. Returns whether it was added.
    pub fn add(&mut self, group: usize, exten: Exten) -> bool {
        let is_new = self.place(&exten).is_none();
        if let Some(group) = self.0.get_mut(group).filter(|_| is_new) {
            group.extens.push(exten);
        }
        is_new
    }

    /// Removes an extension.
    pub fn remove(&mut self, exten: &Exten) {
        for group in &mut self.0 {
            group.extens.retain(|known| known != exten);
        }
    }

    /// Moves an extension by one place; at the end of its group it moves into the next group.
    pub fn shift(&mut self, exten: &Exten, way: Way) {
        let Some((group, at)) = self.place(exten) else { return };
        if let Some(next) = step(at, way, self.0[group].extens.len()) {
            self.0[group].extens.swap(at, next);
        } else if let Some(next) = step(group, way, self.0.len()) {
            let exten = self.0[group].extens.remove(at);
            let extens = &mut self.0[next].extens;
            extens.insert(if way == Way::Down { 0 } else { extens.len() }, exten);
        }
    }

    /// Appends an empty group and returns its index.
    pub fn add_group(&mut self) -> usize {
        self.0.push(empty_group());
        self.0.len() - 1
    }

    /// Removes a group with its extensions.
    pub fn remove_group(&mut self, at: usize) {
        if at < self.0.len() {
            self.0.remove(at);
        }
    }

    /// Moves a group by one place and returns its new index.
    pub fn shift_group(&mut self, at: usize, way: Way) -> usize {
        let Some(next) = step(at, way, self.0.len()) else { return at };
        self.0.swap(at, next);
        next
    }

    /// The indices of the group that has an extension, and of the extension in it.
    pub fn place(&self, exten: &Exten) -> Option<(usize, usize)> {
        let mut groups = self.0.iter().enumerate();
        groups.find_map(|(group, it)| Some((group, it.extens.iter().position(|known| known == exten)?)))
    }
}

fn empty_group() -> BoardGroup {
    BoardGroup { title: String::new(), extens: Vec::new() }
}

/// The index before or after `at` in a list of that length.
fn step(at: usize, way: Way, of: usize) -> Option<usize> {
    match way {
        Way::Up => at.checked_sub(1),
        Way::Down => Some(at + 1).filter(|next| *next < of),
    }
}

/// The extensions in a text that consists of numbers only, such as `1001, 1002 *76`.
pub fn numbers(text: &str) -> Option<Vec<Exten>> {
    let words: Vec<&str> = text.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
    let is_number = |word: &&str| word.chars().all(|sign| sign.is_ascii_digit() || "*#+".contains(sign));
    (!words.is_empty() && words.iter().all(is_number)).then(|| words.into_iter().map(Exten::from).collect())
}

/// A name for addresses, made from the title of a board.
pub fn name_of(title: &str) -> String {
    let sign = |sign: char| if sign.is_alphanumeric() { sign } else { '-' };
    let name: String = title.to_lowercase().chars().map(sign).collect();
    name.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use lampfield_shared::BoardName;

    use super::*;
    use crate::state::testing::{draft, said};

    #[test]
    fn an_extension_goes_from_place_to_place_and_from_group_to_group() {
        let mut it = draft("a: 1 2 | b: 3");
        for (exten, way, expected) in [
            ("1", Way::Up, "a: 1 2 | b: 3"),
            ("1", Way::Down, "a: 2 1 | b: 3"),
            ("1", Way::Down, "a: 2 | b: 1 3"),
            ("1", Way::Down, "a: 2 | b: 3 1"),
            ("1", Way::Down, "a: 2 | b: 3 1"),
            ("3", Way::Up, "a: 2 3 | b: 1"),
            ("77", Way::Up, "a: 2 3 | b: 1"),
        ] {
            it.shift(&exten.into(), way);
            assert_eq!(said(&it), expected, "{exten} {way:?}");
        }
    }

    #[test]
    fn nothing_stands_twice() {
        let mut it = draft("a: 1 | b:");
        assert!(!it.add(1, "1".into()));
        assert!(it.add(1, "2".into()));
        assert_eq!((said(&it).as_str(), it.place(&"2".into())), ("a: 1 | b: 2", Some((1, 0))));
        it.remove(&"1".into());
        assert!(it.add(0, "1".into()));
    }

    #[test]
    fn groups_come_and_go_and_move() {
        let mut it = draft("a: 1 | b: 2");
        assert_eq!((it.shift_group(0, Way::Down), it.shift_group(0, Way::Up)), (1, 0));
        assert_eq!((it.add_group(), said(&it).as_str()), (2, "b: 2 | a: 1 | : "));
        it.remove_group(1);
        it.remove_group(7);
        assert_eq!((said(&it).as_str(), it.extens().count()), ("b: 2 | : ", 1));
        assert_eq!(said(&Draft::new()), ": ");
    }

    #[test]
    fn numbers_are_told_from_names() {
        let read =
            |text: &str| numbers(text).map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
        assert_eq!(read(" 1001, 1002;*76 ").as_deref(), Some("1001 1002 *76"));
        for text in ["", " ,", "Anna", "1001 Anna", "2nd floor"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_name_comes_of_a_title() {
        for (title, name) in
            [("Front desk", "front-desk"), ("  Ресепшн & Ко, 2-й этаж!", "ресепшн-ко-2-й-этаж"), ("!", "")]
        {
            assert_eq!(name_of(title), name);
            assert_eq!(BoardName::parse(name).is_ok(), !name.is_empty());
        }
    }
}
