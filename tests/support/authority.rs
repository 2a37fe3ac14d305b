//! A certificate authority for one test.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

/// An authority that signs certificates into a folder.
pub struct Authority {
    folder: PathBuf,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    /// An authority whose own certificate is `roots.pem` in this folder.
    pub fn new(folder: &Path, name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no name is a good name");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("ring makes keys");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("it signs itself");
        fs::create_dir_all(folder).expect("there is room");
        fs::write(folder.join("roots.pem"), issuer.pem()).expect("there is room");
        Self { folder: folder.into(), issuer }
    }

    /// Path of its own certificate.
    pub fn roots(&self) -> PathBuf {
        self.folder.join("roots.pem")
    }

    /// Signs a certificate for a name or an address; gives the paths of the certificate and of its key.
    pub fn sign(&self, name: &str) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate().expect("ring makes keys");
        let params = CertificateParams::new([name.to_owned()]).expect("the test names it well");
        let certificate = params.signed_by(&key, &self.issuer).expect("it signs");
        let files = (self.folder.join(format!("{name}.pem")), self.folder.join(format!("{name}.key")));
        fs::write(&files.0, certificate.pem()).expect("there is room");
        fs::write(&files.1, key.serialize_pem()).expect("there is room");
        files
    }
}
