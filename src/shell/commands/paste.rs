//! `paste`: joins lines, of several files side by side or of each file in one line.

use super::{Command, Example, Io, options::options, text::sources};
use crate::shell::escape::unescape;

pub(super) const PASTE: Command = Command {
    name: "paste",
    usage: "paste [-s] [-d LIST] [FILE…]",
    run,
    examples: &[
        Example { line: "seq 3 | paste -sd,", shows: "1,2,3\n" },
        Example { line: "seq 4 | paste -d: - -", shows: "1:2\n3:4\n" },
        Example { line: "seq 2 > a; echo x > b; paste a b", shows: "1\tx\n2\t\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) = options(io, "paste", "sd:", &[("serial", 's'), ("delimiters", 'd')]) else { return 1 };
    let list = String::from_utf8_lossy(&unescape(options.value('d').unwrap_or("\t")).bytes).into_owned();
    let delimiters: Vec<char> = list.chars().collect();
    let is_stdin = |name: &String| name == "-";
    // Standard input is read once: columns of it take its lines in turn.
    let mut names: Vec<String> = Vec::new();
    for name in &options.rest {
        if !is_stdin(name) || !names.iter().any(is_stdin) {
            names.push(name.clone());
        }
    }
    let (sources, failed) = sources(io, "paste", &names);
    if failed {
        return 1;
    }
    let texts: Vec<(bool, String)> = sources.iter().map(|source| (source.name == "-", source.text())).collect();
    let join = |fields: &[&str]| {
        let mut line = String::new();
        for (at, field) in fields.iter().enumerate() {
            line += field;
            if at + 1 < fields.len() {
                line.extend(delimiters.get(at % delimiters.len().max(1)).filter(|delimiter| **delimiter != '\0'));
            }
        }
        line + "\n"
    };
    if options.has('s') {
        for (_, text) in &texts {
            io.print(join(&text.lines().collect::<Vec<_>>()));
        }
        return 0;
    }
    let mut stdin = texts.iter().find(|(stdin, _)| *stdin).map(|(_, text)| text.lines());
    let mut files: Vec<_> = texts.iter().filter(|(stdin, _)| !stdin).map(|(_, text)| text.lines()).collect();
    loop {
        let mut others = files.iter_mut();
        let mut fields = Vec::new();
        let names: &[String] = if options.rest.is_empty() { &["-".to_owned()] } else { &options.rest };
        for name in names {
            let lines = if is_stdin(name) { stdin.as_mut() } else { others.next() };
            fields.push(lines.and_then(Iterator::next));
        }
        if fields.iter().all(Option::is_none) {
            return 0;
        }
        let fields: Vec<&str> = fields.into_iter().map(Option::unwrap_or_default).collect();
        io.print(join(&fields));
    }
}
