//! `find`: lists files below directories.

use super::{Command, Example, Io};
use crate::laptop::{Kind, name};
use crate::shell::glob::Pattern;

pub(super) const FIND: Command = Command {
    name: "find",
    usage: "find [DIR…] [-name PATTERN] [-type f|d]",
    run,
    examples: &[
        Example { line: "find web -type f", shows: "web/Dockerfile\nweb/app\nweb/index.html\n" },
        Example { line: "find . -name 'in*.html'", shows: "./web/index.html\n" },
        Example { line: "find nope", shows: "find: 'nope': No such file or directory\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let mut starts = Vec::new();
    let (mut pattern, mut kind) = (None, None);
    let mut args = io.args.iter();
    while let Some(argument) = args.next() {
        match (argument.as_str(), argument.starts_with('-')) {
            (test @ ("-name" | "-type"), _) => {
                let Some(wanted) = args.next() else {
                    io.eprint(format!("find: missing argument to `{test}'\n"));
                    return 1;
                };
                if test == "-name" {
                    pattern = Some(Pattern::new([(wanted.as_str(), false)]));
                } else if matches!(wanted.as_str(), "f" | "d") {
                    kind = Some(wanted.clone());
                } else {
                    io.eprint(format!("find: Unknown argument to -type: {wanted}\n"));
                    return 1;
                }
            }
            (other, true) => {
                io.eprint(format!("find: unknown predicate `{other}'\n"));
                return 1;
            }
            (_, false) => starts.push(argument.clone()),
        }
    }
    if starts.is_empty() {
        starts.push(".".to_owned());
    }
    let mut code = 0;
    for start in starts {
        let path = io.path(&start);
        let files = &io.world.laptop.files;
        let itself = match files.entry(&path) {
            Ok(entry) => entry.clone(),
            Err(error) => {
                io.eprint(format!("find: '{start}': {error}\n"));
                code = 1;
                continue;
            }
        };
        let below = files.below(&path).map(|(found, entry)| {
            let rest = found.strip_prefix(&path).unwrap_or(found).trim_start_matches('/');
            (format!("{}/{rest}", start.trim_end_matches('/')), entry.clone())
        });
        let all: Vec<_> = std::iter::once((start.clone(), itself)).chain(below).collect();
        for (shown, entry) in all {
            let fits_kind = match kind.as_deref() {
                Some("f") => entry.kind != Kind::Directory,
                Some("d") => entry.kind == Kind::Directory,
                _ => true,
            };
            let last = if shown.contains('/') { name(&shown) } else { &shown };
            if fits_kind && pattern.as_ref().is_none_or(|pattern| pattern.matches(last)) {
                io.print(format!("{shown}\n"));
            }
        }
    }
    code
}
