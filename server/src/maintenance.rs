//! Commands that an admin gives beside a server that may be running: backup and restore, the entity id, and a way in
//! for somebody who is locked out.

use std::path::Path;

use anyhow::Context as _;

use crate::clock;
use crate::config::Config;
use crate::identity::{AccountChange, AccountName, Actor, password};
use crate::store::{self, Backup, Restored, Store, StoreError};

/// `lampfield show-eid`: prints the entity id from the configuration, or else the one in the database.
///
/// # Errors
/// When configuration or database cannot be read.
pub fn show_eid(config: &Path) -> anyhow::Result<()> {
    let config = Config::load(config)?;
    let eid = match config.eid {
        Some(eid) => Some(eid),
        None => Backup::of(&config.store_file)?.eid()?,
    };
    println!("{}", eid.context("the database holds no entity id yet")?);
    Ok(())
}

/// `lampfield backup FILE`: copies the database.
///
/// # Errors
/// When the database cannot be read, or the file is there already.
pub fn backup(config: &Path, target: &Path) -> anyhow::Result<()> {
    let config = Config::load(config)?;
    Backup::of(&config.store_file)?.write(target)?;
    println!("{}: a copy of {}", target.display(), config.store_file.display());
    Ok(())
}

/// `lampfield restore FILE`: puts a backup in the place of the database.
///
/// # Errors
/// When the file is no backup, or a server that runs does not take it.
pub fn restore(config: &Path, from: &Path) -> anyhow::Result<()> {
    let config = Config::load(config)?;
    let restored = store::restore(&config.store_file, from)?;
    println!("{}: restored from {}", config.store_file.display(), from.display());
    match restored {
        Restored::Here(None) => {}
        Restored::Here(Some(aside)) => println!("{}: what was there before", aside.display()),
        Restored::ByTheServer => {
            println!("The server has restarted with it; its log says where the former database is.");
        }
    }
    Ok(())
}

/// `lampfield set-password NAME`: gives an account a new one-time password, also while the server runs.
///
/// # Errors
/// When there is no such account, or the database cannot be written.
pub fn set_password(runtime: &tokio::runtime::Runtime, config: &Path, name: &str) -> anyhow::Result<()> {
    let config = Config::load(config)?;
    let name: AccountName = name.parse()?;
    let password = password::one_time();
    let hash = password::hash(&password);
    runtime.block_on(async {
        let store = Store::beside(&config.store_file)?;
        let (now, actor) = (clock::now(), Actor::command_line("lampfield set-password"));
        // A server that is just starting for the first time may not have made the first admin yet, and then finds ours.
        if name.as_str() == FIRST && store.make_first_admin(now, actor.clone(), name.clone(), hash.clone()).await? {
            return Ok(());
        }
        let change = AccountChange { role: None, one_time_hash: Some(hash), ..AccountChange::default() };
        store.change_account(now, actor, name.clone(), change).await??;
        anyhow::Ok(())
    })?;
    println!(
        "The one-time password of `{name}` is now: {password}\nIt must be changed at the next login. All sessions of `{name}` have ended."
    );
    Ok(())
}

/// Name of the account that a new database begins with.
const FIRST: &str = "admin";

/// Makes the first admin where there are no accounts, and prints the password: on the standard error itself, for no
/// level of the log may hide it.
///
/// # Errors
/// When the database cannot be written.
pub async fn make_first_admin(store: &Store) -> anyhow::Result<()> {
    if !store.accounts().await?.is_empty() {
        return Ok(());
    }
    if let Err(StoreError::NoRoom) = store.probe().await {
        tracing::error!("the first account cannot be made: the disk is full. It is made at the next start");
        return Ok(());
    }
    let name: AccountName = FIRST.parse()?;
    let password = password::one_time();
    let told = password.clone();
    let hash = tokio::task::spawn_blocking(move || password::hash(&password)).await?;
    if store.make_first_admin(clock::now(), Actor::program("lampfield"), name, hash).await? {
        eprintln!(
            "\n  The first account is made. Log in with\n\n      name      {FIRST}\n      password  {told}\n\n  \
             The password is shown only once, and must be changed at the first login.\n  \
             For another one: lampfield set-password {FIRST}\n"
        );
    }
    Ok(())
}
