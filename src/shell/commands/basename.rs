//! `basename`: the last part of a path.

use super::{Command, Example, Io};
use crate::laptop::name;

pub(super) const BASENAME: Command = Command {
    name: "basename",
    usage: "basename PATH [SUFFIX]",
    run,
    examples: &[
        Example { line: "basename team/app:v1", shows: "app:v1\n" },
        Example { line: "basename /a/policy.json .json", shows: "policy\n" },
        Example { line: "basename", shows: "basename: missing operand\nTry 'basename --help' for more information.\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some((path, rest)) = io.args.split_first() else {
        io.eprint("basename: missing operand\nTry 'basename --help' for more information.\n");
        return 1;
    };
    let trimmed = path.trim_end_matches('/');
    let last = if trimmed.contains('/') { name(trimmed) } else { trimmed };
    let last = if last.is_empty() { "/" } else { last };
    let last = match rest.first().and_then(|suffix| last.strip_suffix(suffix.as_str())) {
        Some(stem) if !stem.is_empty() => stem,
        _ => last,
    };
    io.print(format!("{last}\n"));
    0
}
