//! A lane: a thread with its own runtime, for work that must not wait for other work.
//!
//! The mesh runs in one. On threads shared with the web each datagram woke a second thread just to see that it had
//! come; measured, a sixth fewer datagrams were answered in a second. And however many browsers come at once, the PBXes
//! are heard.

use std::future::Future;
use std::io;
use std::thread;

use tokio::runtime::{Builder, EnterGuard, Handle};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A thread with its own runtime. Dropping it ends all tasks that run in it.
#[derive(Debug)]
pub struct Lane {
    handle: Handle,
    /// Closes when the lane is dropped, which ends the thread.
    _open: oneshot::Sender<()>,
}

impl Lane {
    /// Starts a thread of this name, with nothing to do yet.
    ///
    /// # Errors
    /// When the system refuses a thread.
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

    /// Enters the runtime: sockets, tasks and timers made while the guard is held belong to the lane.
    pub fn enter(&self) -> EnterGuard<'_> {
        self.handle.enter()
    }

    /// Runs a task in the lane.
    pub fn spawn<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.handle.spawn(task)
    }
}
