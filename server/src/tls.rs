//! TLS, for SIP and for the web: certificates, keys and roots from PEM files, and their renewal.
//!
//! ```text
//!  certificate.pem + key.pem ─► Certificate ─► server(…): how we answer
//!        └─ renewed on disk? follow() takes the new one   client(…): how we call
//! ```
//! Uses rustls with ring: no OpenSSL to keep up to date on the machine, and no C to trust.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tokio_rustls::rustls;

use rustls::client::ResolvesClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, ClientConfig, RootCertStore, ServerConfig, SignatureScheme};

/// How often the files are checked. Certificates are renewed weeks before they expire.
const LOOK: Duration = Duration::from_secs(10);

/// Why TLS cannot be used, in words for an admin.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{file} cannot be read: {error}")]
    Unreadable {
        /// File that cannot be read.
        file: String,
        /// Error of the operating system.
        error: io::Error,
    },
    /// A file does not hold what it should.
    #[error("{file} has no {wanted} in PEM form")]
    Missing {
        /// File.
        file: String,
        /// What it should hold.
        wanted: &'static str,
    },
    /// Certificate and key do not belong together, or are of an unknown kind.
    #[error("{certificate} and {key} cannot be used together: {error}")]
    Unusable {
        /// File of the certificate.
        certificate: String,
        /// File of the key.
        key: String,
        /// Error of rustls.
        error: rustls::Error,
    },
    /// A file holds no usable authority, so nobody could be verified.
    #[error("{0} holds no certificate of an authority that can be used")]
    NoRoots(String),
}

/// Files of a certificate and its key, both PEM. The certificate's file holds the chain below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificate, followed by the chain that leads to its root.
    pub certificate: PathBuf,
    /// Private key.
    pub key: PathBuf,
}

/// Authorities that the other end's certificate is checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Roots {
    /// The authorities that the system trusts (`/etc/ssl/certs`).
    System,
    /// The authorities in a file, and no others.
    File(PathBuf),
}

/// Whether a server asks clients for a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clients {
    /// Client certificate optional.
    Anybody,
    /// Client certificate required, signed by one of these authorities.
    SignedBy(Roots),
}

/// A certificate of ours that follows its files: a renewal needs no restart.
#[derive(Debug)]
pub struct Certificate {
    files: CertificateFiles,
    loaded: RwLock<Loaded>,
}

#[derive(Debug, Clone)]
struct Loaded {
    stamp: Stamp,
    key: Arc<CertifiedKey>,
}

/// Times and lengths of both files, which tell that they were written again.
type Stamp = [Option<(SystemTime, u64)>; 2];

impl Certificate {
    /// Loads the files.
    ///
    /// # Errors
    /// When they cannot be read, or do not belong together.
    pub fn load(files: CertificateFiles) -> Result<Arc<Self>, TlsError> {
        let loaded = Loaded { stamp: files.stamp(), key: files.read()? };
        Ok(Arc::new(Self { files, loaded: RwLock::new(loaded) }))
    }

    /// Loads the files again if they were written again; tells whether they were.
    ///
    /// # Errors
    /// The errors of [`load`](Self::load); the previous certificate stays in use.
    pub fn renew(&self) -> Result<bool, TlsError> {
        let stamp = self.files.stamp();
        if stamp == self.loaded().stamp {
            return Ok(false);
        }
        let key = self.files.read()?;
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = Loaded { stamp, key };
        Ok(true)
    }

    /// Renews the certificate for ever. A file that is only half written is read again later; a file that stays bad is
    /// logged once.
    pub async fn follow(self: Arc<Self>) {
        let mut told = None;
        loop {
            tokio::time::sleep(LOOK).await;
            let file = self.files.certificate.display();
            match self.renew() {
                Ok(true) => tracing::info!(%file, "the certificate was renewed"),
                Ok(false) => {}
                Err(error) => {
                    let error = error.to_string();
                    if told.as_ref() != Some(&error) {
                        tracing::warn!(%file, error, "the new certificate cannot be used: the old one stays");
                        told = Some(error);
                    }
                }
            }
        }
    }

    fn loaded(&self) -> Loaded {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.loaded().key)
    }
}

impl ResolvesClientCert for Certificate {
    fn resolve(&self, _issuers: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.loaded().key)
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl CertificateFiles {
    fn stamp(&self) -> Stamp {
        [&self.certificate, &self.key].map(|file| {
            let metadata = std::fs::metadata(file).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        })
    }

    fn read(&self) -> Result<Arc<CertifiedKey>, TlsError> {
        let chain = certificates(&self.certificate)?;
        let key = PrivateKeyDer::from_pem_slice(&bytes(&self.key)?)
            .map_err(|_| TlsError::Missing { file: shown(&self.key), wanted: "private key" })?;
        let usable = CertifiedKey::from_der(chain, key, &provider()).map_err(|error| {
            let (certificate, key) = (shown(&self.certificate), shown(&self.key));
            TlsError::Unusable { certificate, key, error }
        })?;
        Ok(Arc::new(usable))
    }
}

/// Settings of a TLS server. The web adds its ALPN to them.
///
/// # Errors
/// When the roots of [`Clients::SignedBy`] cannot be used.
pub fn server(certificate: Arc<Certificate>, clients: &Clients) -> Result<ServerConfig, TlsError> {
    let builder = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.expect("ring knows TLS 1.2 and 1.3");
    let builder = match clients {
        Clients::Anybody => builder.with_no_client_auth(),
        Clients::SignedBy(roots) => {
            let store = Arc::new(roots.read()?);
            let verifier = WebPkiClientVerifier::builder_with_provider(store, provider()).build();
            builder.with_client_cert_verifier(verifier.map_err(|_| TlsError::NoRoots(roots.shown()))?)
        }
    };
    Ok(builder.with_cert_resolver(certificate))
}

/// Settings of a TLS client: the server's certificate must be signed by one of `roots`; `own` is shown to servers that
/// ask for one.
///
/// # Errors
/// When the roots cannot be used.
pub fn client(roots: &Roots, own: Option<Arc<Certificate>>) -> Result<ClientConfig, TlsError> {
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.expect("ring knows TLS 1.2 and 1.3").with_root_certificates(roots.read()?);
    Ok(match own {
        Some(own) => builder.with_client_cert_resolver(own),
        None => builder.with_no_client_auth(),
    })
}

impl Roots {
    fn read(&self) -> Result<RootCertStore, TlsError> {
        let certificates = match self {
            Self::System => rustls_native_certs::load_native_certs().certs,
            Self::File(file) => certificates(file)?,
        };
        let mut store = RootCertStore::empty();
        let (good, _bad) = store.add_parsable_certificates(certificates);
        if good == 0 { Err(TlsError::NoRoots(self.shown())) } else { Ok(store) }
    }

    fn shown(&self) -> String {
        match self {
            Self::System => "the system".into(),
            Self::File(file) => shown(file),
        }
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let missing = || TlsError::Missing { file: shown(file), wanted: "certificate" };
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes(file)?).collect();
    all.ok().filter(|all| !all.is_empty()).ok_or_else(missing)
}

fn bytes(file: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(file).map_err(|error| TlsError::Unreadable { file: shown(file), error })
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}

/// Explains to an admin why a handshake failed; `name` is the expected name of the other end.
pub fn explain(error: &io::Error, name: &str) -> String {
    let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => {
                "it hung up during the TLS handshake".to_owned()
            }
            _ => format!("TLS failed: {error}"),
        };
    };
    match error {
        rustls::Error::InvalidCertificate(error) => certificate_trouble(error, name),
        rustls::Error::InvalidMessage(_) => "it does not speak TLS there".to_owned(),
        rustls::Error::AlertReceived(alert) => alert_trouble(*alert),
        rustls::Error::PeerIncompatible(_) => format!("it offers no TLS that is supported here: {error}"),
        _ => format!("TLS failed: {error}"),
    }
}

fn certificate_trouble(error: &CertificateError, name: &str) -> String {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet: is a clock wrong?".to_owned()
        }
        // A wrong signature may come from two authorities with one name: scripts that make them often use the same
        // name.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate is not signed by an authority that lampfield trusts: see `roots`".to_owned()
        }
        CertificateError::NotValidForName => format!("its certificate is not for `{name}`"),
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names =
                if presented.is_empty() { "nobody (it has no subjectAltName)".into() } else { presented.join(", ") };
            format!("its certificate is not for `{name}`, but for {names}")
        }
        CertificateError::Revoked => "its certificate is revoked".to_owned(),
        other => format!("its certificate is not valid: {other}"),
    }
}

fn alert_trouble(alert: rustls::AlertDescription) -> String {
    use rustls::AlertDescription as Alert;
    match alert {
        Alert::UnknownCA | Alert::DecryptError => {
            "it does not trust the authority that signed lampfield's certificate".to_owned()
        }
        Alert::CertificateRequired => "it asks for a client certificate, and lampfield has none".to_owned(),
        Alert::CertificateExpired => "lampfield's certificate has expired".to_owned(),
        Alert::BadCertificate | Alert::CertificateUnknown | Alert::UnsupportedCertificate => {
            format!("it does not accept lampfield's certificate ({alert:?})")
        }
        _ => format!("it refuses TLS ({alert:?})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a certificate for `name`, with an authority of its own, as PEM.
    fn write(folder: &Path, name: &str) -> CertificateFiles {
        let rcgen::CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let files = CertificateFiles { certificate: folder.join("cert.pem"), key: folder.join("key.pem") };
        std::fs::write(&files.certificate, cert.pem()).unwrap();
        std::fs::write(&files.key, signing_key.serialize_pem()).unwrap();
        files
    }

    fn key_of(certificate: &Certificate) -> Vec<u8> {
        certificate.loaded().key.cert[0].to_vec()
    }

    #[test]
    fn follows_its_files_and_keeps_what_was_good() {
        let folder = tempfile::tempdir().unwrap();
        let files = write(folder.path(), "pbx.example");
        let certificate = Certificate::load(files.clone()).unwrap();
        let first = key_of(&certificate);
        assert!(!certificate.renew().unwrap());

        std::fs::write(&files.key, "half").unwrap();
        assert!(certificate.renew().is_err());
        assert_eq!(key_of(&certificate), first);

        write(folder.path(), "longer-name-so-that-the-length-differs.pbx.example");
        assert!(certificate.renew().unwrap());
        assert_ne!(key_of(&certificate), first);
    }

    #[test]
    fn says_which_file_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let good = write(folder.path(), "pbx.example");
        let other = tempfile::tempdir().unwrap();
        let stranger = write(other.path(), "pbx.example");
        let missing = CertificateFiles { certificate: folder.path().join("none.pem"), ..good.clone() };
        let swapped = CertificateFiles { certificate: good.key.clone(), key: good.certificate.clone() };
        let mixed = CertificateFiles { key: stranger.key, ..good };
        for (files, words) in [
            (missing, "none.pem cannot be read"),
            (swapped, "key.pem has no certificate in PEM form"),
            (mixed, "cannot be used together"),
        ] {
            let error = Certificate::load(files).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn takes_roots_from_a_file_or_says_why_not() {
        let folder = tempfile::tempdir().unwrap();
        let files = write(folder.path(), "pbx.example");
        let own = Certificate::load(files.clone()).unwrap();
        let roots = Roots::File(files.certificate);
        client(&roots, Some(Arc::clone(&own))).unwrap();
        server(Arc::clone(&own), &Clients::SignedBy(roots)).unwrap();
        server(Arc::clone(&own), &Clients::Anybody).unwrap();
        let error = client(&Roots::File(files.key), None).unwrap_err().to_string();
        assert!(error.contains("key.pem has no certificate"), "{error}");
    }
}
