//! What a message is about, in a line: read from the message as the SIP trace shows it.

use lampfield_shared::{Gist, Topic};
use lampfield_sip::transcript::Transcript;

use crate::mesh::body::json::{Content, MeshEvent, parse};

/// Reads what a message is about. A message that is no SIP is about nothing.
pub(super) fn gist(read: &Transcript) -> Gist {
    let (method, code) = match read.first_line.strip_prefix("SIP/2.0 ") {
        Some(status) => (header(read, "CSeq", "").split_whitespace().nth(1).unwrap_or_default(), code(status)),
        None => (read.first_line.split(' ').next().unwrap_or_default(), None),
    };
    let topic = if code.is_some() { Topic::Other } else { topic(method, read) };
    Gist { transaction: format!("{method} {}", branch(read)), method: method.to_owned(), code, topic }
}

fn code(status: &str) -> Option<u16> {
    status.split(' ').next()?.parse().ok()
}

/// Whole value of a header, also by its short name (RFC 3261 §7.3.3).
fn header<'a>(read: &'a Transcript, name: &str, short: &str) -> &'a str {
    let fields = read.headers.lines().filter_map(|line| line.split_once(':'));
    let is_it =
        |known: &str| known.eq_ignore_ascii_case(name) || (!short.is_empty() && known.eq_ignore_ascii_case(short));
    fields.into_iter().find(|(known, _)| is_it(known.trim())).map_or("", |(_, value)| value.trim())
}

/// Branch of the topmost Via: a request shares it with its answers (RFC 3261 §17.1.3).
fn branch(read: &Transcript) -> &str {
    let via = header(read, "Via", "v").split(',').next().unwrap_or_default();
    let parameters = via.split(';').filter_map(|it| it.split_once('='));
    parameters.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("branch")).map_or("", |(_, it)| it.trim())
}

fn topic(method: &str, read: &Transcript) -> Topic {
    let event = header(read, "Event", "o").split(';').next().unwrap_or_default().trim();
    match method {
        "OPTIONS" => Topic::Alive,
        "PUBLISH" if header(read, "Expires", "") == "0" => Topic::Withdrawal { event: event.into() },
        "PUBLISH" if read.body.is_empty() && header(read, "Content-Length", "l") == "0" => {
            Topic::Renewal { event: event.into() }
        }
        "PUBLISH" => match MeshEvent::from_name(event) {
            Some(event) => said(event, &read.body),
            None => Topic::Extension { exten: user(&read.first_line).into(), event: event.into() },
        },
        _ => Topic::Other,
    }
}

fn said(event: MeshEvent, body: &str) -> Topic {
    match parse(event, body.as_bytes()).map(|body| body.content) {
        Ok(Content::Device { device, state, .. }) => Topic::Device { device, state },
        Ok(Content::Mailbox { mailbox, counts }) => {
            Topic::Mailbox { mailbox: mailbox.to_string(), new: counts.new, old: counts.old }
        }
        Ok(Content::RefreshRequest) => Topic::Refresh,
        Err(_) => Topic::Other,
    }
}

/// User of the Request-URI.
fn user(first_line: &str) -> &str {
    let uri = first_line.split(' ').nth(1).unwrap_or_default();
    let rest = uri.split_once(':').map_or("", |(_, rest)| rest);
    rest.split_once('@').map_or("", |(user, _)| user.split(':').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use lampfield_shared::DeviceState;

    use super::*;

    fn read(message: &str) -> Gist {
        gist(&Transcript::read(message.replace('\n', "\r\n").as_bytes()))
    }

    fn publish(event: &str, headers: &str, body: &str) -> Topic {
        read(&format!("PUBLISH sip:1001@10.0.0.6 SIP/2.0\nEvent: {event}\n{headers}\n{body}")).topic
    }

    #[test]
    fn an_answer_shares_the_transaction_of_its_request() {
        let request =
            read("PUBLISH sip:a@b SIP/2.0\nv: SIP/2.0/UDP 10.0.0.4;rport;branch=z9hG4bK1, x\nCSeq: 7 PUBLISH\n\n");
        let answer =
            read("SIP/2.0 412 Gone\nVIA : SIP/2.0/UDP 10.0.0.4;Branch=z9hG4bK1;rport=5060\nCSeq: 7 PUBLISH\n\n");
        assert_eq!((request.transaction.as_str(), request.code), ("PUBLISH z9hG4bK1", None));
        assert_eq!((answer.transaction.as_str(), answer.code), ("PUBLISH z9hG4bK1", Some(412)));
        assert_eq!((answer.method.as_str(), answer.topic), ("PUBLISH", Topic::Other));
    }

    #[test]
    fn tells_what_a_request_is_about() {
        let (eid, json) = ("\"eid\":\"02:00:00:00:00:04\"", "Content-Type: application/json\n");
        let device = format!("{{\"type\":\"devicestate\",\"device\":\"PJSIP/1005\",\"state\":\"INUSE\",{eid}}}");
        let mailbox = format!("{{\"type\":\"mailboxstate\",\"uniqueid\":\"1005@default\",\"new\":2,\"old\":7,{eid}}}");
        let refresh = format!("{{\"type\":\"refresh\",{eid}}}");
        let state = Topic::Device { device: "PJSIP/1005".into(), state: DeviceState::InUse };
        assert_eq!(publish("asterisk-devicestate", json, &device), state);
        let counts = Topic::Mailbox { mailbox: "1005@default".into(), new: 2, old: 7 };
        assert_eq!(publish("asterisk-mwi", json, &mailbox), counts);
        assert_eq!(publish("asterisk-devicestate", json, &refresh), Topic::Refresh);
        assert_eq!(publish("asterisk-devicestate", json, "{}"), Topic::Other);
        let event = || "asterisk-mwi".to_owned();
        assert_eq!(publish("asterisk-mwi", "l: 0\n", ""), Topic::Renewal { event: event() });
        assert_eq!(publish("asterisk-mwi", "Expires: 0\n", ""), Topic::Withdrawal { event: event() });
        let dialog = Topic::Extension { exten: "1001".into(), event: "dialog".into() };
        assert_eq!(publish("dialog;x=y", "", "<dialog-info/>"), dialog);
        assert_eq!(read("OPTIONS sip:a SIP/2.0\n\n").topic, Topic::Alive);
        for odd in ["", "hello", "SIP/2.0", "PUBLISH", "SIP/2.0 abc"] {
            assert_eq!(read(odd).code, None, "{odd}");
        }
    }
}
