//! The lines of pjsip.conf that connect a peer with us, all in one: whoever pastes a part gets the next fault.

use std::fmt::Write as _;
use std::net::SocketAddr;

use lampfield_shared::SiteName;
use lampfield_sip::Transport;

/// What the lines are made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setup<'a> {
    /// Name of the peer in our configuration.
    pub name: &'a SiteName,
    /// Name by which the peer knows us.
    pub us: &'a str,
    /// User of the URI that the peer publishes to.
    pub resource: &'a str,
    /// Our address, as the peer reaches it.
    pub address: SocketAddr,
    /// Transport between the peer and us.
    pub transport: Transport,
    /// User name that the peer presents to us; `None`: its address is enough.
    pub theirs: Option<&'a str>,
    /// User name that we present to the peer; `None`: our address is enough.
    pub ours: Option<&'a str>,
}

impl Setup<'_> {
    /// The URI that the peer has to publish to, as pjsip.conf wants it written.
    pub(super) fn server_uri(&self) -> String {
        let by = match self.transport {
            Transport::Udp => "",
            Transport::Tcp => "\\;transport=tcp",
            Transport::Tls => "\\;transport=tls",
        };
        format!("sip:{}@{}{by}", self.resource, self.address)
    }

    /// All sections, none of them twice.
    pub(super) fn lines(&self) -> String {
        let Self { name, us, address, .. } = self;
        let mut lines = format!(
            "; Everything for lampfield: replace the sections for it that are there.\n[{us}]\ntype = endpoint\n"
        );
        let mut add = |text: &str| lines.push_str(text);
        if self.ours.is_some() {
            add(&format!("auth = {us}-in\n"));
        }
        add(&format!("\n[{us}]\ntype = identify\nendpoint = {us}\nmatch = {}\n", address.ip()));
        let mut login = |kind: &str, of: &str, user: &str| {
            add(&format!(
                "\n[{us}-{kind}]\ntype = auth\nauth_type = userpass\nusername = {user}\n\
                 password =   ; that of `{of}` of peer `{name}` in lampfield.toml\n"
            ));
        };
        if let Some(user) = self.ours {
            login("in", "outbound_auth", user);
        }
        if let Some(user) = self.theirs {
            login("out", "auth", user);
        }
        for (section, event) in [("devicestate", "asterisk-devicestate"), ("mwi", "asterisk-mwi")] {
            add(&format!(
                "\n[{us}-{section}]\ntype = outbound-publish\nserver_uri = {}\nevent = {event}\n",
                self.server_uri()
            ));
            if self.theirs.is_some() {
                add(&format!("outbound_auth = {us}-out\n"));
            }
            let protocol = match self.transport {
                Transport::Udp => continue,
                Transport::Tcp => "tcp",
                Transport::Tls => "tls",
            };
            add(&format!("transport = {protocol}   ; the name of the section type=transport, protocol={protocol}\n"));
        }
        let _infallible = write!(
            lines,
            "\n[{us}]\ntype = inbound-publication\nevent_asterisk-devicestate = {us}\nevent_asterisk-mwi = {us}\n\n\
             [{us}]\ntype = asterisk-publication\ndevicestate_publish = {us}-devicestate\n\
             mailboxstate_publish = {us}-mwi\ndevice_state = yes\nmailbox_state = yes"
        );
        lines
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn sections(lines: &str) -> Vec<String> {
        let mut head = "";
        let mut all = Vec::new();
        for line in lines.lines() {
            match line.strip_prefix("type = ") {
                Some(kind) => all.push(format!("{head} {kind}")),
                None if line.starts_with('[') => head = line,
                None => {}
            }
        }
        all
    }

    #[test]
    fn every_section_is_there_once() {
        let name = SiteName::from("perm");
        let address = "10.0.0.6:5060".parse().unwrap();
        let setup = Setup {
            name: &name,
            us: "lampfield",
            resource: "perm",
            address,
            transport: Transport::Udp,
            theirs: None,
            ours: None,
        };
        let plain = sections(&setup.lines());
        let expected = [
            "[lampfield] endpoint",
            "[lampfield] identify",
            "[lampfield-devicestate] outbound-publish",
            "[lampfield-mwi] outbound-publish",
            "[lampfield] inbound-publication",
            "[lampfield] asterisk-publication",
        ];
        assert_eq!(plain, expected);
        assert!(!setup.lines().contains("auth") && !setup.lines().contains("transport"));

        let locked = Setup { theirs: Some("perm"), ours: Some("lampfield"), transport: Transport::Tls, ..setup };
        let lines = locked.lines();
        let all = sections(&lines);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{all:?}");
        assert!(all.contains(&"[lampfield-in] auth".into()) && all.contains(&"[lampfield-out] auth".into()));
        assert_eq!(lines.matches("outbound_auth = lampfield-out").count(), 2);
        assert_eq!(lines.matches("server_uri = sip:perm@10.0.0.6:5060\\;transport=tls\n").count(), 2);
        assert_eq!(lines.matches("transport = tls ").count(), 2);
    }
}
