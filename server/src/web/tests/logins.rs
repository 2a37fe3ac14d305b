//! Login, logout and sessions, as a browser uses them.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use futures_util::StreamExt as _;
use lampfield_shared::Role;
use serde_json::json;

use super::Answer;
use super::access::House;
use crate::web::router;

pub const PASSWORD: &str = "a password of her own";

/// Cookie that the browser would send back.
pub fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
}

pub async fn login(house: &House, name: &str, password: &str) -> Answer {
    let body = json!({ "name": name, "password": password }).to_string();
    house.send(Method::POST, "/api/v1/session", "", &body).await
}

async fn change(house: &House, cookie: &str, old: &str, new: &str) -> Answer {
    let body = json!({ "old": old, "new": new }).to_string();
    house.send(Method::PUT, "/api/v1/me/password", cookie, &body).await
}

/// Makes anna, a receptionist with a password of her own, and gives the cookie of her browser.
pub async fn anna(house: &House) -> String {
    let admin = house.login(Role::Admin).await;
    let body = r#"{"name": "Anna", "role": "receptionist"}"#;
    let made = house.send(Method::POST, "/api/v1/accounts", &admin, body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let one_time = made.json()["one_time_password"].as_str().unwrap().to_owned();
    let first = login(house, "anna", &one_time).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    assert_eq!(first.json()["must_change_password"], true);
    let changed = change(house, &cookie(&first), &one_time, PASSWORD).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    assert_eq!(changed.json()["must_change_password"], false);
    let old = house.send(Method::GET, "/api/v1/me", &cookie(&first), "").await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED, "a changed password ends the sessions of before");
    cookie(&changed)
}

#[tokio::test]
async fn a_one_time_password_opens_nothing_but_the_way_to_a_better_one() {
    let house = House::new(None);
    let anna = anna(&house).await;
    let me = house.send(Method::GET, "/api/v1/me", &anna, "").await.json();
    assert_eq!((&me["name"], &me["role"]), (&json!("anna"), &json!("receptionist")));
    for (old, new, status, words) in [
        (PASSWORD, "short", 422, "at least 10 characters"),
        (PASSWORD, PASSWORD, 422, "is the same as the old one"),
        ("wrong and wrong", "a new and good one", 401, "wrong name or password"),
    ] {
        let answer = change(&house, &anna, old, new).await;
        assert_eq!(answer.status.as_u16(), status);
        assert!(answer.body.contains(words), "{}", answer.body);
    }
}

#[tokio::test]
async fn the_cookie_is_kept_from_scripts_and_other_sites() {
    let house = House::new(None);
    anna(&house).await;
    let answer = login(&house, " ANNA ", PASSWORD).await;
    let set = answer.header("set-cookie");
    let eid: String = house.web.store.eid().to_string().replace(':', "");
    assert!(set.starts_with(&format!("lampfield-{eid}=")), "{set}");
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="] {
        assert!(set.contains(attribute), "{attribute} is missing in {set}");
    }
    assert!(!set.contains("Secure") && !set.contains("Domain"), "{set}");
}

#[tokio::test]
async fn each_login_has_a_token_of_its_own_and_a_logout_ends_it() {
    let house = House::new(None);
    let one = anna(&house).await;
    let two = cookie(&login(&house, "anna", PASSWORD).await);
    assert_ne!(one, two);
    let out = house.send(Method::DELETE, "/api/v1/session", &one, "").await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{}", out.header("set-cookie"));
    assert_eq!(house.send(Method::GET, "/api/v1/me", &one, "").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(house.send(Method::GET, "/api/v1/me", &two, "").await.status, StatusCode::OK);
    // A second login from the same browser leaves no session behind.
    let body = json!({ "name": "anna", "password": PASSWORD }).to_string();
    house.send(Method::POST, "/api/v1/session", &two, &body).await;
    assert_eq!(house.send(Method::GET, "/api/v1/me", &two, "").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn names_that_nobody_has_are_answered_like_wrong_passwords() {
    let house = House::new(None);
    anna(&house).await;
    let wrong = login(&house, "anna", "wrong and wrong").await;
    for name in ["nobody", "", "no such name", &"x".repeat(1000)] {
        let answer = login(&house, name, "wrong and wrong").await;
        assert_eq!((answer.status, &answer.body), (wrong.status, &wrong.body), "{name}");
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_and_the_answer_says_how_long() {
    let house = House::new(None);
    anna(&house).await;
    let mut answers = Vec::new();
    for _ in 0..30 {
        answers.push(login(&house, "nobody", "a guess at random").await);
    }
    let slowed: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS).collect();
    assert!(slowed.len() >= 10, "{} of 30 were slowed down", slowed.len());
    assert!(slowed[0].header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(slowed[0].header("content-type"), "application/problem+json");
    let here = login(&house, "anna", PASSWORD).await;
    assert_eq!(here.status, StatusCode::OK, "anna is at home here: {}", here.body);
}

#[tokio::test]
async fn the_last_admin_stays() {
    let house = House::new(None);
    let admin = house.login(Role::Admin).await;
    let body = r#"{"role": "viewer"}"#;
    let demoted = house.send(Method::PATCH, "/api/v1/accounts/admin", &admin, body).await;
    assert_eq!(demoted.status, StatusCode::CONFLICT);
    assert!(demoted.body.contains("the last admin"), "{}", demoted.body);
    assert_eq!(house.send(Method::DELETE, "/api/v1/accounts/admin", &admin, "").await.status, StatusCode::CONFLICT);
    house.send(Method::POST, "/api/v1/accounts", &admin, r#"{"name": "boris", "role": "admin"}"#).await;
    assert_eq!(house.send(Method::PATCH, "/api/v1/accounts/admin", &admin, body).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_stream_ends_with_the_session_that_it_was_opened_with() {
    let house = House::new(None);
    let admin = house.login(Role::Admin).await;
    let role = r#"{"role": "viewer"}"#;
    let session = |id: &serde_json::Value| format!("/api/v1/sessions/{id}");
    for case in ["logout", "revoked", "demoted", "removed"] {
        let anna = anna(&house).await;
        let mut body = stream(&house, &anna).await;
        assert!(body.next().await.is_some(), "it begins");
        let ended = match case {
            "logout" => house.send(Method::DELETE, "/api/v1/session", &anna, "").await,
            "demoted" => house.send(Method::PATCH, "/api/v1/accounts/anna", &admin, role).await,
            "removed" => house.send(Method::DELETE, "/api/v1/accounts/anna", &admin, "").await,
            _ => {
                let sessions = house.send(Method::GET, "/api/v1/sessions", &admin, "").await.json();
                let hers = sessions.as_array().unwrap().iter().find(|it| it["name"] == "anna").unwrap();
                house.send(Method::DELETE, &session(&hers["id"]), &admin, "").await
            }
        };
        assert!(ended.status.is_success(), "{case}: {}", ended.body);
        let rest = async { while body.next().await.is_some() {} };
        tokio::time::timeout(Duration::from_secs(5), rest).await.unwrap_or_else(|_| panic!("{case}: it goes on"));
        let again = house.send(Method::GET, "/api/v1/events", &anna, "").await;
        assert_eq!(again.status, StatusCode::UNAUTHORIZED, "{case}");
        house.send(Method::DELETE, "/api/v1/accounts/anna", &admin, "").await;
    }
}

async fn stream(house: &House, cookie: &str) -> axum::body::BodyDataStream {
    let request = axum::http::Request::get("/api/v1/events").header("host", "desk").header("cookie", cookie);
    let request = request.body(axum::body::Body::empty()).unwrap();
    let response = tower::ServiceExt::oneshot(router(house.web.clone()), request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.into_body().into_data_stream()
}

#[tokio::test]
async fn a_screen_comes_by_its_link_until_it_is_revoked() {
    let house = House::new(None);
    let admin = house.login(Role::Admin).await;
    let made = house.send(Method::POST, "/api/v1/screens", &admin, r#"{"name": "lobby"}"#).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let (id, path) = (made.json()["id"].clone(), format!("/{}", made.json()["path"].as_str().unwrap()));
    let entered = house.send(Method::GET, &path, "", "").await;
    assert_eq!((entered.status, entered.header("location")), (StatusCode::SEE_OTHER, "../wall.html#/all"));
    let screen = cookie(&entered);
    let me = house.send(Method::GET, "/api/v1/me", &screen, "").await.json();
    assert_eq!((&me["name"], &me["role"]), (&json!("lobby"), &json!("screen")));
    let listed = house.send(Method::GET, "/api/v1/screens", &admin, "").await;
    assert!(listed.json()[0]["last_seen"].is_u64() && !listed.body.contains("token"), "{}", listed.body);
    let mut body = stream(&house, &screen).await;
    assert!(body.next().await.is_some(), "it begins");
    let revoked = house.send(Method::DELETE, &format!("/api/v1/screens/{id}"), &admin, "").await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    tokio::time::timeout(Duration::from_secs(5), async { while body.next().await.is_some() {} }).await.unwrap();
    assert_eq!(house.send(Method::GET, "/api/v1/me", &screen, "").await.status, StatusCode::UNAUTHORIZED);
    for path in [&path, "/screen/x", &format!("/screen/{}", "0".repeat(64))] {
        assert_eq!(house.send(Method::GET, path, "", "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let nowhere = house.send(Method::POST, "/api/v1/screens", &admin, r#"{"name": "x", "board": " "}"#).await;
    assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_screen_gets_the_lamps_of_its_board_whatever_it_asks_for() {
    let house = House::new(None);
    let admin = house.login(Role::Admin).await;
    let made = house.send(Method::POST, "/api/v1/screens", &admin, r#"{"name": "x", "board": "omsk"}"#).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let path = format!("/{}", made.json()["path"].as_str().unwrap());
    let entered = house.send(Method::GET, &path, "", "").await;
    assert_eq!(entered.header("location"), "../wall.html#/omsk");
    let screen = cookie(&entered);
    let all = house.send(Method::GET, "/api/v1/lamps", &admin, "").await;
    assert!(all.body.contains("\"1001\""), "{}", all.body);
    for path in ["/api/v1/lamps", "/plain?board=all", "/plain?board=perm"] {
        let seen = house.send(Method::GET, path, &screen, "").await;
        assert_eq!(seen.status, StatusCode::OK, "{path}");
        assert!(!seen.body.contains("1001"), "{path}: {}", seen.body);
    }
}

#[tokio::test]
async fn everyone_sees_and_ends_their_own_sessions_and_an_admin_all() {
    let house = House::new(None);
    let (admin, anna) = (house.login(Role::Admin).await, anna(&house).await);
    let names = |answer: &Answer| -> Vec<String> {
        answer.json().as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    let all = house.send(Method::GET, "/api/v1/sessions", &admin, "").await;
    let admins = all.json().as_array().unwrap().iter().find(|it| it["current"] == true).unwrap().clone();
    assert_eq!(admins["name"], "admin");
    assert!(names(&all).contains(&"anna".to_owned()), "{}", all.body);
    let own = house.send(Method::GET, "/api/v1/sessions", &anna, "").await;
    assert_eq!(names(&own), ["anna"]);
    let foreign = house.send(Method::DELETE, &format!("/api/v1/sessions/{}", admins["id"]), &anna, "").await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_record_tells_who_did_what_and_no_secret() {
    let house = House::new(None);
    let anna = anna(&house).await;
    login(&house, "anna", "wrong and wrong").await;
    login(&house, "my-secret-password", "anna").await;
    let admin = house.login(Role::Viewer).await;
    assert_eq!(house.send(Method::GET, "/api/v1/audit", &admin, "").await.status, StatusCode::FORBIDDEN);
    let record = House { web: crate::web::WebState { settings: open(), ..house.web.clone() } };
    let page = record.send(Method::GET, "/api/v1/audit?limit=500", "", "").await;
    for secret in ["my-secret-password", PASSWORD, "argon2", anna.split('=').nth(1).unwrap()] {
        assert!(!page.body.contains(secret), "{secret} is in {}", page.body);
    }
    let entries = page.json()["entries"].clone();
    let has = |action: &str, target: &str, result: &str| {
        entries
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["action"] == action && it["target"] == target && it["result"] == result)
    };
    assert!(has("account.create", "anna", "ok"), "{entries}");
    assert!(has("login", "anna", "ok") && has("login", "anna", "wrong name or password"), "{entries}");
    assert!(has("login", "(unknown name)", "wrong name or password"), "{entries}");
    assert!(has("account.set_password", "anna", "ok"), "{entries}");
    let first = record.send(Method::GET, "/api/v1/audit?limit=2", "", "").await.json();
    let second = record.send(Method::GET, &format!("/api/v1/audit?limit=2&before={}", first["before"]), "", "").await;
    assert_eq!(second.json()["entries"][0], entries[2]);
}

fn open() -> std::sync::Arc<crate::web::WebSettings> {
    crate::web::WebSettings { open: Some(Role::Admin), ..crate::web::WebSettings::default() }.into()
}
