//! `xargs`: runs a command with arguments from standard input.

use super::{
    Command, Example, Io,
    options::{options, refuses},
};
use crate::shell::escape::unescape;
use crate::shell::io::Input;

/// How many times the command may run.
const RUNS_MAX: usize = 1000;

pub(super) const XARGS: Command = Command {
    name: "xargs",
    usage: "xargs [-0rt] [-n COUNT] [-I TEXT] [-d CHAR] [COMMAND…]",
    run,
    examples: &[
        Example { line: "printf 'a b\\nc\\n' | xargs echo x", shows: "x a b c\n" },
        Example { line: "seq 3 | xargs -n 2 echo", shows: "1 2\n3\n" },
        Example { line: "seq 3 | xargs -n1 echo n", shows: "n 1\nn 2\nn 3\n" },
        Example { line: "printf 'a b\\0c\\0' | xargs -0 -I{} echo '[{}]'", shows: "[a b]\n[c]\n" },
        Example { line: "echo \"'a b' c\" | xargs -n 1 echo", shows: "a b\nc\n" },
        Example { line: "printf 'a\\nb\\n' | xargs -I {} echo app:{}", shows: "app:a\napp:b\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let longs = [
        ("max-args", 'n'),
        ("null", '0'),
        ("no-run-if-empty", 'r'),
        ("verbose", 't'),
        ("delimiter", 'd'),
        ("max-procs", 'P'),
    ];
    // What follows the command's name belongs to it.
    let (own, command) = io.args.split_at_checked(own_count(io.args)).unwrap_or((io.args, &[]));
    let Some(options) = options(&mut with(io, own), "xargs", "n:L:I:d:P:s:a:E:0rtpxo", &longs) else { return 1 };
    // There is nobody to ask with `-p`; one after the other is what `-P` allows too.
    if refuses(io, "xargs", &options, &['s', 'a', 'E', 'p', 'x', 'o']) {
        return 1;
    }
    let mut most = usize::MAX;
    for flag in ['n', 'L'] {
        let Some(count) = options.value(flag) else { continue };
        let Some(count) = count.parse().ok().filter(|count| *count > 0) else {
            io.eprint(format!("xargs: invalid number \"{count}\" for -{flag} option\n"));
            return 1;
        };
        most = count;
    }
    let place = options.value('I');
    let (skip_empty, traced) = (options.has('r'), options.has('t'));
    let echo = ["echo".to_owned()];
    let command = if command.is_empty() { &echo } else { command };
    let Some((name, fixed)) = command.split_first() else { return 0 };
    let text = io.stdin().map(|blob| String::from_utf8_lossy(blob.as_bytes()).into_owned()).unwrap_or_default();
    let delimiter = match options.value('d') {
        Some(given) => String::from_utf8_lossy(&unescape(given).bytes).chars().next(),
        None => options.has('0').then_some('\0'),
    };
    let by_line = place.is_some() || options.has('L');
    let items = match (delimiter, by_line) {
        (Some(delimiter), _) => Ok(text.split_terminator(delimiter).map(str::to_owned).collect()),
        (None, true) => Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()),
        (None, false) => words(&text),
    };
    let items: Vec<String> = match items {
        Ok(items) => items,
        Err(quote) => {
            io.eprint(format!(
                "xargs: unmatched {quote} quote; by default quotes are special to xargs unless you use the -0 option\n"
            ));
            return 1;
        }
    };
    let mut runs: Vec<Vec<String>> = match place {
        Some(place) => {
            items.iter().map(|item| fixed.iter().map(|argument| argument.replace(place, item)).collect()).collect()
        }
        None => items
            .chunks(most)
            .map(|chunk| {
                let words = chunk.iter().flat_map(|item| match options.has('L') {
                    true => item.split_whitespace().map(str::to_owned).collect(),
                    false => vec![item.clone()],
                });
                fixed.iter().cloned().chain(words).collect()
            })
            .collect(),
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
        let mut nothing = Input::new(Vec::new());
        let mut inner = Io { input: &mut nothing, ..with(io, &run) };
        match super::call(name, &mut inner) {
            0 => {}
            127 => return 127,
            _ => code = 123,
        }
    }
    code
}

/// The same surroundings with other arguments.
fn with<'a>(io: &'a mut Io<'_>, args: &'a [String]) -> Io<'a> {
    Io {
        world: &mut *io.world,
        words: io.words,
        args,
        input: &mut *io.input,
        sink: &mut *io.sink,
        request: &mut *io.request,
    }
}

/// How many of the arguments are options of `xargs` and their values.
fn own_count(args: &[String]) -> usize {
    let mut count = 0;
    while let Some(argument) = args.get(count).filter(|argument| argument.len() > 1 && argument.starts_with('-')) {
        count += 1;
        if argument == "--" {
            break;
        }
        let alone = argument.len() == 2 && argument.ends_with(['n', 'L', 'I', 'd', 'P', 's', 'a', 'E']);
        let long = matches!(argument.as_str(), "--max-args" | "--delimiter" | "--max-procs");
        count += usize::from(alone || long);
    }
    count.min(args.len())
}

/// Words as `xargs` reads them: blanks part them, quotes and backslashes keep blanks in them. The error is the kind of a
/// quote that nothing closes.
fn words(text: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' | '"' => {
                let kind = if c == '"' { "double" } else { "single" };
                let (inside, after) = chars.as_str().split_once(c).ok_or(kind)?;
                if inside.contains('\n') {
                    return Err(kind);
                }
                word.get_or_insert_default().push_str(inside);
                chars = after.chars();
            }
            '\\' => word.get_or_insert_default().extend(chars.next()),
            c if c.is_whitespace() => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}
