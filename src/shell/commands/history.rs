//! `history`: the lines typed so far.

use super::{Command, Example, Io};

pub(super) const HISTORY: Command = Command {
    name: "history",
    usage: "history [-c] [COUNT]",
    run,
    examples: &[
        Example { line: "history", shows: "    1  history\n" },
        Example { line: "history -c; history", shows: "" },
        Example { line: "history x", shows: "bash: history: x: numeric argument required\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let history = io.world.laptop.session.history();
    let count = match io.args.first().map(String::as_str) {
        None => history.len(),
        Some("-c") => {
            io.world.laptop.session.forget();
            return 0;
        }
        Some(text) => match text.parse::<usize>() {
            Ok(count) => count,
            Err(_) => {
                io.eprint(format!("bash: history: {text}: numeric argument required\n"));
                return 1;
            }
        },
    };
    let skip = history.len().saturating_sub(count);
    let lines: String =
        history.iter().enumerate().skip(skip).map(|(at, line)| format!("{:5}  {line}\n", at + 1)).collect();
    io.print(lines);
    0
}
