//! "Do not disturb" over HTTP. The steps at a PBX are tested with real ones.

use std::collections::BTreeMap;

use axum::http::header::CONTENT_TYPE;
use lampfield_shared::{Dnd, Exten, Fact};

use super::*;
use crate::board::{DndFacts, Follows, Whose};

/// 1001 has a lamp, and no PBX is known to serve it; it is the only extension of its group.
pub(super) fn facts(whose: &Whose) -> BTreeMap<Exten, DndFacts> {
    let known = match whose {
        Whose::These(extens) => extens.contains(&"1001".into()),
        Whose::Group(group) => group == "Sales",
        Whose::On => false,
    };
    let facts = DndFacts { home: None, own: Dnd::Off, held_by: Vec::new(), follows: Follows::Yes };
    if known { BTreeMap::from([("1001".into(), facts)]) } else { BTreeMap::new() }
}

async fn put(state: &WebState, path: &str, body: &Value) -> Answer {
    let request = Request::builder()
        .method(Method::PUT)
        .uri(path)
        .header("host", "desk")
        .header(CONTENT_TYPE, "application/json");
    let response = router(state.clone()).oneshot(request.body(Body::from(body.to_string())).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.into()).unwrap() }
}

#[tokio::test]
async fn a_lamp_is_set_listed_and_withdrawn() {
    let state = running();
    let soon = crate::clock::now().0 + 60_000;
    let on = json!({ "state": "on", "until": soon, "reason": "lunch" });
    let answer = put(&state, "/api/v1/extensions/1001/dnd", &on).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let report = answer.json();
    assert_eq!((&report["state"], &report["kinds"]), (&json!("on"), &json!(["lamp"])));
    assert_eq!(
        (&report["node"], &report["confirmed_by"], &report["until"]),
        (&Value::Null, &Value::Null, &json!(soon))
    );
    let list = send(router(state.clone()), Method::GET, "/api/v1/dnd", &[]).await.json();
    let entry = &list["entries"][0];
    assert_eq!((&entry["exten"], &entry["kind"], &entry["reason"]), (&json!("1001"), &json!("lamp"), &json!("lunch")));
    let off = put(&state, "/api/v1/extensions/1001/dnd", &json!({ "state": "off" })).await;
    assert_eq!(off.status, StatusCode::OK, "{}", off.body);
    let deeds = state.store.audit(None, 10).await.unwrap().entries;
    let deeds: Vec<_> =
        deeds.iter().map(|deed| (deed.action.as_str(), deed.target.as_str(), deed.result.as_str())).collect();
    assert_eq!(deeds, [("dnd.off", "1001", "ok"), ("dnd.on", "1001", "ok")]);
}

#[tokio::test]
async fn says_why_it_is_not_possible() {
    let state = running();
    let refused = [
        ("/api/v1/extensions/1002/dnd", json!({ "state": "on" }), 404, "there is no lamp `1002`"),
        ("/api/v1/extensions/1001/dnd", json!({ "state": "on", "kind": "calls" }), 409, "no PBX is known to serve it"),
        ("/api/v1/extensions/1001/dnd", json!({ "state": "on", "until": 1 }), 422, "`until` is in the past"),
        ("/api/v1/extensions/1001/dnd", json!({ "state": "on", "until": "noon" }), 422, "`until` is `noon`"),
        ("/api/v1/extensions/1001/dnd", json!({ "state": "on", "reason": "x".repeat(201) }), 422, "201 characters"),
        ("/api/v1/extensions/1001/dnd", json!({ "state": "off", "reason": "x" }), 422, "`reason` is allowed only with"),
        ("/api/v1/extensions/1001/dnd", json!({ "state": "on", "untill": 1 }), 422, "unknown field `untill`"),
        ("/api/v1/dnd", json!({ "state": "on", "group": "Ghosts" }), 404, "nobody is in a group `Ghosts`"),
        ("/api/v1/dnd", json!({ "state": "on" }), 422, "for whom"),
        ("/api/v1/dnd", json!({ "state": "on", "group": "Sales", "extens": ["1001"] }), 422, "for whom"),
    ];
    for (path, body, status, words) in refused {
        let answer = put(&state, path, &body).await;
        assert!(answer.status.as_u16() == status && answer.body.contains(words), "{body}: {}", answer.body);
    }
    for more in [
        json!({ "state": "on", "extens": ["7"] }),
        json!({ "state": "on", "extens": ["7", "8"], "until": 1 }),
        json!({ "state": "on", "dry_run": true }),
    ] {
        put(&state, "/api/v1/dnd", &more).await;
    }
    let deeds = state.store.audit(None, 100).await.unwrap().entries;
    let deeds: Vec<_> = deeds.iter().rev().map(|deed| (deed.action.as_str(), deed.target.as_str())).collect();
    let on = |target| ("dnd.on", target);
    let singles = [on("1002"), on("1001"), on("1001"), on("1001"), on("1001"), ("dnd.off", "1001")];
    let many = [on("Ghosts"), on("nobody"), on("Sales"), on("7"), on("7 and 1 more")];
    assert_eq!(deeds, [&singles[..], &many].concat(), "whatever was understood is recorded, and no rehearsal");
}

#[tokio::test]
async fn many_at_once_each_have_their_outcome() {
    let state = running();
    let extens = json!({ "state": "on", "extens": ["1001", "1002", "1001"], "dry_run": true });
    let rehearsed = put(&state, "/api/v1/dnd", &extens).await.json();
    let plan = json!({ "outcome": "planned", "exten": "1001", "state": "on", "kinds": ["lamp"], "node": null });
    let why = json!({ "cause": "no_lamp", "about": ["1002"] });
    let detail = "there is no lamp `1002`";
    let refused = json!({ "outcome": "refused", "exten": "1002", "status": 404, "detail": detail, "why": why });
    assert_eq!(rehearsed, json!({ "dry_run": true, "outcomes": [plan, refused] }));
    assert_eq!(state.store.dnd().await.unwrap(), [], "nothing was done");
    let done = put(&state, "/api/v1/dnd", &json!({ "state": "on", "group": "Sales" })).await.json();
    assert_eq!((&done["dry_run"], &done["outcomes"][0]["outcome"]), (&json!(false), &json!("done")));
    assert_eq!(state.store.dnd().await.unwrap().len(), 1);
    let order = |facts: &[Fact]| facts.iter().any(|fact| matches!(fact, Fact::Order(_)));
    let newest = async || state.store.audit(None, 1).await.unwrap().entries.remove(0).facts;
    assert!(order(&newest().await), "the entry says that it is a part of an order");
    put(&state, "/api/v1/extensions/1001/dnd", &json!({ "state": "off" })).await;
    assert!(!order(&newest().await));
}
