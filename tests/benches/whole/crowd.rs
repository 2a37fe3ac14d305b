//! Publishers side by side, each on its own: what it says next goes out when its last has been answered, whatever the
//! others do. Each publishes, modifies fifty times by entity-tag and removes, again and again.

use tokio::net::UdpSocket;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::publisher::{PATIENCE, Publisher, Taken};
use crate::servers::Server;

/// How many there are.
pub(crate) const PUBLISHERS: usize = 50;
/// A publication, fifty modifications, its removal.
pub(crate) const CYCLE: usize = 52;
/// What is told in turn: each another than before.
pub(crate) const STATES: [&str; 4] = ["INUSE", "NOT_INUSE", "RINGING", "ONHOLD"];
/// Each publisher has so many phones.
pub(crate) const PHONES: usize = 10;

/// Lets each of them go through so many cycles, all in one thread; how many requests were not taken, or not answered in
/// time.
pub(crate) fn publish(server: &Server, cycles: usize) -> usize {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    let _within = runtime.enter();
    let mut going = JoinSet::new();
    for mut member in (0..PUBLISHERS).map(|index| Member::new(index, server)) {
        going.spawn(async move { member.go(cycles).await });
    }
    runtime.block_on(going.join_all()).into_iter().sum()
}

/// One of them.
struct Member {
    publisher: Publisher,
    /// Its socket once more, to wait at.
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

    /// Until the answer has come.
    async fn answered(&mut self, buffer: &mut [u8]) -> Taken {
        loop {
            let length = self.socket.recv(buffer).await.expect("loopback");
            if let Some(taken) = self.publisher.handle(&buffer[..length]) {
                return taken;
            }
        }
    }
}
