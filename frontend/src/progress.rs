//! Requests to the server and their answers, as signals.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::{Get, GetUntracked, RwSignal, Set, StoredValue, UpdateValue};
use leptos::task::spawn_local;

use crate::api::Refusal;

/// The progress of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress<T> {
    /// No request was sent.
    Idle,
    /// The answer is awaited.
    Pending,
    /// The answer arrived.
    Done(T),
    /// The request was refused or failed.
    Failed(Refusal),
}

/// An answer of any type.
type Anything = Arc<dyn Any + Send + Sync>;

/// A request as a signal. All answers share one type of signal inside: each further type would add ten kilobytes to the
/// download.
pub struct Asked<T> {
    progress: RwSignal<Progress<Anything>>,
    /// Which requests were sent and answered.
    sequence: StoredValue<Sequence>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Asked<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Asked<T> {}

impl<T: Clone + Send + Sync + 'static> Asked<T> {
    /// No request was sent yet.
    pub fn new() -> Self {
        Self {
            progress: RwSignal::new(Progress::Idle),
            sequence: StoredValue::new(Sequence::default()),
            kind: PhantomData,
        }
    }

    /// The progress. Reactive.
    pub fn get(self) -> Progress<T> {
        match self.progress.get() {
            Progress::Idle => Progress::Idle,
            Progress::Pending => Progress::Pending,
            // Only `start` and `renew` put an answer there, and always a `T`.
            Progress::Done(answer) => answer.downcast_ref().cloned().map_or(Progress::Idle, Progress::Done),
            Progress::Failed(refusal) => Progress::Failed(refusal),
        }
    }

    /// Whether an answer is awaited. Reactive.
    pub fn is_pending(self) -> bool {
        matches!(self.progress.get(), Progress::Pending)
    }

    /// The refusal, if the request failed. Reactive.
    pub fn refusal(self) -> Option<Refusal> {
        match self.progress.get() {
            Progress::Failed(refusal) => Some(refusal),
            Progress::Idle | Progress::Pending | Progress::Done(_) => None,
        }
    }

    /// Sends a request, unless an answer is awaited already. `then` gets the answer before any reader of the signal.
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

    /// Sends a request again. The present answer stays until the next one arrives.
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
        let number = self.sequence.try_update_value(Sequence::ask).unwrap_or_default();
        spawn_local(put(self.progress, self.sequence, number, Box::pin(erased)));
    }
}

/// Numbers requests, so that an older answer never replaces a newer one.
#[derive(Debug, Default)]
struct Sequence {
    asked: u64,
    answered: u64,
}

impl Sequence {
    /// Numbers a new request.
    fn ask(&mut self) -> u64 {
        self.asked += 1;
        self.asked
    }

    /// Takes in that a request was answered; returns whether it is the newest answer so far.
    fn answer(&mut self, number: u64) -> bool {
        let is_newer = number > self.answered;
        self.answered = self.answered.max(number);
        is_newer
    }
}

async fn put(
    progress: RwSignal<Progress<Anything>>,
    sequence: StoredValue<Sequence>,
    number: u64,
    question: Pin<Box<dyn Future<Output = Result<Anything, Refusal>>>>,
) {
    let answer = question.await;
    // The part of the page that sent the request may have been removed since.
    if sequence.try_update_value(|sequence| sequence.answer(number)) == Some(true) {
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
        let mut sequence = Sequence::default();
        let (first, second, third) = (sequence.ask(), sequence.ask(), sequence.ask());
        assert!(sequence.answer(second));
        assert!(!sequence.answer(first));
        assert!(sequence.answer(third));
    }
}
