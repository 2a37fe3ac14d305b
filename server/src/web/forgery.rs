//! Guards against requests that a page of another site makes a browser send (CSRF), and against names that were made to
//! point at us (DNS rebinding).
//!
//! Browsers do not send a cookie with `SameSite=Strict` from another site. Beyond that each write must show where it
//! comes from: by `Sec-Fetch-Site` where the browser sends it (over https and on localhost), else by `Origin`, which
//! every browser sends with a write. A request with neither is a program's, which has only cookies that it was given.
//! Bodies must be `application/json`, which no form can send.
//!
//! Rebinding makes a foreign page count as "the same site" under the page's own name. Such a page holds no cookie of
//! ours, so it could only read what is open to guests: that is given only under names that nobody else can own.

use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, Method};

use super::client::Client;
use super::name::Name;
use super::problem::Problem;
use super::settings::WebSettings;

/// Checks that a request which changes something comes from our own page or from a program.
pub(super) fn check_write(method: &Method, headers: &HeaderMap, client: &Client) -> Result<(), Problem> {
    if method.is_safe() {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return match site {
            // `none`: the user made the request, and no page.
            "same-origin" | "none" => Ok(()),
            _ => Err(Problem::Forged(format!("Sec-Fetch-Site is {site}"))),
        };
    }
    let Some(origin) = text(ORIGIN.as_str()) else { return Ok(()) };
    let shown = client.names.shown();
    let sent_by = origin.split_once("://").and_then(|(_, authority)| Name::parse(authority.as_bytes()));
    if sent_by.is_some() && sent_by.as_ref() == shown {
        return Ok(());
    }
    let own = shown.map_or_else(|| "nothing".into(), Name::to_string);
    Err(Problem::Forged(format!("Origin is {origin}, but Host is {own}")))
}

/// Checks that a guest came under names that are surely ours: every name that request and proxies give.
pub(super) fn check_host(client: &Client, settings: &WebSettings) -> Result<(), Problem> {
    client.names.are_ours(&settings.hosts).map_err(|foreign| match foreign {
        Some(name) => Problem::NotOurName(name.host().into()),
        None => Problem::NoName,
    })
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::web::client::{Encryption, Through};
    use crate::web::name::Names;

    fn at(host: &str) -> Client {
        Client {
            sender: IpAddr::V4(Ipv4Addr::LOCALHOST).into(),
            encryption: Encryption::None,
            names: Names::just(host),
            through: Through::Nothing,
        }
    }

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], taken: bool) {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        assert_eq!(check_write(&Method::PUT, &headers, &at("desk.example:8080")).is_ok(), taken, "{headers:?}");
        assert!(check_write(&Method::GET, &headers, &at("desk.example:8080")).is_ok());
    }

    #[test]
    fn takes_writes_from_our_own_page_and_from_programs() {
        check(&[], true);
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "same-origin"), ("origin", "https://rewritten.example")], true);
        check(&[("origin", "http://desk.example:8080")], true);
        check(&[("origin", "http://Desk.Example:8080")], true);
    }

    #[test]
    fn refuses_writes_that_another_site_made() {
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("sec-fetch-site", "same-site"), ("origin", "http://desk.example:8080")], false);
        check(&[("origin", "http://evil.example")], false);
        check(&[("origin", "http://desk.example:8081")], false);
        check(&[("origin", "http://desk.example")], false);
        check(&[("origin", "null")], false);
        check(&[("origin", "")], false);
    }
}
