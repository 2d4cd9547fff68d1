//! `xargs`: runs a command with arguments from standard input.

use super::{Command, Example, Io};
use crate::shell::io::Input;

/// How many times the command may run.
const RUNS_MAX: usize = 1000;

pub(super) const XARGS: Command = Command {
    name: "xargs",
    usage: "xargs [-n COUNT] [-I TEXT] [-r] [COMMAND…]",
    run,
    examples: &[
        Example { line: "printf 'a b\\nc\\n' | xargs echo x", shows: "x a b c\n" },
        Example { line: "seq 3 | xargs -n 2 echo", shows: "1 2\n3\n" },
        Example { line: "printf 'a\\nb\\n' | xargs -I {} echo app:{}", shows: "app:a\napp:b\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let (mut most, mut place, mut skip_empty, mut traced) = (usize::MAX, None, false, false);
    let mut args = io.args;
    loop {
        match args {
            [flag, count, rest @ ..] if flag == "-n" || flag == "-L" => {
                let Some(count) = count.parse().ok().filter(|count| *count > 0) else {
                    io.eprint(format!("xargs: invalid number \"{count}\" for {flag} option\n"));
                    return 1;
                };
                most = count;
                args = rest;
            }
            [flag, text, rest @ ..] if flag == "-I" => {
                place = Some(text.clone());
                args = rest;
            }
            [flag, rest @ ..] if flag == "-r" || flag == "-t" => {
                skip_empty |= flag == "-r";
                traced |= flag == "-t";
                args = rest;
            }
            [flag, ..] if flag.len() > 1 && flag.starts_with('-') => {
                let text = io.words.with("shell-not-simulated", &[("what", format!("xargs {flag}").into())]);
                io.eprint(format!("xargs: {text}\n"));
                return 1;
            }
            _ => break,
        }
    }
    let echo = ["echo".to_owned()];
    let command = if args.is_empty() { &echo } else { args };
    let Some((name, fixed)) = command.split_first() else { return 0 };
    let text = io.stdin().map(|blob| String::from_utf8_lossy(blob.as_bytes()).into_owned()).unwrap_or_default();
    let mut runs: Vec<Vec<String>> = match &place {
        Some(place) => text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(|line| fixed.iter().map(|argument| argument.replace(place.as_str(), line.trim())).collect())
            .collect(),
        None => {
            let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            words.chunks(most).map(|chunk| fixed.iter().chain(chunk).cloned().collect()).collect()
        }
    };
    if runs.is_empty() && !skip_empty && place.is_none() {
        runs.push(fixed.to_vec());
    }
    let mut code = 0;
    for run in runs.into_iter().take(RUNS_MAX) {
        if traced {
            let words: Vec<&str> = std::iter::once(name.as_str()).chain(run.iter().map(String::as_str)).collect();
            io.eprint(words.join(" ") + "\n");
        }
        let mut inner = Io {
            world: &mut *io.world,
            words: io.words,
            args: &run,
            input: &mut Input::new(Vec::new()),
            sink: &mut *io.sink,
            request: &mut *io.request,
        };
        if super::call(name, &mut inner) != 0 {
            code = 123;
        }
    }
    code
}
