//! `find`: lists files below directories.

use super::{Command, Example, Io};
use crate::laptop::{Kind, name};
use crate::shell::glob::Pattern;

pub(super) const FIND: Command = Command {
    name: "find",
    usage: "find [DIR…] [-maxdepth N] [-name PATTERN] [-type f|d] [-delete]",
    run,
    examples: &[
        Example { line: "find web -type f", shows: "web/Dockerfile\nweb/app\nweb/index.html\n" },
        Example { line: "find . -name 'in*.html'", shows: "./web/index.html\n" },
        Example { line: "mkdir -p d/e; touch d/a d/e/b; find d -maxdepth 1", shows: "d\nd/a\nd/e\n" },
        Example { line: "touch a.tmp web/b.tmp; find . -name '*.tmp' -delete; find . -name '*.tmp'", shows: "" },
        Example { line: "find . -exec rm {} +", shows: "find: `find -exec` is not simulated\n" },
        Example { line: "find nope", shows: "find: 'nope': No such file or directory\n" },
    ],
};

/// Tests and actions of GNU's find that are not here.
const KNOWN: &[&str] = &[
    "-a",
    "-amin",
    "-and",
    "-atime",
    "-cmin",
    "-ctime",
    "-daystart",
    "-depth",
    "-empty",
    "-exec",
    "-execdir",
    "-executable",
    "-fprint",
    "-group",
    "-iregex",
    "-ls",
    "-mmin",
    "-mtime",
    "-newer",
    "-not",
    "-o",
    "-ok",
    "-or",
    "-path",
    "-perm",
    "-print0",
    "-printf",
    "-prune",
    "-quit",
    "-regex",
    "-size",
    "-user",
    "-wholename",
];

fn run(io: &mut Io<'_>) -> i32 {
    let mut starts = Vec::new();
    let (mut pattern, mut kind, mut ignore_case) = (None, None, false);
    let (mut least, mut most) = (0, usize::MAX);
    let (mut delete, mut print) = (false, false);
    let mut args = io.args.iter();
    while let Some(argument) = args.next() {
        match (argument.as_str(), argument.starts_with('-')) {
            ("-delete", _) => delete = true,
            ("-print", _) => print = true,
            (test @ ("-maxdepth" | "-mindepth"), _) => {
                let Some(depth) = args.next() else {
                    io.eprint(format!("find: missing argument to `{test}'\n"));
                    return 1;
                };
                let Ok(depth) = depth.parse::<usize>() else {
                    io.eprint(format!(
                        "find: Expected a positive decimal integer argument to {test}, but got '{depth}'\n"
                    ));
                    return 1;
                };
                *(if test == "-maxdepth" { &mut most } else { &mut least }) = depth;
            }
            (test @ ("-name" | "-iname" | "-type"), _) => {
                let Some(wanted) = args.next() else {
                    io.eprint(format!("find: missing argument to `{test}'\n"));
                    return 1;
                };
                if test != "-type" {
                    ignore_case = test == "-iname";
                    let wanted = if ignore_case { wanted.to_lowercase() } else { wanted.clone() };
                    pattern = Some(Pattern::new([(wanted.as_str(), false)]));
                } else if matches!(wanted.as_str(), "f" | "d") {
                    kind = Some(wanted.clone());
                } else {
                    io.eprint(format!("find: Unknown argument to -type: {wanted}\n"));
                    return 1;
                }
            }
            (known, true) if KNOWN.contains(&known) => {
                let text = io.words.with("shell-not-simulated", &[("what", format!("find {known}").into())]);
                io.eprint(format!("find: {text}\n"));
                return 1;
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
        let mut removed = Vec::new();
        for (shown, entry) in all {
            let inside = shown.strip_prefix(start.trim_end_matches('/')).unwrap_or_default();
            let depth = inside.split('/').filter(|part| !part.is_empty()).count();
            if !(least..=most).contains(&depth) {
                continue;
            }
            let fits_kind = match kind.as_deref() {
                Some("f") => entry.kind != Kind::Directory,
                Some("d") => entry.kind == Kind::Directory,
                _ => true,
            };
            let last = if shown.contains('/') { name(&shown) } else { &shown };
            let last = if ignore_case { last.to_lowercase() } else { last.to_owned() };
            if fits_kind && pattern.as_ref().is_none_or(|pattern| pattern.matches(&last)) {
                if delete {
                    removed.push(shown.clone());
                }
                if print || !delete {
                    io.print(format!("{shown}\n"));
                }
            }
        }
        // What is in a directory goes before it.
        for shown in removed.into_iter().rev().filter(|shown| shown != ".") {
            let path = io.path(&shown);
            if let Err(error) = io.world.laptop.files.remove(&path) {
                io.eprint(format!("find: cannot delete '{shown}': {error}\n"));
                code = 1;
            }
        }
    }
    code
}
