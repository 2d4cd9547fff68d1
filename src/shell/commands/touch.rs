//! `touch`: makes empty files, or marks files as just written.

use super::{Command, Example, Io, options::options};

pub(super) const TOUCH: Command = Command {
    name: "touch",
    usage: "touch FILE…",
    run,
    examples: &[
        Example { line: "touch a b; ls -1 a b", shows: "a\nb\n" },
        Example { line: "touch d/a", shows: "touch: cannot touch 'd/a': No such file or directory\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) = options(io, "touch", "acm", &[]) else { return 1 };
    let now = io.world.cloud.now();
    let mut code = 0;
    for file in &options.rest {
        let path = io.path(file);
        let files = &mut io.world.laptop.files;
        if files.is_directory(&path) || (options.has('c') && files.entry(&path).is_err()) {
            continue;
        }
        if let Err(error) = files.append(&path, &[], now) {
            io.eprint(format!("touch: cannot touch '{file}': {error}\n"));
            code = 1;
        }
    }
    code
}
