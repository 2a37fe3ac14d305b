//! A program that follows the board's event stream, as the page does.

use std::io::{BufRead as _, BufReader, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use lampfield_shared::{Lamp, Snapshot, event::name};
use ureq::RequestBuilder;
use ureq::typestate::WithoutBody;

/// An event of the stream.
#[derive(Debug, Clone, Default)]
pub struct StreamEvent {
    /// Revision, from `id:`; none on a tick.
    pub id: Option<String>,
    /// Name, from `event:`.
    pub name: String,
    /// Data, from `data:`.
    pub data: String,
}

impl StreamEvent {
    /// Reads one line; ignores comments and fields that no test needs.
    fn read_line(&mut self, line: &str) {
        match line.split_once(':').map(|(field, value)| (field, value.trim_start())) {
            Some(("id", id)) => self.id = Some(id.into()),
            Some(("event", name)) => self.name = name.into(),
            Some(("data", data)) => self.data.push_str(data),
            _ => {}
        }
    }

    /// The snapshot, if this is one.
    pub fn snapshot(&self) -> Option<Snapshot> {
        (self.name == name::SNAPSHOT).then(|| serde_json::from_str(&self.data).expect("a snapshot as agreed"))
    }

    /// The changed lamp, if this is one.
    pub fn lamp(&self) -> Option<Lamp> {
        (self.name == name::CHANGE).then(|| serde_json::from_str(&self.data).expect("a lamp as agreed"))
    }
}

/// Follows the stream until it is dropped.
#[derive(Debug)]
pub struct Watcher(Receiver<StreamEvent>);

impl Watcher {
    /// Opens the stream, from the change after `last_event_id` on, if one is given.
    pub fn connect(url: &str, last_event_id: Option<&str>) -> Self {
        let mut request = ureq::get(format!("{url}api/v1/events")).header("Accept", "text/event-stream");
        if let Some(id) = last_event_id {
            request = request.header("Last-Event-ID", id);
        }
        Self::of(request)
    }

    /// Opens the stream in gzip, and unpacks it as it comes.
    pub fn unpacking(url: &str) -> Self {
        Self::of(ureq::get(format!("{url}api/v1/events")).header("Accept-Encoding", "gzip"))
    }

    /// Opens the stream by this request.
    pub(crate) fn of(request: RequestBuilder<WithoutBody>) -> Self {
        let answer = request.call().expect("the stream opens");
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let is_packed = answer.headers().get("content-encoding").is_some_and(|coding| coding == "gzip");
        let body = answer.into_body().into_reader();
        let text: Box<dyn Read + Send> = if is_packed { Box::new(GzDecoder::new(body)) } else { Box::new(body) };
        let (sender, events) = channel();
        thread::spawn(move || {
            let mut event = StreamEvent::default();
            // The stream ends with the server.
            for line in BufReader::new(text).lines().map_while(Result::ok) {
                if !line.is_empty() {
                    event.read_line(&line);
                    continue;
                }
                let ended = std::mem::take(&mut event);
                // A block without data is no event: a comment, or the delay before a retry.
                if !ended.data.is_empty() && sender.send(ended).is_err() {
                    // The watcher was dropped.
                    return;
                }
            }
        });
        Self(events)
    }

    /// The next event; `None` when none comes in time or the stream has ended.
    pub fn next(&self, within: Duration) -> Option<StreamEvent> {
        self.0.recv_timeout(within).ok()
    }

    /// Whether the stream ends within this time, after any number of events.
    pub fn ends(&self, within: Duration) -> bool {
        let end = Instant::now() + within;
        loop {
            match self.0.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return false,
                Err(RecvTimeoutError::Disconnected) => return true,
            }
        }
    }
}
