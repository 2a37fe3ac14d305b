//! What we answer to a request.

use std::fmt::Write as _;
use std::time::Duration;

/// A final response in the making: a status and the headers that belong to it. The endpoint
/// adds what every response has (Via, From, To, Call-ID, CSeq, Content-Length).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    status: u16,
    headers: String,
}

impl Answer {
    /// 200
    pub const OK: u16 = 200;
    /// 400
    pub const BAD_REQUEST: u16 = 400;
    /// 403
    pub const FORBIDDEN: u16 = 403;
    /// 404
    pub const NOT_FOUND: u16 = 404;
    /// 405, with `Allow`
    pub const METHOD_NOT_ALLOWED: u16 = 405;
    /// 412
    pub const CONDITIONAL_REQUEST_FAILED: u16 = 412;
    /// 413
    pub const REQUEST_ENTITY_TOO_LARGE: u16 = 413;
    /// 415, with `Accept`
    pub const UNSUPPORTED_MEDIA_TYPE: u16 = 415;
    /// 416
    pub const UNSUPPORTED_URI_SCHEME: u16 = 416;
    /// 420, with `Unsupported`
    pub const BAD_EXTENSION: u16 = 420;
    /// 423, with `Min-Expires`
    pub const INTERVAL_TOO_BRIEF: u16 = 423;
    /// 481
    pub const TRANSACTION_DOES_NOT_EXIST: u16 = 481;
    /// 489, with `Allow-Events`
    pub const BAD_EVENT: u16 = 489;
    /// 500
    pub const SERVER_INTERNAL_ERROR: u16 = 500;
    /// 505
    pub const VERSION_NOT_SUPPORTED: u16 = 505;

    /// An answer with this status and no headers of its own yet.
    pub fn new(status: u16) -> Self {
        Self { status, headers: String::new() }
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        let _infallible = write!(self.headers, "{name}: {value}\r\n");
        self
    }

    /// With `SIP-ETag`.
    #[must_use]
    pub fn etag(self, tag: impl std::fmt::Display) -> Self {
        self.header("SIP-ETag", tag)
    }

    /// With `Expires`, in whole seconds.
    #[must_use]
    pub fn expires(self, expires: Duration) -> Self {
        self.header("Expires", expires.as_secs())
    }

    /// With `Min-Expires`, in whole seconds.
    #[must_use]
    pub fn min_expires(self, expires: Duration) -> Self {
        self.header("Min-Expires", expires.as_secs())
    }

    /// With `Allow-Events`.
    #[must_use]
    pub fn allow_events(self, events: &str) -> Self {
        self.header("Allow-Events", events)
    }

    /// With `Accept`.
    #[must_use]
    pub fn accept(self, media_types: &str) -> Self {
        self.header("Accept", media_types)
    }

    /// With `Allow`.
    #[must_use]
    pub fn allow(self, methods: &str) -> Self {
        self.header("Allow", methods)
    }

    /// With `Unsupported`.
    #[must_use]
    pub fn unsupported(self, extensions: &str) -> Self {
        self.header("Unsupported", extensions)
    }
}
