//! Answers of the routes to a browser, a script and a proxy.

mod access;
mod audit;
mod boards;
mod dnd;
mod fields;
mod files;
mod health;
mod logins;
mod names;
mod naming;
mod own;
mod plain;
mod proofs;
mod streams;
mod tossed;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::Response;
use axum::routing::get;
use lampfield_shared::{
    Direction, Fault, Finding, Freshness, Lamp, LampDetails, LampState, MeshReport, Pause, PeerReport,
    PublicationReport, Publishing, Role, SipMessage, Site, Timestamp,
};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Assets, WebSettings, WebState, headers, router};
use crate::board::BoardChange;
use crate::dnd::DndService;
use crate::handle::{Command, Handle};
use crate::hub::{self, BoardIdentity, Hub};
use crate::store::Store;

/// 2023-11-14T22:13:20Z
const NOW: Timestamp = Timestamp(1_700_000_000_000);
const START: u64 = NOW.0 << 10;

fn site(title: &str, freshness: Freshness) -> Site {
    Site {
        name: title.to_lowercase().into(),
        title: title.into(),
        freshness,
        since: NOW,
        heard: None,
        stops_calls: false,
    }
}

fn lamp(exten: &str) -> Lamp {
    hub::tests::lamp(exten, LampState::Free)
}

/// A server with the lamps 1001 and 1002, whose driver answers.
fn running() -> WebState {
    let (handle, mut commands) = Handle::channel();
    tokio::spawn(async move {
        while let Some(command) = commands.recv().await {
            answer(command);
        }
    });
    state(handle, vec![site("Omsk", Freshness::Live), site("Perm", Freshness::LastKnown)])
}

fn answer(command: Command) {
    match command {
        Command::Lamp { exten, reply } => {
            let lamp = Some(lamp("1001")).filter(|lamp| lamp.exten == exten);
            let details = lamp.map(|lamp| LampDetails { lamp, hint: None, devices: Vec::new(), votes: Vec::new() });
            reply.send(details).unwrap();
        }
        Command::Mesh { reply } => {
            let counters = [("publish".to_owned(), 7)].into();
            let eids = vec!["02:00:00:00:00:06".parse().unwrap()];
            let trouble = Some("it answers 404".into());
            let site = site("Perm", Freshness::Live);
            let told = PublicationReport {
                event: "asterisk-devicestate".into(),
                standing: Publishing::Refused,
                code: Some(404),
            };
            let finding = Finding {
                fault: Fault::NeverHeard,
                text: "404".into(),
                file: "pjsip.conf".into(),
                lines: "[lampfield]".into(),
            };
            let peers = vec![PeerReport {
                site,
                eids,
                counters,
                last_in: Some(NOW),
                last_out: None,
                given: [("200".to_owned(), 7)].into(),
                got: [("404".to_owned(), 1)].into(),
                told: vec![told],
                pause: Pause::Off,
                trouble,
                findings: vec![finding],
                setup: "[all-lines]".into(),
                untold: 0,
                refresh: None,
            }];
            reply
                .send(MeshReport {
                    eid: Some("02:00:00:00:00:10".parse().unwrap()),
                    peers,
                    strangers: [("stranger".to_owned(), 2)].into(),
                    transport: [("connections_made".to_owned(), 1)].into(),
                })
                .unwrap();
        }
        Command::Refresh { peer, reply } => {
            let known = [("perm", Pause::Off), ("kazan", Pause::On)];
            let pause = known.into_iter().find(|(name, _)| *name == peer.as_str()).map(|(_, pause)| pause);
            reply.send(pause).unwrap();
        }
        Command::Pause { peer, reply, .. } => reply.send(peer.as_str() == "perm").unwrap(),
        Command::Messages { peer, privacy, reply } => {
            let message = SipMessage {
                id: 7,
                at: NOW,
                direction: Direction::Incoming,
                transport: "UDP".into(),
                address: "10.0.0.4:5060".into(),
                first_line: "PUBLISH sip:perm@10.0.0.6 SIP/2.0".into(),
                headers: "CSeq: 1 PUBLISH".into(),
                body: format!("{privacy:?}"),
                gist: lampfield_shared::Gist {
                    transaction: "PUBLISH z9hG4bK1".into(),
                    method: "PUBLISH".into(),
                    code: None,
                    topic: lampfield_shared::Topic::Alive,
                },
                left_out: 0,
            };
            reply.send((peer.as_str() == "perm").then(|| vec![message])).unwrap();
        }
        Command::Extensions { reply } => reply.send(naming::all()).unwrap(),
        Command::DndFacts { whose, reply } => reply.send(dnd::facts(&whose)).unwrap(),
        // No PBX is here that would say something.
        Command::Confirm { .. } | Command::DndEnded { .. } => {}
        Command::Claim { reply, .. } => reply.send(true).unwrap(),
        Command::Ping { reply }
        | Command::Dnd { reply, .. }
        | Command::Leave { reply, .. }
        | Command::Name { reply, .. }
        | Command::Stop { reply } => reply.send(()).unwrap(),
    }
}

fn state(handle: Handle, sites: Vec<Site>) -> WebState {
    let assets = Assets::of::<files::Page>();
    let hub = Hub::new(BoardIdentity { build: assets.build(), ..hub::tests::identity(sites) }, [], NOW);
    hub.publish(NOW, ["1001", "1002"].map(|exten| BoardChange::from(lamp(exten))));
    // The routes are tried by an admin; `access` tests who may use which.
    let settings = Arc::new(WebSettings { open: Some(Role::Admin), ..WebSettings::default() });
    let store = Store::in_memory().unwrap();
    let dnd = DndService::new(store.clone(), handle.clone(), BTreeMap::new(), crate::clock::now);
    WebState { hub, handle, store, dnd, doorkeeper: Arc::default(), assets: Arc::new(assets), settings }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

async fn send(router: Router, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("host", "desk");
    for &(name, value) in headers {
        request = request.header(name, value);
    }
    whole(router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()).await
}

async fn whole(response: Response) -> Answer {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.into()).unwrap() }
}

async fn ask(path: &str) -> Answer {
    send(router(running()), Method::GET, path, &[]).await
}

#[tokio::test]
async fn gives_all_lamps_with_their_revision() {
    let answer = ask("/api/v1/lamps").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    assert_eq!(answer.json(), json!({ "revision": START + 2, "lamps": [lamp("1001"), lamp("1002")] }));
}

#[tokio::test]
async fn gives_one_lamp_with_its_votes() {
    let answer = ask("/api/v1/lamps/1001").await;
    assert_eq!(answer.status, StatusCode::OK);
    let body = answer.json();
    assert_eq!((&body["exten"], &body["state"], &body["votes"]), (&json!("1001"), &json!("free"), &json!([])));
}

#[tokio::test]
async fn gives_the_peers_in_numbers() {
    let body = ask("/api/v1/peers").await.json();
    let perm = json!({
        "name": "perm", "title": "Perm", "freshness": "live", "since": NOW, "heard": null, "stops_calls": false,
        "eids": ["02:00:00:00:00:06"], "counters": { "publish": 7 },
        "last_in": NOW, "last_out": null, "given": { "200": 7 }, "got": { "404": 1 },
        "told": [{ "event": "asterisk-devicestate", "standing": "refused", "code": 404 }], "pause": "off",
        "trouble": "it answers 404", "findings": [{ "fault": { "kind": "never_heard" }, "text": "404", "file": "pjsip.conf", "lines": "[lampfield]" }],
        "setup": "[all-lines]",
        "untold": 0, "refresh": null,
    });
    let (strangers, transport) = (json!({ "stranger": 2 }), json!({ "connections_made": 1 }));
    let eid = "02:00:00:00:00:10";
    let expected = json!({ "eid": eid, "peers": [perm], "strangers": strangers, "transport": transport });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn asks_a_peer_for_everything_again() {
    let web = running();
    let post = |path: &'static str| send(router(web.clone()), Method::POST, path, &[]);
    assert_eq!(post("/api/v1/peers/perm/refresh").await.status, StatusCode::ACCEPTED);
    let nobody = post("/api/v1/peers/nowhere/refresh").await;
    check_problem(&nobody, 404, "Not Found", "there is no peer `nowhere`");
    send(router(web.clone()), Method::PUT, "/api/v1/peers/perm/pause", &[]).await;
    let paused = post("/api/v1/peers/perm/refresh").await;
    check_problem(&paused, 409, "Conflict", "`perm` is paused and is asked nothing: resume it first");
    let record = web.store.audit(None, 10).await.unwrap().entries;
    let deeds: Vec<_> = record.iter().map(|entry| (entry.action.as_str(), entry.target.as_str())).collect();
    assert_eq!(deeds, [("peer.pause", "perm"), ("peer.refresh", "perm")], "what was done is on record");
}

#[tokio::test]
async fn a_peer_is_paused_and_resumed_and_that_is_kept() {
    let web = running();
    let ask = |method, path: &'static str| send(router(web.clone()), method, path, &[]);
    for _ in 0..2 {
        assert_eq!(ask(Method::PUT, "/api/v1/peers/perm/pause").await.status, StatusCode::NO_CONTENT);
        assert_eq!(web.store.paused().await.unwrap(), ["perm".into()]);
    }
    assert_eq!(ask(Method::DELETE, "/api/v1/peers/perm/pause").await.status, StatusCode::NO_CONTENT);
    assert_eq!(web.store.paused().await.unwrap(), []);
    let nobody = ask(Method::PUT, "/api/v1/peers/nowhere/pause").await;
    check_problem(&nobody, 404, "Not Found", "there is no peer `nowhere`");
    let record = web.store.audit(None, 10).await.unwrap().entries;
    let deeds: Vec<_> = record.iter().map(|entry| (entry.action.as_str(), entry.target.as_str())).collect();
    assert_eq!(deeds, [("peer.resume", "perm"), ("peer.pause", "perm")], "and once each");
}

#[tokio::test]
async fn tells_what_a_peer_said_last() {
    let perm = json!({
        "id": 7, "at": NOW, "direction": "incoming", "transport": "UDP", "address": "10.0.0.4:5060",
        "first_line": "PUBLISH sip:perm@10.0.0.6 SIP/2.0", "headers": "CSeq: 1 PUBLISH", "body": "Full", "left_out": 0,
        "gist": { "transaction": "PUBLISH z9hG4bK1", "method": "PUBLISH", "code": null, "topic": { "kind": "alive" } },
    });
    assert_eq!(ask("/api/v1/peers/perm/messages").await.json(), json!([perm]));
    check_problem(&ask("/api/v1/peers/omsk/messages").await, 404, "Not Found", "there is no peer `omsk`");
}

#[track_caller]
fn check_problem(answer: &Answer, status: u16, title: &str, detail: &str) {
    assert_eq!(answer.status.as_u16(), status);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let expected = json!({ "type": "about:blank", "title": title, "status": status, "detail": detail });
    let mut problem = answer.json();
    problem.as_object_mut().expect("an object").remove("why");
    assert_eq!(problem, expected);
}

#[tokio::test]
async fn names_the_cause_of_a_refusal_for_pages_of_other_languages() {
    let answer = ask("/api/v1/lamps/*7%2f").await;
    assert_eq!(answer.json()["why"], json!({ "cause": "no_lamp", "about": ["*7/"] }));
    assert_eq!(ask("/api/v2/lamps").await.json().get("why"), None, "nobody sees this on a page");
}

#[tokio::test]
async fn says_what_is_not_there() {
    check_problem(&ask("/api/v1/lamps/*7%2f").await, 404, "Not Found", "there is no lamp `*7/`");
    check_problem(&ask("/api/v2/lamps").await, 404, "Not Found", "there is nothing at `/api/v2/lamps`");
    let answer = ask("/favicon.ico").await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NOT_FOUND, "There is nothing at this address.\n"));
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
}

#[tokio::test]
async fn refuses_an_address_that_is_no_text() {
    let answer = ask("/api/v1/lamps/%ff").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn refuses_other_methods_and_names_the_right_ones() {
    for path in ["/api/v1/lamps", "/api/v1/events", "/healthz", "/", "/start-9d2c41aa.js"] {
        let answer = send(router(running()), Method::POST, path, &[]).await;
        check_problem(&answer, 405, "Method Not Allowed", "POST is not possible here");
        assert_eq!(answer.header("allow"), "GET,HEAD", "{path}");
    }
    let answer = send(router(running()), Method::POST, "/api/v1/nothing", &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn says_that_the_driver_has_stopped() {
    let (handle, commands) = Handle::channel();
    drop(commands);
    let state = state(handle, Vec::new());
    let answer = send(router(state.clone()), Method::GET, "/api/v1/lamps/1001", &[]).await;
    check_problem(&answer, 503, "Service Unavailable", "the server is stopping");
    assert_eq!(answer.header("retry-after"), "5");
    let health = send(router(state), Method::GET, "/healthz", &[]).await;
    assert_eq!(health.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(health.json()["status"], "down");
}

#[tokio::test(start_paused = true)]
async fn does_not_wait_for_ever_for_a_driver_that_hangs() {
    let (handle, _commands) = Handle::channel();
    let state = state(handle, Vec::new());
    let answer = send(router(state.clone()), Method::GET, "/api/v1/peers", &[]).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let health = send(router(state), Method::GET, "/healthz", &[]).await;
    assert_eq!(health.json()["verdict"], "The board does not answer.");
}

#[tokio::test]
async fn tells_in_words_which_pbxes_are_heard() {
    let answer = ask("/healthz").await;
    assert_eq!(answer.status, StatusCode::OK, "a silent PBX is no fault of the server");
    let body = answer.json();
    assert_eq!(body["verdict"], "1 of 2 PBXes live. Perm has been silent since 2023-11-14T22:13:20Z.");
    assert_eq!(body["status"], "degraded");
    assert_eq!(body["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!((&body["watchers"], &body["revision"]), (&json!(0), &json!(START + 2)));
    assert_eq!(body["sites"][1]["freshness"], "last_known");
}

#[tokio::test]
async fn guards_every_answer() {
    for path in ["/", "/api/v1/lamps", "/api/v1/none", "/none", "/start-9d2c41aa.js", "/healthz"] {
        let answer = ask(path).await;
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'; script-src 'self' "));
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.headers.get_all("cache-control").iter().count(), 1, "{path}");
    }
}

#[tokio::test]
async fn answers_even_where_a_handler_panics() {
    let routes = Router::new().route("/", get(async || -> &'static str { panic!("a seeded mistake") }));
    let answer = send(headers::guard(routes, None), Method::GET, "/", &[]).await;
    check_problem(&answer, 500, "Internal Server Error", "the server has made a mistake; see its log");
}

/// A proxy at `/desk/` strips that from requests and changes nothing in answers: so no answer may send the browser to
/// an address that begins at the root.
#[tokio::test]
async fn works_under_a_sub_path() {
    for path in ["/desk/", "/desk/start-9d2c41aa.js", "/desk/api/v1/lamps", "/desk/api/v1/lamps/", "/desk/none/"] {
        let answer = ask(path.strip_prefix("/desk").unwrap()).await;
        assert!(!answer.status.is_redirection(), "{path}");
        for header in ["location", "content-location", "link", "refresh", "set-cookie"] {
            assert_eq!(answer.header(header), "", "{path} {header}");
        }
    }
}
