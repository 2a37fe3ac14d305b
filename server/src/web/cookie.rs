//! Cookies that hold a session.  Their name is `__Host-lampfield-0242ac110002` where the browser speaks https, else
//! without `__Host-`. The entity id is in the name because browsers keep cookies of all ports and sub-paths together
//! (we do not know our sub-path): two lampfields on one machine would log each other out. A wall display has a cookie
//! of another name, so that an admin who follows a screen's link stays logged in.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

use super::client::Encryption;
use crate::identity::Token;
use crate::store::Store;

/// Kind of session that a cookie holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Jar {
    /// Session of an account.
    Login,
    /// Session of a wall display.
    Screen,
}

/// `Max-Age`: the most that browsers grant. The session ends by its own rules.
const LASTING: Duration = Duration::days(400);

/// Most tokens that are looked up for one request.
const MOST: usize = 32;

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

    /// Reads the tokens that came with a request, the likeliest first. There may be several: the owner of a domain
    /// above or below ours, or another program on this machine, can have a browser send cookies of this name before our
    /// own (RFC 6265 §8.6). Ours has the path `/`, and browsers send longer paths first, so the last cookies are
    /// likeliest.
    pub fn read(self, headers: &HeaderMap, store: &Store, encryption: Encryption) -> Vec<Token> {
        let name = self.name(store, encryption);
        let lines = headers.get_all(COOKIE).into_iter().map(HeaderValue::as_bytes);
        // Split as bytes: a cookie that is no text must not hide another.
        let cookies = lines.flat_map(|line| line.split(|byte| *byte == b';').map(<[u8]>::trim_ascii));
        let tokens = cookies.filter_map(|cookie| {
            let value = cookie.strip_prefix(name.as_bytes())?.trim_ascii_start().strip_prefix(b"=")?;
            Token::parse(std::str::from_utf8(value.trim_ascii_start()).ok()?)
        });
        let mut found = Vec::new();
        for token in tokens.collect::<Vec<_>>().into_iter().rev() {
            if !found.contains(&token) {
                found.push(token);
            }
            if found.len() == MOST {
                break;
            }
        }
        found
    }

    /// Makes the `Set-Cookie` header for a token; `None` takes the cookie away.
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
