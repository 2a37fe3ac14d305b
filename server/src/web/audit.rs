//! The audit log: page by page or as a file, filtered by what stands in it and by the words that its reader sees.

use axum::Json;
use axum::extract::State;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName};
use lampfield_shared::account::AuditPage;
use lampfield_shared::{AuditEntry, Fact};
use lampfield_words::{Language, Words};
use serde::Deserialize;

use super::problem::Problem;
use super::sent::Asked;
use super::state::WebState;
use crate::clock::rfc3339;
use crate::naming;

/// Entries of one page, unless the query asks for another number.
const PAGE: u32 = 100;
/// The most entries of one page.
const LONGEST_PAGE: u32 = 500;

/// Query for entries of the audit log. A filter that is not given lets all through; all compare without regard to case.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditAsked {
    before: Option<i64>,
    limit: Option<u32>,
    /// Part of the author's name.
    #[serde(default)]
    who: String,
    /// Action, or its first part: `dnd` for `dnd.on` and `dnd.off`.
    #[serde(default)]
    deed: String,
    /// Part of the name of whom or what it was about.
    #[serde(default)]
    target: String,
    /// Part of anything that the entry says, in the reader's language.
    #[serde(default)]
    text: String,
    /// Language of the reader; without it, what the browser asks for.
    lang: Option<String>,
}

/// `GET /api/v1/audit?before=&limit=`: reads a page of the audit log, the newest entries first.
pub(super) async fn list(
    State(web): State<WebState>,
    headers: HeaderMap,
    Asked(asked): Asked<AuditAsked>,
) -> Result<Json<AuditPage>, Problem> {
    let (filter, limit) = (Filter::of(&asked, &headers), asked.limit.unwrap_or(PAGE).clamp(1, LONGEST_PAGE));
    if filter.lets_all() {
        return Ok(Json(web.store.audit(asked.before, limit).await?));
    }
    let limit = limit as usize;
    let mut found = AuditPage { entries: Vec::new(), before: asked.before };
    loop {
        let AuditPage { entries, before } = web.store.audit(found.before, LONGEST_PAGE).await?;
        for entry in entries.into_iter().filter(|entry| filter.lets(entry)) {
            if found.entries.len() == limit {
                found.before = found.entries.last().map(|last| last.id);
                return Ok(Json(found));
            }
            found.entries.push(entry);
        }
        found.before = before;
        if before.is_none() {
            return Ok(Json(found));
        }
    }
}

/// `GET /api/v1/audit.csv`: exports what the same query finds, all of it, as a file for spreadsheets.
pub(super) async fn export(
    State(web): State<WebState>,
    headers: HeaderMap,
    Asked(asked): Asked<AuditAsked>,
) -> Result<([(HeaderName, &'static str); 2], String), Problem> {
    let filter = Filter::of(&asked, &headers);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let admin = filter.words.admin();
    let head = [admin.time, admin.who, admin.action, admin.target, admin.result, admin.details, admin.address];
    // Writing into a buffer cannot fail.
    let _infallible = writer.write_record(head);
    let mut before = asked.before;
    loop {
        let page = web.store.audit(before, LONGEST_PAGE).await?;
        for entry in page.entries.iter().filter(|entry| filter.lets(entry)) {
            let cells = Said::of(entry, filter.words).0.map(|cell| naming::marked(&cell));
            let _infallible = writer.write_record([rfc3339(entry.time)].iter().chain(&cells));
        }
        before = page.before;
        if before.is_none() {
            break;
        }
    }
    // A spreadsheet takes a file without this mark for one in its own encoding.
    let text = String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default();
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\"")];
    Ok((headers, format!("\u{feff}{text}")))
}

/// An entry in its reader's words: who, what, to whom, the result, further facts, and the address.
struct Said([String; 6]);

impl Said {
    fn of(entry: &AuditEntry, words: &Words) -> Self {
        let (common, own) = (words.common(), words.audit());
        let refused = entry.facts.iter().find_map(|fact| match fact {
            Fact::Refused(why) => (common.refused)(why),
            _ => None,
        });
        let result = (own.outcome)(&entry.result).map(str::to_owned).or(refused);
        let facts = entry.facts.iter().filter_map(|fact| (own.fact)(fact, &rfc3339)).collect::<Vec<_>>();
        Self([
            common.named(&entry.who),
            (own.deed)(&entry.action).unwrap_or(&entry.action).to_owned(),
            common.named(&entry.target),
            result.unwrap_or_else(|| entry.result.clone()),
            facts.join(", "),
            entry.address.clone().unwrap_or_default(),
        ])
    }
}

/// What is looked for, in lower case.
struct Filter {
    words: &'static Words,
    who: String,
    deed: String,
    target: String,
    text: String,
}

impl Filter {
    fn of(asked: &AuditAsked, headers: &HeaderMap) -> Self {
        let accepted = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|line| line.to_str().ok());
        let language =
            asked.lang.as_deref().and_then(Language::from_tag).unwrap_or_else(|| Language::accepted(accepted));
        let folded = |text: &str| text.trim().to_lowercase();
        Self {
            words: language.words(),
            who: folded(&asked.who),
            deed: folded(&asked.deed),
            target: folded(&asked.target),
            text: folded(&asked.text),
        }
    }

    fn lets_all(&self) -> bool {
        [&self.who, &self.deed, &self.target, &self.text].into_iter().all(String::is_empty)
    }

    fn lets(&self, entry: &AuditEntry) -> bool {
        if self.lets_all() {
            return true;
        }
        let has = |text: &str, wanted: &str| wanted.is_empty() || text.to_lowercase().contains(wanted);
        let Said([who, deed, target, result, facts, address]) = Said::of(entry, self.words);
        let rest = entry.action.strip_prefix(self.deed.as_str());
        (self.deed.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
            && (has(&entry.who, &self.who) || has(&who, &self.who))
            && (has(&entry.target, &self.target) || has(&target, &self.target))
            && [who, deed, target, result, facts, address, entry.action.clone()]
                .iter()
                .any(|part| has(part, &self.text))
    }
}
