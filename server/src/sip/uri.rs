//! SIP URIs, as far as they are looked at here (RFC 3261 §19.1).

/// `sip:user@host:port;parameters?headers`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uri {
    /// `sip`, `sips`, `tel`…, in lower case.
    pub scheme: String,
    /// The part before `@`, without a password, with `%`-escapes resolved.
    pub user: Option<String>,
    /// Host name or address; an IPv6 address without its brackets.
    pub host: String,
    /// The port, where one is given.
    pub port: Option<u16>,
}
