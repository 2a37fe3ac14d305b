//! The addresses of SIP, checked: where we listen, where peers send from, and where our own requests go.

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

use lampfield_sip::locate::{Host, Target};
use lampfield_sip::{SentBy, Transport};

use super::file::{self, File, SipTls};
use super::{Check, ConfigError};
use crate::mesh::{PeerAddress, PeerSettings, PublishTo};
use crate::tls::{CertificateFiles, Clients, Roots, TlsError};
use crate::transport::{TlsSettings, TransportSettings};

impl Check<'_> {
    /// Checks the addresses to listen at, and the certificates for TLS.
    pub(super) fn transport(&self, file: &File, peers: &[PeerSettings]) -> Result<TransportSettings, ConfigError> {
        let listen = self.listen(file)?;
        let calls = peers.iter().any(|peer| peer.publish_to.target.transport == Transport::Tls);
        let answers = listen.iter().any(|(transport, _)| *transport == Transport::Tls);
        let tls = self.tls(file, answers, calls)?;
        let mut nameservers = Vec::new();
        for (written, text) in file.sip.nameservers.iter().flat_map(|all| all.get_ref().iter().map(move |it| (all, it)))
        {
            let (host, port) = host_and_port(text).unzip();
            let Some(Host::Ip(ip)) = host else {
                return Err(self.wrong(written, "sip.nameservers", format!("`{text}` is not an IP address")));
            };
            nameservers.push(SocketAddr::new(ip, port.flatten().unwrap_or(53)));
        }
        Ok(TransportSettings { listen, tls, nameservers })
    }

    fn listen(&self, file: &File) -> Result<Vec<(Transport, SocketAddr)>, ConfigError> {
        let written = &file.sip.listen;
        let mut all = Vec::new();
        for text in written.get_ref().iter() {
            let more = listen(text).ok_or_else(|| {
                let form = "10.0.0.6:5060 (UDP and TCP), udp://, tcp:// or tls:// before an IP address";
                self.wrong(written, "sip.listen", format!("`{text}` is not of the form {form}"))
            })?;
            all.extend(more);
        }
        if all.is_empty() {
            return Err(self.wrong(written, "sip.listen", "at least one address is needed"));
        }
        Ok(all)
    }

    fn tls(&self, file: &File, answers: bool, calls: bool) -> Result<TlsSettings, ConfigError> {
        let SipTls { certificate, key, roots, require_client_certificate } = &file.sip.tls;
        let own = match (certificate, key) {
            (Some(certificate), Some(key)) => Some(CertificateFiles {
                certificate: self.beside(&certificate.get_ref().0),
                key: self.beside(&key.get_ref().0),
            }),
            (Some(half), None) => {
                return Err(self.wrong(half, "sip.tls.certificate", "its key is missing: sip.tls.key"));
            }
            (None, Some(half)) => {
                return Err(self.wrong(half, "sip.tls.key", "its certificate is missing: sip.tls.certificate"));
            }
            (None, None) if answers => {
                let message = "tls:// needs a certificate: sip.tls.certificate and sip.tls.key";
                return Err(self.wrong(&file.sip.listen, "sip.listen", message));
            }
            (None, None) => None,
        };
        let trusted = match roots.as_ref().map(|roots| roots.get_ref().0.as_str()) {
            None | Some("system") => Roots::System,
            Some(file) => Roots::File(self.beside(file)),
        };
        let clients = if *require_client_certificate { Clients::SignedBy(trusted.clone()) } else { Clients::Anybody };
        let tls = TlsSettings { own, roots: trusted, clients, used: answers || calls };
        match (tls.check(), certificate, roots) {
            (Ok(()), ..) => Ok(tls),
            (Err(error @ TlsError::NoRoots(_)), _, Some(roots)) => Err(self.wrong(roots, "sip.tls.roots", error)),
            (Err(error), Some(certificate), _) => Err(self.wrong(certificate, "sip.tls.certificate", error)),
            (Err(error), None, _) => Err(self.wrong(&file.sip.listen, "sip.tls", error)),
        }
    }

    /// The addresses of ours that requests carry: peers answer there, and know us by them.
    pub(super) fn sent_by(&self, file: &File) -> Result<SentBy, ConfigError> {
        let mut advertised = Vec::new();
        for (written, text) in file.sip.advertise.iter().flat_map(|all| all.get_ref().iter().map(move |it| (all, it))) {
            match host_and_port(text) {
                Some((Host::Ip(ip), port)) => advertised.push((ip, port)),
                _ => return Err(self.wrong(written, "sip.advertise", format!("`{text}` is not an IP address"))),
            }
        }
        let mut own = Vec::new();
        for (transport, listened) in self.listen(file)? {
            let family = |(ip, _): &&(IpAddr, Option<u16>)| ip.is_ipv4() == listened.is_ipv4();
            let address = match advertised.iter().find(family) {
                // A port forwarded to us for TLS is another one than for UDP and TCP.
                Some((ip, port)) => match port.filter(|_| transport != Transport::Tls) {
                    Some(port) => SocketAddr::new(*ip, port),
                    None => SocketAddr::new(*ip, listened.port()),
                },
                None if listened.ip().is_unspecified() && !file.peers.is_empty() => {
                    let message = "listens on every address: set the one that the PBXes know in sip.advertise";
                    return Err(self.wrong(&file.sip.listen, "sip.listen", message));
                }
                None => listened,
            };
            own.push((transport, address));
        }
        SentBy::new(own).ok_or_else(|| self.wrong(&file.sip.listen, "sip.listen", "at least one address is needed"))
    }

    /// Checks the addresses that a peer sends from.
    pub(super) fn addresses(&self, written: &file::Peer, key: &str) -> Result<Vec<PeerAddress>, ConfigError> {
        let mut addresses = Vec::new();
        for text in written.address.get_ref().iter() {
            let (host, port) = host_and_port(text).ok_or_else(|| {
                let message = format!("`{text}` is neither an IP address nor a host name, with or without a port");
                self.wrong(&written.address, key, message)
            })?;
            addresses.push(PeerAddress { host, port });
        }
        if addresses.is_empty() {
            return Err(self.wrong(&written.address, key, "at least one address is needed"));
        }
        Ok(addresses)
    }

    /// The SIP address for our own requests: as written, or our user at the peer's first address by UDP.
    pub(super) fn publish_to(
        &self,
        file: &File,
        written: &file::Peer,
        addresses: &[PeerAddress],
        key: &str,
    ) -> Result<PublishTo, ConfigError> {
        let Some(uri) = &written.publish_to else {
            let PeerAddress { host, port } = addresses[0].clone();
            let target = Target { transport: Transport::Udp, host, port, tls_name: None };
            return Ok(PublishTo { user: file.sip.user.0.clone(), target });
        };
        let text = uri.get_ref().0.as_str();
        let mut to =
            publish_to(text).map_err(|why| self.wrong(uri, key, format!("`{}` {why}", without_password(text))))?;
        to.target.tls_name = written.tls_name.as_ref().map(|name| name.0.as_str().into());
        Ok(to)
    }
}

/// Reads `10.0.0.6:5060`, which is UDP and TCP, or a single transport: `tls://10.0.0.6`.
fn listen(text: &str) -> Option<Vec<(Transport, SocketAddr)>> {
    let (transports, rest) = match text.split_once("://") {
        None => (&[Transport::Udp, Transport::Tcp][..], text),
        Some(("udp", rest)) => (&[Transport::Udp][..], rest),
        Some(("tcp", rest)) => (&[Transport::Tcp][..], rest),
        Some(("tls", rest)) => (&[Transport::Tls][..], rest),
        Some(_) => return None,
    };
    let (Host::Ip(ip), port) = host_and_port(rest)? else { return None };
    let at = |transport: &Transport| (*transport, SocketAddr::new(ip, port.unwrap_or(transport.default_port())));
    Some(transports.iter().map(at).collect())
}

/// Reads `sip:lampfield@pbx.example:5060;transport=tcp`; `sips:` means TLS.
fn publish_to(text: &str) -> Result<PublishTo, String> {
    const FORM: &str = "is not of the form sip:user@host:port;transport=udp|tcp|tls";
    let (scheme, rest) = text.split_once(':').ok_or(FORM)?;
    let mut transport = match scheme {
        "sip" => Transport::Udp,
        "sips" => Transport::Tls,
        _ => return Err(FORM.into()),
    };
    let (user, rest) = rest.split_once('@').filter(|(user, _)| !user.is_empty()).ok_or(FORM)?;
    if user.contains(':') {
        return Err("has a password in it, which belongs into outbound_auth".into());
    }
    let (place, parameters) = rest.split_once(';').map_or((rest, None), |(place, rest)| (place, Some(rest)));
    for parameter in parameters.into_iter().flat_map(|parameters| parameters.split(';')) {
        transport = match parameter.to_ascii_lowercase().as_str() {
            "transport=udp" if scheme == "sip" => Transport::Udp,
            "transport=tcp" if scheme == "sip" => Transport::Tcp,
            "transport=tls" => Transport::Tls,
            _ => return Err(format!("has an unknown parameter: {parameter}")),
        };
    }
    let (host, port) = host_and_port(place).ok_or(FORM)?;
    Ok(PublishTo { user: user.into(), target: Target { transport, host, port, tls_name: None } })
}

/// Cuts the password out of `sip:user:password@host`, so that an error can show it.
fn without_password(text: &str) -> Cow<'_, str> {
    let parts = text.rsplit_once('@').and_then(|(user, place)| Some((user.split_once(':')?, place)));
    match parts {
        Some(((scheme, user), place)) => match user.split_once(':') {
            Some((user, _password)) => format!("{scheme}:{user}:…@{place}").into(),
            None => text.into(),
        },
        None => text.into(),
    }
}

/// Reads `10.1.0.5`, `10.1.0.5:5060`, `::1`, `[::1]`, `[::1]:5060`, `pbx.example` or `pbx.example:5060`.
fn host_and_port(text: &str) -> Option<(Host, Option<u16>)> {
    if let Ok(whole) = text.parse::<SocketAddr>() {
        return Some((Host::Ip(whole.ip()), Some(whole.port())));
    }
    if let Some(v6) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        return v6.parse().ok().map(|ip| (Host::Ip(ip), None));
    }
    if let Ok(host) = text.parse() {
        return Some((host, None));
    }
    let (host, port) = text.split_once(':')?;
    Some((host.parse().ok()?, Some(port.parse().ok()?)))
}
