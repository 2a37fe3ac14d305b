//! Edit of one extension's name, department and PBX.

use lampfield_shared::naming::{NamedExtension, Naming};
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
