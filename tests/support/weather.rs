//! The network between lampfield and the lab's PBXes, with faults: datagrams are lost, doubled and late, and thus
//! overtake each other; or the network is cut.
//!
//! ```text
//!  127.0.0.4:5061 ◄─► 127.0.0.6:5060 ┐          ┌ 127.0.0.14:5061 ◄─┐
//!  127.0.0.5:5060 ◄─►  (for console) ┴─ Wire ───┴ 127.0.0.15:5060 ◄─┴─► 127.0.0.16:5060 lampfield
//! ```
//! This works in user space and not by `tc`, so that the rest of the machine's loopback has no faults.

use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rand::Rng as _;

use crate::{Config, Lab, Pbx, Peer};

/// Faults of the network, for each datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weather {
    /// Percentage of lost datagrams.
    pub lost: u32,
    /// Percentage of datagrams that arrive twice.
    pub doubled: u32,
    /// The longest delay.
    pub late: Duration,
}

impl Weather {
    /// No faults.
    pub const FAIR: Self = Self { lost: 0, doubled: 0, late: Duration::ZERO };
    /// Faults as bad as a mesh can bear.
    pub const STORM: Self = Self { lost: 15, doubled: 10, late: Duration::from_millis(200) };
    /// A cut network.
    pub const CUT: Self = Self { lost: 100, ..Self::FAIR };
}

/// The simulated network; gone when dropped.
#[derive(Debug)]
pub struct Wire {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    weather: Mutex<Weather>,
    stop: AtomicBool,
    carried: AtomicU64,
    lost: AtomicU64,
    /// Address at which the PBXes find lampfield.
    console: UdpSocket,
    /// Addresses at which lampfield finds each PBX.
    pbxes: Vec<UdpSocket>,
}

impl Wire {
    /// Address of lampfield behind the network.
    pub const LAMPFIELD: &str = "127.0.0.16:5060";

    /// Starts without faults.
    pub fn lay() -> Self {
        let bind = |address: &str| {
            let socket = UdpSocket::bind(address).unwrap_or_else(|error| panic!("{address}: {error}"));
            socket.set_read_timeout(Some(Duration::from_millis(100))).expect("a timeout can be set");
            socket
        };
        let shared = Arc::new(Shared {
            weather: Mutex::new(Weather::FAIR),
            stop: AtomicBool::new(false),
            carried: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            console: bind(Config::SIP),
            pbxes: Pbx::ALL.map(face).iter().map(|address| bind(address)).collect(),
        });
        let (outwards, inwards) = (Arc::clone(&shared), Pbx::ALL.iter().enumerate());
        let mut threads = vec![thread::spawn(move || outwards.carry_in())];
        threads.extend(inwards.map(|(at, pbx)| {
            let (shared, to) = (Arc::clone(&shared), address(pbx.address()));
            thread::spawn(move || shared.carry_out(at, to))
        }));
        Self { shared, threads }
    }

    /// lampfield's configuration behind the wire.
    pub fn config(lab: &Lab) -> Config {
        let behind = |pbx: Pbx| -> Peer {
            let face = face(pbx);
            let ip = face.split(':').next().expect("an address has a host");
            pbx.peer().address(ip).publish_to(&format!("sip:console@{face}"))
        };
        lab.config_with(&Pbx::ALL.map(behind)).at(Self::LAMPFIELD)
    }

    /// Changes the faults.
    pub fn set(&self, weather: Weather) {
        *self.shared.weather() = weather;
    }

    /// Number of the datagrams that arrived, and of those that did not.
    pub fn carried(&self) -> (u64, u64) {
        (self.shared.carried.load(Ordering::Relaxed), self.shared.lost.load(Ordering::Relaxed))
    }
}

/// Address at which lampfield finds a PBX.
fn face(pbx: Pbx) -> String {
    pbx.address().replacen("127.0.0.", "127.0.0.1", 1)
}

fn address(text: &str) -> SocketAddr {
    text.parse().expect("the lab's addresses are addresses")
}

impl Shared {
    fn weather(&self) -> MutexGuard<'_, Weather> {
        self.weather.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries from the PBXes to lampfield, each from its own address.
    fn carry_in(self: &Arc<Self>) {
        let sources: Vec<SocketAddr> = Pbx::ALL.iter().map(|pbx| address(pbx.address())).collect();
        self.carry(
            |shared| &shared.console,
            |source| sources.iter().position(|it| *it == source),
            address(Wire::LAMPFIELD),
        );
    }

    /// Carries from lampfield to one PBX.
    fn carry_out(self: &Arc<Self>, at: usize, to: SocketAddr) {
        self.carry(move |shared| &shared.pbxes[at], |_| Some(CONSOLE), to);
    }

    fn carry(
        self: &Arc<Self>,
        from: impl Fn(&Self) -> &UdpSocket,
        by: impl Fn(SocketAddr) -> Option<usize>,
        to: SocketAddr,
    ) {
        let mut buffer = vec![0; 65_535];
        while !self.stop.load(Ordering::Relaxed) {
            // Nothing came in time; or a PBX is down, and the kernel reports it.
            let Ok((length, source)) = from(self).recv_from(&mut buffer) else { continue };
            let Some(by) = by(source) else { continue };
            self.suffer(&buffer[..length], by, to);
        }
    }

    /// Applies the faults to a datagram.
    fn suffer(self: &Arc<Self>, datagram: &[u8], by: usize, to: SocketAddr) {
        let weather = *self.weather();
        let mut rng = rand::rng();
        if rng.random_range(0..100) < weather.lost {
            self.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.carried.fetch_add(1, Ordering::Relaxed);
        let times = 1 + u32::from(rng.random_range(0..100) < weather.doubled);
        for _ in 0..times {
            let late = weather.late.mul_f64(rng.random());
            if late.is_zero() {
                self.send(datagram, by, to);
            } else {
                let (shared, datagram) = (Arc::clone(self), datagram.to_vec());
                thread::spawn(move || {
                    thread::sleep(late);
                    shared.send(&datagram, by, to);
                });
            }
        }
    }

    fn send(&self, datagram: &[u8], by: usize, to: SocketAddr) {
        let socket = if by == CONSOLE { &self.console } else { &self.pbxes[by] };
        // A program that is down receives nothing: that is no fault of the network.
        let _lost = socket.send_to(datagram, to);
    }
}

/// Index of the console's own address, in place of a PBX's number.
const CONSOLE: usize = usize::MAX;

impl Drop for Wire {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ended = thread.join();
        }
    }
}
