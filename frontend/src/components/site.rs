//! How much of a site can be believed: no site is live while the page itself has lost the stream.

use lampfield_shared::{Freshness, Site, Timestamp};

use crate::state::Desk;

/// The freshness of a site as drawn. Reactive.
pub(super) fn freshness(site: &Site, desk: Desk) -> Freshness {
    match site.freshness {
        Freshness::Live if desk.connection.lost().is_some() => Freshness::LastKnown,
        freshness => freshness,
    }
}

/// Whether nothing is known of a site now. Reactive.
pub(super) fn is_silent(site: &Site, desk: Desk) -> bool {
    freshness(site, desk) != Freshness::Live
}

/// The time since which nothing is known of a site that is not live. Reactive.
pub(super) fn silent_since(site: &Site, desk: Desk) -> Timestamp {
    let lost = desk.connection.lost().filter(|_| site.freshness == Freshness::Live);
    lost.or(site.heard).unwrap_or(site.since)
}
