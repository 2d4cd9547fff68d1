//! `.dockerignore`: what a build context leaves out.
//! Source: Docker documentation, "Build context", .dockerignore files.

use crate::cloud::oci::Tree;

/// A context without what the text of its `.dockerignore` leaves out.
pub fn ignored(text: &str, mut context: Tree) -> Tree {
    let ignore = Ignore::parse(text);
    context.retain(|path, _| !ignore.excludes(path));
    context
}

/// The rules of a `.dockerignore`, in order; the last one that matches decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ignore {
    rules: Vec<(Vec<String>, bool)>,
}

impl Ignore {
    pub(super) fn parse(text: &str) -> Self {
        let rules = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let rules = rules.map(|line| {
            let (pattern, keep) = line.strip_prefix('!').map_or((line, false), |pattern| (pattern, true));
            let parts = pattern.trim_matches('/').split('/').filter(|part| !matches!(*part, "" | "."));
            (parts.map(str::to_owned).collect(), keep)
        });
        Self { rules: rules.collect() }
    }

    /// Whether the path (relative, with slashes) is left out.
    pub(super) fn excludes(&self, path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').collect();
        let mut out = false;
        for (pattern, keep) in &self.rules {
            // A pattern that matches a folder matches all that is in it.
            let hit = (1..=parts.len()).any(|len| parts.get(..len).is_some_and(|head| fits(pattern, head)));
            if hit {
                out = !keep;
            }
        }
        out
    }
}

fn fits(pattern: &[String], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "**" => {
            // Limited by the depth of paths, which the file system limits.
            (0..=path.len()).any(|skip| path.get(skip..).is_some_and(|tail| fits(rest, tail)))
        }
        (Some((first, rest)), Some((name, tail))) => wild(first, name) && fits(rest, tail),
        _ => false,
    }
}

/// `*` and `?` within one name.
pub(super) fn wild(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match (pattern.get(p), name.get(n)) {
            (Some('*'), _) => {
                star = Some((p, n));
                p += 1;
            }
            (Some('?'), Some(_)) => (p, n) = (p + 1, n + 1),
            (Some(a), Some(b)) if a == b => (p, n) = (p + 1, n + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, n) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rule_that_matches_decides() {
        let ignore = Ignore::parse("# no\n*.log\nnode_modules\n**/tmp\n!keep.log\n");
        for (path, out) in [
            ("a.log", true),
            ("keep.log", false),
            ("sub/a.log", false),
            ("node_modules/x/y", true),
            ("a/b/tmp/c", true),
            ("app", false),
        ] {
            assert_eq!(ignore.excludes(path), out, "{path}");
        }
    }
}
