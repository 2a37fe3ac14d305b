//! Edit of one extension's name, department and PBX.

use std::collections::BTreeMap;

use lampfield_shared::naming::{NamedExtension, Naming, NamingChange};
use lampfield_shared::{Exten, Site};

use super::cell;
use super::flaw::{LONGEST, NamingFlaw};
use crate::board::Edited;

/// The override that gives an extension the wanted naming, above what the configuration says.
///
/// # Errors
/// What is wrong with the wanted naming.
pub fn edit(exten: &Exten, wanted: &Naming, all: &[NamedExtension], sites: &[Site]) -> Result<Edited, NamingFlaw> {
    let wanted = Naming {
        name: wanted.name.trim().into(),
        group: wanted.group.trim().into(),
        site: site(wanted.site.trim(), sites)?,
    };
    if !exten.can_be_dialled() {
        return Err(NamingFlaw::NoExten(exten.clone()));
    }
    for text in [&wanted.name, &wanted.group] {
        if text.chars().count() > LONGEST || text.chars().any(char::is_control) {
            return Err(NamingFlaw::LongName);
        }
        if cell::is_broken(text) {
            return Err(NamingFlaw::BrokenLetters);
        }
    }
    let file = all.iter().find(|it| it.exten == *exten).map(|it| it.file.clone()).unwrap_or_default();
    Ok(Edited::towards(wanted, &file))
}

/// What is to be kept, and what is passed over.
type Changed = (Vec<(Exten, Edited)>, Vec<Exten>);

/// The overrides that changes ask for, and the extensions whose naming is no longer as the change saw it.
///
/// # Errors
/// What is wrong with the first naming that cannot be.
pub fn change(changes: &[NamingChange], all: &[NamedExtension], sites: &[Site]) -> Result<Changed, NamingFlaw> {
    let known: BTreeMap<&Exten, &NamedExtension> = all.iter().map(|it| (&it.exten, it)).collect();
    let (mut edits, mut passed) = (Vec::new(), Vec::new());
    for NamingChange { exten, before, after } in changes {
        let entry = known.get(exten).copied();
        if entry.map(|it| it.now.clone()).unwrap_or_default() != *before {
            passed.push(exten.clone());
            continue;
        }
        // What the configuration says may be as odd as it likes.
        let edited = match entry {
            Some(it) if it.file == *after => Edited::default(),
            None if *after == Naming::default() => Edited::default(),
            entry => edit(exten, after, entry.map_or(&[], std::slice::from_ref), sites)?,
        };
        edits.push((exten.clone(), edited));
    }
    Ok((edits, passed))
}

/// Finds a PBX by its name or its title.
pub(super) fn site(text: &str, sites: &[Site]) -> Result<String, NamingFlaw> {
    let folded = text.to_lowercase();
    let is_it = |site: &&Site| [site.name.as_str(), &site.title].map(str::to_lowercase).contains(&folded);
    match sites.iter().find(is_it) {
        _ if text.is_empty() => Ok(String::new()),
        Some(site) => Ok(site.name.to_string()),
        None => Err(NamingFlaw::NoSite(text.into())),
    }
}
