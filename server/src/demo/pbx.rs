//! A simulated PBX: publishes and answers as an Asterisk of the mesh does, and nothing more.
//!
//! Pure, like the mesh that it talks to: the demo drives it over real sockets, and the tests of the mesh over a
//! simulated network.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use lampfield_shared::{DeviceName, DeviceState, Eid, Mailbox};
use lampfield_sip::auth::{Challenger, Responder};
use lampfield_sip::publication::agent::{AgentAnswer, Publication, Supersede};
use lampfield_sip::{Answer, ClientId, Endpoint, EndpointSettings, Event, Hop, Method, Request, Response, Transmit};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::table::Table;
use crate::ledger::MailboxName;
use crate::mesh::body::json::{self, Body, Cachable, Content, MeshEvent};
use crate::mesh::outbound::publish;
use crate::mesh::{Auth, asterisk};

/// Settings of a simulated PBX, and the address of lampfield.
#[derive(Debug, Clone)]
pub struct PbxSettings {
    /// Address of the PBX.
    pub address: SocketAddr,
    /// Entity id of the PBX.
    pub eid: Eid,
    /// Resource that the PBX publishes to, which is its name for itself.
    pub user: String,
    /// Address of lampfield, to which the PBX publishes.
    pub console: SocketAddr,
    /// Expiry of its publications (`expiration`).
    pub expires: Duration,
    /// Login that others must present to the PBX.
    pub auth: Option<Auth>,
    /// Login that the PBX presents when it is challenged.
    pub outbound_auth: Option<Auth>,
}

/// A state to publish. As in Asterisk nothing is merged: every state goes out, in order.
#[derive(Debug, Clone)]
struct State(Content);

impl Supersede for State {
    type Key = ();

    fn key(&self) -> Option<()> {
        None
    }
}

/// The queue of one event package, and the request that is under way.
struct Publishing {
    publication: Publication<State>,
    client: Option<ClientId>,
}

/// A simulated PBX.
pub struct Pbx {
    settings: PbxSettings,
    endpoint: Endpoint,
    challenger: Option<Challenger>,
    responder: Option<Responder>,
    table: Table,
    /// End of the boot, until which the PBX hears nobody.
    booted_at: Option<Instant>,
    publishing: BTreeMap<MeshEvent, Publishing>,
    devices: BTreeMap<DeviceName, DeviceState>,
    mailboxes: BTreeMap<MailboxName, Mailbox>,
}

impl Pbx {
    /// A PBX that starts now and has no states yet. It publishes at once, but hears nobody while it boots.
    pub fn new(settings: PbxSettings, now: Instant, boot: Duration, mut rng: StdRng) -> Self {
        let endpoint = EndpointSettings {
            sent_by: settings.address.into(),
            user_agent: "lampfield demo PBX".into(),
            max_server_transactions: 10_000,
        };
        let mut fork = || StdRng::from_rng(&mut rng);
        let publishing = MeshEvent::ALL.into_iter().map(|event| {
            (
                event,
                Publishing { publication: Publication::new(settings.expires, asterisk::POLICY, fork()), client: None },
            )
        });
        let publishing = publishing.collect();
        Self {
            endpoint: Endpoint::new(endpoint, fork()),
            challenger: settings.auth.as_ref().map(|_| Challenger::new(now, fork())),
            responder: settings
                .outbound_auth
                .as_ref()
                .map(|auth| Responder::new(auth.login.clone(), auth.realm.clone(), asterisk::POLICY, fork())),
            table: Table::default(),
            booted_at: Some(now + boot),
            publishing,
            settings,
            devices: BTreeMap::new(),
            mailboxes: BTreeMap::new(),
        }
    }

    /// Sets a device's state and publishes it, unless it is unchanged.
    pub fn set_device(&mut self, device: DeviceName, state: DeviceState) {
        if self.devices.insert(device.clone(), state) != Some(state) {
            self.say(MeshEvent::DeviceState, Content::Device { device, state, cachable: Cachable::Yes });
        }
    }

    /// Sets a device's state without publishing it, as if the message had been lost (`docs/protocol.md`, trap 2).
    pub fn set_device_unheard(&mut self, device: DeviceName, state: DeviceState) {
        self.devices.insert(device, state);
    }

    /// Sets a mailbox's counts without publishing them.
    pub fn set_mailbox_unheard(&mut self, mailbox: MailboxName, counts: Mailbox) {
        self.mailboxes.insert(mailbox, counts);
    }

    /// Asks lampfield for all its states again, as an Asterisk does after each reload.
    pub fn ask_again(&mut self, event: MeshEvent) {
        self.say(event, Content::RefreshRequest);
    }

    /// Sets a mailbox's counts and publishes them.
    pub fn set_mailbox(&mut self, mailbox: MailboxName, counts: Mailbox) {
        if self.mailboxes.insert(mailbox.clone(), counts) != Some(counts) {
            self.say(MeshEvent::Mwi, Content::Mailbox { mailbox, counts });
        }
    }

    /// States of all its devices.
    pub fn devices(&self) -> &BTreeMap<DeviceName, DeviceState> {
        &self.devices
    }

    /// What others have told the PBX.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Takes in a message.
    pub fn handle_message(&mut self, now: Instant, source: SocketAddr, message: &[u8]) {
        if self.booted_at.is_some_and(|at| now < at) {
            return;
        }
        self.endpoint.handle_message(now, source, message);
        self.handle_events(now);
    }

    /// Lets time pass.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.endpoint.handle_timeout(now);
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
                    self.endpoint.answer(now, key, &answer);
                }
                Event::Answered { client, response } => {
                    let answer = self.meaning(now, &response);
                    self.settle(now, client, &answer);
                }
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
        if let Some(challenge) = self.challenge(now, request) {
            return challenge;
        }
        let answer = self.table.take(now, event, request);
        if answer.status() == Answer::OK && !request.body.is_empty() {
            match json::parse(event, &request.body) {
                Ok(Body { content: Content::RefreshRequest, .. }) => self.say_all(event),
                // A state under its own entity id: an Asterisk takes it for its own, and passes it on
                // (`docs/protocol.md` §3.4).
                Ok(Body { eid, content: Content::Device { device, state, .. } }) if eid == self.settings.eid => {
                    self.set_device(device, state);
                }
                Ok(body) => self.table.hear(body),
                Err(_) => return Answer::new(500),
            }
        }
        answer
    }

    /// The 401 to a request without the right credentials; Asterisk answers a wrong password in this way too.
    fn challenge(&mut self, now: Instant, request: &Request) -> Option<Answer> {
        let (challenger, auth) = self.challenger.as_mut().zip(self.settings.auth.as_ref())?;
        let realm = auth.realm.as_deref().unwrap_or("asterisk");
        let why = challenger.check(now, realm, &auth.login, request).err()?;
        let challenges = challenger.challenges(now, realm, why);
        let with = |answer: Answer, challenge: &String| answer.header("WWW-Authenticate", challenge);
        Some(challenges.iter().fold(Answer::new(Answer::UNAUTHORIZED), with))
    }

    /// The meaning of an answer; a challenge is answered where there is a login.
    fn meaning(&mut self, now: Instant, response: &Response) -> AgentAnswer {
        let responder = self.responder.as_mut().filter(|_| response.status == Answer::UNAUTHORIZED);
        match responder.map(|responder| responder.challenged(now, response)) {
            Some(Ok(_)) => AgentAnswer::Challenged,
            Some(Err(_)) | None => response.into(),
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
                let mut request = publish(*event, &uri, &uri, &request, body);
                if let Some(responder) = &mut self.responder {
                    let credentials = responder.credentials(now, "PUBLISH", &uri);
                    request =
                        credentials.into_iter().fold(request, |request, (name, value)| request.header(name, value));
                    // Asterisk presents no password unasked.
                    responder.forget();
                }
                publishing.client = Some(self.endpoint.send(now, &Hop::Udp(*console), &request));
            }
        }
    }
}
