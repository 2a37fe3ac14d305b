//! Files of the page, from inside the binary (in debug builds read from `site/` at the start).  `cargo xtask build`
//! writes each file as it is, as `.br` and as `.gz`. Every name but those in [`STABLE`] and [`PROGRAMS`] carries a hash
//! of the content, so a browser fetches each such file only once. For the others it asks each time whether they have
//! changed, by their entity tags.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::accepted::{accepts, list};
use super::problem::{Problem, nothing_at};

const INDEX: &str = "index.html";
/// HTML files of the page's programs.
const PROGRAMS: [&str; 3] = [INDEX, "admin.html", "wall.html"];

/// Other files whose names carry no hash.
const STABLE: [&str; 2] = ["manifest.webmanifest", "sw.js"];

/// Text at `/` where the page was not built.
const NOT_BUILT: &str = "\
lampfield runs, but its page is not built into it.
Build the page with `cargo xtask build`, then build and start the server again.
";

#[derive(RustEmbed)]
#[folder = "site/"]
struct Embedded;

/// Files by their paths.
#[derive(Debug, Default)]
pub struct Assets(BTreeMap<String, Asset>);

#[derive(Debug)]
struct Asset {
    /// Entity tag of the uncompressed content.
    hash: u64,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl Assets {
    /// Takes the files that were built into this binary.
    pub fn embedded() -> Self {
        Self::of::<Embedded>()
    }

    /// Takes files by name; each `.br` and `.gz` becomes a compressed form of the file that it is named for.
    pub(super) fn of<Folder: RustEmbed>() -> Self {
        let bytes = |path: &str| Folder::get(path).map(|file| Bytes::from_owner(file.data));
        let asset = |path: &str| {
            let file = Folder::get(path)?;
            Some(Asset {
                hash: file.metadata.sha256_hash().first_chunk().map_or(0, |head| u64::from_be_bytes(*head)),
                plain: Bytes::from_owner(file.data),
                brotli: bytes(&format!("{path}.br")),
                gzip: bytes(&format!("{path}.gz")),
            })
        };
        let paths = Folder::iter().filter(|path| !path.ends_with(".br") && !path.ends_with(".gz"));
        Self(paths.filter_map(|path| Some((path.to_string(), asset(&path)?))).collect())
    }

    /// Name of this build: the version, and a hash of the page.
    pub fn build(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        let hashes = PROGRAMS.into_iter().filter_map(|page| Some(self.0.get(page)?.hash));
        match hashes.reduce(|hash, other| hash.rotate_left(1) ^ other) {
            Some(hash) => format!("{version}+{hash:016x}"),
            None => version.into(),
        }
    }
}

/// Answers every path that is no route: the page at the root, its files beside it.
pub(super) async fn serve(State(assets): State<Arc<Assets>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let path = if path.is_empty() { INDEX } else { path };
    match assets.0.get(path) {
        Some(_) if method != Method::GET && method != Method::HEAD => {
            ([(ALLOW, "GET,HEAD")], Problem::MethodNotAllowed(method)).into_response()
        }
        Some(asset) => asset.answer(path, &headers),
        None if path == INDEX => (StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT).into_response(),
        None => nothing_at(&uri),
    }
}

impl Asset {
    fn answer(&self, path: &str, asked: &HeaderMap) -> Response {
        let (coding, body) = self.pick(asked);
        // A strong tag names the bytes, and those of each coding differ (RFC 9110 §8.8.3.3).
        let tag = format!("\"{:016x}-{}\"", self.hash, coding.unwrap_or("plain"));
        let is_stable = STABLE.contains(&path) || PROGRAMS.contains(&path);
        let lasting = if is_stable { "no-cache" } else { "public, max-age=31536000, immutable" };
        let headers = [(ETAG, tag.as_str()), (CACHE_CONTROL, lasting), (VARY, "accept-encoding")];
        if has_already(asked, &tag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let mut response = (headers, [(CONTENT_TYPE, content_type(path))], Body::from(body)).into_response();
        if let Some(coding) = coding {
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        response
    }

    /// The shortest form of the file that the browser understands.
    fn pick(&self, asked: &HeaderMap) -> (Option<&'static str>, Bytes) {
        let offers = [("br", &self.brotli), ("gzip", &self.gzip)];
        let offer = offers.into_iter().find_map(|(coding, body)| {
            let body = body.as_ref().filter(|_| accepts(asked, coding))?;
            Some((Some(coding), body.clone()))
        });
        offer.unwrap_or_else(|| (None, self.plain.clone()))
    }
}

/// Whether the browser holds this very content (RFC 9110 §13.1.2: weak tags count too).
fn has_already(asked: &HeaderMap, tag: &str) -> bool {
    list(asked, &IF_NONE_MATCH).any(|item| item == "*" || item.strip_prefix("W/").unwrap_or(item) == tag)
}

/// `Content-Type` by the ending of the name, for the kinds of file that a page consists of.
fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
