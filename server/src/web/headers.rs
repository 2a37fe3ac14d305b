//! Headers of every answer, and the answer to a panic.

use std::any::Any;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use super::problem::Problem;

/// Content security policy: the page loads nothing from elsewhere, runs no inline script, and stands in no foreign
/// frame.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'self'";

/// Headers of an answer that does not set them itself. Answers tell of this moment, so they are not stored unless they
/// say otherwise.
const ALWAYS: [(HeaderName, &str); 6] = [
    (CACHE_CONTROL, "no-store"),
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// Puts the headers on every answer of `routes`, and answers where a handler panics.
pub(super) fn guard<S: Clone + Send + Sync + 'static>(routes: Router<S>, hsts: Option<HeaderValue>) -> Router<S> {
    let caught = routes.layer(CatchPanicLayer::custom(mistake));
    let always = ALWAYS.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value)));
    let headers = always.chain(hsts.map(|value| (STRICT_TRANSPORT_SECURITY, value)));
    headers.fold(caught, |routes, (name, value)| routes.layer(SetResponseHeaderLayer::if_not_present(name, value)))
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn mistake(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no text");
    tracing::error!(panic = text, "a handler panicked");
    Problem::Mistake.into_response()
}
