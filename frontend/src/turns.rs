//! Work that nobody waits for, a piece at a time: between two pieces the browser may draw and answer.

use std::collections::VecDeque;
use std::time::Duration;

use leptos::prelude::{StoredValue, UpdateValue, set_timeout};

type Piece = Box<dyn FnOnce() + Send + Sync>;

/// A queue of such work.
#[derive(Clone, Copy)]
pub struct Turns(StoredValue<VecDeque<Piece>>);

impl Turns {
    /// With nothing to do.
    pub fn new() -> Self {
        Self(StoredValue::new(VecDeque::new()))
    }

    /// Does `piece` when all that came before is done.
    pub fn add(self, piece: impl FnOnce() + Send + Sync + 'static) {
        let waiting = self.0.try_update_value(|queue| {
            queue.push_back(Box::new(piece));
            queue.len()
        });
        if waiting == Some(1) {
            self.schedule();
        }
    }

    /// The first piece stays in the queue until it is done, so that one timer runs at a time.
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
