//! lampfield's configuration, as a test wants it. The one place that knows how the file is written.

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

    /// Where our own requests go.
    #[must_use]
    pub fn publish_to(mut self, uri: &str) -> Self {
        self.publish_to = Some(uri.into());
        self
    }

    /// Where it sends from, in place of what it was made with.
    #[must_use]
    pub fn address(mut self, address: &str) -> Self {
        self.address = address.into();
        self
    }

    /// The name that its certificate must have.
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

    /// The user of its Request-URIs, in place of what it was made with.
    #[must_use]
    pub fn resource(mut self, resource: &str) -> Self {
        self.resource = resource.into();
        self
    }

    /// What it must present.
    #[must_use]
    pub fn auth(self, username: &str, password: &str) -> Self {
        self.line(&format!("auth = {{ username = {username:?}, password = {password:?} }}"))
    }

    /// What it is presented.
    #[must_use]
    pub fn outbound_auth(self, username: &str, password: &str) -> Self {
        self.line(&format!("outbound_auth = {{ username = {username:?}, password = {password:?} }}"))
    }

    /// A line as it is written.
    #[must_use]
    pub fn line(mut self, line: &str) -> Self {
        let _ = writeln!(self.lines, "{line}");
        self
    }

    /// Pins an EID.
    #[must_use]
    pub fn eid(mut self, eid: &str) -> Self {
        self.eids.push(eid.into());
        self
    }

    /// Names extensions by a pattern.
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
    own_clock: bool,
}

impl Config {
    /// Where lampfield speaks SIP in the tests.
    pub const SIP: &str = "127.0.0.6:5060";
    /// What it calls itself in the mesh.
    pub const EID: &str = "02:00:00:00:00:06";
    /// How long a peer may be silent before it is lost, unless told otherwise.
    pub const SILENCE_SECONDS: u32 = 3;

    /// No peers, no extensions, no hints; whoever asks is an admin, for others are not told what most tests look at.
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
        }
    }

    /// The page's port; 0 takes any.
    #[must_use]
    pub fn web_port(mut self, port: u16) -> Self {
        self.web_port = port;
        self
    }

    /// How many files lampfield may have open at most; unless told otherwise as many as this test.
    #[must_use]
    pub fn open_files(mut self, limit: u32) -> Self {
        self.open_files = Some(limit);
        self
    }

    pub(crate) fn limit_of_files(&self) -> Option<u32> {
        self.open_files
    }

    /// What whoever is not logged in may: unless told otherwise all, so that a test sees what an admin is told.
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

    /// Calls itself this in the mesh.
    #[must_use]
    pub fn eid(mut self, eid: &'static str) -> Self {
        self.eid = Some(eid);
        self
    }

    /// Adds a line to the section `[web]`, written as an admin writes it.
    #[must_use]
    pub fn web(mut self, line: &str) -> Self {
        self.web.push_str(line);
        self.web.push('\n');
        self
    }

    /// Serves the page with these files; `pem` is what the certificate's file holds now.
    #[must_use]
    pub fn https(mut self, certificate: &Path, key: &Path, pem: &str) -> Self {
        self.certificate = Some(pem.into());
        let [certificate, key] = [certificate, key].map(Path::display);
        self.web(&format!("tls = {{ certificate = \"{certificate}\", key = \"{key}\", hsts_days = 30 }}"))
    }

    /// The certificate by which the page is served, if it is.
    pub(crate) fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// Below this an expiry is answered 423.
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

    /// Listens here, too.
    #[must_use]
    pub fn listen(mut self, address: &str) -> Self {
        self.listen.push(address.into());
        self
    }

    /// Listens here, and nowhere else.
    #[must_use]
    pub fn at(mut self, address: &str) -> Self {
        self.listen = vec![address.into()];
        self
    }

    /// Shows this certificate by TLS, and trusts whoever these roots vouch for; callers must show one, too.
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

    /// Lets each peer name so much.
    #[must_use]
    pub fn max_names(mut self, most: u32) -> Self {
        let _ = writeln!(self.sip, "max_names = {most}");
        self
    }

    /// Asks this name server.
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

    /// Lets a peer be silent for a minute before it is lost: no lamp grows old while it is looked at.
    #[must_use]
    pub fn patient(mut self) -> Self {
        self.silence_seconds = 60;
        self
    }

    /// Gives it a wall clock of its own, which the test can set (`Server::set_clock`).
    #[must_use]
    pub fn own_clock(mut self) -> Self {
        self.own_clock = true;
        self
    }

    pub(crate) fn has_own_clock(&self) -> bool {
        self.own_clock
    }

    /// Keeps all in this file; unless told otherwise it lies beside the configuration.
    #[must_use]
    pub fn store(mut self, file: &Path) -> Self {
        self.store = format!("[store]\nfile = \"{}\"\n", file.display());
        self
    }

    /// The dialplan file that is named, if any: it must lie beside the configuration.
    pub(crate) fn dialplan_file(&self) -> Option<&Path> {
        self.dialplan.as_deref()
    }

    /// The file's text.
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
        text
    }
}
