//! lampfield's configuration for a test. Only this file knows how the configuration is written.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use lampfield_shared::Role;

/// A peer in the configuration.
#[derive(Debug, Clone)]
pub struct Peer {
    name: String,
    address: String,
    resource: String,
    publish_to: Option<String>,
    tls_name: Option<String>,
    eids: Vec<String>,
    serves: Vec<String>,
    ami: Option<String>,
    lines: String,
}

impl Peer {
    /// A peer at an address that publishes to a resource; it may speak for any EID, and serves any extension.
    pub fn new(name: &str, address: &str, resource: &str) -> Self {
        let (name, address, resource) = (name.into(), address.into(), resource.into());
        Self {
            name,
            address,
            resource,
            publish_to: None,
            tls_name: None,
            eids: Vec::new(),
            serves: Vec::new(),
            ami: None,
            lines: String::new(),
        }
    }

    /// Sets the address of our own requests.
    #[must_use]
    pub fn publish_to(mut self, uri: &str) -> Self {
        self.publish_to = Some(uri.into());
        self
    }

    /// Sets the address that it sends from.
    #[must_use]
    pub fn address(mut self, address: &str) -> Self {
        self.address = address.into();
        self
    }

    /// Sets the name that its certificate must show.
    #[must_use]
    pub fn tls_name(mut self, name: &str) -> Self {
        self.tls_name = Some(name.into());
        self
    }

    /// Gives it a manager: the lines of its `[peer.ami]`.
    #[must_use]
    pub fn ami(mut self, lines: &str) -> Self {
        self.ami = Some(lines.into());
        self
    }

    /// Sets the user of its Request-URIs.
    #[must_use]
    pub fn resource(mut self, resource: &str) -> Self {
        self.resource = resource.into();
        self
    }

    /// Sets the login that it must present.
    #[must_use]
    pub fn auth(self, username: &str, password: &str) -> Self {
        self.line(&format!("auth = {{ username = {username:?}, password = {password:?} }}"))
    }

    /// Sets the login that we present to it.
    #[must_use]
    pub fn outbound_auth(self, username: &str, password: &str) -> Self {
        self.line(&format!("outbound_auth = {{ username = {username:?}, password = {password:?} }}"))
    }

    /// Adds a line to its section.
    #[must_use]
    pub fn line(mut self, line: &str) -> Self {
        let _ = writeln!(self.lines, "{line}");
        self
    }

    /// Adds an EID that it may speak for.
    #[must_use]
    pub fn eid(mut self, eid: &str) -> Self {
        self.eids.push(eid.into());
        self
    }

    /// Adds a pattern of extensions that it serves.
    #[must_use]
    pub fn serves(mut self, pattern: &str) -> Self {
        self.serves.push(pattern.into());
        self
    }
}

/// A whole configuration, with short periods: a peer is lost after three seconds.
#[derive(Debug, Clone)]
pub struct Config {
    web_port: u16,
    open: Option<Role>,
    eid: Option<&'static str>,
    web: String,
    open_files: Option<u32>,
    certificate: Option<String>,
    silence_seconds: u32,
    min_expires_seconds: u32,
    dialplan: Option<PathBuf>,
    hints: Vec<String>,
    listen: Vec<String>,
    sip: String,
    store: String,
    peers: Vec<Peer>,
    people: Vec<String>,
    named: Vec<(String, String)>,
    own_clock: bool,
}

impl Config {
    /// Address of lampfield's SIP in the tests.
    pub const SIP: &str = "127.0.0.6:5060";
    /// Entity id of lampfield.
    pub const EID: &str = "02:00:00:00:00:06";
    /// Default silence after which a peer is lost.
    pub const SILENCE_SECONDS: u32 = 3;

    /// A configuration without peers, extensions and hints, in which every visitor is an admin: others are not told
    /// what most tests look at.
    #[expect(clippy::new_without_default, reason = "an empty configuration is a beginning, not a default")]
    pub fn new() -> Self {
        Self {
            web_port: 0,
            open: Some(Role::Admin),
            eid: Some(Self::EID),
            web: String::new(),
            open_files: None,
            certificate: None,
            silence_seconds: Self::SILENCE_SECONDS,
            min_expires_seconds: 1,
            own_clock: false,
            dialplan: None,
            hints: Vec::new(),
            listen: vec![Self::SIP.into()],
            sip: String::new(),
            store: String::new(),
            peers: Vec::new(),
            people: Vec::new(),
            named: Vec::new(),
        }
    }

    /// Sets the page's port; 0 takes any.
    #[must_use]
    pub fn web_port(mut self, port: u16) -> Self {
        self.web_port = port;
        self
    }

    /// Limits the number of files that lampfield may have open; the default is this test's own limit.
    #[must_use]
    pub fn open_files(mut self, limit: u32) -> Self {
        self.open_files = Some(limit);
        self
    }

    pub(crate) fn limit_of_files(&self) -> Option<u32> {
        self.open_files
    }

    /// Sets the role of visitors who are not logged in; the default is admin, so that a test sees everything.
    #[must_use]
    pub fn open(mut self, role: Option<Role>) -> Self {
        self.open = role;
        self
    }

    /// Lets lampfield generate its entity id.
    #[must_use]
    pub fn without_eid(mut self) -> Self {
        self.eid = None;
        self
    }

    /// Sets lampfield's entity id.
    #[must_use]
    pub fn eid(mut self, eid: &'static str) -> Self {
        self.eid = Some(eid);
        self
    }

    /// Adds a line to the section `[web]`.
    #[must_use]
    pub fn web(mut self, line: &str) -> Self {
        self.web.push_str(line);
        self.web.push('\n');
        self
    }

    /// Serves the page by https with these files; `pem` is the present content of the certificate's file.
    #[must_use]
    pub fn https(mut self, certificate: &Path, key: &Path, pem: &str) -> Self {
        self.certificate = Some(pem.into());
        let [certificate, key] = [certificate, key].map(Path::display);
        self.web(&format!("tls = {{ certificate = \"{certificate}\", key = \"{key}\", hsts_days = 30 }}"))
    }

    /// Certificate of the page, if it is served by https.
    pub(crate) fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// Sets the shortest expiry; a shorter one is answered 423.
    #[must_use]
    pub fn min_expires_seconds(mut self, seconds: u32) -> Self {
        self.min_expires_seconds = seconds;
        self
    }

    /// Reads the hints of a dialplan.
    #[must_use]
    pub fn dialplan(mut self, file: &Path) -> Self {
        self.dialplan = Some(file.into());
        self
    }

    /// Adds a hint, written as in the dialplan: `_1XXX,hint,PJSIP/${EXTEN}`.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds an address to listen at.
    #[must_use]
    pub fn listen(mut self, address: &str) -> Self {
        self.listen.push(address.into());
        self
    }

    /// Listens at this address only.
    #[must_use]
    pub fn at(mut self, address: &str) -> Self {
        self.listen = vec![address.into()];
        self
    }

    /// Sets our certificate and the authorities for TLS; clients must show a certificate, too.
    #[must_use]
    pub fn tls(mut self, certificate: &Path, key: &Path, roots: &Path) -> Self {
        let _ = writeln!(
            self.sip,
            "tls.certificate = \"{}\"\ntls.key = \"{}\"\ntls.roots = \"{}\"\n\
             tls.require_client_certificate = true",
            certificate.display(),
            key.display(),
            roots.display()
        );
        self
    }

    /// Limits the number of names of each peer.
    #[must_use]
    pub fn max_names(mut self, most: u32) -> Self {
        let _ = writeln!(self.sip, "max_names = {most}");
        self
    }

    /// Sets the name server.
    #[must_use]
    pub fn nameserver(mut self, address: &str) -> Self {
        let _ = writeln!(self.sip, "nameservers = {address:?}");
        self
    }

    /// Adds peers.
    #[must_use]
    pub fn peers(mut self, peers: &[Peer]) -> Self {
        self.peers.extend_from_slice(peers);
        self
    }

    /// Gives the peers so far a manager: the lines of their `[peer.ami]`.
    #[must_use]
    pub fn managers(mut self, lines: &str) -> Self {
        for peer in &mut self.peers {
            peer.ami = Some(lines.into());
        }
        self
    }

    /// Gives extensions a name and a group.
    #[must_use]
    pub fn people(mut self, extens: &[&str]) -> Self {
        self.people.extend(extens.iter().map(|&exten| exten.into()));
        self
    }

    /// Names an extension.
    #[must_use]
    pub fn named(mut self, exten: &str, name: &str) -> Self {
        self.named.push((exten.into(), name.into()));
        self
    }

    /// Lets a peer be silent for a minute before it is lost, so that lamps stay live during a test.
    #[must_use]
    pub fn patient(mut self) -> Self {
        self.silence_seconds = 60;
        self
    }

    /// Gives lampfield a wall clock of its own, which the test can set (`Server::set_clock`).
    #[must_use]
    pub fn own_clock(mut self) -> Self {
        self.own_clock = true;
        self
    }

    pub(crate) fn has_own_clock(&self) -> bool {
        self.own_clock
    }

    /// Sets the file of the database; by default it lies beside the configuration.
    #[must_use]
    pub fn store(mut self, file: &Path) -> Self {
        self.store = format!("[store]\nfile = \"{}\"\n", file.display());
        self
    }

    /// The dialplan file, if one is named: it must lie beside the configuration.
    pub(crate) fn dialplan_file(&self) -> Option<&Path> {
        self.dialplan.as_deref()
    }

    /// Text of the file.
    pub(crate) fn toml(&self) -> String {
        let Self { web_port, silence_seconds, min_expires_seconds, .. } = self;
        let eid = self.eid.map(|eid| format!("eid = \"{eid}\"\n")).unwrap_or_default();
        let open = self.open.map(|role| format!("open = \"{role}\"\n")).unwrap_or_default();
        let dialplan: &[&str] = if self.dialplan.is_some() { &["extensions.conf"] } else { &[] };
        let mut text = format!(
            "[sip]\nlisten = {:?}\n{}user = \"console\"\n{eid}options_seconds = 1\nsilence_seconds = {silence_seconds}\n\
             min_expires_seconds = {min_expires_seconds}\n\
             [web]\nlisten = \"127.0.0.1:{web_port}\"\n{open}{}\
             [board]\ntitle = \"Lab\"\ncontext = \"from-internal-custom\"\ndialplan = {dialplan:?}\nhints = {:?}\n\
             [log]\nformat = \"human\"\nlevel = \"lampfield=debug\"\n{}",
            self.listen, self.sip, self.web, self.hints, self.store,
        );
        for Peer { name, address, resource, publish_to, tls_name, eids, serves, ami, lines } in &self.peers {
            let _ = write!(
                text,
                "[[peer]]\nname = \"{name}\"\naddress = \"{address}\"\nresource = \"{resource}\"\n\
                 eids = {eids:?}\nserves = {serves:?}\n{lines}"
            );
            if let Some(uri) = publish_to {
                let _ = writeln!(text, "publish_to = \"{uri}\"");
            }
            if let Some(name) = tls_name {
                let _ = writeln!(text, "tls_name = \"{name}\"");
            }
            if let Some(lines) = ami {
                let _ = writeln!(text, "[peer.ami]\n{lines}");
            }
        }
        for exten in &self.people {
            let _ = writeln!(text, "[[extension]]\nexten = \"{exten}\"\nname = \"Phone {exten}\"\ngroup = \"Lab\"");
        }
        for (exten, name) in &self.named {
            let _ = writeln!(text, "[[extension]]\nexten = \"{exten}\"\nname = \"{name}\"");
        }
        text
    }
}
