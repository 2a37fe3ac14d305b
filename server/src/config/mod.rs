//! The configuration: one TOML file, checked into the settings of each part.
//!
//! ```text
//!  lampfield.toml ─► file (as written) ─► Config: MeshSettings, BoardSettings, web, log
//!  extensions.conf ──────────────────────────────────┘
//! ```
//! Every error names file, line and key. Later parts rely on these checks.

mod ami;
mod auth;
mod error;
mod file;
mod include;
mod secrets;
#[cfg(test)]
mod tests;
mod transport;
mod web;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lampfield_dialplan::{AsteriskVersion, Dialplan, DialplanError, FileLine, Pattern};
use lampfield_shared::{Eid, Exten, SiteName};
use toml::Spanned;

use crate::board::{BoardSettings, ExtensionSettings, SiteSettings, Unhinted};
use crate::dnd::NodeSettings;
use crate::ledger::MailboxName;
use crate::mesh::{MeshSettings, PeerSettings};
use crate::transport::{Lookup, TransportSettings};
use crate::web::WebSettings;
pub use error::ConfigError;
use file::File;
pub use file::LogFormat;

/// The checked configuration.
#[derive(Debug)]
pub struct Config {
    /// Addresses and transports of SIP.
    pub transport: TransportSettings,
    /// Settings of the page and its API.
    pub web: WebSettings,
    /// File of the database.
    pub store_file: PathBuf,
    /// Our entity id, where the file names one; otherwise the database keeps one.
    pub eid: Option<Eid>,
    /// Title of the board.
    pub title: String,
    /// Settings of the mesh: the peers, and who we are to them.
    pub mesh: MeshSettings,
    /// Settings of the board: hints, names and sites.
    pub board: BoardSettings,
    /// AMI logins of the PBXes that can be made to block calls.
    pub nodes: BTreeMap<SiteName, NodeSettings>,
    /// Format of the log lines.
    pub log_format: LogFormat,
    /// Filters of the log, in the syntax of `tracing`: `info`, `lampfield=debug`.
    pub log_level: String,
    /// Oddities that are no errors; logged at the start.
    pub warnings: Vec<String>,
}

/// Placeholder in the settings of the mesh until the database has been opened.
const EID_OF_THE_STORE: Eid = Eid::from_bytes([0; 6]);

/// Keep-alives (OPTIONS) per silence, where the file sets none: with fewer, a peer that is merely slow would count as
/// silent.
const OPTIONS_PER_SILENCE: u32 = 3;

impl Config {
    /// Reads and checks the file at `path`, and the dialplans that it names.
    ///
    /// # Errors
    /// The first error, with file, line and key.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::unreadable(path, &error))?;
        Self::parse(path, &text)
    }

    /// Checks a text as if it were the file at `path`.
    ///
    /// # Errors
    /// The errors of [`load`](Self::load).
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let file = read(path, text)?;
        Check { path, text, warnings: Vec::new() }.config(file)
    }
}

/// Parses the file; checks types and unknown keys.
fn read(path: &Path, text: &str) -> Result<File, ConfigError> {
    let located = |error: &toml::de::Error, key: &str| {
        let span = error.span().unwrap_or(0..0);
        ConfigError::at(path, text, &span, key, without_value(error.message()))
    };
    let deserializer = toml::Deserializer::parse(text).map_err(|error| located(&error, "TOML"))?;
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        // The path of the error passes through the type `Spanned`, which is no part of the file.
        let key = error.path().to_string().replace(".$__serde_spanned_private_value", "");
        located(error.inner(), &key)
    })
}

/// Cuts the value out of an error message of the parser: it may be a password, perhaps under a wrong key. The line
/// number is enough to find it.
fn without_value(message: &str) -> Cow<'_, str> {
    let told = message.split_once(": ").filter(|(what, _)| matches!(*what, "invalid type" | "invalid value"));
    let Some((what, (value, expected))) = told.and_then(|(what, rest)| Some((what, rest.rsplit_once(", expected ")?)))
    else {
        return message.into();
    };
    let kind = value.split(['"', '`']).next().unwrap_or_default();
    format!("{what}: {}, expected {expected}", kind.trim_end()).into()
}

/// The file under check; finds the line of a value for errors.
struct Check<'a> {
    path: &'a Path,
    text: &'a str,
    warnings: Vec<String>,
}

impl Check<'_> {
    fn wrong<T>(&self, at: &Spanned<T>, key: &str, message: impl std::fmt::Display) -> ConfigError {
        ConfigError::at(self.path, self.text, &at.span(), key, message)
    }

    fn config(mut self, file: File) -> Result<Config, ConfigError> {
        let peers = self.peers(&file)?;
        let transport = self.transport(&file, &peers)?;
        let mesh = self.mesh(&file, peers)?;
        let board = self.board(&file)?;
        let nodes = self.nodes(&file, &mesh.peers, &Lookup::by(transport.nameservers.clone()))?;
        let web = self.web(&file)?;
        let log_level = self.log_level(&file)?;
        self.look_at_files(&file);
        Ok(Config {
            transport,
            web,
            store_file: self.store(&file),
            eid: file.sip.eid.as_ref().map(|eid| eid.0),
            title: file.board.title.0,
            mesh,
            board,
            nodes,
            log_format: file.log.format,
            log_level,
            warnings: self.warnings,
        })
    }

    fn mesh(&mut self, file: &File, peers: Vec<PeerSettings>) -> Result<MeshSettings, ConfigError> {
        let sip = &file.sip;
        let options_seconds = sip.options_seconds.max(1);
        let silence_seconds = match &sip.silence_seconds {
            None => options_seconds * OPTIONS_PER_SILENCE,
            Some(seconds) if *seconds.get_ref() < options_seconds * 2 => {
                let least = options_seconds * 2;
                return Err(self.wrong(
                    seconds,
                    "sip.silence_seconds",
                    format!("must be at least twice options_seconds: {least}"),
                ));
            }
            Some(seconds) => *seconds.get_ref(),
        };
        Ok(MeshSettings {
            eid: sip.eid.as_ref().map_or(EID_OF_THE_STORE, |eid| eid.0),
            user: sip.user.0.clone(),
            sent_by: self.sent_by(file)?,
            options_interval: Duration::from_secs(options_seconds.into()),
            silence: Duration::from_secs(silence_seconds.into()),
            min_expires: Duration::from_secs(sip.min_expires_seconds.into()),
            refresh_interval: (sip.refresh_seconds > 0).then(|| Duration::from_secs(sip.refresh_seconds.into())),
            max_names: usize::try_from(sip.max_names).unwrap_or(usize::MAX),
            paused: Vec::new(),
            peers,
        })
    }

    fn peers(&mut self, file: &File) -> Result<Vec<PeerSettings>, ConfigError> {
        let mut names = BTreeSet::new();
        let mut pins: BTreeMap<Eid, SiteName> = BTreeMap::new();
        let mut peers: Vec<PeerSettings> = Vec::new();
        for (index, written) in file.peers.iter().enumerate() {
            let key = |field: &str| format!("peer[{index}].{field}");
            let name = SiteName::from(written.name.get_ref().0.as_str());
            if !names.insert(name.clone()) {
                return Err(self.wrong(
                    &written.name,
                    &key("name"),
                    format!("another peer is already called `{name}`"),
                ));
            }
            for eid in &written.eids {
                let pinned = eid.get_ref().0;
                if file.sip.eid.as_ref().is_some_and(|own| own.0 == pinned) {
                    return Err(self.wrong(
                        eid,
                        &key("eids"),
                        format!("{pinned} is lampfield's own entity id (sip.eid)"),
                    ));
                }
                if let Some(other) = pins.insert(pinned, name.clone()) {
                    return Err(self.wrong(eid, &key("eids"), format!("{pinned} belongs to peer `{other}` already")));
                }
            }
            let addresses = self.addresses(written, &key("address"))?;
            let publish_to = self.publish_to(file, written, &addresses, &key("publish_to"))?;
            let peer = PeerSettings {
                name,
                addresses,
                resource: written.resource.0.clone(),
                publish_to,
                eids: written.eids.iter().map(|eid| eid.get_ref().0).collect(),
                auth: self.auth(written.auth.as_ref(), &key("auth"))?,
                outbound_auth: self.auth(written.outbound_auth.as_ref(), &key("outbound_auth"))?,
                filters: self.filters(written, key)?,
            };
            if let Some(twin) = peers.iter().find(|other| other.is_like(&peer)) {
                let message = format!("cannot be told from peer `{}`: same address and resource", twin.name);
                return Err(self.wrong(&written.address, &key("address"), message));
            }
            if let Some(other) = peers.iter().find(|other| other.publish_to.target == peer.publish_to.target) {
                self.warnings.push(format!(
                    "peers `{}` and `{}` are both reached at {}: a response from there does not show which of them is alive; \
                     give each an address or a port of its own in publish_to",
                    other.name, peer.name, peer.publish_to.target
                ));
            }
            peers.push(peer);
        }
        if peers.is_empty() {
            self.warnings.push("no [[peer]] is configured: nobody can publish here".into());
        }
        Ok(peers)
    }

    fn board(&mut self, file: &File) -> Result<BoardSettings, ConfigError> {
        let board = &file.board;
        let asterisk = match board.asterisk.get_ref() {
            22 => AsteriskVersion::V22,
            16 => AsteriskVersion::V16,
            _ => {
                return Err(self.wrong(
                    &board.asterisk,
                    "board.asterisk",
                    "22 or 16 is expected: the release that reads hints as yours does",
                ));
            }
        };
        let dialplan = self.dialplan(board)?;
        let hints = dialplan.hints(&board.context.0, asterisk);
        self.warnings.extend(hints.warnings().iter().map(ToString::to_string));
        Ok(BoardSettings {
            asterisk,
            dialplan,
            context: board.context.0.clone(),
            extensions: self.extensions(file)?,
            sites: self.sites(file)?,
            unhinted: if board.unhinted { Unhinted::Digits } else { Unhinted::Never },
        })
    }

    /// Reads the hints of the dialplan files, then those of the configuration itself.
    fn dialplan(&mut self, board: &file::Board) -> Result<Dialplan, ConfigError> {
        let mut dialplan = Dialplan::default();
        for (index, named) in board.dialplan.iter().enumerate() {
            let path = self.beside(&named.get_ref().0);
            let key = format!("board.dialplan[{index}]");
            let bytes = std::fs::read(&path)
                .map_err(|error| self.wrong(named, &key, format!("{} cannot be read: {error}", path.display())))?;
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let mut include = |file: &str| include::find(folder, file);
            dialplan.read(&path.to_string_lossy(), &bytes, &mut include).map_err(in_dialplan)?;
        }
        // Each search starts where the last hint was found: a large site has thousands of hints.
        let (mut line, mut at) = (1, 0);
        for (index, hint) in board.hints.iter().enumerate() {
            let rest = self.text.get(at..).unwrap_or_default();
            line += error::line_of(rest, hint.span().start.saturating_sub(at)) - 1;
            at = hint.span().start;
            let place = FileLine { file: self.path.to_string_lossy().into_owned(), line };
            dialplan.add_hint(&board.context.0, hint.get_ref(), place).map_err(|error| {
                let DialplanError::Line { reason, .. } = &error else { return self.wrong(hint, "board.hints", error) };
                self.wrong(hint, &format!("board.hints[{index}]"), reason)
            })?;
        }
        let told = dialplan.warnings().iter().map(|warning| format!("{}: {}", warning.place, warning.reason));
        self.warnings.extend(told);
        Ok(dialplan)
    }

    /// Resolves a path of the file, which is relative to the file's folder.
    fn beside(&self, named: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(named)
    }

    fn sites(&self, file: &File) -> Result<Vec<SiteSettings>, ConfigError> {
        let mut sites = Vec::new();
        for (index, peer) in file.peers.iter().enumerate() {
            let name = peer.name.get_ref().0.as_str();
            let mut serves = Vec::new();
            for pattern in &peer.serves {
                let parsed: Pattern = pattern
                    .get_ref()
                    .parse()
                    .map_err(|error| self.wrong(pattern, &format!("peer[{index}].serves"), error))?;
                serves.push(parsed);
            }
            let title = peer.title.as_ref().map_or(name, |title| title.0.as_str()).to_owned();
            sites.push(SiteSettings { name: name.into(), title, serves, stops_calls: peer.ami.is_some() });
        }
        Ok(sites)
    }

    fn extensions(&self, file: &File) -> Result<Vec<ExtensionSettings>, ConfigError> {
        let mut extensions: BTreeMap<Exten, ExtensionSettings> = BTreeMap::new();
        for (index, written) in file.extensions.iter().enumerate() {
            let exten = Exten::from(written.exten.get_ref().0.as_str());
            let key = |field: &str| format!("extension[{index}].{field}");
            if let Some(site) = &written.site {
                let known = file.peers.iter().any(|peer| peer.name.get_ref() == site.get_ref());
                if !known {
                    return Err(self.wrong(site, &key("site"), format!("there is no peer `{}`", site.get_ref().0)));
                }
            }
            let settings = ExtensionSettings {
                exten: exten.clone(),
                name: written.name.as_ref().map(|name| name.0.clone()),
                group: written.group.as_ref().map(|group| group.0.clone()),
                site: written.site.as_ref().map(|site| SiteName::from(site.get_ref().0.as_str())),
                mailbox: written.mailbox.as_ref().map(|mailbox| MailboxName::from(mailbox.0.as_str())),
            };
            if extensions.insert(exten.clone(), settings).is_some() {
                return Err(self.wrong(&written.exten, &key("exten"), format!("{exten} is configured already")));
            }
        }
        Ok(extensions.into_values().collect())
    }

    fn log_level(&self, file: &File) -> Result<String, ConfigError> {
        let Some(level) = &file.log.level else { return Ok("info".into()) };
        let text = &level.get_ref().0;
        text.parse::<tracing_subscriber::EnvFilter>()
            .map(|_| text.clone())
            .map_err(|error| self.wrong(level, "log.level", format!("`{text}` is not a log level: {error}")))
    }
}

fn in_dialplan(error: DialplanError) -> ConfigError {
    match error {
        DialplanError::Line { place, reason } => {
            ConfigError { file: place.file.into(), line: Some(place.line), key: None, message: reason }
        }
        DialplanError::Include { place, file, reason } => ConfigError {
            file: place.file.into(),
            line: Some(place.line),
            key: None,
            message: format!("cannot include `{file}`: {reason}"),
        },
    }
}
