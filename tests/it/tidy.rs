//! The rules of the house that no compiler checks.

use std::path::{Path, PathBuf};

pub(crate) fn files(root: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The core does no IO, has no clock of its own and starts no thread.
#[test]
fn the_core_is_pure() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for room in ["cloud", "laptop", "shell", "quest", "exam"] {
        for file in files(&root.join(room), "rs") {
            let text = std::fs::read_to_string(&file).unwrap();
            for banned in ["std::fs", "std::net", "std::thread", "SystemTime", "std::time::Instant", "egui", "bevy::"] {
                assert!(!text.contains(banned), "{} uses `{banned}`", file.display());
            }
        }
    }
}

/// Each file says what it is for.
#[test]
fn every_source_file_starts_with_what_it_is_for() {
    for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//!"), "{} does not start with `//!`", file.display());
    }
}
