//! Why a request is refused, as `application/problem+json` (RFC 9457).

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use lampfield_shared::account::PASSWORD_MIN_CHARS;
use lampfield_shared::board::BoardFlaw;
use lampfield_shared::{BoardName, Cause, Exten, Role, SiteName, Why};
use serde::Serialize;

use crate::dnd::DndError;
use crate::handle::Stopped;
use crate::identity::{AccountNameError, AccountRefusal, Unproved, password::PasswordFlaw};
use crate::naming::NamingFlaw;
use crate::store::StoreError;
use crate::store::notes::{Full, TooManyChoices};
use crate::store::own_boards::BoardRefusal;

/// Why a request is refused; the text is the `detail` of the answer.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// Nobody is logged in (401).
    #[error("this needs a login")]
    LoginNeeded,
    /// Name or password is wrong; which of both is not told (401).
    #[error("wrong name or password")]
    WrongPassword,
    /// The role is too low (403).
    #[error("this needs the role {needed}; yours is {role}")]
    NotYours {
        /// Role of the caller.
        role: Role,
        /// Lowest role that may use the route.
        needed: Role,
    },
    /// The one-time password has to be replaced first (403).
    #[error("first replace your one-time password with your own")]
    PasswordDue,
    /// Only accounts have a password (403).
    #[error("only an account has a password")]
    NoAccount,
    /// The account has no extension of its own, or may set nothing there (403).
    #[error("an admin has to give your account an extension of its own, and let it set \"do not disturb\" there")]
    NoOwnDnd,
    /// The account may light the lamp of its extension, and not block calls (403).
    #[error("you may light the lamp of your extension, but not block its calls: an admin can change that")]
    LampOnly,
    /// A page of another site had the browser send this (403).
    #[error(
        "this was sent by a page of another site: {0}. Behind a proxy that changes Host, let it send X-Forwarded-Host and name it in web.trusted_proxies"
    )]
    Forged(String),
    /// The request names its host wrongly (400).
    #[error("the request's host cannot be used: {0}")]
    BadName(String),
    /// The body came too slowly (408).
    #[error("the body came too slowly")]
    TooSlow,
    /// Too many guests have a stream open (503).
    #[error("too many visitors without a login are watching the board right now")]
    TooManyWatchers,
    /// A browser prefetches a screen's link (503).
    #[error("this link must be opened by a person, not ahead of time")]
    AheadOfTime,
    /// A screen's link has as many displays as it may (503).
    #[error("this link's screens are all in use: end one that is no longer wanted, or make another link")]
    ScreensInUse,
    /// A guest names no host at all (421).
    #[error("the board is open without a login, but the request does not say under which name it was found")]
    NoName,
    /// A guest came under a name that somebody else may own (421).
    #[error(
        "the board is open without a login, but not under the name `{0}`: an admin may add that to web.hosts. With a login it can be used"
    )]
    NotOurName(String),
    /// Too many wrong passwords were tried (429).
    #[error("too many wrong passwords: try again in {} s", seconds(*.wait))]
    TooManyTries {
        /// Time to wait before the next try.
        wait: Duration,
    },
    /// The caller has no such session (404).
    #[error("there is no session {0} of yours")]
    NoSuchSession(i64),
    /// There is no such screen (404).
    #[error("there is no screen {0}")]
    NoSuchScreen(i64),
    /// An account is not made or changed (404 or 409).
    #[error(transparent)]
    Account(#[from] AccountRefusal),
    /// A text can be no name of an account (422).
    #[error(transparent)]
    AccountName(#[from] AccountNameError),
    /// A password is not good enough (422).
    #[error(transparent)]
    Password(#[from] PasswordFlaw),
    /// An extension cannot be named so (422).
    #[error(transparent)]
    Naming(#[from] NamingFlaw),
    /// A value is not possible (422).
    #[error("{0}")]
    Unfit(String),
    /// There are too many favourites or notes (409).
    #[error(transparent)]
    Full(#[from] Full),
    /// There are too many choices (409).
    #[error(transparent)]
    Choices(#[from] TooManyChoices),
    /// A board is not made or changed (404 or 409).
    #[error(transparent)]
    Board(#[from] BoardRefusal),
    /// A board has something impossible in it (422).
    #[error(transparent)]
    BoardFlaw(#[from] BoardFlaw),
    /// The name of a board means something already (422).
    #[error("`{name}` is the name of {what} already")]
    BoardTaken {
        /// Name that the board was to have.
        name: BoardName,
        /// What has this name.
        what: String,
    },
    /// There is no such lamp (404).
    #[error("there is no lamp `{0}`")]
    NoSuchLamp(Exten),
    /// There is no such peer (404).
    #[error("there is no peer `{0}`")]
    NoSuchPeer(SiteName),
    /// A paused peer cannot be asked for its states (409).
    #[error("`{0}` is paused and is asked nothing: resume it first")]
    Paused(SiteName),
    /// No route has this path (404).
    #[error("there is nothing at `{0}`")]
    NoSuchAddress(String),
    /// A parameter in the path cannot be read (400, or what axum finds right).
    #[error("the address cannot be read: {0}")]
    BadPath(#[from] PathRejection),
    /// The body cannot be read (400, 413, 415 or 422).
    #[error("the body cannot be read: {}", .0.body_text())]
    BadBody(#[from] JsonRejection),
    /// The query cannot be read (400).
    #[error("the query cannot be read: {}", .0.body_text())]
    BadQuery(#[from] QueryRejection),
    /// The path has no such method; the header `Allow` tells which it has (405).
    #[error("{0} is not possible here")]
    MethodNotAllowed(Method),
    /// A request for "do not disturb" was not carried out; the status fits the reason.
    #[error(transparent)]
    Dnd(DndError),
    /// The server is stopping (503).
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// The driver does not answer (503).
    #[error("the board does not answer: the server hangs or is overloaded")]
    Hanging,
    /// Too many are logging in (503).
    #[error("too many logins at once right now")]
    Crowded,
    /// The store does not keep or read it (401, 403, 507 or 503); what the disk says is for the log.
    #[error("{}", not_kept(.0))]
    Store(StoreError),
    /// The server made a mistake (500).
    #[error("the server has made a mistake; see its log")]
    Mistake,
}

/// Answers a proof that no longer held in the transaction as if it had never been given.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unproved(Unproved::Session | Unproved::Role | Unproved::Link) => Self::LoginNeeded,
            StoreError::Unproved(Unproved::OwnDnd) => Self::NoOwnDnd,
            StoreError::Unproved(Unproved::Password) => Self::WrongPassword,
            error => Self::Store(error),
        }
    }
}

impl From<DndError> for Problem {
    fn from(error: DndError) -> Self {
        match error {
            DndError::Store(error) => error.into(),
            error => Self::Dnd(error),
        }
    }
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::LoginNeeded | Self::WrongPassword => StatusCode::UNAUTHORIZED,
            Self::NotYours { .. }
            | Self::PasswordDue
            | Self::NoAccount
            | Self::NoOwnDnd
            | Self::LampOnly
            | Self::Forged(_) => StatusCode::FORBIDDEN,
            Self::NotOurName(_) | Self::NoName => StatusCode::MISDIRECTED_REQUEST,
            Self::BadName(_) => StatusCode::BAD_REQUEST,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooManyTries { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::NoSuchLamp(_)
            | Self::NoSuchPeer(_)
            | Self::NoSuchAddress(_)
            | Self::NoSuchSession(_)
            | Self::NoSuchScreen(_)
            | Self::Board(BoardRefusal::Unknown(_))
            | Self::Account(AccountRefusal::Unknown(_)) => StatusCode::NOT_FOUND,
            Self::Account(AccountRefusal::Exists(_) | AccountRefusal::LastAdmin(_))
            | Self::Board(_)
            | Self::Full(_)
            | Self::Choices(_)
            | Self::Paused(_) => StatusCode::CONFLICT,
            Self::AccountName(_)
            | Self::Password(_)
            | Self::BoardFlaw(_)
            | Self::BoardTaken { .. }
            | Self::Naming(_)
            | Self::Unfit(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::BadPath(rejection) => rejection.status(),
            Self::BadBody(rejection) => rejection.status(),
            Self::BadQuery(rejection) => rejection.status(),
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Dnd(error) => StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Self::Store(StoreError::NoRoom) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Stopped(_)
            | Self::Hanging
            | Self::Crowded
            | Self::TooManyWatchers
            | Self::ScreensInUse
            | Self::AheadOfTime
            | Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Mistake => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl Problem {
    /// Cause in the page's words, where a person at the page can meet this problem.
    fn why(&self) -> Option<Why> {
        let (cause, about): (Cause, &[&dyn ToString]) = match self {
            Self::WrongPassword => (Cause::WrongPassword, &[]),
            Self::PasswordDue => (Cause::PasswordDue, &[]),
            Self::NoOwnDnd => (Cause::NoOwnDnd, &[]),
            Self::LampOnly => (Cause::LampOnly, &[]),
            Self::Account(AccountRefusal::Unknown(name)) => (Cause::NoAccount, &[name]),
            Self::Account(AccountRefusal::Exists(name)) => (Cause::AccountExists, &[name]),
            Self::Account(AccountRefusal::LastAdmin(name)) => (Cause::LastAdmin, &[name]),
            Self::AccountName(_) => (Cause::AccountName, &[]),
            Self::Password(PasswordFlaw::TooShort) => (Cause::PasswordShort, &[&PASSWORD_MIN_CHARS]),
            Self::Password(PasswordFlaw::TooLong) => (Cause::PasswordLong, &[]),
            Self::Password(PasswordFlaw::IsTheName) => (Cause::PasswordIsName, &[]),
            Self::Password(PasswordFlaw::IsTheOld) => (Cause::PasswordIsOld, &[]),
            Self::Full(_) | Self::Board(BoardRefusal::Full) => (Cause::Full, &[]),
            Self::Board(BoardRefusal::Unknown(name)) => (Cause::NoBoard, &[name]),
            Self::Board(BoardRefusal::Exists(name)) => (Cause::BoardExists, &[name]),
            Self::Board(BoardRefusal::Outdated { name, by }) => (Cause::BoardOutdated, &[by, name]),
            Self::Board(BoardRefusal::Hangs { name, screens }) => (Cause::BoardHangs, &[name, screens]),
            Self::BoardTaken { name, .. } => (Cause::BoardTaken, &[name]),
            Self::BoardFlaw(flaw) => return Some(flaw.why()),
            Self::NoSuchLamp(exten) => (Cause::NoLamp, &[exten]),
            Self::Paused(peer) => (Cause::Paused, &[peer]),
            Self::Naming(flaw) => return Some(flaw.why()),
            Self::Dnd(error) => return error.why(),
            Self::Stopped(_) | Self::Hanging | Self::Crowded | Self::TooManyWatchers => (Cause::Busy, &[]),
            Self::Store(_) => (Cause::NotKept, &[]),
            Self::Mistake => (Cause::Mistake, &[]),
            _ => return None,
        };
        Some(Why::of(cause, about))
    }
}

/// Text for the caller where the store fails.
const fn not_kept(error: &StoreError) -> &'static str {
    match error {
        StoreError::NoRoom => "it cannot be saved: the server's disk is full",
        _ => "the server cannot read or save this now; see its log",
    }
}

/// Whole seconds, rounded up, so that a caller who waits for them has waited long enough.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// Answers a method that a path does not have.
pub(super) async fn method_not_allowed(method: Method) -> Problem {
    Problem::MethodNotAllowed(method)
}

/// Answers a path of no route and no file: with JSON for programs, with a line of text for people.
pub(super) fn nothing_at(uri: &Uri) -> Response {
    if uri.path().starts_with("/api/") {
        Problem::NoSuchAddress(uri.path().to_owned()).into_response()
    } else {
        (StatusCode::NOT_FOUND, "There is nothing at this address.\n").into_response()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        if let Self::Store(error) = &self {
            tracing::warn!(%error, "a request failed");
        }
        // `about:blank`: the status alone tells the kind of problem (RFC 9457 §4.2.1).
        let body = Body {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: self.to_string(),
            why: self.why(),
        };
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        let retry_after = match self {
            Self::TooManyTries { wait } => Some(seconds(wait)),
            _ if status == StatusCode::SERVICE_UNAVAILABLE => Some(5),
            _ => None,
        };
        if let Some(seconds) = retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            // Required (RFC 9110 §15.5.2). No browser knows the scheme, so none asks by a window of its own.
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Session realm=\"lampfield\""));
        }
        response
    }
}

#[derive(Serialize)]
struct Body {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Why>,
}
