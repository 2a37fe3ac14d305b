//! What a browser reaches: the page, the stream, and JSON for whoever asks.
//!
//! All addresses in answers are relative, so that a proxy may put this under any sub-path (it
//! takes the path's own prefix away and ends it with `/`).

mod assets;
mod events;
mod headers;
mod health;
mod lamps;
mod problem;
mod serve;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;

use crate::handle::{Handle, Stopped};
use crate::hub::Hub;
pub use assets::Assets;
use problem::Problem;
pub use serve::serve;

/// What the handlers share.
#[derive(Debug, Clone)]
pub struct WebState {
    /// Where changes come from.
    pub hub: Hub,
    /// Who knows the votes and the peers.
    pub handle: Handle,
    /// The page.
    pub assets: Arc<Assets>,
}

/// Every route.
pub fn router(state: WebState) -> Router {
    let routes = Router::new()
        .route("/api/v1/events", get(events::stream))
        .route("/api/v1/lamps", get(lamps::all))
        .route("/api/v1/lamps/{exten}", get(lamps::one))
        .route("/api/v1/peers", get(lamps::peers))
        .route("/healthz", get(health::report))
        .fallback(assets::serve)
        .method_not_allowed_fallback(problem::method_not_allowed);
    headers::guard(routes).with_state(state)
}

/// How long the driver may take for an answer. It needs microseconds: after this it hangs.
const PATIENCE: Duration = Duration::from_secs(2);

/// Waits for the driver's answer, but not for ever.
async fn ask<T>(question: impl Future<Output = Result<T, Stopped>>) -> Result<T, Problem> {
    match tokio::time::timeout(PATIENCE, question).await {
        Ok(answer) => Ok(answer?),
        Err(_elapsed) => Err(Problem::Hanging),
    }
}
