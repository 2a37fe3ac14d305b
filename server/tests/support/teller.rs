//! A simulated PBX that publishes only calls, by `Event: dialog`, in a publication for each call.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use lampfield_sip::publication::agent::{AgentAnswer, Outcome, Publication, PublishRequest, Supersede};
use lampfield_sip::{
    Answer, ClientId, Endpoint, EndpointSettings, Event, Hop, Method, OutgoingRequest, Policy, Transmit,
};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::console;

/// Name of the PBX among the peers.
pub const NAME: &str = "omsk";

/// Expiry of its publications.
const EXPIRES: Duration = Duration::from_mins(1);

pub fn address() -> SocketAddr {
    "127.0.0.7:5060".parse().unwrap()
}

/// State of a dialog; a newer state takes the place of an older one that waits.
#[derive(Debug, Clone)]
struct Said(&'static str);

impl Supersede for Said {
    type Key = ();

    fn key(&self) -> Option<()> {
        Some(())
    }
}

struct Call {
    id: u32,
    exten: String,
    state: &'static str,
    publication: Publication<Said>,
    client: Option<ClientId>,
}

/// The PBX.
pub struct Teller {
    endpoint: Endpoint,
    calls: Vec<Call>,
    begun: u32,
    rng: StdRng,
}

impl Teller {
    pub fn new(mut rng: StdRng) -> Self {
        let settings = EndpointSettings {
            sent_by: address().into(),
            user_agent: "a PBX that tells of calls".into(),
            max_server_transactions: 10_000,
        };
        let endpoint = Endpoint::new(settings, StdRng::from_rng(&mut rng));
        Self { endpoint, calls: Vec::new(), begun: 0, rng }
    }

    /// Starts a call, which rings.
    pub fn begin(&mut self, exten: &str) {
        self.begun += 1;
        let mut publication = Publication::new(EXPIRES, Policy::rfc(), StdRng::from_rng(&mut self.rng));
        publication.push(Said("early"));
        self.calls.push(Call { id: self.begun, exten: exten.into(), state: "early", publication, client: None });
    }

    /// Moves the oldest call on that is not over: it is answered, or ends.
    pub fn go_on(&mut self) {
        let Some(call) = self.calls.iter_mut().find(|call| call.state != "terminated") else { return };
        call.state = if call.state == "early" { "confirmed" } else { "terminated" };
        call.publication.push(Said(call.state));
    }

    /// Calls of an extension, by their states.
    pub fn calls(&self, exten: &str) -> Vec<&'static str> {
        let its = self.calls.iter().filter(|call| call.exten == exten && call.state != "terminated");
        its.map(|call| call.state).collect()
    }

    pub fn handle_message(&mut self, now: Instant, source: SocketAddr, message: &[u8]) {
        self.endpoint.handle_message(now, source, message);
        self.handle_timeout(now);
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        self.endpoint.handle_timeout(now);
        while let Some(event) = self.endpoint.poll_event() {
            match event {
                Event::Request { key, request, .. } => {
                    let status = if request.method == Method::Options { Answer::OK } else { Answer::BAD_EVENT };
                    self.endpoint.answer(now, key, &Answer::new(status));
                }
                Event::Answered { client, response } => self.settle(now, client, &(&*response).into()),
                Event::TimedOut { client, .. } | Event::Unreachable { client, .. } => {
                    self.settle(now, client, &AgentAnswer::TimedOut);
                }
            }
        }
        for call in &mut self.calls {
            if let Some(request) = call.publication.poll_publish(now) {
                call.client =
                    Some(self.endpoint.send(now, &Hop::Udp(console()), &publish(call.id, &call.exten, &request)));
            }
        }
        self.calls.retain(|call| !call.publication.is_removed());
    }

    fn settle(&mut self, now: Instant, client: ClientId, answer: &AgentAnswer) {
        let Some(call) = self.calls.iter_mut().find(|call| call.client == Some(client)) else { return };
        call.client = None;
        match call.publication.handle_answer(now, answer.clone()) {
            Outcome::Forgotten => call.publication.push(Said(call.state)),
            Outcome::Taken if call.state == "terminated" && call.publication.waiting().next().is_none() => {
                call.publication.remove();
            }
            Outcome::Taken | Outcome::Postponed | Outcome::SetAside => {}
        }
    }

    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.endpoint.poll_transmit()
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        let publications = self.calls.iter().filter_map(|call| call.publication.poll_timeout());
        publications.chain(self.endpoint.poll_timeout()).min()
    }
}

fn publish(id: u32, exten: &str, publish: &PublishRequest<Said>) -> OutgoingRequest {
    let to = format!("sip:{exten}@{}", console());
    let mut request = OutgoingRequest::new(Method::Publish, to.as_str())
        .from(&to, &publish.from_tag)
        .to(&to)
        .call_id(&publish.call_id)
        .cseq(publish.cseq)
        .header("Event", "dialog")
        .expires(publish.expires);
    if let Some(tag) = &publish.if_match {
        request = request.header("SIP-If-Match", tag);
    }
    match &publish.body {
        Some(Said(state)) => request.body(
            "application/dialog-info+xml",
            format!(
                "<?xml version=\"1.0\"?>\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"0\" \
                 state=\"full\" entity=\"sip:{exten}@omsk.example\"><dialog id=\"c{id}\" call-id=\"c{id}@omsk\" \
                 direction=\"recipient\"><state>{state}</state></dialog></dialog-info>"
            ),
        ),
        None => request,
    }
}
