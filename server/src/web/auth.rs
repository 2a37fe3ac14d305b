//! Who asks, and whether they may: one guard before every route, fed by the table in [`super`].

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use lampfield_shared::Role;

use super::WebState;
use super::problem::Problem;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The whole world; nobody is asked who they are.
    Anyone,
    /// Whoever has a role at all, even before they have replaced their one-time password.
    Someone,
    /// Whoever has this role or a higher one.
    AtLeast(Role),
}

/// Who asks. A handler that takes this stands behind the guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account or the screen; `None` for whoever is not logged in where the board is open.
    pub name: Option<String>,
    /// What they may.
    pub role: Role,
}

impl Caller {
    /// Who they are in the record of what was done.
    pub fn who(&self) -> &str {
        self.name.as_deref().unwrap_or("(not logged in)")
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        // Absent only behind `Access::Anyone`, where no handler asks: that would be our mistake.
        parts.extensions.get().cloned().ok_or(Problem::Mistake)
    }
}

/// Lets a request through to its route, or says why not.
pub(super) async fn guard(
    State((web, access)): State<(WebState, Access)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let needed = match access {
        Access::Anyone => return Ok(next.run(request).await),
        Access::Someone => Role::Screen,
        Access::AtLeast(role) => role,
    };
    let role = web.settings.open.ok_or(Problem::LoginNeeded)?;
    if role < needed {
        return Err(Problem::LoginNeeded);
    }
    request.extensions_mut().insert(Caller { name: None, role });
    Ok(next.run(request).await)
}
