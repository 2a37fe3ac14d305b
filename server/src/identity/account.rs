//! Accounts: their names, what a login is checked against, and why one is not made or changed.

use std::fmt;
use std::str::FromStr;

use lampfield_shared::account::OwnDnd;
use lampfield_shared::{Exten, Role};
use serde::{Deserialize, Serialize};

/// Login name of an account, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountName(String);

/// A text that cannot be the name of an account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an account's name has 1 to 64 letters, digits and `.`, `-`, `_`, `@`")]
pub struct AccountNameError;

impl FromStr for AccountName {
    type Err = AccountNameError;

    fn from_str(text: &str) -> Result<Self, AccountNameError> {
        let name = text.trim().to_lowercase();
        let fits = (1..=64).contains(&name.chars().count());
        let plain = name.chars().all(|sign| sign.is_alphanumeric() || ".-_@".contains(sign));
        if fits && plain { Ok(Self(name)) } else { Err(AccountNameError) }
    }
}

impl TryFrom<String> for AccountName {
    type Error = AccountNameError;

    fn try_from(text: String) -> Result<Self, AccountNameError> {
        text.parse()
    }
}

impl From<AccountName> for String {
    fn from(name: AccountName) -> Self {
        name.0
    }
}

impl AccountName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why an account is not made, changed or removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountRefusal {
    /// No account has this name.
    #[error("there is no account `{0}`")]
    Unknown(AccountName),
    /// An account of this name is there already.
    #[error("an account `{0}` exists already")]
    Exists(AccountName),
    /// Without its last admin nobody could give anybody an account any more.
    #[error("`{0}` is the last admin: create another one first")]
    LastAdmin(AccountName),
}

/// What a login is checked against.
#[derive(Clone)]
pub struct Credentials {
    /// Number of the account.
    pub id: i64,
    /// Hash of the password, in PHC's form.
    pub hash: String,
    /// Whether the account was logged in from this address before: then others who guess do not slow it down.
    pub known_here: bool,
}

/// What is to change of who holds an account; `None` leaves a field as it is, an empty text takes it away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolderChange {
    /// Another name by which people know the holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Another own extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exten: Option<Exten>,
    /// Another right to set "do not disturb" on the own extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_dnd: Option<OwnDnd>,
}

/// What is to change of an account; `None` leaves a field as it is.
#[derive(Clone, Default)]
pub struct AccountChange {
    /// Another holder.
    pub holder: HolderChange,
    /// Another role.
    pub role: Option<Role>,
    /// Hash of a new one-time password.
    pub one_time_hash: Option<String>,
}
