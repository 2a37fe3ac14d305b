//! Names, asked of a name server that runs in the test.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Mutex;

use hickory_resolver::proto::op::{Message, MessageType, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, AAAA, SRV};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use lampfield_sip::locate::{Destination, Question};
use tokio::net::UdpSocket;

use super::*;

/// Answers by name and type.
type Zone = BTreeMap<(Name, RecordType), Vec<RData>>;

/// A name server and its zone.
struct NameServer {
    address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
}

impl NameServer {
    async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let (address, zone) = (socket.local_addr().unwrap(), Arc::<Mutex<Zone>>::default());
        let known = Arc::clone(&zone);
        tokio::spawn(async move {
            let mut buffer = [0; 2000];
            loop {
                let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
                let answer = answer(&Message::from_vec(&buffer[..length]).unwrap(), &known.lock().unwrap());
                socket.send_to(&answer.to_vec().unwrap(), from).await.unwrap();
            }
        });
        Self { address, zone }
    }

    fn put(&self, name: &str, data: &[RData]) {
        let name: Name = name.parse().unwrap();
        let mut zone = self.zone.lock().unwrap();
        zone.retain(|(known, _), _| *known != name);
        for datum in data {
            zone.entry((name.clone(), datum.record_type())).or_default().push(datum.clone());
        }
    }

    fn resolver(&self, question: &Question) -> Resolver {
        let listening =
            [(Transport::Udp, "127.0.0.1:1".parse().unwrap()), (Transport::Udp, "[::1]:1".parse().unwrap())];
        Resolver::start(BTreeSet::from([question.clone()]), &[self.address], &listening)
    }

    /// The destinations that a question is answered with.
    async fn ask(&self, question: Question) -> Result<Vec<String>, String> {
        next(&mut self.resolver(&question)).await
    }
}

async fn next(resolver: &mut Resolver) -> Result<Vec<String>, String> {
    let resolved = timeout(LONG, resolver.next()).await.expect("an answer comes").unwrap();
    let shown = |Destination { ip, port }: Destination| {
        port.map_or(ip.to_string(), |port| SocketAddr::new(ip, port).to_string())
    };
    resolved.answer.map(|places| places.into_iter().map(shown).collect())
}

fn answer(query: &Message, zone: &Zone) -> Message {
    let asked = query.queries[0].clone();
    let mut answer = Message::response(query.metadata.id, query.metadata.op_code);
    answer.metadata.message_type = MessageType::Response;
    answer.metadata.recursion_available = true;
    answer.add_query(asked.clone());
    let known = zone.keys().any(|(name, _)| name == asked.name());
    answer.metadata.response_code = if known { ResponseCode::NoError } else { ResponseCode::NXDomain };
    for data in zone.get(&(asked.name().to_lowercase(), asked.query_type())).into_iter().flatten() {
        answer.add_answer(Record::from_rdata(asked.name().clone(), 1, data.clone()));
    }
    answer
}

fn ip(text: &str) -> RData {
    match text.parse().unwrap() {
        IpAddr::V4(ip) => RData::A(A(ip)),
        IpAddr::V6(ip) => RData::AAAA(AAAA(ip)),
    }
}

fn srv(priority: u16, weight: u16, port: u16, target: &str) -> RData {
    RData::SRV(SRV::new(priority, weight, port, target.parse().unwrap()))
}

#[tokio::test]
async fn a_host_has_addresses_of_both_families_in_a_steady_order() {
    let server = NameServer::start().await;
    server.put("pbx.example.", &[ip("192.0.2.9"), ip("2001:db8::1"), ip("192.0.2.1")]);
    let places = server.ask(Question::Host("pbx.example".into())).await;
    assert_eq!(places, Ok(vec!["192.0.2.1".into(), "192.0.2.9".into(), "2001:db8::1".into()]));
}

#[tokio::test]
async fn a_service_has_places_in_the_order_of_their_priority() {
    let server = NameServer::start().await;
    server.put(
        "_sip._tcp.example.",
        &[srv(20, 0, 5060, "c.example."), srv(10, 1, 5070, "b.example."), srv(10, 9, 5080, "a.example.")],
    );
    server.put("a.example.", &[ip("192.0.2.1")]);
    server.put("b.example.", &[ip("192.0.2.2"), ip("2001:db8::2")]);
    server.put("_sips._tcp.example.", &[srv(0, 0, 0, ".")]);
    server.put("example.", &[ip("192.0.2.7")]);
    let service = |transport| Question::Service("example".into(), transport);
    // One of the hosts is unknown; the others are still of use.
    let places = server.ask(service(Transport::Tcp)).await;
    assert_eq!(places, Ok(vec!["192.0.2.1:5080".into(), "192.0.2.2:5070".into(), "[2001:db8::2]:5070".into()]));
    let places = server.ask(service(Transport::Udp)).await;
    assert_eq!(places, Ok(vec!["192.0.2.7".into()]), "without SRV it is the host of that name");
    let none = server.ask(service(Transport::Tls)).await;
    assert_eq!(none, Err("example offers no SIP by TLS (its SRV record says so)".into()));
}

#[tokio::test]
async fn says_why_a_name_is_not_known() {
    let server = NameServer::start().await;
    let words = "the name nobody.example is not known: neither DNS nor /etc/hosts has an address for it";
    assert_eq!(server.ask(Question::Host("nobody.example".into())).await, Err(words.into()));
    assert_eq!(server.ask(Question::Service("nobody.example".into(), Transport::Tcp)).await, Err(words.into()));
}

#[tokio::test]
async fn the_hosts_file_counts() {
    let server = NameServer::start().await;
    let places = server.ask(Question::Host("localhost".into())).await.unwrap();
    assert!(places.contains(&"127.0.0.1".to_owned()), "{places:?}");
}

#[tokio::test]
async fn looks_again_when_it_is_asked_to() {
    let server = NameServer::start().await;
    server.put("pbx.example.", &[ip("192.0.2.1")]);
    let question = Question::Host("pbx.example".into());
    let mut resolver = server.resolver(&question);
    assert_eq!(next(&mut resolver).await, Ok(vec!["192.0.2.1".into()]));
    server.put("pbx.example.", &[ip("192.0.2.2")]);
    resolver.ask(&question);
    assert_eq!(next(&mut resolver).await, Ok(vec!["192.0.2.2".into()]));
}
