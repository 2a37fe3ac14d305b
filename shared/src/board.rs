//! Boards: selections of lamps that hang together, in a tab, on a wall or behind a screen's link.
//!
//! ```text
//!  a name ─► Part: all │ an admin's own board │ a site, by name or title │ a department ─► is this lamp on it?
//! ```

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::account::BOARD_ALL;
use crate::{Cause, Exten, Site, SiteName, Timestamp, Why};

crate::text_name! {
    /// Name of an own board in addresses, as in `wall/reception`; in small letters.
    BoardName
}

/// An own board (one that an admin put together): lamps in groups and in an order of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnBoard {
    /// Name in addresses.
    pub name: BoardName,
    /// Title for people.
    pub title: String,
    /// Groups in order. No two have the same title and no extension stands twice; extensions without a lamp are
    /// allowed.
    pub groups: Vec<BoardGroup>,
    /// Time of the last change. Every change of a board has another, so it works as a version for edit conflicts.
    pub changed: Timestamp,
}

/// A group of lamps on a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardGroup {
    /// Heading of the group; may be empty.
    pub title: String,
    /// Extensions in order.
    pub extens: Vec<Exten>,
}

/// `PUT /api/v1/boards/{name}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutBoard {
    /// Title: one line of up to [`TITLE_CHARS`].
    pub title: String,
    /// At most [`MOST_GROUPS`] groups, with at most [`MOST_EXTENS`] extensions in all.
    pub groups: Vec<BoardGroup>,
    /// The `changed` of the board that was edited; `None` for a new board.
    #[serde(default)]
    pub changed: Option<Timestamp>,
}

/// The most own boards. Every page holds all of them, so they must stay small: these come to some 200 kB.
pub const MOST_BOARDS: usize = 50;
/// The most groups of a board.
pub const MOST_GROUPS: usize = 50;
/// The most extensions of a board, in all its groups.
pub const MOST_EXTENS: usize = 500;
/// The longest title of a board or a group.
pub const TITLE_CHARS: usize = 100;
/// The longest name of a board.
pub const NAME_CHARS: usize = 64;

/// Why a board cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BoardFlaw {
    /// The name does not fit into an address.
    #[error("the name of a board has 1 to {NAME_CHARS} letters, digits and `-` or `_`")]
    Name,
    /// A title is empty or too long.
    #[error("a board and each of its groups has a title, of one line and at most {TITLE_CHARS} characters")]
    Title,
    /// Two groups have the same title, so nobody could tell them apart.
    #[error("two groups are called `{0}`")]
    SameTitle(String),
    /// There are more than [`MOST_GROUPS`] groups.
    #[error("a board has at most {MOST_GROUPS} groups")]
    Groups,
    /// There are more than [`MOST_EXTENS`] extensions.
    #[error("a board has at most {MOST_EXTENS} extensions")]
    Extens,
    /// The text is no extension: nobody could dial it.
    #[error("`{0}` is no extension")]
    NoExten(Exten),
    /// The extension stands twice on the board.
    #[error("`{0}` appears twice")]
    Twice(Exten),
}

impl BoardFlaw {
    /// The cause of the flaw, for the page to translate.
    pub fn why(&self) -> Why {
        match self {
            Self::Name => Why::of(Cause::BoardName, &[&NAME_CHARS]),
            Self::Title => Why::of(Cause::BoardTitle, &[&TITLE_CHARS]),
            Self::SameTitle(title) => Why::of(Cause::BoardGroupTwice, &[title]),
            Self::Groups | Self::Extens => Why::of(Cause::Full, &[]),
            Self::NoExten(exten) => Why::of(Cause::NoExten, &[exten]),
            Self::Twice(exten) => Why::of(Cause::Twice, &[exten]),
        }
    }
}

impl BoardName {
    /// Reads a board's name; capital letters make no difference.
    ///
    /// # Errors
    /// [`BoardFlaw::Name`]
    pub fn parse(text: &str) -> Result<Self, BoardFlaw> {
        let name = text.trim().to_lowercase();
        let fits = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '_');
        let is_name = (1..=NAME_CHARS).contains(&name.chars().count()) && name.chars().all(fits);
        is_name.then(|| name.into()).ok_or(BoardFlaw::Name)
    }
}

impl PutBoard {
    /// Checks the board and strips the blanks around its titles.
    ///
    /// # Errors
    /// The first flaw that was found.
    pub fn checked(mut self) -> Result<Self, BoardFlaw> {
        self.title = title(&self.title)?;
        let (mut seen, mut titles) = (BTreeSet::new(), BTreeSet::new());
        for group in &mut self.groups {
            group.title = title(&group.title)?;
            if !titles.insert(&group.title) {
                return Err(BoardFlaw::SameTitle(group.title.clone()));
            }
            for exten in &group.extens {
                if !exten.can_be_dialled() {
                    return Err(BoardFlaw::NoExten(exten.clone()));
                }
                if !seen.insert(exten) {
                    return Err(BoardFlaw::Twice(exten.clone()));
                }
            }
        }
        if seen.len() > MOST_EXTENS {
            return Err(BoardFlaw::Extens);
        }
        if self.groups.len() > MOST_GROUPS {
            return Err(BoardFlaw::Groups);
        }
        Ok(self)
    }
}

fn title(text: &str) -> Result<String, BoardFlaw> {
    let text = text.trim();
    let fits = (1..=TITLE_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned()).ok_or(BoardFlaw::Title)
}

impl OwnBoard {
    /// Finds the board of this name; capital letters make no difference.
    pub fn find<'a>(boards: &'a [Self], name: &str) -> Option<&'a Self> {
        let name = name.to_lowercase();
        boards.iter().find(|board| board.name.as_str() == name)
    }

    /// The extensions of all groups, group by group.
    pub fn extens(&self) -> impl Iterator<Item = &Exten> {
        self.groups.iter().flat_map(|group| &group.extens)
    }
}

/// The selection of lamps that a board's name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Every lamp: [`BOARD_ALL`].
    All,
    /// The list of an own board. A site or a department that gets the same name later does not replace it.
    Own(BTreeSet<Exten>),
    /// The lamps of a site (by its name or title) or of a department.
    Named {
        /// The name, in small letters.
        word: String,
        /// The sites of that title.
        sites: Vec<SiteName>,
    },
}

impl Part {
    /// Finds the selection for a name; capital letters make no difference.
    pub fn of(name: &str, boards: &[OwnBoard], sites: &[Site]) -> Self {
        if name == BOARD_ALL {
            return Self::All;
        }
        if let Some(own) = OwnBoard::find(boards, name) {
            let mut extens = BTreeSet::new();
            extens.extend(own.extens().cloned());
            return Self::Own(extens);
        }
        let word = name.to_lowercase();
        let titled = sites.iter().filter(|site| site.title.to_lowercase() == word);
        Self::Named { sites: titled.map(|site| site.name.clone()).collect(), word }
    }

    /// Whether a lamp with this extension, site and department belongs to the selection.
    pub fn shows(&self, exten: &Exten, site: Option<&SiteName>, group: Option<&str>) -> bool {
        match self {
            Self::All => true,
            Self::Own(extens) => extens.contains(exten),
            Self::Named { word, .. } => {
                site.is_some_and(|site| self.is_site(site)) || group.is_some_and(|group| group.to_lowercase() == *word)
            }
        }
    }

    /// Whether the selection holds all lamps of this site because the site is what it names.
    pub fn is_site(&self, site: &SiteName) -> bool {
        match self {
            Self::All | Self::Own(_) => false,
            Self::Named { word, sites } => site.as_str().to_lowercase() == *word || sites.contains(site),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Freshness;

    fn perm() -> Site {
        let (name, title) = ("perm".into(), "Пермь".into());
        Site { name, title, freshness: Freshness::Live, since: Timestamp(0), heard: None, stops_calls: false }
    }

    /// Reads `Desk: 1 2 | Door: 9`.
    fn groups(text: &str) -> Vec<BoardGroup> {
        let group = |text: &str| {
            let (title, extens) = text.split_once(':').unwrap_or((text, ""));
            BoardGroup { title: title.into(), extens: extens.split_whitespace().map(Exten::from).collect() }
        };
        text.split('|').map(group).collect()
    }

    fn own(name: &str, text: &str) -> OwnBoard {
        OwnBoard { name: name.into(), title: name.to_uppercase(), groups: groups(text), changed: Timestamp(7) }
    }

    #[test]
    fn a_board_is_all_or_an_own_one_or_a_site_by_name_or_title_or_a_department() {
        let boards = [own("front", "Desk: 1 9 | Door: 5")];
        let shown = |board: &str, exten: &str, site: Option<&str>, group: Option<&str>| {
            Part::of(board, &boards, &[perm()]).shows(&exten.into(), site.map(SiteName::from).as_ref(), group)
        };
        for board in ["all", "front", "Front", "perm", "PERM", "пермь", "Sales", "sales"] {
            assert!(shown(board, "1", Some("perm"), Some("Sales")), "{board}");
        }
        assert!(!shown("kazan", "1", Some("perm"), Some("Sales")));
        assert!(!shown("Sales", "1", Some("perm"), None));
        assert!(!shown("perm", "1", None, None));
        assert!(shown("all", "1", None, None));
        assert!(shown("front", "5", None, None));
        assert!(!shown("front", "2", Some("perm"), Some("front")), "its own list alone counts");
    }

    #[test]
    fn reads_what_it_writes() {
        let board = own("front", "Desk: 1 *76 | Door:");
        let text = serde_json::to_string(&board).unwrap();
        assert_eq!(
            text,
            r#"{"name":"front","title":"FRONT","groups":[{"title":"Desk","extens":["1","*76"]},{"title":" Door","extens":[]}],"changed":7}"#
        );
        assert_eq!(serde_json::from_str::<OwnBoard>(&text).unwrap(), board);
        let put: PutBoard = serde_json::from_str(r#"{"title": "Front", "groups": []}"#).unwrap();
        assert_eq!(put, PutBoard { title: "Front".into(), groups: Vec::new(), changed: None });
        assert!(serde_json::from_str::<PutBoard>(r#"{"title": "", "groups": [], "lamps": []}"#).is_err());
    }

    #[test]
    fn a_name_stands_in_addresses() {
        for (text, name) in [(" Front-2 ", "front-2"), ("Ресепшн", "ресепшн"), ("a_b", "a_b")] {
            assert_eq!(BoardName::parse(text), Ok(name.into()));
        }
        for text in ["", " ", "a b", "a/b", "a.b", &"x".repeat(65)] {
            assert_eq!(BoardName::parse(text), Err(BoardFlaw::Name), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_board() {
        let check = |title: &str, groups| PutBoard { title: title.into(), groups, changed: None }.checked();
        let good = check(" Front ", groups(" Desk : 1 2| Door")).unwrap();
        assert_eq!((good.title.as_str(), good.groups[1].title.as_str()), ("Front", "Door"));
        assert_eq!(good.groups[0].title, "Desk");
        let many = |count: usize| {
            vec![BoardGroup { title: "x".into(), extens: (0..count).map(|number| number.to_string().into()).collect() }]
        };
        assert!(check("x", many(MOST_EXTENS)).is_ok());
        let long = "x".repeat(TITLE_CHARS + 1);
        let named = |number: usize| BoardGroup { title: number.to_string(), extens: Vec::new() };
        let many_groups: Vec<BoardGroup> = (0..=MOST_GROUPS).map(named).collect();
        for (title, groups, flaw) in [
            ("", Vec::new(), BoardFlaw::Title),
            ("a\nb", Vec::new(), BoardFlaw::Title),
            (&long, Vec::new(), BoardFlaw::Title),
            ("x", groups(":1"), BoardFlaw::Title),
            ("x", groups("a: 1 2 | b: 1"), BoardFlaw::Twice("1".into())),
            ("x", vec![BoardGroup { title: "a".into(), extens: vec!["1 2".into()] }], BoardFlaw::NoExten("1 2".into())),
            ("x", many(MOST_EXTENS + 1), BoardFlaw::Extens),
            ("x", groups("a: 1 | a : 2"), BoardFlaw::SameTitle("a".into())),
            ("x", many_groups, BoardFlaw::Groups),
        ] {
            assert_eq!(check(title, groups), Err(flaw));
        }
    }
}
