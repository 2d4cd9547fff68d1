//! `sed`: edits lines with a script, to standard output or in their file.

use regex_bites::Regex;

use super::sed_script::{Action, Address, Edit, End, read};
use super::{Command, Example, Io, options::options, text::all_text};
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
        Example { line: "seq 9 | sed '/3/,+5d;1~2s/$/!/'", shows: "1!\n2\n9!\n" },
        Example { line: "seq 2 | sed -e '1i zero' -e '$a three' -e 's/2/two/'", shows: "zero\n1\ntwo\nthree\n" },
        Example { line: "seq 3 | sed '2c\\  ab' | sed 'y/ab/xy/'", shows: "1\n  xy\n3\n" },
        Example { line: "echo a > f; sed -i s/a/b/ f; cat f", shows: "b\n" },
        Example { line: "echo a > f; sed -i.bak s/a/b/ f; cat f f.bak", shows: "b\na\n" },
        Example { line: "echo a.b.c.d | sed 's/\\./-/2;s/[a-z]/X/2g'", shows: "a.X-X.X\n" },
        Example { line: "seq 4 | sed -n '2,3{s/2/two/;p};4!{p}'", shows: "1\ntwo\ntwo\n3\n3\n" },
        Example { line: "seq 3 | sed '/2/{d'", shows: "sed: -e expression #1, char 0: unmatched `{'\n" },
        Example { line: "echo a | sed 's/a'", shows: "sed: -e expression #1, char 3: unterminated `s' command\n" },
        Example {
            line: "echo a | sed N",
            shows: "sed: -e expression #1, char 1: the command `N` exists, but is not simulated\n",
        },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let longs = [("quiet", 'n'), ("regexp-extended", 'E'), ("expression", 'e'), ("in-place", 'i')];
    // `-i` takes the rest of its word as the ending of a copy: `-i.bak`, `--in-place=.bak`.
    let mut ending = String::new();
    let args: Vec<String> = io
        .args
        .iter()
        .map(|argument| {
            let flag = argument.strip_prefix("--in-place=").or_else(|| argument.strip_prefix("-i"));
            match flag.filter(|given| !given.is_empty()) {
                Some(given) => {
                    given.clone_into(&mut ending);
                    "-i".to_owned()
                }
                None => argument.clone(),
            }
        })
        .collect();
    let mut inner =
        Io { world: io.world, words: io.words, args: &args, input: io.input, sink: io.sink, request: io.request };
    let io = &mut inner;
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
                    if !ending.is_empty()
                        && let Err(error) = io.world.laptop.files.write(&format!("{path}{ending}"), blob, now)
                    {
                        io.eprint(format!("sed: cannot rename {file}: {error}\n"));
                        code = 4;
                        continue;
                    }
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

/// The result over all lines.
fn edit(text: &str, edits: &[Edit], quiet: bool) -> String {
    let count = text.lines().count();
    // Of each range that is open: the line that ends it where that is known, else none.
    let mut open: Vec<Option<Option<usize>>> = vec![None; edits.len()];
    let mut out = String::new();
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (line, ""),
        };
        let mut line = line.to_owned();
        let mut after = String::new();
        let place = Line { number: at + 1, is_last: at + 1 == count };
        let (mut deleted, mut quit) = (false, false);
        let mut left_out = 0_usize;
        for (edit, open) in edits.iter().zip(&mut open) {
            if left_out > 0 {
                left_out -= 1;
                continue;
            }
            let chosen = place.is_chosen(edit, open, &line);
            if chosen == edit.negated {
                if let Action::Group(inside) = edit.action {
                    left_out = inside;
                }
                continue;
            }
            match &edit.action {
                Action::Delete => deleted = true,
                Action::Print => out += &format!("{line}\n"),
                Action::Quit => quit = true,
                Action::Group(_) => {}
                Action::Substitute { pattern, with, nth, all, print } => {
                    let most = if *all { usize::MAX } else { 1 };
                    if let Some(changed) = substitute(pattern, &line, with, *nth, most) {
                        line = changed;
                        if *print {
                            out += &format!("{line}\n");
                        }
                    }
                }
                Action::Replace { from, to } => {
                    let other = |c| from.iter().position(|known| *known == c).and_then(|at| to.get(at)).copied();
                    line = line.chars().map(|c| other(c).unwrap_or(c)).collect();
                }
                Action::Append(text) => after += &format!("{text}\n"),
                Action::Insert(text) => out += &format!("{text}\n"),
                Action::Change(text) => {
                    // In the place of a range it stands once, at its end.
                    if open.is_none() || edit.negated {
                        out += &format!("{text}\n");
                    }
                    deleted = true;
                }
            }
            if deleted || quit {
                break;
            }
        }
        if !deleted && !quiet {
            out += &line;
            out += if after.is_empty() { end } else { "\n" };
        }
        out += &after;
        if quit {
            break;
        }
    }
    out
}

/// A line's place in the text.
struct Line {
    number: usize,
    is_last: bool,
}

impl Line {
    fn is(&self, address: &Address, text: &str) -> bool {
        match address {
            Address::Line(wanted) => self.number == *wanted,
            Address::Step { first, step: 0 } => self.number == *first,
            Address::Step { first, step } => self.number >= *first && (self.number - first).is_multiple_of(*step),
            Address::Last => self.is_last,
            Address::Match(regex) => regex.is_match(text),
        }
    }

    /// Whether an edit's addresses choose the line; opens and closes its range.
    fn is_chosen(&self, edit: &Edit, open: &mut Option<Option<usize>>, text: &str) -> bool {
        let Some(from) = &edit.from else { return true };
        let Some(to) = &edit.to else { return self.is(from, text) };
        match open {
            None if !self.is(from, text) => return false,
            None => {
                *open = Some(match to {
                    End::After(lines) => Some(self.number.saturating_add(*lines)),
                    End::At(Address::Line(line)) => Some(*line),
                    End::At(_) => None,
                });
            }
            Some(None) => {
                if let End::At(to) = to
                    && self.is(to, text)
                {
                    *open = None;
                    return true;
                }
            }
            Some(Some(_)) => {}
        }
        if open.flatten().is_some_and(|last| self.number >= last) || self.is_last {
            *open = None;
        }
        true
    }
}

/// The line with up to `most` matches replaced, counted from the `nth` on; none if there is no such match.
fn substitute(pattern: &Regex, line: &str, with: &str, nth: usize, most: usize) -> Option<String> {
    let mut out = String::new();
    let mut at = 0;
    let mut any = false;
    for captures in pattern.captures_iter(line).skip(nth.saturating_sub(1)).take(most) {
        let Some(whole) = captures.get(0) else { continue };
        any = true;
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
    any.then(|| out + line.get(at..).unwrap_or_default())
}
