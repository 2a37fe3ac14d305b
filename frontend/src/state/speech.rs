//! Sentences for screen readers: about marked lamps only, and no more than can be spoken in time.

use std::collections::VecDeque;
use std::time::Duration;

/// The shortest time between two sentences.
const PAUSE: Duration = Duration::from_secs(2);
/// The most sentences that wait: older ones are no longer worth hearing.
const WAITING: usize = 5;

/// The queue of sentences.
#[derive(Debug, Default)]
pub struct Speech {
    waiting: VecDeque<(String, String)>,
    said: Option<Duration>,
}

impl Speech {
    /// Queues a sentence about `subject`, in place of a waiting one about the same subject.
    pub fn say(&mut self, subject: &str, sentence: String) {
        self.waiting.retain(|(waiting, _)| waiting != subject);
        self.waiting.push_back((subject.into(), sentence));
        if self.waiting.len() > WAITING {
            self.waiting.pop_front();
        }
    }

    /// Takes the sentence to speak now.
    pub fn poll(&mut self, now: Duration) -> Option<String> {
        if self.said.is_some_and(|said| now.saturating_sub(said) < PAUSE) {
            return None;
        }
        let (_, sentence) = self.waiting.pop_front()?;
        self.said = Some(now);
        Some(sentence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_the_newest_of_each_and_leaves_time_to_listen() {
        let mut speech = Speech::default();
        let at = |speech: &mut Speech, seconds| speech.poll(Duration::from_secs(seconds));
        speech.say("214", "214 rings".into());
        speech.say("215", "215 rings".into());
        speech.say("214", "214 is on a call".into());
        assert_eq!(at(&mut speech, 10).as_deref(), Some("215 rings"));
        assert_eq!(at(&mut speech, 11), None);
        assert_eq!(at(&mut speech, 12).as_deref(), Some("214 is on a call"));
        assert_eq!(at(&mut speech, 14), None);
    }

    #[test]
    fn forgets_the_oldest_when_too_much_happens() {
        let mut speech = Speech::default();
        (0..9).for_each(|n| speech.say(&n.to_string(), format!("{n} rings")));
        assert_eq!(speech.poll(Duration::ZERO).as_deref(), Some("4 rings"));
    }
}
