//! Why the server says no, by its cause: so that a page can say it in its reader's language.

use serde::{Deserialize, Serialize};

/// A cause with what it is about. It stands beside the English words for it: in a problem (RFC 9457 §3.2) beside `detail`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// Which.
    pub cause: Cause,
    /// What each [`Cause`] names, in that order.
    pub about: Vec<String>,
}

/// What keeps the server from doing as it is told, of all that a person at the page can meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Name or password.
    WrongPassword,
    /// The one-time password is to be replaced first.
    PasswordDue,
    /// Of a password: how many characters it needs.
    PasswordShort,
    /// A password that is a book.
    PasswordLong,
    /// The name is the password.
    PasswordIsName,
    /// The new password is the old one.
    PasswordIsOld,
    /// No such account: its name.
    NoAccount,
    /// There is such an account: its name.
    AccountExists,
    /// The only admin cannot go: the name.
    LastAdmin,
    /// A text that is no account's name.
    AccountName,
    /// No such lamp: the extension.
    NoLamp,
    /// Nobody could dial it: the text.
    NoExten,
    /// It stands twice in a list: the extension.
    Twice,
    /// A name or a department is too long: how many characters fit.
    LongName,
    /// No such PBX: its name.
    NoSite,
    /// Two columns of a file say the same thing: which, and the title.
    TwoColumns,
    /// No column of a file holds numbers.
    NoExtenColumn,
    /// A line has something in its cells, and no number.
    NoNumber,
    /// A spreadsheet has rounded a number: as it wrote it.
    Rounded,
    /// A cell holds a formula or the error of one.
    Formula,
    /// A name is what is left of letters that were read in the wrong encoding.
    BrokenLetters,
    /// A line has more cells than the file has columns.
    MoreCells,
    /// A quote is not closed.
    OpenQuote,
    /// A file has too many lines: how many it may have.
    TooManyLines,
    /// It is no text: a workbook, an archive.
    NoText,
    /// There is no such encoding: its name.
    NoEncoding,
    /// Nobody is in this group: its name.
    NoGroup,
    /// It is paused: the peer.
    Paused,
    /// There are too many notes or favourites.
    Full,
    /// No such board: its name.
    NoBoard,
    /// There is such a board: its name.
    BoardExists,
    /// Somebody else was faster: who, and the board.
    BoardOutdated,
    /// The board hangs on a wall: its name, and the screens.
    BoardHangs,
    /// A text that is no board's name: how many characters fit.
    BoardName,
    /// A PBX or a department is called so: the name.
    BoardTaken,
    /// A title is missing or too long: how many characters fit.
    BoardTitle,
    /// Two of its groups are called the same: the title.
    BoardGroupTwice,
    /// No lamp would show it: the extension.
    DndNotShown,
    /// No PBX is known for it: the extension.
    DndHomeUnknown,
    /// lampfield has no way to tell the PBX: the extension, and the PBX.
    DndNoLink,
    /// The PBX is not heard now: the extension, and the PBX.
    DndHomeSilent,
    /// The PBX took the order and did not publish it: the extension, and the PBX.
    DndUnconfirmed,
    /// The PBX did not take the order: the extension, and the PBX.
    DndNotTaken,
    /// The end is past.
    DndPast,
    /// The end is too far away.
    DndTooFar,
    /// The reason is too long.
    DndLongReason,
    /// Those before it took too long: the extension.
    DndNotBegun,
    /// It is not known yet how it ends: the extension.
    DndUnderWay,
    /// The server has too much to do.
    Busy,
    /// It cannot be written down.
    NotKept,
    /// The server made a mistake.
    Mistake,
    /// One that this build does not know.
    #[serde(other)]
    Other,
}

impl Why {
    /// This cause, of these.
    pub fn of(cause: Cause, about: &[&dyn ToString]) -> Self {
        Self { cause, about: about.iter().map(|it| it.to_string()).collect() }
    }
}
