//! The lamps of the board: how they come to be, and what they show.

use std::collections::BTreeSet;
use std::sync::Arc;

use lampfield_shared::dnd::device;
use lampfield_shared::{DeviceName, DeviceState, Exten, Lamp};

use super::cell::{Cell, MailboxChoice, Waiting};
use super::freshness::Evidence;
use super::home::Home;
use super::ids::{DeviceId, LampId, PeerId};
use super::reading::{Hinted, Role, roles};
use super::votes::Voter;
use super::{Board, Changed, ExtensionSettings, MailboxName, Unhinted};
use crate::moment::Moment;

impl Board {
    /// A device is heard for the first time: the patterns whose hints name it have lamps more.
    /// A phone that no hint names is shown by its number.
    pub(super) fn add_lamps_of(&mut self, id: DeviceId, device: &DeviceName, now: Moment) {
        for exten in self.hints.naming(device.as_str()).extens {
            self.add_lamp(ExtensionSettings::unnamed(exten), now);
        }
        let number = device.as_str().strip_prefix("PJSIP/").filter(|number| is_number(number));
        if let (Unhinted::Digits, Some(number)) = (self.unhinted, number)
            && self.devices.get(id).lamps.is_empty()
            && self.hints.find(number).is_none()
        {
            self.add_lamp(ExtensionSettings::unnamed(number.into()), now);
        }
    }

    /// Gives an extension its lamp, unless it has one.
    pub(super) fn add_lamp(&mut self, settings: ExtensionSettings, now: Moment) {
        let ExtensionSettings { exten, name, group, site, mailbox } = settings;
        if self.by_exten.contains_key(&exten) {
            return;
        }
        let id = LampId::new(self.lamps.len());
        let given = site.map(|site| self.peers.get_or_add(&site, now)).or_else(|| self.peers.serving(&exten));
        let (hinted, devices) = self.devices_of(&exten);
        let watched = self.watch(id, &devices);
        let (counts, as_of) =
            self.mailboxes.shown(mailbox.as_ref().map_or(exten.as_str(), MailboxName::as_str), &self.peers);
        let choice = if mailbox.is_some() { MailboxChoice::Named } else { MailboxChoice::OfExten };
        if let Some(mailbox) = mailbox {
            self.mailboxes.name(mailbox, id);
        }
        let unknown = Lamp { since: now.wall, ..Lamp::unknown(exten.clone()) };
        let lamp = Lamp { name, group, mailbox: counts, mailbox_as_of: as_of, ..unknown };
        let home = given.map_or(Home::Unknown, Home::Given);
        if let Some(peer) = given {
            self.peers.give_lamp(peer, id);
        }
        self.lamps.push(Cell {
            lamp: Arc::new(lamp),
            hinted,
            home,
            watched,
            words: Vec::new(),
            mailbox: choice,
            waiting: Waiting::No,
            to_keep: false,
        });
        self.by_exten.insert(exten, id);
        self.learn_all(id);
        self.refresh(id, now);
        self.queue(id);
    }

    fn devices_of(&self, exten: &Exten) -> (Hinted, Vec<DeviceName>) {
        match self.hints.find(exten.as_str()) {
            Some(hint) => (Hinted::Yes, hint.devices().to_vec()),
            None => (Hinted::No, vec![format!("PJSIP/{exten}").into(), device::of_exten(exten)]),
        }
    }

    /// Makes a lamp look at devices; at one that the hint names twice it looks once.
    fn watch(&mut self, lamp: LampId, devices: &[DeviceName]) -> Box<[(DeviceId, Role)]> {
        let roles = roles(devices.iter().map(DeviceName::as_str));
        let mut watched: Vec<(DeviceId, Role)> = Vec::with_capacity(devices.len());
        for (name, role) in devices.iter().zip(roles) {
            let id = self.devices.get_or_add(name);
            if watched.iter().all(|(known, _)| *known != id) {
                watched.push((id, role));
                self.devices.get_mut(id).lamps.push(lamp);
            }
        }
        watched.into()
    }

    /// What was told of the lamp's devices before there was the lamp, in the order of the telling.
    pub(super) fn learn_all(&mut self, id: LampId) {
        let mut told: Vec<_> = Vec::new();
        for (device, _) in &self.lamps[id.index()].watched {
            told.extend(self.devices.get(*device).votes.iter().map(|ballot| (ballot.when, *device, ballot.voter)));
        }
        told.sort();
        for (_, device, voter) in told {
            self.learn_home(id, device, voter, None);
        }
    }

    /// What `voter` has told of `device`, instead of `before`, may tell which PBX the lamp belongs to.
    pub(super) fn learn_home(&mut self, id: LampId, device: DeviceId, voter: Voter, before: Option<DeviceState>) {
        let cell = &self.lamps[id.index()];
        let ballot = self.devices.get(device).votes.of(voter);
        // We serve no extension.
        let Some(ballot) = ballot.filter(|ballot| !ballot.peer.is_own()) else { return };
        let is_phone = cell.watched.iter().any(|(watched, role)| *watched == device && role.tells_home());
        let home = match (is_phone, cell.home) {
            (true, home) => {
                let phones = cell.watched.iter().filter(|(_, role)| role.tells_home());
                let all = phones.flat_map(|(phone, _)| self.devices.get(*phone).votes.iter());
                home.learn(ballot, before, all, &self.peers)
            }
            (false, Home::Unknown) => Home::Guessed(ballot.peer),
            (false, home) => home,
        };
        if home != cell.home {
            self.lamps[id.index()].home = home;
            self.mark(id);
        }
    }

    /// Looks anew at all lamps that `peer` told something for, or should have.
    pub(super) fn refresh_all_of(&mut self, peer: PeerId, now: Moment) {
        let told = self.peers.devices(peer).iter().flat_map(|device| self.devices.get(*device).lamps.iter());
        let lamps: BTreeSet<LampId> = told.chain(self.peers.given_lamps(peer)).copied().collect();
        for lamp in lamps {
            self.refresh(lamp, now);
        }
    }

    /// Works out what a lamp shows; if that is new, it is a change.
    pub(super) fn refresh(&mut self, id: LampId, now: Moment) {
        let cell = &self.lamps[id.index()];
        let (hinted, home, watched) = (cell.hinted, cell.home, &*cell.watched);
        let verdict = Evidence { hinted, home, watched, devices: &self.devices, peers: &self.peers }.judge();
        let site = home.peer().map(|peer| self.peers.site(peer).name.clone());
        let reading = verdict.reading;
        let dnd_details = reading.dnd.then(|| Box::new(self.dnd_details(id)));
        let phone = verdict.hidden_phone().map(Box::new);
        let (presence, call) = self.beside(cell, &verdict);

        let lamp = &self.lamps[id.index()].lamp;
        let looks = (lamp.state, lamp.dnd);
        let rest = (lamp.hint_state, lamp.freshness, lamp.as_of, &lamp.site);
        if looks == (reading.state, reading.dnd)
            && rest == (reading.hint_state, verdict.freshness, verdict.as_of, &site)
            && (lamp.dnd_freshness, lamp.dnd_as_of) == (verdict.dnd.freshness, verdict.dnd.shown_as_of())
            && (&lamp.dnd_details, &lamp.phone) == (&dnd_details, &phone)
            && (&lamp.presence, &lamp.call) == (&presence, &call)
        {
            return;
        }
        let is_kept = looks == (reading.state, reading.dnd);
        let lamp = Arc::make_mut(&mut self.lamps[id.index()].lamp);
        if !is_kept {
            lamp.since = now.wall;
        }
        lamp.state = reading.state;
        lamp.dnd = reading.dnd;
        lamp.dnd_details = dnd_details;
        lamp.dnd_freshness = verdict.dnd.freshness;
        lamp.dnd_as_of = verdict.dnd.shown_as_of();
        lamp.phone = phone;
        lamp.hint_state = reading.hint_state;
        lamp.freshness = verdict.freshness;
        lamp.as_of = verdict.as_of;
        lamp.site = site;
        lamp.presence = presence;
        lamp.call = call;
        self.queue(id);
        if !is_kept {
            self.mark(id);
        }
    }

    pub(super) fn queue(&mut self, id: LampId) {
        let waiting = &mut self.lamps[id.index()].waiting;
        if *waiting == Waiting::No {
            *waiting = Waiting::Yes;
            self.changes.push_back(Changed::Lamp(id));
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
