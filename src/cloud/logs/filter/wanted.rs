//! What a field of an event or a member of its JSON is compared with.

use regex_bites::{Regex, RegexBuilder};

/// How.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A comparison: with a text, in which `*` stands for anything, with a number, or with a regular expression.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cloud::logs) struct Test {
    operator: Operator,
    wanted: Wanted,
}

#[derive(Clone, Debug, PartialEq)]
enum Wanted {
    Text { text: String, quoted: bool },
    Expression(Expression),
}

/// Reads an operator and gives what follows it.
pub(super) fn read_operator(text: &str) -> Option<(Operator, &str)> {
    let operators = [
        ("!=", Operator::NotEqual),
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("=", Operator::Equal),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ];
    operators.into_iter().find_map(|(sign, operator)| Some((operator, text.strip_prefix(sign)?)))
}

impl Test {
    /// Reads what stands behind an operator, up to a character that `ends` it where it has no ends of its own, and gives what
    /// follows.
    pub(super) fn read(operator: Operator, text: &str, ends: impl Fn(char) -> bool) -> Option<(Self, &str)> {
        let text = text.trim_start();
        if text.starts_with('%') {
            let (expression, rest) = Expression::read(text)?;
            let is_equality = matches!(operator, Operator::Equal | Operator::NotEqual);
            return is_equality.then_some((Self { operator, wanted: Wanted::Expression(expression) }, rest));
        }
        let (text, quoted, rest) = match text.strip_prefix('"') {
            Some(quoted) => {
                let (text, rest) = quoted.split_once('"')?;
                (text, true, rest)
            }
            None => {
                let (text, rest) = text.split_at(text.find(ends).unwrap_or(text.len()));
                (text, false, rest)
            }
        };
        let wanted = Wanted::Text { text: text.to_owned(), quoted };
        (quoted || !text.is_empty()).then_some((Self { operator, wanted }, rest))
    }

    /// Whether it is one with a regular expression.
    pub(super) fn is_expression(&self) -> bool {
        matches!(self.wanted, Wanted::Expression(_))
    }

    /// Whether a value passes: as a number where both are such, unless it is known to be a text.
    pub(super) fn holds(&self, found: &str, is_text: bool) -> bool {
        let (text, quoted) = match &self.wanted {
            Wanted::Expression(expression) => {
                return expression.finds(found) == (self.operator == Operator::Equal);
            }
            Wanted::Text { text, quoted } => (text, *quoted),
        };
        if let (Ok(found), Ok(value), false) = (found.parse::<f64>(), text.parse::<f64>(), quoted || is_text) {
            return match self.operator {
                Operator::Equal => found == value,
                Operator::NotEqual => found != value,
                Operator::Less => found < value,
                Operator::LessOrEqual => found <= value,
                Operator::Greater => found > value,
                Operator::GreaterOrEqual => found >= value,
            };
        }
        match self.operator {
            Operator::Equal => wildcard(text, found),
            Operator::NotEqual => !wildcard(text, found),
            _ => false,
        }
    }
}

/// Whether `pattern`, in which `*` stands for anything, is all of `text`.
fn wildcard(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// `%…%`: a regular expression, of what CloudWatch Logs knows of them.
/// Source: Amazon CloudWatch Logs User Guide, "Supported regular expressions (regex) syntax".
#[derive(Clone, Debug)]
pub(in crate::cloud::logs) struct Expression {
    source: String,
    regex: Regex,
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Expression {
    /// Reads an expression, which stands between percent signs, and gives what follows it.
    pub(super) fn read(text: &str) -> Option<(Self, &str)> {
        let (source, rest) = text.strip_prefix('%')?.split_once('%')?;
        Some((Self::new(source)?, rest))
    }

    fn new(source: &str) -> Option<Self> {
        let mut chars = source.chars();
        while let Some(c) = chars.next() {
            let fits = match c {
                '\\' => {
                    let escaped = chars.next()?;
                    "dDsSwWx".contains(escaped) || escaped.is_ascii_punctuation()
                }
                // No subpatterns, and nothing beyond ASCII.
                c => c.is_ascii_alphanumeric() || ":_#=@/;,-^$?[]{}|*+.".contains(c),
            };
            if !fits {
                return None;
            }
        }
        let regex = RegexBuilder::new(source).size_limit(1 << 16).build().ok()?;
        (!source.is_empty()).then(|| Self { source: source.to_owned(), regex })
    }

    /// Whether it is somewhere in a text.
    pub(super) fn finds(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_of_what_the_user_guide_lists() {
        let finds =
            |source: &str, text: &str| Expression::new(source).unwrap_or_else(|| panic!("{source}")).finds(text);
        for (source, text, found) in [
            ("AUTHORIZED", "[ERROR 401] UNAUTHORIZED REQUEST", true),
            ("^[hc]at", "hat", true),
            ("^[hc]at", "a hat", false),
            ("[hc]at$", "a cat", true),
            ("colou?r", "color", true),
            ("a{3,5}", "aa", false),
            ("gra|ey", "grey", true),
            (r"10\.10\.0\.1", "from 10.10.0.1", true),
            (r"10\.10\.0\.1", "from 10.1000.1", false),
            (r"\d{3}\s\w+", "404 missing", true),
            (r"\x40", "a@b", true),
        ] {
            assert_eq!(finds(source, text), found, "{source} {text}");
        }
        for source in ["", "something!", "(a)", "a b", "한", "[a", "a{9999999}", r"a\q"] {
            assert_eq!(Expression::new(source), None, "{source}");
        }
    }
}
