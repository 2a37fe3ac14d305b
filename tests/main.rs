//! lampfield against the real world: two Asterisks, a browser, telephones, and a network that fails at times.
//! Everything runs against Asterisk 22 and 16 in turn.

/// Runs each of these scenarios against both versions of Asterisk.
macro_rules! with_each_asterisk {
    ($($scenario:ident),+ $(,)?) => {
        mod asterisk_22 {
            $(#[test] fn $scenario() { super::$scenario(::support::Version::V22); })+
        }
        mod asterisk_16 {
            $(#[test] fn $scenario() { super::$scenario(::support::Version::V16); })+
        }
    };
}

mod abuse;
mod accessible;
mod accounts;
mod arrows;
mod audit;
mod boards;
mod calm;
mod chaos;
mod classes;
#[path = "screenshots/components.rs"]
mod components;
mod connecting;
mod demo;
mod desk;
mod dnd;
mod extension_state;
mod filters;
mod finding;
mod flows;
mod forgetting;
mod full_disk;
mod greyscale;
mod grid;
mod health;
mod kamailio;
mod kept;
mod keyboard;
mod last_known;
mod later;
mod naming;
mod narrow;
mod outages;
mod own;
mod own_states;
mod page;
mod palette;
mod passwords;
mod people;
mod phones;
mod readme;
mod reference;
mod sleep;
mod speed;
mod strangers;
mod stream;
mod tidy;
mod tiles;
mod transports;
mod wall;
mod wire;
