//! Access: who gets in, and who does not. The real server is asked as browsers and other programs ask.

use std::fs;
use std::time::Duration;

use lampfield_shared::Role;
use serde_json::json;
use support::{Config, Method, Reply, SOON, Server, Visitor, loopback, wait};

/// Time after which a stream has checked its session again: every ten seconds, if nobody tells it.
const LOOK_AGAIN: Duration = Duration::from_secs(15);
const OWN: &str = "a password of my own";

/// A server that lets nobody in without a login, and its admin, logged in.
fn closed() -> (Server, Visitor) {
    let server = Server::start(Config::new().open(None).hint("_XXXX,hint,PJSIP/${EXTEN}"));
    let mut admin = Visitor::of(&server);
    admin.settle("admin", &server.one_time_password(), OWN);
    (server, admin)
}

/// Makes an account with this role, and logs it in.
fn join(server: &Server, admin: &mut Visitor, name: &str, role: Role) -> Visitor {
    let made = admin.post("api/v1/accounts", &json!({ "name": name, "role": role })).expect(201);
    let mut visitor = Visitor::of(server);
    visitor.settle(name, made.json()["one_time_password"].as_str().expect("a password"), OWN);
    visitor
}

#[test]
fn the_first_start_makes_an_admin_whose_password_must_be_replaced() {
    let _addresses = loopback();
    let mut server = Server::start(Config::new().open(None));
    let one_time = server.one_time_password();
    let mut admin = Visitor::of(&server);
    assert_eq!(admin.get("api/v1/lamps").status, 401);
    assert_eq!(admin.get("").status, Visitor::of(&server).get("").status, "the page itself is for everyone");
    let me = admin.login("admin", &one_time).expect(200).json();
    assert_eq!((&me["role"], &me["must_change_password"]), (&json!("admin"), &json!(true)));
    assert_eq!(admin.get("api/v1/lamps").status, 403, "first the password");
    admin.put("api/v1/me/password", &json!({ "old": one_time, "new": OWN })).expect(200);
    admin.get("api/v1/lamps").expect(200);
    assert_eq!(Visitor::of(&server).login("admin", &one_time).status, 401, "it was good for one time");
    server.restart();
    admin.get("api/v1/lamps").expect(200);
    assert_eq!(server.log().matches("The first account is made").count(), 1, "told once");
    assert!(!server.log().contains(OWN));
}

#[test]
fn who_is_locked_out_gets_a_new_password_at_the_command_line() {
    let _addresses = loopback();
    let (server, mut admin) = closed();
    let stream = admin.watch();
    assert!(stream.next(SOON).is_some());
    let said = server.command(&["set-password", "Admin"]).expect("it works while the server runs");
    assert!(stream.ends(LOOK_AGAIN), "the session has ended");
    assert_eq!(admin.get("api/v1/me").status, 401);
    let password = said.lines().find_map(|line| line.split_once("is now: ")).expect("it is told").1;
    admin.settle("admin", password.trim(), "another one of my own");
    let unknown = server.command(&["set-password", "nobody"]).expect_err("there is no such account");
    assert!(unknown.contains("there is no account `nobody`"), "{unknown}");
}

#[test]
fn a_stream_ends_at_once_with_its_session() {
    let _addresses = loopback();
    let (server, mut admin) = closed();
    for (case, role) in [("logout", Role::Viewer), ("revoked", Role::Receptionist), ("demoted", Role::Admin)] {
        let mut anna = join(&server, &mut admin, case, role);
        let stream = anna.watch();
        assert!(stream.next(SOON).is_some_and(|event| event.snapshot().is_some()), "{case}");
        match case {
            "logout" => drop(anna.clone().delete("api/v1/session").expect(204)),
            "revoked" => {
                let sessions = admin.get("api/v1/sessions").expect(200).json();
                let hers = sessions.as_array().and_then(|all| all.iter().find(|it| it["name"] == case)).expect("hers");
                admin.delete(&format!("api/v1/sessions/{}", hers["id"])).expect(204);
            }
            _ => {
                let change = json!({ "role": "viewer" });
                admin.send(Method::PATCH, &format!("api/v1/accounts/{case}"), Some(&change)).expect(200);
            }
        }
        assert!(stream.ends(SOON), "{case}: it goes on");
        assert_eq!(anna.get("api/v1/events").status, 401, "{case}: so the page asks for a login");
    }
}

#[test]
fn a_wall_display_comes_by_its_link_and_goes_when_it_is_revoked() {
    let _addresses = loopback();
    let (server, mut admin) = closed();
    let made = admin.post("api/v1/screens", &json!({ "name": "Lobby" })).expect(201).json();
    let mut display = Visitor::of(&server);
    let entered = display.get(made["path"].as_str().expect("a path")).expect(303);
    assert_eq!(entered.header("location"), "../wall.html#/all", "relative, for any sub-path");
    display.get("api/v1/lamps").expect(200);
    for path in ["api/v1/peers", "api/v1/accounts"] {
        assert_eq!(display.get(path).status, 403, "{path}");
    }
    assert_eq!(display.put("api/v1/me/notes/1001", &json!({ "text": "x" })).status, 403);
    let stream = display.watch();
    assert!(stream.next(SOON).is_some());
    admin.delete(&format!("api/v1/screens/{}", made["id"])).expect(204);
    assert!(stream.ends(SOON), "the display goes dark");
    assert_eq!(display.get("api/v1/lamps").status, 401);
}

#[test]
fn guessing_is_slow_and_locks_nobody_out_where_they_are_at_home() {
    let _addresses = loopback();
    let (server, mut admin) = closed();
    let mut guesser = Visitor::of(&server);
    let replies: Vec<Reply> =
        (0..40).map(|number| guesser.login("admin", &format!("a guess, the {number}."))).collect();
    let slowed: Vec<&Reply> = replies.iter().filter(|reply| reply.status == 429).collect();
    assert!(slowed.len() >= 15, "only {} of 40 were slowed down", slowed.len());
    let wait_seconds: u64 = slowed[0].header("retry-after").parse().expect("whole seconds");
    assert!(wait_seconds >= 1 && slowed[0].text.contains("try again in"), "{:?}", slowed[0]);
    admin.get("api/v1/me").expect(200);
    // The admin's own address is slowed down now: the wait is bounded, and then the login succeeds.
    wait("the admin is let in", Duration::from_secs(90), || match Visitor::of(&server).login("admin", OWN) {
        reply if reply.status == 200 => Ok(()),
        reply => {
            std::thread::sleep(Duration::from_secs(1));
            Err(format!("{reply:?}"))
        }
    });
    let record = admin.get("api/v1/audit?limit=100").expect(200).text;
    assert!(record.contains("wrong name or password") && !record.contains("a guess"), "{record}");
}

#[test]
fn a_page_of_another_site_changes_nothing() {
    let _addresses = loopback();
    let (_server, admin) = closed();
    let account = json!({ "name": "mallory", "role": "admin" });
    for (name, value) in
        [("origin", "http://evil.example"), ("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site")]
    {
        let reply = admin.clone().with(name, value).post("api/v1/accounts", &account);
        assert_eq!(reply.status, 403, "{reply:?}");
        assert!(reply.text.contains("another site"), "{reply:?}");
    }
    admin.clone().with("sec-fetch-site", "same-origin").post("api/v1/accounts", &account).expect(201);
}

#[test]
fn a_board_without_login_is_open_as_far_as_the_configuration_says() {
    let _addresses = loopback();
    let server = Server::start(Config::new().open(Some(Role::Viewer)));
    let mut guest = Visitor::of(&server);
    guest.get("api/v1/lamps").expect(200);
    assert_eq!(guest.get("api/v1/accounts").status, 401, "a login would help");
    let bent = Visitor::of(&server).with("host", "evil.example").get("api/v1/lamps");
    assert_eq!(bent.status, 421, "{bent:?}");
    guest.settle("admin", &server.one_time_password(), OWN);
    guest.get("api/v1/accounts").expect(200);
}

#[test]
fn the_demo_can_be_tried_without_a_login() {
    let _addresses = loopback();
    let server = Server::demo(1);
    let mut guest = Visitor::of(&server);
    assert_eq!(guest.get("api/v1/me").expect(200).json()["role"], "admin");
    guest.post("api/v1/accounts", &json!({ "name": "anna", "role": "viewer" })).expect(201);
    guest.put("api/v1/me/notes/1001", &json!({ "text": "a note" })).expect(204);
    assert!(server.log().contains("visitors who are not logged in have the role admin"), "{}", server.log());
}

#[test]
fn a_proxy_is_believed_where_it_is_trusted() {
    let _addresses = loopback();
    for (trusted, secure, seen) in [(true, true, "203.0.113.9"), (false, false, "127.0.0.1")] {
        let line = if trusted { "trusted_proxies = [\"127.0.0.0/8\"]" } else { "" };
        let server = Server::start(Config::new().open(None).web(line));
        let proxied = Visitor::of(&server).with("x-forwarded-for", "198.51.100.1, 203.0.113.9");
        let mut admin = proxied.with("x-forwarded-proto", "https");
        let one_time = server.one_time_password();
        let cookie = admin.login("admin", &one_time).expect(200).header("set-cookie").to_owned();
        assert_eq!(cookie.starts_with("__Host-lampfield-") && cookie.contains("; Secure"), secure, "{cookie}");
        admin.put("api/v1/me/password", &json!({ "old": one_time, "new": OWN })).expect(200);
        let sessions = admin.get("api/v1/sessions").expect(200).json();
        assert_eq!(sessions[0]["address"], seen, "{sessions}");
        assert_eq!(server.log().contains("is not in web.trusted_proxies"), !trusted);
    }
}

#[test]
fn the_page_is_served_by_tls_and_follows_its_certificate() {
    let _addresses = loopback();
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let files = ["certificate.pem", "key.pem"].map(|name| folder.path().join(name));
    let renew = || {
        let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        fs::write(&files[1], own.signing_key.serialize_pem()).expect("there is room");
        fs::write(&files[0], own.cert.pem()).expect("there is room");
        own.cert.pem()
    };
    let first = renew();
    let server = Server::start(Config::new().open(None).https(&files[0], &files[1], &first));
    let mut admin = Visitor::at(&server.url(), Some(&first));
    let reply = admin.login("admin", &server.one_time_password()).expect(200);
    assert!(reply.header("set-cookie").starts_with("__Host-"), "{reply:?}");
    assert_eq!(reply.header("strict-transport-security"), "max-age=2592000");
    let mut plain = Visitor::at(&server.url().replace("https", "http"), None);
    assert!(plain.try_send(Method::GET, "healthz", None).is_err(), "no word without TLS");

    let second = renew();
    wait("the new certificate is shown", Duration::from_secs(25), || {
        Visitor::at(&server.url(), Some(&second)).try_send(Method::GET, "healthz", None).map(drop)
    });
    fs::write(&files[0], "half written").expect("there is room");
    wait("a bad one is told", Duration::from_secs(25), || {
        support::ensure(server.log().contains("the old one stays"), || "not yet".into())
    });
    Visitor::at(&server.url(), Some(&second)).get("healthz").expect(200);
}
