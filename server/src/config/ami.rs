//! The sections `[peer.ami]`, checked: which PBXes can be made to block calls, and how AMI is reached there.

use std::collections::BTreeMap;
use std::sync::Arc;

use lampfield_shared::{DeviceState, SiteName};
use lampfield_sip::locate::Host;
use tokio_rustls::rustls::pki_types::ServerName;
use toml::Spanned;

use super::file::{self, File};
use super::{Check, ConfigError};
use crate::ami::wire::HeaderValue;
use crate::ami::{self, AmiSettings, AmiTls};
use crate::dnd::NodeSettings;
use crate::mesh::PeerSettings;
use crate::tls::{self, Roots};
use crate::transport::Lookup;

impl Check<'_> {
    pub(super) fn nodes(
        &self,
        file: &File,
        peers: &[PeerSettings],
        names: &Lookup,
    ) -> Result<BTreeMap<SiteName, NodeSettings>, ConfigError> {
        let mut nodes = BTreeMap::new();
        for (index, (written, peer)) in file.peers.iter().zip(peers).enumerate() {
            if let Some(ami) = &written.ami {
                nodes.insert(peer.name.clone(), self.node(ami, peer, names, &format!("peer[{index}].ami"))?);
            }
        }
        Ok(nodes)
    }

    fn node(
        &self,
        written: &file::Ami,
        peer: &PeerSettings,
        names: &Lookup,
        key: &str,
    ) -> Result<NodeSettings, ConfigError> {
        let host = match (&written.host, peer.addresses.first()) {
            (Some(host), _) => host.0.clone(),
            (None, Some(address)) => match &address.host {
                Host::Ip(ip) => ip.to_string(),
                Host::Name(name) => name.to_string(),
            },
            (None, None) => String::new(),
        };
        if host.is_empty() {
            return Err(self.wrong(
                &written.user,
                &format!("{key}.host"),
                "is needed: the peer has no address of its own",
            ));
        }
        let user = self.value(&written.user, &written.user.get_ref().0, &format!("{key}.user"))?;
        let secret = self.value(&written.secret, written.secret.get_ref().text(), &format!("{key}.secret"))?;
        let tls = if written.tls { Some(self.ami_tls(written, &host, key)?) } else { None };
        let port = written.port.unwrap_or(if written.tls { ami::TLS_PORT } else { ami::PORT });
        let settings = AmiSettings { host, port, user, secret, tls, names: names.clone(), patience: ami::PATIENCE };
        Ok(NodeSettings { ami: settings, off: self.dnd_off(written, key)? })
    }

    /// Checks a text that AMI will carry. The error names the place and the reason but not the text, which may be the
    /// secret.
    fn value<T>(&self, at: &Spanned<T>, text: &str, key: &str) -> Result<HeaderValue, ConfigError> {
        text.parse().map_err(|error| self.wrong(at, key, error))
    }

    fn ami_tls(&self, written: &file::Ami, host: &str, key: &str) -> Result<AmiTls, ConfigError> {
        let name = written.tls_name.as_ref();
        let text = name.map_or(host, |name| name.get_ref().0.as_str());
        let name = ServerName::try_from(text.to_owned()).map_err(|_| {
            let (key, message) = (format!("{key}.tls_name"), format!("`{text}` cannot be the name of a certificate"));
            match name {
                Some(name) => self.wrong(name, &key, message),
                None => self.wrong(&written.user, &key, message),
            }
        })?;
        let roots = written.roots.as_ref();
        let trusted = roots.map_or(Roots::System, |file| Roots::File(self.beside(&file.get_ref().0)));
        let config = tls::client(&trusted, None).map_err(|error| match roots {
            Some(roots) => self.wrong(roots, &format!("{key}.roots"), error),
            None => self.wrong(&written.user, &format!("{key}.roots"), error),
        })?;
        Ok(AmiTls { config: Arc::new(config), name })
    }

    /// The state that FreePBX leaves behind when DND is switched off, which depends on its release.
    fn dnd_off(&self, written: &file::Ami, key: &str) -> Result<DeviceState, ConfigError> {
        let Some(text) = &written.dnd_off else { return Ok(DeviceState::Unavailable) };
        match text.get_ref().0.parse() {
            Ok(state @ (DeviceState::Unavailable | DeviceState::NotInUse)) => Ok(state),
            _ => Err(self.wrong(
                text,
                &format!("{key}.dnd_off"),
                "UNAVAILABLE is expected, as FreePBX sets it now, or NOT_INUSE, as it did before",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;

    /// One peer with these lines in its `[peer.ami]`.
    fn with_manager(lines: &str) -> Result<Config, ConfigError> {
        let peer =
            "[sip]\nlisten = '10.0.0.6:5060'\n[[peer]]\nname = 'perm'\naddress = '10.0.0.4:5061'\nresource = 'perm'";
        Config::parse(Path::new("lampfield.toml"), &format!("{peer}\n[peer.ami]\n{lines}\n"))
    }

    #[test]
    fn a_manager_is_where_its_pbx_is() {
        let config = with_manager("user = \"lampfield\"\nsecret = \"s3cr3t\"").unwrap();
        let node = &config.nodes["perm"];
        assert_eq!((node.ami.host.as_str(), node.ami.port), ("10.0.0.4", 5038));
        assert_eq!(node.off, DeviceState::Unavailable);
        assert!(config.board.sites[0].stops_calls, "the page offers it");
        assert!(!format!("{config:?}").contains("s3cr3t"), "nobody sees the secret");
        let config =
            with_manager("host = \"pbx\"\nport = 6000\nuser = \"u\"\nsecret = \"s\"\ndnd_off = \"NOT_INUSE\"").unwrap();
        let node = &config.nodes["perm"];
        assert_eq!((node.ami.host.as_str(), node.ami.port), ("pbx", 6000));
        assert_eq!(node.off, DeviceState::NotInUse);
    }

    #[test]
    fn a_manager_that_cannot_be_is_told_without_its_secret() {
        let error = with_manager("user = \"u\"\nsecret = \"s3cr3t\\n\"").unwrap_err().to_string();
        assert!(error.contains("peer[0].ami.secret: begins or ends with a space"), "{error}");
        assert!(!error.contains("s3cr3t"), "{error}");
        let wrong = [
            ("user = \"\"\nsecret = \"s\"", "peer[0].ami.user: is empty"),
            ("user = \"u\"", "secret"),
            ("user = \"u\"\nsecret = \"s\"\ndnd_off = \"BUSY\"", "peer[0].ami.dnd_off: UNAVAILABLE is expected"),
            ("user = \"u\"\nsecret = \"s\"\ntls = true\nroots = \"no-such.pem\"", "peer[0].ami.roots"),
            (
                "user = \"u\"\nsecret = \"s\"\ntls = true\ntls_name = \"a b\"",
                "`a b` cannot be the name of a certificate",
            ),
        ];
        for (lines, words) in wrong {
            let error = with_manager(lines).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
