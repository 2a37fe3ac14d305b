//! Every route of the server, who may use it, and the guards before all of them.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use lampfield_shared::Role;

use super::auth;
use super::caller::Access;
use super::sent::LONGEST_BODY;
use super::settings::TlsSettings;
use super::state::WebState;
use super::{
    accounts, assets, audit, boards, dnd, events, headers, health, lamps, me, naming, peers, plain, problem, session,
    wall,
};

/// Every route, and who may use it.
#[rustfmt::skip]
pub(super) fn routes() -> Vec<Route> {
    const ANYONE: Access = Access::Anyone;
    const SOMEONE: Access = Access::Someone;
    const SCREEN: Access = Access::AtLeast(Role::Screen);
    const VIEWER: Access = Access::AtLeast(Role::Viewer);
    const RECEPTIONIST: Access = Access::AtLeast(Role::Receptionist);
    const ADMIN: Access = Access::AtLeast(Role::Admin);
    vec![
        get   ("/healthz",                          ANYONE,       health::report),
        get   ("/screen/{token}",                   ANYONE,       session::screen),
        get   ("/wall/{board}",                     ANYONE,       wall::show),
        get   ("/plain.css",                        ANYONE,       plain::style),
        get   ("/plain",                            SCREEN,       plain::show),
        post  ("/api/v1/session",                   ANYONE,       session::begin),
        delete("/api/v1/session",                   SOMEONE,      session::end),
        get   ("/api/v1/me",                        SOMEONE,      me::show),
        put   ("/api/v1/me/password",               SOMEONE,      me::set_password),
        patch ("/api/v1/me/choices",                VIEWER,       me::choose),
        put   ("/api/v1/me/dnd",                    VIEWER,       me::set_dnd),
        put   ("/api/v1/me/favourites",             RECEPTIONIST, me::arrange),
        put   ("/api/v1/me/favourites/{exten}",     RECEPTIONIST, me::mark),
        delete("/api/v1/me/favourites/{exten}",     RECEPTIONIST, me::unmark),
        put   ("/api/v1/me/notes/{exten}",          RECEPTIONIST, me::note),
        get   ("/api/v1/events",                    SCREEN,       events::stream),
        get   ("/api/v1/lamps",                     SCREEN,       lamps::all),
        get   ("/api/v1/lamps/{exten}",             VIEWER,       lamps::one),
        get   ("/api/v1/peers",                     VIEWER,       peers::all),
        post  ("/api/v1/peers/{name}/refresh",      ADMIN,        peers::refresh),
        put   ("/api/v1/peers/{name}/pause",        ADMIN,        peers::pause),
        delete("/api/v1/peers/{name}/pause",        ADMIN,        peers::resume),
        get   ("/api/v1/peers/{name}/messages",     ADMIN,        peers::messages),
        get   ("/api/v1/dnd",                       VIEWER,       dnd::list),
        put   ("/api/v1/dnd",                       ADMIN,        dnd::set_many),
        put   ("/api/v1/extensions/{exten}/dnd",    ADMIN,        dnd::set),
        get   ("/api/v1/extensions",                ADMIN,        naming::list),
        patch ("/api/v1/extensions",                ADMIN,        naming::change.layer(DefaultBodyLimit::max(naming::LONGEST_CHANGES))),
        get   ("/api/v1/extensions.csv",            ADMIN,        naming::export),
        post  ("/api/v1/extensions/import",         ADMIN,        naming::import.layer(DefaultBodyLimit::max(naming::LONGEST_FILE))),
        put   ("/api/v1/extensions/{exten}",        ADMIN,        naming::edit),
        delete("/api/v1/extensions/{exten}",        ADMIN,        naming::reset),
        get   ("/api/v1/boards",                    SCREEN,       boards::list),
        get   ("/api/v1/boards/{name}",             SCREEN,       boards::one),
        put   ("/api/v1/boards/{name}",             ADMIN,        boards::put.layer(DefaultBodyLimit::max(boards::LONGEST_BOARD))),
        delete("/api/v1/boards/{name}",             ADMIN,        boards::remove),
        get   ("/api/v1/sessions",                  VIEWER,       session::list),
        delete("/api/v1/sessions/{id}",             VIEWER,       session::revoke),
        get   ("/api/v1/accounts",                  ADMIN,        accounts::list),
        post  ("/api/v1/accounts",                  ADMIN,        accounts::create),
        patch ("/api/v1/accounts/{name}",           ADMIN,        accounts::change),
        delete("/api/v1/accounts/{name}",           ADMIN,        accounts::remove),
        get   ("/api/v1/screens",                   ADMIN,        accounts::screens),
        post  ("/api/v1/screens",                   ADMIN,        accounts::create_screen),
        delete("/api/v1/screens/{id}",              ADMIN,        accounts::revoke_screen),
        get   ("/api/v1/audit",                     ADMIN,        audit::list),
        get   ("/api/v1/audit.csv",                 ADMIN,        audit::export),
    ]
}

/// Makes the router: the routes behind their guards. Every other path is a file of the page, which anyone may read.
pub fn router(state: WebState) -> Router {
    let guarded = |router: Router<WebState>, route: Route| {
        let guard = from_fn_with_state((state.clone(), route.access), auth::guard);
        router.route(route.path, route.handler.route_layer(guard))
    };
    let router = routes()
        .into_iter()
        .fold(Router::new(), guarded)
        .fallback(assets::serve)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(from_fn_with_state(Arc::clone(&state.settings), auth::meet));
    let hsts = state.settings.tls.as_ref().and_then(TlsSettings::hsts);
    headers::guard(router, hsts).with_state(state)
}

/// One line of the table.
pub(super) struct Route {
    #[cfg_attr(not(test), expect(dead_code, reason = "the test of all routes walks the table by it"))]
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
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

/// Makes a function for each HTTP method, by which the table is written.
macro_rules! methods {
    ($($word:ident $METHOD:ident),+) => { $(
        fn $word<H: Handler<T, WebState>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
            Route::new(Method::$METHOD, MethodFilter::$METHOD, path, access, handler)
        }
    )+ };
}

methods!(get GET, post POST, put PUT, patch PATCH, delete DELETE);
