//! What is listened on, and with which certificates.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use lampfield_sip::Transport;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::tls::{self, Certificate, CertificateFiles, Clients, Roots, TlsError};

/// How SIP travels, as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportSettings {
    /// Where we listen, in the admin's order.
    pub listen: Vec<(Transport, SocketAddr)>,
    /// Certificates.
    pub tls: TlsSettings,
    /// Who is asked for names; empty: those that the system asks.
    pub nameservers: Vec<SocketAddr>,
}

impl TransportSettings {
    /// UDP at one address.
    pub fn udp(address: SocketAddr) -> Self {
        Self { listen: vec![(Transport::Udp, address)], tls: TlsSettings::default(), nameservers: Vec::new() }
    }
}

/// TLS of SIP as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsSettings {
    /// What we show: to whoever calls us, and to whom we call if it asks.
    pub own: Option<CertificateFiles>,
    /// Who vouches for the peers.
    pub roots: Roots,
    /// Who may call us.
    pub clients: Clients,
    /// Whether anything is ever sent or listened for by TLS. Where not, nothing is loaded.
    pub used: bool,
}

impl Default for TlsSettings {
    fn default() -> Self {
        Self { own: None, roots: Roots::System, clients: Clients::Anybody, used: false }
    }
}

/// TLS with its files read.
#[derive(Default)]
pub(super) struct LoadedTls {
    pub acceptor: Option<TlsAcceptor>,
    pub connector: Option<TlsConnector>,
    pub certificate: Option<Arc<Certificate>>,
}

impl TlsSettings {
    /// Whether everything that is needed can be used.
    ///
    /// # Errors
    /// What cannot be used, and why.
    pub fn check(&self) -> Result<(), TlsError> {
        self.load().map(drop)
    }

    /// Reads the files, if they are needed.
    pub(super) fn load(&self) -> Result<LoadedTls, TlsError> {
        if !self.used {
            return Ok(LoadedTls::default());
        }
        let certificate = self.own.clone().map(Certificate::load).transpose()?;
        let server = certificate.clone().map(|own| tls::server(own, &self.clients)).transpose()?;
        let client = tls::client(&self.roots, certificate.clone())?;
        Ok(LoadedTls {
            acceptor: server.map(|server| TlsAcceptor::from(Arc::new(server))),
            connector: Some(TlsConnector::from(Arc::new(client))),
            certificate,
        })
    }
}

/// Why SIP cannot be listened for.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The address is taken, or is none of this machine.
    #[error("listening for SIP by {transport} at {address}: {error}")]
    Address {
        /// By what.
        transport: Transport,
        /// Where.
        address: SocketAddr,
        /// Why not.
        error: io::Error,
    },
    /// TLS without anything to show.
    #[error("listening for SIP by TLS needs a certificate: sip.tls.certificate and sip.tls.key")]
    NoCertificate,
    /// Its files are not good.
    #[error("TLS for SIP: {0}")]
    Tls(#[from] TlsError),
}

/// The port that another transport got at the same address, where none is asked for: UDP and TCP share one.
pub(super) fn with_port(mut address: SocketAddr, listening: &[(Transport, SocketAddr)]) -> SocketAddr {
    if address.port() == 0 {
        let twin = listening.iter().find(|(_, other)| other.ip() == address.ip());
        address.set_port(twin.map_or(0, |(_, other)| other.port()));
    }
    address
}

/// Why nothing can be sent there.
pub(super) fn no_socket(transport: Transport, address: SocketAddr) -> String {
    let family = if address.is_ipv4() { "IPv4" } else { "IPv6" };
    format!("lampfield listens on no {family} address for {transport}: add one to sip.listen")
}
