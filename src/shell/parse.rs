//! From text to the syntax tree of `brush-parser`, with bash's messages and with limits.
//!
//! The parser is recursive and backtracks, so what would take it too deep or too long is refused here, before it starts:
//! see the constants.

use std::panic::{AssertUnwindSafe, catch_unwind};

use brush_parser::ast::Program;
use brush_parser::{ParseError, ParserOptions, Token, TokenizerOptions, parse_tokens, uncached_tokenize_str};

use super::here;
use crate::text::Words;

/// The longest text that is read, in bytes.
const TEXT_MAX: usize = 1 << 20;
/// How deep `$(…)`, `${…}` and `$((…))` may stand in each other.
const NESTING_MAX: usize = 6;
/// How many brackets may be open at one time inside of an expansion: the tokenizer calls itself for each.
const BRACKETS_MAX: usize = 32;
/// How many `(` may be open at one time outside of words; the parser's time doubles with each.
const OPEN_MAX: usize = 8;
/// How many compound commands (`if`, `while`, `{` …) one text may open.
const COMPOUND_MAX: usize = 60;
/// How many words one `[[ … ]]` may have.
const TEST_MAX: usize = 200;

/// Why a text could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// More text may make it right: an open quote, a here-document, `if` without `fi`. The message if none comes.
    Incomplete(String),
    /// A here-document without its end, which is this word.
    HereDocument(String),
    /// What bash says after `bash: `.
    Syntax(String),
    /// Beyond the limits above.
    TooMuch,
    /// A here-document where none can be read.
    Misplaced,
}

impl Failure {
    /// What is said after `bash: `.
    pub(super) fn message(&self, words: &Words) -> String {
        match self {
            Self::Incomplete(text) | Self::Syntax(text) => text.clone(),
            Self::HereDocument(word) => format!("here-document delimited by end-of-file (wanted `{word}')"),
            Self::TooMuch => words.get("shell-too-much"),
            Self::Misplaced => words.get("shell-here-document"),
        }
    }
}

/// The options that words and programs are read with.
pub(super) fn options() -> ParserOptions {
    ParserOptions { enable_extended_globbing: false, ..ParserOptions::default() }
}

/// Reads a program of which no more will come: a here-document ends with the text. Answers bash's warning about that too.
pub(super) fn parse_to_end(text: &str) -> Result<(Program, Option<String>), Failure> {
    let word = match parse(text) {
        Err(Failure::HereDocument(word)) => word,
        other => return other.map(|program| (program, None)),
    };
    // Within an expansion the tokenizer may take the end for the expansion's own and run over the text's end.
    let is_plain = word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let head = text.split("<<").next().unwrap_or_default();
    if word.is_empty() || !is_plain || head.contains(['$', '`']) && head.contains(['(', '`']) {
        return Err(Failure::HereDocument(word));
    }
    let is_start = |line: &str| {
        line.match_indices("<<").any(|(at, _)| {
            let after = line.get(at + 2..).unwrap_or_default().trim_start_matches(['-', ' ', '\'', '"', '\\']);
            after.starts_with(&word)
        })
    };
    let line = text.lines().position(is_start).unwrap_or(0) + 1;
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    let program = parse(&format!("{text}{newline}{word}\n"))?;
    Ok((program, Some(format!("warning: here-document at line {line} delimited by end-of-file (wanted `{word}')"))))
}

/// Reads a program.
pub(super) fn parse(text: &str) -> Result<Program, Failure> {
    if text.len() > TEXT_MAX || is_nested_too_deep(text) {
        return Err(Failure::TooMuch);
    }
    let arranged;
    let text = if text.contains("<<") {
        arranged = here::arranged(text).map_err(|trouble| match trouble {
            here::Trouble::Misplaced => Failure::Misplaced,
            here::Trouble::Unfinished(word) => Failure::HereDocument(word),
        })?;
        &*arranged
    } else {
        text
    };
    if ends_in_continuation(text) {
        return Err(Failure::Incomplete("syntax error: unexpected end of file".to_owned()));
    }
    let tokenizer = TokenizerOptions { enable_extended_globbing: false, ..TokenizerOptions::default() };
    // No text is known that brings it down past the checks above. Should there be one, it is refused, and nothing is half
    // done, because reading changes nothing.
    let read = catch_unwind(AssertUnwindSafe(|| uncached_tokenize_str(text, &tokenizer)));
    let tokens = read.map_err(|_| Failure::TooMuch)?.map_err(|error| {
        use brush_parser::TokenizerError as E;
        let message = match &error {
            E::UnterminatedSingleQuote(_) | E::UnterminatedAnsiCQuote(_) => wanted('\''),
            E::UnterminatedDoubleQuote(_) => wanted('"'),
            E::UnterminatedBackquote(_) => wanted('`'),
            E::UnterminatedCommandSubstitution | E::UnterminatedExpansion => wanted(')'),
            E::UnterminatedVariable => wanted('}'),
            E::UnterminatedHereDocuments(tags, _) => {
                let first = tags.split(", ").next().unwrap_or_default();
                return Failure::HereDocument(first.replace(['\'', '"', '\\'], ""));
            }
            _ => "syntax error: unexpected end of file".to_owned(),
        };
        if error.is_incomplete() { Failure::Incomplete(message) } else { Failure::Syntax(message) }
    })?;
    check_tokens(&tokens)?;
    parse_tokens(&tokens, &options()).map_err(|error| match error {
        ParseError::ParsingNear(position) => {
            let near =
                tokens.iter().find(|token| token.location().start.index >= position.index).map_or("newline", |token| {
                    match token.to_str() {
                        "\n" => "newline",
                        text => text,
                    }
                });
            Failure::Syntax(format!("syntax error near unexpected token `{near}'"))
        }
        ParseError::ParsingAtEndOfInput | ParseError::Tokenizing { .. } => stray(&tokens).map_or_else(
            || Failure::Incomplete("syntax error: unexpected end of file".to_owned()),
            |word| Failure::Syntax(format!("syntax error near unexpected token `{word}'")),
        ),
    })
}

/// The word that ends or continues a compound command which nothing began, where the text has one: no more text helps.
fn stray(tokens: &[Token]) -> Option<&str> {
    let mut open: Vec<&str> = Vec::new();
    let mut starts_command = true;
    for token in tokens {
        let word = token.to_str();
        if matches!(token, Token::Operator(..)) {
            starts_command = !word.contains(['<', '>']);
            continue;
        }
        // Patterns of `case` stand where commands do.
        let in_case = open.last() == Some(&"case");
        if !std::mem::take(&mut starts_command) || (in_case && word != "esac") {
            starts_command |= matches!(word, "do" | "in") && open.last().is_some();
            continue;
        }
        let opener: &[&str] = match word {
            "if" | "while" | "until" | "for" | "case" | "{" => {
                open.push(word);
                starts_command = matches!(word, "if" | "while" | "until" | "{");
                continue;
            }
            "fi" | "then" | "else" | "elif" => &["if"],
            "done" | "do" => &["while", "until", "for"],
            "esac" => &["case"],
            "}" => &["{"],
            other => {
                starts_command = matches!(other, "!" | "time");
                continue;
            }
        };
        if !open.last().is_some_and(|last| opener.contains(last)) {
            return Some(word);
        }
        if matches!(word, "fi" | "done" | "esac" | "}") {
            open.pop();
        } else {
            starts_command = true;
        }
    }
    None
}

fn wanted(quote: char) -> String {
    format!("unexpected EOF while looking for matching `{quote}'")
}

/// Whether the last line ends in a backslash that escapes its end.
fn ends_in_continuation(text: &str) -> bool {
    text.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// Whether expansions stand in each other deeper than [`NESTING_MAX`]. Quotes are not looked at: a text that merely shows
/// so many is refused too.
fn is_nested_too_deep(text: &str) -> bool {
    let mut open: Vec<bool> = Vec::new();
    let mut expansions = 0;
    let mut previous = ' ';
    for c in text.chars() {
        match c {
            '(' | '{' | '[' => {
                let expansion = previous == '$';
                expansions += usize::from(expansion);
                open.push(expansion);
                if expansions > NESTING_MAX || (expansions > 0 && open.len() > BRACKETS_MAX) {
                    return true;
                }
            }
            ')' | '}' | ']' => expansions -= usize::from(open.pop().unwrap_or(false)),
            _ => {}
        }
        previous = c;
    }
    false
}

/// Refuses what the parser would take too long or too deep for, or could not hold.
fn check_tokens(tokens: &[Token]) -> Result<(), Failure> {
    let mut open = 0_usize;
    let mut compounds = 0_usize;
    // How many words `[[` has so far.
    let mut test: Option<usize> = None;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Operator(operator, _) => match operator.as_str() {
                "(" => open += 1,
                ")" => open = open.saturating_sub(1),
                _ => {}
            },
            Token::Word(word, _) => {
                const OPENERS: [&str; 11] =
                    ["if", "elif", "while", "until", "for", "case", "{", "!", "coproc", "function", "[["];
                compounds += usize::from(OPENERS.contains(&word.as_str()));
                match word.as_str() {
                    "[[" => test = Some(0),
                    "]]" => test = None,
                    _ => test = test.map(|count| count + 1),
                }
                let is_number = word.len() > 9 && word.bytes().all(|byte| byte.is_ascii_digit());
                if is_number
                    && let Some(Token::Operator(next, _)) = tokens.get(at + 1)
                    && next.starts_with(['<', '>'])
                {
                    return Err(Failure::Syntax(format!("{word}: Bad file descriptor")));
                }
            }
        }
        if open > OPEN_MAX || test > Some(TEST_MAX) || compounds > COMPOUND_MAX {
            return Err(Failure::TooMuch);
        }
    }
    Ok(())
}
