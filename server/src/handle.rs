//! How everyone else reaches the one task that owns mesh and board.

use std::collections::BTreeMap;

use lampfield_shared::naming::NamedExtension;
use lampfield_shared::{
    DeviceState, DndKind, Exten, LampDetails, MeshReport, Pause, Privacy, SipMessage, SiteName, Timestamp,
};
use tokio::sync::{mpsc, oneshot};

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
    /// The mesh in numbers. An answer also proves that the driver runs.
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

/// The driver has stopped: the server is going down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server is stopping")]
pub struct Stopped;

/// A sender of commands; cloned freely.
#[derive(Debug, Clone)]
pub struct Handle(mpsc::Sender<Command>);

impl Handle {
    /// A handle and the end that the driver reads.
    pub fn channel() -> (Self, mpsc::Receiver<Command>) {
        let (sender, receiver) = mpsc::channel(64);
        (Self(sender), receiver)
    }

    /// Asks for one lamp with its votes.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
    pub async fn lamp(&self, exten: Exten) -> Result<Option<LampDetails>, Stopped> {
        self.ask(|reply| Command::Lamp { exten, reply }).await
    }

    /// Asks for the mesh in numbers.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
    pub async fn mesh(&self) -> Result<MeshReport, Stopped> {
        self.ask(|reply| Command::Mesh { reply }).await
    }

    /// Asks a peer to tell everything again, unless what we publish to it rests, and tells whether it does; `None`: there
    /// is no such peer.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
    pub async fn refresh(&self, peer: SiteName) -> Result<Option<Pause>, Stopped> {
        self.ask(|reply| Command::Refresh { peer, reply }).await
    }

    /// Lets what we publish to a peer rest, or go on; whether there is such a peer.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
    pub async fn pause(&self, peer: SiteName, pause: Pause) -> Result<bool, Stopped> {
        self.ask(|reply| Command::Pause { peer, pause, reply }).await
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

    /// Calls extensions otherwise than the configuration does, on all boards at once.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
    pub async fn name(&self, edits: Vec<(Exten, Edited)>) -> Result<(), Stopped> {
        self.ask(|reply| Command::Name { edits, reply }).await
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

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.0.send(command(reply)).await.map_err(|_| Stopped)?;
        answer.await.map_err(|_| Stopped)
    }
}
