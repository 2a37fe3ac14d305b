//! An exchange: one action and its answer. Pure.
//!
//! An answer carries the `ActionID` of its action. The value that `DBGet` reads follows as an event, `DBGetResponse`:
//! with the same id and within a list (`EventList: start` … `Complete`) in all Asterisks since 10; without a list in
//! 1.8 and in look-alikes, some of which put it into the answer itself. So a value counts when it was seen, and an
//! entry is missing when the manager said so.

use super::wire::{Expects, Message};

/// Answer of an Asterisk to one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionResponse {
    /// The action was carried out; with the value, where the action reads one.
    Done(Option<String>),
    /// The action was refused; with the `Message` of the refusal.
    Refused(String),
    /// The entry exists, says the answer, but its value did not come.
    Untold,
}

/// Waits for the answer to one action, and ignores all other messages.
#[derive(Debug)]
pub struct Exchange {
    id: String,
    expects: Expects,
    progress: Progress,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Asked,
    /// The action was accepted; its value is still to come.
    Accepted,
}

impl Exchange {
    /// An exchange for the action with that id.
    pub fn new(id: u64, expects: Expects) -> Self {
        Self { id: id.to_string(), expects, progress: Progress::Asked }
    }

    /// Whether the action was accepted, and its value is still to come.
    pub fn is_accepted(&self) -> bool {
        self.progress == Progress::Accepted
    }

    /// Takes in a message; gives the answer once it is complete.
    pub fn handle_message(&mut self, message: &Message) -> Option<ActionResponse> {
        // The event of a look-alike may lack the id: the entry that it names shows whose answer it is.
        let is_ours = match message.get("ActionID") {
            Some(id) => id == self.id,
            None => self.is_accepted() && message.says("Event", "DBGetResponse") && message.get("Key").is_some(),
        };
        if !is_ours {
            return None;
        }
        match (self.progress, &self.expects) {
            (Progress::Asked, expects) => {
                let verdict = message.get("Response")?;
                if !verdict.eq_ignore_ascii_case("success") {
                    return Some(ActionResponse::Refused(message.get("Message").unwrap_or_default().to_owned()));
                }
                let Expects::Value(key) = expects else { return Some(ActionResponse::Done(None)) };
                self.progress = Progress::Accepted;
                message.value_of(key).map(|value| ActionResponse::Done(Some(value.to_owned())))
            }
            (Progress::Accepted, Expects::Value(key)) => match message.value_of(key) {
                Some(value) => Some(ActionResponse::Done(Some(value.to_owned()))),
                None => message.ends_list().then_some(ActionResponse::Untold),
            },
            (Progress::Accepted, Expects::Verdict) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::wire::{Framer, Key, WireError};
    use super::*;

    fn key() -> Key {
        Key { family: "DND", key: "1001".into() }
    }

    /// The answers that framer and exchange read from a stream, however the stream is cut.
    #[track_caller]
    fn read(stream: &str, id: u64, expects: &Expects) -> Result<Vec<ActionResponse>, WireError> {
        let cut = |size: usize| {
            let mut framer = Framer::default();
            let (mut exchange, mut answers) = (Exchange::new(id, expects.clone()), Vec::new());
            for piece in stream.as_bytes().chunks(size) {
                framer.handle_bytes(piece);
                while let Some(message) = framer.poll_message()? {
                    if answers.is_empty() {
                        answers.extend(exchange.handle_message(&message));
                    }
                }
            }
            Ok(answers)
        };
        let whole = cut(stream.len().max(1));
        for size in [1, 2, 3, 7] {
            assert_eq!(cut(size), whole, "in pieces of {size}");
        }
        whole
    }

    fn answers(stream: &str, id: u64) -> Result<Vec<ActionResponse>, WireError> {
        read(stream, id, &Expects::Verdict)
    }

    /// Checks what is read for `DBGet DND/1001` with id 3, after a greeting; `|` ends a line.
    #[track_caller]
    fn check_get(stream: &str, expected: &[ActionResponse]) {
        let stream = format!("Asterisk Call Manager/1.1\r\n{}", stream.replace('|', "\r\n"));
        assert_eq!(read(&stream, 3, &Expects::Value(key())).unwrap(), expected, "{stream}");
    }

    /// Recorded from Asterisk 22; Asterisk 16 differs only in the greeting's version.
    const GET: &str = "Asterisk Call Manager/11.0.0\r\n\
        Response: Success\r\nActionID: 1\r\nMessage: Authentication accepted\r\n\r\n\
        Response: Success\r\nActionID: 3\r\nEventList: start\r\nMessage: Result will follow\r\n\r\n\
        Event: DBGetResponse\r\nFamily: DND\r\nKey: 1001\r\nVal: YES\r\nActionID: 3\r\n\r\n\
        Event: DBGetComplete\r\nActionID: 3\r\nEventList: Complete\r\nListItems: 1\r\n\r\n";

    #[test]
    fn the_answer_to_a_get_comes_as_an_event() {
        assert_eq!(read(GET, 3, &Expects::Value(key())), Ok(vec![ActionResponse::Done(Some("YES".into()))]));
    }

    #[test]
    fn reads_a_value_however_a_manager_tells_it() {
        let yes = [ActionResponse::Done(Some("YES".into()))];
        let follows = "Response: Success|ActionID: 3|Message: Result will follow||";
        let event = "Event: DBGetResponse|Family: DND|Key: 1001|Val: YES|ActionID: 3||";
        // Asterisk 1.8 sends no list.
        check_get(&format!("{follows}{event}"), &yes);
        check_get(&format!("{follows}{event}Event: DBGetComplete|ActionID: 3||"), &yes);
        check_get("Response: Success|ActionID: 3|Val: YES||", &yes);
        check_get("RESPONSE: success|actionid: 3|VAL : YES||", &yes);
        // The list does not end.
        check_get(&format!("Response: Success|ActionID: 3|EventList: start||{event}"), &yes);
        check_get(&format!("{follows}Event: DBGetResponse|Family: dnd|Key: 1001|Val: YES||"), &yes);
        check_get(
            &format!("{follows}Event: DBGetResponse|Family: DND|Key: 1001|Val:|ActionID: 3||"),
            &[ActionResponse::Done(Some(String::new()))],
        );
    }

    #[test]
    fn silence_is_no_value_and_no_lack_of_one() {
        let follows = "Response: Success|ActionID: 3|Message: Result will follow||";
        let list = "Response: Success|ActionID: 3|EventList: start||";
        let end = "Event: DBGetComplete|ActionID: 3|EventList: Complete|ListItems: 0||";
        check_get(follows, &[]);
        check_get(list, &[]);
        check_get(&format!("{list}{end}"), &[ActionResponse::Untold]);
        check_get(&format!("{follows}{end}"), &[ActionResponse::Untold]);
        check_get(&format!("{list}Event: X|ActionID: 3|EventList: cancelled||"), &[ActionResponse::Untold]);
        for other in [
            "Event: DBGetResponse|Family: DND|Key: 1002|Val: YES|ActionID: 3||",
            "Event: DBGetResponse|Family: CFU|Key: 1001|Val: YES|ActionID: 3||",
            "Event: DBGetResponse|Family: DND|Key: 1001|Val: YES|ActionID: 2||",
            "Event: DBGetResponse|Val: YES||",
            "Event: Other|Val: YES||",
            "Event: DBGetResponse|Family: DND|Key: 1001|ActionID: 3||",
        ] {
            check_get(&format!("{follows}{other}"), &[]);
        }
        check_get("Event: DBGetResponse|Family: DND|Key: 1001|Val: YES|ActionID: 3||", &[]);
        check_get("Response: Error|ActionID: 3||", &[ActionResponse::Refused(String::new())]);
        check_get("Response: Goodbye|ActionID: 3|Val: YES||", &[ActionResponse::Refused(String::new())]);
    }

    #[test]
    fn an_answer_belongs_to_its_action() {
        assert_eq!(answers(GET, 1), Ok(vec![ActionResponse::Done(None)]));
        assert_eq!(answers(GET, 2), Ok(Vec::new()));
    }

    #[test]
    fn events_that_nobody_asked_for_are_passed_over() {
        let stream = "Asterisk Call Manager/5.0.4\r\nEvent: FullyBooted\r\nPrivilege: system,all\r\n\r\n\
            Response: Error\r\nActionID: 4\r\nMessage: Permission denied\r\n\r\n";
        assert_eq!(answers(stream, 4), Ok(vec![ActionResponse::Refused("Permission denied".into())]));
    }
}
