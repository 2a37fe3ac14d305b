//! Lamps, sites, readers and drafts of boards for the tests of the page.

use std::collections::BTreeMap;

use lampfield_shared::account::OwnDnd;
use lampfield_shared::{BoardGroup, Exten, ExtensionState, Freshness, Lamp, LampState, Me, Role, Site, Timestamp};

use super::draft::Draft;

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

/// Reads a draft: `Desk: 1 2 | Door: 9`.
pub fn draft(text: &str) -> Draft {
    let group = |text: &str| {
        let (title, extens) = text.split_once(':').unwrap();
        let extens = extens.split_whitespace().map(Exten::from).collect();
        BoardGroup { title: title.trim().into(), extens }
    };
    Draft(text.split('|').map(group).collect())
}

/// A draft, written as [`draft`] reads it.
pub fn said(draft: &Draft) -> String {
    let group = |group: &BoardGroup| {
        let extens: Vec<&str> = group.extens.iter().map(Exten::as_str).collect();
        format!("{}: {}", group.title, extens.join(" "))
    };
    draft.0.iter().map(group).collect::<Vec<_>>().join(" | ")
}

/// A reader who keeps nothing; without a name a guest.
pub fn me(name: Option<&str>, role: Role) -> Me {
    Me {
        name: name.map(Into::into),
        display_name: None,
        role,
        exten: None,
        own_dnd: OwnDnd::Nothing,
        must_change_password: false,
        board: None,
        favourites: Vec::new(),
        notes: BTreeMap::new(),
        choices: BTreeMap::new(),
    }
}
