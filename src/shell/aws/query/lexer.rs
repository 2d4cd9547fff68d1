//! A JMESPath expression in tokens.

use serde_json::Value;

use super::super::{json, python};

/// More tokens than this are refused, so that no expression can exhaust the stack.
const MAX_TOKENS: usize = 600;

/// The kinds of tokens, named as messages name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Dot,
    Star,
    Rbracket,
    Comma,
    Colon,
    Current,
    Lparen,
    Rparen,
    Lbrace,
    Rbrace,
    UnquotedIdentifier,
    QuotedIdentifier,
    Flatten,
    Filter,
    Lbracket,
    Literal,
    Number,
    Or,
    Pipe,
    And,
    Expref,
    Lte,
    Lt,
    Gte,
    Gt,
    Ne,
    Not,
    Eq,
    Eof,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Dot => "dot",
            Self::Star => "star",
            Self::Rbracket => "rbracket",
            Self::Comma => "comma",
            Self::Colon => "colon",
            Self::Current => "current",
            Self::Lparen => "lparen",
            Self::Rparen => "rparen",
            Self::Lbrace => "lbrace",
            Self::Rbrace => "rbrace",
            Self::UnquotedIdentifier => "unquoted_identifier",
            Self::QuotedIdentifier => "quoted_identifier",
            Self::Flatten => "flatten",
            Self::Filter => "filter",
            Self::Lbracket => "lbracket",
            Self::Literal => "literal",
            Self::Number => "number",
            Self::Or => "or",
            Self::Pipe => "pipe",
            Self::And => "and",
            Self::Expref => "expref",
            Self::Lte => "lte",
            Self::Lt => "lt",
            Self::Gte => "gte",
            Self::Gt => "gt",
            Self::Ne => "ne",
            Self::Not => "not",
            Self::Eq => "eq",
            Self::Eof => "eof",
        }
    }
}

/// A token, with its value (a name, a number, a literal) and where it starts, in characters.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) value: Value,
    pub(super) start: usize,
}

impl Token {
    /// The value as text.
    pub(super) fn text(&self) -> String {
        python::str_of(&self.value)
    }
}

/// The tokens of `expression`, ending with [`Kind::Eof`].
pub(super) fn tokenize(expression: &str) -> Result<Vec<Token>, String> {
    if expression.is_empty() {
        return Err("Invalid JMESPath expression: cannot be empty.".to_owned());
    }
    let mut lexer = Lexer { expression, chars: expression.chars().collect(), at: 0 };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next()?;
        let end = token.kind == Kind::Eof;
        tokens.push(token);
        if end {
            return Ok(tokens);
        }
        if tokens.len() > MAX_TOKENS {
            return Err("maximum recursion depth exceeded".to_owned());
        }
    }
}

struct Lexer<'e> {
    expression: &'e str,
    chars: Vec<char>,
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn bad(&self, at: usize, message: &str) -> String {
        format!("Bad jmespath expression: {message}:\n{}\n{}^", self.expression, " ".repeat(at))
    }

    fn next(&mut self) -> Result<Token, String> {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
        let start = self.at;
        let Some(c) = self.peek() else {
            return Ok(Token { kind: Kind::Eof, value: Value::String(String::new()), start });
        };
        let simple = match c {
            '.' => Some(Kind::Dot),
            '*' => Some(Kind::Star),
            ']' => Some(Kind::Rbracket),
            ',' => Some(Kind::Comma),
            ':' => Some(Kind::Colon),
            '@' => Some(Kind::Current),
            '(' => Some(Kind::Lparen),
            ')' => Some(Kind::Rparen),
            '{' => Some(Kind::Lbrace),
            '}' => Some(Kind::Rbrace),
            _ => None,
        };
        if let Some(kind) = simple {
            return Ok(self.take(kind, 1));
        }
        let second = self.chars.get(self.at + 1).copied();
        let pair = |expected, both, one| if second == Some(expected) { (both, 2) } else { (one, 1) };
        let (kind, len) = match c {
            '[' if second == Some(']') => (Kind::Flatten, 2),
            '[' => pair('?', Kind::Filter, Kind::Lbracket),
            '|' => pair('|', Kind::Or, Kind::Pipe),
            '&' => pair('&', Kind::And, Kind::Expref),
            '<' => pair('=', Kind::Lte, Kind::Lt),
            '>' => pair('=', Kind::Gte, Kind::Gt),
            '!' => pair('=', Kind::Ne, Kind::Not),
            '=' if second == Some('=') => (Kind::Eq, 2),
            '=' => return Err(self.bad(start, "Unknown token '='")),
            '\'' => return self.raw_string(start),
            '`' => return self.literal(start),
            '"' => return self.quoted_identifier(start),
            '-' | '0'..='9' => return self.number(start),
            'a'..='z' | 'A'..='Z' | '_' => return Ok(self.identifier()),
            c => return Err(self.bad(start, &format!("Unknown token {c}"))),
        };
        Ok(self.take(kind, len))
    }

    fn take(&mut self, kind: Kind, len: usize) -> Token {
        let start = self.at;
        self.at += len;
        let text: String = self.chars.get(start..self.at).unwrap_or_default().iter().collect();
        Token { kind, value: Value::String(text), start }
    }

    fn identifier(&mut self) -> Token {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let len = rest.iter().take_while(|c| c.is_ascii_alphanumeric() || **c == '_').count();
        self.take(Kind::UnquotedIdentifier, len)
    }

    fn number(&mut self, start: usize) -> Result<Token, String> {
        let sign = usize::from(self.peek() == Some('-'));
        let rest = self.chars.get(self.at + sign..).unwrap_or_default();
        let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
        if digits == 0 {
            return Err(self.bad(start, "Unknown token '-'"));
        }
        let mut token = self.take(Kind::Number, sign + digits);
        // Beyond 64 bits no list has such an index: the nearest number serves.
        let number = token.text().parse::<i64>().unwrap_or(if sign == 1 { i64::MIN } else { i64::MAX });
        token.value = number.into();
        Ok(token)
    }

    /// The text up to the closing `delimiter`, which a backslash may escape. Backslashes are kept.
    fn until(&mut self, delimiter: char) -> Result<String, String> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let mut c = self.peek();
            if c == Some(delimiter) {
                self.at += 1;
                return Ok(text);
            }
            if c == Some('\\') {
                text.push('\\');
                self.at += 1;
                c = self.peek();
            }
            let Some(c) = c else { return Err(self.bad(start, &format!("Unclosed {delimiter} delimiter"))) };
            text.push(c);
            self.at += 1;
        }
    }

    fn raw_string(&mut self, start: usize) -> Result<Token, String> {
        let text = self.until('\'')?.replace("\\'", "'");
        Ok(Token { kind: Kind::Literal, value: Value::String(text), start })
    }

    fn literal(&mut self, start: usize) -> Result<Token, String> {
        let text = self.until('`')?.replace("\\`", "`");
        // What is no JSON is a string without its quotes, as an older form of the language has it.
        let value = json::loads(&text)
            .or_else(|_| json::loads(&format!("\"{}\"", text.trim_start())))
            .map_err(|_| self.bad(start, &format!("Bad token {text}")))?;
        Ok(Token { kind: Kind::Literal, value, start })
    }

    fn quoted_identifier(&mut self, start: usize) -> Result<Token, String> {
        let text = self.until('"')?;
        let value = json::loads(&format!("\"{text}\"")).map_err(|error| {
            let reason = error.split(':').next().unwrap_or_default();
            self.bad(start, reason)
        })?;
        Ok(Token { kind: Kind::QuotedIdentifier, value, start })
    }
}
