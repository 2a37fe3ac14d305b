//! "Do not disturb" that was set before the start: our own votes, and what the board is to show.

use lampfield_shared::dnd::device;
use lampfield_shared::{DeviceName, DeviceState, Dnd, DndKind, Timestamp};

use super::request::told;
use crate::board::DndNews;
use crate::store::dnd::{DndRecord, DndState};

/// What mesh and board are given at the start.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Remembered {
    /// Our own votes. Withdrawn ones are told, too, for a peer keeps what it was told.
    pub own: Vec<(Timestamp, DeviceName, DeviceState)>,
    /// News for the board, each with its moment.
    pub news: Vec<(Timestamp, DndNews)>,
}

/// Turns the records into votes and news.
pub fn remember(records: &[DndRecord]) -> Remembered {
    let mut kept = Remembered::default();
    for record in records {
        let since = record.since;
        let (exten, kind, told) = (record.exten.clone(), record.kind, told(record));
        let order = |wanted| DndNews::Order { exten: exten.clone(), wanted, told: told.clone() };
        match (kind, record.state) {
            (_, DndState::Off) => {}
            (DndKind::Lamp, _) => kept.news.push((since, DndNews::Told { exten, kind, told: Some(told) })),
            (DndKind::Calls, DndState::On) => kept.news.push((since, DndNews::Kept { exten, told })),
            (DndKind::Calls, DndState::Beginning) => kept.news.push((since, order(Dnd::On))),
            (DndKind::Calls, DndState::Ending) => kept.news.push((since, order(Dnd::Off))),
        }
        if record.kind == DndKind::Lamp {
            let state = if record.state == DndState::On { DeviceState::Busy } else { DeviceState::Invalid };
            let device = device::of_exten(&record.exten);
            kept.own.push((since, device, state));
        }
    }
    kept
}
