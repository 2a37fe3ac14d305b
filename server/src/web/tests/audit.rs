//! The audit log, through its routes.

use axum::http::Method;
use lampfield_shared::{Fact, Role};
use serde_json::Value;

use super::NOW;
use super::access::House;
use crate::identity::{Actor, Deed};

/// A house whose log has some entries, the oldest first.
async fn house() -> House {
    let house = House::new(Some(Role::Admin));
    let anna = || Actor::program("anna");
    let boris = || Actor::program("boris");
    for (actor, deed) in [
        (anna(), Deed::done("dnd.on", "1001").with([Fact::Reason("Обед".into())])),
        (boris(), Deed::done("peer.pause", "perm")),
        (Actor::program("(not logged in)"), Deed::failed("login", "(unknown name)", "wrong name or password")),
        (anna(), Deed::done("extension.edit", "1002").with([Fact::Name("=Петров".into())])),
    ] {
        house.web.store.record(NOW, actor, deed).await.unwrap();
    }
    house
}

#[tokio::test]
async fn entries_are_found_by_what_stands_in_them_and_by_the_words_of_the_reader() {
    let house = house().await;
    for (query, found) in [
        ("", "1002 (unknown name) perm 1001"),
        ("who=ANN", "1002 1001"),
        ("deed=dnd", "1001"),
        ("deed=dn", ""),
        ("deed=peer.pause", "perm"),
        ("target=100", "1002 1001"),
        ("who=anna&target=1001", "1001"),
        ("text=paused", "perm"),
        ("text=%D0%BF%D0%B0%D1%83%D0%B7&lang=ru", "perm"),
        ("text=%D0%BE%D0%B1%D0%B5%D0%B4", "1001"),
        ("who=guest", "(unknown name)"),
        ("text=wrong", "(unknown name)"),
        ("text=nowhere", ""),
    ] {
        let page = house.send(Method::GET, &format!("/api/v1/audit?{query}"), "", "").await.json();
        let targets: Vec<&str> =
            page["entries"].as_array().unwrap().iter().filter_map(|entry| entry["target"].as_str()).collect();
        assert_eq!((targets.join(" ").as_str(), &page["before"]), (found, &Value::Null), "{query}");
    }
    let first = house.send(Method::GET, "/api/v1/audit?who=anna&limit=1", "", "").await.json();
    assert_eq!(first["entries"][0]["target"], "1002");
    let next = format!("/api/v1/audit?who=anna&limit=1&before={}", first["before"]);
    assert_eq!(house.send(Method::GET, &next, "", "").await.json()["entries"][0]["target"], "1001");
}

#[tokio::test]
async fn a_file_has_the_words_of_the_reader_and_no_formula() {
    let house = house().await;
    let file = house.send(Method::GET, "/api/v1/audit.csv?who=anna&lang=en", "", "").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        file.body,
        "\u{feff}Time,Who,Action,Target,Result,Details,From\n\
         2023-11-14T22:13:20Z,anna,Extension named,1002,Done,name: =Петров,\n\
         2023-11-14T22:13:20Z,anna,DND turned on,1001,Done,reason: Обед,\n"
    );
    let odd = Deed::done("extension.edit", "=1+1");
    house.web.store.record(NOW, Actor::program("x"), odd).await.unwrap();
    let file = house.send(Method::GET, "/api/v1/audit.csv?who=x&lang=ru", "", "").await.body;
    assert!(file.contains(",Изменён номер,'=1+1,"), "{file}");
}
