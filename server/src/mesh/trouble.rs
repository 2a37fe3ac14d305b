//! What keeps a peer and us from hearing each other: what to mend, in which file, under which key, and by which lines.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use lampfield_shared::{Eid, Finding};

use super::body::json::MeshEvent;
use super::eids::Refused;
use super::login::KeptOut;
use super::outbound::{Denied, Outbound};
use super::own::Namesake;
use super::peer::{Peer, Standing};
use super::settings::Auth;
use crate::sip::auth::Unanswerable;
use crate::sip::publication::agent::Status;
use crate::sip::{SentBy, Transport};

/// A peer that spoke under somebody else's id is told of for so long: an Asterisk is asked for all once an hour, so
/// one that was not mended has done so again by then.
const INTRUSION: Duration = Duration::from_hours(1);

const PJSIP: &str = "pjsip.conf (FreePBX: pjsip_custom.conf)";
const ASTERISK: &str = "asterisk.conf";
const MODULES: &str = "modules.conf";
const OURS: &str = "lampfield.toml";

/// Where everything is that a line needs.
struct Scene<'a> {
    peer: &'a Peer,
    own: Eid,
    sent_by: &'a SentBy,
    now: Instant,
}

/// All that is wrong with a peer, the worst first.
pub(super) fn of(peer: &Peer, own: Eid, sent_by: &SentBy, now: Instant) -> Vec<Finding> {
    let scene = Scene { peer, own, sent_by, now };
    let outbound = peer.outbound.iter().find_map(|(event, outbound)| scene.refused(*event, outbound));
    let way = peer.reach.trouble().map(|text| finding(text, "", ""));
    [scene.namesake(), scene.kept_out(), scene.other_resource(), way, outbound].into_iter().flatten().collect()
}

/// The same with what else is odd.
pub(super) fn findings(peer: &Peer, own: Eid, sent_by: &SentBy, now: Instant) -> Vec<Finding> {
    let mut all = of(peer, own, sent_by, now);
    let scene = Scene { peer, own, sent_by, now };
    // Who publishes elsewhere or without the password has said so above.
    let is_explained = peer.other_resource.is_some() || peer.admission.trouble(now).is_some();
    let silence = if is_explained { None } else { scene.never_heard() };
    all.extend([silence, scene.intruded()].into_iter().flatten());
    all
}

/// The texts in one; `None`: nothing is wrong.
pub(super) fn in_one(findings: &[Finding]) -> Option<String> {
    let texts: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

fn finding(text: impl Into<String>, file: &str, lines: impl Into<String>) -> Finding {
    Finding { text: text.into(), file: file.into(), lines: lines.into() }
}

impl Scene<'_> {
    fn namesake(&self) -> Option<Finding> {
        let own = self.own;
        let text = format!(
            "it has lampfield's own entity id {own}, and so it is told nothing of ours: give that Asterisk an \
             `entityid` of its own in asterisk.conf, section [options], or lampfield another one in sip.eid"
        );
        (self.peer.namesake == Namesake::Yes).then(|| finding(text, ASTERISK, ENTITY_ID))
    }

    /// Its requests do not pass.
    fn kept_out(&self) -> Option<Finding> {
        let auth = self.peer.settings.auth.as_ref()?;
        let (name, user) = (&self.peer.settings.name, &auth.login.username);
        let realm = auth.realm.as_deref().unwrap_or(Auth::REALM);
        let text = match self.peer.admission.trouble(self.now)? {
            KeptOut::Wrong => format!(
                "it presents a wrong user name or password: the section type=auth that `outbound_auth` of its \
                 outbound-publish names in pjsip.conf must have username={user} and the password of `auth` of peer \
                 `{name}` in lampfield.toml"
            ),
            KeptOut::Unanswered => format!(
                "it does not answer when it is asked for a password: its outbound-publish in pjsip.conf needs \
                 `outbound_auth`, naming a section type=auth with username={user}, and there no `realm`, or \
                 realm={realm}. An Asterisk that was asked in vain says nothing more until it is restarted"
            ),
        };
        let us = self.us();
        let lines = format!(
            "[{us}-out]\ntype = auth\nauth_type = userpass\nusername = {user}\n\
             password =   ; that of `auth` of peer `{name}` in lampfield.toml\n\n\
             ; in [{us}-devicestate] and [{us}-mwi]:\noutbound_auth = {us}-out"
        );
        Some(finding(text, PJSIP, lines))
    }

    /// Something at its address publishes, but not as this peer.
    fn other_resource(&self) -> Option<Finding> {
        let other = self.peer.other_resource.as_ref().filter(|_| self.peer.standing == Standing::Never)?;
        let ours = &self.peer.settings.resource;
        let text = format!(
            "its address publishes to the resource `{other}`, and `{ours}` is expected: mend the user in `server_uri` \
             of its outbound-publish in pjsip.conf, or `resource` of this peer in lampfield.toml"
        );
        let us = self.us();
        let lines = format!("; in [{us}-devicestate] and [{us}-mwi]:\nserver_uri = {}", self.server_uri());
        Some(finding(text, PJSIP, lines))
    }

    /// Nothing came yet, and nothing tells why.
    fn never_heard(&self) -> Option<Finding> {
        let is_silent = self.peer.standing == Standing::Never && self.peer.given.is_empty();
        let (us, uri) = (self.us(), self.server_uri());
        let lines = format!(
            "[{us}-devicestate]\ntype = outbound-publish\nserver_uri = {uri}\nevent = asterisk-devicestate\n\n\
             [{us}-mwi]\ntype = outbound-publish\nserver_uri = {uri}\nevent = asterisk-mwi\n\n{}",
            self.publication()
        );
        let text = "nothing that it publishes has come yet: it needs these sections, and a way to this address; \
                    `pjsip set logger on` shows whether it sends";
        is_silent.then(|| finding(text, PJSIP, lines))
    }

    /// It spoke under an id that is not its own.
    fn intruded(&self) -> Option<Finding> {
        let (at, refused) = self.peer.intruded?;
        let is_recent = self.now.saturating_duration_since(at) < INTRUSION;
        let (name, pins) = (&self.peer.settings.name, &self.peer.settings.eids);
        let found = match refused {
            Refused::Spoof(eid) => {
                let all: Vec<String> = pins.iter().chain([&eid]).map(|eid| format!("\"{eid}\"")).collect();
                let lines = format!("# in [[peer]] name = \"{name}\", if that is right:\neids = [{}]", all.join(", "));
                finding(format!("it was refused: {refused}"), OURS, lines)
            }
            Refused::Own(_) | Refused::Clash(_) => finding(format!("it was refused: {refused}"), ASTERISK, ENTITY_ID),
        };
        is_recent.then_some(found)
    }

    /// Our requests do not pass.
    fn refused(&self, event: MeshEvent, outbound: &Outbound) -> Option<Finding> {
        let name = event.as_str();
        match outbound.status() {
            Status::Absent | Status::Held => disliked(event, outbound),
            // What is known of the way there says more.
            Status::Failing { status: None } if self.peer.reach.trouble().is_some() => None,
            Status::Failing { status: None } => {
                Some(finding(format!("{name}: it does not answer our PUBLISH"), "", ""))
            }
            Status::Failing { status: Some(code) } => disliked(event, outbound)
                .or_else(|| Some(finding(format!("{name}: it answers our PUBLISH with {code}"), "", ""))),
            Status::Misconfigured { status } => {
                let advice = advice(self.peer, event, outbound, status);
                let (file, lines) = self.cure(outbound, status);
                Some(finding(format!("{name}: it refuses our PUBLISH with {status}: {advice}"), file, lines))
            }
        }
    }

    /// The lines against a refusal.
    fn cure(&self, outbound: &Outbound, status: u16) -> (&'static str, String) {
        let us = self.us();
        match (status, outbound.denied()) {
            (401 | 407, None | Some(Denied::NoLogin)) => {
                let ip = self.address().ip();
                (PJSIP, format!("[{us}]\ntype = endpoint\n\n[{us}]\ntype = identify\nendpoint = {us}\nmatch = {ip}"))
            }
            (403, _) => (PJSIP, format!("[{us}]\ntype = inbound-publication\nendpoint = {us}")),
            (404, _) => (PJSIP, self.publication()),
            (489, _) => (MODULES, "load = res_pjsip_publish_asterisk.so".into()),
            _ => ("", String::new()),
        }
    }

    /// What takes our publications, and names its own.
    fn publication(&self) -> String {
        let us = self.us();
        format!(
            "[{us}]\ntype = inbound-publication\nevent_asterisk-devicestate = {us}\nevent_asterisk-mwi = {us}\n\n\
             [{us}]\ntype = asterisk-publication\ndevicestate_publish = {us}-devicestate\n\
             mailboxstate_publish = {us}-mwi\ndevice_state = yes\nmailbox_state = yes"
        )
    }

    /// What it calls us.
    fn us(&self) -> &str {
        &self.peer.settings.publish_to.user
    }

    /// Where it reaches us.
    fn address(&self) -> SocketAddr {
        let transport = self.peer.settings.publish_to.target.transport;
        let hop = self.peer.reach.hop().map(|hop| hop.address().ip());
        hop.map_or_else(|| self.sent_by.first(), |ip| self.sent_by.facing(transport, ip))
    }

    /// Where it has to publish to, as pjsip.conf wants it written.
    fn server_uri(&self) -> String {
        let by = match self.peer.settings.publish_to.target.transport {
            Transport::Udp => "",
            Transport::Tcp => "\\;transport=tcp",
            Transport::Tls => "\\;transport=tls",
        };
        format!("sip:{}@{}{by}", self.peer.settings.resource, self.address())
    }
}

/// What it would not have of what we say, while the rest passes.
fn disliked(event: MeshEvent, outbound: &Outbound) -> Option<Finding> {
    let (say, status) = outbound.disliked().next()?;
    let more = match outbound.disliked().count() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let name = event.as_str();
    let text = format!(
        "{name}: it does not take {say}{more}, and answers {status}: it is offered again every minute; if \
         `pjsip set logger on` does not show it there, something between us refuses it"
    );
    Some(finding(text, "", ""))
}

const ENTITY_ID: &str = "[options]\nentityid =   ; one of its own, such as the MAC address of that machine";

/// What a refusal means in Asterisk's configuration (spec §3.3).
fn advice(peer: &Peer, event: MeshEvent, outbound: &Outbound, status: u16) -> String {
    let (user, event) = (&peer.settings.publish_to.user, event.as_str());
    match status {
        401 | 407 => denied(peer, outbound.denied()),
        403 => format!("the section [{user}] type=inbound-publication in its pjsip.conf names another `endpoint`"),
        404 => format!(
            "its pjsip.conf has no section [{user}] type=inbound-publication, or in it no line event_{event}=, or \
             that line names no section type=asterisk-publication"
        ),
        489 => "its module res_pjsip_publish_asterisk is not loaded: see modules.conf".into(),
        _ => "it will not change by itself".into(),
    }
}

/// Asterisk challenges whom it does not know, too, and lets nobody in then.
fn denied(peer: &Peer, denied: Option<&Denied>) -> String {
    let known = "an `identify` in its pjsip.conf must match our address, or it does not know us";
    match denied {
        None | Some(Denied::NoLogin) => format!(
            "{known}; if its `endpoint` for us has `auth`, put username and password of that section into \
             `outbound_auth` of this peer in lampfield.toml"
        ),
        Some(Denied::Unanswerable(Unanswerable::Realm { theirs, ours })) => format!(
            "it asks for a password of the realm `{theirs}`, and `outbound_auth` of this peer in lampfield.toml is \
             for the realm `{ours}`"
        ),
        Some(Denied::Unanswerable(other)) => other.to_string(),
        Some(Denied::Rejected) => {
            let user = peer.settings.outbound_auth.as_ref().map_or("", |auth| &auth.login.username);
            format!(
                "it does not take our password for `{user}`: the section type=auth that `auth` of its endpoint names \
                 in pjsip.conf must have the username and password of `outbound_auth` of this peer in lampfield.toml; \
                 and {known}"
            )
        }
    }
}
