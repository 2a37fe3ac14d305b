//! Resolves names to addresses, and again before they change (RFC 3263 §4.2, without NAPTR).
//!
//! Each name has a task that looks it up, waits as long as the answer is valid, and looks it up again. `/etc/hosts` and
//! `/etc/resolv.conf` are read each time: an admin who changes them need not restart us.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{LookupIpStrategy, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::proto::rr::rdata::SRV;
use lampfield_sip::Transport;
use lampfield_sip::locate::{Destination, Question};
use tokio::sync::{Notify, mpsc};
use tokio::time::{sleep, timeout};

/// The shortest time between two lookups of a name.
const SHORTEST: Duration = Duration::from_secs(5);
/// The shortest time for which an answer is used, even if its lifetime is shorter, unless it turns out to be wrong.
const LEAST: Duration = Duration::from_secs(30);
/// The longest time for which an answer is used.
const MOST: Duration = Duration::from_mins(10);
/// Pause after a failed lookup.
const FAILED: Duration = Duration::from_secs(15);

/// Answer to a question: what a name stands for, or why that is not known.
#[derive(Debug)]
pub struct Resolved {
    /// Question.
    pub question: Question,
    /// Destinations in order of preference; otherwise the reason, in words for an admin.
    pub answer: Result<Vec<Destination>, String>,
}

/// Looks names up, each in a task of its own.
#[derive(Debug)]
pub struct Resolver {
    again: BTreeMap<Question, Arc<Notify>>,
    answers: mpsc::Receiver<Resolved>,
}

impl Resolver {
    /// Starts to look up these questions at `nameservers` or, without any, at those of the system. Addresses of a
    /// family that `listening` has none of are left out.
    pub fn start(
        questions: BTreeSet<Question>,
        nameservers: &[SocketAddr],
        listening: &[(Transport, SocketAddr)],
    ) -> Self {
        let (sender, answers) = mpsc::channel(16);
        let lookup = Lookup {
            nameservers: nameservers.to_vec(),
            ipv4: listening.iter().any(|(_, address)| address.is_ipv4()),
            ipv6: listening.iter().any(|(_, address)| address.is_ipv6()),
        };
        let lookup = Arc::new(lookup);
        let start = |question: Question| {
            let again = Arc::new(Notify::new());
            tokio::spawn(follow(question.clone(), Arc::clone(&lookup), Arc::clone(&again), sender.clone()));
            (question, again)
        };
        Self { again: questions.into_iter().map(start).collect(), answers }
    }

    /// Looks a name up before its time.
    pub fn ask(&self, question: &Question) {
        if let Some(again) = self.again.get(question) {
            again.notify_one();
        }
    }

    /// The next answer; `None` when there is nothing to look up.
    pub async fn next(&mut self) -> Option<Resolved> {
        self.answers.recv().await
    }
}

async fn follow(question: Question, lookup: Arc<Lookup>, again: Arc<Notify>, answers: mpsc::Sender<Resolved>) {
    loop {
        let found = lookup.resolve(&question).await;
        let now = Instant::now();
        let (answer, pause) = match found {
            Ok(Found { places, until }) => (Ok(places), until.saturating_duration_since(now).clamp(LEAST, MOST)),
            Err(why) => (Err(why), FAILED),
        };
        if answers.send(Resolved { question: question.clone(), answer }).await.is_err() {
            return;
        }
        sleep(SHORTEST).await;
        let _asked_or_due = timeout(pause.saturating_sub(SHORTEST), again.notified()).await;
    }
}

/// Destinations, and how long they are valid.
struct Found {
    places: Vec<Destination>,
    until: Instant,
}

/// How host names are looked up.
#[derive(Debug, Clone)]
pub struct Lookup {
    nameservers: Vec<SocketAddr>,
    ipv4: bool,
    ipv6: bool,
}

impl Lookup {
    /// Lookup at these name servers or, without any, at those of the system; for addresses of both families.
    pub const fn by(nameservers: Vec<SocketAddr>) -> Self {
        Self { nameservers, ipv4: true, ipv6: true }
    }

    /// The addresses of a host.
    ///
    /// # Errors
    /// Why they are not known, in words for an admin.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, String> {
        if let Ok(ip) = host.parse() {
            return Ok(vec![ip]);
        }
        let found = self.resolve(&Question::Host(host.into())).await?;
        Ok(found.places.into_iter().map(|place| place.ip).collect())
    }

    async fn resolve(&self, question: &Question) -> Result<Found, String> {
        let resolver = self.resolver().map_err(|error| format!("names cannot be looked up: {error}"))?;
        match question {
            Question::Host(name) => self.host(&resolver, name, None).await,
            Question::Service(name, transport) => self.service(&resolver, name, *transport).await,
        }
    }

    fn resolver(&self) -> Result<TokioResolver, NetError> {
        let mut builder = if self.nameservers.is_empty() {
            TokioResolver::builder_tokio()?
        } else {
            let servers = self.nameservers.iter().map(|address| server(*address)).collect();
            let config = ResolverConfig::from_parts(None, Vec::new(), servers);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        };
        builder.options_mut().ip_strategy = match (self.ipv4, self.ipv6) {
            (true, false) => LookupIpStrategy::Ipv4Only,
            (false, true) => LookupIpStrategy::Ipv6Only,
            _ => LookupIpStrategy::Ipv4AndIpv6,
        };
        builder.build()
    }

    async fn host(&self, resolver: &TokioResolver, name: &str, port: Option<u16>) -> Result<Found, String> {
        let found = resolver.lookup_ip(name).await.map_err(|error| in_words(name, &error))?;
        // Name servers rotate their answers; that is no change.
        let ips: BTreeSet<IpAddr> = found.iter().collect();
        let places = ips.into_iter().map(|ip| Destination { ip, port }).collect();
        Ok(Found { places, until: found.valid_until() })
    }

    async fn service(&self, resolver: &TokioResolver, name: &str, transport: Transport) -> Result<Found, String> {
        let service = match transport {
            Transport::Udp => "_sip._udp",
            Transport::Tcp => "_sip._tcp",
            Transport::Tls => "_sips._tcp",
        };
        let found = match resolver.srv_lookup(format!("{service}.{name}")).await {
            Ok(found) => found,
            Err(error) if error.is_no_records_found() => return self.host(resolver, name, None).await,
            Err(error) => return Err(in_words(name, &error)),
        };
        let services = found.answers().iter().filter_map(|record| match &record.data {
            RData::SRV(service) if !service.target.is_root() => Some(service),
            _ => None,
        });
        let mut services: Vec<&SRV> = services.collect();
        // The heaviest comes first: a few peers need no weighted lottery.
        services.sort_by_key(|service| (service.priority, u16::MAX - service.weight, service.target.clone()));
        let (mut places, mut until, mut missing) = (Vec::new(), found.valid_until(), None);
        for service in services {
            match self.host(resolver, &service.target.to_string(), Some(service.port)).await {
                Ok(host) => {
                    places.extend(host.places);
                    until = until.min(host.until);
                }
                Err(why) => missing = Some(why),
            }
        }
        if places.is_empty() {
            return Err(
                missing.unwrap_or_else(|| format!("{name} offers no SIP by {transport} (its SRV record says so)"))
            );
        }
        Ok(Found { places, until })
    }
}

/// A name server that is asked by UDP, and by TCP for long answers.
fn server(address: SocketAddr) -> NameServerConfig {
    let mut server = NameServerConfig::udp_and_tcp(address.ip());
    for connection in &mut server.connections {
        connection.port = address.port();
    }
    server
}

fn in_words(name: &str, error: &NetError) -> String {
    if error.is_no_records_found() {
        format!("the name {name} is not known: neither DNS nor /etc/hosts has an address for it")
    } else {
        format!("the name {name} cannot be looked up: {error}")
    }
}
