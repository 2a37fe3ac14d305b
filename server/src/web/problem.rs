//! Why a request is refused, as `application/problem+json` (RFC 9457).

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use lampfield_shared::{Exten, SiteName};
use serde::Serialize;

use crate::handle::Stopped;
use crate::store::StoreError;

/// One reason; its text is the `detail` of the answer.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// 401
    #[error("a login is needed for this")]
    LoginNeeded,
    /// 404
    #[error("there is no lamp `{0}`")]
    NoSuchLamp(Exten),
    /// 404
    #[error("there is no peer `{0}`")]
    NoSuchPeer(SiteName),
    /// 404
    #[error("there is nothing at `{0}`")]
    NoSuchAddress(String),
    /// 400, or what axum finds right
    #[error("the address cannot be read: {0}")]
    BadPath(#[from] PathRejection),
    /// 405; the header `Allow` tells what is
    #[error("{0} is not possible here")]
    MethodNotAllowed(Method),
    /// 503
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// 503
    #[error("the board does not answer; the server hangs or has far too much to do")]
    Hanging,
    /// 503
    #[error("it cannot be kept: {0}")]
    Store(#[from] StoreError),
    /// 500
    #[error("the server made a mistake; its log tells more")]
    Mistake,
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::LoginNeeded => StatusCode::UNAUTHORIZED,
            Self::NoSuchLamp(_) | Self::NoSuchPeer(_) | Self::NoSuchAddress(_) => StatusCode::NOT_FOUND,
            Self::BadPath(rejection) => rejection.status(),
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Stopped(_) | Self::Hanging | Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Mistake => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
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
        // `about:blank` says that the status tells all there is (RFC 9457 §4.2.1).
        let body = Body {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: self.to_string(),
        };
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
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
}
