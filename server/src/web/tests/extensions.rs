//! What the extensions are called, by the routes.

use axum::http::{Method, StatusCode};
use lampfield_shared::naming::{NamedExtension, Naming};
use lampfield_shared::{Fact, Role};
use serde_json::json;

use super::access::House;
use crate::board::Edited;

/// What the driver of these tests knows.
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
    let kept = || house.web.store.edited_extensions();
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
    assert_eq!(house.web.store.edited_extensions().await.unwrap(), []);
    let wrong = send("exten,name\n1001,Olga\n,Boris\n", false).await;
    let why = json!({ "cause": "no_exten", "about": [""] });
    let error = json!({ "line": 3, "text": "`` is no extension", "why": why });
    assert_eq!((&wrong["errors"][0], &wrong["dry_run"]), (&error, &json!(true)));
    assert_eq!(house.web.store.edited_extensions().await.unwrap(), []);
    assert_eq!(send(file, false).await["dry_run"], false);
    let kept = house.web.store.edited_extensions().await.unwrap();
    assert_eq!(kept, [("1001".into(), edited(Some("Olga"), None)), ("1002".into(), edited(Some("Boris"), None))]);
    assert_eq!(deeds(&house).await, [("extension.import".into(), String::new(), vec![Fact::Changed(2)])]);
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
