//! Why a request was not carried out, in words, and with the HTTP status of the answer.

use std::fmt;

use lampfield_shared::{Cause, Dnd, Exten, SiteName, Why};

use super::plan::Refusal;
use super::switch::{Failure, StepError};
use super::wish::BadWish;
use crate::ami::wire::Action;
use crate::handle::Stopped;
use crate::store::StoreError;

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum DndError {
    /// The request makes no sense (422).
    #[error(transparent)]
    Wish(#[from] BadWish),
    /// The request names neither extensions nor a group, or both (422).
    #[error("say for whom: `extens` or `group`")]
    NoOneNamed,
    /// The extension has no lamp (404).
    #[error("there is no lamp `{0}`")]
    NoSuchExten(Exten),
    /// The group has no extensions (404).
    #[error("nobody is in a group `{0}`")]
    NoSuchGroup(String),
    /// The PBX cannot be told now (409), or not at all (422).
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The PBX did not do it (502), or did not confirm it (504).
    #[error("{}", Story { exten, node, state: *state, failure })]
    Failed {
        /// Extension that the request is for.
        exten: Exten,
        /// The PBX that was told.
        node: SiteName,
        /// State that was asked for.
        state: Dnd,
        /// Step that failed, and what was done before.
        failure: Box<Failure>,
    },
    /// Other extensions of the same request took too long (503).
    #[error("{0} was not tried: those before it took too long; send the rest again")]
    NotBegun(Exten),
    /// The PBX has not answered yet (504).
    #[error("{0} is still being sent to its PBX; the audit log will say how it ends")]
    UnderWay(Exten),
    /// The server is stopping (503).
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// The store refuses: the asker may no longer (401), the disk is full (507), or else 503.
    #[error("it cannot be saved: {0}")]
    Store(#[from] StoreError),
    /// The server made a mistake (500).
    #[error("the server has made a mistake; see its log")]
    Mistake,
}

impl DndError {
    /// HTTP status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::NoSuchExten(_) | Self::NoSuchGroup(_) => 404,
            Self::Wish(_) | Self::NoOneNamed | Self::Refused(Refusal::NotShown { .. } | Refusal::OddName { .. }) => 422,
            Self::Refused(Refusal::HomeUnknown { .. } | Refusal::NoLink { .. } | Refusal::HomeSilent { .. }) => 409,
            Self::Failed { failure, .. } => match failure.why {
                StepError::Unconfirmed { .. } => 504,
                StepError::Ami(_) => 502,
                StepError::Gone | StepError::NotBegun => 409,
            },
            Self::UnderWay(_) => 504,
            Self::Store(StoreError::Unproved(_)) => 401,
            Self::Store(StoreError::NoRoom) => 507,
            Self::NotBegun(_) | Self::Stopped(_) | Self::Store(_) => 503,
            Self::Mistake => 500,
        }
    }
}

impl DndError {
    /// Cause in the page's words, where there is one.
    pub fn why(&self) -> Option<Why> {
        let of_exten = |cause, exten: &Exten| Some(Why::of(cause, &[exten]));
        match self {
            Self::Wish(BadWish::Past { .. }) => Some(Why::of(Cause::DndPast, &[])),
            Self::Wish(BadWish::TooFar) => Some(Why::of(Cause::DndTooFar, &[])),
            Self::Wish(BadWish::LongReason(_)) => Some(Why::of(Cause::DndLongReason, &[])),
            Self::Wish(_) | Self::NoOneNamed | Self::Refused(Refusal::OddName { .. }) => None,
            Self::NoSuchExten(exten) => of_exten(Cause::NoLamp, exten),
            Self::NoSuchGroup(group) => Some(Why::of(Cause::NoGroup, &[group])),
            Self::Refused(Refusal::HomeUnknown { exten }) => of_exten(Cause::DndHomeUnknown, exten),
            Self::Refused(Refusal::NoLink { exten, node }) => Some(Why::of(Cause::DndNoLink, &[exten, node])),
            Self::Refused(Refusal::HomeSilent { exten, node }) => Some(Why::of(Cause::DndHomeSilent, &[exten, node])),
            Self::Refused(Refusal::NotShown { exten }) => of_exten(Cause::DndNotShown, exten),
            Self::Failed { exten, node, failure, .. } => {
                let cause = match failure.why {
                    StepError::Unconfirmed { .. } => Cause::DndUnconfirmed,
                    StepError::Ami(_) | StepError::Gone | StepError::NotBegun => Cause::DndNotTaken,
                };
                Some(Why::of(cause, &[exten, node]))
            }
            Self::NotBegun(exten) => of_exten(Cause::DndNotBegun, exten),
            Self::UnderWay(exten) => of_exten(Cause::DndUnderWay, exten),
            Self::Stopped(_) => Some(Why::of(Cause::Busy, &[])),
            Self::Store(_) => Some(Why::of(Cause::NotKept, &[])),
            Self::Mistake => Some(Why::of(Cause::Mistake, &[])),
        }
    }
}

/// A request that failed at its PBX, told in sentences.
struct Story<'a> {
    exten: &'a Exten,
    node: &'a SiteName,
    state: Dnd,
    failure: &'a Failure,
}

impl fmt::Display for Story<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { exten, node, state, failure } = self;
        let word = match state {
            Dnd::On => "on",
            Dnd::Off => "off",
        };
        let Failure { why, done, taken_back, stuck } = failure;
        write!(f, "`{node}` did not switch \"do not disturb\" {word} for {exten}: {why}.")?;
        if !taken_back.is_empty() {
            write!(f, " Done before that, and taken back: {}.", List(taken_back))?;
        }
        if !done.is_empty() {
            write!(f, " Done before that, and in force: {}.", List(done))?;
        } else if taken_back.is_empty() {
            write!(f, " Nothing has changed there.")?;
        }
        stuck.as_ref().map_or(Ok(()), |stuck| write!(f, " It could not be taken back: {stuck}."))
    }
}

struct List<'a>(&'a [Action]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, action) in self.0.iter().enumerate() {
            write!(f, "{}{action}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
