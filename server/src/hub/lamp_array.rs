//! All lamps as one text, which those who ask for it share.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OnceCell, Semaphore};
use tokio::task::spawn_blocking;

use crate::gzip::{Coding, Packed};

/// Lamps as a JSON array, of one revision and for one view.
#[derive(Debug)]
pub struct LampArray {
    json: Bytes,
    packed: OnceCell<Packed>,
    packers: Packers,
}

/// Who may pack: one at a time, so that however many ask at once, they do not take the time of who tells lamps.
#[derive(Debug, Clone)]
pub(super) struct Packers(Arc<Semaphore>);

impl Default for Packers {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

impl LampArray {
    pub(super) fn new(json: Bytes, packers: &Packers) -> Self {
        Self { json, packed: OnceCell::new(), packers: packers.clone() }
    }

    /// The array.
    pub fn json(&self) -> &Bytes {
        &self.json
    }

    /// The array in gzip. Packed when the first reader asks, in a thread where nobody else waits for it; other readers of
    /// the same array wait for that.
    pub async fn packed(&self) -> &Packed {
        let pack = async || {
            let json = self.json.clone();
            let _turn = self.packers.0.acquire().await;
            // A runtime that is being stopped does not begin work.
            spawn_blocking(move || Packed::new(&json)).await.unwrap_or_else(|_stopped| Packed::stored(&self.json))
        };
        self.packed.get_or_init(pack).await
    }

    /// The array as a piece of a stream in this coding.
    pub(super) async fn piece(&self, coding: Coding) -> Bytes {
        match coding {
            Coding::Plain => self.json.clone(),
            Coding::Gzip => self.packed().await.piece().clone(),
        }
    }
}
