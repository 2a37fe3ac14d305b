//! Settings of SIP's sockets: listening addresses and certificates.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use lampfield_sip::Transport;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::tls::{self, Certificate, CertificateFiles, Clients, Roots, TlsError};

/// Settings of SIP's sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportSettings {
    /// Listening addresses, in the admin's order.
    pub listen: Vec<(Transport, SocketAddr)>,
    /// Certificates.
    pub tls: TlsSettings,
    /// Name servers; empty: those of the system.
    pub nameservers: Vec<SocketAddr>,
}

impl TransportSettings {
    /// Settings for UDP at one address.
    pub fn udp(address: SocketAddr) -> Self {
        Self { listen: vec![(Transport::Udp, address)], tls: TlsSettings::default(), nameservers: Vec::new() }
    }
}

/// Settings of TLS for SIP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsSettings {
    /// Our certificate: for peers that connect to us, and for those that ask for one when we connect to them.
    pub own: Option<CertificateFiles>,
    /// Authorities that peers' certificates are checked against.
    pub roots: Roots,
    /// Whether peers that connect to us must show a certificate.
    pub clients: Clients,
    /// Whether TLS is used at all, in or out. Otherwise no file is loaded.
    pub used: bool,
}

impl Default for TlsSettings {
    fn default() -> Self {
        Self { own: None, roots: Roots::System, clients: Clients::Anybody, used: false }
    }
}

/// TLS with its files loaded.
#[derive(Default)]
pub(super) struct LoadedTls {
    pub acceptor: Option<TlsAcceptor>,
    pub connector: Option<TlsConnector>,
    pub certificate: Option<Arc<Certificate>>,
}

impl TlsSettings {
    /// Checks that the files can be used, if they are needed.
    ///
    /// # Errors
    /// The file that cannot be used, and why.
    pub fn check(&self) -> Result<(), TlsError> {
        self.load().map(drop)
    }

    /// Loads the files, if they are needed.
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

/// Why a listening socket cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The address is taken, or is none of this machine.
    #[error("listening for SIP by {transport} at {address}: {error}")]
    Address {
        /// Transport.
        transport: Transport,
        /// Address.
        address: SocketAddr,
        /// Error of the operating system.
        error: io::Error,
    },
    /// TLS without a certificate.
    #[error("listening for SIP by TLS needs a certificate: sip.tls.certificate and sip.tls.key")]
    NoCertificate,
    /// The files of the certificate cannot be used.
    #[error("TLS for SIP: {0}")]
    Tls(#[from] TlsError),
}

/// Gives an address without a port the port that another transport got at the same address: UDP and TCP share one.
pub(super) fn with_port(mut address: SocketAddr, listening: &[(Transport, SocketAddr)]) -> SocketAddr {
    if address.port() == 0 {
        let twin = listening.iter().find(|(_, other)| other.ip() == address.ip());
        address.set_port(twin.map_or(0, |(_, other)| other.port()));
    }
    address
}

/// Error of sending by a transport that has no socket.
pub(super) fn no_socket(transport: Transport, address: SocketAddr) -> String {
    let family = if address.is_ipv4() { "IPv4" } else { "IPv6" };
    format!("lampfield listens on no {family} address for {transport}: add one to sip.listen")
}
