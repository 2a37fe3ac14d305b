//! The link against a manager made for the test, which does what a real one is seldom seen to do.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::wire::{Action, Key};
use super::{AmiError, AmiSettings, Link};
use crate::transport::Lookup;

const PATIENCE: Duration = Duration::from_millis(300);

fn link(port: u16) -> Link {
    let word = |text: &str| text.parse().unwrap();
    let host = "127.0.0.1".into();
    Link::new(AmiSettings {
        host,
        port,
        user: word("lampfield"),
        secret: word("blf"),
        tls: None,
        names: Lookup::by(Vec::new()),
        patience: PATIENCE,
    })
}

fn flag() -> Action {
    Action::DbDel(Key { family: "DND", key: "1001".into() })
}

/// A manager that answers the login and then `answers` actions on each connection; on a `None` it says nothing at all.
async fn manager(connections: Vec<Option<usize>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut silent = Vec::new();
        for answers in connections {
            let (stream, _) = listener.accept().await.unwrap();
            match answers {
                Some(answers) => serve(stream, 1 + answers).await,
                None => silent.push(stream),
            }
        }
        std::future::pending::<()>().await;
    });
    port
}

async fn serve(stream: TcpStream, answers: usize) {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"Asterisk Call Manager/11.0.0\r\n").await.unwrap();
    for _ in 0..answers {
        let (mut line, mut id) = (String::new(), String::new());
        while stream.read_line(&mut line).await.unwrap() > 2 {
            if line.starts_with("ActionID") {
                id.clone_from(&line);
            }
            line.clear();
        }
        let answer = format!("Event: Stray\r\n\r\nResponse: Success\r\n{id}Message: done\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
}

#[tokio::test]
async fn a_connection_is_used_again_and_made_anew_when_it_was_lost() {
    let link = link(manager(vec![Some(2), Some(1)]).await);
    for _ in 0..3 {
        assert_eq!(link.perform(Instant::now(), &flag()).await, Ok(None));
    }
}

#[tokio::test]
async fn a_manager_that_says_nothing_is_not_waited_for() {
    let port = manager(vec![None, Some(1)]).await;
    let link = link(port);
    assert_eq!(link.perform(Instant::now(), &flag()).await, Err(AmiError::Silent { at: format!("127.0.0.1:{port}") }));
    assert_eq!(link.perform(Instant::now(), &flag()).await, Ok(None), "the next one has another chance");
}

#[tokio::test]
async fn an_action_that_is_never_answered_is_no_success() {
    let link = link(manager(vec![Some(0), Some(0)]).await);
    assert!(matches!(link.perform(Instant::now(), &flag()).await, Err(AmiError::Closed { .. })));
}

#[tokio::test]
async fn nobody_there_is_told_at_once() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    assert!(matches!(link(port).perform(Instant::now(), &flag()).await, Err(AmiError::Unreachable { .. })));
}

#[tokio::test]
async fn a_manager_that_hangs_is_waited_for_once_by_all_who_ask() {
    let link = link(manager(vec![None, None]).await);
    let asked = Instant::now();
    let all = (0..100).map(|_| {
        tokio::spawn({
            let link = link.clone();
            async move { link.perform(asked, &flag()).await }
        })
    });
    for work in all.collect::<Vec<_>>() {
        assert!(matches!(work.await.unwrap(), Err(AmiError::Silent { .. })));
    }
    assert!(asked.elapsed() < 2 * PATIENCE, "it took {:?}", asked.elapsed());
    let later = Instant::now();
    assert!(matches!(link.perform(asked, &flag()).await, Err(AmiError::Silent { .. })));
    assert!(later.elapsed() < PATIENCE / 2, "who has waited since then need not see for themselves");
    assert!(matches!(link.perform(later, &flag()).await, Err(AmiError::Silent { .. })));
    assert!(later.elapsed() >= PATIENCE, "who asks later has it tried again");
}

/// A manager that answers each action of one connection by `answer`, from the action's name and key and its id.
async fn answering(answer: impl Fn(&str, &str) -> String + Send + 'static) -> Link {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let mut stream = BufReader::new(listener.accept().await.unwrap().0);
            stream.write_all(b"Asterisk Call Manager/1.1\r\n").await.unwrap();
            let mut fields = Vec::new();
            let mut line = String::new();
            while stream.read_line(&mut line).await.is_ok_and(|length| length > 0) {
                if line.trim().is_empty() {
                    let get = |name: &str| {
                        let of = |field: &String| field.strip_prefix(name).map(|rest| rest.trim().to_owned());
                        fields.iter().find_map(of).unwrap_or_default()
                    };
                    let said = match get("Action: ").as_str() {
                        "Login" => format!("Response: Success\r\nActionID: {}\r\n\r\n", get("ActionID: ")),
                        name => answer(name, &get("ActionID: ")),
                    };
                    stream.write_all(said.as_bytes()).await.unwrap();
                    fields.clear();
                } else {
                    fields.push(line.clone());
                }
                line.clear();
            }
        }
    });
    link(port)
}

fn get() -> Action {
    Action::DbGet(Key { family: "DND", key: "1001".into() })
}

#[tokio::test]
async fn a_value_that_is_announced_and_not_told_is_no_lack_of_one() {
    let said =
        |_: &str, id: &str| format!("Response: Success\r\nActionID: {id}\r\nMessage: Result will follow\r\n\r\n");
    let link = answering(said).await;
    let outcome = link.perform(Instant::now(), &get()).await;
    assert!(matches!(outcome, Err(AmiError::Untold { .. })), "{outcome:?}");
    let error = outcome.unwrap_err().to_string();
    assert!(error.contains("accepts DBGet DND/1001, but does not return what it read"), "{error}");
}

#[tokio::test]
async fn an_entry_is_missing_only_where_that_is_said() {
    for (message, is_missing) in [
        ("Database entry not found", true),
        ("database entry not found.", true),
        ("Invalid/unknown command: DBGet", false),
        ("Permission denied", false),
        ("permission denied", false),
        ("", false),
    ] {
        let said = move |_: &str, id: &str| format!("Response: Error\r\nActionID: {id}\r\nMessage: {message}\r\n\r\n");
        let link = answering(said).await;
        assert_eq!(link.perform(Instant::now(), &get()).await.is_ok(), is_missing, "{message}");
    }
}

#[tokio::test]
async fn what_could_not_be_deleted_is_deleted_only_where_it_is_not_there() {
    for is_there in [false, true] {
        let said = move |name: &str, id: &str| match (name, is_there) {
            ("DBGet", true) => format!("Response: Success\r\nActionID: {id}\r\nVal: YES\r\n\r\n"),
            ("DBGet", false) => {
                format!("Response: Error\r\nActionID: {id}\r\nMessage: Database entry not found\r\n\r\n")
            }
            _ => format!("Response: Error\r\nActionID: {id}\r\nMessage: Database entry could not be deleted\r\n\r\n"),
        };
        let link = answering(said).await;
        assert_eq!(link.perform(Instant::now(), &flag()).await.is_ok(), !is_there);
    }
}
