//! Lamps and sites for the tests of the page.

use lampfield_shared::{ExtensionState, Freshness, Lamp, LampState, Site, Timestamp};

/// A live site, called `PBX <name>`.
pub fn site(name: &str) -> Site {
    Site {
        name: name.into(),
        title: format!("PBX {name}"),
        freshness: Freshness::Live,
        since: Timestamp(0),
        heard: None,
        stops_calls: false,
    }
}

/// A lamp from `214@perm free Anna Sales`: extension, site, state, name and department, of which all but the first may
/// be missing.
pub fn lamp(text: &str) -> Lamp {
    let mut words = text.split_whitespace();
    let (exten, site) = words.next().map(|word| word.split_once('@').unwrap_or((word, ""))).unwrap();
    let state = words.next().unwrap_or("free");
    Lamp {
        exten: exten.into(),
        name: words.next().map(Into::into),
        site: (!site.is_empty()).then(|| site.into()),
        group: words.next().map(Into::into),
        state: LampState::ALL.into_iter().find(|own| own.as_str() == state).unwrap(),
        dnd: false,
        dnd_details: None,
        dnd_freshness: Freshness::Live,
        dnd_as_of: None,
        phone: None,
        hint_state: ExtensionState::Idle,
        freshness: Freshness::Live,
        since: Timestamp(0),
        as_of: None,
        mailbox: None,
        mailbox_as_of: None,
        presence: None,
        call: None,
    }
}
