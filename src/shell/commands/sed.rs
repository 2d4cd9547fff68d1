//! `sed`: edits lines: `s/…/…/gpI`, `d` and `p`, with a line number, `$` or `/…/` before them.

use regex_bites::Regex;

use super::{Command, Example, Io, options::options, regex::compile, text::all_text};
use crate::laptop::Kind;

pub(super) const SED: Command = Command {
    name: "sed",
    usage: "sed [-nEi] [-e] SCRIPT [FILE…]",
    run,
    examples: &[
        Example { line: "echo v1.0 | sed 's/1\\.0/2.0/'", shows: "v2.0\n" },
        Example { line: "echo a/b/c | sed 's|/|-|g'", shows: "a-b-c\n" },
        Example { line: "echo tag:v1 | sed -E 's/(.*):(.*)/\\2 & \\1/'", shows: "v1 tag:v1 tag\n" },
        Example { line: "seq 4 | sed -n '2,3p'; seq 3 | sed '/2/d;$d'", shows: "2\n3\n1\n" },
        Example { line: "echo a > f; sed -i s/a/b/ f; cat f", shows: "b\n" },
        Example { line: "echo a | sed 's/a'", shows: "sed: -e expression #1, char 3: unterminated `s' command\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let longs = [("quiet", 'n'), ("regexp-extended", 'E'), ("expression", 'e'), ("in-place", 'i')];
    let Some(mut options) = options(io, "sed", "nErie:", &longs) else { return 1 };
    let mut scripts: Vec<String> = options.values('e').map(str::to_owned).collect();
    if scripts.is_empty() {
        if options.rest.is_empty() {
            io.eprint("Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n");
            return 1;
        }
        scripts.push(options.rest.remove(0));
    }
    let extended = options.has('E') || options.has('r');
    let mut commands = Vec::new();
    for (at, script) in scripts.iter().enumerate() {
        match read(script, extended) {
            Ok(read) => commands.extend(read),
            Err((char, message)) => {
                io.eprint(format!("sed: -e expression #{}, char {char}: {message}\n", at + 1));
                return 1;
            }
        }
    }
    if options.has('i') {
        let mut code = 0;
        for file in &options.rest {
            let path = io.path(file);
            let now = io.world.cloud.now();
            let message = match io.world.laptop.files.entry(&path).map(|entry| entry.kind.clone()) {
                Err(error) => format!("can't read {file}: {error}"),
                Ok(Kind::Directory) => format!("couldn't edit {file}: not a regular file"),
                Ok(Kind::File(blob)) => {
                    let text = String::from_utf8_lossy(blob.as_bytes()).into_owned();
                    let edited = edit(&text, &commands, options.has('n'));
                    match io.world.laptop.files.write(&path, edited.into_bytes(), now) {
                        Ok(()) => continue,
                        Err(error) => format!("couldn't write {file}: {error}"),
                    }
                }
            };
            io.eprint(format!("sed: {message}\n"));
            code = 4;
        }
        return code;
    }
    let (text, failed) = all_text(io, "sed", &options.rest);
    io.print(edit(&text, &commands, options.has('n')));
    if failed { 2 } else { 0 }
}

enum Address {
    Line(usize),
    Last,
    Match(Regex),
}

struct Edit {
    from: Option<Address>,
    to: Option<Address>,
    negated: bool,
    action: Action,
}

enum Action {
    Delete,
    Print,
    Quit,
    Substitute { pattern: Regex, with: String, all: bool, print: bool },
}

/// The result over all lines.
fn edit(text: &str, commands: &[Edit], quiet: bool) -> String {
    let count = text.lines().count();
    let mut inside = vec![false; commands.len()];
    let mut out = String::new();
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (line, ""),
        };
        let mut line = line.to_owned();
        let number = at + 1;
        let mut deleted = false;
        let mut quit = false;
        for (command, inside) in commands.iter().zip(&mut inside) {
            let hits = |address: &Address, line: &str| match address {
                Address::Line(wanted) => number == *wanted,
                Address::Last => number == count,
                Address::Match(regex) => regex.is_match(line),
            };
            let chosen = match (&command.from, &command.to) {
                (None, _) => true,
                (Some(from), None) => hits(from, &line),
                (Some(from), Some(to)) => {
                    let was = *inside;
                    let starts = !was && hits(from, &line);
                    let ends = match to {
                        Address::Line(wanted) => number >= *wanted,
                        other => was && hits(other, &line),
                    };
                    *inside = (was || starts) && !ends;
                    was || starts
                }
            };
            if chosen == command.negated {
                continue;
            }
            match &command.action {
                Action::Delete => {
                    deleted = true;
                    break;
                }
                Action::Print => out += &format!("{line}\n"),
                Action::Quit => quit = true,
                Action::Substitute { pattern, with, all, print } => {
                    if pattern.is_match(&line) {
                        line = substitute(pattern, &line, with, *all);
                        if *print {
                            out += &format!("{line}\n");
                        }
                    }
                }
            }
        }
        if !deleted && !quiet {
            out += &line;
            out += end;
        }
        if quit {
            break;
        }
    }
    out
}

fn substitute(pattern: &Regex, line: &str, with: &str, all: bool) -> String {
    let mut out = String::new();
    let mut at = 0;
    for captures in pattern.captures_iter(line).take(if all { usize::MAX } else { 1 }) {
        let Some(whole) = captures.get(0) else { continue };
        out += line.get(at..whole.start()).unwrap_or_default();
        at = whole.end();
        let mut chars = with.chars();
        while let Some(c) = chars.next() {
            match c {
                '&' => out += whole.as_str(),
                '\\' => match chars.next() {
                    Some('n') => out.push('\n'),
                    Some('t') => out.push('\t'),
                    Some(digit) if digit.is_ascii_digit() => {
                        let group = digit.to_digit(10).and_then(|group| captures.get(group as usize));
                        out += group.map_or("", |group| group.as_str());
                    }
                    Some(other) => out.push(other),
                    None => out.push('\\'),
                },
                _ => out.push(c),
            }
        }
    }
    out + line.get(at..).unwrap_or_default()
}

type Wrong = (usize, String);

/// Reads a script; an error comes with the character where it was found.
fn read(script: &str, extended: bool) -> Result<Vec<Edit>, Wrong> {
    let mut reader = Reader { chars: script.chars().collect(), at: 0, extended };
    let mut edits = Vec::new();
    loop {
        reader.skip(|c| c.is_whitespace() || c == ';');
        if reader.peek().is_none() {
            return Ok(edits);
        }
        edits.push(reader.edit()?);
    }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    extended: bool,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn skip(&mut self, unwanted: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&unwanted) {
            self.at += 1;
        }
    }

    fn wrong<T>(&self, message: &str) -> Result<T, Wrong> {
        Err((self.at, message.to_owned()))
    }

    fn edit(&mut self) -> Result<Edit, Wrong> {
        let from = self.address()?;
        let to = if from.is_some() && self.peek() == Some(',') {
            self.at += 1;
            match self.address()? {
                Some(to) => Some(to),
                None => return self.wrong("unexpected `,'"),
            }
        } else {
            None
        };
        self.skip(|c| c == ' ');
        let negated = self.peek() == Some('!');
        self.at += usize::from(negated);
        self.skip(|c| c == ' ');
        let action = match self.next() {
            Some('d') => Action::Delete,
            Some('p') => Action::Print,
            Some('q') => Action::Quit,
            Some('s') => self.substitution()?,
            Some(other) => return self.wrong(&format!("unknown command: `{other}'")),
            None => return self.wrong("missing command"),
        };
        self.skip(|c| c == ' ');
        match self.peek() {
            None | Some(';' | '\n') => Ok(Edit { from, to, negated, action }),
            Some(_) => {
                self.at += 1;
                self.wrong("extra characters after command")
            }
        }
    }

    fn address(&mut self) -> Result<Option<Address>, Wrong> {
        Ok(match self.peek() {
            Some('$') => {
                self.at += 1;
                Some(Address::Last)
            }
            Some('/') => {
                self.at += 1;
                let Some(pattern) = self.until('/') else { return self.wrong("unterminated address regex") };
                Some(Address::Match(self.regex(&pattern, false)?))
            }
            Some(c) if c.is_ascii_digit() => {
                let mut number = 0_usize;
                while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
                    number = number.saturating_mul(10).saturating_add(digit as usize);
                    self.at += 1;
                }
                Some(Address::Line(number))
            }
            _ => None,
        })
    }

    fn substitution(&mut self) -> Result<Action, Wrong> {
        const UNTERMINATED: &str = "unterminated `s' command";
        let Some(delimiter) = self.next() else { return self.wrong(UNTERMINATED) };
        let Some(pattern) = self.until(delimiter) else { return self.wrong(UNTERMINATED) };
        let Some(with) = self.until(delimiter) else { return self.wrong(UNTERMINATED) };
        let (mut all, mut print, mut ignore_case) = (false, false, false);
        while let Some(flag @ ('g' | 'p' | 'I' | 'i')) = self.peek() {
            self.at += 1;
            match flag {
                'g' => all = true,
                'p' => print = true,
                _ => ignore_case = true,
            }
        }
        Ok(Action::Substitute { pattern: self.regex(&pattern, ignore_case)?, with, all, print })
    }

    /// The text up to the delimiter, which may stand in it after a backslash.
    fn until(&mut self, delimiter: char) -> Option<String> {
        let mut text = String::new();
        while let Some(c) = self.next() {
            if c == delimiter {
                return Some(text);
            }
            if c == '\\' {
                match self.next() {
                    Some(next) if next == delimiter => text.push(next),
                    Some(next) => text.extend(['\\', next]),
                    None => return None,
                }
            } else {
                text.push(c);
            }
        }
        None
    }

    fn regex(&self, pattern: &str, ignore_case: bool) -> Result<Regex, Wrong> {
        compile(pattern, self.extended, ignore_case).map_err(|message| (self.at, message))
    }
}
