//! The configuration file as it is written: every key, its default, and nothing decided yet.

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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sip {
    pub listen: Spanned<Addresses>,
    #[serde(default)]
    pub advertise: Option<Spanned<Addresses>>,
    #[serde(default)]
    pub nameservers: Option<Spanned<Addresses>>,
    #[serde(default)]
    pub tls: SipTls,
    #[serde(default = "default_user")]
    pub user: Text<String>,
    #[serde(default)]
    pub eid: Option<Text<Eid>>,
    #[serde(default = "default_options_seconds")]
    pub options_seconds: u32,
    #[serde(default)]
    pub silence_seconds: Option<Spanned<u32>>,
    #[serde(default = "default_min_expires_seconds")]
    pub min_expires_seconds: u32,
    #[serde(default = "default_refresh_seconds")]
    pub refresh_seconds: u32,
    #[serde(default = "default_max_names")]
    pub max_names: u32,
}

/// Certificates for SIP.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SipTls {
    pub certificate: Option<Spanned<Text<String>>>,
    pub key: Option<Spanned<Text<String>>>,
    pub roots: Option<Spanned<Text<String>>>,
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

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Web {
    pub listen: Option<Text<SocketAddr>>,
    pub open: Option<Role>,
    pub hosts: Vec<Spanned<Text<String>>>,
    pub trusted_proxies: Vec<Spanned<Text<String>>>,
    pub session_idle_hours: Option<Spanned<u32>>,
    pub session_days: Option<Spanned<u32>>,
    pub tls: Option<WebTls>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WebTls {
    pub certificate: Text<String>,
    pub key: Text<String>,
    #[serde(default = "default_hsts_days")]
    pub hsts_days: u32,
}

const fn default_hsts_days() -> u32 {
    365
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Store {
    pub file: Text<String>,
}

impl Default for Store {
    fn default() -> Self {
        Self { file: Text("lampfield.db".into()) }
    }
}

/// How much of calls each role may know.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrivacyByRole {
    pub screen: Option<Privacy>,
    pub viewer: Option<Privacy>,
    pub receptionist: Option<Privacy>,
    pub admin: Option<Privacy>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Board {
    pub title: Text<String>,
    pub context: Text<String>,
    pub hints: Vec<Spanned<String>>,
    pub dialplan: Vec<Spanned<Text<String>>>,
    pub asterisk: Spanned<u8>,
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Peer {
    pub name: Spanned<Text<String>>,
    #[serde(default)]
    pub title: Option<Text<String>>,
    pub address: Spanned<Addresses>,
    pub resource: Text<String>,
    #[serde(default)]
    pub publish_to: Option<Spanned<Text<String>>>,
    #[serde(default)]
    pub tls_name: Option<Text<String>>,
    #[serde(default)]
    pub eids: Vec<Spanned<Text<Eid>>>,
    #[serde(default)]
    pub serves: Vec<Spanned<String>>,
    #[serde(default)]
    pub auth: Option<Auth>,
    #[serde(default)]
    pub outbound_auth: Option<Auth>,
    #[serde(default)]
    pub device_state_filter: Option<Spanned<Text<String>>>,
    #[serde(default)]
    pub mailbox_state_filter: Option<Spanned<Text<String>>>,
    #[serde(default)]
    pub outbound_device_state_filter: Option<Spanned<Text<String>>>,
    #[serde(default)]
    pub ami: Option<Ami>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Auth {
    pub username: Spanned<Text<String>>,
    pub password: Secret,
    #[serde(default)]
    pub realm: Option<Spanned<Text<String>>>,
}

/// `[peer.ami]`, the manager of that PBX.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ami {
    #[serde(default)]
    pub host: Option<Text<String>>,
    #[serde(default)]
    pub port: Option<u16>,
    pub user: Spanned<Text<String>>,
    pub secret: Spanned<Secret>,
    #[serde(default)]
    pub tls: bool,
    #[serde(default)]
    pub tls_name: Option<Spanned<Text<String>>>,
    #[serde(default)]
    pub roots: Option<Spanned<Text<String>>>,
    #[serde(default)]
    pub dnd_off: Option<Spanned<Text<String>>>,
}

/// One address or several.
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Extension {
    pub exten: Spanned<Text<String>>,
    #[serde(default)]
    pub name: Option<Text<String>>,
    #[serde(default)]
    pub group: Option<Text<String>>,
    #[serde(default)]
    pub site: Option<Spanned<Text<String>>>,
    #[serde(default)]
    pub mailbox: Option<Text<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Log {
    pub format: LogFormat,
    pub level: Option<Spanned<Text<String>>>,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For eyes.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// A text that nobody may see: no error and no `Debug` prints it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer).map(|Text(text)| Self(text))
    }
}

/// A value written as text. `env:NAME` stands for the environment variable `NAME`, so that
/// secrets and addresses need not be in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text<T>(pub T);

impl<'de, T> Deserialize<'de> for Text<T>
where
    T: FromStr,
    T::Err: Display,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = String::deserialize(deserializer)?;
        let text = match written.strip_prefix("env:") {
            None => written,
            Some(name) => std::env::var(name)
                .map_err(|_| de::Error::custom(format!("the environment variable {name} is not set")))?,
        };
        text.parse().map(Self).map_err(|error: T::Err| de::Error::custom(format!("`{text}`: {error}")))
    }
}
