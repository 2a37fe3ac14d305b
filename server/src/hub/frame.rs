//! One event in its wire form: server-sent events (HTML standard §9.2) are lines of
//! `field: value` with an empty line at the end.
//!
//! JSON holds no bare line break, so the data of an event is always one line.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use lampfield_shared::event::name;
use lampfield_shared::{Lamp, Privacy, Revision, Snapshot, Tick};
use serde::Serialize;

use crate::board::BoardChange;

/// A change in its wire form, for those who may know all of it and for those who may not.
#[derive(Debug, Clone)]
pub(super) enum Frame {
    /// Everybody gets the same: nobody's call is in it, as in nearly all.
    Same(Text),
    /// Each gets what they may know of the call.
    Cut(Arc<Cut>),
}

/// An event with its JSON inside.
#[derive(Debug, Clone)]
pub(super) struct Text {
    bytes: Bytes,
    json_at: usize,
}

/// A lamp with a call: written when somebody looks who may know so much, and then once.
#[derive(Debug)]
pub(super) struct Cut {
    revision: Revision,
    lamp: Lamp,
    texts: [OnceLock<Text>; Privacy::ALL.len()],
}

impl Frame {
    /// Writes the change that made `revision`.
    pub(super) fn of(revision: Revision, change: &BoardChange) -> Self {
        match change {
            BoardChange::Lamp(lamp) if lamp.call.is_some() => {
                Self::Cut(Arc::new(Cut { revision, lamp: lamp.clone(), texts: Default::default() }))
            }
            BoardChange::Lamp(lamp) => Self::Same(Text::write(revision, name::CHANGE, lamp)),
            BoardChange::Site(site) => Self::Same(Text::write(revision, name::SITE, site)),
        }
    }

    /// The whole event.
    pub(super) fn bytes(&self, privacy: Privacy) -> &Bytes {
        &self.text(privacy).bytes
    }

    /// The data alone; it shares the event's memory.
    pub(super) fn json(&self, privacy: Privacy) -> Bytes {
        let Text { bytes, json_at } = self.text(privacy);
        bytes.slice(*json_at..bytes.len() - END.len())
    }

    fn text(&self, privacy: Privacy) -> &Text {
        match self {
            Self::Same(text) => text,
            Self::Cut(cut) => cut.texts[privacy as usize].get_or_init(|| {
                let mut lamp = cut.lamp.clone();
                lamp.call = lamp.call.and_then(|call| privacy.cut(call));
                Text::write(cut.revision, name::CHANGE, &lamp)
            }),
        }
    }
}

impl Text {
    fn write(revision: Revision, event: &str, data: &impl Serialize) -> Self {
        let mut text = Vec::with_capacity(USUAL);
        text.extend_from_slice(&opening(Some(revision), event));
        let json_at = text.len();
        serde_json::to_writer(&mut text, data).expect(JSON);
        text.extend_from_slice(END);
        // Copied, so that a frame which may stay for days holds no spare capacity.
        Self { bytes: Bytes::copy_from_slice(&text), json_at }
    }
}

/// The sign of life. It has no `id:`, so it never moves the point at which a watcher resumes.
pub(super) fn tick(tick: Tick) -> Bytes {
    let mut text = opening(None, name::TICK);
    text.extend(json(&tick));
    text.extend_from_slice(END);
    text.into()
}

/// How long a browser waits before it comes back.
pub(super) fn retry(milliseconds: u32) -> Bytes {
    format!("retry: {milliseconds}\n\n").into()
}

/// A snapshot in pieces, so that all watchers share the long one: `lamps` is the JSON array
/// that belongs into `head`, whose own is empty.
pub(super) fn snapshot(head: &Snapshot, lamps: Bytes) -> [Bytes; 3] {
    let mut before = opening(Some(head.revision), name::SNAPSHOT);
    before.extend(json(head));
    let cut = before.len().saturating_sub(NO_LAMPS.len());
    debug_assert_eq!(&before[cut..], NO_LAMPS, "the lamps are the last field of a snapshot");
    before.truncate(cut);
    [before.into(), lamps, Bytes::from_static(b"}\n\n")]
}

/// Room for a lamp with all that most have, in bytes.
const USUAL: usize = 512;

/// How a snapshot without lamps ends.
const NO_LAMPS: &[u8] = b"[]}";
const END: &[u8] = b"\n\n";

fn opening(id: Option<Revision>, event: &str) -> Vec<u8> {
    let id = id.map(|Revision(number)| format!("id: {number}\n")).unwrap_or_default();
    format!("{id}event: {event}\ndata: ").into()
}

fn json(data: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(data).expect(JSON)
}

const JSON: &str = "events are structures of text and numbers, which JSON can always hold";
