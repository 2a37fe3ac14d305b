//! What was set before the start: our own votes, and what the board is to say of it.

use lampfield_shared::dnd::device;
use lampfield_shared::{DeviceName, DeviceState, Dnd, DndKind, Timestamp};

use super::order::told;
use crate::board::DndNews;
use crate::store::dnd::{DndRecord, DndState};

/// See the module.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Our own votes; the withdrawn ones are told, too, for a peer keeps what it was told.
    pub own: Vec<(Timestamp, DeviceName, DeviceState)>,
    /// What the board is to say of them, each with its moment.
    pub news: Vec<(Timestamp, DndNews)>,
}

/// What follows from the records.
pub fn remember(records: &[DndRecord]) -> Kept {
    let mut kept = Kept::default();
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
