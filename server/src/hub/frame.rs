//! Frames: events in their wire form. Server-sent events (HTML standard §9.2) are lines of `field: value` with an empty
//! line at the end.
//!
//! JSON holds no bare line break, so the data of an event is always one line.

use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use lampfield_shared::event::name;
use lampfield_shared::{Lamp, Revision, Snapshot, Tick};
use serde::Serialize;

use super::lock::lock;
use crate::board::BoardChange;
use crate::view::View;

/// Wire forms of one change, each made when the first reader needs it. Nearly all changes have one form for everybody.
#[derive(Debug, Default)]
pub(super) struct Forms {
    whole: OnceLock<Bytes>,
    cut: Mutex<Vec<(u8, Bytes)>>,
}

impl Forms {
    /// The event for this view of the change that made `revision`; made once.
    pub(super) fn of(&self, revision: Revision, change: &BoardChange, view: View) -> Bytes {
        let form = form(change, view);
        if form == 0 {
            return self.whole.get_or_init(|| self::change(revision, change, view)).clone();
        }
        let mut cut = lock(&self.cut);
        if let Some((_, bytes)) = cut.iter().find(|(known, _)| *known == form) {
            return bytes.clone();
        }
        let bytes = self::change(revision, change, view);
        cut.push((form, bytes.clone()));
        bytes
    }
}

/// Number of the form for a view: views that get the same bytes share a number. 0 is the uncut change.
fn form(change: &BoardChange, view: View) -> u8 {
    match change {
        BoardChange::Lamp(lamp) => view.form(lamp),
        BoardChange::Site(site) => u8::from(view.site((**site).clone()) != **site),
        BoardChange::OwnBoards(_) => 0,
    }
}

/// Writes the event for this view of the change that made `revision`.
pub(super) fn change(revision: Revision, change: &BoardChange, view: View) -> Bytes {
    match change {
        BoardChange::Lamp(lamp) => event(revision, name::CHANGE, &*view.lamp(lamp)),
        BoardChange::Site(site) => event(revision, name::SITE, &view.site((**site).clone())),
        BoardChange::OwnBoards(boards) => event(revision, name::BOARDS, &**boards),
    }
}

/// Writes lamps as a JSON array, cut for this view.
pub(super) fn array<'a>(lamps: impl IntoIterator<Item = &'a Arc<Lamp>>, view: View) -> Bytes {
    let mut array = vec![b'['];
    for lamp in lamps {
        if array.len() > 1 {
            array.push(b',');
        }
        serde_json::to_writer(&mut array, &*view.lamp(lamp)).expect(JSON);
    }
    array.push(b']');
    array.into()
}

fn event(revision: Revision, name: &str, data: &(impl Serialize + ?Sized)) -> Bytes {
    let mut text = Vec::with_capacity(USUAL);
    text.extend_from_slice(&opening(Some(revision), name));
    serde_json::to_writer(&mut text, data).expect(JSON);
    text.extend_from_slice(END);
    text.into()
}

/// Writes a tick. The event has no `id:`, so it never moves the point at which a watcher resumes.
pub(super) fn tick(tick: Tick) -> Bytes {
    let mut text = opening(None, name::TICK);
    text.extend(json(&tick));
    text.extend_from_slice(END);
    text.into()
}

/// Writes the delay after which a browser comes back.
pub(super) fn retry(milliseconds: u32) -> Bytes {
    format!("retry: {milliseconds}\n\n").into()
}

/// Writes what stands before and after the lamps of a snapshot, so that all watchers share these: they are the JSON array
/// for `head`, whose own is empty.
pub(super) fn around_lamps(head: &Snapshot) -> [Bytes; 2] {
    let mut before = opening(Some(head.revision), name::SNAPSHOT);
    before.extend(json(head));
    let cut = before.len().saturating_sub(NO_LAMPS.len());
    debug_assert_eq!(&before[cut..], NO_LAMPS, "the lamps are the last field of a snapshot");
    before.truncate(cut);
    [before.into(), Bytes::from_static(b"}\n\n")]
}

/// Size of a lamp with the usual fields, in bytes; capacity for one.
const USUAL: usize = 512;

/// End of a snapshot without lamps.
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
