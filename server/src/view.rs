//! Decides what each reader may know; nothing else does.
//!
//! ```text
//!  screen  ─ passers-by read it: lamps, and that there is a call
//!  guest   ─ not logged in: the same, and why a lamp shows what it shows
//!  staff   ─ a viewer's or a receptionist's account: also what people say of themselves
//!  admin   ─ also what the mesh is made of: entity ids, logins, lines of configuration
//! ```
//! How much of calls each reader knows stands in the configuration (`[privacy]`). Whatever goes out to a reader passes
//! here first; `every_field_is_told_to_whom_the_table_says_and_nobody_else` walks all of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use lampfield_shared::dnd::{DndEntry, DndList};
use lampfield_shared::{
    Call, DeviceName, DndDetails, Exten, Fault, Finding, Lamp, LampDetails, Mailbox, MeshReport, PeerReport, Presence,
    Privacy, Role, Site, Timestamp, Vote,
};

/// Told to readers who are no admins, in place of a fault that only an admin can mend.
const FOR_ADMINS: &str = "there is a problem; an admin sees which";

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Screen,
    Guest,
    Staff,
    Admin,
}

/// What one reader may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    reader: Reader,
    calls: Privacy,
}

/// Fields of a lamp that not everybody may see.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reserved {
    mailbox: Option<Mailbox>,
    mailbox_as_of: Option<Timestamp>,
    presence: Option<Box<Presence>>,
    dnd_details: Option<Box<DndDetails>>,
    call: Option<Box<Call>>,
}

impl View {
    /// View of somebody who has logged in, or came by a screen's link.
    pub const fn of_account(role: Role, calls: Privacy) -> Self {
        let reader = match role {
            Role::Screen => Reader::Screen,
            Role::Viewer | Role::Receptionist => Reader::Staff,
            Role::Admin => Reader::Admin,
        };
        Self { reader, calls }
    }

    /// View of somebody who is not logged in, where the configuration gives them this role. A configuration that lets
    /// strangers keep notes or set "do not disturb" treats them as staff.
    pub const fn of_guest(role: Role, calls: Privacy) -> Self {
        match role {
            Role::Viewer => Self { reader: Reader::Guest, calls },
            Role::Screen | Role::Receptionist | Role::Admin => Self::of_account(role, calls),
        }
    }

    /// View without any limit.
    pub const fn whole() -> Self {
        Self { reader: Reader::Admin, calls: Privacy::Full }
    }

    /// How much this reader knows of calls.
    pub const fn calls(self) -> Privacy {
        self.calls
    }

    /// Number of views that differ in what they see of the board.
    pub const BOARDS: usize = 3 * Privacy::ALL.len();

    /// One view of each that differs in what it sees of the board, in the order of [`Self::board`].
    pub fn boards() -> impl Iterator<Item = Self> {
        let readers = [Reader::Screen, Reader::Guest, Reader::Staff];
        readers.into_iter().flat_map(|reader| Privacy::ALL.map(|calls| Self { reader, calls }))
    }

    /// Number of the view that sees the same lamps, sites and boards.
    pub const fn board(self) -> usize {
        let reader = match self.reader {
            Reader::Screen => 0,
            Reader::Guest => 1,
            Reader::Staff | Reader::Admin => 2,
        };
        reader * Privacy::ALL.len() + self.calls as usize
    }

    /// Number of the form of a lamp that this reader gets; readers of one form share a number. 0 is the lamp as it is,
    /// which everybody gets of nearly all lamps.
    pub fn form(self, lamp: &Lamp) -> u8 {
        let calls = if lamp.call.is_some() { Privacy::Full as u8 - self.calls as u8 } else { 0 };
        let mail = !self.has_mail() && (lamp.mailbox.is_some() || lamp.mailbox_as_of.is_some());
        let said = |presence: &Presence| presence.subtype.is_some() || presence.note.is_some();
        let done = |details: &DndDetails| details.reason.is_some() || details.by.is_some();
        let words = !self.has_words()
            && (lamp.presence.as_deref().is_some_and(said) || lamp.dnd_details.as_deref().is_some_and(done));
        calls | u8::from(mail) << 2 | u8::from(words) << 3
    }

    /// Whether this reader sees counts of voice mail.
    const fn has_mail(self) -> bool {
        !matches!(self.reader, Reader::Screen)
    }

    /// Whether this reader sees what people write and do: notes, reasons, and who it was.
    const fn has_words(self) -> bool {
        matches!(self.reader, Reader::Staff | Reader::Admin)
    }

    const fn is_admin(self) -> bool {
        matches!(self.reader, Reader::Admin)
    }

    /// The lamp as this reader is told of it.
    pub fn lamp(self, lamp: &Lamp) -> Cow<'_, Lamp> {
        if self.form(lamp) == 0 {
            return Cow::Borrowed(lamp);
        }
        let Reserved { mailbox, mailbox_as_of, presence, dnd_details, call } = self.reserved(lamp);
        Cow::Owned(Lamp { mailbox, mailbox_as_of, presence, dnd_details, call, ..lamp.clone() })
    }

    fn reserved(self, lamp: &Lamp) -> Reserved {
        let words = |words: &Option<String>| words.clone().filter(|_| self.has_words());
        let presence = lamp.presence.as_ref().map(|presence| {
            let Presence { state, subtype, note, as_of } = &**presence;
            Box::new(Presence { state: *state, subtype: words(subtype), note: words(note), as_of: *as_of })
        });
        let dnd_details = lamp.dnd_details.as_ref().map(|details| {
            let DndDetails { kind, until, reason, by } = &**details;
            Box::new(DndDetails { kind: *kind, until: *until, reason: words(reason), by: words(by) })
        });
        Reserved {
            mailbox: lamp.mailbox.filter(|_| self.has_mail()),
            mailbox_as_of: lamp.mailbox_as_of.filter(|_| self.has_mail()),
            presence,
            dnd_details,
            call: lamp.call.clone().and_then(|call| self.calls.cut(call)),
        }
    }

    /// Whether a lamp that has changed looks different to this reader. A message about a lamp that looks the same would
    /// tell when its hidden fields change.
    pub fn tells_apart(self, before: &Lamp, after: &Lamp) -> bool {
        Self::everybody_tells_apart(before, after) || self.reserved(before) != self.reserved(after)
    }

    /// Whether a lamp looks different to every reader: all fields but [`Reserved`] are for everybody.
    pub fn everybody_tells_apart(before: &Lamp, after: &Lamp) -> bool {
        // Nearly always the state differs, and this look costs nothing.
        if (before.state, before.freshness, before.since) != (after.state, after.freshness, after.since) {
            return true;
        }
        let open = |lamp: &Lamp| Lamp {
            mailbox: None,
            mailbox_as_of: None,
            presence: None,
            dnd_details: None,
            call: None,
            ..lamp.clone()
        };
        open(before) != open(after)
    }

    /// The site as this reader is told of it. Whether a PBX has a manager is for staff: only they can block calls.
    #[must_use]
    pub fn site(self, site: Site) -> Site {
        Site { stops_calls: site.stops_calls && self.has_words(), ..site }
    }

    /// A lamp with its votes. A guest learns which PBX says what of which kind of device, and none of the names by
    /// which devices log in.
    #[must_use]
    pub fn details(self, details: LampDetails) -> LampDetails {
        let LampDetails { lamp, hint, devices, votes } = details;
        let hint = if self.has_words() { hint } else { hint.as_deref().map(kinds_of_hint) };
        LampDetails {
            devices: devices.into_iter().map(|device| self.device(device, &lamp.exten)).collect(),
            votes: self.votes(votes, &lamp.exten),
            lamp: self.lamp(&lamp).into_owned(),
            hint,
        }
    }

    fn votes(self, votes: Vec<Vote>, exten: &Exten) -> Vec<Vote> {
        let vote = |vote: Vote| Vote {
            eid: vote.eid.filter(|_| self.is_admin()),
            device: self.device(vote.device, exten),
            ..vote
        };
        votes.into_iter().map(vote).collect()
    }

    /// Name of a device, or only its kind for a guest. A vote about the extension itself stands under its number, which
    /// is no secret.
    fn device(self, device: DeviceName, exten: &Exten) -> DeviceName {
        let is_open = self.has_words() || device.as_str() == exten.as_str();
        if is_open { device } else { kind_of_device(device.as_str()).into() }
    }

    /// The mesh in numbers: those of peers are for staff, faults to be mended for admins.
    #[must_use]
    pub fn mesh(self, report: MeshReport) -> MeshReport {
        if self.is_admin() {
            return report;
        }
        let MeshReport { eid: _, peers, strangers, transport } = report;
        let is_staff = self.has_words();
        MeshReport {
            eid: None,
            peers: peers.into_iter().map(|peer| self.peer(peer)).collect(),
            strangers: if is_staff { strangers } else { BTreeMap::default() },
            transport: if is_staff { transport } else { BTreeMap::default() },
        }
    }

    fn peer(self, peer: PeerReport) -> PeerReport {
        let finding = |_: Finding| Finding {
            fault: Fault::Other,
            text: FOR_ADMINS.into(),
            file: String::new(),
            lines: String::new(),
        };
        let known = PeerReport {
            site: self.site(peer.site),
            eids: Vec::new(),
            trouble: peer.trouble.map(|_| FOR_ADMINS.into()),
            findings: peer.findings.into_iter().map(finding).collect(),
            setup: String::new(),
            ..peer
        };
        if self.has_words() {
            return known;
        }
        PeerReport {
            counters: BTreeMap::default(),
            last_in: None,
            last_out: None,
            given: BTreeMap::default(),
            got: BTreeMap::default(),
            told: Vec::new(),
            untold: 0,
            refresh: None,
            ..known
        }
    }

    /// Every "do not disturb" that is on, as this reader is told of it.
    #[must_use]
    pub fn dnd(self, list: DndList) -> DndList {
        let entry = |entry: DndEntry| DndEntry {
            reason: entry.reason.filter(|_| self.has_words()),
            by: entry.by.filter(|_| self.has_words()),
            held_by: self.votes(entry.held_by, &entry.exten),
            overdue: entry.overdue.map(|why| if self.is_admin() { why } else { FOR_ADMINS.into() }),
            ..entry
        };
        DndList { entries: list.entries.into_iter().map(entry).collect() }
    }
}

/// Kind of a device, without the name by which it logs in: `PJSIP` for `PJSIP/anna`, `Custom:DND` for `Custom:DND1001`.
fn kind_of_device(device: &str) -> &str {
    const DND: [&str; 2] = ["DND", "DEVDND"];
    let Some((kind, rest)) = device.split_once(['/', ':']) else { return "" };
    let word = DND.into_iter().find(|word| rest.starts_with(word)).filter(|_| kind.eq_ignore_ascii_case("Custom"));
    word.map_or(kind, |word| &device[..kind.len() + 1 + word.len()])
}

/// Kinds of all devices of a hint.
fn kinds_of_hint(hint: &str) -> String {
    let devices = hint.split(',').next().unwrap_or_default().split('&');
    devices.map(|device| kind_of_device(device.trim())).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_device_is_told_without_its_name() {
        for (device, kind) in [
            ("PJSIP/anna-7f3", "PJSIP"),
            ("Custom:DND1001", "Custom:DND"),
            ("custom:DEVDND1001", "custom:DEVDND"),
            ("Custom:door", "Custom"),
            ("Queue:sales_avail", "Queue"),
            ("SIP/trunk:5060", "SIP"),
            ("Local/7@desk", "Local"),
            ("1001", ""),
            ("", ""),
        ] {
            assert_eq!(kind_of_device(device), kind, "{device}");
        }
        assert_eq!(kinds_of_hint("PJSIP/anna&PJSIP/boris & Custom:DND7,CustomPresence:7"), "PJSIP&PJSIP&Custom:DND");
    }

    #[test]
    fn why_a_dnd_is_overdue_is_told_to_admins_alone() {
        let entry = DndEntry {
            exten: "1001".into(),
            kind: lampfield_shared::DndKind::Calls,
            node: None,
            since: None,
            until: None,
            reason: None,
            by: None,
            held_by: Vec::new(),
            overdue: Some("10.0.0.4:5038 refuses the user console".into()),
        };
        let told = |view: View| view.dnd(DndList { entries: vec![entry.clone()] }).entries.remove(0).overdue;
        assert_eq!(told(View::whole()), entry.overdue);
        for view in [View::of_guest(Role::Viewer, Privacy::Full), View::of_account(Role::Receptionist, Privacy::Full)] {
            assert_eq!(told(view).as_deref(), Some(FOR_ADMINS), "that it is overdue is no secret");
        }
    }

    #[test]
    fn those_who_see_the_same_of_a_board_have_one_number() {
        let numbers: Vec<_> = View::boards().map(View::board).collect();
        assert_eq!(numbers, (0..View::BOARDS).collect::<Vec<_>>());
        let admin = View::of_account(Role::Admin, Privacy::Side);
        assert_eq!(admin.board(), View::of_account(Role::Viewer, Privacy::Side).board());
        assert_ne!(admin.board(), View::of_guest(Role::Viewer, Privacy::Side).board());
        assert_eq!(View::of_guest(Role::Admin, Privacy::Full), View::whole(), "the configuration says so");
    }
}
