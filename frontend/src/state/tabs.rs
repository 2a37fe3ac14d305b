//! Tabs, each a part of the board; and the orders in which lamps are sorted.

use std::cmp::Ordering;

use lampfield_shared::{BoardName, Exten, Freshness, Lamp, LampState, SiteName};
use lampfield_words::{Look, Order, Words};

use crate::search::folded;

/// A tab.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Tab {
    /// The reader's favourites.
    Favourites,
    /// All lamps.
    #[default]
    All,
    /// The lamps of an own board.
    Own(BoardName),
    /// The lamps of one site.
    Site(SiteName),
    /// The lamps of one department, on all sites.
    Group(String),
}

impl Tab {
    /// Whether somebody has put the lamps of the tab in order: an admin those of an own board, the reader the favourites.
    pub const fn has_own_order(&self) -> bool {
        matches!(self, Self::Own(_) | Self::Favourites)
    }

    /// The text by which the browser remembers the tab.
    pub fn key(&self) -> String {
        match self {
            Self::Favourites => "favourites".into(),
            Self::All => "all".into(),
            Self::Own(board) => format!("board:{board}"),
            Self::Site(site) => format!("site:{site}"),
            Self::Group(group) => format!("group:{group}"),
        }
    }

    /// Reads a [`key`](Self::key).
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

/// A tab as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabHead {
    /// The tab.
    pub tab: Tab,
    /// The title of the own board or site, or the name of the department.
    pub title: Option<String>,
    /// How many lamps the tab has.
    pub count: usize,
}

impl TabHead {
    /// The label of the tab.
    pub fn word(&self, words: &Words) -> String {
        match (&self.tab, &self.title) {
            (Tab::Favourites, _) => words.board().favourites.to_owned(),
            (_, Some(title)) => title.clone(),
            (_, None) => words.board().all.to_owned(),
        }
    }
}

/// What a lamp is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SortKey {
    /// Urgency or time of the last change: the urgent and the latest first; 0 in other orders
    first: u64,
    /// Name; lamps without one come last
    name: (bool, String),
    number: (bool, usize, Exten),
}

impl SortKey {
    /// The key of a lamp in a sort order.
    pub fn of(order: Order, lamp: &Lamp) -> Self {
        let (first, has_name) = match order {
            Order::Own | Order::Name => (0, true),
            Order::Number => (0, false),
            Order::State => (urgency(Look::of(lamp, None)).into(), true),
            Order::Since => (u64::MAX - lamp.since.0, true),
        };
        let name = lamp.name.as_deref().filter(|_| has_name);
        let (is_other, length, exten) = number_key(&lamp.exten);
        let name = (name.is_none(), name.map(folded).unwrap_or_default());
        Self { first, name, number: (is_other, length, exten.clone()) }
    }
}

/// Numbers come first, shorter ones before longer ones, then extensions with other signs.
fn number_key(exten: &Exten) -> (bool, usize, &Exten) {
    let digits = exten.as_str().bytes().all(|byte| byte.is_ascii_digit());
    (!digits, if digits { exten.as_str().len() } else { 0 }, exten)
}

/// Compares two extensions: numbers first, shorter ones before longer ones, then those with other signs.
pub fn by_number(one: &Exten, other: &Exten) -> Ordering {
    number_key(one).cmp(&number_key(other))
}

/// The rank of a state for a receptionist, most urgent first. A state that is only last known is not urgent.
const fn urgency(look: Look) -> u8 {
    match look.state {
        _ if matches!(look.freshness, Freshness::LastKnown) => 8,
        LampState::Ringing => 0,
        LampState::CallRinging => 1,
        LampState::OnHold => 2,
        LampState::OnCall => 3,
        LampState::Busy => 4,
        LampState::Free => 5,
        LampState::Dnd => 6,
        LampState::Offline => 7,
        LampState::NoData => 9,
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
        lamps.sort_by_cached_key(|lamp| SortKey::of(order, lamp));
        let extens: Vec<_> = lamps.iter().map(|lamp| lamp.exten.as_str()).collect();
        assert_eq!(extens.join(" "), expected, "{order:?}");
    }

    #[test]
    fn sorts_by_what_the_reader_wants() {
        check(Order::Number, "99 100 1000 *76");
        check(Order::Name, "1000 *76 100 99");
        check(Order::State, "*76 99 1000 100");
        check(Order::Since, "99 100 1000 *76");
    }

    #[test]
    fn sorts_names_as_a_dictionary_does() {
        let mut names = ["Яковлев", "Ёлкин", "Жуков", "елагин", "Дёмин"].map(|name| lamp(&format!("1 free {name}")));
        names.sort_by_cached_key(|lamp| SortKey::of(Order::Name, lamp));
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
    }
}
