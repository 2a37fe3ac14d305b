//! Where in the page one is: the part of the address behind `#`. It survives a reload, can be sent
//! to a colleague, and leaves the relative addresses of the API alone, under any path of a proxy.

use lampfield_shared::{BoardName, Exten, SiteName};

/// One of the two programs that the page is: each is loaded by itself, and only where it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The lamps: what everybody has open all day, and a wall for months.
    Desk,
    /// What only admins see.
    Admin,
}

impl Program {
    /// Where it is, seen from the other one.
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
    /// The lamps.
    #[default]
    Board,
    /// The lamps, with one of them explained.
    Lamp(Exten),
    /// Who are you?
    Login,
    /// One's own password.
    Password,
    /// Who may what.
    Accounts,
    /// The wall displays.
    Screens,
    /// Who did what.
    Audit,
    /// The PBXes of the mesh.
    Peers,
    /// One of them, and what it said last.
    Peer(SiteName),
    /// What the extensions are called.
    Extensions,
    /// The boards that admins made.
    Boards,
    /// One of them, to be changed.
    OwnBoard(BoardName),
    /// One that is yet to be made. Its place has a sign that no board has in its name.
    NewBoard,
}

impl Route {
    /// The place of `hash`, with or without its `#`; what is not known leads to the board.
    pub fn parse(hash: &str) -> Self {
        let path = hash.trim_start_matches('#').trim_start_matches('/');
        match path {
            "login" => Self::Login,
            "password" => Self::Password,
            "accounts" => Self::Accounts,
            "screens" => Self::Screens,
            "audit" => Self::Audit,
            "peers" => Self::Peers,
            "extensions" => Self::Extensions,
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

    /// The program that shows it.
    pub const fn program(&self) -> Program {
        match self {
            Self::Board | Self::Lamp(_) | Self::Login | Self::Password => Program::Desk,
            Self::Accounts
            | Self::Screens
            | Self::Audit
            | Self::Peers
            | Self::Peer(_)
            | Self::Extensions
            | Self::Boards
            | Self::OwnBoard(_)
            | Self::NewBoard => Program::Admin,
        }
    }

    /// The link that leads here from a place of that program.
    pub fn href_from(&self, here: Program) -> String {
        match self.program() {
            there if there == here => self.href(),
            there => format!("{}{}", there.address(), self.href()),
        }
    }

    /// The link that leads here within its own program.
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
            Self::Extensions => "#/extensions".into(),
            Self::Boards => "#/boards".into(),
            Self::OwnBoard(name) => format!("#/boards/{}", encode(name.as_str())),
            Self::NewBoard => "#/boards/+".into(),
            Self::Peer(name) => format!("#/peers/{}", encode(name.as_str())),
        }
    }

    /// The place in the admin's navigation that it is part of.
    pub fn part(&self) -> Self {
        match self {
            Self::Peer(_) => Self::Peers,
            Self::OwnBoard(_) | Self::NewBoard => Self::Boards,
            other => other.clone(),
        }
    }

    /// Whether the lamps are seen here.
    pub const fn shows_board(&self) -> bool {
        matches!(self, Self::Board | Self::Lamp(_))
    }

    /// The lamp that is explained here.
    pub const fn lamp(&self) -> Option<&Exten> {
        match self {
            Self::Lamp(exten) => Some(exten),
            _ => None,
        }
    }
}

/// Text as one part of a path: all but letters, digits and `*-_.~` as `%2F`.
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

/// The text again; what is no `%2F` stays as it is.
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
            Route::Extensions,
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
        assert_eq!(Route::parse("#/lamp/100%"), Route::Lamp("100%".into()));
        assert_eq!(Route::parse("#/lamp/1%+2"), Route::Lamp("1%+2".into()));
    }

    #[test]
    fn an_extension_is_one_part_of_a_path() {
        assert_eq!(encode("*76/2 1#"), "*76%2F2%201%23");
    }
}
