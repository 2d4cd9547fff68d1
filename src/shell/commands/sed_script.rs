//! The scripts of `sed`: commands, each with the lines that it is for.

use regex_bites::Regex;

use super::regex::compile;

/// Lines that a command is for.
pub(super) enum Address {
    Line(usize),
    /// `first~step`
    Step {
        first: usize,
        step: usize,
    },
    /// `$`
    Last,
    /// `/…/`
    Match(Regex),
}

/// Where a range ends.
pub(super) enum End {
    At(Address),
    /// `+N`: so many lines after its first.
    After(usize),
}

/// A command, and what it is for: all lines where no address is given.
pub(super) struct Edit {
    pub(super) from: Option<Address>,
    pub(super) to: Option<End>,
    /// `!`: for the other lines.
    pub(super) negated: bool,
    pub(super) action: Action,
}

/// What a command does.
pub(super) enum Action {
    /// `d`
    Delete,
    /// `p`
    Print,
    /// `q`
    Quit,
    /// `s/…/…/gpI2`: from the `nth` match on, `all` or only that one.
    Substitute { pattern: Regex, with: String, nth: usize, all: bool, print: bool },
    /// `y/…/…/`
    Replace { from: Vec<char>, to: Vec<char> },
    /// `a`
    Append(String),
    /// `i`
    Insert(String),
    /// `c`
    Change(String),
    /// `{`: where it chooses no line, the next `usize` commands, up to its `}`, are left out.
    Group(usize),
}

/// What is wrong with a script, and the character where that was seen.
type Wrong = (usize, String);

/// Reads a script; an error comes with the character where it was found.
pub(super) fn read(script: &str, extended: bool) -> Result<Vec<Edit>, Wrong> {
    let mut reader = Reader { chars: script.chars().collect(), at: 0, extended };
    let mut edits: Vec<Edit> = Vec::new();
    // Where the open groups stand among the commands.
    let mut open: Vec<usize> = Vec::new();
    loop {
        reader.skip(|c| c.is_whitespace() || c == ';');
        match reader.peek() {
            None => {
                return if open.is_empty() { Ok(edits) } else { Err((0, "unmatched `{'".to_owned())) };
            }
            Some('}') => {
                reader.at += 1;
                let Some(at) = open.pop() else { return reader.wrong("unexpected `}'") };
                let inside = edits.len() - at - 1;
                if let Some(edit) = edits.get_mut(at) {
                    edit.action = Action::Group(inside);
                }
                reader.end()?;
            }
            Some(_) => {
                let edit = reader.edit()?;
                if matches!(edit.action, Action::Group(_)) {
                    open.push(edits.len());
                }
                edits.push(edit);
            }
        }
    }
}

/// Commands of GNU sed that are not here.
const OTHERS: &str = "=:bDeFgGhHlnNPQrRtTvwWxz";

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
            if self.peek() == Some('+') {
                self.at += 1;
                Some(End::After(self.number()))
            } else if let Some(to) = self.address()? {
                Some(End::At(to))
            } else {
                return self.wrong("unexpected `,'");
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
            Some('{') => return Ok(Edit { from, to, negated, action: Action::Group(0) }),
            Some('s') => self.substitution()?,
            Some('y') => self.replacement()?,
            Some('a') => return Ok(Edit { from, to, negated, action: Action::Append(self.text()?) }),
            Some('i') => return Ok(Edit { from, to, negated, action: Action::Insert(self.text()?) }),
            Some('c') => return Ok(Edit { from, to, negated, action: Action::Change(self.text()?) }),
            Some(known) if OTHERS.contains(known) => {
                return self.wrong(&format!("the command `{known}` exists, but is not simulated"));
            }
            Some(other) => return self.wrong(&format!("unknown command: `{other}'")),
            None => return self.wrong("missing command"),
        };
        self.end()?;
        Ok(Edit { from, to, negated, action })
    }

    /// Where a command may end.
    fn end(&mut self) -> Result<(), Wrong> {
        self.skip(|c| c == ' ');
        match self.peek() {
            None | Some(';' | '\n' | '}') => Ok(()),
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
                let first = self.number();
                if self.peek() == Some('~') {
                    self.at += 1;
                    return Ok(Some(Address::Step { first, step: self.number() }));
                }
                Some(Address::Line(first))
            }
            _ => None,
        })
    }

    fn number(&mut self) -> usize {
        let mut number = 0_usize;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            number = number.saturating_mul(10).saturating_add(digit as usize);
            self.at += 1;
        }
        number
    }

    /// The text of `a`, `i` and `c`: to the end of the line, which a backslash before it is not.
    fn text(&mut self) -> Result<String, Wrong> {
        self.skip(|c| c == ' ' || c == '\t');
        if self.peek() == Some('\\') {
            self.at += 1;
            // `a\` and the text in the next line, or `a\  text`, whose blanks stay.
            self.at += usize::from(self.peek() == Some('\n'));
        }
        let mut text = String::new();
        while let Some(c) = self.next().filter(|c| *c != '\n') {
            let c = if c == '\\' { self.next().unwrap_or_default() } else { c };
            text.push(c);
        }
        if text.is_empty() { self.wrong("expected \\ after `a', `c' or `i'") } else { Ok(text) }
    }

    /// `y/…/…/`.
    fn replacement(&mut self) -> Result<Action, Wrong> {
        const UNTERMINATED: &str = "unterminated `y' command";
        let Some(delimiter) = self.next() else { return self.wrong(UNTERMINATED) };
        let Some(from) = self.until(delimiter) else { return self.wrong(UNTERMINATED) };
        let Some(to) = self.until(delimiter) else { return self.wrong(UNTERMINATED) };
        let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
        if from.len() != to.len() {
            return self.wrong("strings for `y' command are different lengths");
        }
        Ok(Action::Replace { from, to })
    }

    fn substitution(&mut self) -> Result<Action, Wrong> {
        const UNTERMINATED: &str = "unterminated `s' command";
        let Some(delimiter) = self.next() else { return self.wrong(UNTERMINATED) };
        let Some(pattern) = self.until(delimiter) else { return self.wrong(UNTERMINATED) };
        let Some(with) = self.until(delimiter) else { return self.wrong(UNTERMINATED) };
        let (mut all, mut print, mut ignore_case, mut nth) = (false, false, false, 1);
        while let Some(flag @ ('g' | 'p' | 'I' | 'i' | '0'..='9')) = self.peek() {
            if flag.is_ascii_digit() {
                nth = self.number();
                if nth == 0 {
                    return self.wrong("number option to `s' command may not be zero");
                }
                continue;
            }
            self.at += 1;
            match flag {
                'g' => all = true,
                'p' => print = true,
                _ => ignore_case = true,
            }
        }
        if let Some(known @ ('e' | 'm' | 'M' | 'w')) = self.peek() {
            self.at += 1;
            return self.wrong(&format!("the flag `{known}` of `s` exists, but is not simulated"));
        }
        Ok(Action::Substitute { pattern: self.regex(&pattern, ignore_case)?, with, nth, all, print })
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
