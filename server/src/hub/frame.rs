//! One event in its wire form: server-sent events (HTML standard §9.2) are lines of
//! `field: value` with an empty line at the end.
//!
//! JSON holds no bare line break, so the data of an event is always one line.

use bytes::Bytes;
use lampfield_shared::event::name;
use lampfield_shared::{Lamp, Privacy, Revision, Snapshot, Tick};
use serde::Serialize;

use crate::board::BoardChange;

/// The event of the change that made `revision`, for one who may know so much of calls.
pub(super) fn change(revision: Revision, change: &BoardChange, privacy: Privacy) -> Bytes {
    match change {
        BoardChange::Lamp(lamp) => with_cut(lamp, privacy, |lamp| event(revision, name::CHANGE, lamp)),
        BoardChange::Site(site) => event(revision, name::SITE, site),
        BoardChange::OwnBoards(boards) => event(revision, name::BOARDS, &**boards),
    }
}

/// Whose form of a change such a watcher gets. Nearly all have one for everybody, as nobody's call is in them.
pub(super) fn form(change: &BoardChange, privacy: Privacy) -> Privacy {
    match change {
        BoardChange::Lamp(lamp) if lamp.call.is_some() => privacy,
        BoardChange::Lamp(_) | BoardChange::Site(_) | BoardChange::OwnBoards(_) => Privacy::Full,
    }
}

/// Appends the JSON of a lamp, for one who may know so much of calls.
pub(super) fn write_lamp(lamp: &Lamp, privacy: Privacy, text: &mut Vec<u8>) {
    with_cut(lamp, privacy, |lamp| serde_json::to_writer(text, lamp).expect(JSON));
}

/// Lets a lamp be written with as much of its call as may be known.
fn with_cut<T>(lamp: &Lamp, privacy: Privacy, write: impl FnOnce(&Lamp) -> T) -> T {
    match &lamp.call {
        None => write(lamp),
        Some(call) => write(&Lamp { call: privacy.cut(call.clone()), ..lamp.clone() }),
    }
}

fn event(revision: Revision, name: &str, data: &(impl Serialize + ?Sized)) -> Bytes {
    let mut text = Vec::with_capacity(USUAL);
    text.extend_from_slice(&opening(Some(revision), name));
    serde_json::to_writer(&mut text, data).expect(JSON);
    text.extend_from_slice(END);
    text.into()
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
