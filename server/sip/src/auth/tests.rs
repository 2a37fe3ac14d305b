use std::fmt::Write as _;
use std::time::{Duration, Instant};

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;
use crate::message::Response;
use crate::policy::Policy;
use crate::policy::tests::LENIENT;

fn login(username: &str, password: &str) -> Login {
    Login { username: username.into(), password: password.into() }
}

#[track_caller]
fn check(algorithm: Algorithm, expected: &str) {
    let signed = Signed {
        algorithm,
        realm: "http-auth@example.org",
        nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        method: "GET",
        uri: "/dir/index.html",
        count: Some(("00000001", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")),
    };
    assert_eq!(signed.response(&login("Mufasa", "Circle of Life")), expected);
}

/// RFC 7616 §3.9.1
#[test]
fn signs_as_the_standard_does() {
    check(Algorithm::Md5, "8ca523f5e9506fed4657c9700eebdbec");
    check(Algorithm::Sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

#[test]
fn shows_no_password() {
    assert_eq!(format!("{:?}", login("perm", "secret")), r#"Login { username: "perm", password: Password(…) }"#);
}

const URI: &str = "sip:perm@127.0.0.6:5060";

/// A header line for each value.
fn lines(header: &str, values: &[&str]) -> String {
    values.iter().flat_map(|value| [header, ": ", value, "\r\n"]).collect()
}

fn request(uri: &str, credentials: &[&str]) -> Request {
    let credentials = lines("Authorization", credentials);
    let text = format!(
        "PUBLISH {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.4:5061;branch=z9hG4bK1\r\nFrom: <{uri}>;tag=1\r\n\
         To: <{uri}>\r\nCall-ID: 1\r\nCSeq: 1 PUBLISH\r\n{credentials}Content-Length: 0\r\n\r\n"
    );
    Request::read(text.as_bytes()).unwrap()
}

fn response(status: u16, header: &str, challenges: &[&str]) -> Response {
    let challenges = lines(header, challenges);
    let text = format!(
        "SIP/2.0 {status} No\r\nVia: SIP/2.0/UDP 127.0.0.4:5061;branch=z9hG4bK1\r\nFrom: <{URI}>;tag=1\r\n\
         To: <{URI}>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 PUBLISH\r\n{challenges}Content-Length: 0\r\n\r\n"
    );
    Response::read(text.as_bytes()).unwrap()
}

/// The two sides, and what passes between them.
struct Run {
    challenger: Challenger,
    expected: Login,
    responder: Responder,
    start: Instant,
    now: Instant,
    trace: String,
}

impl Run {
    fn new(presented: &str, realm: Option<&str>) -> Self {
        let start = Instant::now();
        let rng = |seed| StdRng::seed_from_u64(seed);
        Self {
            challenger: Challenger::new(start, rng(1)),
            expected: login("perm", "secret"),
            responder: Responder::new(login("perm", presented), realm.map(str::to_owned), LENIENT, rng(2)),
            start,
            now: start,
            trace: String::new(),
        }
    }

    fn at(&mut self, seconds: u64) -> &mut Self {
        self.now = self.start + Duration::from_secs(seconds);
        self
    }

    /// Says something, and takes in the answer.
    fn say(&mut self) -> &mut Self {
        let credentials = self.responder.credentials(self.now, "PUBLISH", URI);
        self.say_as(credentials.as_ref().map(|(_, value)| value.as_str()))
    }

    /// Says what was said before, byte for byte.
    fn say_as(&mut self, credentials: Option<&str>) -> &mut Self {
        let seconds = self.now.duration_since(self.start).as_secs();
        let count = credentials.and_then(|it| it.split("nc=").nth(1)).map_or("nothing", |it| &it[..8]);
        let request = request(URI, credentials.as_slice());
        let verdict = self.challenger.check(self.now, "lampfield", &self.expected, &request);
        write!(self.trace, "{seconds:>4}s {count}: ").unwrap();
        match verdict {
            Ok(()) => writeln!(self.trace, "welcome").unwrap(),
            Err(Unauthorized::Wrong) => writeln!(self.trace, "403").unwrap(),
            Err(why) => {
                let challenges = self.challenger.challenges(self.now, "lampfield", why);
                let answer = response(401, "WWW-Authenticate", &challenges.each_ref().map(String::as_str));
                let stale = self.responder.challenged(self.now, &answer);
                writeln!(self.trace, "401, stale {stale:?}").unwrap();
            }
        }
        self
    }

    /// The side that asks starts again: it knows none of its nonces.
    fn restart(&mut self) -> &mut Self {
        self.challenger = Challenger::new(self.now, StdRng::seed_from_u64(3));
        self
    }
}

#[test]
fn a_nonce_serves_until_it_is_old() {
    let mut run = Run::new("secret", None);
    run.say().say().say().at(29).say().at(31).say().say();
    insta::assert_snapshot!(run.trace, @r"
      0s nothing: 401, stale Ok(No)
      0s 00000001: welcome
      0s 00000002: welcome
     29s 00000003: welcome
     31s nothing: 401, stale Ok(No)
     31s 00000001: welcome
    ");
}

#[test]
fn a_wrong_password_is_refused_for_good() {
    let mut run = Run::new("guess", None);
    run.say().say().say();
    insta::assert_snapshot!(run.trace, @r"
      0s nothing: 401, stale Ok(No)
      0s 00000001: 403
      0s 00000002: 403
    ");
}

#[test]
fn an_old_nonce_with_the_right_password_is_stale() {
    let mut run = Run::new("secret", None);
    run.say();
    let (_, early) = run.responder.credentials(run.now, "PUBLISH", URI).unwrap();
    run.at(64).say_as(Some(&early)).at(65).say().restart().say().say();
    run.at(129).say_as(Some(&early)).say();
    insta::assert_snapshot!(run.trace, @r"
      0s nothing: 401, stale Ok(No)
     64s 00000001: welcome
     65s nothing: 401, stale Ok(No)
     65s 00000001: 401, stale Ok(Yes)
     65s 00000001: welcome
    129s 00000001: 401, stale Ok(Yes)
    129s 00000001: welcome
    ");
}

#[test]
fn nobody_can_repeat_what_was_overheard() {
    let mut run = Run::new("secret", None);
    run.say();
    let (_, first) = run.responder.credentials(run.now, "PUBLISH", URI).unwrap();
    let (_, second) = run.responder.credentials(run.now, "PUBLISH", URI).unwrap();
    run.say_as(Some(&second)).say_as(Some(&second)).say_as(Some(&first));
    insta::assert_snapshot!(run.trace, @r"
      0s nothing: 401, stale Ok(No)
      0s 00000002: welcome
      0s 00000002: 401, stale Ok(Yes)
      0s 00000001: 401, stale Ok(Yes)
    ");
}

/// What a request is answered that carries these credentials with one field changed.
#[track_caller]
fn check_changed(from: &str, to: &str, expected: Result<(), Unauthorized>) {
    let mut run = Run::new("secret", None);
    run.say();
    let (_, good) = run.responder.credentials(run.now, "PUBLISH", URI).unwrap();
    assert!(good.contains(from), "{good}");
    let request = request(URI, &[&good.replace(from, to)]);
    assert_eq!(run.challenger.check(run.now, "lampfield", &run.expected, &request), expected, "{from} {to}");
}

/// What credentials are answered whose count is written so, and that are signed as they stand.
#[track_caller]
fn check_counted(count: &str, expected: Result<(), Unauthorized>) {
    let mut run = Run::new("secret", None);
    let [challenge, _] = run.challenger.challenges(run.now, "lampfield", Unauthorized::Missing);
    let nonce = Fields::read(&challenge).unwrap().get("nonce").unwrap().to_owned();
    let (signed, algorithm) = (count.trim_matches('"'), Algorithm::Md5);
    let signed = Signed {
        algorithm,
        realm: "lampfield",
        nonce: &nonce,
        method: "PUBLISH",
        uri: URI,
        count: Some((signed, "x")),
    };
    let response = signed.response(&run.expected);
    let written = format!(
        "Digest username=\"perm\",realm=\"lampfield\",nonce=\"{nonce}\",uri=\"{URI}\",response=\"{response}\",\
         cnonce=\"x\",qop=auth,nc={count}"
    );
    let verdict = run.challenger.check(run.now, "lampfield", &run.expected, &request(URI, &[&written]));
    assert_eq!(verdict, expected, "{count}");
}

#[test]
fn every_field_counts() {
    use Unauthorized::{Missing, Stale, Wrong};
    check_changed("Digest ", "digest  ", Ok(()));
    check_changed("Digest ", "Basic ", Err(Missing));
    check_changed(r#"realm="lampfield""#, r#"realm="other""#, Err(Missing));
    check_changed("SHA-256", "SHA-512-256", Err(Missing));
    check_changed("SHA-256", "MD5", Err(Wrong));
    check_changed(r#"username="perm""#, r#"username="kazan""#, Err(Wrong));
    check_changed("sip:perm@", "sip:kazan@", Err(Wrong));
    check_changed("qop=auth", "qop=auth-int", Err(Wrong));
    check_changed("nc=00000001", "nc=00000002", Err(Wrong));
    // The proof is over the digits as they stand, so whoever knows the password could write them so.
    for count in ["+0000001", "1", "000000001", "0000000A", "-0000001", "0x000001", "0000001", "0000000g"] {
        check_counted(count, Err(Wrong));
    }
    check_counted("\"00000001\"", Err(Wrong));
    check_counted("0000000a", Ok(()));
    check_changed("cnonce=\"", "cnonce=\"0", Err(Wrong));
    check_changed("response=\"", "response=\"0", Err(Wrong));
    check_changed("nonce=\"000", "nonce=\"é", Err(Wrong));
    let mut run = Run::new("secret", None);
    let forged = "Digest username=\"perm\",realm=\"lampfield\",nonce=\"\u{e9}\",nc=1,cnonce=x,qop=auth,uri=\"sip:x\"";
    let verdict = run.challenger.check(run.now, "lampfield", &run.expected.clone(), &request(URI, &[forged]));
    assert_eq!(verdict, Err(Wrong));
    assert_ne!(verdict, Err(Stale));
}

/// Asterisk 16 answers each challenge that it understands.
#[test]
fn finds_the_credentials_that_are_for_it_among_others() {
    let mut run = Run::new("secret", None);
    run.say();
    let (_, good) = run.responder.credentials(run.now, "PUBLISH", URI).unwrap();
    let other = r#"Digest username="perm",realm="other",nonce="1",uri="sip:x",response="2""#;
    let request = request(URI, &[other, &good]);
    assert_eq!(run.challenger.check(run.now, "lampfield", &run.expected, &request), Ok(()));
    assert!(run.expected.is_claimed_by(&request));
    assert!(!login("kazan", "secret").is_claimed_by(&request));
}

#[test]
fn a_flood_of_nonces_in_use_makes_the_oldest_stale_and_no_other_serve_twice() {
    let mut run = Run::new("secret", None);
    let mut first = String::new();
    for round in 0..10_001 {
        let challenges = run.challenger.challenges(run.now, "lampfield", Unauthorized::Missing);
        let answer = response(401, "WWW-Authenticate", &[&challenges[1]]);
        run.responder.challenged(run.now, &answer).unwrap();
        let (_, value) = run.responder.credentials(run.now, "PUBLISH", URI).unwrap();
        if round == 0 {
            first.clone_from(&value);
        }
        let request = request(URI, &[&value]);
        run.now += Duration::from_millis(1);
        assert_eq!(run.challenger.check(run.now, "lampfield", &run.expected, &request), Ok(()), "{round}");
    }
    let again = request(URI, &[&first]);
    assert_eq!(run.challenger.check(run.now, "lampfield", &run.expected, &again), Err(Unauthorized::Stale));
}

/// What a responder makes of a 401 with these challenges: the header, or the complaint.
#[track_caller]
fn answers(realm: Option<&str>, status: u16, challenges: &[&str], expected: &str) {
    let header = if status == 407 { "Proxy-Authenticate" } else { "WWW-Authenticate" };
    let mut run = Run::new("secret", realm);
    let said = match run.responder.challenged(run.now, &response(status, header, challenges)) {
        Ok(_) => {
            let (name, value) = run.responder.credentials(run.now, "PUBLISH", URI).unwrap();
            format!("{name}: {value}")
        }
        Err(why) => why.to_string(),
    };
    assert!(said.contains(expected), "{challenges:?}: {said}");
}

#[test]
fn answers_the_strongest_challenge_that_is_for_us() {
    let md5 = r#"Digest realm="asterisk",nonce="1/a",opaque="7",algorithm=MD5,qop="auth""#;
    let sha = r#"Digest realm="asterisk",nonce="1/a",algorithm=SHA-256,qop="auth,auth-int""#;
    let sha512 = r#"Digest realm="asterisk",nonce="1/a",algorithm=SHA-512-256,qop="auth""#;
    let bare = r#"Digest realm="asterisk",nonce="1/a""#;
    answers(None, 401, &[md5, sha], "algorithm=SHA-256, qop=auth, nc=00000001");
    answers(None, 401, &[sha, md5], "algorithm=SHA-256, qop=auth");
    answers(None, 401, &[sha512, md5], r#"algorithm=MD5, opaque="7", qop=auth"#);
    answers(None, 401, &[bare], r#"Authorization: Digest username="perm", realm="asterisk", nonce="1/a""#);
    answers(None, 407, &[md5], "Proxy-Authorization: Digest");
    answers(Some("asterisk"), 401, &[md5], "Authorization: Digest");
    answers(Some("lab"), 401, &[md5], "its realm is `asterisk`, and `lab` is expected");
    answers(None, 401, &[sha512], "not known here: SHA-512-256");
    answers(None, 401, &[], "cannot be read");
    answers(None, 401, &[r#"Digest realm="asterisk",qop="auth""#], "cannot be read");
}

#[test]
fn a_nonce_serves_until_it_is_refused_where_no_policy_says_otherwise() {
    let mut run = Run::new("secret", None);
    run.responder = Responder::new(login("perm", "secret"), None, Policy::rfc(), StdRng::seed_from_u64(2));
    run.say().say().at(31).say().at(65).say().say();
    insta::assert_snapshot!(run.trace, @r"
      0s nothing: 401, stale Ok(No)
      0s 00000001: welcome
     31s 00000002: welcome
     65s 00000003: 401, stale Ok(Yes)
     65s 00000001: welcome
    ");
}
