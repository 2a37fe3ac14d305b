//! lampfield against the real world.
