//! The way to the one task that owns the core: everyone else asks it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use lampfield_shared::naming::NamedExtension;
use lampfield_shared::{
    DeviceState, DndKind, Exten, LampDetails, MeshReport, Pause, Privacy, SipMessage, SiteName, Timestamp,
};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::Instant;

use crate::board::{Awaited, Claim, DndEnded, DndFacts, DndTold, Edited, Left, Whose};

/// A question or an order to the driver.
#[derive(Debug)]
pub enum Command {
    /// Ask for one lamp with its votes; the answer is `None` where there is no such lamp.
    Lamp {
        /// The extension.
        exten: Exten,
        /// Receives the answer.
        reply: oneshot::Sender<Option<LampDetails>>,
    },
    /// Ask for nothing: an answer proves that the driver runs.
    Ping {
        /// Receives the answer.
        reply: oneshot::Sender<()>,
    },
    /// Ask for the mesh in numbers.
    Mesh {
        /// Receives the answer.
        reply: oneshot::Sender<MeshReport>,
    },
    /// Ask a peer to tell everything again, unless publishing to it is paused: the answer says so. The answer is `None`
    /// where there is no such peer.
    Refresh {
        /// The peer.
        peer: SiteName,
        /// Receives the answer.
        reply: oneshot::Sender<Option<Pause>>,
    },
    /// Pause our publishing to a peer, or end the pause. The answer is `false` where there is no such peer.
    Pause {
        /// The peer.
        peer: SiteName,
        /// Whether it is to be paused.
        pause: Pause,
        /// Receives the answer.
        reply: oneshot::Sender<bool>,
    },
    /// Ask for the last messages of a peer, the oldest first. The answer is `None` where there is no such peer.
    Messages {
        /// The peer.
        peer: SiteName,
        /// How much is told of calls.
        privacy: Privacy,
        /// Receives the answer.
        reply: oneshot::Sender<Option<Vec<SipMessage>>>,
    },
    /// Ask what the extensions are called.
    Extensions {
        /// Receives the answer.
        reply: oneshot::Sender<Vec<NamedExtension>>,
    },
    /// Name extensions otherwise than the configuration does.
    Name {
        /// The extensions, each with its override.
        edits: Vec<(Exten, Edited)>,
        /// Receives the answer.
        reply: oneshot::Sender<()>,
    },
    /// Ask for the facts about the "do not disturb" of some extensions.
    DndFacts {
        /// The extensions.
        whose: Whose,
        /// Receives the answer.
        reply: oneshot::Sender<BTreeMap<Exten, DndFacts>>,
    },
    /// Tell peers and watchers that a "do not disturb" was set or has ended.
    Dnd {
        /// The change.
        change: DndChange,
        /// Receives the answer.
        reply: oneshot::Sender<()>,
    },
    /// Claim an order before its PBX is told. The answer is `false` where there is nothing to be done any more.
    Claim {
        /// The extension.
        exten: Exten,
        /// The order.
        claim: Claim,
        /// Receives the answer.
        reply: oneshot::Sender<bool>,
    },
    /// Give up an order before its end.
    Leave {
        /// The extension.
        exten: Exten,
        /// When the DND was set, which tells it from any other.
        since: Timestamp,
        /// What is left at the PBX.
        left: Left,
        /// Receives the answer.
        reply: oneshot::Sender<()>,
    },
    /// Wait until a PBX has said what is awaited; the answer comes at once if it has.
    Confirm {
        /// What is awaited.
        awaited: Awaited,
        /// Receives the answer.
        reply: oneshot::Sender<()>,
    },
    /// Wait until a "do not disturb" that was set through lampfield is ended at its PBX.
    DndEnded {
        /// Receives the answer.
        reply: oneshot::Sender<DndEnded>,
    },
    /// Say goodbye to the peers, and end. The answer comes when they have heard it, or after two seconds.
    Stop {
        /// Receives the answer.
        reply: oneshot::Sender<()>,
    },
}

/// A "do not disturb" that was set through lampfield, or has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DndChange {
    /// The extension.
    pub exten: Exten,
    /// Whether calls are blocked, or the lamp alone says so.
    pub kind: DndKind,
    /// What is known of the DND; `None`: it is off.
    pub told: Option<DndTold>,
    /// Our own vote from now on, where it changes.
    pub own: Option<DeviceState>,
}

/// A command about something that is kept. The thread that keeps it gives the command, so that commands come in the order
/// in which things were kept, and also where whoever asked has gone away.
#[derive(Debug)]
pub struct Later<F, T> {
    /// Gives the command. Not to be called within a task: it waits while the driver has much to do.
    pub tell: F,
    /// The answer to come.
    pub answer: Answer<T>,
}

/// The driver's answer to come.
#[derive(Debug)]
pub struct Answer<T>(oneshot::Receiver<T>);

impl<T> Answer<T> {
    /// Waits for the answer.
    ///
    /// # Errors
    /// [`Stopped`] when the driver has ended.
    pub async fn wait(self) -> Result<T, Stopped> {
        self.0.await.map_err(|_| Stopped)
    }
}

/// The driver has stopped: the server is going down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server is stopping")]
pub struct Stopped;

/// A sender of commands, to be cloned freely.
#[derive(Debug, Clone)]
pub struct Handle {
    commands: mpsc::Sender<Command>,
    /// When the driver last answered a ping.
    heard: Arc<Mutex<Option<Instant>>>,
}

/// A driver that answered so recently counts as running, so that anybody may ask as often as they like.
const STILL: Duration = Duration::from_secs(1);

impl Handle {
    /// A handle and the end that the driver reads.
    pub fn channel() -> (Self, mpsc::Receiver<Command>) {
        let (sender, receiver) = mpsc::channel(64);
        (Self { commands: sender, heard: Arc::default() }, receiver)
    }

    /// Asks for one lamp with its votes.
    ///
    /// # Errors
    /// [`Stopped`] when the driver has ended.
    pub async fn lamp(&self, exten: Exten) -> Result<Option<LampDetails>, Stopped> {
        self.ask(|reply| Command::Lamp { exten, reply }).await
    }

    /// Asks whether the driver runs, unless it said so within [`STILL`]; those who ask at the same time share the answer.
    ///
    /// # Errors
    /// [`Stopped`] when the driver has ended.
    pub async fn ping(&self) -> Result<(), Stopped> {
        let mut heard = self.heard.lock().await;
        if self.commands.is_closed() {
            return Err(Stopped);
        }
        if heard.is_none_or(|heard| heard.elapsed() >= STILL) {
            self.ask(|reply| Command::Ping { reply }).await?;
            *heard = Some(Instant::now());
        }
        Ok(())
    }

    /// Asks for the mesh in numbers.
    ///
    /// # Errors
    /// [`Stopped`] when the driver has ended.
    pub async fn mesh(&self) -> Result<MeshReport, Stopped> {
        self.ask(|reply| Command::Mesh { reply }).await
    }

    /// Asks a peer to tell everything again, once that is recorded, unless publishing to it is paused; `None`: there is
    /// no such peer.
    pub fn refresh(&self, peer: SiteName) -> Later<impl FnOnce() + Send + 'static, Option<Pause>> {
        self.later(move |reply| Command::Refresh { peer, reply })
    }

    /// Pauses our publishing to a peer, or ends the pause, once that is kept; `false`: there is no such peer.
    pub fn pause(&self, peer: SiteName, pause: Pause) -> Later<impl FnOnce() + Send + 'static, bool> {
        self.later(move |reply| Command::Pause { peer, pause, reply })
    }

    /// Asks for the last messages of a peer, the oldest first; `None`: there is no such peer.
    ///
    /// # Errors
    /// [`Stopped`] when the driver has ended.
    pub async fn messages(&self, peer: SiteName, privacy: Privacy) -> Result<Option<Vec<SipMessage>>, Stopped> {
        self.ask(|reply| Command::Messages { peer, privacy, reply }).await
    }

    /// Asks what the extensions are called.
    ///
    /// # Errors
    /// [`Stopped`] when the driver has ended.
    pub async fn extensions(&self) -> Result<Vec<NamedExtension>, Stopped> {
        self.ask(|reply| Command::Extensions { reply }).await
    }

    /// Names extensions otherwise than the configuration does, on all boards at once, once that is kept.
    pub fn name(&self, edits: Vec<(Exten, Edited)>) -> Later<impl FnOnce() + Send + 'static, ()> {
        self.later(move |reply| Command::Name { edits, reply })
    }

    /// Asks for the facts about the "do not disturb" of some extensions.
    ///
    /// # Errors
    /// [`Stopped`] when the driver has ended.
    pub async fn dnd_facts(&self, whose: Whose) -> Result<BTreeMap<Exten, DndFacts>, Stopped> {
        self.ask(|reply| Command::DndFacts { whose, reply }).await
    }

    /// Has a change of a "do not disturb" told to peers and watchers.
    ///
    /// # Errors
    /// [`Stopped`] when the driver has ended.
    pub async fn dnd(&self, change: DndChange) -> Result<(), Stopped> {
        self.ask(|reply| Command::Dnd { change, reply }).await
    }

    /// Claims an order before its PBX is told; `false`: there is nothing to be done any more.
    ///
    /// # Errors
    /// [`Stopped`] when the driver has ended.
    pub async fn claim(&self, exten: Exten, claim: Claim) -> Result<bool, Stopped> {
        self.ask(|reply| Command::Claim { exten, claim, reply }).await
    }

    /// Gives up an order that was claimed.
    ///
    /// # Errors
    /// [`Stopped`] when the driver has ended.
    pub async fn leave(&self, exten: Exten, since: Timestamp, left: Left) -> Result<(), Stopped> {
        self.ask(|reply| Command::Leave { exten, since, left, reply }).await
    }

    /// Waits until a PBX has said what is awaited.
    ///
    /// # Errors
    /// [`Stopped`] when the driver has ended.
    pub async fn confirmed(&self, awaited: Awaited) -> Result<(), Stopped> {
        self.ask(|reply| Command::Confirm { awaited, reply }).await
    }

    /// Waits until a "do not disturb" that was set through lampfield is ended at its PBX.
    ///
    /// # Errors
    /// [`Stopped`] when the driver has ended.
    pub async fn dnd_ended(&self) -> Result<DndEnded, Stopped> {
        self.ask(|reply| Command::DndEnded { reply }).await
    }

    /// Has the driver say goodbye to the peers and end.
    ///
    /// # Errors
    /// [`Stopped`] when it has ended already.
    pub async fn stop(&self) -> Result<(), Stopped> {
        self.ask(|reply| Command::Stop { reply }).await
    }

    fn later<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<T>) -> Command,
    ) -> Later<impl FnOnce() + Send + 'static, T> {
        let (reply, answer) = oneshot::channel();
        let (sender, command) = (self.commands.clone(), command(reply));
        // Where the driver has ended, the answer says so.
        let tell = move || drop(sender.blocking_send(command));
        Later { tell, answer: Answer(answer) }
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(command(reply)).await.map_err(|_| Stopped)?;
        answer.await.map_err(|_| Stopped)
    }
}
