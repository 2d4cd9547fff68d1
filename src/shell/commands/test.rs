//! `test` and `[`: ask about texts, numbers and files.

use brush_parser::test_command;

use super::{Command, Example, Io};
use crate::shell::conditions;

/// The most arguments: the parser is recursive.
const ARGUMENTS_MAX: usize = 64;

pub(super) const TEST: Command = Command {
    name: "test",
    usage: "test EXPRESSION | [ EXPRESSION ]",
    run,
    examples: &[
        Example { line: "test -f web/Dockerfile && echo yes", shows: "yes\n" },
        Example { line: "[ 2 -gt 10 ] || echo no", shows: "no\n" },
        Example { line: "if [[ v1.0 == v* && -d web ]]; then echo both; fi", shows: "both\n" },
        Example { line: "[ $nope = x ]", shows: "bash: [: =: unary operator expected\n" },
        Example { line: "[[ v1.20 =~ ^v([0-9]+)\\.20$ ]] && echo yes", shows: "yes\n" },
        Example { line: "[ a = a", shows: "bash: [: missing `]'\n" },
    ],
};

/// `[ … ]`.
pub(super) fn bracket(io: &mut Io<'_>) -> i32 {
    match io.args.split_last() {
        Some((last, rest)) if last == "]" => ask(io, "[", rest),
        _ => {
            io.eprint("bash: [: missing `]'\n");
            2
        }
    }
}

fn run(io: &mut Io<'_>) -> i32 {
    ask(io, "test", io.args)
}

fn ask(io: &mut Io<'_>, name: &str, args: &[String]) -> i32 {
    if args.len() > ARGUMENTS_MAX {
        io.eprint(format!("bash: {name}: too many arguments\n"));
        return 2;
    }
    let Ok(expression) = test_command::parse(args) else {
        let wrong = match args {
            [operator, _] => format!("{operator}: unary operator expected"),
            [_, operator, _] => format!("{operator}: binary operator expected"),
            _ => "too many arguments".to_owned(),
        };
        io.eprint(format!("bash: {name}: {wrong}\n"));
        return 2;
    };
    match conditions::plain(&io.world.laptop, io.words, &expression) {
        Ok(answer) => i32::from(!answer),
        Err(message) => {
            io.eprint(format!("bash: {message}\n"));
            2
        }
    }
}
