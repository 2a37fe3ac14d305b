//! State that all handlers share, and the way to ask the driver.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;

use super::assets::Assets;
use super::caller::Caller;
use super::doorkeeper::Doorkeeper;
use super::problem::Problem;
use super::settings::WebSettings;
use crate::dnd::DndService;
use crate::handle::{Handle, Stopped};
use crate::hub::Hub;
use crate::store::Store;
use crate::view::View;

/// State that the handlers share.
#[derive(Debug, Clone)]
pub struct WebState {
    /// Source of the event stream.
    pub hub: Hub,
    /// Way to the driver, which knows the votes and the peers.
    pub handle: Handle,
    /// The database: accounts, sessions, and all that was set here.
    pub store: Store,
    /// Carries out requests for "do not disturb".
    pub dnd: DndService,
    /// Checks passwords.
    pub doorkeeper: Arc<Doorkeeper>,
    /// Files of the page.
    pub assets: Arc<Assets>,
    /// The web's part of the configuration.
    pub settings: Arc<WebSettings>,
}

impl WebState {
    /// What the caller may know.
    pub(super) fn view(&self, caller: &Caller) -> View {
        let calls = self.settings.privacy.of(caller.role);
        match caller.session {
            Some(_) => View::of_account(caller.role, calls),
            None => View::of_guest(caller.role, calls),
        }
    }
}

impl FromRef<WebState> for Arc<Assets> {
    fn from_ref(web: &WebState) -> Self {
        Self::clone(&web.assets)
    }
}

/// How long the driver may take for an answer. The driver needs microseconds: after this it hangs.
const PATIENCE: Duration = Duration::from_secs(2);

/// Waits for the driver's answer, but not for ever.
pub(super) async fn ask<T>(question: impl Future<Output = Result<T, Stopped>>) -> Result<T, Problem> {
    match tokio::time::timeout(PATIENCE, question).await {
        Ok(answer) => Ok(answer?),
        Err(_elapsed) => Err(Problem::Hanging),
    }
}
