//! What people call the extensions: the configuration's words, and an admin's above them.

use std::sync::Arc;

use lampfield_shared::naming::{NamedExtension, Naming};
use lampfield_shared::{Exten, Freshness, SiteName};

use super::Board;
use super::home::Home;
use super::ids::LampId;
use super::namings::Edited;
use super::settings::ExtensionSettings;
use crate::moment::Moment;

impl Board {
    /// Names extensions otherwise than the configuration does; their lamps show it at once. One that has no lamp yet
    /// gets one.
    pub fn name_extensions(&mut self, now: Moment, edits: Vec<(Exten, Edited)>) {
        for (exten, edited) in edits {
            let before = self.namings.now(&exten);
            self.namings.edit(exten.clone(), edited);
            let after = self.namings.now(&exten);
            match self.by_exten.get(&exten) {
                None if after == Naming::default() => {}
                None => self.add_lamp(settings(exten, after), now),
                Some(id) => self.rename(*id, &before, after, now),
            }
        }
    }

    /// Every extension that has a lamp, in order.
    pub fn named_extensions(&self) -> Vec<NamedExtension> {
        let named = |(exten, id): (&Exten, &LampId)| NamedExtension {
            exten: exten.clone(),
            now: self.namings.now(exten),
            file: self.namings.file(exten),
            heard: self.lamps[id.index()].lamp.freshness != Freshness::Never,
        };
        self.by_exten.iter().map(named).collect()
    }

    fn rename(&mut self, id: LampId, before: &Naming, after: Naming, now: Moment) {
        if *before == after {
            return;
        }
        if before.site != after.site {
            self.give_home(id, &after.site, now);
        }
        let lamp = Arc::make_mut(&mut self.lamps[id.index()].lamp);
        (lamp.name, lamp.group) = (said(after.name), said(after.group));
        self.queue(id);
        self.refresh(id, now);
    }

    /// The lamp belongs to that PBX, whatever is told; or to where it is found, if nobody says so any more.
    fn give_home(&mut self, id: LampId, site: &str, now: Moment) {
        let exten = self.lamps[id.index()].lamp.exten.clone();
        if let Home::Given(peer) = self.lamps[id.index()].home {
            self.peers.take_lamp(peer, id);
        }
        let site = said(site.to_owned()).map(|site| self.peers.get_or_add(&SiteName::from(site), now));
        let given = site.or_else(|| self.peers.serving(&exten));
        self.lamps[id.index()].home = given.map_or(Home::Unknown, Home::Given);
        match given {
            Some(peer) => self.peers.give_lamp(peer, id),
            None => self.learn_all(id),
        }
        self.mark(id);
    }
}

fn settings(exten: Exten, naming: Naming) -> ExtensionSettings {
    let site = said(naming.site).map(SiteName::from);
    ExtensionSettings { name: said(naming.name), group: said(naming.group), site, ..ExtensionSettings::unnamed(exten) }
}

fn said(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
