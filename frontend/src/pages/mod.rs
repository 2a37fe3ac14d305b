//! The pages: what each place of the address shows below the top bar.

mod accounts;
mod audit;
mod board;
mod boards;
mod exchanges;
mod import;
mod ladder;
mod list;
mod login;
mod matrix;
mod names;
mod naming;
mod password;
mod peers;
mod screens;
mod secret;
mod sure;
mod toast;

pub(crate) use accounts::Accounts;
pub(crate) use audit::Audit;
pub(crate) use board::BoardPage;
pub(crate) use boards::{BoardEditor, Boards};
pub(crate) use login::LoginPage;
pub(crate) use naming::NamingPage;
pub(crate) use password::PasswordPage;
pub(crate) use peers::PeersPage;
pub(crate) use screens::Screens;
