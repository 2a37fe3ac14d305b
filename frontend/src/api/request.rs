//! Requests to the server: a JSON body is sent, and JSON comes back, or the reason why not.

use std::pin::Pin;

use js_sys::Uint8Array;
use lampfield_shared::Why;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Request, RequestInit, Response};

/// How long the page waits for an answer. The server gives a PBX five seconds.
pub const PATIENCE_MILLIS: u32 = 15_000;

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The server was not reached or did not answer in time, and the request would have changed nothing.
    Unreachable,
    /// The server did not answer an order in time: nobody knows whether it was carried out.
    Unknown,
    /// The server refused, or sent something that cannot be read.
    Said {
        /// The HTTP status.
        status: u16,
        /// The server's own words, in English.
        detail: String,
        /// The cause by name, where the server gave one: the page has words for causes.
        why: Option<Why>,
        /// The `Retry-After` header, in seconds.
        retry_seconds: Option<u64>,
    },
}

impl Refusal {
    /// Whether a login is needed: there is no session, or the session has ended.
    pub const fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Said { status: 401, .. })
    }
}

/// The HTTP method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Adds one.
    Post,
    /// Replaces.
    Put,
    /// Changes a part.
    Patch,
    /// Deletes.
    Delete,
}

impl Method {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// The refusal that a missing answer means. A request may have arrived although its answer did not.
    const fn unanswered(self) -> Refusal {
        match self {
            Self::Get => Refusal::Unreachable,
            Self::Post | Self::Put | Self::Patch | Self::Delete => Refusal::Unknown,
        }
    }
}

/// A function that reads the body of an answer.
pub type Reader<T> = fn(&str) -> serde_json::Result<T>;

/// Reads an answer with serde.
pub fn plain<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_str(text)
}

/// Ignores the body of an answer.
#[expect(clippy::unnecessary_wraps, reason = "it stands beside readers that can fail")]
pub fn done(_: &str) -> serde_json::Result<()> {
    Ok(())
}

/// Sends a request with a JSON body.
///
/// # Errors
/// See [`Refusal`].
pub async fn tell<T>(method: Method, path: String, body: &impl Serialize, read: Reader<T>) -> Result<T, Refusal> {
    tell_patiently(method, path, body, read, PATIENCE_MILLIS).await
}

/// Sends a request with a JSON body and waits up to `patience` milliseconds for the answer.
///
/// # Errors
/// See [`Refusal`].
pub async fn tell_patiently<T>(
    method: Method,
    path: String,
    body: &impl Serialize,
    read: Reader<T>,
    patience_millis: u32,
) -> Result<T, Refusal> {
    // The types of this page have string keys, so serialising them cannot fail.
    let body = serde_json::to_string(body).ok();
    let body = body.map(|text| Body { kind: "application/json", content: JsValue::from_str(&text) });
    understand(&exchange(method, path, body, patience_millis).await?, read)
}

/// Sends a request with a file as its body, byte for byte.
///
/// # Errors
/// See [`Refusal`].
pub async fn send<T>(method: Method, path: String, file: &[u8], read: Reader<T>) -> Result<T, Refusal> {
    let body = Some(Body { kind: "text/csv", content: Uint8Array::from(file).into() });
    understand(&exchange(method, path, body, PATIENCE_MILLIS).await?, read)
}

/// Sends a request without a body.
///
/// # Errors
/// See [`Refusal`].
pub async fn ask<T>(method: Method, path: String, read: Reader<T>) -> Result<T, Refusal> {
    understand(&exchange(method, path, None, PATIENCE_MILLIS).await?, read)
}

fn understand<T>(text: &str, read: Reader<T>) -> Result<T, Refusal> {
    read(text).map_err(|error| Refusal::Said { status: 200, detail: error.to_string(), why: None, retry_seconds: None })
}

/// The body of a request.
struct Body {
    kind: &'static str,
    content: JsValue,
}

/// Sends any request and reads its answer. The future is boxed: it would otherwise be compiled into each caller.
fn exchange(
    method: Method,
    path: String,
    body: Option<Body>,
    patience_millis: u32,
) -> Pin<Box<dyn Future<Output = Result<String, Refusal>>>> {
    Box::pin(async move {
        let response = fetch(method, &path, body, patience_millis).await.map_err(|_| method.unanswered())?;
        let text = text_of(&response).await.map_err(|_| method.unanswered())?;
        if response.ok() {
            return Ok(text);
        }
        let retry_after = response.headers().get("retry-after").ok().flatten();
        let retry_seconds = retry_after.and_then(|value| value.parse().ok());
        let (detail, why) = problem(&text);
        Err(Refusal::Said { status: response.status(), detail, why, retry_seconds })
    })
}

async fn fetch(method: Method, path: &str, body: Option<Body>, patience_millis: u32) -> Result<Response, JsValue> {
    let init = RequestInit::new();
    init.set_method(method.as_str());
    init.set_signal(Some(&AbortSignal::timeout_with_u32(patience_millis)));
    if let Some(body) = &body {
        init.set_body(&body.content);
    }
    // Relative, so that the page works under any path of a proxy.
    let request = Request::new_with_str_and_init(path, &init)?;
    if let Some(body) = &body {
        request.headers().set("content-type", body.kind)?;
    }
    let response = JsFuture::from(leptos::prelude::window().fetch_with_request(&request)).await?;
    response.dyn_into()
}

async fn text_of(response: &Response) -> Result<String, JsValue> {
    let text = JsFuture::from(response.text()?).await?;
    Ok(text.as_string().unwrap_or_default())
}

/// The detail and the cause of a problem document (RFC 9457), or the text that a proxy sent in its place.
fn problem(text: &str) -> (String, Option<Why>) {
    let problem: Option<serde_json::Value> = serde_json::from_str(text).ok();
    let word = |name: &str| problem.as_ref()?.get(name)?.as_str().map(str::to_owned);
    let detail = word("detail").or_else(|| word("title")).unwrap_or_else(|| text.chars().take(200).collect());
    (detail, problem.as_ref().and_then(|problem| why(&problem["why"])))
}

/// The cause in a problem document, if this page knows it.
pub fn why(value: &serde_json::Value) -> Option<Why> {
    Why::deserialize(value).ok()
}

#[cfg(test)]
mod tests {
    use lampfield_shared::Cause;

    use super::*;

    #[test]
    fn knows_nothing_of_what_was_told_and_not_answered() {
        assert_eq!(Method::Get.unanswered(), Refusal::Unreachable);
        for method in [Method::Post, Method::Put, Method::Patch, Method::Delete] {
            assert_eq!(method.unanswered(), Refusal::Unknown);
        }
    }

    #[test]
    fn takes_the_words_of_a_problem_or_of_a_proxy() {
        let said = |text| problem(text).0;
        assert_eq!(said(r#"{"title":"Not Found","detail":"there is no lamp `9`"}"#), "there is no lamp `9`");
        assert_eq!(said(r#"{"title":"Not Found"}"#), "Not Found");
        assert_eq!(said("Bad gateway"), "Bad gateway");
        assert_eq!(said("[1]"), "[1]");
        assert_eq!(said(""), "");
        let known = r#"{"detail":"…","why":{"cause":"no_lamp","about":["9"]}}"#;
        assert_eq!(problem(known).1, Some(Why::of(Cause::NoLamp, &[&"9"])));
        let newer = r#"{"detail":"…","why":{"cause":"no_such_word","about":[]}}"#;
        assert_eq!(problem(newer).1, Some(Why::of(Cause::Other, &[])));
        assert_eq!(problem("Bad gateway").1, None);
    }
}
