//! `seq`: counts.

use super::{Command, Example, Io};

/// The most numbers.
const COUNT_MAX: i64 = 100_000;

pub(super) const SEQ: Command = Command {
    name: "seq",
    usage: "seq [-w] [-s TEXT] [FIRST [STEP]] LAST",
    run,
    examples: &[
        Example { line: "seq 3", shows: "1\n2\n3\n" },
        Example { line: "for n in $(seq 4 -2 0); do echo v$n; done", shows: "v4\nv2\nv0\n" },
        Example { line: "seq -w 8 10; seq -s, 3", shows: "08\n09\n10\n1,2,3\n" },
        Example { line: "seq x", shows: "seq: invalid floating point argument: 'x'\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let (mut separator, mut wide) = ("\n".to_owned(), false);
    let mut args = io.args;
    loop {
        args = match args {
            [flag, rest @ ..] if matches!(flag.as_str(), "-w" | "--equal-width") => {
                wide = true;
                rest
            }
            [flag, text, rest @ ..] if flag == "-s" => {
                separator.clone_from(text);
                rest
            }
            [flag, rest @ ..] if flag == "--" => {
                args = rest;
                break;
            }
            [flag, rest @ ..] => {
                let attached = flag.strip_prefix("--separator=").or_else(|| flag.strip_prefix("-s"));
                if let Some(text) = attached {
                    separator = text.to_owned();
                    rest
                } else if flag.starts_with("-f") || flag.starts_with("--format") {
                    let text = io.words.with("shell-not-simulated", &[("what", "seq -f".into())]);
                    io.eprint(format!("seq: {text}\n"));
                    return 1;
                } else {
                    break;
                }
            }
            [] => break,
        };
    }
    let mut numbers = Vec::new();
    for argument in args {
        match argument.parse::<i64>() {
            Ok(number) => numbers.push(number),
            Err(_) => {
                io.eprint(format!("seq: invalid floating point argument: '{argument}'\n"));
                return 1;
            }
        }
    }
    let (first, step, last) = match numbers.as_slice() {
        [last] => (1, 1, *last),
        [first, last] => (*first, 1, *last),
        [first, step, last] if *step != 0 => (*first, *step, *last),
        _ => {
            io.eprint("seq: missing operand\nTry 'seq --help' for more information.\n");
            return 1;
        }
    };
    let width = if wide { first.to_string().len().max(last.to_string().len()) } else { 0 };
    let mut number = first;
    let mut count = 0;
    while (step > 0 && number <= last) || (step < 0 && number >= last) {
        if count == COUNT_MAX {
            io.print("\n");
            io.reach_limit();
            return 1;
        }
        if count > 0 {
            io.print(&separator);
        }
        count += 1;
        io.print(format!("{number:0width$}"));
        let Some(next) = number.checked_add(step) else { break };
        number = next;
    }
    if count > 0 {
        io.print("\n");
    }
    0
}
