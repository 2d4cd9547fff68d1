//! `rm`: removes files.

use super::{
    Command, Example, Io,
    options::{options, refuses},
};
use crate::laptop::FsError;

pub(super) const RM: Command = Command {
    name: "rm",
    usage: "rm [-rf] FILE…",
    run,
    examples: &[
        Example { line: "touch a; rm a; ls a", shows: "ls: cannot access 'a': No such file or directory\n" },
        Example { line: "rm web", shows: "rm: cannot remove 'web': Is a directory\n" },
        Example { line: "rm -rf web nope; ls", shows: "" },
        Example { line: "rm nope", shows: "rm: cannot remove 'nope': No such file or directory\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let longs = [("recursive", 'r'), ("force", 'f'), ("verbose", 'v'), ("dir", 'd')];
    let Some(options) = options(io, "rm", "rRfvid", &longs) else { return 1 };
    // Nobody is there to answer.
    if refuses(io, "rm", &options, &['i']) {
        return 1;
    }
    let recursive = options.has('r') || options.has('R');
    if options.rest.is_empty() && !options.has('f') {
        io.eprint("rm: missing operand\nTry 'rm --help' for more information.\n");
        return 1;
    }
    let mut code = 0;
    for name in &options.rest {
        let path = io.path(name);
        let files = &mut io.world.laptop.files;
        let removed = match files.entry(&path) {
            Ok(_) if files.is_directory(&path) && !recursive => {
                if options.has('d') {
                    files.remove(&path)
                } else {
                    Err(FsError::IsADirectory)
                }
            }
            Ok(_) => files.remove_all(&path),
            Err(error) => Err(error),
        };
        match removed {
            Ok(()) if options.has('v') => io.print(format!("removed '{name}'\n")),
            Ok(()) => {}
            Err(FsError::NotFound) if options.has('f') => {}
            Err(error) => {
                io.eprint(format!("rm: cannot remove '{name}': {error}\n"));
                code = 1;
            }
        }
    }
    code
}
