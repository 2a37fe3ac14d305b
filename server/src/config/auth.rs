//! A peer's passwords and filters, checked.

use lampfield_sip::auth::Login;

use super::error::ConfigError;
use super::{Check, file};
use crate::mesh::Auth;
use crate::mesh::filter::{Filter, Filters};

impl Check<'_> {
    /// Checks an `auth` table, which has the fields of an `auth` object in pjsip.conf.
    pub(super) fn auth(&self, written: Option<&file::Auth>, key: &str) -> Result<Option<Auth>, ConfigError> {
        let Some(written) = written else { return Ok(None) };
        let quotable = |text: &toml::Spanned<file::Text<String>>, name: &str| {
            let value = text.get_ref().0.clone();
            // The value stands in quotes on the wire, and the digest is made of it unescaped.
            if value.is_empty() || value.contains(|c: char| c.is_control() || matches!(c, '"' | '\\')) {
                let message = "must not be empty, or hold a quote, a backslash or a control character";
                return Err(self.wrong(text, &format!("{key}.{name}"), message));
            }
            Ok(value)
        };
        let username = quotable(&written.username, "username")?;
        let realm = written.realm.as_ref().map(|realm| quotable(realm, "realm")).transpose()?;
        Ok(Some(Auth { login: Login { username, password: written.password.text().into() }, realm }))
    }

    /// Compiles the filters of a peer.
    pub(super) fn filters(&self, written: &file::Peer, key: impl Fn(&str) -> String) -> Result<Filters, ConfigError> {
        let filter = |text: &Option<toml::Spanned<file::Text<String>>>, name: &str| {
            let Some(text) = text else { return Ok(None) };
            text.get_ref().0.parse::<Filter>().map(Some).map_err(|error| {
                // The crate regex draws a picture over several lines; the last line is the error.
                let error = error.to_string();
                self.wrong(text, &key(name), error.lines().last().unwrap_or_default())
            })
        };
        Ok(Filters {
            device_state: filter(&written.device_state_filter, "device_state_filter")?,
            mailbox_state: filter(&written.mailbox_state_filter, "mailbox_state_filter")?,
            outbound_device_state: filter(&written.outbound_device_state_filter, "outbound_device_state_filter")?,
        })
    }
}
