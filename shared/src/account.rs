//! Who may do what: accounts, screens, sessions, and the record of what was done.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use crate::own_dnd::OwnDnd;
use crate::{Exten, Fact, Role, Timestamp};

/// The logged-in account or the screen that asks, with its own settings: `GET /api/v1/me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Name of the account or the screen; `None` for a visitor who is not logged in, where the board is open to such.
    pub name: Option<String>,
    /// Name by which people know the account's holder.
    pub display_name: Option<String>,
    /// Role of the account or the screen.
    pub role: Role,
    /// The account's own extension, which an admin gave it.
    pub exten: Option<Exten>,
    /// Which "do not disturb" the account may set on its own extension.
    pub own_dnd: OwnDnd,
    /// Whether the password was given by someone else: nothing but changing it is possible then.
    pub must_change_password: bool,
    /// The one board that a screen shows; `None` for readers who may see all boards.
    pub board: Option<String>,
    /// Extensions that the account marked as favourites, in the account's own order.
    pub favourites: Vec<Exten>,
    /// Notes of the account about extensions; nobody else sees them.
    pub notes: BTreeMap<Exten, String>,
    /// How the account wants the page to be: values by names that the page gives them.
    pub choices: BTreeMap<String, String>,
}

/// `PUT /api/v1/me/favourites`: the order of the account's favourites. A favourite that is not named comes after those
/// that are, and what is no favourite becomes none by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArrangeFavourites {
    /// Extensions, the first favourite first.
    pub extens: Vec<Exten>,
}

/// `PATCH /api/v1/me/choices`: how the account wants the page to be, on whatever machine it logs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeChoices {
    /// New values by name; `null` takes a choice back. A choice that is not named stays.
    pub choices: BTreeMap<String, Option<String>>,
}

/// The most choices of an account.
pub const MOST_CHOICES: usize = 50;

/// The longest name of a choice, in bytes: lower-case letters, digits and `-`.
pub const CHOICE_NAME_MAX_BYTES: usize = 32;

/// The longest value of a choice, in bytes: the watched lamps are one.
pub const CHOICE_MAX_BYTES: usize = 8_000;

/// `POST /api/v1/session`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Name of the account.
    pub name: String,
    /// Password of the account.
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

/// `PUT /api/v1/me/notes/{exten}`: a note of the account about an extension. An empty text removes the note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// At most [`NOTE_MAX_CHARS`].
    pub text: String,
}

/// The longest note.
pub const NOTE_MAX_CHARS: usize = 1000;

/// A person who may log in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Login name; capital letters make no difference.
    pub name: String,
    /// Name by which people know the account's holder, in any script.
    pub display_name: Option<String>,
    /// Role of the account; never [`Role::Screen`].
    pub role: Role,
    /// The account's own extension.
    pub exten: Option<Exten>,
    /// Which "do not disturb" the account may set on its own extension.
    pub own_dnd: OwnDnd,
    /// Whether the one-time password is still to be replaced.
    pub must_change_password: bool,
    /// Time of creation.
    pub created: Timestamp,
    /// Time of the last login.
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
    /// As in [`ChangeAccount`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// As in [`ChangeAccount`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exten: Option<Exten>,
}

/// The longest display name, in characters.
pub const DISPLAY_NAME_MAX_CHARS: usize = 100;

/// `PATCH /api/v1/accounts/{name}`: a field that is absent stays unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChangeAccount {
    /// New role.
    pub role: Option<Role>,
    /// Whether a new one-time password is to be made.
    pub reset_password: bool,
    /// New display name, of at most [`DISPLAY_NAME_MAX_CHARS`]; an empty text takes the name away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// New own extension; an empty text takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exten: Option<Exten>,
    /// New right to set "do not disturb" on the own extension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_dnd: Option<OwnDnd>,
}

/// A new or changed account, with the one-time password to hand on where there is a new one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedAccount {
    /// The account; its fields stand beside the password in JSON.
    #[serde(flatten)]
    pub account: Account,
    /// One-time password, to be replaced at the first login. Only this answer ever tells it.
    pub one_time_password: Option<String>,
}

/// A login that is still valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Number by which a request ends the session.
    pub id: i64,
    /// Name of the account or the screen that is logged in.
    pub name: String,
    /// Role of the session.
    pub role: Role,
    /// Time of the login.
    pub created: Timestamp,
    /// Time of the last request, to the minute.
    pub last_seen: Timestamp,
    /// Address of the login.
    pub address: String,
    /// `User-Agent` of the browser.
    pub browser: String,
    /// Whether the session is the one that asks.
    pub current: bool,
}

/// A link by which a wall display gets in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenLink {
    /// Number by which a request revokes the link.
    pub id: i64,
    /// Place where the display hangs.
    pub name: String,
    /// The one board that the display shows.
    pub board: String,
    /// Time of creation.
    pub created: Timestamp,
    /// Name of the admin who made the link.
    pub created_by: String,
    /// Time when a display that came by this link was last seen, to the minute.
    pub last_seen: Option<Timestamp>,
}

/// `POST /api/v1/screens`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewScreen {
    /// Place where the display hangs: 1 to 64 characters.
    pub name: String,
    /// The board to show; [`BOARD_ALL`] where the request names none.
    #[serde(default = "board_all")]
    pub board: String,
}

/// The board with every lamp.
pub const BOARD_ALL: &str = "all";

fn board_all() -> String {
    BOARD_ALL.into()
}

/// A new screen, with the address for its browser.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedScreen {
    /// The screen; its fields stand beside the path in JSON.
    #[serde(flatten)]
    pub screen: ScreenLink,
    /// Path of the link, relative to the page: `screen/…`. Anyone who has it gets in; only this answer ever tells it.
    pub path: String,
}

/// One entry of the record (audit log): something that was done, or tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Number of the entry; numbers only grow.
    pub id: i64,
    /// Time of the deed.
    pub time: Timestamp,
    /// Who did it: an account, one who has [none](NoAccount), a PBX, or a program such as `lampfield set-password`.
    pub who: String,
    /// Address of the request; `None` for the server itself and its command line.
    pub address: Option<String>,
    /// What was done: `login`, `account.create`, `dnd.set`, …
    pub action: String,
    /// What it was done to: an account, an extension, an [unknown name](NoAccount::UnknownName).
    pub target: String,
    /// Outcome: `ok`, or the reason of the failure.
    pub result: String,
    /// Details of the deed.
    pub facts: Vec<Fact>,
}

/// Someone whom the record names and who has no account; each language has its own words for these. No account can be
/// called so: account names have no spaces and no brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAccount<'a> {
    /// A visitor who is not logged in.
    Guest,
    /// A wall display, with the place where it hangs.
    Screen(&'a str),
    /// The timer that ends a "do not disturb" at its time.
    Timer,
    /// A name that no account has. The name itself is not recorded, for it may be a password.
    UnknownName,
}

const GUEST: &str = "(not logged in)";
const SCREEN: &str = "screen ";
const TIMER: &str = "(timer)";
const UNKNOWN_NAME: &str = "(unknown name)";

impl<'a> NoAccount<'a> {
    /// Reads the name of an entry; `None`: an account, a PBX or a program, which goes by its own name.
    pub fn read(written: &'a str) -> Option<Self> {
        match written {
            GUEST => Some(Self::Guest),
            TIMER => Some(Self::Timer),
            UNKNOWN_NAME => Some(Self::UnknownName),
            other => other.strip_prefix(SCREEN).map(Self::Screen),
        }
    }
}

/// Writes the name as the record keeps it.
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

/// A page of the record, the newest entries first: `GET /api/v1/audit?before=&limit=`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// Entries, at most as many as were asked for.
    pub entries: Vec<AuditEntry>,
    /// The `before` of the next page; `None` on the last page.
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
