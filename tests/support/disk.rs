//! A small disk that can be filled.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, unshare};
use tempfile::TempDir;

/// A file system in memory of a fixed size, for this thread and all that it starts; unmounted when dropped.
#[derive(Debug)]
pub struct SmallDisk(TempDir);

impl SmallDisk {
    /// A disk of this size in KiB; `None` where the kernel allows none, which needs root.
    ///
    /// # Panics
    /// When there is no room for a folder.
    pub fn of_kibibytes(size: u32) -> Option<Self> {
        const NOTHING: Option<&str> = None;
        unshare(CloneFlags::CLONE_NEWNS).ok()?;
        // The mount is visible to this thread only.
        mount(NOTHING, "/", NOTHING, MsFlags::MS_REC | MsFlags::MS_PRIVATE, NOTHING).ok()?;
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let size = format!("size={size}k");
        mount(Some("tmpfs"), folder.path(), Some("tmpfs"), MsFlags::empty(), Some(&*size)).ok()?;
        Some(Self(folder))
    }

    /// Path of a file on the disk.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Fills the disk to the last byte.
    ///
    /// # Panics
    /// When writing fails for another reason.
    pub fn fill(&self) {
        for piece in [4096, 1] {
            let name = self.file(&format!("full-{piece}"));
            let mut file = File::options().create(true).append(true).open(name).expect("a name takes no room");
            let end = loop {
                if let Err(error) = file.write_all(&vec![b'x'; piece]) {
                    break error.kind();
                }
            };
            assert_eq!(end, ErrorKind::StorageFull);
        }
    }

    /// Removes the file that fills the disk.
    ///
    /// # Panics
    /// When the disk was not filled.
    pub fn make_room(&self) {
        for piece in [4096, 1] {
            fs::remove_file(self.file(&format!("full-{piece}"))).expect("it was filled");
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Otherwise the mount ends with the thread.
        let _ = umount2(self.path(), MntFlags::MNT_DETACH);
    }
}
