//! Who may do what: accounts, screens, sessions, and the record of what was done.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Exten, Fact, Role, Timestamp};

/// Who is asking, and what is theirs: `GET /api/v1/me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The account or the screen; `None` for whoever is not logged in where the board is open.
    pub name: Option<String>,
    /// What they may.
    pub role: Role,
    /// The password was given by someone else: nothing else is possible before it is changed.
    pub must_change_password: bool,
    /// The one board that a screen shows; `None` where all may be seen.
    pub board: Option<String>,
    /// Extensions that stand first, in the order in which they were marked.
    pub favourites: Vec<Exten>,
    /// What was noted of extensions; nobody else sees it.
    pub notes: BTreeMap<Exten, String>,
}

/// `POST /api/v1/session`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The account.
    pub name: String,
    /// Its password.
    pub password: String,
}

/// `PUT /api/v1/me/password`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password until now.
    pub old: String,
    /// The password from now on, of at least [`PASSWORD_MIN_CHARS`].
    pub new: String,
}

/// The shortest password. Length is all that is asked for: rules about digits and signs make
/// passwords worse (NIST SP 800-63B §3.1.1.2).
pub const PASSWORD_MIN_CHARS: usize = 10;

/// `PUT /api/v1/me/notes/{exten}`: what is noted of an extension. An empty text removes the note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// At most [`NOTE_MAX_CHARS`].
    pub text: String,
}

/// The longest note.
pub const NOTE_MAX_CHARS: usize = 1000;

/// Someone who may log in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What they log in with; capital letters make no difference.
    pub name: String,
    /// What they may; never [`Role::Screen`].
    pub role: Role,
    /// They have not yet replaced the password that they were given.
    pub must_change_password: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When they last logged in.
    pub last_login: Option<Timestamp>,
}

/// `POST /api/v1/accounts`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// 1 to 64 letters, digits and `.`, `-`, `_`, `@`.
    pub name: String,
    /// Anything but [`Role::Screen`].
    pub role: Role,
}

/// `PATCH /api/v1/accounts/{name}`: what is not there stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChangeAccount {
    /// Another role.
    pub role: Option<Role>,
    /// Gives a new one-time password.
    pub reset_password: bool,
}

/// An account as made or changed, with the password to hand on where there is a new one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedAccount {
    /// The account; its fields stand beside the password in JSON.
    #[serde(flatten)]
    pub account: Account,
    /// Good until they replace it, which they must at their first login. Told only this once.
    pub one_time_password: Option<String>,
}

/// One login that still holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Names it for who wants to end it.
    pub id: i64,
    /// Whose it is: an account or a screen.
    pub name: String,
    /// What it lets them do.
    pub role: Role,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen: Timestamp,
    /// From where it was begun.
    pub address: String,
    /// What the browser called itself.
    pub browser: String,
    /// It is the one that asks.
    pub current: bool,
}

/// A wall display's way in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenLink {
    /// Names it for who wants to revoke it.
    pub id: i64,
    /// Where it hangs.
    pub name: String,
    /// The one board that it shows.
    pub board: String,
    /// When it was made.
    pub created: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When a display that came by it was last seen, to the minute.
    pub last_seen: Option<Timestamp>,
}

/// `POST /api/v1/screens`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewScreen {
    /// Where it hangs: 1 to 64 characters.
    pub name: String,
    /// The board that it shows; [`BOARD_ALL`] where it is not told.
    #[serde(default = "board_all")]
    pub board: String,
}

/// The board with every lamp.
pub const BOARD_ALL: &str = "all";

fn board_all() -> String {
    BOARD_ALL.into()
}

/// A screen as made, with the address for its browser.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedScreen {
    /// The screen; its fields stand beside the path in JSON.
    #[serde(flatten)]
    pub screen: ScreenLink,
    /// Relative to the page: `screen/…`. Whoever has it gets in; told only this once.
    pub path: String,
}

/// One thing that was done, or tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number; it only grows.
    pub id: i64,
    /// When.
    pub time: Timestamp,
    /// Who: an account, one who has [none](NoAccount), a PBX, or a program such as `lampfield set-password`.
    pub who: String,
    /// The address they came from; none for the server itself and its command line.
    pub address: Option<String>,
    /// What: `login`, `account.create`, `dnd.set`, …
    pub action: String,
    /// To whom or what: an account, an extension, an [unknown name](NoAccount::UnknownName).
    pub target: String,
    /// How it ended: `ok`, or why not.
    pub result: String,
    /// What else is worth knowing.
    pub facts: Vec<Fact>,
}

/// Whom the record of what was done names, where that is no account; for each language to say in its own words. No
/// account is called so: there are no spaces and no brackets in its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAccount<'a> {
    /// Whoever is not logged in.
    Guest,
    /// A wall display, by where it hangs.
    Screen(&'a str),
    /// The end of a "do not disturb" that was set until a time.
    Timer,
    /// A name that nobody has; it is not written down, for it may be a password.
    UnknownName,
}

const GUEST: &str = "(not logged in)";
const SCREEN: &str = "screen ";
const TIMER: &str = "(timer)";
const UNKNOWN_NAME: &str = "(unknown name)";

impl<'a> NoAccount<'a> {
    /// Whom an entry of the record names; `None`: an account, a PBX or a program, whose name says it.
    pub fn read(written: &'a str) -> Option<Self> {
        match written {
            GUEST => Some(Self::Guest),
            TIMER => Some(Self::Timer),
            UNKNOWN_NAME => Some(Self::UnknownName),
            other => other.strip_prefix(SCREEN).map(Self::Screen),
        }
    }
}

/// As the record has it.
impl fmt::Display for NoAccount<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guest => f.write_str(GUEST),
            Self::Screen(name) => write!(f, "{SCREEN}{name}"),
            Self::Timer => f.write_str(TIMER),
            Self::UnknownName => f.write_str(UNKNOWN_NAME),
        }
    }
}

/// One page of the record, the newest first: `GET /api/v1/audit?before=&limit=`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// At most as many as were asked for.
    pub entries: Vec<AuditEntry>,
    /// What to give as `before` for the next page; none on the last one.
    pub before: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_no_account_is_read_as_written() {
        for nobody in [NoAccount::Guest, NoAccount::Screen("Lobby, 2nd"), NoAccount::Timer, NoAccount::UnknownName] {
            assert_eq!(NoAccount::read(&nobody.to_string()), Some(nobody));
        }
        for somebody in ["anna", "screen", "timer", "lampfield set-password"] {
            assert_eq!(NoAccount::read(somebody), None);
        }
    }

    #[test]
    fn what_is_not_known_in_a_request_is_refused() {
        let wrong = serde_json::from_str::<ChangeAccount>(r#"{"rol": "admin"}"#);
        assert!(wrong.is_err_and(|error| error.to_string().contains("unknown field `rol`")));
        let screen: NewScreen = serde_json::from_str(r#"{"name": "lobby"}"#).unwrap();
        assert_eq!(screen.board, BOARD_ALL);
    }
}
