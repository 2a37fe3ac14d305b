//! Health check: a verdict for anyone, and details for programs of this machine and for admins.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use lampfield_shared::{Freshness, Revision, Role, Site};
use serde::Serialize;

use super::auth::identify;
use super::client::Client;
use super::forgery;
use super::state::{WebState, ask};
use crate::clock::rfc3339;

/// Body of `/healthz`.
#[derive(Debug, Serialize)]
pub(super) struct Health {
    status: Status,
    verdict: String,
    #[serde(flatten)]
    details: Option<Details>,
}

/// Details, which name PBXes and the version of this program.
#[derive(Debug, Serialize)]
struct Details {
    version: &'static str,
    revision: Revision,
    watchers: usize,
    sites: Vec<Site>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    /// Every PBX is live.
    Ok,
    /// The server works, but some lamps are last known or never heard.
    Degraded,
    /// The server itself does not work.
    Down,
}

/// `GET /healthz`: answers 200 while the driver answers. A silent PBX is no fault of the server.
pub(super) async fn report(
    State(web): State<WebState>,
    client: Client,
    headers: HeaderMap,
) -> (StatusCode, Json<Health>) {
    // Lamps are right without the database, but nobody can log in, and nothing can be set.
    let trouble = web.store.look_for_trouble().await;
    let status = match ask(web.handle.ping()).await {
        Err(_) => Status::Down,
        Ok(()) if trouble.is_none() && web.hub.is_all_live() => Status::Ok,
        Ok(()) => Status::Degraded,
    };
    let code = if status == Status::Down { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let short = short_verdict(status, trouble.is_some());
    if !may_know(&web, &client, &headers).await {
        return (code, Json(Health { status, verdict: short.into(), details: None }));
    }
    let sites = web.hub.sites();
    let verdict = match (status, trouble) {
        (Status::Down, _) => short.into(),
        (_, Some(trouble)) => format!("{} Nothing can be saved: {trouble}.", verdict(&sites)),
        (_, None) => verdict(&sites),
    };
    let (revision, watchers) = (web.hub.revision(), web.hub.watchers());
    let details = Details { version: env!("CARGO_PKG_VERSION"), revision, watchers, sites };
    (code, Json(Health { status, verdict, details: Some(details) }))
}

/// Whether the caller is an admin, or a program of this machine that came under a name of ours.
async fn may_know(web: &WebState, client: &Client, headers: &HeaderMap) -> bool {
    if is_of_this_machine(client, headers) && forgery::check_host(client, &web.settings).is_ok() {
        return true;
    }
    identify(web, headers, client)
        .await
        .is_ok_and(|caller| caller.role >= Role::Admin && !caller.must_change_password())
}

/// Whether a program of this machine sends the request. A header that proxies set shows that the request comes from
/// elsewhere, though the proxy is on this machine.
fn is_of_this_machine(client: &Client, headers: &HeaderMap) -> bool {
    const OF_PROXIES: [&str; 6] =
        ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];
    client.sender.address.is_loopback() && !OF_PROXIES.iter().any(|name| headers.contains_key(*name))
}

/// Verdict for strangers, which names and counts nothing.
const fn short_verdict(status: Status, has_trouble: bool) -> &'static str {
    match status {
        Status::Ok => "The server runs.",
        Status::Degraded if has_trouble => "The server runs, but cannot save anything.",
        Status::Degraded => "The server runs, but not every PBX is live.",
        Status::Down => "The board does not answer.",
    }
}

/// Summary, such as "1 of 2 PBXes live. Perm has been silent since 2026-11-23T13:58:00Z."
fn verdict(sites: &[Site]) -> String {
    if sites.is_empty() {
        return "No PBX is configured.".into();
    }
    let live = sites.iter().filter(|site| is_live(site)).count();
    let noun = if sites.len() == 1 { "PBX" } else { "PBXes" };
    let mut sentences = vec![format!("{live} of {} {noun} live.", sites.len())];
    sentences.extend(sites.iter().filter_map(lament));
    sentences.join(" ")
}

/// What is wrong with a site, if anything.
fn lament(site: &Site) -> Option<String> {
    let title = &site.title;
    match site.freshness {
        Freshness::Live => None,
        Freshness::LastKnown => {
            Some(format!("{title} has been silent since {}.", rfc3339(site.heard.unwrap_or(site.since))))
        }
        Freshness::Never => Some(format!("{title} has not been heard yet.")),
    }
}

fn is_live(site: &Site) -> bool {
    site.freshness == Freshness::Live
}
