//! How SIP travels: where we listen, where peers send from, and where our own requests go.

use std::net::SocketAddr;

use super::file::{self, File};
use super::{Check, ConfigError};
use crate::mesh::{PeerAddress, PublishTo};
use crate::sip::Transport;
use crate::sip::locate::{Host, Target};

impl Check<'_> {
    /// What our requests give as our address: peers answer there, and know us by it.
    pub(super) fn sent_by(&self, file: &File) -> Result<SocketAddr, ConfigError> {
        let listen = &file.sip.listen;
        match &file.sip.advertise {
            Some(address) => Ok(address.0),
            None if listen.get_ref().0.ip().is_unspecified() && !file.peers.is_empty() => Err(self.wrong(
                listen,
                "sip.listen",
                "listens on every address: name the one that the PBXes know in sip.advertise",
            )),
            None => Ok(listen.get_ref().0),
        }
    }

    /// Where a peer sends from.
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

    /// Where our own requests go: as written, or our user at the peer's first address by UDP.
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
        publish_to(text).map_err(|why| self.wrong(uri, key, format!("`{text}` {why}")))
    }
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
    let (place, parameters) = rest.split_once(';').map_or((rest, None), |(place, rest)| (place, Some(rest)));
    for parameter in parameters.into_iter().flat_map(|parameters| parameters.split(';')) {
        transport = match parameter.to_ascii_lowercase().as_str() {
            "transport=udp" if scheme == "sip" => Transport::Udp,
            "transport=tcp" if scheme == "sip" => Transport::Tcp,
            "transport=tls" => Transport::Tls,
            _ => return Err(format!("has a parameter that means nothing here: {parameter}")),
        };
    }
    let (host, port) = host_and_port(place).ok_or(FORM)?;
    Ok(PublishTo { user: user.into(), target: Target { transport, host, port, tls_name: None } })
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
