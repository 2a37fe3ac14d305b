//! Boards that admins made, through the routes.

use axum::http::{Method, StatusCode};
use lampfield_shared::Role;
use serde_json::{Value, json};

use super::Answer;
use super::access::House;

const FRONT: &str = "/api/v1/boards/front";

fn body(extens: &[&str], changed: Option<&Value>) -> String {
    json!({ "title": " Front desk ", "groups": [{ "title": "Desk", "extens": extens }], "changed": changed })
        .to_string()
}

async fn put(house: &House, path: &str, body: &str) -> Answer {
    house.send(Method::PUT, path, "", body).await
}

#[tokio::test]
async fn a_board_is_made_read_changed_and_deleted() {
    let house = House::new(Some(Role::Admin));
    let get = async |path: &'static str| house.send(Method::GET, path, "", "").await;
    let made = put(&house, "/api/v1/boards/Front", &body(&["2001", "1001"], None)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let made = made.json();
    let expected = json!({
        "name": "front", "title": "Front desk", "groups": [{ "title": "Desk", "extens": ["2001", "1001"] }],
        "changed": made["changed"],
    });
    assert_eq!(made, expected);
    assert_eq!(get(FRONT).await.json(), made);
    let changed = put(&house, FRONT, &body(&["1001"], Some(&made["changed"]))).await;
    assert_eq!((changed.status, &changed.json()["groups"][0]["extens"]), (StatusCode::OK, &json!(["1001"])));
    assert_eq!(get("/api/v1/boards").await.json(), json!([changed.json()]));
    assert_eq!(house.send(Method::DELETE, FRONT, "", "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(get("/api/v1/boards").await.json(), json!([]));
    let gone = get(FRONT).await;
    assert_eq!((gone.status, &gone.json()["detail"]), (StatusCode::NOT_FOUND, &json!("there is no board `front`")));
}

#[tokio::test]
async fn a_board_that_cannot_be_is_refused_in_the_senders_terms() {
    let house = House::new(Some(Role::Admin));
    let made = put(&house, FRONT, &body(&[], None)).await.json();
    put(&house, FRONT, &body(&["1"], Some(&made["changed"]))).await;
    let (new, old) = (body(&[], None), body(&[], Some(&made["changed"])));
    for (path, body, status, words, cause) in [
        ("/api/v1/boards/a%20b", new.as_str(), 422, "1 to 64 letters, digits", "board_name"),
        ("/api/v1/boards/ALL", &new, 422, "`all` is the name of all lamps already", "board_taken"),
        ("/api/v1/boards/omsk", &new, 422, "`omsk` is the name of the site Omsk already", "board_taken"),
        ("/api/v1/boards/support", &new, 422, "`support` is the name of the department Support already", "board_taken"),
        (FRONT, &new, 409, "a board `front` exists already", "board_exists"),
        (FRONT, &old, 409, "somebody who is not logged in has changed the board `front` meanwhile", "board_outdated"),
        ("/api/v1/boards/back", &old, 404, "there is no board `back`", "no_board"),
        (FRONT, &body(&["1", "1"], None), 422, "`1` appears twice", "twice"),
        (FRONT, r#"{"title": "", "groups": []}"#, 422, "has a title, of one line", "board_title"),
        (FRONT, "{}", 422, "missing field `title`", ""),
    ] {
        let answer = put(&house, path, body).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(words), "{path}: {}", answer.body);
        assert_eq!(answer.json()["why"]["cause"].as_str().unwrap_or_default(), cause, "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn the_largest_board_is_taken() {
    let house = House::new(Some(Role::Admin));
    let group = |at: usize| {
        let extens: Vec<String> = (0..10).map(|number| format!("{:079}", at * 10 + number)).collect();
        json!({ "title": format!("{}{at:02}", "Ю".repeat(98)), "extens": extens })
    };
    let body = json!({ "title": "x", "groups": (0..50).map(group).collect::<Vec<_>>() }).to_string();
    let answer = put(&house, FRONT, &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
}

#[tokio::test]
async fn a_screen_sees_its_own_board_alone_and_that_is_not_deleted_below_it() {
    let house = House::new(None);
    let admin = house.login(Role::Admin).await;
    for (name, exten) in [("front", "1001"), ("back", "1002")] {
        let made = house.send(Method::PUT, &format!("/api/v1/boards/{name}"), &admin, &body(&[exten], None)).await;
        assert_eq!(made.status, StatusCode::CREATED);
    }
    let screen = house.screen_of("Front").await;
    let see = async |path: &'static str| house.send(Method::GET, path, &screen, "").await;
    let seen = see("/api/v1/boards").await.json();
    assert_eq!((seen.as_array().map(Vec::len), &seen[0]["name"]), (Some(1), &json!("front")));
    assert_eq!(see("/api/v1/boards/back").await.status, StatusCode::NOT_FOUND);
    for path in ["/api/v1/lamps", "/plain?board=back"] {
        let seen = see(path).await.body;
        assert!(seen.contains("1001") && !seen.contains("1002"), "{path}: {seen}");
    }
    let kept = house.send(Method::DELETE, FRONT, &admin, "").await;
    let words = "the board `front` hangs on a wall: first revoke the screens `lobby`";
    assert_eq!((kept.status, &kept.json()["detail"]), (StatusCode::CONFLICT, &json!(words)));
}
