//! How long a connection lives: in virtual time, over a pipe in place of a socket.

use tokio::io::DuplexStream;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::*;
use crate::transport::connection::{Connection, Ended, Idle};

/// A running connection, and its other end.
struct Pipe {
    far: DuplexStream,
    queue: mpsc::Sender<Bytes>,
    events: mpsc::Receiver<Event>,
    running: JoinHandle<String>,
    start: Instant,
}

impl Pipe {
    fn new(idle: Idle) -> Self {
        let (near, far) = tokio::io::duplex(1024);
        let (queue, rest) = mpsc::channel(10);
        let (sender, events) = mpsc::channel(10);
        let flow = Flow { transport: Transport::Tcp, id: 1 };
        let source = Source { address: "192.0.2.1:5060".parse().unwrap(), flow };
        let running = tokio::spawn(async move {
            let ended: Ended = Connection { source, queue: rest, events: &sender, idle }.run(near).await;
            ended.to_string()
        });
        Self { far, queue, events, running, start: Instant::now() }
    }

    /// Why the connection ended, and after how many seconds.
    async fn end(self) -> (String, u64) {
        let why = self.running.await.unwrap();
        (why, self.start.elapsed().as_secs())
    }
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_whole_is_hung_up_on() {
    let stranger = || Pipe::new(Idle::Ends(Duration::from_secs(10)));
    assert_eq!(stranger().end().await, ("the connection was idle".to_owned(), 10));

    let mut pings = stranger();
    for _ in 0..4 {
        sleep(Duration::from_secs(2)).await;
        pings.far.write_all(b"\r\n\r\n").await.unwrap();
        let mut pong = [0; 2];
        pings.far.read_exact(&mut pong).await.unwrap();
        assert_eq!(&pong, b"\r\n");
    }
    assert_eq!(pings.end().await.1, 10, "a ping is no message");

    let mut speaks = stranger();
    sleep(Duration::from_secs(9)).await;
    speaks.far.write_all(message(1).as_bytes()).await.unwrap();
    assert!(matches!(speaks.events.recv().await, Some(Event::Message { .. })));
    assert_eq!(speaks.end().await.1, 19);
}

#[tokio::test(start_paused = true)]
async fn a_byte_a_second_is_too_slow_even_for_a_peer() {
    let mut pipe = Pipe::new(Idle::Stays);
    sleep(Duration::from_hours(2)).await;
    assert!(!pipe.running.is_finished(), "a peer may be quiet");
    pipe.start = Instant::now();
    let bytes = message(1).into_bytes();
    for byte in &bytes {
        if pipe.far.write_all(&[*byte]).await.is_err() {
            break;
        }
        sleep(Duration::from_secs(1)).await;
    }
    let (why, _) = pipe.end().await;
    assert_eq!(why, "it sent a message too slowly");
}

#[tokio::test(start_paused = true)]
async fn a_slow_message_that_is_whole_in_time_is_taken() {
    let mut pipe = Pipe::new(Idle::Stays);
    for number in 0..5 {
        let text = message(number);
        let (first, rest) = text.split_at(20);
        pipe.far.write_all(first.as_bytes()).await.unwrap();
        sleep(Duration::from_secs(9)).await;
        pipe.far.write_all(rest.as_bytes()).await.unwrap();
        assert!(matches!(pipe.events.recv().await, Some(Event::Message { message, .. }) if message == text));
    }
}

#[tokio::test(start_paused = true)]
async fn who_does_not_read_is_hung_up_on() {
    let pipe = Pipe::new(Idle::Stays);
    for _ in 0..10 {
        pipe.queue.send(Bytes::from(vec![b'x'; 1000])).await.unwrap();
    }
    assert_eq!(pipe.end().await, ("it does not read what we send".to_owned(), 10));
}

#[tokio::test(start_paused = true)]
async fn a_connection_of_ours_is_kept_alive_while_it_is_of_use() {
    let mut pipe = Pipe::new(Idle::KeptAlive(Duration::from_mins(10)));
    let mut pings = Vec::new();
    pipe.far.read_to_end(&mut pings).await.unwrap();
    assert_eq!(pings, b"\r\n\r\n".repeat(19));
    assert_eq!(pipe.end().await, ("the connection was idle".to_owned(), 600));
}

#[tokio::test(start_paused = true)]
async fn who_speaks_no_sip_is_hung_up_on() {
    for (bytes, words) in [
        (&b"GET / HTTP/1.1\r\n"[..], "it sent what cannot be read: this is not SIP"),
        (b"A b SIP/2.0\r\nl: 2147483648\r\n\r\n", "it sent what cannot be read: the body is too large"),
    ] {
        let mut pipe = Pipe::new(Idle::Stays);
        pipe.far.write_all(bytes).await.unwrap();
        assert_eq!(pipe.end().await, (words.to_owned(), 0));
    }
}

#[tokio::test(start_paused = true)]
async fn is_read_no_further_while_nobody_takes_its_messages() {
    let mut pipe = Pipe::new(Idle::Stays);
    let far = &mut pipe.far;
    let flood = async {
        for number in 0..1000 {
            far.write_all(message(number).as_bytes()).await.unwrap();
        }
    };
    assert!(timeout(Duration::from_secs(5), flood).await.is_err(), "a thousand messages were taken in");
    for number in 0..10 {
        assert!(
            matches!(pipe.events.recv().await, Some(Event::Message { message: text, .. }) if text == message(number))
        );
    }
}
