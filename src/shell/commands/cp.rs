//! `cp`: copies files.

use super::{Command, Example, Io, options::options};
use crate::laptop::{FsError, Kind, join, name};

pub(super) const CP: Command = Command {
    name: "cp",
    usage: "cp [-r] SOURCE… TARGET",
    run,
    examples: &[
        Example { line: "echo hi > a; cp a b; cat b", shows: "hi\n" },
        Example { line: "cp -r web copy; ls copy", shows: "Dockerfile  app  index.html\n" },
        Example { line: "cp web copy", shows: "cp: -r not specified; omitting directory 'web'\n" },
        Example { line: "cp nope a", shows: "cp: cannot stat 'nope': No such file or directory\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let longs = [("recursive", 'r'), ("archive", 'a'), ("force", 'f'), ("verbose", 'v')];
    let Some(options) = options(io, "cp", "rRafvp", &longs) else { return 1 };
    let recursive = ['r', 'R', 'a'].into_iter().any(|letter| options.has(letter));
    let (target, sources) = match options.rest.as_slice() {
        [] => {
            io.eprint("cp: missing file operand\nTry 'cp --help' for more information.\n");
            return 1;
        }
        [only] => {
            io.eprint(format!(
                "cp: missing destination file operand after '{only}'\nTry 'cp --help' for more information.\n"
            ));
            return 1;
        }
        [sources @ .., target] => (target, sources),
    };
    let target_path = io.path(target);
    let into = io.world.laptop.files.is_directory(&target_path);
    if sources.len() > 1 && !into {
        io.eprint(format!("cp: target '{target}': No such file or directory\n"));
        return 1;
    }
    let mut code = 0;
    for source in sources {
        let from = io.path(source);
        let to = if into { join(&target_path, name(&from)) } else { target_path.clone() };
        let message = match io.world.laptop.files.entry(&from).map(|entry| entry.kind.clone()) {
            Err(error) => format!("cannot stat '{source}': {error}"),
            Ok(Kind::Directory) if !recursive => format!("-r not specified; omitting directory '{source}'"),
            Ok(_) if from == to => format!("'{source}' and '{target}' are the same file"),
            Ok(_) => match copy(io, &from, &to) {
                Ok(below) => {
                    if options.has('v') {
                        let shown = if into { join(target, name(&from)) } else { target.clone() };
                        let lines = below.iter().map(|rest| format!("'{source}{rest}' -> '{shown}{rest}'\n"));
                        io.print(lines.collect::<String>());
                    }
                    continue;
                }
                Err(error) => format!("cannot create '{target}': {error}"),
            },
        };
        io.eprint(format!("cp: {message}\n"));
        code = 1;
    }
    code
}

/// Copies a file or a directory with all that is in it. Gives what was copied, as it is named below `from`.
fn copy(io: &mut Io<'_>, from: &str, to: &str) -> Result<Vec<String>, FsError> {
    let now = io.world.cloud.now();
    let files = &mut io.world.laptop.files;
    if to.strip_prefix(from).is_some_and(|rest| rest.starts_with('/')) {
        return Err(FsError::Invalid);
    }
    let mut all = vec![(String::new(), files.entry(from)?.clone())];
    for (path, entry) in files.below(from) {
        if let Some(rest) = path.strip_prefix(from) {
            all.push((rest.to_owned(), entry.clone()));
        }
    }
    let mut copied = Vec::with_capacity(all.len());
    for (rest, entry) in all {
        let path = format!("{to}{rest}");
        copied.push(rest);
        match entry.kind {
            Kind::Directory => files.create_directories(&path, now)?,
            Kind::File(blob) => {
                files.write(&path, blob, now)?;
                files.set_mode(&path, entry.mode)?;
            }
        }
    }
    Ok(copied)
}
