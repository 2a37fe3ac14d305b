//! The one task with a clock: sockets ⇄ mesh, names ─► mesh, mesh ─► board ─► hub.
//!
//! It owns mesh and board; everyone else holds a [`Handle`](crate::handle::Handle) and asks.

use std::io;
use std::time::{Duration, Instant};

use lampfield_shared::dnd::device;
use lampfield_shared::event::TICK_SECONDS;
use lampfield_shared::{Direction, MeshReport, PeerReport, Privacy, SipMessage, Site, SiteName};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval, sleep_until};

use crate::board::{Board, DndNews};
use crate::clock::{self, Clock, Reading};
use crate::dnd::Waiting;
use crate::handle::{Command, DndChange};
use crate::hub::Hub;
use crate::keeper::{self, Keeper};
use crate::ladder::{Ladder, Seen, Whose};
use crate::ledger::Ledger;
use crate::mesh::{Codes, Counters, Mesh, PeerNumbers};
use crate::moment::Moment;
use crate::news::News;
use crate::transport::{Arrival, Resolved, Resolver, Sockets};

/// When nothing at all is due.
const IDLE: Duration = Duration::from_hours(1);

/// How long the peers have to hear our goodbye: those that answer do so in milliseconds.
const FAREWELL: Duration = Duration::from_secs(2);

/// Goodbyes are being said.
struct Farewell {
    until: Instant,
    reply: oneshot::Sender<()>,
}

/// Owns what decides, and moves it.
pub struct Driver {
    sockets: Sockets,
    names: Resolver,
    mesh: Mesh,
    ledger: Ledger,
    board: Board,
    hub: Hub,
    keeper: Keeper,
    /// By peer, in the order of the configuration.
    ladders: Vec<Ladder>,
    commands: mpsc::Receiver<Command>,
    waiting: Waiting,
    farewell: Option<Farewell>,
    clock: Clock,
}

/// What the driver was woken by.
enum Woken {
    Told(Option<Command>),
    Arrived(io::Result<()>),
    Resolved(Resolved),
    Due,
    Tick,
    Keep,
    Look,
}

impl Driver {
    /// A driver; nothing moves before [`Driver::run`].
    pub fn new(
        sockets: Sockets,
        names: Resolver,
        (mesh, ledger, board): (Mesh, Ledger, Board),
        hub: Hub,
        keeper: Keeper,
        commands: mpsc::Receiver<Command>,
    ) -> Self {
        sockets.set_known(mesh.known_ips());
        let ladders = board.sites(&ledger).map(|_| Ladder::default()).collect();
        let waiting = Waiting::default();
        let clock = Clock::new(Reading::now());
        Self { sockets, names, mesh, ledger, board, hub, keeper, ladders, commands, waiting, farewell: None, clock }
    }

    /// Runs until told to stop, or until every handle is gone.
    ///
    /// # Errors
    /// When a socket fails for good.
    pub async fn run(mut self) -> io::Result<()> {
        let ended = self.drive().await;
        // The thread of the database must not wait for us to take a command while we wait for it.
        self.commands.close();
        let now = self.clock.moment(Reading::now());
        self.keeper.finish(&mut self.board, &mut self.ledger, now).await;
        ended
    }

    async fn drive(&mut self) -> io::Result<()> {
        let mut ticks = interval(Duration::from_secs(TICK_SECONDS));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut keeps = interval(keeper::EVERY);
        keeps.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut looks = interval(clock::LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.sockets.writable().await?;
        let mut now = self.look_at_the_clocks();
        self.transmit(now);
        loop {
            if let Some(farewell) = self.farewell.take_if(|it| self.mesh.is_done() || it.until <= now.mono) {
                // Whoever asked may have gone away: then nobody waits.
                let _gone = farewell.reply.send(());
                return Ok(());
            }
            let idle = self.farewell.as_ref().map_or_else(|| now.mono + IDLE, |farewell| farewell.until);
            let timeout = self.clock.monotonic(self.mesh.poll_timeout().unwrap_or(idle).min(idle));
            // In random order: a flood of datagrams must not keep silence from being noticed.
            let woken = tokio::select! {
                command = self.commands.recv() => Woken::Told(command),
                ready = self.sockets.ready() => Woken::Arrived(ready),
                Some(resolved) = self.names.next() => Woken::Resolved(resolved),
                () = sleep_until(timeout.into()) => Woken::Due,
                _ = ticks.tick() => Woken::Tick,
                _ = keeps.tick() => Woken::Keep,
                _ = looks.tick() => Woken::Look,
            };
            // Before anything that waited meanwhile is taken for news.
            now = self.look_at_the_clocks();
            match woken {
                Woken::Told(Some(command)) => self.handle_command(now, command),
                Woken::Told(None) => return Ok(()),
                Woken::Arrived(ready) => {
                    ready?;
                    self.receive(now);
                }
                Woken::Resolved(resolved) => self.resolve(now, resolved),
                Woken::Due => self.mesh.handle_timeout(now, &mut self.ledger),
                Woken::Tick => self.hub.tick(now.wall),
                Woken::Keep => self.keeper.keep(&mut self.board, &mut self.ledger, now),
                Woken::Look => {}
            }
            self.transmit(now);
            self.show(now);
        }
    }

    /// Reads the clocks, and notices that the machine slept, or that its clock was set.
    fn look_at_the_clocks(&mut self) -> Moment {
        let reading = Reading::now();
        let jump = self.clock.look(reading);
        let now = self.clock.moment(reading);
        let Some(jump) = jump else { return now };
        tracing::warn!("{jump}: what the PBXes told before is last known until they tell it again");
        self.board.set_clock(now, &mut self.ledger);
        self.mesh.handle_jump(now, &mut self.ledger);
        self.show(now);
        now
    }

    /// Takes what has arrived.
    fn receive(&mut self, now: Moment) {
        let (mesh, ledger, board, ladders) = (&mut self.mesh, &mut self.ledger, &mut self.board, &mut self.ladders);
        self.sockets.receive(|arrival| match arrival {
            Arrival::Message { source, message } => {
                let (transport, address) = (source.flow.transport, source.address);
                note(ladders, mesh, now.mono, Seen::new(Direction::Incoming, transport, address, message));
                mesh.handle_message(now, ledger, source, message);
                learn(mesh, ledger, board, now);
            }
            Arrival::Unreachable { hop, why } => mesh.handle_unreachable(now, ledger, &hop, &why),
            Arrival::NoTls { address, why } => mesh.handle_no_tls(now, address, &why),
        });
    }

    /// Takes what a name stands for.
    fn resolve(&mut self, now: Moment, Resolved { question, answer }: Resolved) {
        self.mesh.handle_resolved(now, &mut self.ledger, &question, answer);
        self.sockets.set_known(self.mesh.known_ips());
    }

    /// Sends what is to be sent, and asks what is to be asked.
    fn transmit(&mut self, now: Moment) {
        while let Some(transmit) = self.mesh.poll_transmit() {
            let (transport, address) = (transmit.route.transport(), transmit.route.address());
            let seen = Seen::new(Direction::Outgoing, transport, address, &transmit.payload);
            note(&mut self.ladders, &self.mesh, now.mono, seen);
            self.sockets.send(transmit);
        }
        while let Some(question) = self.mesh.poll_question() {
            self.names.ask(&question);
        }
    }

    /// Brings what the mesh learned onto the board, and what changed there to the watchers.
    fn show(&mut self, now: Moment) {
        learn(&mut self.mesh, &mut self.ledger, &mut self.board, now);
        self.waiting.settle(&mut self.board, &self.ledger, now);
        let mut changes = std::iter::from_fn(|| self.board.poll_change(&self.ledger)).peekable();
        if changes.peek().is_some() {
            self.hub.publish(now.wall, changes);
        }
    }

    fn handle_command(&mut self, now: Moment, command: Command) {
        // Whoever asked may have gone away: then nobody misses the answer.
        match command {
            Command::Lamp { exten, reply } => {
                let _gone = reply.send(self.board.details(&self.ledger, &exten));
            }
            Command::Ping { reply } => {
                let _gone = reply.send(());
            }
            Command::Mesh { reply } => {
                let _gone = reply.send(self.report(now));
            }
            Command::Refresh { peer, reply } => {
                let _gone = reply.send(self.mesh.refresh(now, &mut self.ledger, &peer));
            }
            Command::Pause { peer, pause, reply } => {
                let _gone = reply.send(self.mesh.set_pause(now, &mut self.ledger, &peer, pause));
            }
            Command::Extensions { reply } => {
                let _gone = reply.send(self.board.named_extensions());
            }
            Command::Name { edits, reply } => {
                self.board.name_extensions(now, &mut self.ledger, edits);
                let _gone = reply.send(());
            }
            Command::Messages { peer, privacy, reply } => {
                let _gone = reply.send(self.messages(now, &peer, privacy));
            }
            Command::DndFacts { whose, reply } => {
                let _gone = reply.send(self.board.dnd_facts(&self.ledger, &whose));
            }
            Command::Dnd { change, reply } => {
                self.change_dnd(now, change);
                let _gone = reply.send(());
            }
            Command::Claim { exten, claim, reply } => {
                let _gone = reply.send(self.board.claim_dnd(&exten, claim));
            }
            Command::Leave { exten, since, left, reply } => {
                self.board.leave_dnd(&exten, since, left);
                let _gone = reply.send(());
            }
            Command::Confirm { awaited, reply } => self.waiting.confirmation(awaited, reply),
            Command::DndEnded { reply } => self.waiting.end(reply),
            Command::Stop { reply } => {
                self.mesh.stop(now, &mut self.ledger);
                self.farewell = Some(Farewell { until: now.mono + FAREWELL, reply });
            }
        }
    }

    /// The peers first, then our own board.
    fn change_dnd(&mut self, now: Moment, change: DndChange) {
        let DndChange { exten, kind, told, own } = change;
        if let Some(state) = own {
            let device = device::of_exten(&exten);
            let filed = self.mesh.set_own(now, &mut self.ledger, &device, state);
            self.board.apply(now, &mut self.ledger, News::Device(filed));
        }
        self.board.apply_dnd(now, &self.ledger, DndNews::Told { exten, kind, told });
    }

    fn messages(&self, now: Moment, peer: &SiteName, privacy: Privacy) -> Option<Vec<SipMessage>> {
        let (_, ladder) = self.board.sites(&self.ledger).zip(&self.ladders).find(|(site, _)| site.name == *peer)?;
        Some(ladder.report(privacy, now))
    }

    fn report(&self, now: Moment) -> MeshReport {
        let counters =
            |counters: Counters| counters.into_iter().map(|(name, times)| (name.to_owned(), times)).collect();
        let codes = |codes: Codes| codes.into_iter().map(|(code, times)| (code.to_string(), times)).collect();
        let when = |at: Instant| now.wall_at(at);
        let peer = |((site, ladder), numbers): ((Site, &Ladder), PeerNumbers)| PeerReport {
            site,
            last_in: ladder.last_in().map(when),
            last_out: ladder.last_out().map(when),
            given: codes(numbers.given),
            got: codes(numbers.got),
            told: numbers.told,
            pause: numbers.pause,
            findings: numbers.findings,
            eids: numbers.eids,
            counters: counters(numbers.counters),
            trouble: numbers.trouble,
            untold: numbers.untold.try_into().unwrap_or(u64::MAX),
            refresh: numbers.refresh,
        };
        MeshReport {
            eid: Some(self.mesh.eid()),
            peers: self
                .board
                .sites(&self.ledger)
                .zip(&self.ladders)
                .zip(self.mesh.report(now, &self.ledger))
                .map(peer)
                .collect(),
            strangers: counters(self.mesh.strangers()),
            transport: counters(self.sockets.counters().into_iter().collect()),
        }
    }
}

/// Brings what the mesh learned onto the board, in the order in which it was filed.
fn learn(mesh: &mut Mesh, ledger: &mut Ledger, board: &mut Board, now: Moment) {
    while let Some(news) = mesh.poll_news() {
        board.apply(now, ledger, news);
    }
}

/// Adds a message to the ladder of whoever it is of.
fn note(ladders: &mut [Ladder], mesh: &Mesh, now: Instant, seen: Seen<'_>) {
    let mut peers = mesh.peers_at(seen.address, seen.glance.user);
    let (first, second) = (peers.next(), peers.next());
    let whose = if second.is_none() { Whose::Its } else { Whose::Shared };
    for peer in first.into_iter().chain(second).chain(peers) {
        if let Some(ladder) = ladders.get_mut(peer) {
            ladder.add(now, seen, whose);
        }
    }
}
