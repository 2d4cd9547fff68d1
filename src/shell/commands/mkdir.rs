//! `mkdir`: makes directories.

use super::{Command, Example, Io, options::options};

pub(super) const MKDIR: Command = Command {
    name: "mkdir",
    usage: "mkdir [-p] DIR…",
    run,
    examples: &[
        Example { line: "mkdir -p a/b/c && cd a/b/c && pwd", shows: "/home/learner/a/b/c\n" },
        Example { line: "mkdir web", shows: "mkdir: cannot create directory 'web': File exists\n" },
        Example { line: "mkdir a/b", shows: "mkdir: cannot create directory 'a/b': No such file or directory\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) = options(io, "mkdir", "pvm:", &[("parents", 'p'), ("verbose", 'v'), ("mode", 'm')]) else {
        return 1;
    };
    if options.rest.is_empty() {
        io.eprint("mkdir: missing operand\nTry 'mkdir --help' for more information.\n");
        return 1;
    }
    let now = io.world.cloud.now();
    let mut code = 0;
    for directory in &options.rest {
        let path = io.path(directory);
        let files = &mut io.world.laptop.files;
        let made =
            if options.has('p') { files.create_directories(&path, now) } else { files.create_directory(&path, now) };
        match made {
            Ok(()) if options.has('v') => io.print(format!("mkdir: created directory '{directory}'\n")),
            Ok(()) => {}
            Err(error) => {
                io.eprint(format!("mkdir: cannot create directory '{directory}': {error}\n"));
                code = 1;
            }
        }
    }
    code
}
