//! Writes the corpora for cargo-fuzz: `hostile FOLDER` fills `FOLDER/<target>/`.

use std::fs;
use std::path::PathBuf;

use hostile::TARGETS;

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args_os().nth(1).expect("say which folder is to be filled"));
    for target in TARGETS {
        let folder = folder.join(target.name);
        fs::create_dir_all(&folder)?;
        for (number, input) in (target.corpus)().into_iter().enumerate() {
            fs::write(folder.join(format!("seed-{number:04}")), input)?;
        }
    }
    Ok(())
}
