//! Here-documents, as `brush-parser` can be trusted with them.
//!
//! Its tokenizer (0.4) collects a here-document's word and the rest of its line with the state that expansions are read
//! with. Where the two meet (`<<$(x)`, `<<E $(x)`, `$(cat <<E)`, `<<` in `${…}`) it loses its place: it panics, or never
//! comes to an end. So a text is looked through here first. Where only the rest of the line is in the way, the text is
//! written anew so that it means the same: the word goes to the end of its command, and what comes after that command goes
//! below the document. What brings the two together still is refused.

use std::borrow::Cow;

/// What the reader is inside of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    /// `$(…)` or `(…)`: commands.
    Commands,
    /// `"…"`
    Quotes,
    /// `${…}`
    Braces,
    /// `$((…))`, `((…))` or `$[…]`: the bracket that ends it, how often, and whether such a bracket was closed within.
    Arithmetic { end: char, left: u32, closed: bool },
}

/// Why a text is not for the tokenizer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It would lose its place.
    Misplaced,
    /// The here-document of this word has no end.
    Unfinished(String),
}

/// How often a text is written anew: once for each command with here-documents on a line.
const REWRITES_MAX: usize = 32;

/// A text that means what `text` does, with its here-documents where the tokenizer reads them well.
pub(super) fn arranged(text: &str) -> Result<Cow<'_, str>, Trouble> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..REWRITES_MAX {
        let mut reader = Reader::new(text.chars().collect());
        match reader.read() {
            Ok(()) => return Ok(text),
            Err(Stop::Misplaced) => return Err(Trouble::Misplaced),
            Err(Stop::Crossed) => text = Cow::Owned(reader.rewritten()?),
        }
    }
    Err(Trouble::Misplaced)
}

/// Why reading stops before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// The tokenizer would lose its place.
    Misplaced,
    /// So it would, because an expansion follows on the line that a here-document begins on.
    Crossed,
}

/// The word of a here-document that begins at the next line.
#[derive(Clone, Debug)]
struct Tag {
    word: String,
    /// Whether tabs before the lines do not count: `<<-`.
    tabs: bool,
    /// From the first `<` to behind the word.
    from: usize,
    to: usize,
}

/// What follows a here-document's word on its line.
struct Line {
    /// The here-documents of the same command.
    tags: Vec<Tag>,
    /// Where the command ends.
    end: usize,
    /// Behind what ends it: `|`, `&&`, `;` …
    after: usize,
    /// Where the line ends.
    line_end: usize,
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    inside: Vec<Inside>,
    tags: Vec<Tag>,
}

impl Reader {
    fn new(chars: Vec<char>) -> Self {
        Self { chars, at: 0, inside: Vec::new(), tags: Vec::new() }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn read(&mut self) -> Result<(), Stop> {
        while self.peek(0).is_some() {
            self.step()?;
        }
        Ok(())
    }

    /// Reads on by a character, or by what it begins.
    fn step(&mut self) -> Result<(), Stop> {
        let Some(c) = self.peek(0) else { return Ok(()) };
        self.at += 1;
        let top = self.inside.last().copied();
        let quoted = top == Some(Inside::Quotes);
        let check = |fine: bool| if fine { Ok(()) } else { Err(Stop::Misplaced) };
        match c {
            '\\' => self.at += 1,
            '\'' if !quoted => self.skip_past('\'', self.chars.get(self.at.wrapping_sub(2)) == Some(&'$')),
            '"' if quoted => drop(self.inside.pop()),
            '"' => self.inside.push(Inside::Quotes),
            // Within an expansion of the line that a here-document begins on, the tokenizer loses its place.
            '$' | '`' if !self.tags.is_empty() && self.begins_expansion(c) => return Err(Stop::Crossed),
            '`' => self.skip_past('`', true),
            '$' => self.expansion(),
            _ if quoted => {}
            '\n' if !self.tags.is_empty() => {
                // A document that begins with the bracket that ends the expansion around it.
                check(self.inside.is_empty() || self.peek(0) != Some(')'))?;
                let tags = std::mem::take(&mut self.tags);
                // The text may end within one.
                let _ = self.skip_documents(&tags);
            }
            '<' if self.peek(0) == Some('<') => {
                self.at += 1;
                if self.peek(0) == Some('<') {
                    self.at += 1;
                    return Ok(());
                }
                match top {
                    None | Some(Inside::Commands) => {
                        let tag = self.tag().ok_or(Stop::Misplaced)?;
                        self.tags.push(tag);
                    }
                    Some(Inside::Arithmetic { closed: false, .. }) => {}
                    Some(_) => return Err(Stop::Misplaced),
                }
            }
            '#' if matches!(top, None | Some(Inside::Commands)) && self.begins_word() => {
                while self.peek(0).is_some_and(|c| c != '\n') {
                    self.at += 1;
                }
            }
            '(' | '[' | ')' | ']' | '}' => check(self.bracket(c, top))?,
            _ => {}
        }
        Ok(())
    }

    fn begins_expansion(&self, c: char) -> bool {
        c == '`' || matches!(self.peek(0), Some('(' | '{' | '['))
    }

    /// Whether the character just read stands at the beginning of a word.
    fn begins_word(&self) -> bool {
        self.at < 2 || self.chars.get(self.at - 2).is_none_or(|c| c.is_whitespace() || ";&|<>()".contains(*c))
    }

    fn skip_past(&mut self, end: char, escapes: bool) {
        while let Some(c) = self.peek(0) {
            self.at += 1;
            if c == '\\' && escapes {
                self.at += 1;
            } else if c == end {
                return;
            }
        }
    }

    fn expansion(&mut self) {
        let entered = match (self.peek(0), self.peek(1)) {
            (Some('('), Some('(')) => Inside::Arithmetic { end: ')', left: 2, closed: false },
            (Some('('), _) => Inside::Commands,
            (Some('['), _) => Inside::Arithmetic { end: ']', left: 1, closed: false },
            (Some('{'), _) => Inside::Braces,
            _ => return,
        };
        self.at += if matches!(entered, Inside::Arithmetic { left: 2, .. }) { 2 } else { 1 };
        // What an expansion within closes is closed for the one around it, too.
        self.note_closed();
        self.inside.push(entered);
    }

    fn note_closed(&mut self) {
        for inside in &mut self.inside {
            if let Inside::Arithmetic { closed, .. } = inside {
                *closed = true;
            }
        }
    }

    fn bracket(&mut self, c: char, top: Option<Inside>) -> bool {
        match (c, top) {
            ('(', Some(Inside::Arithmetic { end: ')', left, closed })) => {
                self.replace(Inside::Arithmetic { end: ')', left: left + 1, closed });
            }
            ('[', Some(Inside::Arithmetic { end: ']', left, closed })) => {
                self.replace(Inside::Arithmetic { end: ']', left: left + 1, closed });
            }
            ('(', None | Some(Inside::Commands)) => {
                let arithmetic = self.peek(0) == Some('(');
                self.at += usize::from(arithmetic);
                self.inside.push(if arithmetic {
                    Inside::Arithmetic { end: ')', left: 2, closed: false }
                } else {
                    Inside::Commands
                });
            }
            (c, Some(Inside::Arithmetic { end, left, .. })) if c == end => {
                self.note_closed();
                if left > 1 {
                    self.replace(Inside::Arithmetic { end, left: left - 1, closed: true });
                } else {
                    self.inside.pop();
                }
            }
            (')', Some(Inside::Commands)) => {
                // A here-document whose line ends within the brackets that it began in.
                if !self.tags.is_empty() {
                    return false;
                }
                self.inside.pop();
            }
            ('}', Some(Inside::Braces)) => drop(self.inside.pop()),
            (')' | ']', _) => self.note_closed(),
            _ => {}
        }
        true
    }

    fn replace(&mut self, with: Inside) {
        if let Some(last) = self.inside.last_mut() {
            *last = with;
        }
    }

    /// What stands after `<<`: a word that says nothing but itself.
    fn tag(&mut self) -> Option<Tag> {
        let from = self.at.checked_sub(2)?;
        let tabs = self.peek(0) == Some('-');
        self.at += usize::from(tabs);
        let start = self.at;
        while matches!(self.peek(0), Some(' ' | '\t')) {
            self.at += 1;
        }
        // Within an expansion a second blank would be taken for the end of an empty word.
        if !self.inside.is_empty() && self.at > start + 1 {
            return None;
        }
        let quote = self.peek(0).filter(|c| matches!(c, '\'' | '"' | '\\'));
        self.at += usize::from(quote.is_some());
        let mut word = String::new();
        while let Some(c) = self.peek(0).filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '+')) {
            word.push(c);
            self.at += 1;
        }
        if let Some(quote @ ('\'' | '"')) = quote {
            if self.peek(0) != Some(quote) {
                return None;
            }
            self.at += 1;
        }
        let ends = self.peek(0).is_none_or(|c| c.is_whitespace() || ";&|<>".contains(c));
        (ends && !word.is_empty()).then_some(Tag { word, tabs, from, to: self.at })
    }

    /// Goes past the documents; none when the text ends within one.
    fn skip_documents(&mut self, tags: &[Tag]) -> Option<()> {
        for tag in tags {
            loop {
                if self.at >= self.chars.len() {
                    return None;
                }
                let line: String = self.chars.iter().skip(self.at).take_while(|c| **c != '\n').collect();
                self.at += line.chars().count() + 1;
                let shown = if tag.tabs { line.trim_start_matches('\t') } else { &line };
                if shown == tag.word {
                    break;
                }
            }
        }
        Some(())
    }

    /// The text with the here-documents of the first command that has any on this line at its end, and with what follows
    /// the command below them.
    fn rewritten(&self) -> Result<String, Trouble> {
        let first = self.tags.first().ok_or(Trouble::Misplaced)?;
        let line = self.line(first).ok_or(Trouble::Misplaced)?;
        let text = |from: usize, to: usize| self.chars.get(from..to).unwrap_or_default().iter().collect::<String>();
        let mut out = text(0, first.from);
        let nexts = line.tags.iter().skip(1).map(|tag| tag.from).chain([line.end]);
        out.extend(line.tags.iter().zip(nexts).map(|(tag, next)| text(tag.to, next)));
        for tag in &line.tags {
            out += " ";
            out += &text(tag.from, tag.to);
        }
        let rest = text(line.after, line.line_end);
        if rest.trim().is_empty() || rest.trim_start().starts_with('#') {
            // A comment begins a word of its own.
            out += " ";
            return Ok(out + &text(line.end, self.chars.len()));
        }
        let mut documents = Self { at: line.line_end + 1, ..Self::new(self.chars.clone()) };
        documents.skip_documents(&line.tags).ok_or_else(|| Trouble::Unfinished(first.word.clone()))?;
        out += &text(line.end, line.after);
        out += "\n";
        out += &text(line.line_end + 1, documents.at.min(self.chars.len()));
        if !out.ends_with('\n') {
            out += "\n";
        }
        Ok(out + &rest + "\n" + &text(documents.at, self.chars.len()))
    }

    /// What follows the word of a here-document on its line, if the word can go to the end of its command.
    fn line(&self, first: &Tag) -> Option<Line> {
        let mut reader = Self { at: first.to, ..Self::new(self.chars.clone()) };
        let mut line = Line { tags: vec![first.clone()], end: 0, after: 0, line_end: 0 };
        let mut ended = false;
        // The character before, where it stands for itself.
        let mut before = None;
        while let Some(c) = reader.peek(0) {
            let at = reader.at;
            if !reader.inside.is_empty() {
                // Another line within an expansion, or another here-document.
                reader.step().ok()?;
                if c == '\n' || !reader.tags.is_empty() {
                    return None;
                }
                before = None;
                continue;
            }
            let is_operator = match c {
                '\n' => break,
                ')' => return None,
                ';' => true,
                '|' => before != Some('>'),
                '&' => !matches!(before, Some('<' | '>')) && reader.peek(1) != Some('>'),
                // Which file is the standard input is said by the last who says it: nothing else may.
                '<' if !ended && (reader.peek(1) != Some('<') || reader.peek(2) == Some('<')) => return None,
                '0'..='9' if !ended && before == Some('&') && !matches!(c, '1' | '2') => return None,
                '#' if !ended && self.chars.get(at - 1).is_some_and(|c| c.is_whitespace()) => {
                    (ended, line.end, line.after) = (true, at, at);
                    false
                }
                _ => false,
            };
            if is_operator {
                while matches!(reader.peek(0), Some(';' | '&' | '|')) {
                    reader.at += 1;
                }
                if !ended {
                    (ended, line.end, line.after) = (true, at, reader.at);
                }
                before = None;
                continue;
            }
            reader.step().ok()?;
            if !ended {
                line.tags.append(&mut reader.tags);
            }
            reader.tags.clear();
            before = (c != '\\').then_some(c);
        }
        line.line_end = reader.at.min(self.chars.len());
        if !ended {
            (line.end, line.after) = (line.line_end, line.line_end);
        }
        // Another file than the standard input may be meant by what stands behind.
        let has_number = |tag: &Tag| {
            let before = tag.from.checked_sub(1).and_then(|at| self.chars.get(at));
            before.is_some_and(|c| c.is_ascii_digit() || *c == '}')
        };
        (reader.inside.is_empty() && !line.tags.iter().any(has_number)).then_some(line)
    }
}

#[cfg(test)]
mod tests {
    use brush_parser::{TokenizerOptions, uncached_tokenize_str};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_write_is_let_through() {
        for text in [
            "cat <<EOF\nhi $(date) ${x} `y`\nEOF\n",
            "aws iam create-policy --policy-document \"$(cat <<'EOF'\n{\"a\": [1]}\nEOF\n)\"",
            "cat > \"$DIR/f\" <<EOF\nx\nEOF",
            "cat <<-EOF | docker login --password-stdin\n\tx\n\tEOF",
            "cat <<A <<B\na\nA\nb\nB",
            "echo $((1 << 3)); (( n << 2 )); cat <<< \"$(date)\"",
            "echo 'a << $(b)' \"<< ${c}\" # << $(d)",
            "cat <<\\EOF\n$x\nEOF",
            "cat <<EOF",
        ] {
            assert_eq!(arranged(text), Ok(Cow::Borrowed(text)), "{text}");
        }
    }

    #[test]
    fn what_the_tokenizer_loses_its_place_in_is_refused() {
        for text in [
            "<<$(\t($[",
            "$(<<E a)$(``",
            "<<E a$(``)``$(``",
            "${x<<E}",
            "$((((1)) << E))",
            "}$[<))<<\t",
            "$(<<E\n)\nE",
            "(cat <<E) > ${x}\nE",
            "cat <<E $(\necho)\nE",
            "cat <<E $(cat <<F)\nE",
            // Here the order says what is read.
            "cat <<E < ${x}\nE",
            "cat <<E <<< ${x}\nE",
            "cat <<E 3>&0 ${x}\nE",
            "cat 3<<E ${x}\nE",
        ] {
            assert_eq!(arranged(text), Err(Trouble::Misplaced), "{text}");
        }
    }

    #[test]
    fn what_the_rest_of_the_line_is_in_the_way_of_is_written_anew() {
        for (text, anew) in [
            ("cat <<E ${x}\nE", "cat  ${x} <<E \nE"),
            ("cat <<E ${x}", "cat  ${x} <<E "),
            ("cat <<'E' >> \"$(f)\" # why\na\nE\nb", "cat  >> \"$(f)\"  <<'E' # why\na\nE\nb"),
            ("cat <<E | sed \"s/a/${x}/\"\na\nE\nb\n", "cat   <<E|\na\nE\n sed \"s/a/${x}/\"\nb\n"),
            ("cat <<E && echo `x`\na\nE", "cat   <<E&&\na\nE\n echo `x`\n"),
            ("cat <<A <<-B >${x} ; y\nA\n\tB\n", "cat   >${x}  <<A <<-B;\nA\n\tB\n y\n"),
            (
                "a <<A; b <<B >${x} 2>&1 | c &>d ${y}\n1\nA\n2\nB\nz",
                "a  <<A;\n1\nA\n b  >${x} 2>&1  <<B|\n2\nB\n c &>d ${y}\nz",
            ),
            ("x=\"$(cat <<E | f ${x}\na\nE\n)\"", "x=\"$(cat   <<E|\na\nE\n f ${x}\n)\""),
        ] {
            assert_eq!(arranged(text).as_deref(), Ok(anew), "{text}");
        }
        let unfinished = "cat <<E | f ${x}";
        for text in [unfinished.to_owned(), format!("{unfinished}\n"), format!("{unfinished}\na\n")] {
            assert_eq!(arranged(&text), Err(Trouble::Unfinished("E".to_owned())), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        /// A panic in the tokenizer would fail this; so would one that never comes to an end.
        #[test]
        fn what_is_let_through_is_read_to_its_end(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "<<E", "<<", "<<-E", "E", "\n", "\nE\n", "$(", ")", "${", "}", "$((", "))", "((", "$[", "]", "`", "'",
                    "\"", "a", " ", "\\", "-", "#", ";", "(", "\t", "|", "$", "<", "<<<", "$x",
                ]),
                1..14,
            )
        ) {
            let text = parts.concat();
            if let Ok(text) = arranged(&text) {
                let options = TokenizerOptions { enable_extended_globbing: false, ..TokenizerOptions::default() };
                let _ = uncached_tokenize_str(&text, &options);
            }
        }
    }
}
