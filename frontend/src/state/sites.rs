//! The sites of the board as the server last told them.

use std::ops::Deref;

use lampfield_shared::Site;

/// The sites, in the order of the configuration; one that the server names later comes last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sites(Vec<Site>);

impl Sites {
    /// Takes a site as it is now. Returns whether the site is new.
    pub fn put(&mut self, site: Site) -> bool {
        let known = self.0.iter_mut().find(|known| known.name == site.name);
        let is_new = known.is_none();
        match known {
            Some(known) => *known = site,
            None => self.0.push(site),
        }
        is_new
    }
}

impl From<Vec<Site>> for Sites {
    fn from(sites: Vec<Site>) -> Self {
        Self(sites)
    }
}

impl Deref for Sites {
    type Target = [Site];

    fn deref(&self) -> &[Site] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::testing::site;

    #[test]
    fn a_site_keeps_its_place_and_a_new_one_comes_last() {
        let mut sites = Sites::from(vec![site("perm"), site("omsk")]);
        assert!(!sites.put(Site { title: "Perm".into(), ..site("perm") }));
        assert!(sites.put(site("kazan")));
        let titles: Vec<&str> = sites.iter().map(|site| &*site.title).collect();
        assert_eq!(titles, ["Perm", "PBX omsk", "PBX kazan"]);
    }
}
