//! Somebody at a browser, as far as it is about cookies: it sends requests and keeps what it is given.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use ureq::http::{Method, Request};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body};

use crate::{Server, Watcher};

/// See the module.
#[derive(Debug, Clone)]
pub struct Visitor {
    agent: Agent,
    url: String,
    cookies: BTreeMap<String, String>,
    headers: Vec<(&'static str, String)>,
}

/// What a request was answered.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Header lines by their names in small letters; of several the last.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub text: String,
}

impl Reply {
    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The reply, where it has this status.
    ///
    /// # Panics
    /// When it has another.
    #[track_caller]
    #[expect(clippy::must_use_candidate, clippy::return_self_not_must_use, reason = "that it has the status is all")]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}

/// Asks without an opinion on statuses and redirections; trusts this certificate and no other.
pub(crate) fn agent(root: Option<&str>) -> Agent {
    let roots = root.map(|pem| Certificate::from_pem(pem.as_bytes()).expect("a certificate")).into_iter();
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&roots.collect::<Vec<_>>())).build();
    let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).tls_config(tls).build();
    config.into()
}

impl Visitor {
    /// Somebody without any cookie.
    pub fn of(server: &Server) -> Self {
        Self::at(&server.url(), None)
    }

    /// Somebody who trusts the certificate `root` of the server at `url`.
    pub fn at(url: &str, root: Option<&str>) -> Self {
        Self { agent: agent(root), url: url.into(), cookies: BTreeMap::new(), headers: Vec::new() }
    }

    /// Sends this header with each request from now on.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The cookies as a browser sends them.
    pub fn cookie(&self) -> String {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        cookies.collect::<Vec<_>>().join("; ")
    }

    /// Sends a request; keeps the cookies of the answer.
    ///
    /// # Errors
    /// When there is no answer, in words.
    pub fn try_send(&mut self, method: Method, path: &str, body: Option<&Value>) -> Result<Reply, String> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        request = request.header("cookie", self.cookie());
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let answer = match body {
            None => self.agent.run(request.body(()).expect("a request")),
            Some(body) => {
                let request = request.header("content-type", "application/json");
                self.agent.run(request.body(body.to_string()).expect("a request"))
            }
        };
        let answer = answer.map_err(|error| error.to_string())?;
        self.keep(&answer);
        let (parts, mut body) = answer.into_parts();
        let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Ok(Reply {
            status: parts.status.as_u16(),
            headers: parts.headers.iter().map(|(name, value)| (name.as_str().into(), text(value))).collect(),
            text: body.read_to_string().map_err(|error| error.to_string())?,
        })
    }

    fn keep(&mut self, answer: &ureq::http::Response<Body>) {
        for line in answer.headers().get_all("set-cookie") {
            let line = line.to_str().expect("a cookie is text");
            let (name, value) = line.split(';').next().and_then(|it| it.split_once('=')).expect("name and value");
            match value {
                "" => drop(self.cookies.remove(name)),
                value => drop(self.cookies.insert(name.into(), value.into())),
            }
        }
    }

    /// The same, for whom an answer is certain.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn send(&mut self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        self.try_send(method, path, body).unwrap_or_else(|why| panic!("{path}: {why}"))
    }

    /// `GET`
    #[track_caller]
    pub fn get(&mut self, path: &str) -> Reply {
        self.send(Method::GET, path, None)
    }

    /// `POST`
    #[track_caller]
    pub fn post(&mut self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, Some(body))
    }

    /// `PUT`
    #[track_caller]
    pub fn put(&mut self, path: &str, body: &Value) -> Reply {
        self.send(Method::PUT, path, Some(body))
    }

    /// `DELETE`
    #[track_caller]
    pub fn delete(&mut self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None)
    }

    /// Makes the board `front`: two groups, and on the second an extension that has no lamp.
    #[track_caller]
    pub fn make_board(&mut self) {
        let groups = json!([{ "title": "Desk", "extens": ["1003", "1001"] }, { "title": "Door", "extens": ["7777"] }]);
        self.put("api/v1/boards/front", &json!({ "title": "Front desk", "groups": groups })).expect(201);
    }

    /// Logs in.
    #[track_caller]
    pub fn login(&mut self, name: &str, password: &str) -> Reply {
        self.post("api/v1/session", &json!({ "name": name, "password": password }))
    }

    /// Logs in with a one-time password, and replaces it by one of their own.
    #[track_caller]
    pub fn settle(&mut self, name: &str, one_time: &str, own: &str) {
        self.login(name, one_time).expect(200);
        self.put("api/v1/me/password", &json!({ "old": one_time, "new": own })).expect(200);
    }

    /// Follows the stream with their cookies.
    pub fn watch(&self) -> Watcher {
        let request = self.agent.get(format!("{}api/v1/events", self.url)).header("cookie", self.cookie());
        Watcher::of(request)
    }
}
