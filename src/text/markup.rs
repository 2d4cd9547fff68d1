//! The little markup of stories, debriefs and articles: paragraphs, lists, headings, fenced code; and in a line `code`,
//! **bold** and *stressed*. The screens and the terminal read the same.
//!
//! Not `CommonMark`: there `**` closes only before a blank or punctuation, so Korean's particles keep it open, as in
//! "**`web`**을".

/// In what manner a stretch of a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Plain,
    /// `**bold**`
    Bold,
    /// `*stressed*`: Hangul has no italics, so it takes the ink of names.
    Stressed,
    /// Between backticks.
    Code,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block<'a> {
    /// A line that begins with `## `.
    Heading(&'a str),
    /// An item of a list: its number, where it has one, and its text.
    Item(Option<&'a str>, &'a str),
    /// What stands between two lines of three backticks, without its last end of line.
    Code(String),
    Paragraph(&'a str),
}

/// Splits a document. Each line that is not empty is a block of its own, but for code.
pub fn blocks(source: &str) -> Vec<Block<'_>> {
    let mut out = Vec::new();
    let mut fence: Option<String> = None;
    for line in source.split('\n').map(str::trim_end) {
        let text = line.trim_start();
        match &mut fence {
            Some(code) if text.starts_with("```") => {
                out.push(Block::Code(code.trim_end().to_owned()));
                fence = None;
            }
            Some(code) => {
                code.push_str(line);
                code.push('\n');
            }
            None if text.starts_with("```") => fence = Some(String::new()),
            None if text.is_empty() => {}
            None => out.push(block(line, text)),
        }
    }
    out.extend(fence.map(|code| Block::Code(code.trim_end().to_owned())));
    out
}

fn block<'a>(line: &'a str, text: &'a str) -> Block<'a> {
    if let Some(heading) = line.strip_prefix("## ") {
        return Block::Heading(heading);
    }
    if let Some(item) = text.strip_prefix("- ") {
        return Block::Item(None, item);
    }
    if let Some((number, item)) = text.split_once(". ")
        && matches!(number.len(), 1 | 2)
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Block::Item(Some(number), item);
    }
    Block::Paragraph(text)
}

/// Splits a line at backticks and asterisks. A mark that is never closed, or that stands between blanks, is text.
pub fn spans(source: &str) -> Vec<(Manner, &str)> {
    let mut out = Vec::new();
    let mut rest = source;
    let mut plain_from = source;
    while let Some(at) = rest.find(['`', '*']) {
        let (before, here) = rest.split_at(at);
        let (mark, manner) = match here.as_bytes() {
            [b'`', ..] => ("`", Manner::Code),
            [b'*', b'*', ..] => ("**", Manner::Bold),
            _ => ("*", Manner::Stressed),
        };
        let closed = here.strip_prefix(mark).and_then(|inner| inner.split_once(mark));
        let tight = |inner: &str| {
            !inner.is_empty()
                && (manner == Manner::Code
                    || !inner.starts_with(char::is_whitespace) && !inner.ends_with(char::is_whitespace))
        };
        if let Some((inner, after)) = closed.filter(|(inner, _)| tight(inner)) {
            let plain_len = plain_from.len() - rest.len() + before.len();
            if let Some(plain) = plain_from.get(..plain_len).filter(|plain| !plain.is_empty()) {
                out.push((Manner::Plain, plain));
            }
            if manner == Manner::Code {
                out.push((manner, inner));
            } else {
                // Code within bold stays code.
                let within = |(of, text)| (if of == Manner::Plain { manner } else { of }, text);
                out.extend(spans(inner).into_iter().map(within));
            }
            rest = after;
            plain_from = after;
        } else {
            rest = here.get(mark.len()..).unwrap_or_default();
        }
    }
    if !plain_from.is_empty() {
        out.push((Manner::Plain, plain_from));
    }
    out
}

/// A line without its marks, for where there is one manner only.
pub fn plain(source: &str) -> String {
    spans(source).into_iter().map(|(_, text)| text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_told_without_its_marks() {
        assert_eq!(plain("Let `web-instance` **pull**"), "Let web-instance pull");
    }

    #[test]
    fn marks_are_split_and_an_unclosed_one_is_text() {
        assert_eq!(
            spans("a `b` **c** d"),
            [
                (Manner::Plain, "a "),
                (Manner::Code, "b"),
                (Manner::Plain, " "),
                (Manner::Bold, "c"),
                (Manner::Plain, " d")
            ]
        );
        assert_eq!(spans("`ecr:*`를"), [(Manner::Code, "ecr:*"), (Manner::Plain, "를")]);
        assert_eq!(spans("ecr:* and 2 ** 3"), [(Manner::Plain, "ecr:* and 2 ** 3")]);
        assert_eq!(spans("a ` b"), [(Manner::Plain, "a ` b")]);
        assert_eq!(spans("*EC2*에서"), [(Manner::Stressed, "EC2"), (Manner::Plain, "에서")]);
        let nested = [(Manner::Code, "web"), (Manner::Bold, "과 같은 베이스"), (Manner::Plain, "를")];
        assert_eq!(spans("**`web`과 같은 베이스**를"), nested);
        assert_eq!(spans("2 * 3 * 4"), [(Manner::Plain, "2 * 3 * 4")]);
        assert_eq!(spans(""), []);
        assert_eq!(plain("`web`과 **같은** 베이스"), "web과 같은 베이스");
    }

    #[test]
    fn a_document_is_split_into_its_blocks() {
        let source = "One.\n\n## Two\n- three\n12. four\n123. five\n```\n  $ a\n\nb\n```\nsix";
        assert_eq!(
            blocks(source),
            [
                Block::Paragraph("One."),
                Block::Heading("Two"),
                Block::Item(None, "three"),
                Block::Item(Some("12"), "four"),
                Block::Paragraph("123. five"),
                Block::Code("  $ a\n\nb".to_owned()),
                Block::Paragraph("six"),
            ]
        );
        assert_eq!(blocks("```\nnever closed"), [Block::Code("never closed".to_owned())]);
    }
}
