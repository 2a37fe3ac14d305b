//! Names, groups and sites of extensions: the configuration's, and an admin's above them.

use lampfield_shared::naming::{NamedExtension, Naming};
use lampfield_shared::{Exten, Freshness, SiteName};

use super::Board;
use super::cell::Cell;
use super::home::Home;
use super::ids::LampId;
use super::namings::Edited;
use super::settings::ExtensionSettings;
use crate::ledger::Ledger;
use crate::moment::Moment;

impl Board {
    /// Applies an admin's edits; lamps show them at once. An extension that has no lamp yet
    /// gets one.
    pub fn name_extensions(&mut self, now: Moment, ledger: &mut Ledger, edits: Vec<(Exten, Edited)>) {
        for (exten, edited) in edits {
            let before = self.namings.now(&exten);
            self.namings.edit(exten.clone(), edited);
            let after = self.namings.now(&exten);
            match self.lamps.find(exten.as_str()) {
                None if after == Naming::default() => {}
                None => self.add_lamp(ledger, settings(exten, after), now),
                Some(id) => self.rename(ledger, id, &before, after, now),
            }
        }
    }

    /// Every extension that has a lamp, in order.
    pub fn named_extensions(&self) -> Vec<NamedExtension> {
        let named = |(exten, cell): (&Exten, &Cell)| NamedExtension {
            exten: exten.clone(),
            now: self.namings.now(exten),
            file: self.namings.file(exten),
            heard: cell.lamp.freshness != Freshness::Never,
        };
        self.lamps.by_exten().map(named).collect()
    }

    fn rename(&mut self, ledger: &mut Ledger, id: LampId, before: &Naming, after: Naming, now: Moment) {
        if *before == after {
            return;
        }
        if before.site != after.site {
            self.give_home(ledger, id, &after.site, now);
        }
        self.lamps.change(id, |lamp| (lamp.name, lamp.group) = (said(after.name), said(after.group)));
        self.refresh(ledger, id, now);
    }

    /// Gives a lamp the PBX that an admin names; without one the lamp goes to where its phone is found.
    fn give_home(&mut self, ledger: &mut Ledger, id: LampId, site: &str, now: Moment) {
        let cell = self.lamps.get_mut(id);
        let site = said(site.to_owned()).map(|site| ledger.peer(&SiteName::from(site), now));
        let given = site.or_else(|| self.sites.serving(&cell.lamp.exten));
        if let Home::Given(peer) = cell.home {
            self.sites.take_lamp(peer, id);
        }
        cell.home = given.map_or(Home::Unknown, Home::Given);
        match given {
            Some(peer) => self.sites.give_lamp(peer, id),
            None => self.lamps.learn_all(id, ledger),
        }
        self.lamps.mark(id);
    }
}

fn settings(exten: Exten, naming: Naming) -> ExtensionSettings {
    let site = said(naming.site).map(SiteName::from);
    ExtensionSettings { name: said(naming.name), group: said(naming.group), site, ..ExtensionSettings::unnamed(exten) }
}

fn said(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
