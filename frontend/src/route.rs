//! The place of the page that the fragment of the address names (behind `#`). A fragment survives a reload, can be sent
//! to a colleague, and leaves relative addresses of the API alone under any path of a proxy.

use lampfield_shared::{BoardName, Exten, SiteName};

/// The programs of the page with places of their own. Each is downloaded only where it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The board, for every reader.
    Desk,
    /// The pages of an admin.
    Admin,
}

impl Program {
    /// The relative address of the program's document.
    pub const fn address(self) -> &'static str {
        match self {
            Self::Desk => "./",
            Self::Admin => "admin.html",
        }
    }
}

/// A place of the page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Route {
    /// The board.
    #[default]
    Board,
    /// The board with the details of a lamp.
    Lamp(Exten),
    /// The login.
    Login,
    /// The reader's own password.
    Password,
    /// The accounts and their roles.
    Accounts,
    /// The wall displays.
    Screens,
    /// The audit log.
    Audit,
    /// The PBXes of the mesh.
    Peers,
    /// A PBX with its SIP trace.
    Peer(SiteName),
    /// The names of the extensions.
    Naming,
    /// The own boards.
    Boards,
    /// The editor of an own board.
    OwnBoard(BoardName),
    /// The editor of a new board. Its address has a sign that no board has in its name.
    NewBoard,
}

impl Route {
    /// The place that a fragment names, with or without its `#`; the board for one that is not known.
    pub fn parse(hash: &str) -> Self {
        let path = hash.trim_start_matches('#').trim_start_matches('/');
        // Behind the `?` stands the part of the board, or the lamps of a new board.
        let path = path.split('?').next().unwrap_or_default();
        match path {
            "login" => Self::Login,
            "password" => Self::Password,
            "accounts" => Self::Accounts,
            "screens" => Self::Screens,
            "audit" => Self::Audit,
            "peers" => Self::Peers,
            "extensions" => Self::Naming,
            "boards" => Self::Boards,
            "boards/+" => Self::NewBoard,
            _ => match path.split_once('/') {
                Some(("lamp", exten)) if !exten.is_empty() => Self::Lamp(decode(exten).into()),
                Some(("boards", name)) if !name.is_empty() => Self::OwnBoard(decode(name).into()),
                Some(("peers", name)) if !name.is_empty() => Self::Peer(decode(name).into()),
                _ => Self::Board,
            },
        }
    }

    /// The program that shows the place.
    pub const fn program(&self) -> Program {
        match self {
            Self::Board | Self::Lamp(_) | Self::Login | Self::Password => Program::Desk,
            Self::Accounts
            | Self::Screens
            | Self::Audit
            | Self::Peers
            | Self::Peer(_)
            | Self::Naming
            | Self::Boards
            | Self::OwnBoard(_)
            | Self::NewBoard => Program::Admin,
        }
    }

    /// The link to the place from a page of the program `here`.
    pub fn href_from(&self, here: Program) -> String {
        match self.program() {
            there if there == here => self.href(),
            there => format!("{}{}", there.address(), self.href()),
        }
    }

    /// The link to the place within its own program.
    pub fn href(&self) -> String {
        match self {
            Self::Board => "#/".into(),
            Self::Lamp(exten) => format!("#/lamp/{}", encode(exten.as_str())),
            Self::Login => "#/login".into(),
            Self::Password => "#/password".into(),
            Self::Accounts => "#/accounts".into(),
            Self::Screens => "#/screens".into(),
            Self::Audit => "#/audit".into(),
            Self::Peers => "#/peers".into(),
            Self::Naming => "#/extensions".into(),
            Self::Boards => "#/boards".into(),
            Self::OwnBoard(name) => format!("#/boards/{}", encode(name.as_str())),
            Self::NewBoard => "#/boards/+".into(),
            Self::Peer(name) => format!("#/peers/{}", encode(name.as_str())),
        }
    }

    /// The entry of the admin's navigation that the place belongs to.
    pub fn part(&self) -> Self {
        match self {
            Self::Peer(_) => Self::Peers,
            Self::OwnBoard(_) | Self::NewBoard => Self::Boards,
            other => other.clone(),
        }
    }

    /// Whether the place shows the board.
    pub const fn shows_board(&self) -> bool {
        matches!(self, Self::Board | Self::Lamp(_))
    }

    /// The lamp whose details the place shows.
    pub const fn lamp(&self) -> Option<&Exten> {
        match self {
            Self::Lamp(exten) => Some(exten),
            _ => None,
        }
    }
}

/// Percent-encodes a text as one segment of a path: all but letters, digits and `*-_.~`.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"*-_.~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            encoded.push('%');
            encoded.extend([byte >> 4, byte & 15].map(|nibble| char::from(b"0123456789ABCDEF"[usize::from(nibble)])));
        }
    }
    encoded
}

/// Decodes percent-encoding. A `%` without two hexadecimal digits stays as it is.
pub fn decode(encoded: &str) -> String {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let digits = (byte == b'%').then(|| tail.get(..2)).flatten();
        let hex = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let value = digits.and_then(|digits| Some(hex(digits[0])? << 4 | hex(digits[1])?));
        if let Some(value) = value {
            bytes.push(value);
            rest = &tail[2..];
        } else {
            bytes.push(byte);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_a_link_that_leads_there() {
        let lamp = |exten: &str| Route::Lamp(exten.into());
        for route in [
            Route::Board,
            lamp("214"),
            lamp("*76214"),
            lamp("a/b #%ё"),
            Route::Login,
            Route::Password,
            Route::Accounts,
            Route::Screens,
            Route::Audit,
            Route::Peers,
            Route::Naming,
            Route::Boards,
            Route::OwnBoard("ресепшн".into()),
            Route::NewBoard,
            Route::Peer("St. Petersburg/2".into()),
        ] {
            assert_eq!(Route::parse(&route.href()), route, "{}", route.href());
        }
    }

    #[test]
    fn a_link_to_the_other_program_names_its_file() {
        assert_eq!(Route::Peers.href_from(Program::Admin), "#/peers");
        assert_eq!(Route::Peers.href_from(Program::Desk), "admin.html#/peers");
        assert_eq!(Route::Lamp("214".into()).href_from(Program::Desk), "#/lamp/214");
        assert_eq!(Route::Board.href_from(Program::Admin), "./#/");
    }

    #[test]
    fn an_unknown_place_is_the_board() {
        for hash in ["", "#", "#/", "#/lamp/", "#/peers/", "#/lamps/214", "#nowhere"] {
            assert_eq!(Route::parse(hash), Route::Board, "{hash}");
        }
        assert_eq!(Route::parse("#/boards/+?lamps=1001,1002"), Route::NewBoard);
        assert_eq!(Route::parse("#/lamp/100%"), Route::Lamp("100%".into()));
        assert_eq!(Route::parse("#/lamp/1%+2"), Route::Lamp("1%+2".into()));
    }

    #[test]
    fn an_extension_is_one_part_of_a_path() {
        assert_eq!(encode("*76/2 1#"), "*76%2F2%201%23");
    }
}
