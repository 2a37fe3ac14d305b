//! What the configuration decides about the web.

use std::net::SocketAddr;
use std::time::Duration;

use axum::http::HeaderValue;
use ipnet::IpNet;
use lampfield_shared::{Privacy, Role};

use crate::identity::Lifetime;
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
    /// How much of calls each role may know.
    pub privacy: PrivacySettings,
    /// How long a login holds.
    pub lifetime: Lifetime,
    /// With which certificate the page is served; `None`: without.
    pub tls: Option<TlsSettings>,
}

/// The `[privacy]` section: how much of calls each role may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrivacySettings {
    /// A wall display hangs where anybody passes.
    pub screen: Privacy,
    /// Whoever looks at the board.
    pub viewer: Privacy,
    /// Whoever puts calls through.
    pub receptionist: Privacy,
    /// Whoever runs it.
    pub admin: Privacy,
}

impl PrivacySettings {
    /// What that role may know.
    pub const fn of(&self, role: Role) -> Privacy {
        match role {
            Role::Screen => self.screen,
            Role::Viewer => self.viewer,
            Role::Receptionist => self.receptionist,
            Role::Admin => self.admin,
        }
    }
}

impl Default for PrivacySettings {
    fn default() -> Self {
        Self { screen: Privacy::Nothing, viewer: Privacy::Side, receptionist: Privacy::Full, admin: Privacy::Full }
    }
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
            privacy: PrivacySettings::default(),
            lifetime: Lifetime { idle: Duration::from_hours(72), absolute: Duration::from_hours(30 * 24) },
            tls: None,
        }
    }
}
