//! Tabs: parts of the board that are looked at alone.

use std::cmp::Ordering;

use lampfield_shared::{BoardName, Exten, Lamp, LampState, SiteName};

use crate::i18n::Words;

/// One tab.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Tab {
    /// The reader's favourites.
    Favourites,
    /// Every lamp.
    #[default]
    All,
    /// The lamps of a board that admins made.
    Own(BoardName),
    /// The lamps of one PBX.
    Site(SiteName),
    /// The lamps of one department, wherever they are.
    Group(String),
}

impl Tab {
    /// The word by which it is remembered and found.
    pub fn key(&self) -> String {
        match self {
            Self::Favourites => "favourites".into(),
            Self::All => "all".into(),
            Self::Own(board) => format!("board:{board}"),
            Self::Site(site) => format!("site:{site}"),
            Self::Group(group) => format!("group:{group}"),
        }
    }

    /// The tab of a [`key`](Self::key).
    pub fn parse(key: &str) -> Self {
        match key.split_once(':') {
            Some(("board", board)) => Self::Own(board.into()),
            Some(("site", site)) => Self::Site(site.into()),
            Some(("group", group)) => Self::Group(group.into()),
            _ if key == "favourites" => Self::Favourites,
            _ => Self::All,
        }
    }
}

/// A tab with what stands on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabHead {
    /// Which.
    pub tab: Tab,
    /// The title of a board or a site, or a department's name.
    pub title: Option<String>,
    /// How many lamps it has.
    pub count: usize,
}

impl TabHead {
    /// What stands on it.
    pub fn word(&self, words: &Words) -> String {
        match (&self.tab, &self.title) {
            (Tab::Favourites, _) => words.board().favourites.to_owned(),
            (_, Some(title)) => title.clone(),
            (_, None) => words.board().all.to_owned(),
        }
    }
}

/// In which order the lamps of a department stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// As admins put them; elsewhere than on an own board, by number.
    Own,
    /// By number: short ones first, so that 99 stands before 100.
    #[default]
    Number,
    /// By name, those without one last.
    Name,
    /// What happens first: ringing, then calls, then the others.
    State,
    /// The latest change first.
    Since,
}

impl Order {
    /// All, as they are offered.
    pub const ALL: [Self; 5] = [Self::Own, Self::Number, Self::Name, Self::State, Self::Since];

    /// The word by which it is remembered.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Number => "number",
            Self::Name => "name",
            Self::State => "state",
            Self::Since => "since",
        }
    }

    /// The order of that word.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|order| order.as_str() == word).unwrap_or_default()
    }

    /// Whether places change as the lamps do.
    pub const fn moves(self) -> bool {
        matches!(self, Self::State | Self::Since)
    }

    /// Which of two lamps stands first.
    pub fn compare(self, one: &Lamp, other: &Lamp) -> Ordering {
        let first = match self {
            Self::Own | Self::Number => Ordering::Equal,
            Self::Name => {
                let key = |lamp: &Lamp| (lamp.name.is_none(), lamp.name.as_deref().map(folded));
                key(one).cmp(&key(other))
            }
            Self::State => urgency(one.state).cmp(&urgency(other.state)),
            Self::Since => other.since.cmp(&one.since),
        };
        first.then_with(|| by_number(&one.exten, &other.exten))
    }
}

/// A name as a dictionary sorts it: letters of any size, and `ё` among `е`, where Unicode puts it behind `я`.
fn folded(name: &str) -> String {
    name.to_lowercase().replace('ё', "е")
}

/// Which of two numbers stands first: the shorter where there are only digits, and those before the rest.
pub fn by_number(one: &Exten, other: &Exten) -> Ordering {
    let key = |exten: &Exten| {
        let digits = exten.as_str().bytes().all(|byte| byte.is_ascii_digit());
        (!digits, if digits { exten.as_str().len() } else { 0 })
    };
    (key(one), one).cmp(&(key(other), other))
}

/// What a receptionist must see first.
const fn urgency(state: LampState) -> u8 {
    match state {
        LampState::Ringing => 0,
        LampState::CallRinging => 1,
        LampState::OnHold => 2,
        LampState::OnCall => 3,
        LampState::Busy => 4,
        LampState::Free => 5,
        LampState::Dnd => 6,
        LampState::Offline => 7,
        LampState::NoData => 8,
    }
}

#[cfg(test)]
mod tests {
    use lampfield_shared::Timestamp;

    use super::*;
    use crate::state::testing::lamp;

    #[track_caller]
    fn check(order: Order, expected: &str) {
        let mut lamps = [
            Lamp { since: Timestamp(3), ..lamp("1000 free Anna") },
            Lamp { since: Timestamp(9), ..lamp("99 on_call") },
            Lamp { since: Timestamp(1), ..lamp("*76 ringing boris") },
            Lamp { since: Timestamp(5), ..lamp("100 free Clara") },
        ];
        lamps.sort_by(|one, other| order.compare(one, other));
        let extens: Vec<_> = lamps.iter().map(|lamp| lamp.exten.as_str()).collect();
        assert_eq!(extens.join(" "), expected, "{order:?}");
    }

    #[test]
    fn sorts_by_what_the_reader_wants() {
        check(Order::Number, "99 100 1000 *76");
        check(Order::Name, "1000 *76 100 99");
        check(Order::State, "*76 99 100 1000");
        check(Order::Since, "99 100 1000 *76");
    }

    #[test]
    fn sorts_names_as_a_dictionary_does() {
        let mut names = ["Яковлев", "Ёлкин", "Жуков", "елагин", "Дёмин"].map(|name| lamp(&format!("1 free {name}")));
        names.sort_by(|one, other| Order::Name.compare(one, other));
        let sorted = names.map(|lamp| lamp.name.unwrap_or_default());
        assert_eq!(sorted, ["Дёмин", "елагин", "Ёлкин", "Жуков", "Яковлев"]);
    }

    #[test]
    fn is_remembered_by_its_word() {
        for tab in
            [Tab::Favourites, Tab::All, Tab::Own("site".into()), Tab::Site("a:b".into()), Tab::Group("all".into())]
        {
            assert_eq!(Tab::parse(&tab.key()), tab);
        }
        assert_eq!(Tab::parse("nonsense"), Tab::All);
        assert!(Order::ALL.into_iter().all(|order| Order::parse(order.as_str()) == order));
        assert_eq!(Order::parse(""), Order::Number);
    }
}
