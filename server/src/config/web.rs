//! The sections `[web]` and `[store]`, checked.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use lampfield_shared::Role;
use toml::Spanned;

use super::file::{File, PrivacyByRole};
use super::{Check, ConfigError};
use crate::tls::CertificateFiles;
use crate::web::{PrivacySettings, TlsSettings, WebSettings};

impl Check<'_> {
    pub(super) fn web(&mut self, file: &File) -> Result<WebSettings, ConfigError> {
        let web = &file.web;
        let mut settings = WebSettings { open: web.open, ..WebSettings::default() };
        settings.privacy = privacy(&file.privacy);
        if let Some(listen) = &web.listen {
            settings.listen = listen.0;
        }
        for (index, written) in web.hosts.iter().enumerate() {
            let host = written.get_ref().0.trim_end_matches('.').to_ascii_lowercase();
            if host.is_empty() || host.contains(['/', ':', '*', ' ']) {
                let message = format!("`{host}` is not a plain host name, such as lamps.example.com");
                return Err(self.wrong(written, &format!("web.hosts[{index}]"), message));
            }
            settings.hosts.push(host);
        }
        for (index, written) in web.trusted_proxies.iter().enumerate() {
            let text = written.get_ref().0.as_str();
            // A single address is a network of one.
            let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            settings.trusted_proxies.push(network.map_err(|_| {
                let message = format!("`{text}` is not an address or a network, such as 10.0.0.0/8");
                self.wrong(written, &format!("web.trusted_proxies[{index}]"), message)
            })?);
        }
        if let Some(hours) = self.at_least_one(web.session_idle_hours.as_ref(), "web.session_idle_hours")? {
            settings.lifetime.idle = Duration::from_hours(hours.into());
        }
        if let Some(days) = self.at_least_one(web.session_days.as_ref(), "web.session_days")? {
            settings.lifetime.absolute = Duration::from_hours(u64::from(days) * 24);
        }
        settings.tls = web.tls.as_ref().map(|tls| TlsSettings {
            files: CertificateFiles { certificate: self.beside(&tls.certificate.0), key: self.beside(&tls.key.0) },
            hsts_days: tls.hsts_days,
        });
        if web.open >= Some(Role::Receptionist) {
            self.warnings.push("web.open lets visitors who are not logged in change things".into());
        }
        Ok(settings)
    }

    fn at_least_one(&self, written: Option<&Spanned<u32>>, key: &str) -> Result<Option<u32>, ConfigError> {
        match written {
            Some(number) if *number.get_ref() == 0 => Err(self.wrong(number, key, "at least 1 is needed")),
            _ => Ok(written.map(|number| *number.get_ref())),
        }
    }

    /// Path of the database: beside the configuration, unless the file names another.
    pub(super) fn store(&self, file: &File) -> PathBuf {
        self.beside(&file.store.file.0)
    }
}

fn privacy(written: &PrivacyByRole) -> PrivacySettings {
    let usual = PrivacySettings::default();
    PrivacySettings {
        screen: written.screen.unwrap_or(usual.screen),
        viewer: written.viewer.unwrap_or(usual.viewer),
        receptionist: written.receptionist.unwrap_or(usual.receptionist),
        admin: written.admin.unwrap_or(usual.admin),
    }
}
