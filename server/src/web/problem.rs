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
use crate::store::notes::Full;
use crate::store::own_boards::BoardRefusal;

/// One reason; its text is the `detail` of the answer.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// 401
    #[error("a login is needed for this")]
    LoginNeeded,
    /// 401; which of both is not told
    #[error("the name or the password is wrong")]
    WrongPassword,
    /// 403
    #[error("this needs the role {needed}; yours is {role}")]
    NotYours {
        /// Theirs.
        role: Role,
        /// The least that may.
        needed: Role,
    },
    /// 403
    #[error("first replace your one-time password by one of your own")]
    PasswordDue,
    /// 403
    #[error("only who is logged in with an account has a password")]
    NoAccount,
    /// 403
    #[error(
        "this was sent by a page of another site: {0}. Behind a proxy that changes Host, let it send X-Forwarded-Host and name it in web.trusted_proxies"
    )]
    Forged(String),
    /// 400
    #[error("the request does not say well for whom it is: {0}")]
    BadName(String),
    /// 408
    #[error("the body came too slowly: it is given up")]
    TooSlow,
    /// 503
    #[error("too many watch the board without a login just now")]
    TooManyWatchers,
    /// 503
    #[error("this link is opened only when somebody wants it, not ahead of time")]
    AheadOfTime,
    /// 503
    #[error("this link's screens are all in use: end one that is no longer wanted, or make another link")]
    ScreensInUse,
    /// 421
    #[error("the board is open without a login, but the request does not say under which name it was found")]
    NoName,
    /// 421
    #[error(
        "the board is open without a login, but not under the name `{0}`: an admin may add that to web.hosts. With a login it can be used"
    )]
    NotOurName(String),
    /// 429
    #[error("too many wrong passwords: try again in {} s", seconds(*.wait))]
    TooManyTries {
        /// How long to wait.
        wait: Duration,
    },
    /// 404
    #[error("there is no session {0} of yours")]
    NoSuchSession(i64),
    /// 404
    #[error("there is no screen {0}")]
    NoSuchScreen(i64),
    /// 404 or 409
    #[error(transparent)]
    Account(#[from] AccountRefusal),
    /// 422
    #[error(transparent)]
    AccountName(#[from] AccountNameError),
    /// 422
    #[error(transparent)]
    Password(#[from] PasswordFlaw),
    /// 422
    #[error(transparent)]
    Naming(#[from] NamingFlaw),
    /// 422
    #[error("{0}")]
    Unfit(String),
    /// 409
    #[error(transparent)]
    Full(#[from] Full),
    /// 404 or 409
    #[error(transparent)]
    Board(#[from] BoardRefusal),
    /// 422
    #[error(transparent)]
    BoardFlaw(#[from] BoardFlaw),
    /// 422
    #[error("`{name}` is the name of {what} already")]
    BoardTaken {
        /// What the board was to be called.
        name: BoardName,
        /// What is called so.
        what: String,
    },
    /// 404
    #[error("there is no lamp `{0}`")]
    NoSuchLamp(Exten),
    /// 404
    #[error("there is no peer `{0}`")]
    NoSuchPeer(SiteName),
    /// 409
    #[error("`{0}` is paused and is asked nothing: resume it first")]
    Paused(SiteName),
    /// 404
    #[error("there is nothing at `{0}`")]
    NoSuchAddress(String),
    /// 400, or what axum finds right
    #[error("the address cannot be read: {0}")]
    BadPath(#[from] PathRejection),
    /// 400, 413, 415 or 422
    #[error("the body cannot be read: {}", .0.body_text())]
    BadBody(#[from] JsonRejection),
    /// 400
    #[error("the query cannot be read: {}", .0.body_text())]
    BadQuery(#[from] QueryRejection),
    /// 405; the header `Allow` tells what is
    #[error("{0} is not possible here")]
    MethodNotAllowed(Method),
    /// What fits it
    #[error(transparent)]
    Dnd(DndError),
    /// 503
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// 503
    #[error("the board does not answer; the server hangs or has far too much to do")]
    Hanging,
    /// 503
    #[error("too many are logging in just now")]
    Crowded,
    /// 401, 403, 507 or 503; what the disk says is for the log
    #[error("{}", not_kept(.0))]
    Store(StoreError),
    /// 500
    #[error("the server made a mistake; its log tells more")]
    Mistake,
}

/// What was proven before the write and no longer holds is answered as if it had never been.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unproved(Unproved::Session | Unproved::Role | Unproved::Link) => Self::LoginNeeded,
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
            Self::NotYours { .. } | Self::PasswordDue | Self::NoAccount | Self::Forged(_) => StatusCode::FORBIDDEN,
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
    /// By its cause, where a person at the page can meet it.
    fn why(&self) -> Option<Why> {
        let (cause, about): (Cause, &[&dyn ToString]) = match self {
            Self::WrongPassword => (Cause::WrongPassword, &[]),
            Self::PasswordDue => (Cause::PasswordDue, &[]),
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

/// What whoever asked is told of the store.
const fn not_kept(error: &StoreError) -> &'static str {
    match error {
        StoreError::NoRoom => "it cannot be kept: the disk of the server has no room",
        _ => "the server cannot read or keep it now; its log tells more",
    }
}

/// Whole seconds, rounded up: who waits for so long has waited long enough.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// The answer to a method that an address does not know.
pub(super) async fn method_not_allowed(method: Method) -> Problem {
    Problem::MethodNotAllowed(method)
}

/// The answer where no route and no file fits: JSON for programs, a line of text for people.
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
        // `about:blank` says that the status tells all there is (RFC 9457 §4.2.1).
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
            // Required (RFC 9110 §15.5.2); a scheme that no browser knows, lest it asks by a window of its own.
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
