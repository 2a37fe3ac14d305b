//! Work that can wait, done piece by piece, so that the browser can draw and react in between.

use std::collections::VecDeque;
use std::time::Duration;

use leptos::prelude::{StoredValue, UpdateValue, set_timeout};

type Piece = Box<dyn FnOnce() + Send + Sync>;

/// The queue of pieces.
#[derive(Clone, Copy)]
pub struct WorkQueue(StoredValue<VecDeque<Piece>>);

impl WorkQueue {
    /// An empty queue.
    pub fn new() -> Self {
        Self(StoredValue::new(VecDeque::new()))
    }

    /// Runs `piece` after all pieces that were added before.
    pub fn add(self, piece: impl FnOnce() + Send + Sync + 'static) {
        let waiting = self.0.try_update_value(|queue| {
            queue.push_back(Box::new(piece));
            queue.len()
        });
        if waiting == Some(1) {
            self.schedule();
        }
    }

    /// Runs the first piece. It stays in the queue until it is done, so that only one timer runs at a time.
    fn schedule(self) {
        let next = move || {
            let piece = self
                .0
                .try_update_value(|queue| queue.front_mut().map(|piece| std::mem::replace(piece, Box::new(|| ()))));
            if let Some(Some(piece)) = piece {
                piece();
            }
            let waiting = self.0.try_update_value(|queue| {
                queue.pop_front();
                queue.len()
            });
            if waiting.is_some_and(|waiting| waiting > 0) {
                self.schedule();
            }
        };
        set_timeout(next, Duration::ZERO);
    }
}
