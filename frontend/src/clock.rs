//! The server's clock, as far as the page knows it. Ages are counted by it alone, so a reader's
//! wrong clock makes no wrong ages.

use std::time::Duration;

use lampfield_shared::Timestamp;
use lampfield_words::middle_of_minute;
use leptos::prelude::{Get, GetUntracked, GetValue, RwSignal, Set, SetValue, StoredValue};

use crate::browser;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// How many milliseconds the server is ahead of the browser.
    ahead: StoredValue<i64>,
    minute: RwSignal<Timestamp>,
}

impl Clock {
    /// By the browser's clock, until the server tells its own.
    pub fn new() -> Self {
        let clock = Self { ahead: StoredValue::new(0), minute: RwSignal::new(Timestamp::default()) };
        clock.handle_timer();
        clock
    }

    /// The server told its time, when the browser's clock showed `local`.
    pub fn synchronise(self, server: Timestamp, local: Duration) {
        self.ahead.set_value(signed(server.0) - signed(millis(local)));
        self.handle_timer();
    }

    /// What the server's clock shows when the browser's shows `local`.
    pub fn server_time(self, local: Duration) -> Timestamp {
        Timestamp(millis(local).saturating_add_signed(self.ahead.get_value()))
    }

    /// To be called about once a second; whoever reads the minute hears of a new one only.
    pub fn handle_timer(self) {
        let minute = middle_of_minute(self.server_time(browser::now()));
        if self.minute.get_untracked() != minute {
            self.minute.set(minute);
        }
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
