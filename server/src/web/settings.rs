//! What the configuration decides about the web.

use std::net::SocketAddr;

use ipnet::IpNet;
use lampfield_shared::Role;

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
}

impl Default for WebSettings {
    /// On this machine alone, and nobody gets in without a login.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            open: None,
            hosts: Vec::new(),
            trusted_proxies: Vec::new(),
        }
    }
}
