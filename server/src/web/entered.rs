//! Answer to a login: the cookie, and what a caller is told of themselves.

use axum::Json;
use axum::http::HeaderMap;
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::response::{IntoResponse, Response};
use lampfield_shared::{Me, Role};

use super::caller::Caller;
use super::client::Client;
use super::cookie::Jar;
use super::problem::Problem;
use super::state::WebState;
use crate::clock;
use crate::identity::{Holder, Origin, Token};
use crate::store::notes::Own;

/// Answers a login with the cookie, and with who the caller now is.
pub(super) async fn entered(web: &WebState, client: &Client, token: &Token) -> Result<Response, Problem> {
    let held = web.store.session(clock::now(), token, web.settings.lifetime).await?.ok_or(Problem::LoginNeeded)?;
    let me: Me = me(web, &Caller::of(held, client.sender)).await?;
    let cookie = Jar::Login.set(Some(token), &web.store, client.encryption);
    Ok(([(SET_COOKIE, cookie)], Json(me)).into_response())
}

/// Reads where a session begins from the request.
pub(super) fn origin(client: &Client, headers: &HeaderMap) -> Origin {
    let browser = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Origin { address: client.sender.to_string(), browser: browser.chars().take(200).collect() }
}

/// Collects what a caller is told of themselves: role, own extension, favourites, notes, choices.
pub(super) async fn me(web: &WebState, caller: &Caller) -> Result<Me, Problem> {
    let holder = caller.session.as_ref().map(|session| session.holder.clone());
    let (board, (display_name, exten, own_dnd)) = match holder {
        Some(Holder::Screen { board }) => (Some(board), Default::default()),
        Some(Holder::Account { display_name, exten, own_dnd, .. }) => (None, (display_name, exten, own_dnd)),
        None => Default::default(),
    };
    // Guests may have kept notes while their role allowed it: today's guests must not see these.
    let may_keep = caller.session.is_some() || caller.role >= Role::Receptionist;
    let own = if board.is_none() && may_keep { web.store.own(caller.owner()).await? } else { Own::default() };
    Ok(Me {
        name: caller.name.clone(),
        display_name,
        role: caller.role,
        exten,
        own_dnd,
        must_change_password: caller.must_change_password(),
        board,
        favourites: own.favourites,
        notes: own.notes,
        choices: own.choices,
    })
}
