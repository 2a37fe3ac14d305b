//! Starts the page of the lamps.

#![expect(clippy::unnecessary_wraps, reason = "`fallible` wants a `Result`: the loading fails, not the function")]

use lampfield_frontend::{Load, Parts};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

fn main() {
    let load: Load = || Box::pin(async { later().await.ok() });
    lampfield_frontend::start_desk(load);
}

/// What is loaded after the first lamps: all that only this function leads to.
#[wasm_split(later, fallible)]
fn later() -> Result<Parts, SplitLoaderError> {
    Ok(lampfield_frontend::later_parts())
}
