//! Background load: publishers at a steady pace, while something else is measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::publisher::Publisher;
use crate::servers::Server;
use crate::table::float;

/// Number of publishers, each of which waits for the answer before its next request. The server's first peer is not
/// among them.
pub(crate) const OTHERS: u32 = 20;
/// Number of phones that each publisher tells in turn.
const PHONES: usize = 10;
/// First extension of the phones.
const FIRST: usize = 1100;

/// A load that runs until it is dropped.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    since: (Instant, usize),
    thread: Option<thread::JoinHandle<()>>,
}

impl Load {
    /// Starts this number of changes per second, if the server keeps up.
    pub(crate) fn start(server: &Server, rate: u32) -> Self {
        Self::over(server, rate, FIRST, PHONES)
    }

    /// Starts a load of phones from this number on, so many for each publisher.
    pub(crate) fn over(server: &Server, rate: u32, first: usize, phones: usize) -> Self {
        let others = 1..=usize::try_from(OTHERS).expect("few");
        let mut publishers: Vec<Publisher> = others.map(|index| Publisher::new(index, server)).collect();
        let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (told, count) = (Arc::clone(&stop), Arc::clone(&answered));
        let thread = thread::spawn(move || {
            let (mut buffer, mut next) = (vec![0; 65_535], Instant::now());
            let pace = Duration::from_secs(1) * OTHERS / rate;
            for round in 0_usize.. {
                if told.load(Ordering::Relaxed) {
                    return;
                }
                let state = ["RINGING", "INUSE", "NOT_INUSE"][round / phones % 3];
                for (index, publisher) in publishers.iter_mut().enumerate() {
                    publisher.send(&format!("PJSIP/{}", first + index * phones + round % phones), state);
                }
                let here = publishers.iter_mut().filter_map(|it| it.receive(&mut buffer).ok()).count();
                count.fetch_add(here, Ordering::Relaxed);
                next += pace;
                thread::sleep(next.saturating_duration_since(Instant::now()));
            }
        });
        // The first round makes the lamps.
        thread::sleep(Duration::from_secs(1));
        let since = (Instant::now(), answered.load(Ordering::Relaxed));
        Self { stop, answered, since, thread: Some(thread) }
    }

    /// Changes per second that were answered so far.
    pub(crate) fn rate(&self) -> f64 {
        let (start, before) = self.since;
        float(self.answered.load(Ordering::Relaxed) - before) / start.elapsed().as_secs_f64()
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}
