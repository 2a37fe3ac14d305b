//! Something that the server was asked for, and what came of it.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::{Get, GetUntracked, RwSignal, Set, StoredValue, UpdateValue};
use leptos::task::spawn_local;

use crate::api::Refusal;

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress<T> {
    /// Nothing was asked.
    Idle,
    /// The answer is awaited.
    Pending,
    /// The answer.
    Done(T),
    /// None.
    Failed(Refusal),
}

/// Whatever the answer is.
type Anything = Arc<dyn Any + Send + Sync>;

/// A signal of it. There is one kind of signal for all kinds of answers: each kind would be ten
/// kilobytes more to download.
pub struct Asked<T> {
    progress: RwSignal<Progress<Anything>>,
    /// The number of the last question, and of the last one that was answered.
    turns: StoredValue<Turns>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Asked<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Asked<T> {}

impl<T: Clone + Send + Sync + 'static> Asked<T> {
    /// Nothing was asked yet.
    pub fn new() -> Self {
        Self { progress: RwSignal::new(Progress::Idle), turns: StoredValue::new(Turns::default()), kind: PhantomData }
    }

    /// How far it is. Reactive.
    pub fn get(self) -> Progress<T> {
        match self.progress.get() {
            Progress::Idle => Progress::Idle,
            Progress::Pending => Progress::Pending,
            // Only `start` puts something there, and only a `T`.
            Progress::Done(answer) => answer.downcast_ref().cloned().map_or(Progress::Idle, Progress::Done),
            Progress::Failed(refusal) => Progress::Failed(refusal),
        }
    }

    /// Whether the answer is awaited. Reactive.
    pub fn is_pending(self) -> bool {
        matches!(self.progress.get(), Progress::Pending)
    }

    /// Why there is no answer. Reactive.
    pub fn refusal(self) -> Option<Refusal> {
        match self.progress.get() {
            Progress::Failed(refusal) => Some(refusal),
            Progress::Idle | Progress::Pending | Progress::Done(_) => None,
        }
    }

    /// Asks, unless an answer is awaited already; `then` sees the answer first.
    pub fn start(
        self,
        question: impl Future<Output = Result<T, Refusal>> + 'static,
        then: impl FnOnce(&Result<T, Refusal>) + 'static,
    ) {
        if matches!(self.progress.get_untracked(), Progress::Pending) {
            return;
        }
        self.progress.set(Progress::Pending);
        self.ask(question, then);
    }

    /// Asks again; the answer until now stands until the next one comes.
    pub fn renew(self, question: impl Future<Output = Result<T, Refusal>> + 'static) {
        self.ask(question, |_| ());
    }

    fn ask(
        self,
        question: impl Future<Output = Result<T, Refusal>> + 'static,
        then: impl FnOnce(&Result<T, Refusal>) + 'static,
    ) {
        let erased = async move {
            let answer = question.await;
            then(&answer);
            answer.map(|answer| Arc::new(answer) as Anything)
        };
        let turn = self.turns.try_update_value(Turns::ask).unwrap_or_default();
        spawn_local(put(self.progress, self.turns, turn, Box::pin(erased)));
    }
}

/// Which of several questions were answered: an older answer never takes the place of a newer one.
#[derive(Debug, Default)]
struct Turns {
    asked: u64,
    answered: u64,
}

impl Turns {
    /// One more question; its number.
    fn ask(&mut self) -> u64 {
        self.asked += 1;
        self.asked
    }

    /// The answer to that question is there; whether it is the newest so far.
    fn answer(&mut self, turn: u64) -> bool {
        let is_newer = turn > self.answered;
        self.answered = self.answered.max(turn);
        is_newer
    }
}

async fn put(
    progress: RwSignal<Progress<Anything>>,
    turns: StoredValue<Turns>,
    turn: u64,
    question: Pin<Box<dyn Future<Output = Result<Anything, Refusal>>>>,
) {
    let answer = question.await;
    // Whoever asked may be gone with its part of the page.
    if turns.try_update_value(|turns| turns.answer(turn)) == Some(true) {
        progress.set(match answer {
            Ok(answer) => Progress::Done(answer),
            Err(refusal) => Progress::Failed(refusal),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_answer_never_takes_the_place_of_a_newer_one() {
        let mut turns = Turns::default();
        let (first, second, third) = (turns.ask(), turns.ask(), turns.ask());
        assert!(turns.answer(second));
        assert!(!turns.answer(first));
        assert!(turns.answer(third));
    }
}
