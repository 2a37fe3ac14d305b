//! The bodies of the mesh, one file for each vocabulary.

pub mod json;
