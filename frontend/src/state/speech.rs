//! What is said aloud by a screen reader: only what is watched, and never more than it can say.

use std::collections::VecDeque;
use std::time::Duration;

/// At most one sentence in this time.
const PAUSE: Duration = Duration::from_secs(2);
/// More than this is not worth hearing late.
const WAITING: usize = 5;

/// Sentences that wait to be said.
#[derive(Debug, Default)]
pub struct Speech {
    waiting: VecDeque<(String, String)>,
    said: Option<Duration>,
}

impl Speech {
    /// Says `sentence` about `subject`, in place of what still waits to be said about it.
    pub fn say(&mut self, subject: &str, sentence: String) {
        self.waiting.retain(|(waiting, _)| waiting != subject);
        self.waiting.push_back((subject.into(), sentence));
        if self.waiting.len() > WAITING {
            self.waiting.pop_front();
        }
    }

    /// What is to be said now.
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
