//! Naming of extensions, through the routes.

use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use lampfield_shared::naming::{NamedExtension, Naming};
use lampfield_shared::{Fact, Role};
use serde_json::json;
use tower::ServiceExt as _;

use super::super::router;
use super::access::House;
use crate::board::Edited;

/// Extensions that the driver of these tests knows.
pub(super) fn all() -> Vec<NamedExtension> {
    let anna = Naming { name: "Anna".into(), ..Naming::default() };
    let support = Naming { group: "Support".into(), ..Naming::default() };
    vec![
        NamedExtension { exten: "1001".into(), now: anna.clone(), file: anna, heard: true },
        NamedExtension { exten: "1009".into(), now: support.clone(), file: support, heard: false },
    ]
}

fn edited(name: Option<&str>, group: Option<&str>) -> Edited {
    Edited { name: name.map(str::to_owned), group: group.map(str::to_owned), site: None }
}

async fn deeds(house: &House) -> Vec<(String, String, Vec<Fact>)> {
    let entries = house.web.store.audit(None, 10).await.unwrap().entries;
    entries.into_iter().map(|it| (it.action, it.target, it.facts)).collect()
}

#[tokio::test]
async fn an_extension_is_named_and_what_the_file_says_stays_with_the_file() {
    let house = House::new(Some(Role::Admin));
    let put = |body: &'static str| house.send(Method::PUT, "/api/v1/extensions/1001", "", body);
    assert_eq!(put(r#"{"name": " Anna ", "group": "Sales"}"#).await.status, StatusCode::NO_CONTENT);
    let kept = || house.web.store.edited_namings();
    assert_eq!(kept().await.unwrap(), [("1001".into(), edited(None, Some("Sales")))]);
    assert_eq!(put(r#"{"name": ""}"#).await.status, StatusCode::NO_CONTENT);
    assert_eq!(kept().await.unwrap(), [("1001".into(), edited(Some(""), None))]);
    let omsk = put(r#"{"site": "kazan"}"#).await;
    assert_eq!((omsk.status.as_u16(), &omsk.json()["detail"]), (422, &json!("there is no PBX `kazan`")));
    let reset = house.send(Method::DELETE, "/api/v1/extensions/1001", "", "").await;
    assert_eq!((reset.status, kept().await.unwrap()), (StatusCode::NO_CONTENT, Vec::new()));
    let deed = |action: &str, facts: &[Fact]| (action.to_owned(), "1001".to_owned(), facts.to_vec());
    let sales = [Fact::Name(" Anna ".into()), Fact::Group("Sales".into())];
    let expected = [deed("extension.reset", &[]), deed("extension.edit", &[]), deed("extension.edit", &sales)];
    assert_eq!(deeds(&house).await, expected);
}

#[tokio::test]
async fn a_file_is_tried_first_and_taken_whole_or_not_at_all() {
    let house = House::new(Some(Role::Admin));
    let send = async |csv: &str, dry_run: bool| {
        let body = json!({ "csv": csv, "dry_run": dry_run }).to_string();
        house.send(Method::POST, "/api/v1/extensions/import", "", &body).await.json()
    };
    let file = "exten,name\n1001,Olga\n1002,Boris\n";
    let plan = send(file, true).await;
    assert_eq!(plan["changes"][0]["before"]["name"], "Anna");
    assert_eq!((&plan["changes"][1]["after"]["name"], &plan["dry_run"]), (&json!("Boris"), &json!(true)));
    assert_eq!(house.web.store.edited_namings().await.unwrap(), []);
    let wrong = send("exten,name\n1001,Olga\n1001,Boris\n", false).await;
    let why = json!({ "cause": "twice", "about": ["1001"] });
    let text = "1001 appears twice, with different names";
    let error = json!({ "line": 3, "text": text, "why": why });
    assert_eq!((&wrong["errors"][0], &wrong["dry_run"]), (&error, &json!(true)));
    assert_eq!(house.web.store.edited_namings().await.unwrap(), []);
    assert_eq!(send(file, false).await["dry_run"], false);
    let kept = house.web.store.edited_namings().await.unwrap();
    assert_eq!(kept, [("1001".into(), edited(Some("Olga"), None)), ("1002".into(), edited(Some("Boris"), None))]);
    assert_eq!(deeds(&house).await, [("extension.import".into(), String::new(), vec![Fact::Changed(2)])]);
}

/// What an import has made is taken back, but for what somebody else has named meanwhile.
#[tokio::test]
async fn changes_are_taken_back_where_nobody_else_came_between() {
    let house = House::new(Some(Role::Admin));
    let change = |exten: &str, before: &str, after: &str| {
        let name = |name: &str| json!({ "name": name, "group": "", "site": "" });
        json!({ "exten": exten, "before": name(before), "after": name(after) })
    };
    let send = async |undo: bool, changes: serde_json::Value| {
        let body = json!({ "undo": undo, "changes": changes }).to_string();
        house.send(Method::PATCH, "/api/v1/extensions", "", &body).await
    };
    let two = json!([change("1001", "Anna", "Olga"), change("1002", "Petr", "")]);
    let taken = send(true, two).await.json();
    assert_eq!(taken, json!({ "changed": 1, "passed": ["1002"] }), "nobody calls 1002 Petr");
    let kept = || house.web.store.edited_namings();
    assert_eq!(kept().await.unwrap(), [("1001".into(), edited(Some("Olga"), None))]);
    let name = |text: &str| vec![Fact::Name(text.into())];
    assert_eq!(deeds(&house).await, [("extension.undo".into(), "1001".into(), name("Olga"))]);

    let back = json!([change("1001", "Anna", "Anna"), change("1002", "", "Boris")]);
    assert_eq!(send(false, back).await.json()["changed"], 2);
    assert_eq!(kept().await.unwrap(), [("1002".into(), edited(Some("Boris"), None))], "1001 is as in the file");
    assert_eq!(deeds(&house).await[0], ("extension.edit".into(), String::new(), vec![Fact::Changed(2)]));
    assert_eq!(send(false, json!([change("1001", "Olga", "Vera")])).await.json()["changed"], 0);
    assert_eq!(deeds(&house).await.len(), 2, "what changes nothing is no deed");
    let odd = send(false, json!([change("1001", "Anna", "???? ???")])).await;
    assert_eq!((odd.status.as_u16(), &odd.json()["why"]["cause"]), (422, &json!("broken_letters")));
}

#[tokio::test]
async fn a_file_may_be_longer_than_other_bodies_and_comes_out_as_csv() {
    let house = House::new(Some(Role::Admin));
    let rows: Vec<String> = (10_000..20_000).map(|number| format!("{number},Somebody")).collect();
    let body = json!({ "csv": format!("exten,name\n{}\n", rows.join("\n")), "dry_run": true }).to_string();
    let answer = house.send(Method::POST, "/api/v1/extensions/import", "", &body).await;
    assert_eq!(answer.json()["changes"].as_array().unwrap().len(), 10_000);
    let file = house.send(Method::GET, "/api/v1/extensions.csv", "", "").await;
    assert_eq!(
        (file.header("content-type"), file.body.as_str()),
        ("text/csv; charset=utf-8", "exten,name,group,site\n1001,Anna,,\n1009,,Support,\n")
    );
}

#[tokio::test]
async fn a_file_comes_as_it_is_and_what_is_passed_over_is_said() {
    let house = House::new(Some(Role::Admin));
    let send = async |query: &str, kind: &str, file: Vec<u8>| {
        let path = format!("/api/v1/extensions/import{query}");
        let request =
            Request::post(path).header("host", "desk").header("content-type", kind).header("accept-language", "ru");
        router(house.web.clone()).oneshot(request.body(Body::from(file)).unwrap()).await.unwrap()
    };
    let read = async |answer: Response<Body>| {
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice::<serde_json::Value>(&body).unwrap())
    };
    let file = encoding_rs::WINDOWS_1251.encode("exten;name\n1001;Ян\nx y;Анна\n").0.into_owned();
    let (_, plan) = read(send("?dry_run=true", "text/csv", file.clone()).await).await;
    assert_eq!((&plan["changes"][0]["after"]["name"], &plan["dry_run"]), (&json!("Ян"), &json!(true)));
    assert_eq!((&plan["read"]["encoding"], &plan["read"]["guessed"]), (&json!("windows-1251"), &json!(true)));
    assert_eq!((&plan["passed"][0]["line"], &plan["passed"][0]["why"]["cause"]), (&json!(3), &json!("no_exten")));
    assert_eq!(house.web.store.edited_namings().await.unwrap(), []);
    let (_, said) = read(send("?dry_run=true", "text/csv; charset=koi8-r", file.clone()).await).await;
    assert_eq!((&said["read"]["encoding"], &said["read"]["guessed"]), (&json!("KOI8-R"), &json!(false)));
    let (_, done) = read(send("?encoding=cp1251", "text/csv", file.clone()).await).await;
    assert_eq!(done["dry_run"], false);
    let kept = house.web.store.edited_namings().await.unwrap();
    assert_eq!(kept, [("1001".into(), edited(Some("Ян"), None))]);
    for (query, kind, file, status) in [
        ("", "text/plain", file.clone(), 415),
        ("?dry_run=maybe", "text/csv", file.clone(), 400),
        ("?dryrun=true", "text/csv", file.clone(), 400),
        ("", "text/csv", vec![b'1'; 3 * 1024 * 1024], 413),
    ] {
        assert_eq!(send(query, kind, file).await.status().as_u16(), status, "{query} {kind}");
    }
}
