//! What a message turned out to be: for a SIP trace, which shows copies, refused requests and stray responses as well.

use super::method::Method;
use super::transaction::{ClientId, Owner};

/// What [`Endpoint::handle_message`](crate::Endpoint::handle_message) has read. Only a new request and a final response
/// bring an [`Event`](crate::Event) as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// No SIP, or nothing that could be answered. Nothing was sent.
    NoSip,
    /// A new request; [`Event::Request`](crate::Event::Request) waits.
    Request {
        /// Method of the request.
        method: Method,
    },
    /// A copy of a request that was handed up before.
    Copy {
        /// Method of the request.
        method: Method,
        /// User of the Request-URI, where there is one.
        user: Option<String>,
        /// Owner of the transaction, where the request was answered and somebody owns it.
        owner: Option<Owner>,
    },
    /// A request that the endpoint refused by itself, or an ACK, which nobody answers.
    Refused {
        /// Method of the request.
        method: Method,
        /// User of the Request-URI, where there is one.
        user: Option<String>,
    },
    /// The first final response to a request of ours, or a provisional one.
    Response {
        /// Method of the request.
        method: Method,
        /// Which request.
        client: ClientId,
    },
    /// A response to no request of ours, or to one that was answered before.
    Stray {
        /// Method of the request that the response claims to answer.
        method: Method,
        /// User of `To`, where there is one.
        user: Option<String>,
    },
}

impl Received {
    /// Method of the request, also of the one that a response answers; `None` where the message is no SIP.
    pub const fn method(&self) -> Option<&Method> {
        match self {
            Self::NoSip => None,
            Self::Request { method }
            | Self::Copy { method, .. }
            | Self::Refused { method, .. }
            | Self::Response { method, .. }
            | Self::Stray { method, .. } => Some(method),
        }
    }

    /// User whom the message is about, where nothing better than that tells whose the message is.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Copy { user, .. } | Self::Refused { user, .. } | Self::Stray { user, .. } => user.as_deref(),
            Self::NoSip | Self::Request { .. } | Self::Response { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Instant;

    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;
    use crate::{About, Answer, Endpoint, EndpointSettings, Event, Hop, OutgoingRequest};

    fn they() -> SocketAddr {
        "192.0.2.11:5060".parse().unwrap()
    }

    fn endpoint() -> Endpoint {
        let we: SocketAddr = "192.0.2.50:5060".parse().unwrap();
        let settings =
            EndpointSettings { sent_by: we.into(), user_agent: "lampfield".into(), max_server_transactions: 10 };
        Endpoint::new(settings, StdRng::seed_from_u64(1))
    }

    fn request(method: &str, more: &str) -> String {
        format!(
            "{method} sip:desk@192.0.2.50 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.11;branch=z9hG4bK{method}\r\n\
             From: <sip:pbx@192.0.2.11>;tag=1\r\nTo: <sip:desk@192.0.2.50>\r\nCall-ID: a\r\nCSeq: 1 {method}\r\n{more}\r\n"
        )
    }

    #[test]
    fn a_copy_of_an_answered_request_belongs_to_whom_the_answer_named() {
        let (mut endpoint, now) = (endpoint(), Instant::now());
        let (method, user) = (Method::Options, Some("desk".to_owned()));
        let receive = |endpoint: &mut Endpoint| endpoint.handle_message(now, they(), request("OPTIONS", "").as_bytes());
        assert_eq!(receive(&mut endpoint), Received::Request { method: method.clone() });
        let copy = |owner| Received::Copy { method: method.clone(), user: user.clone(), owner };
        assert_eq!(receive(&mut endpoint), copy(None), "nobody has answered yet");
        let Some(Event::Request { key, .. }) = endpoint.poll_event() else { panic!("no request came") };
        endpoint.answer_owner(now, key, &Answer::new(Answer::OK), Some(Owner(7)));
        assert_eq!(receive(&mut endpoint), copy(Some(Owner(7))));
        let about = std::iter::from_fn(|| endpoint.poll_transmit()).map(|it| it.about);
        assert_eq!(about.collect::<Vec<_>>(), [About::Answer(key); 2], "the answer, and its copy");
    }

    #[test]
    fn what_ends_here_tells_whom_it_is_about() {
        let (mut endpoint, now) = (endpoint(), Instant::now());
        let user = Some("desk".to_owned());
        for (text, received) in [
            (request("INVITE", ""), Received::Refused { method: "INVITE".into(), user: user.clone() }),
            (request("ACK", ""), Received::Refused { method: Method::Ack, user: user.clone() }),
            (request("OPTIONS", "Require: x\r\n"), Received::Refused { method: Method::Options, user: user.clone() }),
            (request("OPTIONS", "").replace("Via", "X"), Received::NoSip),
            ("\r\n\r\n".into(), Received::NoSip),
            ("no SIP\r\n\r\n".into(), Received::NoSip),
            (
                request("OPTIONS", "").replace("OPTIONS sip:desk@192.0.2.50 SIP/2.0", "SIP/2.0 200 OK"),
                Received::Stray { method: Method::Options, user: user.clone() },
            ),
        ] {
            assert_eq!(endpoint.handle_message(now, they(), text.as_bytes()), received, "{text}");
            assert!(endpoint.poll_event().is_none(), "{text}");
        }
        let stranger = endpoint.handle_stranger(now, they().into(), request("PUBLISH", "").as_bytes());
        assert_eq!(stranger, Received::Refused { method: Method::Publish, user });
    }

    #[test]
    fn a_response_names_the_request_of_ours_and_a_copy_of_it_none() {
        let (mut endpoint, now) = (endpoint(), Instant::now());
        let ours = OutgoingRequest::new(Method::Options, "sip:pbx@192.0.2.11").from("sip:desk@192.0.2.50", "1");
        let ours = ours.to("sip:pbx@192.0.2.11").call_id("b").cseq(1);
        let client = endpoint.send(now, &Hop::Udp(they()), &ours);
        let sent = endpoint.poll_transmit().expect("it is sent");
        assert_eq!(sent.about, About::Request(client));
        let sent = String::from_utf8(sent.payload.to_vec()).unwrap();
        let (line, rest) = sent.split_once("\r\n").unwrap();
        assert_eq!(line, "OPTIONS sip:pbx@192.0.2.11 SIP/2.0");
        for (status, received) in [
            (100, Received::Response { method: Method::Options, client }),
            (200, Received::Response { method: Method::Options, client }),
            (200, Received::Stray { method: Method::Options, user: Some("pbx".into()) }),
        ] {
            let response = format!("SIP/2.0 {status} x\r\n{rest}");
            assert_eq!(endpoint.handle_message(now, they(), response.as_bytes()), received);
        }
    }
}
