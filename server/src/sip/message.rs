//! Requests and responses, read from datagrams.

use std::time::Duration;

use bytes::Bytes;

use super::address::Address;
use super::uri::Uri;
use super::via::Via;

/// A request's method. Any token is one; what we do not serve is refused, not misread.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Method {
    /// RFC 3903
    Publish,
    /// RFC 3261 §11
    Options,
    /// RFC 3261 §17: never answered
    Ack,
    /// RFC 3261 §9
    Cancel,
    /// Any other token, in its own case.
    Other(String),
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is asked.
    pub method: Method,
    /// Of which resource.
    pub uri: Uri,
    /// As many bytes as `Content-Length` says.
    pub body: Bytes,
}

/// A response.
#[derive(Debug, Clone)]
pub struct Response {
    /// 100 to 699
    pub status: u16,
    /// The words behind the status.
    pub reason: String,
    /// As many bytes as `Content-Length` says.
    pub body: Bytes,
}

macro_rules! accessors {
    ($type:ty) => {
        impl $type {
            /// The topmost `Via`.
            pub fn via_top(&self) -> Option<&Via> {
                None
            }
            /// Who sent it, as they say.
            pub fn from(&self) -> Option<&Address> {
                None
            }
            /// Whom it is for.
            pub fn to(&self) -> Option<&Address> {
                None
            }
            /// `Call-ID`
            pub fn call_id(&self) -> &str {
                ""
            }
            /// The number in `CSeq`.
            pub fn cseq(&self) -> u32 {
                0
            }
            /// The event package's token, without parameters (RFC 6665 §8.2.1); its case counts.
            pub fn event(&self) -> Option<&str> {
                None
            }
            /// `Expires`; `None` when absent or unreadable.
            pub fn expires(&self) -> Option<Duration> {
                None
            }
            /// `Min-Expires`
            pub fn min_expires(&self) -> Option<Duration> {
                None
            }
            /// `Retry-After`
            pub fn retry_after(&self) -> Option<Duration> {
                None
            }
            /// `SIP-If-Match`
            pub fn if_match(&self) -> Option<&str> {
                None
            }
            /// `SIP-ETag`
            pub fn etag(&self) -> Option<&str> {
                None
            }
            /// The media type in lower case, without parameters.
            pub fn content_type(&self) -> Option<String> {
                None
            }
            /// `User-Agent`
            pub fn user_agent(&self) -> Option<&str> {
                None
            }
            /// The first header of this name.
            pub fn header(&self, name: &str) -> Option<String> {
                let _ = name;
                None
            }
        }
    };
}
accessors!(Request);
accessors!(Response);
