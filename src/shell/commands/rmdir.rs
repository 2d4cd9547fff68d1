//! `rmdir`: removes empty directories.

use super::{Command, Example, Io, options::options};
use crate::laptop::FsError;

pub(super) const RMDIR: Command = Command {
    name: "rmdir",
    usage: "rmdir DIR…",
    run,
    examples: &[
        Example { line: "mkdir d; rmdir d; ls -d d", shows: "ls: cannot access 'd': No such file or directory\n" },
        Example { line: "rmdir web", shows: "rmdir: failed to remove 'web': Directory not empty\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) = options(io, "rmdir", "", &[]) else { return 1 };
    let mut code = 0;
    for name in &options.rest {
        let path = io.path(name);
        let files = &mut io.world.laptop.files;
        let removed = if files.is_file(&path) { Err(FsError::NotADirectory) } else { files.remove(&path) };
        if let Err(error) = removed {
            io.eprint(format!("rmdir: failed to remove '{name}': {error}\n"));
            code = 1;
        }
    }
    code
}
