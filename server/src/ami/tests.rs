//! The link against a manager of our own, that does what a real one is seldom seen to do.

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

/// Answers the login and then `answers` actions on each connection; `None` instead of a number: says nothing at all.
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
