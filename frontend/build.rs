//! Tells the linker to keep where the desk's program refers to what: by that the build program cuts out of it what is
//! loaded later.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        println!("cargo::rustc-link-arg-bin=desk=--emit-relocs");
    }
}
