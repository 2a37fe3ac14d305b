//! How everyone else reaches the one task that owns mesh and board.

use lampfield_shared::{Exten, LampDetails, MeshReport, SiteName};
use tokio::sync::{mpsc, oneshot};

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
    /// Ask a peer to tell everything again. `false` in the answer: there is no such peer.
    Refresh {
        /// Which.
        peer: SiteName,
        /// Where the answer goes.
        reply: oneshot::Sender<bool>,
    },
    /// Say goodbye to the peers, and end. The answer comes when they have heard it, or after two seconds.
    Stop {
        /// Where the answer goes.
        reply: oneshot::Sender<()>,
    },
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

    /// Asks a peer to tell everything again; whether there is such a peer.
    ///
    /// # Errors
    /// [`Stopped`] when nobody answers any more.
    pub async fn refresh(&self, peer: SiteName) -> Result<bool, Stopped> {
        self.ask(|reply| Command::Refresh { peer, reply }).await
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
