//! Publishers side by side, each independent: the next request goes out when the last has been answered, whatever the
//! others do. Each repeats: publish, modify fifty times by entity-tag, remove.

use tokio::net::UdpSocket;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::publisher::{PATIENCE, Publisher, Taken};
use crate::servers::Server;

/// Number of the publishers.
pub(crate) const PUBLISHERS: usize = 50;
/// Requests of a cycle: a publication, fifty modifications, its removal.
pub(crate) const CYCLE: usize = 52;
/// States in turn, each different from the one before.
pub(crate) const STATES: [&str; 4] = ["INUSE", "NOT_INUSE", "RINGING", "ONHOLD"];
/// Number of phones of each publisher.
pub(crate) const PHONES: usize = 10;

/// Runs this number of cycles of each publisher, all in one thread; gives the number of requests that were refused, or
/// not answered in time.
pub(crate) fn publish(server: &Server, cycles: usize) -> usize {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    let _within = runtime.enter();
    let mut going = JoinSet::new();
    for mut member in (0..PUBLISHERS).map(|index| Member::new(index, server)) {
        going.spawn(async move { member.go(cycles).await });
    }
    runtime.block_on(going.join_all()).into_iter().sum()
}

/// A publisher of the crowd.
struct Member {
    publisher: Publisher,
    /// A second handle of its socket, to wait at.
    socket: UdpSocket,
    first_phone: usize,
}

impl Member {
    fn new(index: usize, server: &Server) -> Self {
        let publisher = Publisher::new(index, server);
        publisher.socket.set_nonblocking(true).expect("a socket can be looked at");
        let socket = publisher.socket.try_clone().expect("there is a file left");
        let socket = UdpSocket::from_std(socket).expect("a socket can be waited for");
        Self { publisher, socket, first_phone: 1000 + index * PHONES }
    }

    async fn go(&mut self, cycles: usize) -> usize {
        let (mut lost, mut buffer) = (0, vec![0; 2048]);
        for number in 0..cycles * CYCLE {
            let is_last = number % CYCLE == CYCLE - 1;
            if is_last {
                self.publisher.remove();
            } else {
                let device = format!("PJSIP/{}", self.first_phone + number % PHONES);
                self.publisher.send(&device, STATES[number / PHONES % STATES.len()]);
            }
            let taken = timeout(PATIENCE, self.answered(&mut buffer)).await.unwrap_or(Taken::No);
            lost += usize::from(taken == Taken::No);
            if is_last || taken == Taken::No {
                self.publisher.forget();
            }
        }
        lost
    }

    /// Waits until the answer has come.
    async fn answered(&mut self, buffer: &mut [u8]) -> Taken {
        loop {
            let length = self.socket.recv(buffer).await.expect("loopback");
            if let Some(taken) = self.publisher.handle(&buffer[..length]) {
                return taken;
            }
        }
    }
}
