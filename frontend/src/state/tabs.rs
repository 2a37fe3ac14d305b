//! Tabs: parts of the board that are looked at alone.

use std::cmp::Ordering;

use lampfield_shared::{BoardName, Exten, Freshness, Lamp, LampState, SiteName};
use lampfield_words::{Look, Order, Words};

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

/// Which of two lamps stands first.
pub fn by_order(order: Order, one: &Lamp, other: &Lamp) -> Ordering {
    let first = match order {
        Order::Own | Order::Number => Ordering::Equal,
        Order::Name => {
            let key = |lamp: &Lamp| (lamp.name.is_none(), lamp.name.as_deref().map(folded));
            key(one).cmp(&key(other))
        }
        Order::State => urgency(Look::of(one, None)).cmp(&urgency(Look::of(other, None))),
        Order::Since => other.since.cmp(&one.since),
    };
    first.then_with(|| by_number(&one.exten, &other.exten))
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

/// What a receptionist must see first. What nobody knows now is no matter of urgency.
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
        lamps.sort_by(|one, other| by_order(order, one, other));
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
        names.sort_by(|one, other| by_order(Order::Name, one, other));
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
