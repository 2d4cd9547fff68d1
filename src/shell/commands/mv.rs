//! `mv`: moves and renames files.

use super::{Command, Example, Io, options::options};
use crate::laptop::{join, name};

pub(super) const MV: Command = Command {
    name: "mv",
    usage: "mv SOURCE… TARGET",
    run,
    examples: &[
        Example { line: "echo hi > a; mv a b; cat b; cat a", shows: "hi\ncat: a: No such file or directory\n" },
        Example { line: "touch x y; mv x y web; ls web", shows: "Dockerfile  app  index.html  x  y\n" },
        Example { line: "mv nope a", shows: "mv: cannot stat 'nope': No such file or directory\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) = options(io, "mv", "fvn", &[("force", 'f'), ("verbose", 'v'), ("no-clobber", 'n')]) else {
        return 1;
    };
    let (target, sources) = match options.rest.as_slice() {
        [] => {
            io.eprint("mv: missing file operand\nTry 'mv --help' for more information.\n");
            return 1;
        }
        [only] => {
            io.eprint(format!(
                "mv: missing destination file operand after '{only}'\nTry 'mv --help' for more information.\n"
            ));
            return 1;
        }
        [sources @ .., target] => (target, sources),
    };
    let target_path = io.path(target);
    let into = io.world.laptop.files.is_directory(&target_path);
    if sources.len() > 1 && !into {
        io.eprint(format!("mv: target '{target}': No such file or directory\n"));
        return 1;
    }
    let mut code = 0;
    for source in sources {
        let from = io.path(source);
        let to = if into { join(&target_path, name(&from)) } else { target_path.clone() };
        let files = &mut io.world.laptop.files;
        let message = match files.entry(&from).map(|_| ()) {
            Err(error) => format!("cannot stat '{source}': {error}"),
            Ok(()) if options.has('n') && files.entry(&to).is_ok() => continue,
            Ok(()) => match files.rename(&from, &to) {
                Ok(()) => {
                    if options.has('v') {
                        let shown = if into { join(target, name(&from)) } else { target.clone() };
                        io.print(format!("renamed '{source}' -> '{shown}'\n"));
                    }
                    continue;
                }
                Err(error) => format!("cannot move '{source}' to '{target}': {error}"),
            },
        };
        io.eprint(format!("mv: {message}\n"));
        code = 1;
    }
    code
}
