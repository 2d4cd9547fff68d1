//! Layers: real gzip-compressed tar archives, made the same from the same files, always.
//!
//! Time stamps, owners and the gzip header are fixed, so that the digest depends on names, modes and contents alone.
//! Nothing here reads a file system; links outside the archive mean nothing.

use std::collections::BTreeMap;
use std::io::Read as _;

use crate::cloud::{Blob, Digest};

/// More than this is never unpacked: the simulation's layers are small, and a few bytes of gzip can claim terabytes.
const MAX_UNPACKED_BYTES: usize = 256 * 1024 * 1024;

/// A removed file is an empty file of this name before its own.
/// Source: OCI image-spec, layer.md, "Whiteouts".
const WHITEOUT: &str = ".wh.";
/// Hides all that lower layers have in the folder.
const OPAQUE: &str = ".wh..wh..opq";

/// Something in a layer, at a path without leading slash, such as `etc/os-release`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Permission bits, such as `0o644`.
    pub mode: u32,
    pub kind: EntryKind,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    File(Blob),
    Directory,
    Symlink(String),
    /// (In a layer only.) Removes what lower layers have at the path.
    Whiteout,
    /// (In a layer only, at a folder.) Removes what lower layers have in it.
    Opaque,
}

impl Entry {
    /// A file with mode 0644.
    pub fn file(content: impl Into<Blob>) -> Self {
        Self { mode: 0o644, kind: EntryKind::File(content.into()) }
    }

    /// A file that can be run: mode 0755.
    pub fn executable(content: impl Into<Blob>) -> Self {
        Self { mode: 0o755, kind: EntryKind::File(content.into()) }
    }

    /// A folder with mode 0755.
    pub fn directory() -> Self {
        Self { mode: 0o755, kind: EntryKind::Directory }
    }

    /// The mark that removes a path.
    pub fn whiteout() -> Self {
        Self { mode: 0o644, kind: EntryKind::Whiteout }
    }
}

/// Files by path: what one layer holds, or what a stack of layers amounts to.
pub type Tree = BTreeMap<String, Entry>;

/// A layer, packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The compressed archive: what is pushed.
    pub blob: Blob,
    /// Its digest: the layer's name in a manifest.
    pub digest: Digest,
    /// The digest of the archive before compression: the layer's name in a config.
    pub diff_id: Digest,
    /// The archive's size before compression, in bytes.
    pub tar_bytes: u64,
}

impl Layer {
    /// What it holds, in bytes: the archive without the two empty blocks at its end. Docker tells an image's size so.
    pub fn size(&self) -> u64 {
        self.tar_bytes.saturating_sub(1024)
    }
}

/// Why bytes are not a layer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayerError {
    #[error("the layer is not gzip: {0}")]
    Gzip(&'static str),
    #[error("the layer is not a tar archive: {0}")]
    Tar(String),
    #[error("`{0}` can't be a path in a layer")]
    Path(String),
}

/// Packs files into a layer.
///
/// # Errors
/// When a path is empty, absolute, or leads out of the archive.
pub fn pack(tree: &Tree) -> Result<Layer, LayerError> {
    let tar = tar(tree)?;
    let diff_id = Digest::of(&tar);
    let blob = Blob::from(gzip(&tar));
    Ok(Layer { digest: blob.digest(), diff_id, tar_bytes: tar.len() as u64, blob })
}

/// The files of a compressed layer.
///
/// # Errors
/// When the bytes are not a gzip-compressed tar archive.
pub fn unpack(blob: &[u8]) -> Result<Tree, LayerError> {
    untar(&gunzip(blob)?)
}

/// Lays a layer over what lower layers amount to. Whiteouts remove, all else replaces.
pub fn apply(tree: &mut Tree, layer: &Tree) {
    // Removals first: they are about lower layers only, wherever they stand in the archive.
    for (path, entry) in layer {
        match entry.kind {
            EntryKind::Whiteout => {
                tree.remove(path);
                remove_below(tree, path);
            }
            EntryKind::Opaque => remove_below(tree, path),
            _ => {}
        }
    }
    for (path, entry) in layer {
        match &entry.kind {
            EntryKind::Whiteout => {}
            EntryKind::Opaque => {
                tree.entry(path.clone()).or_insert_with(Entry::directory);
            }
            kind => {
                if *kind != EntryKind::Directory {
                    remove_below(tree, path);
                }
                tree.insert(path.clone(), entry.clone());
            }
        }
    }
}

fn remove_below(tree: &mut Tree, folder: &str) {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    tree.retain(|path, _| !path.starts_with(&prefix));
}

fn is_safe(path: &str) -> bool {
    !path.is_empty() && !path.contains('\0') && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn tar(tree: &Tree) -> Result<Vec<u8>, LayerError> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, entry) in tree {
        if !is_safe(path) {
            return Err(LayerError::Path(path.clone()));
        }
        let mut header = tar::Header::new_ustar();
        header.set_mode(entry.mode);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        let failed = |_| LayerError::Path(path.clone());
        let empty: &[u8] = &[];
        match &entry.kind {
            EntryKind::File(content) => {
                header.set_entry_type(tar::EntryType::Regular);
                header.set_size(content.len() as u64);
                archive.append_data(&mut header, path, content.as_bytes()).map_err(failed)?;
            }
            EntryKind::Directory => {
                header.set_entry_type(tar::EntryType::Directory);
                header.set_size(0);
                archive.append_data(&mut header, format!("{path}/"), empty).map_err(failed)?;
            }
            EntryKind::Symlink(target) => {
                header.set_entry_type(tar::EntryType::Symlink);
                header.set_size(0);
                archive.append_link(&mut header, path, target).map_err(failed)?;
            }
            EntryKind::Whiteout => {
                header.set_entry_type(tar::EntryType::Regular);
                header.set_size(0);
                let marked = match path.rsplit_once('/') {
                    Some((folder, name)) => format!("{folder}/{WHITEOUT}{name}"),
                    None => format!("{WHITEOUT}{path}"),
                };
                archive.append_data(&mut header, marked, empty).map_err(failed)?;
            }
            EntryKind::Opaque => {
                header.set_entry_type(tar::EntryType::Regular);
                header.set_size(0);
                archive.append_data(&mut header, format!("{path}/{OPAQUE}"), empty).map_err(failed)?;
            }
        }
    }
    archive.into_inner().map_err(|error| LayerError::Tar(error.to_string()))
}

/// The files of an archive that is not compressed.
///
/// # Errors
/// When the bytes are not a tar archive.
pub fn untar(bytes: &[u8]) -> Result<Tree, LayerError> {
    let wrong = |error: std::io::Error| LayerError::Tar(error.to_string());
    let mut tree = Tree::new();
    let mut archive = tar::Archive::new(bytes);
    for entry in archive.entries().map_err(wrong)? {
        let mut entry = entry.map_err(wrong)?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let path = path.trim_start_matches("./").trim_matches('/').to_owned();
        if path.is_empty() || path == "." {
            continue;
        }
        if !is_safe(&path) {
            return Err(LayerError::Path(path));
        }
        let mode = entry.header().mode().map_err(wrong)?;
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        if name == OPAQUE {
            tree.insert(folder.to_owned(), Entry { mode: 0o755, kind: EntryKind::Opaque });
            continue;
        }
        if let Some(removed) = name.strip_prefix(WHITEOUT) {
            let path = if folder.is_empty() { removed.to_owned() } else { format!("{folder}/{removed}") };
            tree.insert(path, Entry::whiteout());
            continue;
        }
        let kind = match entry.header().entry_type() {
            tar::EntryType::Directory => EntryKind::Directory,
            tar::EntryType::Symlink => {
                let target = entry.link_name_bytes().unwrap_or_default();
                EntryKind::Symlink(String::from_utf8_lossy(&target).into_owned())
            }
            tar::EntryType::Regular => {
                let mut content = Vec::new();
                entry.read_to_end(&mut content).map_err(wrong)?;
                EntryKind::File(Blob::from(content))
            }
            // Devices, pipes and hard links: no image of the game has them.
            _ => continue,
        };
        // A folder that only became known by its mark keeps the mark.
        if kind == EntryKind::Directory && tree.get(&path).is_some_and(|known| known.kind == EntryKind::Opaque) {
            continue;
        }
        tree.insert(path, Entry { mode, kind });
    }
    Ok(tree)
}

/// Compresses: RFC 1952 without name, time and system, so that equal bytes stay equal.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    const LEVEL: u8 = 6;
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    out.extend(miniz_oxide::deflate::compress_to_vec(bytes, LEVEL));
    out.extend(crc32fast::hash(bytes).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out
}

/// Expands one gzip member: RFC 1952.
fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, LayerError> {
    const CUT: LayerError = LayerError::Gzip("it is cut short");
    let [0x1f, 0x8b, 8, flags, _, _, _, _, _, _, rest @ ..] = bytes else {
        return Err(LayerError::Gzip("its first bytes are not a gzip header"));
    };
    let mut rest = rest;
    if flags & 4 != 0 {
        let [low, high, tail @ ..] = rest else { return Err(CUT) };
        rest = tail.get(usize::from(u16::from_le_bytes([*low, *high]))..).ok_or(CUT)?;
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            let end = rest.iter().position(|b| *b == 0).ok_or(CUT)?;
            rest = rest.get(end + 1..).unwrap_or_default();
        }
    }
    if flags & 2 != 0 {
        rest = rest.get(2..).ok_or(CUT)?;
    }
    let (body, trailer) = rest.split_last_chunk::<8>().ok_or(CUT)?;
    let content = miniz_oxide::inflate::decompress_to_vec_with_limit(body, MAX_UNPACKED_BYTES)
        .map_err(|_| LayerError::Gzip("its content is damaged"))?;
    let [a, b, c, d, ..] = *trailer;
    if crc32fast::hash(&content) != u32::from_le_bytes([a, b, c, d]) {
        return Err(LayerError::Gzip("its checksum is wrong"));
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(entries: &[(&str, Entry)]) -> Tree {
        entries.iter().map(|(path, entry)| ((*path).to_owned(), entry.clone())).collect()
    }

    #[test]
    fn a_layer_comes_back_as_it_was_packed() {
        let long = format!("opt/{}/{}", "a".repeat(90), "b".repeat(120));
        let files = tree(&[
            ("app", Entry::directory()),
            ("app/main.py", Entry::file(*b"print('hello')\n")),
            ("bin/run", Entry::executable(*b"#!/bin/sh\n")),
            ("etc/alternatives", Entry { mode: 0o777, kind: EntryKind::Symlink("/usr/share".into()) }),
            ("tmp/old", Entry::whiteout()),
            ("var/cache", Entry { mode: 0o755, kind: EntryKind::Opaque }),
            (&long, Entry::file(vec![7; 100_000])),
        ]);
        let layer = pack(&files).unwrap();
        assert_eq!(layer, pack(&files).unwrap());
        assert_eq!(unpack(layer.blob.as_bytes()).unwrap(), files);
        assert_eq!(layer.digest, layer.blob.digest());
        assert!((layer.blob.len() as u64) < layer.tar_bytes);
    }

    #[test]
    fn upper_layers_replace_and_remove() {
        let mut all = tree(&[
            ("a", Entry::file(*b"1")),
            ("d/x", Entry::file(*b"1")),
            ("d/y", Entry::file(*b"1")),
            ("o/x", Entry::file(*b"1")),
        ]);
        let upper = tree(&[
            ("a", Entry::file(*b"2")),
            ("d", Entry::whiteout()),
            ("o", Entry { mode: 0o755, kind: EntryKind::Opaque }),
            ("o/z", Entry::file(*b"3")),
        ]);
        apply(&mut all, &upper);
        let expect = tree(&[("a", Entry::file(*b"2")), ("o", Entry::directory()), ("o/z", Entry::file(*b"3"))]);
        assert_eq!(all, expect);
    }

    #[test]
    fn bytes_that_are_no_layer_are_refused() {
        assert!(matches!(unpack(b""), Err(LayerError::Gzip(_))));
        assert!(matches!(unpack(b"plain text, not an archive"), Err(LayerError::Gzip(_))));
        let mut layer = pack(&tree(&[("a", Entry::file(*b"1"))])).unwrap().blob.as_bytes().to_vec();
        for cut in 0..layer.len() {
            assert!(unpack(&layer[..cut]).is_err());
        }
        let crc = layer.len() - 8;
        layer[crc] ^= 1;
        assert_eq!(unpack(&layer), Err(LayerError::Gzip("its checksum is wrong")));
        assert!(pack(&tree(&[("../etc/passwd", Entry::file(*b"1"))])).is_err());
        assert!(pack(&tree(&[("/etc/passwd", Entry::file(*b"1"))])).is_err());
    }
}
