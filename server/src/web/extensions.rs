//! What the extensions are called: read, edited, and as a file out and in.

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use lampfield_shared::naming::{ImportExtensions, ImportReport, NamedExtension, Naming};
use lampfield_shared::{Exten, Fact};

use super::auth::Caller;
use super::problem::Problem;
use super::sent::{Named, Sent};
use super::{WebState, ask};
use crate::board::Edited;
use crate::clock;
use crate::handle::Later;
use crate::naming;
use crate::store::audit::Deed;

/// The longest file of extensions, in bytes: some ten thousand lines.
pub(super) const LONGEST_FILE: usize = 2 * 1024 * 1024;

/// `GET /api/v1/extensions`: every extension of the board, with what the configuration says of it.
pub(super) async fn list(State(web): State<WebState>) -> Result<Json<Vec<NamedExtension>>, Problem> {
    Ok(Json(ask(web.handle.extensions()).await?))
}

/// `GET /api/v1/extensions.csv`: the same as a file.
pub(super) async fn export(State(web): State<WebState>) -> Result<([(HeaderName, &'static str); 2], String), Problem> {
    let all = ask(web.handle.extensions()).await?;
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"extensions.csv\"")];
    Ok((headers, naming::export(&all)))
}

/// `PUT /api/v1/extensions/{exten}`: what it is called from now on. What the configuration says, too, is kept as that.
pub(super) async fn edit(
    State(web): State<WebState>,
    caller: Caller,
    Named(exten): Named<Exten>,
    Sent(wanted): Sent<Naming>,
) -> Result<StatusCode, Problem> {
    let all = ask(web.handle.extensions()).await?;
    let said = |text: &str, fact: fn(String) -> Fact| (!text.is_empty()).then(|| fact(text.to_owned()));
    let facts = [said(&wanted.name, Fact::Name), said(&wanted.group, Fact::Group), said(&wanted.site, Fact::Site)];
    let edited = naming::edit(&exten, &wanted, &all, &web.hub.sites())?;
    let deed = Deed::done("extension.edit", exten.as_str()).with(facts.into_iter().flatten());
    keep(&web, &caller, vec![(exten, edited)], deed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/v1/extensions/{exten}`: it is called as the configuration has it.
pub(super) async fn reset(
    State(web): State<WebState>,
    caller: Caller,
    Named(exten): Named<Exten>,
) -> Result<StatusCode, Problem> {
    let deed = Deed::done("extension.reset", exten.as_str());
    keep(&web, &caller, vec![(exten, Edited::default())], deed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/extensions/import`: all lines of a file or, where one is wrong, none.
pub(super) async fn import(
    State(web): State<WebState>,
    caller: Caller,
    Sent(wanted): Sent<ImportExtensions>,
) -> Result<Json<ImportReport>, Problem> {
    let all = ask(web.handle.extensions()).await?;
    let naming::Import { mut report, edits } = naming::import(&wanted.csv, &all, &web.hub.sites());
    report.dry_run = wanted.dry_run || !report.errors.is_empty();
    if !report.dry_run {
        let deed = Deed::done("extension.import", "").with([Fact::Changed(edits.len().try_into().unwrap_or(u64::MAX))]);
        keep(&web, &caller, edits, deed).await?;
    }
    Ok(Json(report))
}

/// On the disk first: what was answered outlives a crash.
async fn keep(web: &WebState, caller: &Caller, edits: Vec<(Exten, Edited)>, deed: Deed) -> Result<(), Problem> {
    let Later { tell, answer } = web.handle.name(edits.clone());
    web.store.edit_extensions(clock::now(), caller.actor(), edits, deed, tell).await?;
    ask(answer.wait()).await
}
