//! `head`: prints the first lines.

use super::{Command, Example, Io, options::options, text::sources};

pub(super) const HEAD: Command = Command {
    name: "head",
    usage: "head [-n LINES|-c BYTES] [FILE…]",
    run,
    examples: &[
        Example { line: "seq 20 | head -n 2", shows: "1\n2\n" },
        Example { line: "seq 3 | head -n -1", shows: "1\n2\n" },
        Example { line: "echo hello | head -c 4", shows: "hell" },
        Example { line: "head -n x web/app", shows: "head: invalid number of lines: 'x'\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let args = old_style(io.args);
    let mut io =
        Io { world: io.world, words: io.words, args: &args, input: io.input, sink: io.sink, request: io.request };
    let io = &mut io;
    let Some(options) = options(io, "head", "n:c:q", &[("lines", 'n'), ("bytes", 'c'), ("quiet", 'q')]) else {
        return 1;
    };
    let (bytes, count) = match (options.value('c'), options.value('n')) {
        (Some(count), _) => (true, count),
        (None, count) => (false, count.unwrap_or("10")),
    };
    let Ok(number) = count.parse::<i64>() else {
        io.eprint(format!("head: invalid number of {}: '{count}'\n", if bytes { "bytes" } else { "lines" }));
        return 1;
    };
    let (sources, failed) = sources(io, "head", &options.rest);
    let titled = sources.len() > 1 && !options.has('q');
    for (at, source) in sources.iter().enumerate() {
        if titled {
            io.print(format!("{}==> {} <==\n", if at > 0 { "\n" } else { "" }, source.name));
        }
        let all = source.bytes.as_bytes();
        if bytes {
            let take = wanted(number, all.len());
            io.write(all.get(..take).unwrap_or(all));
        } else {
            let lines: Vec<&[u8]> = all.split_inclusive(|byte| *byte == b'\n').collect();
            for line in lines.iter().take(wanted(number, lines.len())) {
                io.write(line);
            }
        }
    }
    i32::from(failed)
}

/// How many of `all` to take: a negative number is how many to leave.
fn wanted(number: i64, all: usize) -> usize {
    match usize::try_from(number) {
        Ok(number) => number.min(all),
        Err(_) => all.saturating_sub(usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX)),
    }
}

/// `-5` is `-n 5`.
pub(super) fn old_style(args: &[String]) -> Vec<String> {
    let is_count =
        |text: &str| text.strip_prefix('-').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    match args.split_first() {
        Some((first, rest)) if is_count(first) => {
            let count = first.trim_start_matches('-').to_owned();
            ["-n".to_owned(), count].into_iter().chain(rest.iter().cloned()).collect()
        }
        _ => args.to_vec(),
    }
}
