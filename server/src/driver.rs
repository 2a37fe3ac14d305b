//! The rim of the core: the one task with a clock. It moves messages, names, commands and time into [`Core`], and what
//! comes of them to sockets, resolver and hub.
//!
//! The task owns the core; everyone else holds a [`Handle`](crate::handle::Handle) and asks.

use std::io;
use std::pin::pin;
use std::time::{Duration, Instant};

use lampfield_shared::MeshReport;
use lampfield_shared::dnd::device;
use lampfield_shared::event::TICK_SECONDS;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep_until;

use crate::board::DndNews;
use crate::clock::{self, Clock, Reading};
use crate::core::Core;
use crate::dnd::Confirmations;
use crate::handle::{Command, DndChange};
use crate::hub::Hub;
use crate::keeper::{self, Keeper};
use crate::moment::Moment;
use crate::news::News;
use crate::transport::{Arrival, Resolved, Resolver, Sockets};

/// Time that the peers have to hear our goodbye. Peers that answer do so in milliseconds.
const FAREWELL: Duration = Duration::from_secs(2);

/// Goodbyes that are being said.
struct Farewell {
    /// When the driver ends, whoever has not answered.
    until: Instant,
    reply: oneshot::Sender<()>,
}

/// The task that owns the core.
pub struct Driver {
    sockets: Sockets,
    names: Resolver,
    core: Core,
    hub: Hub,
    keeper: Keeper,
    commands: mpsc::Receiver<Command>,
    waiting: Confirmations,
    farewell: Option<Farewell>,
    clock: Clock,
    tick: Beat,
    keep: Beat,
}

/// What has woken the driver.
enum Woken {
    Told(Option<Command>),
    Arrived(io::Result<()>),
    Resolved(Resolved),
    Due,
}

/// Something that is done again and again; where it is late, the next time is as much later.
struct Beat {
    every: Duration,
    /// When it is due, by the clock of the core.
    at: Instant,
}

impl Beat {
    /// Whether it is due; then it is due again after a whole period.
    fn is_due(&mut self, now: Moment) -> bool {
        let is_due = self.at <= now.mono;
        if is_due {
            self.at = now.mono + self.every;
        }
        is_due
    }
}

impl Driver {
    /// A driver. Nothing moves before [`Driver::run`].
    pub fn new(
        sockets: Sockets,
        names: Resolver,
        core: Core,
        hub: Hub,
        keeper: Keeper,
        commands: mpsc::Receiver<Command>,
    ) -> Self {
        sockets.set_known(core.known_ips());
        let waiting = Confirmations::default();
        let reading = Reading::now();
        let clock = Clock::new(reading);
        let beat = |every| Beat { every, at: reading.monotonic };
        let (tick, keep) = (beat(Duration::from_secs(TICK_SECONDS)), beat(keeper::EVERY));
        Self { sockets, names, core, hub, keeper, commands, waiting, farewell: None, clock, tick, keep }
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
        let (board, ledger) = self.core.board_mut();
        self.keeper.finish(board, ledger, now).await;
        ended
    }

    async fn drive(&mut self) -> io::Result<()> {
        // One timer for all that is due, and none for each message.
        let mut alarm = pin!(sleep_until(Instant::now().into()));
        self.sockets.writable().await?;
        let mut now = self.look_at_the_clocks();
        self.transmit();
        loop {
            if let Some(farewell) = self.farewell.take_if(|it| self.core.mesh().is_done() || it.until <= now.mono) {
                // Whoever asked may have gone away: then nobody waits.
                let _gone = farewell.reply.send(());
                return Ok(());
            }
            let due = self.poll_timeout(now);
            let due = self.clock.monotonic(due).into();
            // An alarm that rings too early is set anew then. With nearly each message something is due a little later.
            if alarm.is_elapsed() || due < alarm.deadline() {
                alarm.as_mut().reset(due);
            }
            // In random order: a flood of datagrams must not keep silence from being noticed.
            let woken = tokio::select! {
                command = self.commands.recv() => Woken::Told(command),
                ready = self.sockets.ready() => Woken::Arrived(ready),
                Some(resolved) = self.names.next() => Woken::Resolved(resolved),
                () = &mut alarm => Woken::Due,
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
                Woken::Due => self.handle_timeout(now),
            }
            // The answers go out before the board is drawn: an Asterisk waits with its next state for its answer.
            self.transmit();
            self.show(now);
        }
    }

    /// When to look at the clocks again, by the clock of the core: when something is due, and soon in any case.
    fn poll_timeout(&mut self, now: Moment) -> Instant {
        let farewell = self.farewell.as_ref().map(|farewell| farewell.until);
        let times = [self.core.poll_timeout(), farewell, Some(self.tick.at), Some(self.keep.at)];
        times.into_iter().flatten().fold(now.mono + clock::LOOK_EVERY, Instant::min)
    }

    /// Does what is due.
    fn handle_timeout(&mut self, now: Moment) {
        if self.core.poll_timeout().is_some_and(|due| due <= now.mono) {
            self.core.handle_timeout(now);
        }
        if self.tick.is_due(now) {
            self.hub.tick(now.wall);
        }
        if self.keep.is_due(now) {
            let (board, ledger) = self.core.board_mut();
            self.keeper.keep(board, ledger, now);
        }
    }

    /// Reads the clocks, and notices that the machine slept, or that its clock was set.
    fn look_at_the_clocks(&mut self) -> Moment {
        let reading = Reading::now();
        let jump = self.clock.look(reading);
        let now = self.clock.moment(reading);
        let Some(jump) = jump else { return now };
        tracing::warn!("{jump}: all states are last known until the PBXes report them again");
        self.core.handle_jump(now);
        self.show(now);
        now
    }

    /// Takes what has arrived.
    fn receive(&mut self, now: Moment) {
        let core = &mut self.core;
        self.sockets.receive(|arrival| match arrival {
            Arrival::Message { source, message } => core.handle_message(now, source, message),
            Arrival::Unreachable { hop, why } => core.handle_unreachable(now, &hop, &why),
            Arrival::NoTls { address, why } => core.handle_no_tls(now, address, &why),
        });
    }

    /// Takes what a name stands for.
    fn resolve(&mut self, now: Moment, Resolved { question, answer }: Resolved) {
        self.core.handle_resolved(now, &question, answer);
        self.sockets.set_known(self.core.known_ips());
    }

    /// Sends what is to be sent, and asks what is to be asked.
    fn transmit(&mut self) {
        while let Some(transmit) = self.core.poll_transmit() {
            self.sockets.send(transmit.route, transmit.payload);
        }
        while let Some(question) = self.core.poll_question() {
            self.names.ask(&question);
        }
    }

    /// Brings what the core learned onto the board, and what changed there to the watchers.
    fn show(&mut self, now: Moment) {
        while let Some(news) = self.core.poll_news() {
            self.core.apply(now, news);
        }
        let (board, ledger) = self.core.board_mut();
        self.waiting.settle(board, ledger, now);
        let mut changes = std::iter::from_fn(|| self.core.poll_change()).peekable();
        if changes.peek().is_some() {
            self.hub.publish(now.wall, changes);
        }
    }

    fn handle_command(&mut self, now: Moment, command: Command) {
        // Whoever asked may have gone away: then nobody misses the answer.
        match command {
            Command::Lamp { exten, reply } => {
                let _gone = reply.send(self.core.details(&exten));
            }
            Command::Ping { reply } => {
                let _gone = reply.send(());
            }
            Command::Mesh { reply } => {
                let _gone = reply.send(self.report(now));
            }
            Command::Refresh { peer, reply } => {
                let _gone = reply.send(self.core.refresh(now, &peer));
            }
            Command::Pause { peer, pause, reply } => {
                let _gone = reply.send(self.core.set_pause(now, &peer, pause));
            }
            Command::Extensions { reply } => {
                let _gone = reply.send(self.core.board().named_extensions());
            }
            Command::Name { edits, reply } => {
                let (board, ledger) = self.core.board_mut();
                board.name_extensions(now, ledger, edits);
                let _gone = reply.send(());
            }
            Command::Messages { peer, privacy, reply } => {
                let _gone = reply.send(self.core.messages(now, &peer, privacy));
            }
            Command::DndFacts { whose, reply } => {
                let _gone = reply.send(self.core.board().dnd_facts(self.core.ledger(), &whose));
            }
            Command::Dnd { change, reply } => {
                self.change_dnd(now, change);
                let _gone = reply.send(());
            }
            Command::Claim { exten, claim, reply } => {
                let _gone = reply.send(self.core.board_mut().0.claim_dnd(&exten, claim));
            }
            Command::Leave { exten, since, left, reply } => {
                self.core.board_mut().0.leave_dnd(&exten, since, left);
                let _gone = reply.send(());
            }
            Command::Confirm { awaited, reply } => self.waiting.confirmation(awaited, reply),
            Command::DndEnded { reply } => self.waiting.end(reply),
            Command::Stop { reply } => {
                self.core.stop(now);
                self.farewell = Some(Farewell { until: now.mono + FAREWELL, reply });
            }
        }
    }

    /// Tells the peers first, and then our own board.
    fn change_dnd(&mut self, now: Moment, change: DndChange) {
        let DndChange { exten, kind, told, own } = change;
        if let Some(state) = own {
            let device = device::of_exten(&exten);
            let filed = self.core.set_own(now, &device, state);
            self.core.apply(now, News::Device(filed));
        }
        let (board, ledger) = self.core.board_mut();
        board.apply_dnd(now, ledger, DndNews::Told { exten, kind, told });
    }

    fn report(&self, now: Moment) -> MeshReport {
        let sockets = self.sockets.counters().into_iter().map(|(name, times)| (name.to_owned(), times));
        MeshReport { transport: sockets.collect(), ..self.core.report(now) }
    }
}
