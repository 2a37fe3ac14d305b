//! Extractors of bodies, paths and queries that refuse in our own form.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::pace::is_too_slow;
use super::problem::Problem;

/// Longest body, in bytes: the names of some thousand extensions.
pub(super) const LONGEST_BODY: usize = 64 * 1024;

/// A body of JSON.
pub(super) struct Sent<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let body: Result<Json<T>, JsonRejection> = Json::from_request(request, state).await;
        match body {
            Ok(Json(read)) => Ok(Self(read)),
            Err(rejection) if is_too_slow(&rejection) => Err(Problem::TooSlow),
            Err(rejection) => Err(rejection.into()),
        }
    }
}

/// Parameters in the path.
pub(super) struct Named<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path: Result<Path<T>, PathRejection> = Path::from_request_parts(parts, state).await;
        Ok(Self(path?.0))
    }
}

/// Query of the address, behind the `?`.
pub(super) struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, state).await;
        Ok(Self(query?.0))
    }
}
