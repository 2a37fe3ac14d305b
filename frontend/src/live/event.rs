//! The events of the stream as values.

use lampfield_shared::event::name;
use lampfield_shared::{Lamp, OwnBoard, Site, Snapshot, Tick};

/// An event of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoardEvent {
    /// The whole board; the first event, and the first after a long gap.
    Snapshot(Snapshot),
    /// A lamp is new or has changed.
    Change(Box<Lamp>),
    /// A site has changed.
    Site(Site),
    /// All own boards, because one of them is new, different or gone.
    Boards(Vec<OwnBoard>),
    /// A sign of life, every [`TICK_SECONDS`](lampfield_shared::event::TICK_SECONDS).
    Tick(Tick),
}

impl BoardEvent {
    /// The names of all events.
    pub const NAMES: [&str; 5] = [name::SNAPSHOT, name::CHANGE, name::SITE, name::BOARDS, name::TICK];

    /// Reads the event called `event`.
    ///
    /// # Errors
    /// `data` is not the JSON of such an event: the server is of another build.
    pub fn parse(event: &str, data: &str) -> Result<Self, serde_json::Error> {
        match event {
            name::SNAPSHOT => serde_json::from_str(data).map(Self::Snapshot),
            name::CHANGE => serde_json::from_str(data).map(Self::Change),
            name::SITE => serde_json::from_str(data).map(Self::Site),
            name::BOARDS => serde_json::from_str(data).map(Self::Boards),
            _ => serde_json::from_str(data).map(Self::Tick),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::to_value as json;

    use super::*;
    use crate::live::liveness::SILENCE;
    use crate::state::testing::{lamp, site};

    const WORKER: &str = include_str!("../../assets/stream.js");

    /// The value of a `const` in the script of the shared worker.
    #[track_caller]
    fn constant(name: &str) -> &'static str {
        let line = WORKER.lines().find_map(|line| line.strip_prefix(&format!("const {name} = ")));
        line.and_then(|value| value.strip_suffix(';')).unwrap_or_else(|| panic!("the worker has no constant {name}"))
    }

    #[test]
    fn the_worker_listens_for_every_event_and_waits_as_long_as_the_page() {
        assert_eq!(serde_json::from_str::<Vec<&str>>(constant("NAMES")).unwrap(), BoardEvent::NAMES);
        assert_eq!(constant("SILENCE").replace('_', ""), SILENCE.as_millis().to_string());
    }

    #[test]
    fn the_worker_finds_in_each_event_what_it_is_about() {
        let (change, site) = (json(lamp("214@perm free Anna")).unwrap(), json(site("perm")).unwrap());
        assert_eq!((&change["exten"], &site["name"]), (&"214".into(), &"perm".into()));
        assert_eq!(constant("KEYS"), format!(r#"{{ {}: "exten", {}: "name" }}"#, name::CHANGE, name::SITE));
    }
}
