//! `seq`: counts.

use super::{Command, Example, Io};

/// The most numbers.
const COUNT_MAX: i64 = 100_000;

pub(super) const SEQ: Command = Command {
    name: "seq",
    usage: "seq [FIRST [STEP]] LAST",
    run,
    examples: &[
        Example { line: "seq 3", shows: "1\n2\n3\n" },
        Example { line: "for n in $(seq 4 -2 0); do echo v$n; done", shows: "v4\nv2\nv0\n" },
        Example { line: "seq x", shows: "seq: invalid floating point argument: 'x'\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let mut numbers = Vec::new();
    for argument in io.args {
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
    let mut number = first;
    let mut count = 0;
    while (step > 0 && number <= last) || (step < 0 && number >= last) {
        if count == COUNT_MAX {
            io.reach_limit();
            return 1;
        }
        count += 1;
        io.print(format!("{number}\n"));
        let Some(next) = number.checked_add(step) else { break };
        number = next;
    }
    0
}
