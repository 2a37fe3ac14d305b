//! A name server that answers as a test says.

use std::collections::BTreeMap;
use std::net::{IpAddr, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, AAAA, SRV};
use hickory_resolver::proto::rr::{Name, RData, Record};

/// A name server that runs until the test process ends.
#[derive(Debug, Clone)]
pub struct NameServer(Arc<Mutex<BTreeMap<Name, RData>>>);

impl NameServer {
    /// Starts at an address of its own.
    pub fn start(address: &str) -> Self {
        let socket = UdpSocket::bind(address).unwrap_or_else(|error| panic!("{address}: {error}"));
        let server = Self(Arc::default());
        let answering = server.clone();
        thread::spawn(move || {
            let mut buffer = [0; 2000];
            while let Ok((length, from)) = socket.recv_from(&mut buffer) {
                let query = Message::from_vec(&buffer[..length]).expect("lampfield asks well");
                let answer = answering.answer(&query).to_vec().expect("the answer is short");
                // The client may be gone.
                let _gone = socket.send_to(&answer, from);
            }
        });
        server
    }

    /// Sets the address of a host.
    pub fn host(&self, name: &str, ip: &str) {
        self.put(
            name,
            match ip.parse().expect("an address") {
                IpAddr::V4(ip) => RData::A(A(ip)),
                IpAddr::V6(ip) => RData::AAAA(AAAA(ip)),
            },
        );
    }

    /// Sets the host and port of a service.
    pub fn service(&self, name: &str, target: &str, port: u16) {
        self.put(name, RData::SRV(SRV::new(10, 10, port, target.parse().expect("a name"))));
    }

    fn put(&self, name: &str, data: RData) {
        let name = name.parse().expect("a name");
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name, data);
    }

    fn answer(&self, query: &Message) -> Message {
        let asked = query.queries[0].clone();
        let mut answer = Message::response(query.metadata.id, query.metadata.op_code);
        answer.add_query(asked.clone());
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&asked.name().to_lowercase()) {
            None => answer.metadata.response_code = ResponseCode::NXDomain,
            Some(data) if data.record_type() == asked.query_type() => {
                answer.add_answer(Record::from_rdata(asked.name().clone(), 1, data.clone()));
            }
            Some(_) => {}
        }
        answer
    }
}
