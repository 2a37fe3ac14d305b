//! Warnings about files that hold secrets and that others can read: the configuration's passwords, and the keys that it
//! names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::Check;
use super::file::{File, Peer, Secret};

impl Check<'_> {
    /// Warns of each file that holds a secret and that others than its owner can read.
    pub(super) fn look_at_files(&mut self, file: &File) {
        if file.peers.iter().flat_map(secrets).any(Secret::is_in_file) {
            let advice = "take them out of it (`\"env:NAME\"`), or let only its owner read it: chmod 600";
            self.look_at(self.path, "holds passwords", advice);
        }
        let web = file.web.tls.as_ref().map(|tls| tls.key.0.as_str());
        let sip = file.sip.tls.key.as_ref().map(|key| key.get_ref().0.as_str());
        for key in [web, sip].into_iter().flatten().collect::<BTreeSet<_>>() {
            self.look_at(&self.beside(key), "is a private key", "let only its owner read it: chmod 600");
        }
    }

    fn look_at(&mut self, path: &Path, holds: &str, advice: &str) {
        if let Some(readers) = readers(path) {
            self.warnings.push(format!("{} {holds}, and {readers} can read it: {advice}", path.display()));
        }
    }
}

fn secrets(peer: &Peer) -> impl Iterator<Item = &Secret> {
    let auth = [&peer.auth, &peer.outbound_auth].into_iter().flatten().map(|auth| &auth.password);
    auth.chain(peer.ami.as_ref().map(|ami| ami.secret.get_ref()))
}

/// Who can read a file beside its owner; `None` if nobody can, or the mode cannot be read.
#[cfg(unix)]
fn readers(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let data = fs::metadata(path).ok()?;
    match (data.mode() & 0o004 != 0, data.mode() & 0o040 != 0) {
        (true, _) => Some("everybody on this machine".into()),
        (false, true) => Some(format!("everybody in the group {}", data.gid())),
        (false, false) => None,
    }
}

#[cfg(not(unix))]
fn readers(_path: &Path) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use crate::config::Config;

    const PEER: &str =
        "[sip]\nlisten = '10.0.0.6:5060'\n[[peer]]\nname = 'perm'\naddress = '10.0.0.4'\nresource = 'perm'\n";

    /// The warnings when the configuration has these further lines, and its file this mode.
    fn warnings(lines: &str, mode: u32) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lampfield.toml");
        fs::write(&file, format!("{PEER}{lines}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        Config::load(&file).unwrap().warnings
    }

    #[test]
    fn a_file_with_passwords_is_its_owners_alone() {
        let secrets = [
            "auth = { username = 'u', password = 's3cr3t' }",
            "outbound_auth = { username = 'u', password = 's3cr3t' }",
            "[peer.ami]\nuser = 'u'\nsecret = 's3cr3t'",
        ];
        for lines in secrets {
            assert_eq!(warnings(lines, 0o600), [""; 0]);
            for (mode, readers) in [(0o644, "everybody on this machine can read it"), (0o640, "everybody in the group")]
            {
                let told = warnings(lines, mode);
                let [told] = &told[..] else { panic!("{lines} {mode:o}: {told:?}") };
                assert!(told.contains(readers) && told.contains("holds passwords"), "{told}");
                assert!(!told.contains("s3cr3t"), "{told}");
            }
        }
        // Tests always run with HOME set; its value does not matter.
        let elsewhere = "auth = { username = 'u', password = 'env:HOME' }\n[peer.ami]\nuser = 'u'\nsecret = 'env:HOME'";
        assert_eq!(warnings(elsewhere, 0o644), [""; 0]);
        assert_eq!(warnings("", 0o644), [""; 0]);
    }

    #[test]
    fn a_private_key_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("key.pem");
        fs::write(&key, "").unwrap();
        for (mode, told) in [(0o644, 1), (0o600, 0)] {
            fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
            let lines = format!("[web.tls]\ncertificate = 'c.pem'\nkey = '{}'", key.display());
            let warnings = warnings(&lines, 0o644);
            assert_eq!(
                warnings.iter().filter(|it| it.contains("key.pem is a private key")).count(),
                told,
                "{warnings:?}"
            );
        }
    }
}
