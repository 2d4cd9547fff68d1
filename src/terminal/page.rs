//! Authored text in a terminal: wrapped at the window's width and with its marks shown for a person, plain for a pipe.

use crate::text::markup::{self, Block, Manner};

/// Longer rows than this are hard to read, however wide the window is. Columns.
const COLUMNS_MAX: usize = 100;

/// How text is set.
#[derive(Clone, Copy)]
pub(super) struct Page {
    /// The window's width in columns; none where nobody looks: then a paragraph stays one line.
    pub columns: Option<usize>,
}

impl Page {
    /// A whole document, with an empty line between its parts; the items of a list stand together.
    pub fn document(self, source: &str) -> String {
        let mut out = String::new();
        let mut after_item = false;
        for block in markup::blocks(source) {
            let is_item = matches!(block, Block::Item(..));
            if !out.is_empty() {
                out.push_str(if is_item && after_item { "\n" } else { "\n\n" });
            }
            after_item = is_item;
            out += &match block {
                Block::Heading(text) => self.bold(text),
                Block::Item(Some(number), text) => self.item(&format!("{number}. "), text),
                Block::Item(None, text) => self.item("- ", text),
                Block::Code(code) => code.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n"),
                Block::Paragraph(text) => self.item("", text),
            };
        }
        out
    }

    /// A text after a lead; its further rows stand below its first.
    pub fn item(self, lead: &str, source: &str) -> String {
        let text: String = markup::spans(source).into_iter().map(|(manner, text)| self.span(manner, text)).collect();
        let Some(columns) = self.columns else { return format!("{lead}{text}") };
        let below = " ".repeat(textwrap::core::display_width(lead));
        // Rows end at blanks only: a host or an ARN that is broken at its hyphens can't be copied.
        let options = textwrap::Options::new(columns.min(COLUMNS_MAX))
            .initial_indent(lead)
            .subsequent_indent(&below)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        textwrap::fill(&text, options)
    }

    /// A title.
    pub fn bold(self, text: &str) -> String {
        self.span(Manner::Bold, text)
    }

    fn span(self, manner: Manner, text: &str) -> String {
        let style = match manner {
            Manner::Bold | Manner::Stressed => "1",
            Manner::Code => "36",
            Manner::Plain => return text.to_owned(),
        };
        if self.columns.is_some() {
            // Words are wrapped after this: each has its own beginning and end, so that no row's colour runs on.
            let words = text.split(' ').map(|word| format!("\x1b[{style}m{word}\x1b[0m"));
            words.collect::<Vec<_>>().join(" ")
        } else if manner == Manner::Code {
            format!("`{text}`")
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "Build the **image**, then `docker push` it.\n\n- one\n- two\n\n```\n$ ls\n```";

    #[test]
    fn a_pipe_gets_plain_lines() {
        let page = Page { columns: None };
        let want = "Build the image, then `docker push` it.\n\n- one\n- two\n\n    $ ls";
        assert_eq!(page.document(SOURCE), want);
    }

    #[test]
    fn a_person_gets_rows_that_fit_and_no_colour_runs_over_an_end_of_line() {
        let page = Page { columns: Some(20) };
        let text = page.document(SOURCE);
        assert!(text.lines().all(|row| textwrap::core::display_width(row) <= 20), "{text}");
        assert!(text.lines().all(|row| row.matches("\x1b[").count() % 2 == 0), "{text}");
        assert!(text.contains("\x1b[36mdocker\x1b[0m"), "{text}");
    }

    #[test]
    fn a_host_is_not_broken_at_its_hyphens() {
        let host = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com";
        for columns in [52, 60, 70] {
            let text = Page { columns: Some(columns) }.document(&format!("Push it to `{host}` now, please."));
            assert!(text.lines().any(|row| row.contains(host)), "{text}");
        }
    }

    #[test]
    fn korean_breaks_between_words() {
        let page = Page { columns: Some(16) };
        assert_eq!(
            page.item("- ", "이미지를 만들고 저장소에 올립니다."),
            "- 이미지를\n  만들고\n  저장소에\n  올립니다."
        );
    }
}
