//! The places of the page: each is what stands below the bar.

mod accounts;
mod audit;
mod board;
mod boards;
mod extensions;
mod import;
mod ladder;
mod list;
mod login;
mod matrix;
mod password;
mod peers;
mod screens;
mod secret;
mod sure;

pub(crate) use accounts::Accounts;
pub(crate) use audit::Audit;
pub(crate) use board::BoardPage;
pub(crate) use boards::{BoardEditor, Boards};
pub(crate) use extensions::Extensions;
pub(crate) use login::LoginPage;
pub(crate) use password::PasswordPage;
pub(crate) use peers::PeersPage;
pub(crate) use screens::Screens;
