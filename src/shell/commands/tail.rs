//! `tail`: prints the last lines.

use super::{
    Command, Example, Io,
    head::old_style,
    options::{options, refuses},
    text::sources,
};

pub(super) const TAIL: Command = Command {
    name: "tail",
    usage: "tail [-n LINES|-c BYTES] [FILE…]",
    run,
    examples: &[
        Example { line: "seq 20 | tail -n 2", shows: "19\n20\n" },
        Example { line: "seq 4 | tail -n +3", shows: "3\n4\n" },
        Example { line: "seq 4 | tail -1", shows: "4\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let args = old_style(io.args);
    let mut io =
        Io { world: io.world, words: io.words, args: &args, input: io.input, sink: io.sink, request: io.request };
    let io = &mut io;
    let Some(options) =
        options(io, "tail", "n:c:fq", &[("lines", 'n'), ("bytes", 'c'), ("follow", 'f'), ("quiet", 'q')])
    else {
        return 1;
    };
    // It would wait for lines that nobody writes.
    if refuses(io, "tail", &options, &['f']) {
        return 1;
    }
    let (bytes, count) = match (options.value('c'), options.value('n')) {
        (Some(count), _) => (true, count),
        (None, count) => (false, count.unwrap_or("10")),
    };
    let (from_start, digits) = match count.strip_prefix('+') {
        Some(digits) => (true, digits),
        None => (false, count.trim_start_matches('-')),
    };
    let Ok(number) = digits.parse::<usize>() else {
        io.eprint(format!("tail: invalid number of {}: '{count}'\n", if bytes { "bytes" } else { "lines" }));
        return 1;
    };
    let (sources, failed) = sources(io, "tail", &options.rest);
    let titled = sources.len() > 1 && !options.has('q');
    for (at, source) in sources.iter().enumerate() {
        if titled {
            io.print(format!("{}==> {} <==\n", if at > 0 { "\n" } else { "" }, source.name));
        }
        let all = source.bytes.as_bytes();
        let skip = |len: usize| if from_start { number.saturating_sub(1).min(len) } else { len.saturating_sub(number) };
        if bytes {
            io.write(all.get(skip(all.len())..).unwrap_or_default());
        } else {
            let lines: Vec<&[u8]> = all.split_inclusive(|byte| *byte == b'\n').collect();
            for line in lines.iter().skip(skip(lines.len())) {
                io.write(line);
            }
        }
    }
    i32::from(failed)
}
