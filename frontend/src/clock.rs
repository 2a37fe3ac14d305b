//! The server's clock, estimated from the times that the stream carries. The page counts ages by that clock alone, so a
//! wrong clock of the reader's machine makes no wrong ages.

use std::time::Duration;

use lampfield_shared::Timestamp;
use lampfield_words::middle_of_minute;
use leptos::prelude::{Get, GetUntracked, GetValue, RwSignal, Set, SetValue, StoredValue};

use crate::browser;

/// The offset between server and browser, and the running minute.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Milliseconds that the server's clock is ahead of the browser's.
    ahead: StoredValue<i64>,
    minute: RwSignal<Timestamp>,
    second: RwSignal<Timestamp>,
}

impl Clock {
    /// A clock that equals the browser's until the server tells its time.
    pub fn new() -> Self {
        let time = || RwSignal::new(Timestamp::default());
        let clock = Self { ahead: StoredValue::new(0), minute: time(), second: time() };
        clock.handle_timer();
        clock
    }

    /// Takes in that the server's clock showed `server` when the browser's showed `local`.
    pub fn synchronise(self, server: Timestamp, local: Duration) {
        self.ahead.set_value(signed(server.0) - signed(millis(local)));
        self.handle_timer();
    }

    /// The time of the server's clock when the browser's shows `local`.
    pub fn server_time(self, local: Duration) -> Timestamp {
        Timestamp(millis(local).saturating_add_signed(self.ahead.get_value()))
    }

    /// Updates the running minute and the running second; to be called about once a second. Readers are notified of a new minute, and of
    /// a new second, only.
    pub fn handle_timer(self) {
        let now = self.server_time(browser::now());
        let put = |time: RwSignal<Timestamp>, value| {
            if time.get_untracked() != value {
                time.set(value);
            }
        };
        put(self.second, Timestamp(now.0 / 1000 * 1000));
        put(self.minute, middle_of_minute(now));
    }

    /// The running second, to count the time of calls against. Reactive.
    pub fn second(self) -> Timestamp {
        self.second.get()
    }

    /// The running minute, to count ages against. Reactive.
    pub fn minute(self) -> Timestamp {
        self.minute.get()
    }
}

fn millis(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap_or(u64::MAX)
}

fn signed(millis: u64) -> i64 {
    millis.try_into().unwrap_or(i64::MAX)
}
