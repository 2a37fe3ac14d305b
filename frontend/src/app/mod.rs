//! The page as a whole: who is looking, and at what.
//!
//! The page is two programs, so that nobody loads what only admins see: [`desk`] has the lamps, [`admin`] the
//! rest. A place has the same `#` in both; each hands on what is the other's.

pub(crate) mod admin;
pub(crate) mod desk;
