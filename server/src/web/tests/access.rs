//! Access to every route of the table, asked for by every kind of caller.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use lampfield_shared::{Role, Timestamp};
use tower::ServiceExt;

use super::super::client::Encryption;
use super::super::cookie::Jar;
use super::super::routes::routes;
use super::super::{Access, WebSettings, WebState, router};
use super::{Answer, running};
use crate::clock;
use crate::identity::{Actor, Entry, HolderChange, Origin, Proved, Token};

/// Every kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Person {
    /// No cookie, and the board is closed.
    Stranger,
    /// No cookie, and the board is open to guests with this role.
    Guest(Role),
    /// Logged in, or come by a screen's link.
    Holds(Role),
    /// An admin, logged in with a one-time password.
    Newcomer,
}

impl Person {
    fn all() -> Vec<Self> {
        let mut all = vec![Self::Stranger, Self::Newcomer];
        all.extend(Role::ALL.map(Self::Guest));
        all.extend(Role::ALL.map(Self::Holds));
        all
    }

    /// Status that the guard must answer with; `None`: the guard lets them through.
    fn refusal(self, access: Access) -> Option<u16> {
        match (self, access) {
            (_, Access::Anyone) => None,
            (Self::Stranger, _) => Some(401),
            (_, Access::Someone) => None,
            (Self::Newcomer, _) => Some(403),
            (Self::Guest(role), Access::AtLeast(needed)) => (role < needed).then_some(401),
            (Self::Holds(role), Access::AtLeast(needed)) => (role < needed).then_some(403),
        }
    }
}

/// A server, and cookies of each kind of caller.
pub(super) struct House {
    pub web: WebState,
}

impl House {
    pub fn new(open: Option<Role>) -> Self {
        let settings = WebSettings { open, ..WebSettings::default() };
        Self { web: WebState { settings: Arc::new(settings), ..running() } }
    }

    /// Logs in with the account that is named as its role, and gives the cookie.
    pub async fn login(&self, role: Role) -> String {
        let (proved, made) = self.account(role.as_str(), role).await;
        if made {
            let begin = (origin(), self.web.settings.lifetime);
            self.web.store.set_own_password(NOW, actor(), proved.clone(), "x".into(), begin).await.unwrap();
        }
        self.cookie(Jar::Login, &self.begin(role.as_str(), proved).await)
    }

    async fn newcomer(&self) -> String {
        let (proved, _made) = self.account("newcomer", Role::Admin).await;
        self.cookie(Jar::Login, &self.begin("newcomer", proved).await)
    }

    pub async fn screen(&self) -> String {
        self.screen_of("all").await
    }

    /// Opens a link of the screen `lobby`, which shows that board, and gives the cookie.
    pub async fn screen_of(&self, board: &str) -> String {
        let store = &self.web.store;
        let (_, link) = store.create_screen(NOW, actor(), "lobby".into(), board.into()).await.unwrap();
        let token = store.begin_screen_session(clock::now(), &link, Vec::new(), origin()).await.unwrap();
        let Entry::Open(token) = token else { panic!("the link is good") };
        self.cookie(Jar::Screen, &token)
    }

    async fn account(&self, name: &str, role: Role) -> (Proved, bool) {
        let name: crate::identity::AccountName = name.parse().unwrap();
        let store = &self.web.store;
        let made = store
            .create_account(NOW, actor(), name.clone(), role, "x".into(), HolderChange::default())
            .await
            .unwrap()
            .is_ok();
        let kept = store.credentials(name, String::new()).await.unwrap().unwrap();
        (Proved { account: kept.id, hash: kept.hash }, made)
    }

    async fn begin(&self, name: &str, proved: Proved) -> Token {
        let (who, lifetime) = ((name.to_owned(), proved), self.web.settings.lifetime);
        self.web.store.begin_session(clock::now(), who, origin(), Vec::new(), lifetime).await.unwrap()
    }

    fn cookie(&self, jar: Jar, token: &Token) -> String {
        let set = jar.set(Some(token), &self.web.store, Encryption::None);
        set.to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    /// Sends a request with a cookie, and gives the whole answer; only the event stream is cut off.
    pub async fn send(&self, method: Method, path: &str, cookie: &str, body: &str) -> Answer {
        let request = Request::builder().method(method).uri(path).header("host", "desk").header("cookie", cookie);
        let request = request.header("content-type", "application/json").body(Body::from(body.to_owned())).unwrap();
        let response = router(self.web.clone()).oneshot(request).await.unwrap();
        if response.headers().get("content-type").is_some_and(|kind| kind == "text/event-stream") {
            return Answer { status: response.status(), headers: response.headers().clone(), body: String::new() };
        }
        super::whole(response).await
    }
}

/// 2023-11-14T22:13:20Z: since then a screen's session holds, which has no end.
const NOW: Timestamp = Timestamp(1_700_000_000_000);

fn actor() -> Actor {
    Actor::program("a test")
}

pub(super) fn origin() -> Origin {
    Origin { address: "192.0.2.1".into(), browser: "a test".into() }
}

#[tokio::test]
async fn every_route_lets_in_whom_its_line_says_and_nobody_else() {
    for person in Person::all() {
        let house = House::new(if let Person::Guest(role) = person { Some(role) } else { None });
        for route in routes() {
            // A new cookie for each, for some routes end the session that they are called with.
            let house =
                House { web: WebState { store: crate::store::Store::in_memory().unwrap(), ..house.web.clone() } };
            let cookie = match person {
                Person::Stranger | Person::Guest(_) => String::new(),
                Person::Holds(Role::Screen) => house.screen().await,
                Person::Holds(role) => house.login(role).await,
                Person::Newcomer => house.newcomer().await,
            };
            let answer = house.send(route.method.clone(), &example(route.path), &cookie, "{}").await;
            let line = format!("{} {} for {person:?}: {}", route.method, route.path, answer.body);
            match person.refusal(route.access) {
                Some(status) => {
                    assert_eq!(answer.status.as_u16(), status, "{line}");
                    assert_eq!(answer.header("content-type"), "application/problem+json", "{line}");
                }
                None => assert!(answer.status != 401 || answer.body.contains("name or password"), "{line}"),
            }
            if person.refusal(route.access).is_none() {
                // The one 403 from a handler: a guest has no password.
                assert!(answer.status != 403 || route.path.ends_with("/password"), "{line}");
            }
        }
    }
}

/// Fills in the parameters of a path.
pub fn example(path: &str) -> String {
    path.replace("{exten}", "1001").replace("{token}", "none").replace("{id}", "7").replace("{name}", "nobody")
}

#[tokio::test]
async fn head_is_guarded_as_get_is() {
    let house = House::new(None);
    assert_eq!(house.send(Method::HEAD, "/api/v1/lamps", "", "").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(house.send(Method::OPTIONS, "/api/v1/lamps", "", "").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_refusal_says_in_words_what_is_missing() {
    let house = House::new(None);
    let stranger = house.send(Method::GET, "/api/v1/me", "", "").await;
    assert_eq!(stranger.json()["detail"], "this needs a login");
    assert!(stranger.header("www-authenticate").starts_with("Session "), "no browser opens a window for it");
    let cookie = house.login(Role::Viewer).await;
    let viewer = house.send(Method::GET, "/api/v1/accounts", &cookie, "").await;
    assert_eq!(viewer.json()["detail"], "this needs the role admin; yours is viewer");
    let cookie = house.newcomer().await;
    let newcomer = house.send(Method::GET, "/api/v1/accounts", &cookie, "").await;
    assert_eq!(newcomer.json()["detail"], "first replace your one-time password with your own");
}

#[tokio::test]
async fn tells_who_asks_and_what_is_theirs() {
    let house = House::new(Some(Role::Viewer));
    let guest = house.send(Method::GET, "/api/v1/me", "", "").await.json();
    assert_eq!((&guest["name"], &guest["role"]), (&serde_json::Value::Null, &"viewer".into()));
    let screen = house.screen().await;
    let me = house.send(Method::GET, "/api/v1/me", &screen, "").await.json();
    assert_eq!((&me["name"], &me["role"], &me["board"]), (&"lobby".into(), &"screen".into(), &"all".into()));
    let desk = house.login(Role::Receptionist).await;
    for exten in ["1002", "1001", "1002"] {
        let answer = house.send(Method::PUT, &format!("/api/v1/me/favourites/{exten}"), &desk, "").await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NO_CONTENT, ""));
    }
    let note = r#"{"text": " At lunch from one.\n"}"#;
    assert_eq!(house.send(Method::PUT, "/api/v1/me/notes/1001", &desk, note).await.status, StatusCode::NO_CONTENT);
    // A login counts before a screen's session that the same browser has.
    let me = house.send(Method::GET, "/api/v1/me", &format!("{screen}; {desk}"), "").await.json();
    let expected = serde_json::json!({
        "name": "receptionist", "display_name": null, "role": "receptionist", "exten": null, "own_dnd": "nothing",
        "must_change_password": false, "board": null,
        "favourites": ["1002", "1001"], "notes": { "1001": "At lunch from one." }, "choices": {},
    });
    assert_eq!(me, expected);
    house.send(Method::DELETE, "/api/v1/me/favourites/1002", &desk, "").await;
    house.send(Method::PUT, "/api/v1/me/notes/1001", &desk, r#"{"text": ""}"#).await;
    let me = house.send(Method::GET, "/api/v1/me", &desk, "").await.json();
    assert_eq!((&me["favourites"], &me["notes"]), (&serde_json::json!(["1001"]), &serde_json::json!({})));
}

#[tokio::test]
async fn a_board_that_is_open_is_so_only_under_its_own_name() {
    let house = House::new(Some(Role::Admin));
    let ask = async |host: &str, cookie: &str| {
        let request = Request::builder().uri("/api/v1/lamps").header("host", host).header("cookie", cookie);
        let request = request.body(Body::empty()).unwrap();
        super::whole(router(house.web.clone()).oneshot(request).await.unwrap()).await
    };
    assert_eq!(ask("127.0.0.1:8080", "").await.status, StatusCode::OK);
    let bent = ask("evil.example:8080", "").await;
    assert_eq!(bent.status, StatusCode::MISDIRECTED_REQUEST);
    assert!(bent.body.contains("`evil.example`") && bent.body.contains("web.hosts"), "{}", bent.body);
    let cookie = house.login(Role::Viewer).await;
    assert_eq!(ask("lamps.example", &cookie).await.status, StatusCode::OK, "a cookie knows its host");
}

#[tokio::test]
async fn a_write_from_another_site_is_refused_before_anything_else() {
    let house = House::new(Some(Role::Admin));
    for (path, method) in [("/api/v1/session", Method::POST), ("/api/v1/me/favourites/1001", Method::PUT)] {
        for (name, value) in [("origin", "http://evil.example"), ("sec-fetch-site", "cross-site"), ("origin", "null")] {
            let request =
                Request::builder().method(method.clone()).uri(path).header("host", "desk").header(name, value);
            let answer = router(house.web.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method} {path} {name}: {value}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_wrong_is_answered_in_the_senders_terms() {
    let house = House::new(Some(Role::Admin));
    for (body, status, words) in [
        (r#"{"name": "anna"}"#, 422, "missing field `role`"),
        (r#"{"name": "anna", "role": "boss"}"#, 422, "unknown variant `boss`"),
        (r#"{"name": "anna", "role": "viewer", "x": 1}"#, 422, "unknown field `x`"),
        (r#"{"name": "anna", "role": "screen"}"#, 422, "a viewer, a receptionist or an admin"),
        (r#"{"name": "an na", "role": "viewer"}"#, 422, "1 to 64 letters"),
        ("{", 400, "EOF"),
    ] {
        let answer = house.send(Method::POST, "/api/v1/accounts", "", body).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{body}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(words), "{body}: {}", answer.body);
    }
    let long = format!(r#"{{"text": "{}"}}"#, "x".repeat(70_000));
    assert_eq!(house.send(Method::PUT, "/api/v1/me/notes/1001", "", &long).await.status, 413);
    let form = Request::post("/api/v1/session")
        .header("host", "desk")
        .header("content-type", "text/plain")
        .body(Body::from("{}"))
        .unwrap();
    let answer = router(house.web.clone()).oneshot(form).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "a form of another site could send this");
    let query = house.send(Method::GET, "/api/v1/audit?before=x", "", "").await;
    assert_eq!((query.status, query.header("content-type")), (StatusCode::BAD_REQUEST, "application/problem+json"));
}
