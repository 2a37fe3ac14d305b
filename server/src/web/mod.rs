//! What a browser reaches: the page, the stream, and JSON for whoever asks.
//!
//! All addresses in answers are relative, so that a proxy may put this under any sub-path (it
//! takes the path's own prefix away and ends it with `/`).

mod assets;
mod auth;
mod events;
mod headers;
mod health;
mod lamps;
mod problem;
mod serve;
mod settings;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use lampfield_shared::Role;

use crate::handle::{Handle, Stopped};
use crate::hub::Hub;
use crate::store::Store;
pub use assets::Assets;
pub use auth::{Access, Caller};
use problem::Problem;
pub use serve::serve;
pub use settings::WebSettings;

/// What the handlers share.
#[derive(Debug, Clone)]
pub struct WebState {
    /// Where changes come from.
    pub hub: Hub,
    /// Who knows the votes and the peers.
    pub handle: Handle,
    /// What is kept: accounts, sessions, and all that was set here.
    pub store: Store,
    /// The page.
    pub assets: Arc<Assets>,
    /// What the configuration decides.
    pub settings: Arc<WebSettings>,
}

/// Every route, and who may use it.
#[rustfmt::skip]
fn routes() -> Vec<Route> {
    const SCREEN: Access = Access::AtLeast(Role::Screen);
    const VIEWER: Access = Access::AtLeast(Role::Viewer);
    const ADMIN: Access = Access::AtLeast(Role::Admin);
    vec![
        get("/healthz",                 Access::Anyone, health::report),
        get("/api/v1/events",           SCREEN,         events::stream),
        get("/api/v1/lamps",            SCREEN,         lamps::all),
        get("/api/v1/lamps/{exten}",    VIEWER,         lamps::one),
        get("/api/v1/peers",            VIEWER,         lamps::peers),
        post("/api/v1/peers/{name}/refresh", ADMIN,     lamps::refresh),
    ]
}

/// The routes behind their guards; everything else is a file of the page, and those are for anyone.
pub fn router(state: WebState) -> Router {
    let guarded = |router: Router<WebState>, route: Route| {
        let guard = from_fn_with_state((state.clone(), route.access), auth::guard);
        router.route(route.path, route.handler.route_layer(guard))
    };
    let router = routes()
        .into_iter()
        .fold(Router::new(), guarded)
        .fallback(assets::serve)
        .method_not_allowed_fallback(problem::method_not_allowed);
    headers::guard(router).with_state(state)
}

/// One line of the table.
struct Route {
    method: Method,
    path: &'static str,
    access: Access,
    handler: MethodRouter<WebState>,
}

impl Route {
    fn new<H: Handler<T, WebState>, T: 'static>(
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        access: Access,
        handler: H,
    ) -> Self {
        Self { method, path, access, handler: on(filter, handler) }
    }
}

/// Makes the word for each method of the table.
macro_rules! methods {
    ($($word:ident $METHOD:ident),+) => { $(
        fn $word<H: Handler<T, WebState>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
            Route::new(Method::$METHOD, MethodFilter::$METHOD, path, access, handler)
        }
    )+ };
}

methods!(get GET, post POST);

/// How long the driver may take for an answer. It needs microseconds: after this it hangs.
const PATIENCE: Duration = Duration::from_secs(2);

/// Waits for the driver's answer, but not for ever.
async fn ask<T>(question: impl Future<Output = Result<T, Stopped>>) -> Result<T, Problem> {
    match tokio::time::timeout(PATIENCE, question).await {
        Ok(answer) => Ok(answer?),
        Err(_elapsed) => Err(Problem::Hanging),
    }
}
