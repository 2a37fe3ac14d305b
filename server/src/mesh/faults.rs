//! Faults between a peer and us in English: for the log, the API, and a page whose language has no words of its own.

use lampfield_shared::{Fault, SiteName};

/// Tells what is wrong with the peer of that name, and where to mend it.
pub(super) fn in_english(fault: &Fault, name: &SiteName) -> String {
    match fault {
        Fault::Namesake { eid } => format!(
            "it has lampfield's own entity id {eid}, and so it is told nothing of ours: give that Asterisk an \
             `entityid` of its own in asterisk.conf, section [options], or lampfield another one in sip.eid"
        ),
        Fault::WrongPassword { user } => format!(
            "it presents a wrong user name or password: the section type=auth that `outbound_auth` of its \
             outbound-publish names in pjsip.conf must have username={user} and the password of `auth` of peer \
             `{name}` in lampfield.toml"
        ),
        Fault::NoPassword { user, realm } => format!(
            "it does not answer when it is asked for a password: its outbound-publish in pjsip.conf needs \
             `outbound_auth`, naming a section type=auth with username={user}, and there no `realm`, or \
             realm={realm}. After one failed try Asterisk stays silent until it is restarted"
        ),
        Fault::NoTls { why } => format!("its TLS connection to us failed: {why}"),
        Fault::OtherResource { theirs, ours } => format!(
            "its address publishes to the resource `{theirs}`, and `{ours}` is expected: correct the user in `server_uri` \
             of its outbound-publish in pjsip.conf, or `resource` of this peer in lampfield.toml"
        ),
        Fault::NeverHeard => {
            "nothing received yet: check that it has these sections, and that UDP, TCP or TLS from it \
                              reaches this address; `pjsip set logger on` shows whether it sends"
                .into()
        }
        Fault::Silent { .. } => "it worked before and is silent now: it is off, or the network to it is down".into(),
        Fault::Untold { user } => format!(
            "it accepts our request for all states, but sends none: its section [{user}] \
             type=asterisk-publication in pjsip.conf must name its outbound-publish to us in `devicestate_publish`"
        ),
        Fault::Spoof { eid } => format!("it was refused: {eid} is not among the entity ids of this peer"),
        Fault::OwnId { eid } => format!("it was refused: {eid} is lampfield's own entity id"),
        Fault::Clash { eid } => format!(
            "it was refused: {eid} is in use by another peer: each Asterisk needs an entityid of its own in asterisk.conf"
        ),
        Fault::TooManyNames { most } => format!(
            "it names more than {most} devices, mailboxes and extensions: the others are ignored. If all of them are wanted, raise `max_names` in [sip] of lampfield.toml; else leave some out by `device_state_filter` of \
             this peer"
        ),
        Fault::NoWay { why } => why.clone(),
        Fault::NoAnswer { event } => format!("{event}: it does not answer our PUBLISH"),
        Fault::Answers { event, code } => format!("{event}: it answers our PUBLISH with {code}"),
        Fault::Refuses { event, code, user } => refused(event, *code, &meaning(event, *code, user)),
        Fault::AsksPassword { event, code } => refused(
            event,
            *code,
            &format!(
                "{KNOWN}; if its `endpoint` for us has `auth`, put username and password of that section into \
                 `outbound_auth` of this peer in lampfield.toml"
            ),
        ),
        Fault::OtherRealm { event, code, theirs, ours } => refused(
            event,
            *code,
            &format!(
                "it asks for a password of the realm `{theirs}`, and `outbound_auth` of this peer in lampfield.toml is \
                 for the realm `{ours}`"
            ),
        ),
        Fault::CannotLogIn { event, code, why } => refused(event, *code, why),
        Fault::NotOurPassword { event, code, user } => refused(
            event,
            *code,
            &format!(
                "it rejects our password for `{user}`: the section type=auth that `auth` of its endpoint names \
                 in pjsip.conf must have the username and password of `outbound_auth` of this peer in lampfield.toml; \
                 and {KNOWN}"
            ),
        ),
        Fault::Dislikes { event, what, more, code } => {
            let more = if *more == 0 { String::new() } else { format!(", and {more} more") };
            format!(
                "{event}: it does not take {what}{more}, and answers {code}: it is sent again every minute; if \
                 `pjsip set logger on` does not show it there, something between us refuses it"
            )
        }
        Fault::Other => "something is wrong".into(),
    }
}

const KNOWN: &str = "an `identify` in its pjsip.conf must match our address, or it does not know us";

fn refused(event: &str, code: u16, advice: &str) -> String {
    format!("{event}: it refuses our PUBLISH with {code}: {advice}")
}

/// What a refusal means in Asterisk's configuration (`docs/protocol.md` §3.3).
fn meaning(event: &str, code: u16, user: &str) -> String {
    match code {
        403 => format!("the section [{user}] type=inbound-publication in its pjsip.conf names another `endpoint`"),
        404 => format!(
            "its pjsip.conf has no section [{user}] type=inbound-publication, or in it no line event_{event}=, or \
             that line names no section type=asterisk-publication"
        ),
        489 => "its module res_pjsip_publish_asterisk is not loaded: see modules.conf".into(),
        _ => "it does not mend itself".into(),
    }
}
