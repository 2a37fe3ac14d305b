//! Notices: short texts on the outcome of a command, which disappear by themselves.

use std::time::Duration;

use lampfield_shared::Why;
use lampfield_words::Words;
use leptos::prelude::{Get, GetUntracked, RwSignal, Set, set_timeout};

use crate::api::Refusal;

/// How long a notice is shown.
const STANDS: Duration = Duration::from_secs(8);

/// Whether a notice is good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// The command was carried out.
    Good,
    /// The command was refused or failed.
    Bad,
}

impl Tone {
    /// The value of the attribute `data-tone`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    number: u64,
    /// The text.
    pub text: String,
    /// Whether the text is good news.
    pub tone: Tone,
}

/// The notice that is shown now, and the number of the last notice.
#[derive(Debug, Clone, Copy)]
pub struct Notices(RwSignal<Option<Notice>>, RwSignal<u64>);

impl Notices {
    /// Notices, of which none is shown.
    pub fn new() -> Self {
        Self(RwSignal::new(None), RwSignal::new(0))
    }

    /// The notice that is shown now. Reactive.
    pub fn current(self) -> Option<Notice> {
        self.0.get()
    }

    /// Shows a notice in place of the present one.
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

/// A cause in the reader's language, where that language has words for it.
pub fn cause_text(why: Option<&Why>, words: &Words) -> Option<String> {
    (words.common().refused)(why?)
}

/// A refusal in the reader's language, as far as that language has words for it.
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
