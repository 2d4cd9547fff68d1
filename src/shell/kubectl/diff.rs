//! `kubectl diff -f`: what `apply` would change, as `diff -u -N` shows it. Source: kubectl, `pkg/cmd/diff`.

use super::flags::Parsed;
use super::{Command, Done, Trouble, apply, fail, get, manifest, with_session, yaml};
use crate::cloud::eks::Kind;
use crate::shell::Io;

/// How many rows around a change are shown.
const CONTEXT: usize = 3;

pub(super) const DIFF: Command =
    Command { path: "diff", usage: "kubectl diff -f FILENAME [options]", flags: &[("filename", 'f', true)], run };

fn run(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let files: Vec<String> = parsed.values("filename").map(str::to_owned).collect();
    if files.is_empty() {
        return fail(io, "error: must specify one of -f and -k");
    }
    let manifests = match manifest::load(io, files.iter().map(String::as_str)) {
        Ok(manifests) => manifests,
        Err(trouble) => return trouble.report(io),
    };
    let explicit = parsed.value("namespace").is_some();
    with_session(io, parsed, |io, session| {
        let mut code = 0;
        for manifest in &manifests {
            let (kind, name) = manifest.kind()?;
            let wanted = manifest.placed(kind, &session.namespace, explicit)?;
            let (live, merged) = apply::merged(io, session, kind, &name, &wanted)?;
            let rows = |document: Option<&serde_json::Value>| -> Vec<String> {
                let text = document.map(|document| yaml::emit(&get::sorted(document.clone()))).unwrap_or_default();
                text.lines().map(str::to_owned).collect()
            };
            let (before, after) = (rows(live.as_ref()), rows(Some(&merged)));
            if before == after {
                continue;
            }
            code = 1;
            let file = file_name(kind, &session.namespace, &name);
            // Source: kubectl: the files lie in folders whose names end in a number of their own.
            io.print(format!("diff -u -N /tmp/LIVE-1/{file} /tmp/MERGED-1/{file}\n"));
            io.print(format!("--- /tmp/LIVE-1/{file}\n+++ /tmp/MERGED-1/{file}\n{}", unified(&before, &after)));
        }
        Ok::<Done, Trouble>(code)
    })
}

fn file_name(kind: Kind, namespace: &str, name: &str) -> String {
    let version = kind.api_version().replace('/', ".");
    let namespace = if kind.is_namespaced() { namespace } else { "" };
    format!("{version}.{}.{namespace}.{name}", kind.name())
}

/// A row of both, or of one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row<'a> {
    Both(&'a str),
    Old(&'a str),
    New(&'a str),
}

/// The rows of both texts in one sequence: the longest common part stays.
fn aligned<'a>(old: &'a [String], new: &'a [String]) -> Vec<Row<'a>> {
    // How long the common part of the two rests is.
    let width = new.len() + 1;
    let mut common = vec![0_usize; (old.len() + 1) * width];
    let at = |common: &[usize], i: usize, j: usize| common.get(i * width + j).copied().unwrap_or_default();
    for (i, left) in old.iter().enumerate().rev() {
        for (j, right) in new.iter().enumerate().rev() {
            let longest = if left == right {
                at(&common, i + 1, j + 1) + 1
            } else {
                at(&common, i + 1, j).max(at(&common, i, j + 1))
            };
            if let Some(place) = common.get_mut(i * width + j) {
                *place = longest;
            }
        }
    }
    let mut rows = Vec::new();
    let (mut i, mut j) = (0, 0);
    loop {
        match (old.get(i), new.get(j)) {
            (None, None) => return rows,
            (Some(left), Some(right)) if left == right => {
                rows.push(Row::Both(left));
                (i, j) = (i + 1, j + 1);
            }
            (Some(left), right) if right.is_none() || at(&common, i + 1, j) >= at(&common, i, j + 1) => {
                rows.push(Row::Old(left));
                i += 1;
            }
            (_, Some(right)) => {
                rows.push(Row::New(right));
                j += 1;
            }
            (Some(_), None) => i += 1,
        }
    }
}

/// Which rows a side does not have.
type Skip = fn(&Row<'_>) -> bool;

/// Hunks with rows around them.
fn unified(old: &[String], new: &[String]) -> String {
    let rows = aligned(old, new);
    let changed: Vec<usize> =
        rows.iter().enumerate().filter(|(_, row)| !matches!(row, Row::Both(_))).map(|(at, _)| at).collect();
    let mut hunks: Vec<(usize, usize)> = Vec::new();
    for at in changed {
        let (first, end) = (at.saturating_sub(CONTEXT), (at + CONTEXT + 1).min(rows.len()));
        match hunks.last_mut() {
            Some((_, last)) if first <= *last => *last = end,
            _ => hunks.push((first, end)),
        }
    }
    let mut out = String::new();
    for (first, end) in hunks {
        let count = |range: std::ops::Range<usize>, skip: Skip| {
            rows.get(range).unwrap_or_default().iter().filter(|row| !skip(row)).count()
        };
        let is_new: Skip = |row| matches!(row, Row::New(_));
        let is_old: Skip = |row| matches!(row, Row::Old(_));
        let place = |skip| {
            let (before, own) = (count(0..first, skip), count(first..end, skip));
            let from = if own == 0 { before } else { before + 1 };
            if own == 1 { from.to_string() } else { format!("{from},{own}") }
        };
        out += &format!("@@ -{} +{} @@\n", place(is_new), place(is_old));
        for row in rows.get(first..end).unwrap_or_default() {
            out += &match row {
                Row::Both(text) => format!(" {text}\n"),
                Row::Old(text) => format!("-{text}\n"),
                Row::New(text) => format!("+{text}\n"),
            };
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_shown_with_three_rows_around_them() {
        let rows = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let shown = unified(&rows("a b c d e f g h i j"), &rows("a b c d X f g h i j k"));
        let expect = "@@ -2,9 +2,10 @@\n b\n c\n d\n-e\n+X\n f\n g\n h\n i\n j\n+k\n";
        assert_eq!(shown, expect);
        assert_eq!(unified(&[], &rows("a")), "@@ -0,0 +1 @@\n+a\n");
    }
}
