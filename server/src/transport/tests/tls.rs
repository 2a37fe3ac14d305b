//! TLS between two ends of our own, with certificates made for the test.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use super::*;
use crate::tls::{CertificateFiles, Clients, Roots};

/// A certificate authority, and the folder for the files that it signs.
struct Authority {
    folder: tempfile::TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("roots.pem"), issuer.pem()).unwrap();
        Self { folder, issuer }
    }

    fn roots(&self) -> Roots {
        Roots::File(self.folder.path().join("roots.pem"))
    }

    /// A certificate for one name or address, valid up to that year.
    fn sign(&self, name: &str, year: i32) -> CertificateFiles {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let file = |kind: &str| self.folder.path().join(format!("{name}-{year}-{kind}.pem"));
        std::fs::write(file("certificate"), certificate.pem()).unwrap();
        std::fs::write(file("key"), key.serialize_pem()).unwrap();
        CertificateFiles { certificate: file("certificate"), key: file("key") }
    }

    fn settings(&self, own: Option<CertificateFiles>, clients: Clients) -> TlsSettings {
        TlsSettings { own, roots: self.roots(), clients, used: true }
    }
}

fn end(settings: TlsSettings) -> End {
    End::with_tls(&[(Transport::Tls, "127.0.0.1:0")], settings)
}

fn caller(settings: TlsSettings) -> End {
    End::with_tls(&[(Transport::Tcp, "127.0.0.1:0")], settings)
}

/// What the server receives from a client that connects to it by this name.
async fn call(server: TlsSettings, client: TlsSettings, name: &str) -> Result<String, String> {
    let (mut server, mut client) = (end(server), caller(client));
    let hop = Hop::Tls { address: server.address(Transport::Tls), name: name.into() };
    client.send(&hop, &message(1));
    let answer = async {
        loop {
            let (source, _) = server.message().await;
            server.answer(source, source.address, &message(2));
        }
    };
    let got = tokio::select! {
        got = client.next() => got,
        () = answer => unreachable!("it answers for ever"),
    };
    match got {
        Got::Message(source, text) => {
            assert_eq!((source.flow.transport, text), (Transport::Tls, message(2)));
            Ok("answered".to_owned())
        }
        Got::Unreachable(_, why) => Err(why),
        Got::NoTls(why) => panic!("nobody calls: {why}"),
    }
}

const YEAR: i32 = 2500;

#[tokio::test]
async fn two_ends_that_trust_one_authority_hear_each_other() {
    let authority = Authority::new("ours");
    let server = authority.settings(Some(authority.sign("127.0.0.1", YEAR)), Clients::Anybody);
    let named = authority.settings(Some(authority.sign("pbx.example", YEAR)), Clients::Anybody);
    let client = authority.settings(None, Clients::Anybody);
    assert_eq!(call(server, client.clone(), "127.0.0.1").await, Ok("answered".into()));
    assert_eq!(call(named, client, "pbx.example").await, Ok("answered".into()));
}

#[tokio::test]
async fn says_what_is_wrong_with_a_certificate() {
    let (ours, theirs, namesake) = (Authority::new("ours"), Authority::new("theirs"), Authority::new("ours"));
    let client = ours.settings(None, Clients::Anybody);
    let server = |own| TlsSettings { own: Some(own), ..client.clone() };
    for (own, words) in [
        (ours.sign("other.example", YEAR), "its certificate is not for `pbx.example`, but for"),
        (ours.sign("pbx.example", 2001), "its certificate has expired"),
        (theirs.sign("pbx.example", YEAR), "its certificate is not signed by an authority that lampfield trusts"),
        (namesake.sign("pbx.example", YEAR), "its certificate is not signed by an authority that lampfield trusts"),
    ] {
        let why = call(server(own), client.clone(), "pbx.example").await.unwrap_err();
        assert!(why.starts_with(words), "{why}");
    }
}

#[tokio::test]
async fn lets_in_whom_its_authority_knows() {
    let (ours, theirs, namesake) = (Authority::new("ours"), Authority::new("theirs"), Authority::new("ours"));
    let server = ours.settings(Some(ours.sign("pbx.example", YEAR)), Clients::SignedBy(ours.roots()));
    let client = |own| ours.settings(own, Clients::Anybody);
    let good = client(Some(ours.sign("desk.example", YEAR)));
    assert_eq!(call(server.clone(), good, "pbx.example").await, Ok("answered".into()));
    let none = call(server.clone(), client(None), "pbx.example").await.unwrap_err();
    assert_eq!(none, "it asks for a client certificate, and lampfield has none");
    for stranger in [theirs, namesake] {
        let client = client(Some(stranger.sign("desk.example", YEAR)));
        let why = call(server.clone(), client, "pbx.example").await.unwrap_err();
        assert_eq!(why, "it does not trust the authority that signed lampfield's certificate");
    }
}

#[tokio::test]
async fn says_when_there_is_no_tls_at_all() {
    let authority = Authority::new("ours");
    let mut plain = End::tcp();
    let mut client = caller(authority.settings(None, Clients::Anybody));
    let hop = Hop::Tls { address: plain.address(Transport::Tcp), name: "pbx.example".into() };
    client.send(&hop, &message(1));
    let why = tokio::select! {
        why = client.trouble() => why,
        got = plain.next() => panic!("{got:?}"),
    };
    assert_eq!(why, "it hung up during the TLS handshake");
    assert_eq!(client.counter("tls_failed"), 1);
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_to_the_next_caller() {
    let authority = Authority::new("ours");
    let old = authority.sign("old.example", YEAR);
    let new = authority.sign("renewed-pbx.example", YEAR);
    let certificate = crate::tls::Certificate::load(old.clone()).unwrap();
    std::fs::copy(&new.certificate, &old.certificate).unwrap();
    std::fs::copy(&new.key, &old.key).unwrap();
    assert!(certificate.renew().unwrap());
    let settings = authority.settings(Some(old), Clients::Anybody);
    let client = authority.settings(None, Clients::Anybody);
    assert_eq!(call(settings, client, "renewed-pbx.example").await, Ok("answered".into()));
}

/// What a server learns of a peer that connects to it and fails to speak with it.
async fn vain_call(server: TlsSettings, call: impl AsyncFnOnce(SocketAddr)) -> String {
    let mut server = end(server);
    server.sockets.set_known(["127.0.0.1".parse().unwrap()]);
    let address = server.address(Transport::Tls);
    let (got, ()) = tokio::join!(server.next(), call(address));
    match got {
        Got::NoTls(why) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn tells_of_a_peer_that_calls_in_vain() {
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let server = || ours.settings(Some(ours.sign("pbx.example", YEAR)), Clients::Anybody);
    let dial = |client: TlsSettings| {
        async move |address| {
            let mut client = caller(client);
            client.send(&Hop::Tls { address, name: "pbx.example".into() }, &message(1));
            assert!(matches!(client.next().await, Got::Unreachable(..)));
        }
    };
    let why = vain_call(server(), dial(theirs.settings(None, Clients::Anybody))).await;
    assert_eq!(why, "it does not trust the authority that signed lampfield's certificate");
    let known = TlsSettings { clients: Clients::SignedBy(ours.roots()), ..server() };
    let stranger = TlsSettings { own: Some(theirs.sign("desk.example", YEAR)), ..server() };
    let why = vain_call(known, dial(stranger)).await;
    assert_eq!(why, "its certificate is not signed by an authority that lampfield trusts: see `roots`");
    let why = vain_call(server(), async |address| drop(tokio::net::TcpStream::connect(address).await.unwrap())).await;
    assert_eq!(why, "it hung up during the TLS handshake");
    // The client looks at the certificate after the handshake, as PJSIP does.
    let trusting = ours.settings(None, Clients::Anybody).load().unwrap().connector.unwrap();
    let why = vain_call(server(), async |address| {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let mut stream = trusting.connect("pbx.example".try_into().unwrap(), stream).await.unwrap();
        tokio::io::AsyncWriteExt::shutdown(&mut stream).await.unwrap();
    })
    .await;
    assert!(why.starts_with("it hung up without a message"), "{why}");
}
