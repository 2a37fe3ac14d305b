//! The plain page, as a browser without scripts gets it.

use axum::http::{Method, StatusCode};
use lampfield_shared::{BoardGroup, Exten, Freshness, Lamp, LampState, OwnBoard, Timestamp};

use super::super::{WebState, router};
use super::{Answer, NOW, lamp, running, send};
use crate::board::BoardChange;
use crate::handle::Handle;

async fn plain(web: WebState, path: &str, language: &str) -> Answer {
    send(router(web), Method::GET, path, &[("accept-language", language)]).await
}

fn with(lamps: impl IntoIterator<Item = Lamp>) -> WebState {
    let web = running();
    web.hub.publish(NOW, lamps.into_iter().map(BoardChange::from));
    web
}

#[track_caller]
fn check(answer: &Answer, parts: &[&str]) {
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    for part in parts {
        assert!(answer.body.contains(part), "no {part} in\n{}", answer.body);
    }
}

#[tokio::test]
async fn is_a_table_that_refreshes_itself_and_needs_no_script() {
    let answer = plain(running(), "/plain", "en").await;
    check(
        &answer,
        &[
            "<html lang=\"en\">",
            "<meta http-equiv=\"refresh\" content=\"10\">",
            "<h1>Desk</h1>",
            "Lamps at <strong>",
            "<h2>Omsk <small>Live</small></h2>",
            "<h2>Perm <small>Last known ",
            "○</b> Free</td><td>1001</td>",
        ],
    );
    assert!(!answer.body.contains("<script"), "{}", answer.body);
    assert_eq!(answer.header("cache-control"), "no-store", "an old table must not pass for a new one");
}

#[tokio::test]
async fn speaks_the_readers_language() {
    for (path, accepted, expected) in [
        ("/plain", "ru-RU,ru;q=0.9,en;q=0.8", "Свободен"),
        ("/plain", "xx, en;q=0.3, ru;q=0.7", "Свободен"),
        ("/plain", "ru;q=0, en;q=0.1", "Free"),
        ("/plain", "xx", "Free"),
        ("/plain?lang=ru", "en", "Свободен"),
        ("/plain?lang=en", "ru", "Free"),
        ("/plain?lang=xx", "ru", "Свободен"),
    ] {
        check(&plain(running(), path, accepted).await, &[expected]);
    }
}

#[tokio::test]
async fn what_people_and_pbxes_say_is_never_taken_for_a_mark() {
    let evil = "<script>alert(1)</script> & \"x\" 'y'";
    let hurt = Lamp { name: Some(evil.into()), exten: "<b>7".into(), group: Some(evil.into()), ..lamp("1001") };
    let answer = plain(with([hurt]), "/plain", "en").await;
    check(&answer, &["&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot; &#39;y&#39;", "<td>&lt;b&gt;7</td>"]);
    assert!(!answer.body.contains("<script") && !answer.body.contains("<b>7"), "{}", answer.body);
    let answer = plain(running(), "/plain?board=%3Cscript%3E%22", "en").await;
    check(&answer, &["There is no board, site or department “&lt;script&gt;&quot;”, or"]);
}

#[tokio::test]
async fn shows_nothing_fresher_than_it_is() {
    let before = Some(Timestamp(NOW.0 - 12 * 60_000));
    let old = Lamp { freshness: Freshness::LastKnown, as_of: before, ..lamp("1001") };
    let never = Lamp { freshness: Freshness::Never, state: LampState::Free, ..lamp("1002") };
    let quiet =
        Lamp { state: LampState::OnCall, dnd: true, dnd_freshness: Freshness::Live, since: NOW, ..lamp("1003") };
    let doubted = Lamp { dnd_freshness: Freshness::LastKnown, dnd_as_of: before, ..lamp("1004") };
    let answer = plain(with([old, never, quiet, doubted]), "/plain", "en").await;
    check(
        &answer,
        &[
            "<tr class=\"free last_known\"><td><b aria-hidden=\"true\">//</b> Last known: free, 12 min ago</td>",
            "<tr class=\"no_data never\"><td><b aria-hidden=\"true\">?</b> No data</td>",
            "On a call, do not disturb is on</td>",
            "Free, do not disturb: last known off, 12 minutes ago</td><td>1004</td>",
        ],
    );
    let answer = plain(with([Lamp { freshness: Freshness::LastKnown, as_of: before, ..lamp("1001") }]), "/plain", "ru");
    check(&answer.await, &["Последние данные: свободен, 12 мин назад"]);
}

#[tokio::test]
async fn shows_the_board_that_was_asked_for() {
    let lamps = || {
        let sales = Lamp { group: Some("Sales".into()), site: Some("omsk".into()), ..lamp("2001") };
        [sales, Lamp { site: Some("perm".into()), ..lamp("2002") }]
    };
    for (path, shown, hidden) in [
        ("/plain?board=sales", "2001", "2002"),
        ("/plain?board=PERM", "2002", "2001"),
        ("/plain?board=omsk", "2001", "1001"),
    ] {
        let answer = plain(with(lamps()), path, "en").await;
        check(&answer, &[shown]);
        assert!(!answer.body.contains(hidden), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn shows_an_own_board_whole_and_in_its_order() {
    let web = with([Lamp { site: Some("perm".into()), ..lamp("2002") }]);
    let group = |title: &str, extens: &[&str]| {
        let extens = extens.iter().map(|exten| Exten::from(*exten)).collect();
        BoardGroup { title: title.into(), extens }
    };
    let groups = vec![group("Desk <1>", &["2002", "1001"]), group("Door", &["77"])];
    let front = OwnBoard { name: "front".into(), title: "Front".into(), groups, changed: NOW };
    web.hub.publish(NOW, [BoardChange::OwnBoards([front].into())]);
    let answer = plain(web, "/plain?board=FRONT", "en").await;
    check(&answer, &["<h1>Front</h1>", "<h2>Desk &lt;1&gt;</h2>", "No data</td><td>77</td>"]);
    let at = |text: &str| answer.body.find(text).unwrap_or_else(|| panic!("no {text} in {}", answer.body));
    assert!(at("<td>2002<") < at("<td>1001<") && at("<td>1001<") < at(">Door<") && at(">Door<") < at("<td>77<"));
    assert!(!answer.body.contains("1002") && !answer.body.contains("Perm"), "{}", answer.body);
}

#[tokio::test]
async fn has_no_table_while_the_board_does_not_answer() {
    let (handle, commands) = Handle::channel();
    drop(commands);
    let answer = plain(WebState { handle, ..running() }, "/plain", "en").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("has no current lamps"), "{}", answer.body);
    assert!(answer.body.contains("http-equiv=\"refresh\"") && !answer.body.contains("<table"), "{}", answer.body);
}

#[tokio::test]
async fn has_a_style_sheet_of_its_own() {
    let answer = plain(running(), "/plain.css", "en").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/css; charset=utf-8"));
}
