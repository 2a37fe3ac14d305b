//! The bodies of the mesh, one file for each vocabulary.

pub mod dialog_info;
mod event;
pub mod json;
mod mend;
mod party;
pub mod pidf;
mod xml;
pub mod xpidf;

pub use event::ExtensionEvent;
pub use xml::XmlError;
