//! The sockets on loopback: against plain sockets of the test, and against each other.

use std::time::Duration;

use bytes::Bytes;
use lampfield_sip::Source;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::*;

mod names;
mod patience;
mod tls;

/// Longer than anything takes that the tests wait for.
const LONG: Duration = Duration::from_secs(10);

fn message(number: u32) -> String {
    format!("OPTIONS sip:desk@127.0.0.1 SIP/2.0\r\nCSeq: {number} OPTIONS\r\nContent-Length: 0\r\n\r\n")
}

fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

/// An arrival, kept.
#[derive(Debug)]
enum Got {
    Message(Source, String),
    Unreachable(Hop, String),
    NoTls(String),
}

/// Sockets of our own on a loopback address.
struct End {
    sockets: Sockets,
    got: VecDeque<Got>,
}

impl End {
    fn new(listen: &[(Transport, &str)]) -> Self {
        Self::with_tls(listen, TlsSettings::default())
    }

    fn with_tls(listen: &[(Transport, &str)], tls: TlsSettings) -> Self {
        let listen = listen.iter().map(|(transport, address)| (*transport, address.parse().unwrap())).collect();
        let settings = TransportSettings { listen, tls, nameservers: Vec::new() };
        Self { sockets: Sockets::bind(&settings).unwrap(), got: VecDeque::new() }
    }

    fn tcp() -> Self {
        Self::new(&[(Transport::Udp, "127.0.0.1:0"), (Transport::Tcp, "127.0.0.1:0")])
    }

    fn address(&self, transport: Transport) -> SocketAddr {
        self.sockets.listening().iter().find(|(ours, _)| *ours == transport).expect("it is listened on").1
    }

    fn counter(&self, name: &str) -> u64 {
        self.sockets.counters().into_iter().find(|(known, _)| *known == name).map_or(0, |(_, times)| times)
    }

    async fn next(&mut self) -> Got {
        loop {
            if let Some(got) = self.got.pop_front() {
                return got;
            }
            timeout(LONG, self.sockets.ready()).await.expect("something arrives").unwrap();
            let got = &mut self.got;
            self.sockets.receive(|arrival| {
                got.push_back(match arrival {
                    Arrival::Message { source, message } => {
                        Got::Message(source, String::from_utf8(message.to_vec()).unwrap())
                    }
                    Arrival::Unreachable { hop, why } => Got::Unreachable(hop, why),
                    Arrival::NoTls { why, .. } => Got::NoTls(why),
                });
            });
        }
    }

    async fn message(&mut self) -> (Source, String) {
        match self.next().await {
            Got::Message(source, text) => (source, text),
            Got::Unreachable(hop, why) => panic!("{hop}: {why}"),
            Got::NoTls(why) => panic!("{why}"),
        }
    }

    async fn trouble(&mut self) -> String {
        match self.next().await {
            Got::Unreachable(_, why) => why,
            Got::Message(_, text) | Got::NoTls(text) => panic!("{text}"),
        }
    }

    fn send(&mut self, hop: &Hop, text: &str) {
        self.sockets.send(Route::To(hop.clone()), bytes(text));
    }

    fn answer(&mut self, source: Source, address: SocketAddr, text: &str) {
        let route = Route::Back { flow: source.flow, address };
        self.sockets.send(route, bytes(text));
    }

    /// Takes events while a future runs.
    async fn during<T>(&mut self, future: impl Future<Output = T>) -> T {
        tokio::select! {
            done = future => done,
            got = self.next() => panic!("{got:?} in between"),
        }
    }
}

async fn read(stream: &mut TcpStream) -> String {
    let mut buffer = vec![0; 4096];
    let length = timeout(LONG, stream.read(&mut buffer)).await.expect("something is sent").unwrap_or(0);
    String::from_utf8(buffer[..length].to_vec()).unwrap()
}

#[tokio::test]
async fn answers_by_the_connection_that_a_message_came_by() {
    let mut end = End::tcp();
    assert_eq!(end.address(Transport::Udp).port(), end.address(Transport::Tcp).port(), "they share one");
    let mut streams = Vec::new();
    for number in 0..3 {
        let mut stream = TcpStream::connect(end.address(Transport::Tcp)).await.unwrap();
        stream.write_all(format!("{}{}", message(number), message(number + 10)).as_bytes()).await.unwrap();
        streams.push(stream);
        for number in [number, number + 10] {
            let (source, text) = end.message().await;
            assert_eq!(text, message(number));
            end.answer(source, "127.0.0.1:1".parse().unwrap(), &format!("answer {number}"));
        }
    }
    for (number, stream) in streams.iter_mut().enumerate() {
        let mut text = String::new();
        while text.len() < format!("answer {number}answer {}", number + 10).len() {
            text += &read(stream).await;
        }
        assert_eq!(text, format!("answer {number}answer {}", number + 10));
    }
    assert_eq!(end.counter("connections_accepted"), 3);
}

#[tokio::test]
async fn calls_from_its_own_address_and_stays_connected() {
    let mut end = End::new(&[(Transport::Udp, "127.0.0.3:0"), (Transport::Tcp, "127.0.0.3:0")]);
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hop = Hop::Tcp(peer.local_addr().unwrap());
    end.send(&hop, "one ");
    end.send(&hop, "two ");
    let (mut stream, from) = peer.accept().await.unwrap();
    assert_eq!(from.ip().to_string(), "127.0.0.3");
    end.send(&hop, "three");
    let mut text = String::new();
    while text.len() < "one two three".len() {
        text += &read(&mut stream).await;
    }
    assert_eq!(text, "one two three");
    stream.write_all(message(7).as_bytes()).await.unwrap();
    assert_eq!(end.message().await.1, message(7));

    drop(stream);
    assert_eq!(end.trouble().await, "it closed the connection");
    end.send(&hop, "four");
    let (mut stream, _) = timeout(LONG, peer.accept()).await.unwrap().unwrap();
    assert_eq!(read(&mut stream).await, "four");
    assert_eq!(end.counter("connections_made"), 2);
}

#[tokio::test]
async fn says_at_once_why_nobody_is_reached_and_pauses() {
    let mut end = End::tcp();
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let hop = Hop::Tcp(gone);
    end.send(&hop, "a");
    assert_eq!(end.trouble().await, "connection refused: nothing listens there");
    end.send(&hop, "b");
    assert_eq!(end.trouble().await, "connection refused: nothing listens there");
    assert_eq!(end.counter("connections_failed"), 1, "it was not tried again at once");
    let peer = TcpListener::bind(gone).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    end.send(&hop, "c");
    let (mut stream, _) = timeout(LONG, peer.accept()).await.unwrap().unwrap();
    assert_eq!(read(&mut stream).await, "c");

    end.send(&Hop::Tcp("[::1]:5060".parse().unwrap()), "d");
    let words = "lampfield listens on no IPv6 address for TCP: add one to sip.listen";
    assert_eq!(end.trouble().await, words);
    end.send(&Hop::Udp("[::1]:5060".parse().unwrap()), "e");
    assert_eq!(end.trouble().await, words.replace("TCP", "UDP"));
}

#[tokio::test]
async fn an_answer_follows_a_peer_to_a_new_connection_but_no_stranger() {
    for known in [true, false] {
        let mut end = End::tcp();
        end.sockets.set_known(known.then_some("127.0.0.1".parse().unwrap()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut stream = TcpStream::connect(end.address(Transport::Tcp)).await.unwrap();
        stream.write_all(message(1).as_bytes()).await.unwrap();
        let (source, _) = end.message().await;
        drop(stream);
        while end.counter("connections_closed") == 0 {
            let _nothing = timeout(Duration::from_millis(10), end.sockets.ready()).await;
            end.sockets.receive(|arrival| panic!("{arrival:?}"));
        }
        let _told = timeout(Duration::from_millis(20), end.sockets.ready()).await;
        end.sockets.receive(|arrival| panic!("{arrival:?}"));
        end.answer(source, address, "late");
        let called = timeout(Duration::from_millis(500), listener.accept()).await;
        match called {
            Ok(Ok((mut stream, _))) => {
                assert!(known, "a stranger had us call somebody");
                assert_eq!(read(&mut stream).await, "late");
            }
            _ => assert!(!known, "the peer was not called"),
        }
    }
}

#[tokio::test]
async fn a_thousand_connections_of_a_stranger_cost_a_peer_nothing() {
    let mut end = End::tcp();
    end.sockets.set_known(["127.0.0.2".parse().unwrap()]);
    let address = end.address(Transport::Tcp);
    let mut strangers = Vec::new();
    for _ in 0..1000 {
        // A refused connection may fail at once.
        strangers.push(TcpStream::connect(address).await);
    }
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut peer = end.during(socket.connect(address)).await.unwrap();
    for number in 0..100 {
        peer.write_all(message(number).as_bytes()).await.unwrap();
        let (source, text) = end.message().await;
        assert_eq!(text, message(number));
        end.answer(source, address, "ok");
        assert_eq!(read(&mut peer).await, "ok");
    }
    assert_eq!(end.counter("connections_refused"), 996);
    assert_eq!(end.counter("connections_accepted"), 5);
}

#[tokio::test]
async fn a_flood_of_a_stranger_is_read_away_and_a_peer_is_heard() {
    let mut end = End::new(&[(Transport::Udp, "127.0.0.1:0")]);
    end.sockets.set_known(["127.0.0.2".parse().unwrap()]);
    let address = end.address(Transport::Udp);
    let [stranger, peer] = ["127.0.0.3:0", "127.0.0.2:0"].map(|it| std::net::UdpSocket::bind(it).unwrap());
    let mut looked_into = 0;
    for number in 0..20 {
        for _ in 0..500 {
            stranger.send_to(b"x", address).unwrap();
        }
        peer.send_to(message(number).as_bytes(), address).unwrap();
        loop {
            let (source, text) = end.message().await;
            if source.address == peer.local_addr().unwrap() {
                assert_eq!(text, message(number));
                break;
            }
            looked_into += 1;
        }
    }
    let ignored = end.counter("datagrams_ignored");
    assert_eq!(looked_into + ignored, 10_000, "every datagram was read");
    assert!(looked_into >= 100, "a stranger may be a peer that has moved: {looked_into}");
    assert!(ignored > 5_000, "{ignored}");
}

#[tokio::test]
async fn speaks_ipv6_and_ipv4_side_by_side() {
    let mut end = End::new(&[
        (Transport::Udp, "0.0.0.0:0"),
        (Transport::Tcp, "0.0.0.0:0"),
        (Transport::Udp, "[::]:0"),
        (Transport::Tcp, "[::]:0"),
    ]);
    let ports: Vec<u16> = end.sockets.listening().iter().map(|(_, address)| address.port()).collect();
    for (loopback, port) in [("127.0.0.1", ports[1]), ("::1", ports[3])] {
        let mut stream = TcpStream::connect((loopback, port)).await.unwrap();
        stream.write_all(message(1).as_bytes()).await.unwrap();
        let (source, _) = end.message().await;
        assert_eq!(source.address.ip().to_string(), loopback);
        end.answer(source, source.address, "ok");
        assert_eq!(read(&mut stream).await, "ok");
    }
    for (loopback, port) in [("127.0.0.1", ports[0]), ("::1", ports[2])] {
        let socket = tokio::net::UdpSocket::bind((loopback, 0)).await.unwrap();
        socket.send_to(message(2).as_bytes(), (loopback, port)).await.unwrap();
        let (source, _) = end.message().await;
        end.answer(source, source.address, "ok");
        let mut buffer = [0; 10];
        let (length, from) = timeout(LONG, socket.recv_from(&mut buffer)).await.unwrap().unwrap();
        assert_eq!((&buffer[..length], from), (&b"ok"[..], SocketAddr::new(loopback.parse().unwrap(), port)));
        let hop = Hop::Udp(socket.local_addr().unwrap());
        end.send(&hop, "request");
        assert_eq!(timeout(LONG, socket.recv_from(&mut buffer)).await.unwrap().unwrap().0, 7);
    }
}
