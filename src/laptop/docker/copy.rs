//! What `COPY` and `ADD` put into a layer, and what a command changed.

use super::Copy;
use super::ignore::wild;
use crate::cloud::oci::{Entry, EntryKind, Tree, unpack, untar};
use crate::laptop::{join, name};

/// Why nothing was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CopyError {
    /// The source, as an absolute path in the context.
    NotFound(String),
    Other(String),
}

/// The entries that a `COPY` adds. `target` is absolute; with a slash at its end it is a folder.
pub(super) fn select(
    copy: &Copy,
    sources: &[String],
    target: &str,
    from: &Tree,
    existing: &Tree,
) -> Result<Tree, CopyError> {
    let mut layer = Tree::new();
    let path = target.trim_matches('/').to_owned();
    let mut found = Vec::new();
    for source in sources {
        if source.contains("://") {
            return Err(CopyError::Other("ADD from an address is not simulated".to_owned()));
        }
        let source = join("/", source);
        let matches = matching(source.trim_start_matches('/'), from);
        if matches.is_empty() {
            return Err(CopyError::NotFound(source));
        }
        found.extend(matches);
    }
    let is_folder = target.ends_with('/')
        || path.is_empty()
        || found.len() > 1
        || existing.get(&path).is_some_and(|entry| entry.kind == EntryKind::Directory);
    for source in found {
        match from.get(&source) {
            Some(entry) if entry.kind != EntryKind::Directory => {
                let unpacked = archive(copy, &source, entry);
                if let Some(files) = unpacked {
                    for (inside, entry) in files {
                        put(&mut layer, existing, &under(&path, &inside), entry, None);
                    }
                    continue;
                }
                let to = if is_folder { under(&path, name(&format!("/{source}"))) } else { path.clone() };
                put(&mut layer, existing, &to, entry.clone(), copy.mode);
            }
            _ => {
                // A folder gives what is in it, not itself.
                let prefix = if source.is_empty() { String::new() } else { format!("{source}/") };
                folders(&format!("/{path}/x"), existing, &mut layer);
                for (inside, entry) in
                    from.range(prefix.clone()..).take_while(|(inside, _)| inside.starts_with(&prefix))
                {
                    let rest = inside.strip_prefix(&prefix).unwrap_or(inside);
                    put(&mut layer, existing, &under(&path, rest), entry.clone(), copy.mode);
                }
            }
        }
    }
    Ok(layer)
}

/// The files of an archive that `ADD` unpacks.
fn archive(copy: &Copy, source: &str, entry: &Entry) -> Option<Tree> {
    let EntryKind::File(blob) = &entry.kind else { return None };
    let is_archive = copy.add && [".tar", ".tar.gz", ".tgz"].iter().any(|end| source.ends_with(end));
    is_archive.then(|| unpack(blob.as_bytes()).or_else(|_| untar(blob.as_bytes())).ok()).flatten()
}

fn under(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn put(layer: &mut Tree, existing: &Tree, path: &str, mut entry: Entry, mode: Option<u32>) {
    folders(&format!("/{path}"), existing, layer);
    if let Some(mode) = mode {
        entry.mode = mode;
    }
    layer.insert(path.to_owned(), entry);
}

/// Adds the folders above `path` (absolute) that are in neither tree.
pub(super) fn folders(path: &str, existing: &Tree, layer: &mut Tree) {
    let path = path.trim_start_matches('/');
    for (at, _) in path.match_indices('/') {
        let Some(folder) = path.get(..at) else { continue };
        let there = existing.get(folder).is_some_and(|entry| entry.kind == EntryKind::Directory);
        if !there && !folder.is_empty() {
            layer.entry(folder.to_owned()).or_insert_with(Entry::directory);
        }
    }
}

/// The entries that a source names: itself, or those that fit its `*` and `?`. The empty path is the whole tree.
fn matching(source: &str, tree: &Tree) -> Vec<String> {
    if source.is_empty() || tree.contains_key(source) {
        return vec![source.to_owned()];
    }
    let prefix = format!("{source}/");
    if tree.range(prefix.clone()..).next().is_some_and(|(path, _)| path.starts_with(&prefix)) {
        return vec![source.to_owned()];
    }
    if !source.contains(['*', '?']) {
        return Vec::new();
    }
    let pattern: Vec<&str> = source.split('/').collect();
    let fits = |path: &str| {
        let parts: Vec<&str> = path.split('/').collect();
        parts.len() == pattern.len() && pattern.iter().zip(&parts).all(|(pattern, part)| wild(pattern, part))
    };
    tree.keys().filter(|path| fits(path)).cloned().collect()
}

/// What has to be laid over `before` to get `after`.
pub(super) fn difference(before: &Tree, after: &Tree) -> Tree {
    let mut layer = Tree::new();
    for (path, entry) in after {
        if before.get(path) != Some(entry) {
            layer.insert(path.clone(), entry.clone());
        }
    }
    for path in before.keys().filter(|path| !after.contains_key(*path)) {
        // A removed folder removes what is in it.
        let covered = path
            .match_indices('/')
            .any(|(at, _)| path.get(..at).is_some_and(|above| layer.contains_key(above) && !after.contains_key(above)));
        if !covered {
            layer.insert(path.clone(), Entry::whiteout());
        }
    }
    layer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::oci::apply;

    fn tree(files: &[(&str, Entry)]) -> Tree {
        files.iter().map(|(path, entry)| ((*path).to_owned(), entry.clone())).collect()
    }

    fn check(sources: &[&str], target: &str, expect: &[&str]) {
        let context = tree(&[
            ("app", Entry::executable(*b"1")),
            ("src", Entry::directory()),
            ("src/a.js", Entry::file(*b"a")),
            ("src/b.js", Entry::file(*b"b")),
        ]);
        let existing = tree(&[("srv", Entry::directory())]);
        let copy = Copy { add: false, from: None, mode: None, sources: Vec::new(), target: String::new() };
        let sources: Vec<String> = sources.iter().map(|source| (*source).to_owned()).collect();
        let layer = select(&copy, &sources, target, &context, &existing).unwrap();
        assert_eq!(layer.keys().map(String::as_str).collect::<Vec<_>>(), expect, "{sources:?} {target}");
    }

    #[test]
    fn files_land_where_docker_puts_them() {
        check(&["app"], "/srv", &["srv/app"]);
        check(&["app"], "/run", &["run"]);
        check(&["app"], "/a/b/", &["a", "a/b", "a/b/app"]);
        check(&["src"], "/js", &["js", "js/a.js", "js/b.js"]);
        check(&["src/*.js"], "/srv/", &["srv/a.js", "srv/b.js"]);
        check(&["."], "/", &["app", "src", "src/a.js", "src/b.js"]);
        check(&["./app", "/src/a.js"], "/srv/", &["srv/a.js", "srv/app"]);
    }

    #[test]
    fn a_difference_laid_over_gives_the_result() {
        let before = tree(&[("a", Entry::file(*b"1")), ("d", Entry::directory()), ("d/x", Entry::file(*b"1"))]);
        let after = tree(&[("a", Entry::file(*b"2")), ("b", Entry::file(*b"3"))]);
        let layer = difference(&before, &after);
        assert_eq!(layer.keys().collect::<Vec<_>>(), ["a", "b", "d"]);
        let mut result = before;
        apply(&mut result, &layer);
        assert_eq!(result, after);
    }
}
