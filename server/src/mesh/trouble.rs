//! What keeps a peer and us from hearing each other: what to mend, in which file, under which key.

use std::time::Instant;

use lampfield_shared::Eid;

use super::body::json::MeshEvent;
use super::login::KeptOut;
use super::outbound::{Denied, Outbound};
use super::own::Namesake;
use super::peer::{Peer, Standing};
use super::settings::Auth;
use crate::sip::auth::Unanswerable;
use crate::sip::publication::agent::Status;

/// All that is wrong with a peer, the worst first; `None`: nothing.
pub(super) fn of(peer: &Peer, own: Eid, now: Instant) -> Option<String> {
    let namesake = (peer.namesake == Namesake::Yes).then(|| {
        format!(
            "it has lampfield's own entity id {own}, and so it is told nothing of ours: give that Asterisk an \
             `entityid` of its own in asterisk.conf, section [options], or lampfield another one in sip.eid"
        )
    });
    let outbound = peer.outbound.iter().find_map(|(event, outbound)| refused(peer, *event, outbound));
    let all = [namesake, kept_out(peer, now), other_resource(peer), peer.reach.trouble(), outbound];
    let all: Vec<String> = all.into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// Its requests do not pass.
fn kept_out(peer: &Peer, now: Instant) -> Option<String> {
    let auth = peer.settings.auth.as_ref()?;
    let (name, user) = (&peer.settings.name, &auth.login.username);
    let realm = auth.realm.as_deref().unwrap_or(Auth::REALM);
    match peer.admission.trouble(now)? {
        KeptOut::Wrong => Some(format!(
            "it presents a wrong user name or password: the section type=auth that `outbound_auth` of its \
             outbound-publish names in pjsip.conf must have username={user} and the password of `auth` of peer \
             `{name}` in lampfield.toml"
        )),
        KeptOut::Unanswered => Some(format!(
            "it does not answer when it is asked for a password: its outbound-publish in pjsip.conf needs \
             `outbound_auth`, naming a section type=auth with username={user}, and there no `realm`, or realm={realm}. \
             An Asterisk that was asked in vain says nothing more until it is restarted"
        )),
    }
}

/// Something at its address publishes, but not as this peer.
fn other_resource(peer: &Peer) -> Option<String> {
    let other = peer.other_resource.as_ref().filter(|_| peer.standing == Standing::Never)?;
    let ours = &peer.settings.resource;
    Some(format!(
        "its address publishes to the resource `{other}`, and `{ours}` is expected: mend the user in `server_uri` \
         of its outbound-publish in pjsip.conf, or `resource` of this peer in lampfield.toml"
    ))
}

/// Our requests do not pass.
fn refused(peer: &Peer, event: MeshEvent, outbound: &Outbound) -> Option<String> {
    let name = event.as_str();
    match outbound.status() {
        Status::Absent | Status::Held => None,
        // What is known of the way there says more.
        Status::Failing { status: None } if peer.reach.trouble().is_some() => None,
        Status::Failing { status: None } => Some(format!("{name}: it does not answer our PUBLISH")),
        Status::Failing { status: Some(code) } => Some(format!("{name}: it answers our PUBLISH with {code}")),
        Status::Misconfigured { status } => {
            Some(format!("{name}: it refuses our PUBLISH with {status}: {}", advice(peer, event, outbound, status)))
        }
    }
}

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
