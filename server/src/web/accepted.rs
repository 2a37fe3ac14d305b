//! What the asker can read, by `Accept-Encoding`.

use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::gzip::Coding;

/// Whether `Accept-Encoding` allows a coding: by its name or by `*`, with a weight above 0 (RFC 9110 §12.5.3). Which
/// weight is higher does not matter: a browser that takes brotli at all gets it.
pub(super) fn accepts(asked: &HeaderMap, coding: &str) -> bool {
    let mut by_star = false;
    for item in list(asked, &ACCEPT_ENCODING) {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let weight = parameters.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        let allowed = weight.is_ok_and(|weight| weight > 0.0);
        match name.trim() {
            name if name.eq_ignore_ascii_case(coding) => return allowed,
            "*" => by_star = allowed,
            _ => {}
        }
    }
    by_star
}

/// The coding for an answer that can be sent in either.
pub(super) fn coding(asked: &HeaderMap) -> Coding {
    if accepts(asked, "gzip") { Coding::Gzip } else { Coding::Plain }
}

/// The headers of an answer in this coding that could have been sent in either.
pub(super) fn headers(coding: Coding) -> HeaderMap {
    let mut headers = HeaderMap::from_iter([(VARY, HeaderValue::from_static("accept-encoding"))]);
    if coding == Coding::Gzip {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    headers
}

/// Splits a header that holds a list, over all its lines.
pub(super) fn list<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}
