//! A thread of its own for what must not wait for others, with a runtime for nothing else.
//!
//! The mesh runs in one. On threads that it shares with the web each datagram woke a second one, to see that it
//! had come: measured, a sixth fewer were answered in a second. And however many browsers come at once, the PBXes are
//! heard.

use std::future::Future;
use std::io;
use std::thread;

use tokio::runtime::{Builder, EnterGuard, Handle};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// See the module. Dropped, it ends with all that runs in it.
#[derive(Debug)]
pub struct Lane {
    handle: Handle,
    /// Dropped with the lane, which ends it.
    _open: oneshot::Sender<()>,
}

impl Lane {
    /// A thread of this name, in which nothing runs yet.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn open(name: &str) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (open, closed) = oneshot::channel::<()>();
        let run = move || {
            let _closed = runtime.block_on(closed);
        };
        thread::Builder::new().name(name.into()).spawn(run)?;
        Ok(Self { handle, _open: open })
    }

    /// What is made while this is held belongs to the lane: sockets, tasks, timers.
    pub fn enter(&self) -> EnterGuard<'_> {
        self.handle.enter()
    }

    /// Runs a task in it.
    pub fn spawn<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.handle.spawn(task)
    }
}
