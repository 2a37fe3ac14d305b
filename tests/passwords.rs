//! Digest in both directions with real Asterisks; and the findings where a secret, a name or a section is wrong.

use std::thread;
use std::time::Duration;

use lampfield_shared::{Direction, Freshness, LampState, Role, SipMessage};
use serde_json::json;
use support::{Lab, Pbx, Peer, Server, Version, Visitor, ensure, wait};
use ureq::http::Method;

with_each_asterisk!(
    passwords_in_both_directions_lose_nothing_and_say_nothing,
    each_fault_is_said_in_words_that_mend_it,
    a_wrong_password_here_is_mended_without_touching_the_pbx,
);

const SOON: Duration = Duration::from_secs(15);

/// A peer with digest: the user name of each PBX is its resource, and `secret-of-…` its password; ours is `console`.
fn secured(pbx: Pbx) -> Peer {
    let user = match pbx {
        Pbx::FreePbx => "FreePBX",
        Pbx::PbxAct => "PBXact",
    };
    pbx.peer().auth(user, &format!("secret-of-{user}")).outbound_auth("console", "secret-of-console")
}

fn passwords_in_both_directions_lose_nothing_and_say_nothing(version: Version) {
    let lab = Lab::variant(version, "auth");
    let mut server = Server::start(lab.config_with(&Pbx::ALL.map(secured)));
    server.wait_for_freshness(&Pbx::ALL.map(Pbx::extens).concat(), Freshness::Live, SOON);
    for (pbx, exten) in [(Pbx::FreePbx, "1001"), (Pbx::PbxAct, "2001")] {
        lab.set_device(pbx, &format!("Custom:DND{exten}"), "BUSY");
        server.wait_for_lamp(exten, "do not disturb", SOON, |it| it.lamp.state == LampState::Dnd);
    }
    server.assert_all_agree(&lab);
    for name in Pbx::ALL.map(Pbx::name) {
        assert_eq!(server.trouble(name), None);
        assert!(server.counter(name, "challenged") > 0, "nobody comes in unasked");
        // A challenge uses a sequence number up, which must not look like a missed message.
        assert_eq!(["missed", "wrong_password", "stale_nonce"].map(|it| server.counter(name, it)), [0; 3]);
    }
    server.restart();
    server.wait_for_freshness(&Pbx::ALL.map(Pbx::extens).concat(), Freshness::Live, SOON);
    server.assert_all_agree(&lab);
}

/// Asterisk speaks SHA-256 from 20.12, 21.7 and 22.2 on, where it is configured.
#[test]
fn sha_256_alone_is_spoken_in_both_directions() {
    let folder = tempfile::tempdir().expect("there is room");
    for pbx in Pbx::ALL {
        let only = "auth_type = digest\nsupported_algorithms_uac = SHA-256\nsupported_algorithms_uas = SHA-256";
        pbx.overlay(folder.path(), "auth/pjsip_peers.conf", |text| text.replace("auth_type = userpass", only));
    }
    let lab = Lab::with(Version::V22, folder.path(), &Pbx::ALL);
    let server = Server::start(lab.config_with(&Pbx::ALL.map(secured)).open(Some(Role::Admin)));
    server.wait_for_freshness(&Pbx::ALL.map(Pbx::extens).concat(), Freshness::Live, SOON);
    lab.set_device(Pbx::FreePbx, "Custom:DND1001", "BUSY");
    server.wait_for_lamp("1001", "do not disturb", SOON, |it| it.lamp.state == LampState::Dnd);
    let order = json!({ "state": "on", "kind": "lamp" });
    Visitor::of(&server).put("api/v1/extensions/1002/dnd", &order).expect(200);
    for pbx in Pbx::ALL {
        lab.wait_for_hint(pbx, "1002", "Busy");
    }
    server.assert_all_agree(&lab);
    for pbx in Pbx::ALL {
        assert_eq!(server.trouble(pbx.name()), None);
        let said = server.get(&format!("api/v1/peers/{}/messages", pbx.name())).expect("it is told");
        let said: Vec<SipMessage> = serde_json::from_value(said).expect("messages as agreed");
        let lines = |direction: Direction, name: &'static str| {
            let of = said.iter().filter(move |message| message.direction == direction);
            of.flat_map(|message| message.headers.lines())
                .filter(move |line| line.starts_with(name))
                .collect::<Vec<_>>()
        };
        let theirs = lines(Direction::Incoming, "Authorization: Digest");
        let ours = lines(Direction::Outgoing, "Authorization: Digest");
        let asked = lines(Direction::Incoming, "WWW-Authenticate: Digest");
        assert!([&theirs, &ours, &asked].iter().all(|lines| !lines.is_empty()), "{pbx} and we have asked each other");
        for line in [theirs, ours, asked].concat() {
            assert!(line.contains("algorithm=SHA-256"), "{line}");
        }
    }
}

/// A single PBX, with one thing in its configuration changed.
fn changed(version: Version, from: &str, to: &str) -> Lab {
    let folder = tempfile::tempdir().expect("there is room");
    Pbx::FreePbx.overlay(folder.path(), "auth/pjsip_peers.conf", |text| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    Lab::with(version, folder.path(), &[Pbx::FreePbx])
}

#[track_caller]
fn says(server: &Server, words: &[&str]) {
    wait(&format!("the trouble says {words:?}"), SOON, || {
        let trouble = server.trouble("freepbx").ok_or("there is none")?;
        ensure(words.iter().all(|word| trouble.contains(word)), || trouble)
    });
    println!("{}", server.trouble("freepbx").expect("it was there"));
}

fn each_fault_is_said_in_words_that_mend_it(version: Version) {
    let peer = || secured(Pbx::FreePbx);
    let bare = || Pbx::FreePbx.peer();
    let theirs = |peer: Peer| peer.auth("FreePBX", "secret-of-FreePBX");
    {
        let lab = changed(version, "secret-of-console", "secret-of-console");
        let faults: [(Peer, &[&str]); 6] = [
            (theirs(bare()).outbound_auth("console", "guess"), &["rejects our password for `console`", "pjsip.conf"]),
            (theirs(bare()), &["refuses our PUBLISH with 401", "`outbound_auth` of this peer"]),
            (
                theirs(bare()).line(r#"outbound_auth = { username = "console", password = "x", realm = "lab" }"#),
                &["realm `asterisk`", "for the realm `lab`"],
            ),
            (
                peer().publish_to("sip:nobody@127.0.0.4:5061"),
                &["with 404", "no section [nobody] type=inbound-publication"],
            ),
            (peer().resource("perm"), &["the resource `FreePBX`, and `perm` is expected", "server_uri"]),
            (
                bare().auth("FreePBX", "guess").outbound_auth("console", "secret-of-console"),
                &["wrong user name or password", "username=FreePBX"],
            ),
        ];
        for (peer, words) in faults {
            says(&Server::start(lab.config_with(&[peer])), words);
        }
        let server = Server::start(lab.config_with(&[peer()]).open(Some(Role::Admin)));
        lab.cli(Pbx::FreePbx, "module unload res_pjsip_publish_asterisk.so");
        Visitor::of(&server).send(Method::POST, "api/v1/peers/freepbx/refresh", None).expect(202);
        says(&server, &["with 489", "res_pjsip_publish_asterisk is not loaded"]);
    }
    {
        let lab = changed(version, "devicestate_publish = console-devicestate\n", "");
        let server = Server::start(lab.config_with(&[peer()]).open(Some(Role::Admin)));
        // States that the PBX publishes since its own start look like answers, and so do changes soon after the
        // request.
        let refresh = || server.report().peers.remove(0).refresh.ok_or_else(|| "it was not asked".to_owned());
        wait("it takes a request and tells nothing", SOON * 3, || {
            let path = "api/v1/peers/freepbx/refresh";
            Visitor::of(&server).send(Method::POST, path, None).expect(202);
            thread::sleep(Duration::from_secs(6));
            let refresh = refresh()?;
            ensure(refresh.accepted_ms.is_some() && refresh.states == 0, || format!("{refresh:?}"))
        });
        lab.set_device(Pbx::FreePbx, "Custom:DND1001", "BUSY");
        let words = "[console] type=asterisk-publication in pjsip.conf must name its outbound-publish";
        wait("it is told that nothing comes of asking", SOON, || {
            let findings = server.report().peers.remove(0).findings;
            ensure(findings.iter().any(|finding| finding.text.contains(words)), || format!("{findings:?}"))
        });
        assert_eq!(server.trouble("freepbx"), None, "it is heard");
    }
    {
        let to = "[console-out]\ntype = auth\nrealm = other";
        let lab = changed(version, "[console-out]\ntype = auth", to);
        let server = Server::start(lab.config_with(&[peer()]));
        says(&server, &["does not answer when it is asked for a password", "realm=lampfield"]);
    }
    let lab = changed(version, "outbound_auth = console-out\n", "");
    let server = Server::start(lab.config_with(&[peer()]));
    says(&server, &["does not answer when it is asked for a password", "`outbound_auth`"]);
}

/// S8 of `docs/protocol.md`: a 403 costs the states of that time, and keeps the PBX publishing.
fn a_wrong_password_here_is_mended_without_touching_the_pbx(version: Version) {
    let lab = Lab::variant(version, "auth");
    let wrong = Pbx::ALL.map(|pbx| pbx.peer().auth("FreePBX", "guess").outbound_auth("console", "secret-of-console"));
    let server = Server::start(lab.config_with(&wrong));
    says(&server, &["wrong user name or password"]);
    lab.set_device(Pbx::FreePbx, "Custom:DND1001", "BUSY");
    drop(server);
    let server = Server::start(lab.config_with(&Pbx::ALL.map(secured)));
    server.wait_for_freshness(&Pbx::ALL.map(Pbx::extens).concat(), Freshness::Live, SOON);
    server.assert_all_agree(&lab);
    assert_eq!(server.trouble("freepbx"), None);
}
