//! What an Asterisk keeps of the states that others publish to it (`docs/protocol.md` §3.2 to §3.4).
//!
//! The entity-tags are one counter for the whole process, from 0 after each start, and it does not check whose a tag
//! is. The states themselves live until it restarts.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use lampfield_shared::{DeviceName, DeviceState, Eid};
use lampfield_sip::{Answer, Request};

use crate::mesh::body::json::{Body, Content, MeshEvent};

/// Entity-tags and states.
#[derive(Debug, Default)]
pub struct Table {
    next_tag: u64,
    held: BTreeMap<u64, (MeshEvent, Instant)>,
    states: BTreeMap<(Eid, DeviceName), DeviceState>,
    heard: u64,
}

impl Table {
    /// Answers a PUBLISH of an event, whatever its body says.
    pub(super) fn take(&mut self, now: Instant, event: MeshEvent, request: &Request) -> Answer {
        self.held.retain(|_, (_, ends)| now < *ends);
        let expires = request.expires().unwrap_or(Duration::from_hours(1));
        let known = match (request.if_match().map(str::parse::<u64>), request.body.is_empty()) {
            (None, _) if expires.is_zero() => return Answer::new(Answer::CONDITIONAL_REQUEST_FAILED),
            (Some(Err(_)), _) | (None, true) => return Answer::new(Answer::BAD_REQUEST),
            (None, false) => true,
            (Some(Ok(tag)), _) => {
                let is_of_event = self.held.get(&tag).is_some_and(|(of, _)| *of == event);
                is_of_event && self.held.remove(&tag).is_some()
            }
        };
        if !known {
            return Answer::new(Answer::CONDITIONAL_REQUEST_FAILED);
        }
        let tag = self.next_tag;
        self.next_tag += 1;
        if !expires.is_zero() {
            self.held.insert(tag, (event, now + expires));
        }
        Answer::new(Answer::OK).etag(tag).expires(expires)
    }

    /// Takes in the body of a PUBLISH.
    pub(super) fn hear(&mut self, body: Body) {
        if let Content::Device { device, state, .. } = body.content {
            self.heard += 1;
            self.states.insert((body.eid, device), state);
        }
    }

    /// The state of a device that `eid` last told.
    pub fn state(&self, eid: Eid, device: &DeviceName) -> Option<DeviceState> {
        self.states.get(&(eid, device.clone())).copied()
    }

    /// Number of device states that were told.
    pub fn heard(&self) -> u64 {
        self.heard
    }

    /// Number of publications that are kept.
    pub fn publications(&self) -> usize {
        self.held.len()
    }
}
