//! Boards: parts of all the lamps that hang together, on a wall or behind a screen's link.

use crate::account::BOARD_ALL;
use crate::{Site, SiteName};

/// Whether a lamp of that site and department hangs on the board of this name: [`BOARD_ALL`], a site by its
/// name or its title, or a department. Capital letters make no difference.
pub fn shows(board: &str, sites: &[Site], site: Option<&SiteName>, group: Option<&str>) -> bool {
    let is_it = |text: &str| text.to_lowercase() == board.to_lowercase();
    board == BOARD_ALL
        || site.is_some_and(|site| is_it(site.as_str()))
        || sites.iter().any(|known| Some(&known.name) == site && is_it(&known.title))
        || group.is_some_and(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Freshness, Timestamp};

    #[test]
    fn a_board_is_all_or_a_site_by_name_or_title_or_a_department() {
        let perm = Site {
            name: "perm".into(),
            title: "Пермь".into(),
            freshness: Freshness::Live,
            since: Timestamp(0),
            heard: None,
        };
        let shown = |board: &str, site: Option<&str>, group: Option<&str>| {
            shows(board, std::slice::from_ref(&perm), site.map(SiteName::from).as_ref(), group)
        };
        for board in ["all", "perm", "PERM", "пермь", "Sales", "sales"] {
            assert!(shown(board, Some("perm"), Some("Sales")), "{board}");
        }
        assert!(!shown("kazan", Some("perm"), Some("Sales")));
        assert!(!shown("Sales", Some("perm"), None));
        assert!(!shown("perm", None, None));
        assert!(shown("all", None, None));
    }
}
