//! Why the server refuses a request: causes that the page says in its reader's language.

use serde::{Deserialize, Serialize};

/// A cause with its arguments. In a problem (RFC 9457 §3.2) it stands beside `detail`, the English words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The cause.
    pub cause: Cause,
    /// Arguments of the cause, in the order that [`Cause`] gives for each.
    pub about: Vec<String>,
}

/// Causes of refusal that a person at the page can meet. "Args" are the values of [`Why::about`], in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Wrong name or password.
    WrongPassword,
    /// The one-time password must be replaced first.
    PasswordDue,
    /// The password is too short. Args: how many characters it needs.
    PasswordShort,
    /// The password is too long (a whole book).
    PasswordLong,
    /// The password is the account's name.
    PasswordIsName,
    /// The new password is the old one.
    PasswordIsOld,
    /// There is no such account. Args: its name.
    NoAccount,
    /// The account exists already. Args: its name.
    AccountExists,
    /// The last admin cannot be removed or lose the role. Args: the name.
    LastAdmin,
    /// The text cannot be the name of an account.
    AccountName,
    /// There is no such lamp. Args: the extension.
    NoLamp,
    /// The text is no extension that could be dialled. Args: the text.
    NoExten,
    /// An extension stands twice in a list. Args: the extension.
    Twice,
    /// A name or a department is too long. Args: how many characters fit.
    LongName,
    /// There is no such PBX. Args: its name.
    NoSite,
    /// Two columns of a file hold the same field. Args: the field, and the title of the second column.
    TwoColumns,
    /// No column of a file holds extensions.
    NoExtenColumn,
    /// A line of a file has cells, but no extension.
    NoNumber,
    /// A spreadsheet has rounded a number. Args: the number as the file has it.
    Rounded,
    /// A cell holds a formula, or the error of one.
    Formula,
    /// A name shows the marks of a wrong encoding.
    BrokenLetters,
    /// A line has more cells than the file has columns. Args: how many it has; how many columns there are.
    MoreCells,
    /// A quote of a CSV file is not closed.
    OpenQuote,
    /// A file has too many lines. Args: how many it may have.
    TooManyLines,
    /// The file is no text but a workbook or an archive.
    NoText,
    /// There is no such encoding. Args: its name.
    NoEncoding,
    /// The department is empty. Args: its name.
    NoGroup,
    /// Publishing to the peer is paused. Args: the peer.
    Paused,
    /// The account has the most notes or favourites already.
    Full,
    /// There is no such board. Args: its name.
    NoBoard,
    /// The board exists already. Args: its name.
    BoardExists,
    /// Edit conflict: somebody else has changed the board meanwhile. Args: who, and the board.
    BoardOutdated,
    /// The board cannot be removed while wall displays show it. Args: its name, and the screens.
    BoardHangs,
    /// The text cannot be a board's name. Args: how many characters fit.
    BoardName,
    /// A PBX or a department has this name already. Args: the name.
    BoardTaken,
    /// A title is missing or too long. Args: how many characters fit.
    BoardTitle,
    /// Two groups of a board have the same title. Args: the title.
    BoardGroupTwice,
    /// No lamp would show the "do not disturb". Args: the extension.
    DndNotShown,
    /// No PBX is known to have the extension's phone. Args: the extension.
    DndHomeUnknown,
    /// lampfield has no AMI login at the PBX. Args: the extension, and the PBX.
    DndNoLink,
    /// The PBX is not heard at present. Args: the extension, and the PBX.
    DndHomeSilent,
    /// The PBX took the order and did not publish it. Args: the extension, and the PBX.
    DndUnconfirmed,
    /// The PBX did not take the order. Args: the extension, and the PBX.
    DndNotTaken,
    /// The account has no extension of its own, or may not set "do not disturb" there.
    NoOwnDnd,
    /// The account may light the lamp of its extension, and not block calls.
    LampOnly,
    /// The chosen end is in the past.
    DndPast,
    /// The chosen end is too far away.
    DndTooFar,
    /// The reason is too long.
    DndLongReason,
    /// Earlier orders took too long, so this one was not begun. Args: the extension.
    DndNotBegun,
    /// The outcome is not known yet. Args: the extension.
    DndUnderWay,
    /// The server is overloaded.
    Busy,
    /// The database cannot keep the change.
    NotKept,
    /// The server failed by its own fault.
    Mistake,
    /// A cause that this build does not know.
    #[serde(other)]
    Other,
}

impl Why {
    /// A cause with its arguments.
    pub fn of(cause: Cause, about: &[&dyn ToString]) -> Self {
        Self { cause, about: about.iter().map(|it| it.to_string()).collect() }
    }
}
