//! The laptop's files: a small file system in memory, cheap to clone.
//!
//! Paths are absolute and normal (no `.`, no `..`, no double slash) when they come here; [`join`] makes them so.
//! There are no links, owners or permissions beyond the mode that a layer's archive records.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::HOME;
use crate::cloud::{Blob, Timestamp};

/// The largest file, in bytes.
const FILE_MAX: usize = 64 << 20;
/// The longest path, in bytes (Linux `PATH_MAX`).
const PATH_MAX: usize = 4096;
/// The longest name, in bytes (Linux `NAME_MAX`).
const NAME_MAX: usize = 255;

/// A tree of files, kept flat by path. Cloning shares everything until something is written.
#[derive(Clone, Debug)]
pub struct Files {
    entries: Arc<BTreeMap<String, Entry>>,
}

/// A file or a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which of the two, with its content.
    pub kind: Kind,
    /// When it was last written.
    pub modified: Timestamp,
    /// The permission bits, such as `0o644`.
    pub mode: u32,
}

/// What an [`Entry`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    File(Blob),
    Directory,
}

/// Why a file operation failed, worded as the system does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FsError {
    #[error("No such file or directory")]
    NotFound,
    #[error("Not a directory")]
    NotADirectory,
    #[error("Is a directory")]
    IsADirectory,
    #[error("File exists")]
    Exists,
    #[error("Directory not empty")]
    NotEmpty,
    #[error("File too large")]
    TooLarge,
    #[error("File name too long")]
    NameTooLong,
    #[error("Device or resource busy")]
    Busy,
    #[error("Invalid argument")]
    Invalid,
}

/// The normal absolute path that `path` means from `base` (absolute): `.`, `..`, doubled and trailing slashes resolved.
pub fn join(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let base = if path.starts_with('/') { "" } else { base };
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The directory that holds `path`; none for the root.
pub fn parent(path: &str) -> Option<&str> {
    match path.rsplit_once('/') {
        Some(("", "")) | None => None,
        Some(("", _)) => Some("/"),
        Some((parent, _)) => Some(parent),
    }
}

/// The last part of `path`; `/` for the root.
pub fn name(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((_, name)) if !name.is_empty() => name,
        _ => "/",
    }
}

/// What the paths below a directory start with.
fn prefix(path: &str) -> String {
    if path == "/" { "/".to_owned() } else { format!("{path}/") }
}

impl Default for Files {
    /// The root, `/tmp` and the learner's empty home.
    fn default() -> Self {
        let directory =
            |path: &str| (path.to_owned(), Entry { kind: Kind::Directory, modified: Timestamp::START, mode: 0o755 });
        Self { entries: Arc::new(["/", "/home", HOME, "/tmp"].map(directory).into()) }
    }
}

impl Files {
    /// The root alone.
    pub fn bare() -> Self {
        let root = Entry { kind: Kind::Directory, modified: Timestamp::START, mode: 0o755 };
        Self { entries: Arc::new([("/".to_owned(), root)].into()) }
    }

    /// What is at `path`.
    ///
    /// # Errors
    /// [`FsError::NotFound`], or [`FsError::NotADirectory`] where a file is in the way.
    pub fn entry(&self, path: &str) -> Result<&Entry, FsError> {
        if let Some(entry) = self.entries.get(path) {
            return Ok(entry);
        }
        let mut above = parent(path);
        while let Some(directory) = above {
            match self.entries.get(directory).map(|entry| &entry.kind) {
                Some(Kind::File(_)) => return Err(FsError::NotADirectory),
                Some(Kind::Directory) => break,
                None => above = parent(directory),
            }
        }
        Err(if path.len() > PATH_MAX { FsError::NameTooLong } else { FsError::NotFound })
    }

    /// Whether `path` is a directory.
    pub fn is_directory(&self, path: &str) -> bool {
        self.entry(path).is_ok_and(|entry| entry.kind == Kind::Directory)
    }

    /// Whether `path` is a file.
    pub fn is_file(&self, path: &str) -> bool {
        self.read(path).is_ok()
    }

    /// A file's bytes.
    ///
    /// # Errors
    /// Not there, or a directory.
    pub fn read(&self, path: &str) -> Result<&Blob, FsError> {
        match &self.entry(path)?.kind {
            Kind::File(blob) => Ok(blob),
            Kind::Directory => Err(FsError::IsADirectory),
        }
    }

    /// A file's text; bytes that are not UTF-8 become `�`.
    ///
    /// # Errors
    /// Not there, or a directory.
    pub fn read_text(&self, path: &str) -> Result<String, FsError> {
        self.read(path).map(|blob| String::from_utf8_lossy(blob.as_bytes()).into_owned())
    }

    /// Writes a file, whole. Its mode stays if it was there.
    ///
    /// # Errors
    /// The directory is missing, `path` is a directory, a name is too long or the content too large.
    pub fn write(&mut self, path: &str, content: impl Into<Blob>, now: Timestamp) -> Result<(), FsError> {
        let content = content.into();
        let mode = match self.entry(path) {
            Ok(Entry { kind: Kind::Directory, .. }) => return Err(FsError::IsADirectory),
            Ok(entry) => entry.mode,
            Err(FsError::NotFound) => 0o644,
            Err(error) => return Err(error),
        };
        if content.len() > FILE_MAX {
            return Err(FsError::TooLarge);
        }
        self.check_parent(path)?;
        self.insert(path, Entry { kind: Kind::File(content), modified: now, mode });
        Ok(())
    }

    /// Adds to the end of a file, making it if it is not there.
    ///
    /// # Errors
    /// As [`Files::write`].
    pub fn append(&mut self, path: &str, more: &[u8], now: Timestamp) -> Result<(), FsError> {
        let mut content = match self.read(path) {
            Ok(blob) => blob.as_bytes().to_vec(),
            Err(FsError::NotFound) => Vec::new(),
            Err(error) => return Err(error),
        };
        content.extend_from_slice(more);
        self.write(path, content, now)
    }

    /// Makes one directory.
    ///
    /// # Errors
    /// Something is there already, or its parent is missing.
    pub fn create_directory(&mut self, path: &str, now: Timestamp) -> Result<(), FsError> {
        match self.entry(path) {
            Ok(_) => return Err(FsError::Exists),
            Err(FsError::NotFound) => {}
            Err(error) => return Err(error),
        }
        self.check_parent(path)?;
        self.insert(path, Entry { kind: Kind::Directory, modified: now, mode: 0o755 });
        Ok(())
    }

    /// Makes a directory and those above it; fine if it is there.
    ///
    /// # Errors
    /// A file is in the way, or a name is too long.
    pub fn create_directories(&mut self, path: &str, now: Timestamp) -> Result<(), FsError> {
        match self.entry(path) {
            Ok(Entry { kind: Kind::Directory, .. }) => return Ok(()),
            Ok(_) => return Err(FsError::Exists),
            Err(FsError::NotFound) => {}
            Err(error) => return Err(error),
        }
        if path.len() > PATH_MAX {
            return Err(FsError::NameTooLong);
        }
        let ends = path.match_indices('/').map(|(at, _)| at).skip(1).chain([path.len()]);
        for end in ends {
            if let Some(directory) = path.get(..end)
                && !self.is_directory(directory)
            {
                self.create_directory(directory, now)?;
            }
        }
        Ok(())
    }

    /// Takes away a file or an empty directory.
    ///
    /// # Errors
    /// Not there, or a directory that is not empty, or the root.
    pub fn remove(&mut self, path: &str) -> Result<(), FsError> {
        if self.is_directory(path) && self.below(path).next().is_some() {
            return Err(FsError::NotEmpty);
        }
        self.remove_all(path)
    }

    /// Takes away a file, or a directory with all that is in it.
    ///
    /// # Errors
    /// Not there, or the root.
    pub fn remove_all(&mut self, path: &str) -> Result<(), FsError> {
        self.entry(path)?;
        if path == "/" {
            return Err(FsError::Busy);
        }
        let gone: Vec<String> = self.below(path).map(|(path, _)| path.to_owned()).collect();
        let entries = Arc::make_mut(&mut self.entries);
        entries.remove(path);
        for path in gone {
            entries.remove(&path);
        }
        Ok(())
    }

    /// Moves a file or a directory. A file replaces a file.
    ///
    /// # Errors
    /// `from` is not there, `to` can't be there, or `to` is inside `from`.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), FsError> {
        let moved = self.entry(from)?.clone();
        if from == to {
            return Ok(());
        }
        if from == "/" {
            return Err(FsError::Busy);
        }
        if to.starts_with(&prefix(from)) {
            return Err(FsError::Invalid);
        }
        match (&moved.kind, self.entry(to).map(|entry| &entry.kind)) {
            (Kind::File(_), Ok(Kind::Directory)) => return Err(FsError::IsADirectory),
            (Kind::Directory, Ok(Kind::File(_))) => return Err(FsError::NotADirectory),
            (Kind::Directory, Ok(Kind::Directory)) if self.below(to).next().is_some() => return Err(FsError::NotEmpty),
            (_, Ok(_) | Err(FsError::NotFound)) => {}
            (_, Err(error)) => return Err(error),
        }
        self.check_parent(to)?;
        let inside: Vec<(String, Entry)> =
            self.below(from).map(|(path, entry)| (path.to_owned(), entry.clone())).collect();
        self.remove_all(from)?;
        self.insert(to, moved);
        for (path, entry) in inside {
            if let Some(rest) = path.strip_prefix(from) {
                self.insert(&format!("{to}{rest}"), entry);
            }
        }
        Ok(())
    }

    /// Changes the permission bits.
    ///
    /// # Errors
    /// Not there.
    pub fn set_mode(&mut self, path: &str, mode: u32) -> Result<(), FsError> {
        self.entry(path)?;
        if let Some(entry) = Arc::make_mut(&mut self.entries).get_mut(path) {
            entry.mode = mode;
        }
        Ok(())
    }

    /// The names in a directory, sorted.
    ///
    /// # Errors
    /// Not there, or a file.
    pub fn list(&self, path: &str) -> Result<Vec<(&str, &Entry)>, FsError> {
        if self.entry(path)?.kind != Kind::Directory {
            return Err(FsError::NotADirectory);
        }
        let skip = prefix(path).len();
        Ok(self
            .below(path)
            .filter_map(|(path, entry)| Some((path.get(skip..)?, entry)))
            .filter(|(name, _)| !name.contains('/'))
            .collect())
    }

    /// Everything inside a directory at any depth, sorted by path.
    pub fn below(&self, path: &str) -> impl Iterator<Item = (&str, &Entry)> {
        let prefix = prefix(path);
        self.entries
            .range(prefix.clone()..)
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .filter(|(path, _)| path.as_str() != "/")
            .map(|(path, entry)| (path.as_str(), entry))
    }

    fn insert(&mut self, path: &str, entry: Entry) {
        Arc::make_mut(&mut self.entries).insert(path.to_owned(), entry);
    }

    /// Whether something may be put at `path`: its directory is there and its name is not too long.
    fn check_parent(&self, path: &str) -> Result<(), FsError> {
        if path.len() > PATH_MAX || name(path).len() > NAME_MAX {
            return Err(FsError::NameTooLong);
        }
        match parent(path) {
            Some(parent) => match self.entry(parent)?.kind {
                Kind::Directory => Ok(()),
                Kind::File(_) => Err(FsError::NotADirectory),
            },
            None => Err(FsError::IsADirectory),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::START;

    #[test]
    fn a_path_is_made_normal_from_where_one_stands() {
        let check = |base, path, expect: &str| assert_eq!(join(base, path), expect);
        check("/home/learner", "web/../a//b/.", "/home/learner/a/b");
        check("/home/learner", "/etc/", "/etc");
        check("/", "../..", "/");
        check("/home", "", "/home");
    }

    #[test]
    fn a_file_needs_its_directory() {
        let mut files = Files::default();
        assert_eq!(files.write("/tmp/a/b", *b"x", NOW), Err(FsError::NotFound));
        files.create_directories("/tmp/a", NOW).unwrap();
        files.write("/tmp/a/b", *b"x", NOW).unwrap();
        assert_eq!(files.write("/tmp/a/b/c", *b"x", NOW), Err(FsError::NotADirectory));
        assert_eq!(files.write("/tmp/a", *b"x", NOW), Err(FsError::IsADirectory));
        assert_eq!(files.remove("/tmp/a"), Err(FsError::NotEmpty));
    }

    #[test]
    fn a_directory_moves_with_all_that_is_in_it() {
        let mut files = Files::default();
        files.create_directories("/tmp/a/b", NOW).unwrap();
        files.write("/tmp/a/b/c", *b"x", NOW).unwrap();
        files.write("/tmp/ab", *b"y", NOW).unwrap();
        assert_eq!(files.rename("/tmp/a", "/tmp/a/b/d"), Err(FsError::Invalid));
        files.rename("/tmp/a", "/tmp/z").unwrap();
        assert_eq!(files.read("/tmp/z/b/c").unwrap().as_bytes(), b"x");
        assert_eq!(files.list("/tmp").unwrap().iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["ab", "z"]);
    }

    #[test]
    fn a_clone_does_not_see_what_is_written_later() {
        let mut files = Files::default();
        let before = files.clone();
        files.write("/tmp/a", *b"x", NOW).unwrap();
        assert!(!before.is_file("/tmp/a"));
    }

    #[test]
    fn the_root_stays() {
        let mut files = Files::default();
        assert_eq!(files.remove_all("/"), Err(FsError::Busy));
        assert_eq!(files.create_directories(&"/a".repeat(3000), NOW), Err(FsError::NameTooLong));
    }
}
