//! The web's part of the configuration.

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
    /// Address at which the page is served.
    pub listen: SocketAddr,
    /// Role of guests, who are not logged in; `None`: everybody has to log in.
    pub open: Option<Role>,
    /// Names by which browsers know us, beside addresses and names without a dot.
    pub hosts: Vec<String>,
    /// Networks of proxies whose headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How much of calls each role may know.
    pub privacy: PrivacySettings,
    /// How long a login holds.
    pub lifetime: Lifetime,
    /// Certificate of the page; `None`: served without TLS.
    pub tls: Option<TlsSettings>,
}

/// The `[privacy]` section: how much of calls each role may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrivacySettings {
    /// Wall displays, which hang where anybody passes.
    pub screen: Privacy,
    /// Viewers.
    pub viewer: Privacy,
    /// Receptionists, who put calls through.
    pub receptionist: Privacy,
    /// Admins.
    pub admin: Privacy,
}

impl PrivacySettings {
    /// How much of calls a role may know.
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
    /// Paths of certificate and key.
    pub files: CertificateFiles,
    /// How long browsers shall come to this machine by https alone, whatever the port.
    pub hsts_days: u32,
}

impl TlsSettings {
    /// Value of `Strict-Transport-Security` (RFC 6797), in seconds; `None` where the header is not sent.
    pub(super) fn hsts(&self) -> Option<HeaderValue> {
        let seconds = u64::from(self.hsts_days) * 24 * 60 * 60;
        (seconds > 0).then(|| HeaderValue::try_from(format!("max-age={seconds}")).expect("a number is a value"))
    }
}

impl Default for WebSettings {
    /// Serves this machine alone, and nobody without a login.
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
