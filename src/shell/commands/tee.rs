//! `tee`: copies standard input to files and prints it.

use super::{Command, Example, Io, options::options};

pub(super) const TEE: Command = Command {
    name: "tee",
    usage: "tee [-a] [FILE…]",
    run,
    examples: &[
        Example { line: "echo hi | tee a b; cat a b", shows: "hi\nhi\nhi\n" },
        Example { line: "echo 1 | tee a > /dev/null; echo 2 | tee -a a; cat a", shows: "2\n1\n2\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) = options(io, "tee", "ai", &[("append", 'a')]) else { return 1 };
    let Some(content) = io.stdin() else { return 0 };
    io.write(content.as_bytes());
    let now = io.world.cloud.now();
    let mut code = 0;
    for file in options.rest.iter().filter(|file| *file != "/dev/null") {
        let path = io.path(file);
        let files = &mut io.world.laptop.files;
        let written = if options.has('a') {
            files.append(&path, content.as_bytes(), now)
        } else {
            files.write(&path, content.clone(), now)
        };
        if let Err(error) = written {
            io.eprint(format!("tee: {file}: {error}\n"));
            code = 1;
        }
    }
    code
}
