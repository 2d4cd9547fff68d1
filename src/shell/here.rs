//! Which here-documents `brush-parser` can be trusted with.
//!
//! Its tokenizer (0.4) collects a here-document's word and the rest of its line with the state that expansions are read
//! with. Where the two meet (`<<$(x)`, `<<E $(x)`, `$(cat <<E)`, `<<` in `${…}`) it loses its place: it panics, or never
//! comes to an end. So a text is looked through here first, and what brings them together is refused.

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

/// Whether the here-documents of `text` stand where the tokenizer reads them well.
pub(super) fn is_safe(text: &str) -> bool {
    Reader { chars: text.chars().collect(), at: 0, inside: Vec::new(), tags: Vec::new() }.read()
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    inside: Vec<Inside>,
    /// The words of the here-documents that begin at the next line, and whether tabs before them do not count.
    tags: Vec<(String, bool)>,
}

impl Reader {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn read(mut self) -> bool {
        while let Some(c) = self.peek(0) {
            self.at += 1;
            let top = self.inside.last().copied();
            let quoted = top == Some(Inside::Quotes);
            match c {
                '\\' => self.at += 1,
                '\'' if !quoted => self.skip_past('\'', self.chars.get(self.at.wrapping_sub(2)) == Some(&'$')),
                '"' if quoted => drop(self.inside.pop()),
                '"' => self.inside.push(Inside::Quotes),
                // Within an expansion of the line that a here-document begins on, the tokenizer loses its place.
                '$' | '`' if !self.tags.is_empty() && self.begins_expansion(c) => return false,
                '`' => self.skip_past('`', true),
                '$' => self.expansion(),
                _ if quoted => {}
                '\n' if !self.tags.is_empty() => {
                    // A document that begins with the bracket that ends the expansion around it.
                    if !self.inside.is_empty() && self.peek(0) == Some(')') {
                        return false;
                    }
                    if !self.skip_documents() {
                        return true;
                    }
                }
                '<' if self.peek(0) == Some('<') => {
                    self.at += 1;
                    let is_string = self.peek(0) == Some('<');
                    if is_string {
                        self.at += 1;
                        continue;
                    }
                    match top {
                        None | Some(Inside::Commands) => {
                            if !self.tag() {
                                return false;
                            }
                        }
                        Some(Inside::Arithmetic { closed: false, .. }) => {}
                        Some(_) => return false,
                    }
                }
                '#' if matches!(top, None | Some(Inside::Commands)) && self.begins_word() => {
                    while self.peek(0).is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                '(' | '[' | ')' | ']' | '}' if !self.bracket(c, top) => return false,
                _ => {}
            }
        }
        true
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

    /// The word after `<<`: one that says nothing but itself.
    fn tag(&mut self) -> bool {
        let tabs = self.peek(0) == Some('-');
        self.at += usize::from(tabs);
        let start = self.at;
        while matches!(self.peek(0), Some(' ' | '\t')) {
            self.at += 1;
        }
        // Within an expansion a second blank would be taken for the end of an empty word.
        if !self.inside.is_empty() && self.at > start + 1 {
            return false;
        }
        let quote = self.peek(0).filter(|c| matches!(c, '\'' | '"' | '\\'));
        self.at += usize::from(quote.is_some());
        let mut tag = String::new();
        while let Some(c) = self.peek(0).filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '+')) {
            tag.push(c);
            self.at += 1;
        }
        if let Some(quote @ ('\'' | '"')) = quote {
            if self.peek(0) != Some(quote) {
                return false;
            }
            self.at += 1;
        }
        let ends = self.peek(0).is_none_or(|c| c.is_whitespace() || ";&|<>".contains(c));
        if tag.is_empty() || !ends {
            return false;
        }
        self.tags.push((tag, tabs));
        true
    }

    /// Goes past the documents; false when the text ends within one.
    fn skip_documents(&mut self) -> bool {
        for (tag, tabs) in std::mem::take(&mut self.tags) {
            loop {
                let line: String = self.chars.iter().skip(self.at).take_while(|c| **c != '\n').collect();
                let len = line.chars().count();
                if self.at >= self.chars.len() {
                    return false;
                }
                self.at += len + 1;
                let shown = if tabs { line.trim_start_matches('\t') } else { &line };
                if shown == tag {
                    break;
                }
            }
        }
        true
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
            assert!(is_safe(text), "{text}");
        }
    }

    #[test]
    fn what_the_tokenizer_loses_its_place_in_is_refused() {
        for text in [
            "<<$(\t($[",
            "$(<<E a)$(``",
            "<<E a$(``)``$(``",
            "cat <<E ${x}\nE",
            "${x<<E}",
            "$((((1)) << E))",
            "}$[<))<<\t",
            "$(<<E\n)\nE",
        ] {
            assert!(!is_safe(text), "{text}");
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
            if is_safe(&text) {
                let options = TokenizerOptions { enable_extended_globbing: false, ..TokenizerOptions::default() };
                let _ = uncached_tokenize_str(&text, &options);
            }
        }
    }
}
