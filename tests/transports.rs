//! UDP, TCP and TLS, IPv4 and IPv6, addresses and names: a PBX is heard, told and found by each.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use lampfield_shared::{Freshness, LampState};
use socket2::{Domain, Socket, Type};
use support::{Authority, Config, Lab, NameServer, Pbx, Peer, Server, Version, ensure, loopback, wait};
use tempfile::TempDir;

with_each_asterisk!(
    two_pbxes_by_tcp_agree_in_both_directions,
    a_crash_and_a_restart_are_survived_by_tcp,
    a_pbx_by_tls_is_known_by_its_certificate,
    a_pbx_that_calls_by_tls_in_vain_is_told_of,
    a_pbx_by_ipv6_is_as_good_as_any,
    a_pbx_is_found_by_its_name_and_followed_when_it_moves,
);

const SOON: Duration = Duration::from_secs(15);
/// Time limit by TCP: an Asterisk waits 32 s there for answers that it ignored while it booted.
const STUCK: Duration = Duration::from_secs(50);

/// A PBX of the lab as a peer to which we publish by TCP.
fn by_tcp(pbx: Pbx) -> Peer {
    pbx.peer().publish_to(&format!("sip:console@{};transport=tcp", pbx.address()))
}

fn tcp_lab(version: Version) -> (Lab, Config) {
    let lab = Lab::variant(version, "tcp");
    let config = lab.config_with(&Pbx::ALL.map(by_tcp));
    (lab, config)
}

fn two_pbxes_by_tcp_agree_in_both_directions(version: Version) {
    let (lab, config) = tcp_lab(version);
    let server = Server::start(config);
    server.wait_for_freshness(&Pbx::ALL.map(Pbx::extens).concat(), Freshness::Live, STUCK);
    lab.set_device(Pbx::FreePbx, "Custom:DND1001", "BUSY");
    lab.set_device(Pbx::PbxAct, "Custom:DND2001", "BUSY");
    for exten in ["1001", "2001"] {
        server.wait_for_lamp(exten, "do not disturb", SOON, |it| it.lamp.state == LampState::Dnd);
    }
    server.assert_all_agree(&lab);
    assert!(server.connections("connections_made") >= 2, "{:?}", server.report());
    assert!(server.connections("connections_accepted") >= 2, "{:?}", server.report());
    // Asterisk took our requests by TCP: no finding is left.
    for pbx in Pbx::ALL {
        assert_eq!(server.trouble(pbx.name()), None);
        assert_eq!(server.counter(pbx.name(), "unreachable"), 0);
    }
}

fn a_crash_and_a_restart_are_survived_by_tcp(version: Version) {
    let (lab, config) = tcp_lab(version);
    let mut server = Server::start(config);
    let all = Pbx::ALL.map(Pbx::extens).concat();
    server.wait_for_freshness(&all, Freshness::Live, STUCK);

    server.stop();
    lab.set_device(Pbx::FreePbx, "Custom:DND1002", "BUSY");
    server.start_again();
    let since = Instant::now();
    server.wait_for_freshness(&all, Freshness::Live, STUCK);
    println!("lampfield was told all again {:?} after its start", since.elapsed());
    server.wait_for_lamp("1002", "do not disturb", SOON, |it| it.lamp.state == LampState::Dnd);

    lab.kill(Pbx::FreePbx);
    wait("the trouble says what is wrong", SOON, || {
        let trouble = server.trouble("freepbx").ok_or("there is none")?;
        ensure(trouble.contains("127.0.0.4:5061 by TCP: connection refused"), || trouble)
    });
    server.wait_for_freshness(&Pbx::FreePbx.extens(), Freshness::LastKnown, SOON);
    lab.up(Pbx::FreePbx);
    let since = Instant::now();
    server.wait_for_freshness(&all, Freshness::Live, STUCK);
    println!("the PBX had told all again {:?} after its start", since.elapsed());
    server.assert_all_agree(&lab);
    // The PBX may have told all by itself before it handles our request.
    wait("nothing is left that troubles anyone", STUCK, || server.trouble("freepbx").map_or(Ok(()), Err));
}

/// Copies a file beside the PBX's configuration; gives the path that the PBX sees.
fn install(overlay: &Path, file: &Path, name: &str) -> String {
    let folder = overlay.join("freepbx");
    fs::create_dir_all(&folder).expect("there is room");
    fs::copy(file, folder.join(name)).expect("there is room");
    format!("@etc@/{name}")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("there is room for a folder")
}

/// A PBX that publishes to us by TLS with a certificate of its own, and trusts the authorities in `roots`.
fn by_tls(version: Version, certificate: (PathBuf, PathBuf), roots: PathBuf) -> Lab {
    let overlay = folder();
    let files = [(certificate.0, "pbx.pem"), (certificate.1, "pbx.key"), (roots, "roots.pem")];
    let [cert, key, roots] = files.map(|(file, name)| install(overlay.path(), &file, name));
    Pbx::FreePbx.overlay(overlay.path(), "tcp/pjsip_peers.conf", |text| {
        let transport = format!(
            "[tls]\ntype = transport\nprotocol = tls\nbind = 127.0.0.4:5071\nmethod = tlsv1_2\ncert_file = {cert}\n\
             priv_key_file = {key}\nca_list_file = {roots}\nverify_server = yes\nverify_client = yes\n\
             require_client_cert = yes\n\n"
        );
        let to_console = text.replace("127.0.0.6:5060\\;transport=tcp", "127.0.0.6:5061\\;transport=tls");
        // Only the console's outbound publications go by TLS.
        let (pbxact, console) = to_console.split_once("[console]").expect("the console is a peer");
        format!("{transport}{pbxact}[console]{}", console.replace("transport = tcp", "transport = tls"))
    });
    Lab::with(version, overlay.path(), &[Pbx::FreePbx])
}

fn a_pbx_by_tls_is_known_by_its_certificate(version: Version) {
    let certificates = folder();
    let authority = Authority::new(&certificates.path().join("ours"), "ours");
    let stranger = Authority::new(&certificates.path().join("theirs"), "theirs");
    let (ours, our_key) = authority.sign("127.0.0.6");
    let lab = by_tls(version, authority.sign("127.0.0.4"), authority.roots());
    let peer = || Pbx::FreePbx.peer().publish_to("sip:console@127.0.0.4:5071;transport=tls");
    let config =
        |peer: Peer, roots: &Path| lab.config_with(&[peer]).listen("tls://127.0.0.6:5061").tls(&ours, &our_key, roots);

    let server = Server::start(config(peer(), &authority.roots()));
    server.wait_for_freshness(&Pbx::FreePbx.extens(), Freshness::Live, STUCK);
    lab.set_device(Pbx::FreePbx, "Custom:DND1001", "BUSY");
    server.wait_for_lamp("1001", "do not disturb", SOON, |it| it.lamp.state == LampState::Dnd);
    assert_eq!(server.trouble("freepbx"), None);
    assert_eq!(server.connections("tls_failed"), 0);
    drop(server);

    for (peer, roots, words) in [
        (peer(), stranger.roots(), "its certificate is not signed by an authority that lampfield trusts"),
        (peer().tls_name("pbx.example"), authority.roots(), "its certificate is not for `pbx.example`"),
    ] {
        let server = Server::start(config(peer, &roots));
        let trouble = wait("the trouble says what is wrong", SOON, || server.trouble("freepbx").ok_or("there is none"));
        assert!(trouble.contains("127.0.0.4:5071 by TLS") && trouble.contains(words), "{trouble}");
        assert!(server.connections("tls_failed") > 0);
    }
}

/// We reach the PBX by TCP, so every finding is about its own connections.
fn a_pbx_that_calls_by_tls_in_vain_is_told_of(version: Version) {
    let certificates = folder();
    let authority = Authority::new(&certificates.path().join("ours"), "ours");
    let stranger = Authority::new(&certificates.path().join("theirs"), "theirs");
    let (ours, our_key) = authority.sign("127.0.0.6");
    let says = |server: &Server, words: &str| {
        wait("the trouble says what is wrong", STUCK, || {
            let trouble = server.trouble("freepbx").ok_or("there is none")?;
            ensure(trouble.contains("its TLS connection to us failed") && trouble.contains(words), || trouble)
        });
        let findings = server.report().peers.remove(0).findings;
        assert!(findings[0].lines.contains("ca_list_file"), "{findings:?}");
        assert_eq!(findings.len(), 1, "and nothing else is told: {findings:?}");
    };
    let start = |lab: &Lab, roots: &Path| {
        let config = lab.config_with(&[by_tcp(Pbx::FreePbx)]).listen("tls://127.0.0.6:5061");
        Server::start(config.tls(&ours, &our_key, roots))
    };
    {
        let lab = by_tls(version, authority.sign("127.0.0.4"), stranger.roots());
        says(&start(&lab, &authority.roots()), "does not trust the authority that signed lampfield's certificate");
    }
    let lab = by_tls(version, authority.sign("127.0.0.4"), authority.roots());
    says(&start(&lab, &stranger.roots()), "its certificate is not signed by an authority that lampfield trusts");
    let mended = start(&lab, &authority.roots());
    mended.wait_for_freshness(&Pbx::FreePbx.extens(), Freshness::Live, STUCK);
    assert_eq!(mended.report().peers.remove(0).findings, []);
}

fn a_pbx_by_ipv6_is_as_good_as_any(version: Version) {
    let overlay = folder();
    Pbx::FreePbx.overlay(overlay.path(), "tcp/pjsip_peers.conf", |text| {
        let transports = ["udp", "tcp"]
            .map(|protocol| format!("[{protocol}6]\ntype = transport\nprotocol = {protocol}\nbind = [::1]:5061\n\n"));
        let (pbxact, console) = text.split_once("[console]").expect("the console is a peer");
        // Device states go by UDP, mailboxes by TCP.
        let (devices, mailboxes) = console.split_once("[console-mwi]").expect("mailboxes are published");
        let devices = devices.replace("\\;transport=tcp", "").replace("transport = tcp", "transport = udp6");
        let mailboxes = mailboxes.replace("transport = tcp", "transport = tcp6");
        let console = format!("[console]{devices}[console-mwi]{mailboxes}");
        let console = console.replace("127.0.0.6:5060", "[::1]:5060").replace("match = 127.0.0.6", "match = ::1");
        format!("{}{pbxact}{console}", transports.concat())
    });
    let lab = Lab::with(version, overlay.path(), &[Pbx::FreePbx]);
    for transport in ["udp", "tcp"] {
        let to = format!("sip:console@[::1]:5061;transport={transport}");
        let peer = Pbx::FreePbx.peer().address("::1").publish_to(&to);
        let server = Server::start(lab.config_with(&[peer]).listen("[::1]:5060"));
        server.wait_for_freshness(&Pbx::FreePbx.extens(), Freshness::Live, STUCK);
        lab.set_device(Pbx::FreePbx, "Custom:DND1001", "BUSY");
        server.wait_for_lamp("1001", "do not disturb", SOON, |it| it.lamp.state == LampState::Dnd);
        lab.set_device(Pbx::FreePbx, "Custom:DND1001", "NOT_INUSE");
        server.wait_for_lamp("1001", "no longer so", SOON, |it| it.lamp.state != LampState::Dnd);
        lab.set_mailbox(Pbx::FreePbx, "1001", 3, 2);
        server.wait_for_lamp("1001", "counted", SOON, |it| it.lamp.mailbox.is_some());
        lab.set_mailbox(Pbx::FreePbx, "1001", 0, 0);
        assert_eq!(server.trouble("freepbx"), None, "by {transport}");
        assert!(server.connections("connections_accepted") > 0, "mailboxes come by TCP");
    }
}

fn a_pbx_is_found_by_its_name_and_followed_when_it_moves(version: Version) {
    let lab = Lab::variant(version, "tcp");
    let names = NameServer::start(&format!("127.0.0.12:{}", if version == Version::V22 { 5322 } else { 5316 }));
    let peer = Pbx::FreePbx.peer().address("pbx.lampfield.test").publish_to("sip:console@lampfield.test;transport=tcp");
    let config = lab.config_with(&[peer]).nameserver(match version {
        Version::V22 => "127.0.0.12:5322",
        Version::V16 => "127.0.0.12:5316",
    });
    let server = Server::start(config);
    let trouble = wait("the name is missed", SOON, || server.trouble("freepbx").ok_or("there is no trouble"));
    assert!(trouble.contains("lampfield.test is not known"), "{trouble}");

    // The name first leads to an address where nobody is.
    names.host("pbx.lampfield.test.", "127.0.0.14");
    names.service("_sip._tcp.lampfield.test.", "pbx.lampfield.test.", 5061);
    wait("it is looked for where the name says", Duration::from_secs(30), || {
        let trouble = server.trouble("freepbx").ok_or("there is none")?;
        ensure(trouble.contains("127.0.0.14:5061 by TCP: connection refused"), || trouble)
    });
    let lamp = server.lamp("1001").expect("it has a lamp").lamp;
    assert_eq!(lamp.freshness, Freshness::Never, "it speaks from an address that is not its own");

    // The name moves to the PBX.
    names.host("pbx.lampfield.test.", "127.0.0.4");
    let since = Instant::now();
    server.wait_for_freshness(&Pbx::FreePbx.extens(), Freshness::Live, STUCK);
    println!("it was found {:?} after it had moved", since.elapsed());
    lab.set_device(Pbx::FreePbx, "Custom:DND1001", "BUSY");
    server.wait_for_lamp("1001", "do not disturb", SOON, |it| it.lamp.state == LampState::Dnd);
    assert_eq!(server.trouble("freepbx"), None);
}

/// Opens two hundred connections of a hostile stranger, each with something to say at once.
fn stranger(number: usize, says: &[u8]) -> Vec<TcpStream> {
    let from: SocketAddr = format!("127.0.0.{}:0", 20 + number).parse().expect("an address");
    let to: SocketAddr = Config::SIP.parse().expect("an address");
    let connect = |_| {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket can be had");
        socket.bind(&from.into()).expect("all of 127.0.0.0/8 is ours");
        // A connection that was refused may fail by now.
        socket.connect(&to.into()).ok()?;
        let mut stream = TcpStream::from(socket);
        let _turned_away = stream.write_all(says);
        Some(stream)
    };
    (0..200).filter_map(connect).collect()
}

#[test]
fn abuse_by_tcp_costs_an_honest_peer_nothing() {
    let (lab, config) = tcp_lab(Version::V22);
    let server = Server::start(config);
    server.wait_for_freshness(&Pbx::ALL.map(Pbx::extens).concat(), Freshness::Live, STUCK);
    let giant = b"PUBLISH sip:FreePBX@127.0.0.6 SIP/2.0\r\nContent-Length: 2147483647\r\n\r\n";
    let abuse: [&[u8]; 5] =
        [b"", b"P", b"PUBLISH sip:FreePBX@127.0.0.6 SIP/2.0\r\nVia: SIP/2.0/TCP ", giant, &[0xff; 4000]];
    let mut held = Vec::new();
    for (round, says) in abuse.into_iter().enumerate() {
        held.extend(stranger(round, says));
        let state = if round % 2 == 0 { "BUSY" } else { "NOT_INUSE" };
        lab.set_device(Pbx::FreePbx, "Custom:DND1001", state);
        lab.set_device(Pbx::PbxAct, "Custom:DND2001", state);
        let is_dnd = state == "BUSY";
        for exten in ["1001", "2001"] {
            server.wait_for_lamp(exten, state, SOON, |it| (it.lamp.state == LampState::Dnd) == is_dnd);
        }
    }
    // A byte a second goes to each connection that is still open: slow ones are disconnected.
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(15) {
        held.retain_mut(|stream| stream.write_all(b"x").is_ok());
        thread::sleep(Duration::from_secs(1));
    }
    assert_eq!(held.len(), 0, "somebody slow is still connected");
    server.assert_all_agree(&lab);
    let report = server.report();
    println!("{:?}", report.transport);
    assert!(server.connections("connections_refused") > 500, "{report:?}");
    // Of each kind four got in at once; garbled and oversized ones were recognised, and made room for the next.
    assert!(server.connections("connections_garbled") >= 8, "{report:?}");
    for pbx in Pbx::ALL {
        assert_eq!(server.counter(pbx.name(), "missed"), 0, "{report:?}");
        assert_eq!(server.counter(pbx.name(), "lost"), 0, "{report:?}");
    }
    // Later visitors are served as ever.
    let mut stream = wait("there is room again", SOON, || {
        let mut stream = TcpStream::connect(Config::SIP).map_err(|error| error.to_string())?;
        stream.set_read_timeout(Some(Duration::from_secs(1))).map_err(|error| error.to_string())?;
        stream.write_all(b"\r\n\r\n").map_err(|error| error.to_string())?;
        let mut pong = [0; 2];
        stream.read_exact(&mut pong).map_err(|error| error.to_string())?;
        ensure(&pong == b"\r\n", || format!("{pong:?}")).map(|()| stream)
    });
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("it is open");
    assert_eq!(stream.read(&mut [0; 10]).expect("it is closed in order"), 0);
}

#[test]
fn a_configuration_that_cannot_be_had_is_refused_with_the_reason() {
    let _addresses = loopback();
    let taken = std::net::TcpListener::bind(Config::SIP).expect("the address is free");
    let error = Server::refused(&Config::new());
    assert!(error.contains("listening for SIP by TCP at 127.0.0.6:5060"), "{error}");
    drop(taken);
    let error = Server::refused(&Config::new().listen("tls://127.0.0.6:5061"));
    assert!(error.contains("sip.tls.certificate"), "{error}");
}
