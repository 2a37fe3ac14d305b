//! A simulated PBX: publishes and answers as an Asterisk of the mesh does, and nothing more.
//!
//! Pure, like the mesh that it talks to: the demo drives it over real sockets, the tests of the mesh
//! over a network of their own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use lampfield_shared::{DeviceName, DeviceState, Eid, Mailbox};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::board::MailboxName;
use crate::mesh::body::json::{self, Body, Cachable, Content, MeshEvent};
use crate::mesh::outbound::publish;
use crate::sip::publication::Publish;
use crate::sip::publication::agent::{AgentAnswer, Publication, Supersede};
use crate::sip::publication::compositor::{Compositor, Limits, Sequence};
use crate::sip::{Answer, ClientId, Endpoint, EndpointSettings, Event, Hop, Method, Request, Transmit};

/// Who the PBX is, and where the console listens.
#[derive(Debug, Clone)]
pub struct PbxSettings {
    /// Its own address.
    pub address: SocketAddr,
    /// Its entity id.
    pub eid: Eid,
    /// Its name for itself: the resource that it publishes to.
    pub user: String,
    /// Where it publishes.
    pub console: SocketAddr,
    /// How long its publications live (`expiration`).
    pub expires: Duration,
}

/// One state to publish. As with Asterisk nothing is merged: every state goes out, in order.
#[derive(Debug, Clone)]
struct State(Content);

impl Supersede for State {
    type Key = ();

    fn key(&self) -> Option<()> {
        None
    }
}

/// What the PBX has to say on one event, and the request that is out.
struct Publishing {
    publication: Publication<State>,
    client: Option<ClientId>,
}

/// A simulated PBX.
pub struct Pbx {
    settings: PbxSettings,
    endpoint: Endpoint,
    compositor: Compositor<MeshEvent>,
    publishing: BTreeMap<MeshEvent, Publishing>,
    devices: BTreeMap<DeviceName, DeviceState>,
    mailboxes: BTreeMap<MailboxName, Mailbox>,
}

impl Pbx {
    /// A PBX that has just been started and has no states yet.
    pub fn new(settings: PbxSettings, mut rng: StdRng) -> Self {
        let endpoint = EndpointSettings {
            sent_by: settings.address.into(),
            user_agent: "lampfield demo PBX".into(),
            max_server_transactions: 10_000,
        };
        let limits = Limits {
            default_expires: Duration::from_hours(1),
            min_expires: Duration::ZERO,
            max_expires: Duration::from_hours(24),
        };
        let mut fork = || StdRng::from_rng(&mut rng);
        let publishing = MeshEvent::ALL
            .into_iter()
            .map(|event| (event, Publishing { publication: Publication::new(settings.expires, fork()), client: None }));
        let publishing = publishing.collect();
        Self {
            endpoint: Endpoint::new(endpoint, fork()),
            compositor: Compositor::new(limits, fork()),
            publishing,
            settings,
            devices: BTreeMap::new(),
            mailboxes: BTreeMap::new(),
        }
    }

    /// Sets a device's state and publishes it; the same state again is not news.
    pub fn set_device(&mut self, device: DeviceName, state: DeviceState) {
        if self.devices.insert(device.clone(), state) != Some(state) {
            self.say(MeshEvent::DeviceState, Content::Device { device, state, cachable: Cachable::Yes });
        }
    }

    /// Sets a mailbox's counts and publishes them.
    pub fn set_mailbox(&mut self, mailbox: MailboxName, counts: Mailbox) {
        if self.mailboxes.insert(mailbox.clone(), counts) != Some(counts) {
            self.say(MeshEvent::Mwi, Content::Mailbox { mailbox, counts });
        }
    }

    /// The states of all its devices.
    pub fn devices(&self) -> &BTreeMap<DeviceName, DeviceState> {
        &self.devices
    }

    /// Takes in a message.
    pub fn handle_message(&mut self, now: Instant, source: SocketAddr, message: &[u8]) {
        self.endpoint.handle_message(now, source, message);
        self.handle_events(now);
    }

    /// Lets time pass.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.endpoint.handle_timeout(now);
        self.compositor.handle_timeout(now);
        self.handle_events(now);
    }

    /// The next message to send.
    #[must_use]
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.endpoint.poll_transmit()
    }

    /// When to call [`Pbx::handle_timeout`].
    pub fn poll_timeout(&self) -> Option<Instant> {
        let publications = self.publishing.values().filter_map(|publishing| publishing.publication.poll_timeout());
        publications.chain(self.endpoint.poll_timeout()).min()
    }

    fn say(&mut self, event: MeshEvent, content: Content) {
        if let Some(publishing) = self.publishing.get_mut(&event) {
            publishing.publication.push(State(content));
        }
    }

    fn say_all(&mut self, event: MeshEvent) {
        let contents: Vec<Content> = match event {
            MeshEvent::DeviceState => {
                let content = |(device, state): (&DeviceName, &DeviceState)| Content::Device {
                    device: device.clone(),
                    state: *state,
                    cachable: Cachable::Yes,
                };
                self.devices.iter().map(content).collect()
            }
            MeshEvent::Mwi => {
                let content = |(mailbox, counts): (&MailboxName, &Mailbox)| Content::Mailbox {
                    mailbox: mailbox.clone(),
                    counts: *counts,
                };
                self.mailboxes.iter().map(content).collect()
            }
        };
        for content in contents {
            self.say(event, content);
        }
    }

    fn handle_events(&mut self, now: Instant) {
        while let Some(event) = self.endpoint.poll_event() {
            match event {
                Event::Request { key, request, .. } => {
                    let answer = self.answer(now, &request);
                    self.endpoint.answer(now, &key, &answer);
                }
                Event::Answered { client, response } => self.settle(now, client, &AgentAnswer::from(&*response)),
                Event::TimedOut { client, .. } | Event::Unreachable { client, .. } => {
                    self.settle(now, client, &AgentAnswer::TimedOut);
                }
            }
        }
        self.publish(now);
    }

    fn answer(&mut self, now: Instant, request: &Request) -> Answer {
        if request.method != Method::Publish {
            return Answer::new(Answer::OK);
        }
        let Some(event) = request.event().and_then(MeshEvent::from_name) else {
            return Answer::new(Answer::BAD_EVENT);
        };
        let sequence = Sequence { call_id: request.call_id(), cseq: request.cseq() };
        let accepted = Publish::read(request).and_then(|publish| {
            self.compositor.accept(now, &event, sequence, &publish).map(|accepted| (publish, accepted))
        });
        match accepted {
            Ok((publish, accepted)) => {
                let body = publish.body().and_then(|body| json::parse(event, &body.content).ok());
                if body.is_some_and(|body| body.content == Content::RefreshRequest) {
                    self.say_all(event);
                }
                accepted.answer()
            }
            Err(refusal) => refusal.answer(),
        }
    }

    fn settle(&mut self, now: Instant, client: ClientId, answer: &AgentAnswer) {
        for publishing in self.publishing.values_mut().filter(|publishing| publishing.client == Some(client)) {
            publishing.client = None;
            publishing.publication.handle_answer(now, answer.clone());
        }
    }

    fn publish(&mut self, now: Instant) {
        let PbxSettings { user, console, eid, .. } = &self.settings;
        let uri = format!("sip:{user}@{console}");
        for (event, publishing) in &mut self.publishing {
            if let Some(request) = publishing.publication.poll_publish(now) {
                let body = |State(content): &State| json::write(&Body { eid: *eid, content: content.clone() });
                let request = publish(*event, &uri, &uri, &request, body);
                publishing.client = Some(self.endpoint.send(now, &Hop::Udp(*console), &request));
            }
        }
    }
}
