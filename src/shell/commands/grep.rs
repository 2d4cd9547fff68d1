//! `grep`: prints the lines that match.

use super::{
    Command, Example, Io,
    options::options,
    regex::{compile, literal},
    text::{Source, sources},
};
use crate::laptop::Kind;

pub(super) const GREP: Command = Command {
    name: "grep",
    usage: "grep [-ivnclLqowrsEF] [-m COUNT] [-A COUNT] [-B COUNT] [-C COUNT] PATTERN [FILE…]",
    run,
    examples: &[
        Example { line: "printf 'apple\\nbanana\\n' | grep an", shows: "banana\n" },
        Example { line: "printf 'a1\\nb2\\n' | grep -nE '[0-9]$|x'", shows: "1:a1\n2:b2\n" },
        Example { line: "echo '\"tag\": \"v1.0\"' | grep -oE 'v[0-9.]+'", shows: "v1.0\n" },
        Example { line: "seq 9 | grep -nC1 5", shows: "4-4\n5:5\n6-6\n" },
        Example { line: "grep -L FROM web/Dockerfile web/index.html", shows: "web/index.html\n" },
        Example { line: "echo A.B | grep -ciF a.b", shows: "1\n" },
        Example { line: "grep -q x web/nope || echo $?", shows: "grep: web/nope: No such file or directory\n2\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let longs = [
        ("ignore-case", 'i'),
        ("invert-match", 'v'),
        ("line-number", 'n'),
        ("count", 'c'),
        ("files-with-matches", 'l'),
        ("files-without-match", 'L'),
        ("quiet", 'q'),
        ("silent", 'q'),
        ("only-matching", 'o'),
        ("word-regexp", 'w'),
        ("recursive", 'r'),
        ("extended-regexp", 'E'),
        ("fixed-strings", 'F'),
        ("regexp", 'e'),
        ("max-count", 'm'),
        ("no-filename", 'h'),
        ("with-filename", 'H'),
        ("no-messages", 's'),
        ("after-context", 'A'),
        ("before-context", 'B'),
        ("context", 'C'),
    ];
    let Some(mut options) = options(io, "grep", "ivnclLqowrREFPe:m:hHsxA:B:C:", &longs) else { return 2 };
    let mut patterns: Vec<String> = options.values('e').map(str::to_owned).collect();
    if patterns.is_empty() {
        if options.rest.is_empty() {
            io.eprint("Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n");
            return 2;
        }
        patterns = options.rest.remove(0).split('\n').map(str::to_owned).collect();
    }
    let context = |letter: char| options.value(letter).or(options.value('C')).unwrap_or("0");
    let (after, before) = match (context('A').parse::<usize>(), context('B').parse::<usize>()) {
        (Ok(after), Ok(before)) => (after, before),
        (after, _) => {
            let wrong = context(if after.is_err() { 'A' } else { 'B' });
            io.eprint(format!("grep: {wrong}: invalid context length argument\n"));
            return 2;
        }
    };
    let most = match options.value('m').map(str::parse::<usize>) {
        None => usize::MAX,
        Some(Ok(most)) => most,
        Some(Err(_)) => {
            io.eprint("grep: invalid max count\n");
            return 2;
        }
    };
    let ignore_case = options.has('i');
    let mut regexes = Vec::new();
    for pattern in &patterns {
        let wrap = |text: String| match (options.has('x'), options.has('w')) {
            (true, _) => format!("^(?:{text})$"),
            (false, true) => format!(r"\b(?:{text})\b"),
            _ => text,
        };
        let compiled = if options.has('F') {
            if options.has('x') || options.has('w') {
                compile(&wrap(regex_bites::escape(pattern)), true, ignore_case)
            } else {
                literal(pattern, ignore_case)
            }
        } else if options.has('x') || options.has('w') {
            compile(pattern, options.has('E') || options.has('P'), ignore_case)
                .and_then(|regex| compile(&wrap(regex.as_str().to_owned()), true, ignore_case))
        } else {
            compile(pattern, options.has('E') || options.has('P'), ignore_case)
        };
        match compiled {
            Ok(regex) => regexes.push(regex),
            Err(message) => {
                io.eprint(format!("grep: {message}\n"));
                return 2;
            }
        }
    }
    let recursive = options.has('r') || options.has('R');
    let mut files = options.rest.clone();
    if recursive {
        files = if files.is_empty() { vec![".".to_owned()] } else { files };
        files = files.iter().flat_map(|file| files_below(io, file)).collect();
    }
    let (sources, failed) = if options.has('s') { quietly(io, &files) } else { sources(io, "grep", &files) };
    let named = (sources.len() > 1 || recursive || options.has('H')) && !options.has('h');
    let in_context = (options.has('A') || options.has('B') || options.has('C')) && !options.has('o');
    let mut any_group = false;
    let mut any = false;
    for source in sources {
        let text = source.text();
        let shown = if source.name == "-" { "(standard input)" } else { &source.name };
        let lines: Vec<&str> = text.lines().collect();
        let is_match = |line: &&str| regexes.iter().any(|regex| regex.is_match(line)) != options.has('v');
        let hits: Vec<usize> =
            lines.iter().enumerate().filter(|(_, line)| is_match(line)).map(|(at, _)| at).take(most).collect();
        let count = hits.len();
        let mut out = String::new();
        // The line after the last one that was printed.
        let mut next = 0;
        for (index, hit) in hits.iter().enumerate() {
            let first = hit.saturating_sub(before).max(next);
            if in_context && (before > 0 || after > 0) && any_group && (first > next || index == 0) {
                out += "--\n";
            }
            any_group = true;
            let until = hits.get(index + 1).copied().unwrap_or(lines.len());
            let end = (hit + 1).saturating_add(after).min(until).min(lines.len());
            let range = if in_context { first..end } else { *hit..*hit + 1 };
            next = range.end;
            for (at, line) in range.clone().zip(lines.get(range).unwrap_or_default()) {
                let sign = if at == *hit { ':' } else { '-' };
                let mut head = String::new();
                if named {
                    head += &format!("{shown}{sign}");
                }
                if options.has('n') {
                    head += &format!("{}{sign}", at + 1);
                }
                if options.has('o') && !options.has('v') {
                    let mut parts: Vec<_> = regexes.iter().flat_map(|regex| regex.find_iter(line)).collect();
                    parts.sort_by_key(|part| part.start());
                    for part in parts.iter().filter(|part| !part.as_str().is_empty()) {
                        out += &format!("{head}{}\n", part.as_str());
                    }
                } else {
                    out += &format!("{head}{line}\n");
                }
            }
        }
        any |= count > 0;
        if options.has('q') {
            continue;
        }
        if options.has('c') {
            let head = if named { format!("{shown}:") } else { String::new() };
            io.print(format!("{head}{count}\n"));
        } else if options.has('l') || options.has('L') {
            if (count > 0) == options.has('l') {
                io.print(format!("{shown}\n"));
            }
        } else {
            io.print(out);
        }
    }
    match (any, failed) {
        (true, false) => 0,
        (true, true) if options.has('q') => 0,
        (_, true) => 2,
        (false, false) => 1,
    }
}

/// The sources that can be read, without a word about the others.
fn quietly(io: &mut Io<'_>, files: &[String]) -> (Vec<Source>, bool) {
    let (readable, others): (Vec<String>, Vec<String>) =
        files.iter().cloned().partition(|file| file == "-" || io.read(&io.path(file)).is_ok());
    if readable.is_empty() && !others.is_empty() {
        return (Vec::new(), true);
    }
    let (sources, failed) = sources(io, "grep", &readable);
    (sources, failed || !others.is_empty())
}

fn files_below(io: &Io<'_>, start: &str) -> Vec<String> {
    let path = io.path(start);
    if io.world.laptop.files.is_file(&path) {
        return vec![start.to_owned()];
    }
    let inside = io.world.laptop.files.below(&path).filter(|(_, entry)| entry.kind != Kind::Directory);
    inside
        .filter_map(|(found, _)| Some(format!("{start}/{}", found.strip_prefix(&path)?.trim_start_matches('/'))))
        .collect()
}
