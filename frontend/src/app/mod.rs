//! The page as a whole: chooses what to show by the reader's role and the address.
//!
//! There are two programs, so that nobody downloads what only admins use: [`desk`] has the lamps, [`admin`] the rest. A
//! place has the same `#` in both; each program sends the reader to the other for places that it does not have.

pub(crate) mod admin;
pub(crate) mod desk;
