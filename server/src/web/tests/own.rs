//! What an account has of its own: an extension, a right to set "do not disturb" there, favourites in order, choices.

use lampfield_shared::account::OwnDnd;
use lampfield_shared::{DndKind, Role};

use super::access::House;
use super::*;
use crate::identity::{AccountChange, AccountName, Actor, HolderChange};
use crate::store::dnd::{DndRecord, DndState};

/// Changes an account that [`House::login`] has made.
async fn change(house: &House, name: &str, body: Value) -> Answer {
    let admin = house.login(Role::Admin).await;
    house.send(Method::PATCH, &format!("/api/v1/accounts/{name}"), &admin, &body.to_string()).await
}

async fn set_dnd(house: &House, cookie: &str, body: Value) -> Answer {
    house.send(Method::PUT, "/api/v1/me/dnd", cookie, &body.to_string()).await
}

async fn me(house: &House, cookie: &str) -> Value {
    house.send(Method::GET, "/api/v1/me", cookie, "").await.json()
}

#[tokio::test]
async fn an_admin_says_whose_extension_an_account_is() {
    let house = House::new(None);
    let cookie = house.login(Role::Viewer).await;
    let told = me(&house, &cookie).await;
    assert_eq!(
        (&told["display_name"], &told["exten"], &told["own_dnd"]),
        (&Value::Null, &Value::Null, &json!("nothing"))
    );
    let given = json!({ "display_name": " Ольга Иванова ", "exten": "1001", "own_dnd": "lamp" });
    let account = change(&house, "viewer", given).await.json();
    assert_eq!((&account["display_name"], &account["exten"]), (&json!("Ольга Иванова"), &json!("1001")));
    let told = me(&house, &cookie).await;
    assert_eq!((&told["name"], &told["display_name"]), (&json!("viewer"), &json!("Ольга Иванова")));
    assert_eq!((&told["exten"], &told["own_dnd"]), (&json!("1001"), &json!("lamp")));
    let taken = json!({ "display_name": "", "exten": "", "own_dnd": "nothing" });
    change(&house, "viewer", taken).await;
    let told = me(&house, &cookie).await;
    assert_eq!(
        (&told["display_name"], &told["exten"], &told["own_dnd"]),
        (&Value::Null, &Value::Null, &json!("nothing"))
    );
    let deeds = house.web.store.audit(None, 10).await.unwrap().entries;
    let holders: Vec<_> = deeds.iter().filter(|deed| deed.action == "account.holder").collect();
    assert_eq!(holders.len(), 2);
    let facts = serde_json::to_value(&holders[1].facts).unwrap();
    assert_eq!(facts, json!([{ "display_name": "Ольга Иванова" }, { "own_extension": "1001" }, { "own_dnd": "lamp" }]));
}

#[tokio::test]
async fn an_account_is_made_with_its_holder() {
    let house = House::new(None);
    let admin = house.login(Role::Admin).await;
    let body = json!({ "name": "olga", "role": "viewer", "display_name": "Ольга", "exten": "1001" }).to_string();
    let made = house.send(Method::POST, "/api/v1/accounts", &admin, &body).await;
    assert_eq!((made.status, &made.json()["exten"]), (StatusCode::CREATED, &json!("1001")), "{}", made.body);
    assert_eq!(made.json()["own_dnd"], "nothing", "a right is off until it is given");
}

#[tokio::test]
async fn what_can_be_no_holder_is_refused() {
    let house = House::new(None);
    house.login(Role::Viewer).await;
    for (body, words) in [
        (json!({ "display_name": "x".repeat(101) }), "at most 100 characters"),
        (json!({ "display_name": "a\nb" }), "in one line"),
        (json!({ "exten": "10 01" }), "`10 01` is no extension"),
        (json!({ "own_dnd": "everything" }), "unknown variant `everything`"),
    ] {
        let answer = change(&house, "viewer", body).await;
        assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.body.contains(words), "{}", answer.body);
    }
}

#[tokio::test]
async fn dnd_of_ones_own_extension_is_a_right_of_its_own() {
    let (on, lamp, calls) =
        (json!({ "state": "on" }), json!({ "state": "on", "kind": "lamp" }), json!({ "state": "on", "kind": "calls" }));
    let off = json!({ "state": "off" });
    // 1001 is served by no known PBX: whoever may block its calls gets as far as 409.
    for (exten, right, asked, status, words) in [
        ("", "calls", &on, 403, "an extension of its own"),
        ("1001", "nothing", &on, 403, "an extension of its own"),
        ("1001", "nothing", &off, 403, "an extension of its own"),
        ("1001", "lamp", &calls, 403, "not block its calls"),
        ("1001", "lamp", &lamp, 200, "\"lamp\""),
        ("1001", "lamp", &on, 200, "\"lamp\""),
        ("1001", "lamp", &off, 200, "\"off\""),
        ("1001", "calls", &calls, 409, "no PBX is known to serve it"),
        ("1001", "calls", &on, 200, "\"lamp\""),
        ("1002", "calls", &on, 404, "there is no lamp `1002`"),
    ] {
        let house = House::new(None);
        let cookie = house.login(Role::Viewer).await;
        change(&house, "viewer", json!({ "exten": exten, "own_dnd": right })).await;
        let answer = set_dnd(&house, &cookie, asked.clone()).await;
        let line = format!("{exten} {right} {asked}: {}", answer.body);
        assert!(answer.status.as_u16() == status && answer.body.contains(words), "{line}");
        let of_another = house.send(Method::PUT, "/api/v1/extensions/1001/dnd", &cookie, &asked.to_string()).await;
        assert_eq!(of_another.status, StatusCode::FORBIDDEN, "it opens no other way: {line}");
    }
}

#[tokio::test]
async fn guests_and_screens_have_no_extension_of_their_own() {
    let house = House::new(Some(Role::Receptionist));
    let on = json!({ "state": "on" });
    assert_eq!(set_dnd(&house, "", on.clone()).await.status, StatusCode::FORBIDDEN);
    let screen = house.screen().await;
    assert_eq!(set_dnd(&house, &screen, on).await.status, StatusCode::FORBIDDEN);
    let choice = json!({ "choices": { "theme": "dark" } }).to_string();
    let guest = house.send(Method::PATCH, "/api/v1/me/choices", "", &choice).await;
    assert!(guest.status == StatusCode::FORBIDDEN, "guests choose in their browser: {}", guest.body);
}

/// An admin has blocked the calls; whoever may light the lamp only must not end that by lighting it.
#[tokio::test]
async fn a_right_to_the_lamp_ends_no_blocked_calls() {
    for right in ["lamp", "calls"] {
        let house = House::new(None);
        let cookie = house.login(Role::Viewer).await;
        change(&house, "viewer", json!({ "exten": "1001", "own_dnd": right })).await;
        let kept = DndRecord {
            exten: "1001".into(),
            kind: DndKind::Calls,
            state: DndState::On,
            node: Some("perm".into()),
            since: NOW,
            until: None,
            reason: None,
            by: Some("root".into()),
        };
        house.web.store.keep_dnd(kept.clone(), Actor::program("a test"), None).await.unwrap();
        let answer = set_dnd(&house, &cookie, json!({ "state": "on", "kind": "lamp" })).await;
        if right == "lamp" {
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
            assert!(house.web.store.dnd().await.unwrap().contains(&kept), "it still stands");
        } else {
            assert!(answer.status != StatusCode::OK, "its PBX was to be told, and there is none here: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn a_right_that_was_taken_away_between_request_and_write_is_none() {
    let house = House::new(None);
    let cookie = house.login(Role::Viewer).await;
    change(&house, "viewer", json!({ "exten": "1001", "own_dnd": "calls" })).await;
    let held = crate::web::auth::held(&house.web, tokens(&house, &cookie)).await.unwrap().unwrap();
    let proof = crate::identity::Proof::OwnDnd(held.own_dnd().unwrap());
    let actor = || Actor { who: "viewer".into(), address: None, proof: proof.clone() };
    let write =
        async || house.web.store.record(crate::clock::now(), actor(), crate::identity::Deed::done("x", "y")).await;
    write().await.unwrap();
    let name = || "viewer".parse::<AccountName>().unwrap();
    let to = async |holder| {
        let change = AccountChange { holder, ..AccountChange::default() };
        house.web.store.change_account(NOW, Actor::program("root"), name(), change).await.unwrap().unwrap();
    };
    for (lost, given) in [
        (
            HolderChange { own_dnd: Some(OwnDnd::Lamp), ..HolderChange::default() },
            HolderChange { own_dnd: Some(OwnDnd::Calls), ..HolderChange::default() },
        ),
        (
            HolderChange { exten: Some("1002".into()), ..HolderChange::default() },
            HolderChange { exten: Some("1001".into()), ..HolderChange::default() },
        ),
        (
            HolderChange { exten: Some("".into()), ..HolderChange::default() },
            HolderChange { exten: Some("1001".into()), ..HolderChange::default() },
        ),
    ] {
        to(lost).await;
        let error = write().await.unwrap_err();
        assert!(error.to_string().contains("taken away meanwhile"), "{error}");
        to(given).await;
        write().await.unwrap();
    }
}

fn tokens(house: &House, cookie: &str) -> Vec<crate::identity::Token> {
    let headers = HeaderMap::from_iter([(axum::http::header::COOKIE, cookie.parse().unwrap())]);
    super::super::cookie::Jar::Login.read(&headers, &house.web.store, super::super::client::Encryption::None)
}

#[tokio::test]
async fn favourites_stand_in_their_owners_order() {
    let house = House::new(None);
    let cookie = house.login(Role::Receptionist).await;
    for exten in ["1003", "1001", "1002"] {
        house.send(Method::PUT, &format!("/api/v1/me/favourites/{exten}"), &cookie, "").await;
    }
    for (asked, after) in [
        (vec!["1002", "1003", "1001"], vec!["1002", "1003", "1001"]),
        (vec!["1001"], vec!["1001", "1002", "1003"]),
        (vec!["1003", "9999", "1003", "1001"], vec!["1003", "1001", "1002"]),
        (vec![], vec!["1003", "1001", "1002"]),
    ] {
        let body = json!({ "extens": asked }).to_string();
        let answer = house.send(Method::PUT, "/api/v1/me/favourites", &cookie, &body).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.body);
        assert_eq!(me(&house, &cookie).await["favourites"], json!(after), "{asked:?}");
    }
}

#[tokio::test]
async fn choices_follow_the_account_and_go_with_it() {
    let house = House::new(None);
    let (cookie, other) = (house.login(Role::Viewer).await, house.login(Role::Receptionist).await);
    let choose = async |choices: Value| {
        let body = json!({ "choices": choices }).to_string();
        house.send(Method::PATCH, "/api/v1/me/choices", &cookie, &body).await
    };
    assert_eq!(choose(json!({ "theme": "dark", "size": "small" })).await.status, StatusCode::NO_CONTENT);
    choose(json!({ "theme": null, "order": "name", "language": null })).await;
    let elsewhere = house.login(Role::Viewer).await;
    assert_eq!(me(&house, &elsewhere).await["choices"], json!({ "size": "small", "order": "name" }));
    assert_eq!(me(&house, &other).await["choices"], json!({}), "they are nobody else's");
    for (choices, status, words) in [
        (json!({ "Theme": "dark" }), 422, "`Theme` is no choice"),
        (json!({ "": "dark" }), 422, "is no choice"),
        (json!({ "a".repeat(33): "dark" }), 422, "1 to 32"),
        (json!({ "theme": "x".repeat(8_001) }), 422, "more than 8000 bytes"),
        (json!({ "theme": 7 }), 422, "invalid type"),
        (
            (0..51).map(|it| (format!("a{it}"), json!("x"))).collect::<serde_json::Map<_, _>>().into(),
            409,
            "50 choices already",
        ),
    ] {
        let answer = choose(choices).await;
        assert!(answer.status.as_u16() == status && answer.body.contains(words), "{}", answer.body);
    }
    assert_eq!(
        me(&house, &elsewhere).await["choices"],
        json!({ "size": "small", "order": "name" }),
        "nothing was kept"
    );
    let admin = house.login(Role::Admin).await;
    house.send(Method::DELETE, "/api/v1/accounts/viewer", &admin, "").await;
    let again = house.login(Role::Viewer).await;
    assert_eq!(me(&house, &again).await["choices"], json!({}), "a new account of that name begins anew");
}
