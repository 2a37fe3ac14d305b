//! A visitor: sends requests and keeps cookies, as a browser does.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use ureq::http::{Method, Request};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body};

use crate::{Server, Watcher};

/// A client with cookies.
#[derive(Debug, Clone)]
pub struct Visitor {
    agent: Agent,
    url: String,
    cookies: BTreeMap<String, String>,
    headers: Vec<(&'static str, String)>,
}

/// Answer to a request.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Header lines by their names in small letters; of several lines of one name the last.
    pub headers: BTreeMap<String, String>,
    /// Body.
    pub text: String,
}

impl Reply {
    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When the body is no JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Checks that the reply has this status.
    ///
    /// # Panics
    /// When it has another status.
    #[track_caller]
    #[expect(clippy::must_use_candidate, clippy::return_self_not_must_use, reason = "that it has the status is all")]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}

/// An HTTP client that reports every status and follows no redirection; trusts this certificate and no other.
pub(crate) fn agent(root: Option<&str>) -> Agent {
    let roots = root.map(|pem| Certificate::from_pem(pem.as_bytes()).expect("a certificate")).into_iter();
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&roots.collect::<Vec<_>>())).build();
    let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).tls_config(tls).build();
    config.into()
}

impl Visitor {
    /// A visitor without cookies.
    pub fn of(server: &Server) -> Self {
        Self::at(&server.url(), None)
    }

    /// A visitor who trusts the certificate `root` of the server at `url`.
    pub fn at(url: &str, root: Option<&str>) -> Self {
        Self { agent: agent(root), url: url.into(), cookies: BTreeMap::new(), headers: Vec::new() }
    }

    /// Adds a header to every request from now on.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The cookies in the form in which a browser sends them.
    pub fn cookie(&self) -> String {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        cookies.collect::<Vec<_>>().join("; ")
    }

    /// Sends a request; keeps the cookies of the answer.
    ///
    /// # Errors
    /// When there is no answer.
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

    /// Sends a request that is sure to be answered.
    ///
    /// # Panics
    /// When there is no answer.
    #[track_caller]
    pub fn send(&mut self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        self.try_send(method, path, body).unwrap_or_else(|why| panic!("{path}: {why}"))
    }

    /// Sends a `GET`.
    #[track_caller]
    pub fn get(&mut self, path: &str) -> Reply {
        self.send(Method::GET, path, None)
    }

    /// Sends a `POST`.
    #[track_caller]
    pub fn post(&mut self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, Some(body))
    }

    /// Sends a `PUT`.
    #[track_caller]
    pub fn put(&mut self, path: &str, body: &Value) -> Reply {
        self.send(Method::PUT, path, Some(body))
    }

    /// Sends a `DELETE`.
    #[track_caller]
    pub fn delete(&mut self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None)
    }

    /// Makes the board `front`: two groups, and in the second an extension that has no lamp.
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

    /// Logs in with a one-time password, and replaces it by another.
    #[track_caller]
    pub fn settle(&mut self, name: &str, one_time: &str, own: &str) {
        self.login(name, one_time).expect(200);
        self.put("api/v1/me/password", &json!({ "old": one_time, "new": own })).expect(200);
    }

    /// Follows the stream with these cookies.
    pub fn watch(&self) -> Watcher {
        let request = self.agent.get(format!("{}api/v1/events", self.url)).header("cookie", self.cookie());
        Watcher::of(request)
    }
}
