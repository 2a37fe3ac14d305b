//! The built page lies in `site/`, written by `cargo xtask build`. Without it the server still
//! compiles, and says at `/` how to build it.

fn main() {
    println!("cargo::rerun-if-changed=site");
    if let Err(error) = std::fs::create_dir_all("site") {
        println!("cargo::warning=cannot create the folder of the built page: {error}");
    }
}
