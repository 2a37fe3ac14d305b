//! The cookies that hold a session.
//!
//! `__Host-lampfield-0242ac110002` where the browser speaks https, else without `__Host-`. The entity id is in the
//! name because cookies know no ports and, for want of knowing it, here no sub-path: two lampfields on one machine
//! would log each other out. A wall display has a cookie of its own, so a screen's link that an admin
//! follows does not end the admin's session.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

use super::client::Encryption;
use crate::store::Store;
use crate::store::sessions::Token;

/// Whose session a cookie holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Jar {
    /// An account's.
    Login,
    /// A wall display's.
    Screen,
}

/// The longest that browsers grant; what counts is the session's own end.
const LASTING: Duration = Duration::days(400);

impl Jar {
    fn name(self, store: &Store, encryption: Encryption) -> String {
        let prefix = match encryption {
            Encryption::Tls => "__Host-",
            Encryption::None => "",
        };
        let kind = match self {
            Self::Login => "",
            Self::Screen => "-screen",
        };
        let eid: String = store.eid().to_string().split(':').collect();
        format!("{prefix}lampfield-{eid}{kind}")
    }

    /// The token that came with a request.
    pub fn read(self, headers: &HeaderMap, store: &Store, encryption: Encryption) -> Option<Token> {
        let name = self.name(store, encryption);
        let lines = headers.get_all(COOKIE).into_iter().filter_map(|line| line.to_str().ok());
        let mut cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
        Token::parse(cookies.find(|cookie| cookie.name() == name)?.value())
    }

    /// `Set-Cookie` with this token; `None` takes the cookie away.
    pub fn set(self, token: Option<&Token>, store: &Store, encryption: Encryption) -> HeaderValue {
        let cookie = Cookie::build((self.name(store, encryption), token.map_or("", Token::as_str)))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Strict)
            .secure(encryption == Encryption::Tls)
            .max_age(if token.is_some() { LASTING } else { Duration::ZERO });
        HeaderValue::try_from(cookie.to_string()).expect("name and token are hex digits")
    }
}
