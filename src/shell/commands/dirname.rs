//! `dirname`: all but the last part of a path.

use super::{Command, Example, Io};

pub(super) const DIRNAME: Command = Command {
    name: "dirname",
    usage: "dirname PATH…",
    run,
    examples: &[
        Example { line: "dirname /a/b/c d", shows: "/a/b\n.\n" },
        Example { line: "dirname", shows: "dirname: missing operand\nTry 'dirname --help' for more information.\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    if io.args.is_empty() {
        io.eprint("dirname: missing operand\nTry 'dirname --help' for more information.\n");
        return 1;
    }
    for path in io.args {
        let parent = match path.trim_end_matches('/').rsplit_once('/') {
            Some(("", _)) => "/",
            Some((parent, _)) => parent,
            None if path.starts_with('/') => "/",
            None => ".",
        };
        io.print(format!("{parent}\n"));
    }
    0
}
