//! File names that match a pattern.

use super::glob::Pattern;
use crate::laptop::{Kind, Laptop, join};

/// The files that match a pattern given in pieces (text, quoted), sorted; as they would be typed from where one stands.
pub(super) fn matching(laptop: &Laptop, pieces: &[(&str, bool)]) -> Vec<String> {
    let parts = split(pieces);
    let absolute = pieces.first().is_some_and(|(text, _)| text.starts_with('/'));
    // What was typed so far, and whether more parts follow.
    let mut found = vec![if absolute { "/".to_owned() } else { String::new() }];
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == parts.len();
        let mut next = Vec::new();
        for typed in &found {
            let here = join(laptop.session.cwd(), typed);
            let pattern = Pattern::new(part.iter().map(|(text, quoted)| (text.as_str(), *quoted)));
            if !pattern.is_magic() {
                let name: String = part.iter().map(|(text, _)| text.as_str()).collect();
                if laptop.files.entry(&join(&here, &name)).is_ok() {
                    next.push(format!("{typed}{name}{}", if last { "" } else { "/" }));
                }
                continue;
            }
            for (name, entry) in laptop.files.list(&here).unwrap_or_default() {
                let hidden = name.starts_with('.') && !pattern.starts_with_dot();
                if !hidden && pattern.matches(name) && (last || entry.kind == Kind::Directory) {
                    next.push(format!("{typed}{name}{}", if last { "" } else { "/" }));
                }
            }
        }
        found = next;
    }
    let folders_only = pieces.last().is_some_and(|(text, _)| text.ends_with('/'));
    if folders_only {
        found.retain(|typed| laptop.files.is_directory(&join(laptop.session.cwd(), typed)));
        found.iter_mut().for_each(|typed| typed.push('/'));
    }
    found
}

/// The parts of a path between its slashes; each in pieces.
fn split(pieces: &[(&str, bool)]) -> Vec<Vec<(String, bool)>> {
    let mut parts: Vec<Vec<(String, bool)>> = vec![Vec::new()];
    for (text, quoted) in pieces {
        for (at, piece) in text.split('/').enumerate() {
            if at > 0 {
                parts.push(Vec::new());
            }
            if let Some(part) = parts.last_mut()
                && !piece.is_empty()
            {
                part.push((piece.to_owned(), *quoted));
            }
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}
