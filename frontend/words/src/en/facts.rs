//! Texts on entries of the audit log, in English.

use lampfield_shared::account::{NoAccount, OwnDnd};
use lampfield_shared::{DndKind, Fact, Role, Timestamp};

/// A fact in words; `time` formats a time of day.
pub(super) fn told(fact: &Fact, time: &dyn Fn(Timestamp) -> String) -> Option<String> {
    Some(match fact {
        Fact::Kind(DndKind::Lamp) => "lamp only".into(),
        Fact::Kind(DndKind::Calls) => "calls blocked".into(),
        Fact::ConfirmedBy(node) => format!("confirmed by {node}"),
        Fact::Until(until) => format!("until {}", time(*until)),
        Fact::Reason(reason) => format!("reason: {reason}"),
        Fact::Elsewhere => "at the phone or the PBX itself".into(),
        Fact::AfterRestart => "after a restart".into(),
        Fact::NotBegun => "before it had begun".into(),
        Fact::OutOfReach(node) => format!("{node} cannot be reached any more, and may still block calls"),
        Fact::NothingWasOn => "nothing was on".into(),
        Fact::FirstStart => "at the first start".into(),
        Fact::RoleWas(role) => format!("before: {}", self::role(*role)),
        Fact::Role(role) => format!("role: {}", self::role(*role)),
        Fact::DisplayName(name) if name.is_empty() => "no display name".into(),
        Fact::DisplayName(name) => format!("display name: {name}"),
        Fact::OwnExtension(exten) if exten.as_str().is_empty() => "no extension of their own".into(),
        Fact::OwnExtension(exten) => format!("own extension: {exten}"),
        Fact::OwnDnd(right) => format!("own DND: {}", own_dnd(*right).to_lowercase()),
        Fact::Board(board) => format!("board: {board}"),
        Fact::Title(title) => format!("title: {title}"),
        Fact::Extensions(1) => "1 extension".into(),
        Fact::Extensions(count) => format!("{count} extensions"),
        Fact::Name(name) => format!("name: {name}"),
        Fact::Group(group) => format!("department: {group}"),
        Fact::Site(site) => format!("PBX: {site}"),
        Fact::Changed(count) => format!("{count} changed"),
        Fact::Refused(_) | Fact::Order(_) => return None,
        Fact::Text(text) => text.clone(),
    })
}

/// What an account may do about "do not disturb" on its own extension.
pub(super) const fn own_dnd(right: OwnDnd) -> &'static str {
    match right {
        OwnDnd::Nothing => "Not allowed",
        OwnDnd::Lamp => "Lamp",
        OwnDnd::Calls => "Lamp, blocked calls",
    }
}

/// Who did something without an account.
pub(super) fn no_account(who: NoAccount<'_>) -> String {
    match who {
        NoAccount::Guest => "guest".into(),
        NoAccount::Screen(name) => format!("screen {name}"),
        NoAccount::Timer => "timer".into(),
        NoAccount::UnknownName => "unknown name".into(),
    }
}

/// The name of a role.
pub(super) const fn role(role: Role) -> &'static str {
    match role {
        Role::Screen => "Screen",
        Role::Viewer => "Viewer",
        Role::Receptionist => "Receptionist",
        Role::Admin => "Administrator",
    }
}
