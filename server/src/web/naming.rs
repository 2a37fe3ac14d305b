//! Naming of extensions: listed, edited, exported and imported.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use lampfield_shared::naming::{ChangeNamings, ImportExtensions, ImportReport, NamedExtension, Naming, NamingsChanged};
use lampfield_shared::{Exten, Fact};
use lampfield_words::Language;
use serde::Deserialize;

use super::caller::Caller;
use super::problem::Problem;
use super::sent::{Asked, Named, Sent};
use super::state::{WebState, ask};
use crate::board::Edited;
use crate::clock;
use crate::handle::Later;
use crate::identity::Deed;
use crate::naming::{self, Hints};

/// Longest file of extensions, in bytes: some ten thousand lines.
pub(super) const LONGEST_FILE: usize = 2 * 1024 * 1024;

/// Longest body of changes, in bytes: those of the longest file, each with the names before and after.
pub(super) const LONGEST_CHANGES: usize = 8 * 1024 * 1024;

/// `GET /api/v1/extensions`: lists every extension of the board, with what the configuration says of it.
pub(super) async fn list(State(web): State<WebState>) -> Result<Json<Vec<NamedExtension>>, Problem> {
    Ok(Json(ask(web.handle.extensions()).await?))
}

/// `GET /api/v1/extensions.csv`: exports all extensions as a file.
pub(super) async fn export(State(web): State<WebState>) -> Result<([(HeaderName, &'static str); 2], String), Problem> {
    let all = ask(web.handle.extensions()).await?;
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"extensions.csv\"")];
    Ok((headers, naming::export(&all)))
}

/// `PUT /api/v1/extensions/{exten}`: names an extension. Only what differs from the configuration is kept.
pub(super) async fn edit(
    State(web): State<WebState>,
    caller: Caller,
    Named(exten): Named<Exten>,
    Sent(wanted): Sent<Naming>,
) -> Result<StatusCode, Problem> {
    let all = ask(web.handle.extensions()).await?;
    let edited = naming::edit(&exten, &wanted, &all, &web.hub.sites())?;
    let deed = Deed::done("extension.edit", exten.as_str()).with(facts(&wanted));
    keep(&web, &caller, vec![(exten, edited)], deed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PATCH /api/v1/extensions`: names many at once, each only where nobody else has named it meanwhile; one entry in the
/// audit log. So an import is taken back, too.
pub(super) async fn change(
    State(web): State<WebState>,
    caller: Caller,
    Sent(wanted): Sent<ChangeNamings>,
) -> Result<Json<NamingsChanged>, Problem> {
    let all = ask(web.handle.extensions()).await?;
    let (edits, passed) = naming::change(&wanted.changes, &all, &web.hub.sites())?;
    let changed = edits.len().try_into().unwrap_or(u64::MAX);
    if let [(first, _), rest @ ..] = edits.as_slice() {
        let action = if wanted.undo { "extension.undo" } else { "extension.edit" };
        let deed = if rest.is_empty() {
            let after = wanted.changes.iter().find(|it| it.exten == *first).map(|it| facts(&it.after));
            Deed::done(action, first.as_str()).with(after.into_iter().flatten())
        } else {
            Deed::done(action, "").with([Fact::Changed(changed)])
        };
        keep(&web, &caller, edits, deed).await?;
    }
    Ok(Json(NamingsChanged { changed, passed }))
}

/// What a naming says, for the audit log.
fn facts(naming: &Naming) -> impl Iterator<Item = Fact> + use<> {
    let said = |text: &str, fact: fn(String) -> Fact| (!text.is_empty()).then(|| fact(text.to_owned()));
    [said(&naming.name, Fact::Name), said(&naming.group, Fact::Group), said(&naming.site, Fact::Site)]
        .into_iter()
        .flatten()
}

/// `DELETE /api/v1/extensions/{exten}`: takes an edit away, so that the configuration holds again.
pub(super) async fn reset(
    State(web): State<WebState>,
    caller: Caller,
    Named(exten): Named<Exten>,
) -> Result<StatusCode, Problem> {
    let deed = Deed::done("extension.reset", exten.as_str());
    keep(&web, &caller, vec![(exten, Edited::default())], deed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Query of an import.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportQuery {
    /// Whether to report only what would change.
    #[serde(default)]
    dry_run: bool,
    /// Encoding of the file, where the sender knows it.
    encoding: Option<String>,
}

/// `POST /api/v1/extensions/import`: imports a file, or nothing where the file may be meant in two ways. The file comes
/// as it is (`text/csv`, which no form of another site can send), or as a text in JSON.
pub(super) async fn import(
    State(web): State<WebState>,
    caller: Caller,
    Asked(query): Asked<ImportQuery>,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<ImportReport>, Problem> {
    let (all, sites) = (ask(web.handle.extensions()).await?, web.hub.sites());
    let (import, dry_run) = if let Some(CsvBody { charset }) = CsvBody::of(&headers) {
        let bytes = Bytes::from_request(request, &web).await.map_err(JsonRejection::from)?;
        let encoding = query.encoding.or(charset);
        let languages = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|line| line.to_str().ok());
        let hints = Hints { encoding: encoding.as_deref(), language: Some(Language::accepted(languages).words().tag) };
        (naming::import_bytes(&bytes, hints, &all, &sites), query.dry_run)
    } else {
        let Sent(wanted): Sent<ImportExtensions> = Sent::from_request(request, &web).await?;
        (naming::import(&wanted.csv, &all, &sites), wanted.dry_run || query.dry_run)
    };
    let naming::Import { mut report, edits } = import;
    report.dry_run = dry_run || !report.errors.is_empty();
    if !report.dry_run {
        let deed = Deed::done("extension.import", "").with([Fact::Changed(edits.len().try_into().unwrap_or(u64::MAX))]);
        keep(&web, &caller, edits, deed).await?;
    }
    Ok(Json(report))
}

/// A body that is CSV itself.
struct CsvBody {
    /// Encoding from `Content-Type`, where it is given.
    charset: Option<String>,
}

impl CsvBody {
    /// Reads `Content-Type`; `None` for anything but CSV.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
        let (kind, parameters) = kind.split_once(';').unwrap_or((kind, ""));
        let is_csv = ["text/csv", "text/tab-separated-values"].iter().any(|it| kind.trim().eq_ignore_ascii_case(it));
        let charset = parameters.split(';').find_map(|it| {
            let (name, value) = it.split_once('=')?;
            name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_owned())
        });
        is_csv.then_some(Self { charset })
    }
}

/// Keeps edits, then has the driver tell them: what was answered outlives a crash.
async fn keep(web: &WebState, caller: &Caller, edits: Vec<(Exten, Edited)>, deed: Deed) -> Result<(), Problem> {
    let Later { tell, answer } = web.handle.name(edits.clone());
    web.store.name_extensions(clock::now(), caller.actor(), edits, deed, tell).await?;
    ask(answer.wait()).await
}
