//! What the configuration decides about the web.

use std::net::SocketAddr;
use std::time::Duration;

use axum::http::HeaderValue;
use ipnet::IpNet;
use lampfield_shared::Role;

use crate::store::sessions::Lifetime;
use crate::tls::CertificateFiles;

/// The `[web]` section.
#[derive(Debug, Clone)]
pub struct WebSettings {
    /// Where the page is served.
    pub listen: SocketAddr,
    /// What whoever is not logged in may; `None`: nothing.
    pub open: Option<Role>,
    /// Names by which browsers know us, beside addresses and names without a dot.
    pub hosts: Vec<String>,
    /// From here the headers of a proxy are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How long a login holds.
    pub lifetime: Lifetime,
    /// With which certificate the page is served; `None`: without.
    pub tls: Option<TlsSettings>,
}

/// The `[web.tls]` section.
#[derive(Debug, Clone)]
pub struct TlsSettings {
    /// Where certificate and key are.
    pub files: CertificateFiles,
    /// For how long browsers shall come to this machine by https alone, whatever the port.
    pub hsts_days: u32,
}

impl TlsSettings {
    /// The value of `Strict-Transport-Security` (RFC 6797), in seconds; none where browsers may forget.
    pub(super) fn hsts(&self) -> Option<HeaderValue> {
        let seconds = u64::from(self.hsts_days) * 24 * 60 * 60;
        (seconds > 0).then(|| HeaderValue::try_from(format!("max-age={seconds}")).expect("a number is a value"))
    }
}

impl Default for WebSettings {
    /// On this machine alone, and nobody gets in without a login.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            open: None,
            hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            lifetime: Lifetime { idle: Duration::from_hours(72), absolute: Duration::from_hours(30 * 24) },
            tls: None,
        }
    }
}
