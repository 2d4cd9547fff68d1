//! Regular expressions for `grep` and `sed`: POSIX basic and extended, matched in linear time.

use regex_bites::{Regex, RegexBuilder};

/// Compiles a POSIX expression.
///
/// # Errors
/// What the tool says about a broken one.
pub(in crate::shell) fn compile(pattern: &str, extended: bool, ignore_case: bool) -> Result<Regex, String> {
    let pattern = if extended { pattern.to_owned() } else { from_basic(pattern) };
    RegexBuilder::new(&pattern)
        .case_insensitive(ignore_case)
        .size_limit(1 << 20)
        .build()
        .map_err(|_| "Invalid regular expression".to_owned())
}

/// Compiles a text that stands for itself.
pub(super) fn literal(text: &str, ignore_case: bool) -> Result<Regex, String> {
    compile(&regex_bites::escape(text), true, ignore_case)
}

/// In a basic expression `+ ? | ( ) { }` are plain, and special after a backslash; in an extended one the other way round.
fn from_basic(pattern: &str) -> String {
    let mut out = String::new();
    let mut chars = pattern.chars();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '[' if !in_class => {
                in_class = true;
                out.push(c);
            }
            ']' if in_class => {
                in_class = false;
                out.push(c);
            }
            '\\' if !in_class => match chars.next() {
                Some(special @ ('+' | '?' | '|' | '(' | ')' | '{' | '}')) => out.push(special),
                Some(other) => out.extend(['\\', other]),
                None => out.push_str("\\\\"),
            },
            '+' | '?' | '|' | '(' | ')' | '{' | '}' if !in_class => out.extend(['\\', c]),
            '*' if out.is_empty() => out.push_str("\\*"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_basic_expression_has_its_own_special_characters() {
        let check = |pattern: &str, text: &str, expect: bool| {
            assert_eq!(compile(pattern, false, false).unwrap().is_match(text), expect, "{pattern} {text}");
        };
        check("a+", "a+", true);
        check("^a+$", "aa", false);
        check(r"^a\+$", "aa", true);
        check(r"^\(ab\)*$", "abab", true);
        check("{\"a\": 1}", "{\"a\": 1}", true);
        check("*", "*", true);
        assert!(compile("(", true, false).is_err());
    }
}
