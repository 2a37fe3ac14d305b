//! What the page asks of the server: one typed function for each route.

mod read;
mod request;

use lampfield_shared::account::{
    ArrangeFavourites, AuditPage, ChangeAccount, ChangeChoices, ChangePassword, GrantedAccount, GrantedScreen, Login,
    NewAccount, NewScreen, Note,
};
use lampfield_shared::board::PutBoard;
use lampfield_shared::dnd::{DndManyReport, DndReport, SetDnd, SetDndMany};
use lampfield_shared::naming::{ChangeNamings, ImportReport, NamedExtension, NamingsChanged};
use lampfield_shared::{
    Account, BoardName, Exten, LampDetails, Me, MeshReport, Pause, ScreenLink, SipMessage, SiteName,
};

use self::request::{Method, ask, done, plain, tell};
use crate::route::encode;

pub use self::request::Refusal;

/// What the server answers, or why it does not.
pub type Answer<T> = Result<T, Refusal>;

/// Asks who is logged in, with their favourites and notes.
pub async fn me() -> Answer<Me> {
    ask(Method::Get, "api/v1/me".into(), read::me).await
}

/// Logs in: the answer sets the cookie of the session.
pub async fn log_in(login: &Login) -> Answer<()> {
    tell(Method::Post, "api/v1/session".into(), login, done).await
}

/// Logs out: the session ends.
pub async fn log_out() -> Answer<()> {
    ask(Method::Delete, "api/v1/session".into(), done).await
}

/// Replaces the reader's own password.
pub async fn change_password(change: &ChangePassword) -> Answer<()> {
    tell(Method::Put, "api/v1/me/password".into(), change, done).await
}

/// Adds a lamp to the reader's favourites, or removes it.
pub async fn set_favourite(exten: &Exten, favourite: bool) -> Answer<()> {
    let method = if favourite { Method::Put } else { Method::Delete };
    ask(method, format!("api/v1/me/favourites/{}", encode(exten.as_str())), done).await
}

/// Puts the reader's favourites in order.
pub async fn arrange_favourites(extens: Vec<Exten>) -> Answer<()> {
    tell(Method::Put, "api/v1/me/favourites".into(), &ArrangeFavourites { extens }, done).await
}

/// Keeps how the reader wants the page to be.
pub async fn set_choices(change: &ChangeChoices) -> Answer<()> {
    tell(Method::Patch, "api/v1/me/choices".into(), change, done).await
}

/// Sets "do not disturb" on the reader's own extension.
pub async fn set_own_dnd(set: &SetDnd) -> Answer<DndReport> {
    tell(Method::Put, "api/v1/me/dnd".into(), set, read::report).await
}

/// Saves the reader's note about a lamp; an empty text deletes the note.
pub async fn set_note(exten: &Exten, text: &str) -> Answer<()> {
    let path = format!("api/v1/me/notes/{}", encode(exten.as_str()));
    tell(Method::Put, path, &Note { text: text.into() }, done).await
}

/// Asks for a lamp with the votes behind it.
pub async fn lamp(exten: &Exten) -> Answer<LampDetails> {
    ask(Method::Get, format!("api/v1/lamps/{}", encode(exten.as_str())), read::details).await
}

/// Sets "do not disturb". The answer comes when the PBX has confirmed it, or not in time.
pub async fn set_dnd(exten: &Exten, set: &SetDnd) -> Answer<DndReport> {
    tell(Method::Put, format!("api/v1/extensions/{}/dnd", encode(exten.as_str())), set, read::report).await
}

/// Sets "do not disturb" for many extensions, or tells what would be done (a dry run).
pub async fn set_dnd_many(set: &SetDndMany) -> Answer<DndManyReport> {
    let patience = patience_for(set.extens.len());
    request::tell_patiently(Method::Put, "api/v1/dnd".into(), set, read::many, patience).await
}

/// How long an order for that many lamps may take, in milliseconds: the server switches sixteen at once, and each needs
/// at most five seconds for the order and five for taking it back.
fn patience_for(lamps: usize) -> u32 {
    let rounds = u32::try_from(lamps.div_ceil(16)).unwrap_or(u32::MAX);
    rounds.saturating_mul(10_000).saturating_add(request::PATIENCE_MILLIS)
}

/// Lists the accounts.
pub async fn accounts() -> Answer<Vec<Account>> {
    ask(Method::Get, "api/v1/accounts".into(), plain).await
}

/// Makes an account, with a one-time password.
pub async fn add_account(account: &NewAccount) -> Answer<GrantedAccount> {
    tell(Method::Post, "api/v1/accounts".into(), account, read::account).await
}

/// Changes the role of an account, or gives it a new one-time password.
pub async fn change_account(name: &str, change: &ChangeAccount) -> Answer<GrantedAccount> {
    tell(Method::Patch, format!("api/v1/accounts/{}", encode(name)), change, read::account).await
}

/// Deletes an account.
pub async fn remove_account(name: &str) -> Answer<()> {
    ask(Method::Delete, format!("api/v1/accounts/{}", encode(name)), done).await
}

/// Makes an own board, or changes it.
pub async fn put_board(name: &str, board: &PutBoard) -> Answer<()> {
    tell(Method::Put, format!("api/v1/boards/{}", encode(name)), board, done).await
}

/// Deletes an own board.
pub async fn delete_board(name: &BoardName) -> Answer<()> {
    ask(Method::Delete, format!("api/v1/boards/{}", encode(name.as_str())), done).await
}

/// Lists the wall displays.
pub async fn screens() -> Answer<Vec<ScreenLink>> {
    ask(Method::Get, "api/v1/screens".into(), plain).await
}

/// Makes a link that lets a wall display in.
pub async fn add_screen(screen: &NewScreen) -> Answer<GrantedScreen> {
    tell(Method::Post, "api/v1/screens".into(), screen, read::screen).await
}

/// Revokes the link of a wall display.
pub async fn revoke_screen(id: i64) -> Answer<()> {
    ask(Method::Delete, format!("api/v1/screens/{id}"), done).await
}

/// Reads the audit log, newest entries first; `before` is the entry to go on from, `query` what is looked for.
pub async fn audit(before: Option<i64>, query: &str) -> Answer<AuditPage> {
    let before = before.map(|id| format!("&before={id}")).unwrap_or_default();
    ask(Method::Get, format!("api/v1/audit?limit=100{before}&{query}"), plain).await
}

/// Asks for the peers: what each has said and was told, in numbers.
pub async fn peers() -> Answer<MeshReport> {
    ask(Method::Get, "api/v1/peers".into(), read::mesh).await
}

/// Asks a PBX to send all its states again (a refresh).
pub async fn refresh_peer(name: &SiteName) -> Answer<()> {
    ask(Method::Post, format!("api/v1/peers/{}/refresh", encode(name.as_str())), done).await
}

/// Stops publishing to a PBX, or resumes it.
pub async fn set_pause(name: &SiteName, pause: Pause) -> Answer<()> {
    let method = if pause == Pause::On { Method::Put } else { Method::Delete };
    ask(method, format!("api/v1/peers/{}/pause", encode(name.as_str())), done).await
}

/// Lists the extensions with their names, departments and sites.
pub async fn named_extensions() -> Answer<Vec<NamedExtension>> {
    ask(Method::Get, "api/v1/extensions".into(), read::named_extensions).await
}

/// Names extensions, each only where its name is still what the page showed.
pub async fn change_names(change: &ChangeNamings) -> Answer<NamingsChanged> {
    tell(Method::Patch, "api/v1/extensions".into(), change, read::names_changed).await
}

/// Imports names from a CSV file, or tells what the import would change (a dry run). An empty `encoding` lets the
/// server guess.
pub async fn import_names(file: &[u8], encoding: &str, dry_run: bool) -> Answer<ImportReport> {
    let encoding = if encoding.is_empty() { String::new() } else { format!("&encoding={}", encode(encoding)) };
    let path = format!("api/v1/extensions/import?dry_run={dry_run}{encoding}");
    request::send(Method::Post, path, file, read::import).await
}

/// Asks for the SIP trace of a PBX: its last messages in both directions, oldest first.
pub async fn messages(name: &SiteName) -> Answer<Vec<SipMessage>> {
    ask(Method::Get, format!("api/v1/peers/{}/messages", encode(name.as_str())), read::messages).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_longer_for_many_lamps() {
        assert_eq!([0, 1, 16, 17, 64].map(patience_for), [15_000, 25_000, 25_000, 35_000, 55_000]);
    }
}
