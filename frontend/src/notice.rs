//! A short word on what was done, or why it was not. It goes by itself.

use std::time::Duration;

use lampfield_shared::Why;
use lampfield_words::Words;
use leptos::prelude::{Get, GetUntracked, RwSignal, Set, set_timeout};

use crate::api::Refusal;

/// How long it stands.
const STANDS: Duration = Duration::from_secs(8);

/// How it is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It was done.
    Good,
    /// It was not.
    Bad,
}

impl Tone {
    /// The word in `data-tone`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }
}

/// One such word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    number: u64,
    /// What it says.
    pub text: String,
    /// And how that is meant.
    pub tone: Tone,
}

/// The one that stands now.
#[derive(Debug, Clone, Copy)]
pub struct Notices(RwSignal<Option<Notice>>, RwSignal<u64>);

impl Notices {
    /// None.
    pub fn new() -> Self {
        Self(RwSignal::new(None), RwSignal::new(0))
    }

    /// What stands now. Reactive.
    pub fn current(self) -> Option<Notice> {
        self.0.get()
    }

    /// Says it, in place of what stood there.
    pub fn say(self, tone: Tone, text: String) {
        let number = self.1.get_untracked() + 1;
        self.1.set(number);
        self.0.set(Some(Notice { number, text, tone }));
        let fade = move || {
            if self.0.get_untracked().is_some_and(|notice| notice.number == number) {
                self.0.set(None);
            }
        };
        set_timeout(fade, STANDS);
    }
}

/// A cause in the reader's language, where that has words for it.
pub fn cause_text(why: Option<&Why>, words: &Words) -> Option<String> {
    (words.common().refused)(why?)
}

/// A refusal in the reader's language, as far as it can be said there.
pub fn refusal_text(refusal: &Refusal, words: &Words) -> String {
    match refusal {
        Refusal::Unreachable => words.common().unreachable.into(),
        Refusal::Unknown => words.common().unknown.into(),
        Refusal::Said { status: 401, .. } => words.account().ended.into(),
        Refusal::Said { status: 403, .. } => words.common().forbidden.into(),
        Refusal::Said { status: 429, retry_seconds, .. } => (words.common().slow_down)(retry_seconds.unwrap_or(1)),
        Refusal::Said { detail, why, .. } => {
            cause_text(why.as_ref(), words).unwrap_or_else(|| (words.common().server_says)(detail))
        }
    }
}
