//! Accounts and screens, for admins.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use lampfield_shared::account::{
    BOARD_ALL, ChangeAccount, DISPLAY_NAME_MAX_CHARS, GrantedAccount, GrantedScreen, NewAccount, NewScreen,
};
use lampfield_shared::{Account, Exten, Role, ScreenLink};

use super::caller::Caller;
use super::me::check;
use super::problem::Problem;
use super::sent::{Named, Sent};
use super::state::WebState;
use crate::clock;
use crate::identity::{AccountChange, AccountName, HolderChange, password, role};

/// `GET /api/v1/accounts`: lists all accounts.
pub(super) async fn list(State(web): State<WebState>) -> Result<Json<Vec<Account>>, Problem> {
    Ok(Json(web.store.accounts().await?))
}

/// `POST /api/v1/accounts`: makes an account with a one-time password, which is told only in the answer.
pub(super) async fn create(
    State(web): State<WebState>,
    caller: Caller,
    Sent(wanted): Sent<NewAccount>,
) -> Result<(StatusCode, Json<GrantedAccount>), Problem> {
    let name: AccountName = wanted.name.parse()?;
    let role = of_accounts(wanted.role)?;
    let password = password::one_time();
    let hash = web.doorkeeper.hash(password.clone()).await?;
    let holder =
        fit(HolderChange { display_name: wanted.display_name, exten: wanted.exten, ..HolderChange::default() })?;
    let account = web.store.create_account(clock::now(), caller.actor(), name, role, hash, holder).await??;
    Ok((StatusCode::CREATED, Json(GrantedAccount { account, one_time_password: Some(password) })))
}

/// `PATCH /api/v1/accounts/{name}`: changes the role or the holder, or gives a new one-time password.
pub(super) async fn change(
    State(web): State<WebState>,
    caller: Caller,
    Named(name): Named<String>,
    Sent(wanted): Sent<ChangeAccount>,
) -> Result<Json<GrantedAccount>, Problem> {
    let name: AccountName = name.parse()?;
    let ChangeAccount { role, reset_password: _, display_name, exten, own_dnd } = wanted;
    let holder = fit(HolderChange { display_name, exten, own_dnd })?;
    let mut change = AccountChange { holder, role: role.map(of_accounts).transpose()?, one_time_hash: None };
    let one_time_password = wanted.reset_password.then(password::one_time);
    if let Some(password) = &one_time_password {
        change.one_time_hash = Some(web.doorkeeper.hash(password.clone()).await?);
    }
    let account = web.store.change_account(clock::now(), caller.actor(), name, change).await??;
    Ok(Json(GrantedAccount { account, one_time_password }))
}

/// `DELETE /api/v1/accounts/{name}`: removes an account.
pub(super) async fn remove(
    State(web): State<WebState>,
    caller: Caller,
    Named(name): Named<String>,
) -> Result<StatusCode, Problem> {
    web.store.remove_account(clock::now(), caller.actor(), name.parse()?).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the spaces from around a display name, and refuses one that is too long and what is no extension.
fn fit(change: HolderChange) -> Result<HolderChange, Problem> {
    let display_name = change.display_name.map(|name| name.trim().to_owned());
    if let Some(name) = &display_name
        && (name.chars().count() > DISPLAY_NAME_MAX_CHARS || name.chars().any(char::is_control))
    {
        let most = DISPLAY_NAME_MAX_CHARS;
        return Err(Problem::Unfit(format!("a display name has at most {most} characters, all in one line")));
    }
    let exten = change.exten.map(|exten| Exten::from(exten.as_str().trim()));
    if let Some(exten) = exten.as_ref().filter(|exten| !exten.as_str().is_empty()) {
        check(exten)?;
    }
    Ok(HolderChange { display_name, exten, ..change })
}

/// Refuses a role that no account has.
fn of_accounts(role: Role) -> Result<Role, Problem> {
    let unfit =
        || Problem::Unfit("an account is a viewer, a receptionist or an admin; a screen is made at /screens".into());
    role::is_of_accounts(role).then_some(role).ok_or_else(unfit)
}

/// `GET /api/v1/screens`: lists all screens.
pub(super) async fn screens(State(web): State<WebState>) -> Result<Json<Vec<ScreenLink>>, Problem> {
    Ok(Json(web.store.screens().await?))
}

/// `POST /api/v1/screens`: makes a link for a wall display, which is told only in the answer.
pub(super) async fn create_screen(
    State(web): State<WebState>,
    caller: Caller,
    Sent(wanted): Sent<NewScreen>,
) -> Result<(StatusCode, Json<GrantedScreen>), Problem> {
    let name = wanted.name.trim();
    if name.is_empty() || name.chars().count() > 64 {
        return Err(Problem::Unfit("a screen's name has 1 to 64 characters".into()));
    }
    // A site or a department may come later, so there need be no lamp on it yet.
    let board = wanted.board.trim();
    if board.is_empty() || board.chars().count() > 100 || board.chars().any(char::is_control) {
        return Err(Problem::Unfit(format!("a board is `{BOARD_ALL}`, or the name of a site or a department")));
    }
    let (screen, token) = web.store.create_screen(clock::now(), caller.actor(), name.into(), board.into()).await?;
    Ok((StatusCode::CREATED, Json(GrantedScreen { screen, path: format!("screen/{}", token.as_str()) })))
}

/// `DELETE /api/v1/screens/{id}`: revokes a screen's link and ends its sessions.
pub(super) async fn revoke_screen(
    State(web): State<WebState>,
    caller: Caller,
    Named(id): Named<i64>,
) -> Result<StatusCode, Problem> {
    if web.store.remove_screen(clock::now(), caller.actor(), id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::NoSuchScreen(id))
    }
}
