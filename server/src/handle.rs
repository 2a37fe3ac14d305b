//! How everyone else reaches the one task that owns mesh and board.

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

/// What may be asked of the driver.
#[derive(Debug)]
pub enum Command {
    /// One lamp with its votes; `None` in the answer when there is no such lamp.
    Lamp {
        /// Which.
        exten: Exten,
        /// Where the answer goes.
        reply: oneshot::Sender<Option<LampDetails>>,
    },
    /// Nothing: an answer proves that the driver runs.
    Ping {
        /// Where the answer goes.
        reply: oneshot::Sender<()>,
    },
    /// The mesh in numbers.
    Mesh {
        /// Where the answer goes.
        reply: oneshot::Sender<MeshReport>,
    },
    /// Ask a peer to tell everything again, unless what we publish to it rests: the answer says so. `None` in it: there
    /// is no such peer.
    Refresh {
        /// Which.
        peer: SiteName,
        /// Where the answer goes.
        reply: oneshot::Sender<Option<Pause>>,
    },
    /// Let what we publish to a peer rest, or go on. `false` in the answer: there is no such peer.
    Pause {
        /// Which.
        peer: SiteName,
        /// What of both.
        pause: Pause,
        /// Where the answer goes.
        reply: oneshot::Sender<bool>,
    },
    /// The last messages of a peer, the oldest first. `None` in the answer: there is no such peer.
    Messages {
        /// Of which.
        peer: SiteName,
        /// How much of calls is told.
        privacy: Privacy,
        /// Where the answer goes.
        reply: oneshot::Sender<Option<Vec<SipMessage>>>,
    },
    /// What the extensions are called.
    Extensions {
        /// Where the answer goes.
        reply: oneshot::Sender<Vec<NamedExtension>>,
    },
    /// Call extensions otherwise than the configuration does.
    Name {
        /// Which, and how.
        edits: Vec<(Exten, Edited)>,
        /// Where the answer goes.
        reply: oneshot::Sender<()>,
    },
    /// What the board knows of the "do not disturb" of some extensions.
    DndFacts {
        /// Of which.
        whose: Whose,
        /// Where the answer goes.
        reply: oneshot::Sender<BTreeMap<Exten, DndFacts>>,
    },
    /// A "do not disturb" was set or has ended: tell the peers and the watchers.
    Dnd {
        /// What has changed.
        change: DndChange,
        /// Where the answer goes.
        reply: oneshot::Sender<()>,
    },
    /// A PBX is about to be told. `false` in the answer: there is nothing to be done there any more.
    Claim {
        /// For whom.
        exten: Exten,
        /// What is to be done.
        claim: Claim,
        /// Where the answer goes.
        reply: oneshot::Sender<bool>,
    },
    /// What a PBX was being told was not carried out to its end.
    Leave {
        /// For whom.
        exten: Exten,
        /// Which.
        since: Timestamp,
        /// What is left of it.
        left: Left,
        /// Where the answer goes.
        reply: oneshot::Sender<()>,
    },
    /// Answer when the word of a PBX has come; at once if it has.
    Confirm {
        /// Which.
        awaited: Awaited,
        /// Where the answer goes.
        reply: oneshot::Sender<()>,
    },
    /// Answer when a "do not disturb" that was set here is ended at its PBX.
    DndEnded {
        /// Where the answer goes.
        reply: oneshot::Sender<DndEnded>,
    },
    /// Say goodbye to the peers, and end. The answer comes when they have heard it, or after two seconds.
    Stop {
        /// Where the answer goes.
        reply: oneshot::Sender<()>,
    },
}

/// A "do not disturb" that was set here, or is none any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DndChange {
    /// Whose.
    pub exten: Exten,
    /// Which of the two.
    pub kind: DndKind,
    /// What is known of it; `None`: it is off.
    pub told: Option<DndTold>,
    /// Our own vote from now on, where that changes.
    pub own: Option<DeviceState>,
}

/// A command about what is kept: given by the thread that keeps it, so that all are given in the order in which they are
/// kept, and also where whoever asked has gone away.
#[derive(Debug)]
pub struct Later<F, T> {
    /// Gives it. Not within a task: it waits while the driver has much to do.
    pub tell: F,
    /// What comes of it.
    pub answer: Answer<T>,
}

/// The driver's answer to come.
#[derive(Debug)]
pub struct Answer<T>(oneshot::Receiver<T>);

impl<T> Answer<T> {
    /// Waits for it.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
    pub async fn wait(self) -> Result<T, Stopped> {
        self.0.await.map_err(|_| Stopped)
    }
}

/// The driver has stopped: the server is going down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server is stopping")]
pub struct Stopped;

/// A sender of commands; cloned freely.
#[derive(Debug, Clone)]
pub struct Handle {
    commands: mpsc::Sender<Command>,
    /// When the driver last answered a ping.
    heard: Arc<Mutex<Option<Instant>>>,
}

/// A driver that answered so long ago still runs: anybody may ask, as often as they like.
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
    /// [`Stopped`] when nobody answers any more.
    pub async fn lamp(&self, exten: Exten) -> Result<Option<LampDetails>, Stopped> {
        self.ask(|reply| Command::Lamp { exten, reply }).await
    }

    /// Asks whether the driver runs, unless it said so within [`STILL`]; those who ask at the same time share the answer.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
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
    /// [`Stopped`] when nobody answers any more.
    pub async fn mesh(&self) -> Result<MeshReport, Stopped> {
        self.ask(|reply| Command::Mesh { reply }).await
    }

    /// Asks a peer to tell everything again, once that is recorded, unless what we publish to it rests; `None`: there is
    /// no such peer.
    pub fn refresh(&self, peer: SiteName) -> Later<impl FnOnce() + Send + 'static, Option<Pause>> {
        self.later(move |reply| Command::Refresh { peer, reply })
    }

    /// Lets what we publish to a peer rest, or go on, once that is kept; whether there is such a peer.
    pub fn pause(&self, peer: SiteName, pause: Pause) -> Later<impl FnOnce() + Send + 'static, bool> {
        self.later(move |reply| Command::Pause { peer, pause, reply })
    }

    /// Asks for the last messages of a peer, the oldest first; `None`: there is no such peer.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
    pub async fn messages(&self, peer: SiteName, privacy: Privacy) -> Result<Option<Vec<SipMessage>>, Stopped> {
        self.ask(|reply| Command::Messages { peer, privacy, reply }).await
    }

    /// Asks what the extensions are called.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
    pub async fn extensions(&self) -> Result<Vec<NamedExtension>, Stopped> {
        self.ask(|reply| Command::Extensions { reply }).await
    }

    /// Calls extensions otherwise than the configuration does, on all boards at once, once that is kept.
    pub fn name(&self, edits: Vec<(Exten, Edited)>) -> Later<impl FnOnce() + Send + 'static, ()> {
        self.later(move |reply| Command::Name { edits, reply })
    }

    /// Asks what is known of the "do not disturb" of some extensions.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
    pub async fn dnd_facts(&self, whose: Whose) -> Result<BTreeMap<Exten, DndFacts>, Stopped> {
        self.ask(|reply| Command::DndFacts { whose, reply }).await
    }

    /// Has a change of a "do not disturb" told to everybody.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
    pub async fn dnd(&self, change: DndChange) -> Result<(), Stopped> {
        self.ask(|reply| Command::Dnd { change, reply }).await
    }

    /// Whether this may be done at the PBX, as far as the board knows.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
    pub async fn claim(&self, exten: Exten, claim: Claim) -> Result<bool, Stopped> {
        self.ask(|reply| Command::Claim { exten, claim, reply }).await
    }

    /// Tells that what was claimed was not carried out to its end.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
    pub async fn leave(&self, exten: Exten, since: Timestamp, left: Left) -> Result<(), Stopped> {
        self.ask(|reply| Command::Leave { exten, since, left, reply }).await
    }

    /// Waits until the word of a PBX has come.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
    pub async fn confirmed(&self, awaited: Awaited) -> Result<(), Stopped> {
        self.ask(|reply| Command::Confirm { awaited, reply }).await
    }

    /// Waits until a "do not disturb" that was set here is ended at its PBX.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
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
        // Where the driver has stopped the answer says so.
        let tell = move || drop(sender.blocking_send(command));
        Later { tell, answer: Answer(answer) }
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(command(reply)).await.map_err(|_| Stopped)?;
        answer.await.map_err(|_| Stopped)
    }
}
