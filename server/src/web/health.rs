//! Whether the server works, and in words which PBXes it hears.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use lampfield_shared::{Freshness, Revision, Site};
use serde::Serialize;

use super::{WebState, ask};
use crate::clock::rfc3339;

/// The body of `/healthz`.
#[derive(Debug, Serialize)]
pub(super) struct Health {
    status: Status,
    verdict: String,
    version: &'static str,
    revision: Revision,
    watchers: usize,
    sites: Vec<Site>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    /// Every PBX is live.
    Ok,
    /// The server works, but some lamps are last known or never heard.
    Degraded,
    /// The server itself does not work.
    Down,
}

/// `GET /healthz`: 200 while the driver answers, for a silent PBX is no fault of the server.
pub(super) async fn report(State(state): State<WebState>) -> (StatusCode, Json<Health>) {
    let sites = state.hub.sites();
    let (code, status, verdict) = match ask(state.handle.mesh()).await {
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, Status::Down, "The board does not answer.".into()),
        Ok(_) if sites.iter().all(is_live) => (StatusCode::OK, Status::Ok, verdict(&sites)),
        Ok(_) => (StatusCode::OK, Status::Degraded, verdict(&sites)),
    };
    // The lamps are right all the same; but nobody can log in, and nothing can be set.
    let (status, verdict) = match state.store.look_for_trouble().await {
        Some(trouble) if status != Status::Down => {
            (Status::Degraded, format!("{verdict} Nothing can be kept: {trouble}."))
        }
        Some(_) | None => (status, verdict),
    };
    let health = Health {
        status,
        verdict,
        version: env!("CARGO_PKG_VERSION"),
        revision: state.hub.revision(),
        watchers: state.hub.watchers(),
        sites,
    };
    (code, Json(health))
}

/// "1 of 2 PBXes live. Perm is silent since 2026-11-23T13:58:00Z."
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

/// What is wrong with one site.
fn lament(site: &Site) -> Option<String> {
    let title = &site.title;
    match site.freshness {
        Freshness::Live => None,
        Freshness::LastKnown => Some(format!("{title} is silent since {}.", rfc3339(site.heard.unwrap_or(site.since)))),
        Freshness::Never => Some(format!("{title} has not been heard yet.")),
    }
}

fn is_live(site: &Site) -> bool {
    site.freshness == Freshness::Live
}
