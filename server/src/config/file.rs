//! The configuration file as it is written: every key and its default, not checked yet.

use std::fmt::{self, Display};
use std::net::SocketAddr;
use std::str::FromStr;

use lampfield_shared::{Eid, Privacy, Role};
use serde::de::IntoDeserializer as _;
use serde::{Deserialize, Deserializer, de};
use toml::Spanned;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub sip: Sip,
    #[serde(default)]
    pub web: Web,
    #[serde(default)]
    pub store: Store,
    #[serde(default)]
    pub privacy: PrivacyByRole,
    #[serde(default)]
    pub board: Board,
    #[serde(default, rename = "peer")]
    pub peers: Vec<Peer>,
    #[serde(default, rename = "extension")]
    pub extensions: Vec<Extension>,
    #[serde(default)]
    pub log: Log,
}

/// How lampfield speaks SIP, and who it is in the mesh.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sip {
    /// Addresses to listen at for SIP: `"10.0.0.6:5060"` is UDP and TCP; `"udp://…"`, `"tcp://…"`, `"tls://…"` is one
    /// of them. Several stand in a list; PBXes send to the first.
    pub listen: Spanned<Addresses>,
    /// Addresses of ours to put into requests, where PBXes reach us at other ones than we listen at (NAT). Absent: those
    /// of `listen`.
    #[serde(default)]
    pub advertise: Option<Spanned<Addresses>>,
    /// Name servers that resolve the host names of peers, as `"10.0.0.1"` or `"10.0.0.1:53"`. Absent: those of the
    /// system.
    #[serde(default)]
    pub nameservers: Option<Spanned<Addresses>>,
    #[serde(default)]
    pub tls: SipTls,
    /// User part of our own SIP address: the name by which the PBXes know us.
    #[serde(default = "default_user")]
    pub user: Text<String>,
    /// Our entity id, six bytes as `"02:00:00:00:00:fe"`. Absent: the one that the database keeps; it is made at the
    /// first start.
    #[serde(default)]
    pub eid: Option<Text<Eid>>,
    /// Seconds between two keep-alives (OPTIONS) to each peer.
    #[serde(default = "default_options_seconds")]
    pub options_seconds: u32,
    /// Seconds of silence from a peer after which its lamps are "last known"; at least twice `options_seconds`.
    /// Absent: three times `options_seconds`.
    #[serde(default)]
    pub silence_seconds: Option<Spanned<u32>>,
    /// Shortest expiry that a publication of a peer may have, in seconds; a shorter one is answered 423 (RFC 3903 §6).
    #[serde(default = "default_min_expires_seconds")]
    pub min_expires_seconds: u32,
    /// Seconds after which each peer is asked to publish all its states again, to find lost messages; 0: never.
    #[serde(default = "default_refresh_seconds")]
    pub refresh_seconds: u32,
    /// Most devices, mailboxes and extensions that one peer may name; more are ignored, and reported as a finding.
    #[serde(default = "default_max_names")]
    pub max_names: u32,
}

/// Certificates for SIP by TLS.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SipTls {
    /// File of our certificate and its chain, PEM. A renewed file is used without a restart.
    pub certificate: Option<Spanned<Text<String>>>,
    /// File of the private key, PEM.
    pub key: Option<Spanned<Text<String>>>,
    /// File of the certificate authorities that peers' certificates are checked against, PEM. Absent, or `"system"`:
    /// those that the machine trusts.
    pub roots: Option<Spanned<Text<String>>>,
    /// Whether a peer that connects to us must show a certificate that one of `roots` has signed.
    pub require_client_certificate: bool,
}

fn default_user() -> Text<String> {
    Text("lampfield".into())
}

const fn default_options_seconds() -> u32 {
    5
}

const fn default_min_expires_seconds() -> u32 {
    1
}

const fn default_refresh_seconds() -> u32 {
    3600
}

const fn default_max_names() -> u32 {
    20_000
}

/// The page and its API.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Web {
    /// Address of the page and its API. Absent: `127.0.0.1:8080`.
    pub listen: Option<Text<SocketAddr>>,
    /// Role of visitors who are not logged in; more than `"viewer"` is unwise. Absent: nobody gets in without a login.
    pub open: Option<Role>,
    /// Host names under which an open board may be requested, beside addresses and names without a dot.
    pub hosts: Vec<Spanned<Text<String>>>,
    /// Addresses or networks of proxies whose `X-Forwarded-…` headers are trusted: `"10.0.0.7"`, `"fd00::/8"`.
    pub trusted_proxies: Vec<Spanned<Text<String>>>,
    /// Hours after which an unused login ends; an open board counts as use. Absent: 72.
    pub session_idle_hours: Option<Spanned<u32>>,
    /// Days after which every login ends, used or not. Absent: 30.
    pub session_days: Option<Spanned<u32>>,
    pub tls: Option<WebTls>,
}

/// Serves the page by https. Absent: http.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WebTls {
    /// File of the certificate and its chain, PEM. A renewed file is used within ten seconds.
    pub certificate: Text<String>,
    /// File of the private key, PEM.
    pub key: Text<String>,
    /// Days for which browsers are told to use https only (HSTS); 0: they are not told.
    #[serde(default = "default_hsts_days")]
    pub hsts_days: u32,
}

const fn default_hsts_days() -> u32 {
    365
}

/// Where the database lies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Store {
    /// File of the database, relative to the configuration.
    pub file: Text<String>,
}

impl Default for Store {
    fn default() -> Self {
        Self { file: Text("lampfield.db".into()) }
    }
}

/// How much each role is told of calls.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrivacyByRole {
    /// Details of calls for wall screens: `"nothing"`, `"side"` (direction, internal or external), `"number"`,
    /// `"full"`. Absent: `"nothing"`.
    pub screen: Option<Privacy>,
    /// Details of calls for viewers, and for visitors who are not logged in. Absent: `"side"`.
    pub viewer: Option<Privacy>,
    /// Details of calls for receptionists. Absent: `"full"`.
    pub receptionist: Option<Privacy>,
    /// Details of calls for admins. Absent: `"full"`.
    pub admin: Option<Privacy>,
}

/// What the board shows, and where its hints come from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Board {
    /// Title of the board on the page.
    pub title: Text<String>,
    /// Dialplan context in which extensions are looked up; FreePBX: `"ext-local"`.
    pub context: Text<String>,
    /// Hints, written as in a dialplan: `"1001,hint,PJSIP/1001&Custom:DND1001"`; patterns such as
    /// `"_1XXX,hint,PJSIP/${EXTEN}"` are allowed.
    pub hints: Vec<Spanned<String>>,
    /// Dialplan files to read hints from, copied from the PBX, relative to the configuration.
    pub dialplan: Vec<Spanned<Text<String>>>,
    /// Asterisk release whose reading of hints is followed: 22 or 16.
    pub asterisk: Spanned<u8>,
    /// Whether a device that no hint names becomes a lamp of its own, if its name is a number.
    pub unhinted: bool,
}

impl Default for Board {
    fn default() -> Self {
        Self {
            title: Text("lampfield".into()),
            context: Text("from-internal".into()),
            hints: Vec::new(),
            dialplan: Vec::new(),
            asterisk: Spanned::new(0..0, 22),
            unhinted: true,
        }
    }
}

/// A PBX of the mesh; one section for each.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Peer {
    /// Short name of this PBX: used in addresses, in the log and in other sections.
    pub name: Spanned<Text<String>>,
    /// Title of this PBX on the board. Absent: `name`.
    #[serde(default)]
    pub title: Option<Text<String>>,
    /// Address or host name that the PBX sends from, or a list; with a port where several peers share one host.
    pub address: Spanned<Addresses>,
    /// User part of the `server_uri` to which the PBX publishes.
    pub resource: Text<String>,
    /// SIP address to which our own states and refresh requests are published: `"sip:lampfield@10.0.0.4:5060"`, with
    /// `;transport=tcp` or `tls`. Absent: `sip.user` at the first `address`, by UDP.
    #[serde(default)]
    pub publish_to: Option<Spanned<Text<String>>>,
    /// Name that the PBX's certificate must show, by TLS. Absent: the host of `publish_to`.
    #[serde(default)]
    pub tls_name: Option<Text<String>>,
    /// Entity ids (`entityid` in asterisk.conf) that the PBX may speak for, and no others. Absent: those that it is the
    /// first to use.
    #[serde(default)]
    pub eids: Vec<Spanned<Text<Eid>>>,
    /// Patterns of the extensions whose phones register at the PBX: `"_1XXX"`. Absent: found out by what the PBX
    /// publishes.
    #[serde(default)]
    pub serves: Vec<Spanned<String>>,
    #[serde(default)]
    pub auth: Option<Auth>,
    #[serde(default)]
    pub outbound_auth: Option<Auth>,
    /// Regular expression of the devices that are accepted from the PBX. Absent: all.
    #[serde(default)]
    pub device_state_filter: Option<Spanned<Text<String>>>,
    /// Regular expression of the mailboxes that are accepted from the PBX. Absent: all.
    #[serde(default)]
    pub mailbox_state_filter: Option<Spanned<Text<String>>>,
    /// Regular expression of our own devices that are published to the PBX. Absent: all.
    #[serde(default)]
    pub outbound_device_state_filter: Option<Spanned<Text<String>>>,
    #[serde(default)]
    pub ami: Option<Ami>,
}

/// A user name and a password: those that a peer must present to us (`auth`), or we to the peer (`outbound_auth`).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Auth {
    /// User name of the digest (RFC 7616).
    pub username: Spanned<Text<String>>,
    /// Password of the digest.
    pub password: Secret,
    /// Realm of the digest. Absent: `lampfield` in `auth`; any in `outbound_auth`.
    #[serde(default)]
    pub realm: Option<Spanned<Text<String>>>,
}

/// Manager interface (AMI) of the PBX, by which lampfield makes it block calls. Absent: "do not disturb" is a lamp
/// only.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ami {
    /// Host of the manager. Absent: the first `address` of the peer.
    #[serde(default)]
    pub host: Option<Text<String>>,
    /// Port of the manager. Absent: 5038, with `tls` 5039.
    #[serde(default)]
    pub port: Option<u16>,
    /// Section of `manager.conf`, with `write = system,call`.
    pub user: Spanned<Text<String>>,
    /// The section's `secret`.
    pub secret: Spanned<Secret>,
    /// Whether AMI runs over TLS.
    #[serde(default)]
    pub tls: bool,
    /// Name that the manager's certificate must show. Absent: `host`.
    #[serde(default)]
    pub tls_name: Option<Spanned<Text<String>>>,
    /// File of the certificate authorities that the manager's certificate is checked against, PEM. Absent: those that
    /// the machine trusts.
    #[serde(default)]
    pub roots: Option<Spanned<Text<String>>>,
    /// State of the DND devices while "do not disturb" is off: `"UNAVAILABLE"`, or `"NOT_INUSE"` for an older FreePBX.
    /// Absent: `"UNAVAILABLE"`.
    #[serde(default)]
    pub dnd_off: Option<Spanned<Text<String>>>,
}

/// One address, or a list of them.
#[derive(Debug)]
pub(super) struct Addresses(Vec<Text<String>>);

impl Addresses {
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|text| text.0.as_str())
    }
}

impl<'de> Deserialize<'de> for Addresses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMany)
    }
}

struct OneOrMany;

impl<'de> de::Visitor<'de> for OneOrMany {
    type Value = Addresses;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address such as \"10.1.0.5:5060\" or a list of them")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Addresses, E> {
        Ok(Addresses(vec![Text::deserialize(text.into_deserializer())?]))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Addresses, A::Error> {
        let mut all = Vec::new();
        while let Some(address) = seq.next_element()? {
            all.push(address);
        }
        Ok(Addresses(all))
    }
}

/// Name and place of an extension; one section for each. Names that are set on the page take precedence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Extension {
    /// Number of the extension.
    pub exten: Spanned<Text<String>>,
    /// Name of the person or the place.
    #[serde(default)]
    pub name: Option<Text<String>>,
    /// Department or other group on the board.
    #[serde(default)]
    pub group: Option<Text<String>>,
    /// `name` of the peer that serves the extension. Absent: found out.
    #[serde(default)]
    pub site: Option<Spanned<Text<String>>>,
    /// Mailbox whose messages the lamp shows: `"1001@default"`. Absent: the one named like the extension.
    #[serde(default)]
    pub mailbox: Option<Text<String>>,
}

/// How lampfield logs, on the standard error.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Log {
    /// `"human"` for people, `"json"` for one object per line.
    pub format: LogFormat,
    /// Filters of the log, in the syntax of `tracing`: `"info"`, `"lampfield=debug"`. Absent: `"info"`.
    pub level: Option<Spanned<Text<String>>>,
}

/// Format of the log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Text for people.
    #[default]
    Human,
    /// One JSON object per line.
    Json,
}

/// A secret text: no error and no `Debug` prints it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret {
    text: String,
    place: SecretPlace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SecretPlace {
    File,
    Environment,
}

impl Secret {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the secret stands in the file itself, so that readers of the file know it.
    pub(super) fn is_in_file(&self) -> bool {
        self.place == SecretPlace::File
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = String::deserialize(deserializer)?;
        let place = if written.starts_with(ENV) { SecretPlace::Environment } else { SecretPlace::File };
        Ok(Self { text: resolve(written)?, place })
    }
}

/// Prefix of the name of an environment variable.
const ENV: &str = "env:";

/// The text itself, or the value of the environment variable that it names.
fn resolve<E: de::Error>(written: String) -> Result<String, E> {
    match written.strip_prefix(ENV) {
        None => Ok(written),
        Some(name) => {
            std::env::var(name).map_err(|_| de::Error::custom(format!("the environment variable {name} is not set")))
        }
    }
}

/// A value written as text. `env:NAME` stands for the environment variable `NAME`, so that secrets and addresses need
/// not be in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text<T>(pub T);

impl<'de, T> Deserialize<'de> for Text<T>
where
    T: FromStr,
    T::Err: Display,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: String = resolve(String::deserialize(deserializer)?)?;
        if text.contains("-----BEGIN") {
            return Err(de::Error::custom("this is the certificate or key itself; give the name of its file"));
        }
        text.parse().map(Self).map_err(|error: T::Err| de::Error::custom(format!("`{text}`: {error}")))
    }
}
