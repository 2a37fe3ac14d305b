//! The sections `[web]` and `[store]`, checked.

use std::net::IpAddr;
use std::path::PathBuf;

use ipnet::IpNet;

use super::file::File;
use super::{Check, ConfigError};
use crate::web::WebSettings;

impl Check<'_> {
    pub(super) fn web(&mut self, file: &File) -> Result<WebSettings, ConfigError> {
        let web = &file.web;
        let mut settings = WebSettings { open: web.open, ..WebSettings::default() };
        if let Some(listen) = &web.listen {
            settings.listen = listen.0;
        }
        for (index, written) in web.hosts.iter().enumerate() {
            let host = written.get_ref().0.trim_end_matches('.').to_ascii_lowercase();
            if host.is_empty() || host.contains(['/', ':', '*', ' ']) {
                let message = format!("`{host}` is not a name alone, such as lamps.example.com");
                return Err(self.wrong(written, &format!("web.hosts[{index}]"), message));
            }
            settings.hosts.push(host);
        }
        for (index, written) in web.trusted_proxies.iter().enumerate() {
            let text = written.get_ref().0.as_str();
            // An address alone is a network of one.
            let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            settings.trusted_proxies.push(network.map_err(|_| {
                let message = format!("`{text}` is not an address or a network, such as 10.0.0.0/8");
                self.wrong(written, &format!("web.trusted_proxies[{index}]"), message)
            })?);
        }
        Ok(settings)
    }

    /// The database lies beside the configuration, unless it is told otherwise.
    pub(super) fn store(&self, file: &File) -> PathBuf {
        self.beside(&file.store.file.0)
    }
}
