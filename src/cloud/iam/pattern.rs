//! Text with `*`, `?` and `${variables}`, and whether it matches.
//!
//! Most patterns are plain text or end in their only `*`; what a pattern is, is seen once, when it is read. Matching
//! remembers only the last `*`, so its time is at most pattern length times text length: no text is slow.

use std::borrow::Cow;

use super::key::{ConditionKey, Keys};

/// How a pattern is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// Whether `*` and `?` are wildcards.
    pub wildcards: bool,
    /// Whether `${…}` are variables: in policies of version 2012-10-17.
    pub variables: bool,
}

/// What a text without variables is as a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `*`
    Any,
    /// No wildcard.
    Text,
    /// Text, then `*`.
    Prefix,
    /// Wildcards anywhere.
    Wild,
}

impl Shape {
    pub fn of(pattern: &str) -> Self {
        match pattern.bytes().position(|byte| matches!(byte, b'*' | b'?')) {
            None => Self::Text,
            Some(0) if pattern == "*" => Self::Any,
            Some(at) if at + 1 == pattern.len() && pattern.ends_with('*') => Self::Prefix,
            Some(_) => Self::Wild,
        }
    }

    /// Whether `pattern`, which is of this shape, matches all of `text`.
    pub fn matches(self, pattern: &str, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Text => pattern == text,
            Self::Prefix => pattern.strip_suffix('*').is_some_and(|prefix| text.starts_with(prefix)),
            Self::Wild => wild(pattern, text),
        }
    }
}

/// A pattern, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// Without variables.
    Plain { text: Box<str>, shape: Shape },
    /// With variables, or with characters written as `${*}`.
    Template(Box<[Piece]>),
}

/// One element of a pattern with variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Exactly this.
    Text(Box<str>),
    /// `*`: any characters, also none.
    Any,
    /// `?`: one character.
    One,
    /// `${key}` or `${key, 'default'}`: the value of a condition key.
    Variable(Variable),
}

/// A policy variable.
/// Source: IAM User Guide, "IAM policy elements: Variables and tags".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub key: ConditionKey,
    default: Option<Box<str>>,
}

impl Variable {
    fn read(inside: &str) -> Self {
        let (key, default) = match inside.split_once(',') {
            Some((key, default)) => {
                let default = default.trim();
                let unquoted = default.strip_prefix('\'').and_then(|default| default.strip_suffix('\''));
                (key, Some(unquoted.unwrap_or(default).into()))
            }
            None => (inside, None),
        };
        Self { key: ConditionKey::new(key.trim()), default }
    }

    /// Its value. A key that the request does not carry, or with several values, has none, unless there is a default.
    fn value<'a>(&'a self, keys: &'a dyn Keys) -> Option<Cow<'a, str>> {
        keys.values(&self.key).single().or(self.default.as_deref().map(Cow::Borrowed))
    }
}

impl Pattern {
    /// Reads `text`. Never fails: what is not a variable or wildcard is plain text.
    pub fn new(text: &str, reading: Reading) -> Self {
        if reading.variables && text.contains("${") {
            return Self::Template(pieces(text, reading.wildcards).into());
        }
        let shape = if reading.wildcards { Shape::of(text) } else { Shape::Text };
        Self::Plain { text: text.into(), shape }
    }

    /// Whether it matches all of `text`. A variable without a value matches nothing.
    pub fn matches(&self, text: &str, keys: &dyn Keys) -> bool {
        match self {
            Self::Plain { text: pattern, shape } => shape.matches(pattern, text),
            Self::Template(pieces) => filled_in(pieces, text, keys),
        }
    }

    /// Whether it is all of `text` but for the case of letters; for patterns that were read without wildcards.
    pub fn equals_ignoring_case(&self, text: &str, keys: &dyn Keys) -> bool {
        let same = |own: &str| lower(own).eq(lower(text));
        match self {
            Self::Plain { text, .. } => same(text),
            Self::Template(pieces) => {
                let own = pieces.iter().map(|piece| match piece {
                    Piece::Text(text) => Some(Cow::Borrowed(text.as_ref())),
                    Piece::Variable(variable) => variable.value(keys),
                    Piece::Any | Piece::One => None,
                });
                own.collect::<Option<String>>().is_some_and(|own| same(&own))
            }
        }
    }

    /// The condition keys that its variables name.
    pub fn variables(&self) -> impl Iterator<Item = &ConditionKey> {
        let pieces = match self {
            Self::Plain { .. } => [].as_slice(),
            Self::Template(pieces) => pieces,
        };
        pieces.iter().filter_map(|piece| match piece {
            Piece::Variable(variable) => Some(&variable.key),
            _ => None,
        })
    }
}

fn lower(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

fn pieces(text: &str, wildcards: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    let flush = |plain: &mut String, pieces: &mut Vec<Piece>| {
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(plain).into()));
        }
    };
    while let Some((before, sign)) = rest.find(['$', '*', '?']).and_then(|at| rest.split_at_checked(at)) {
        plain.push_str(before);
        if let Some((inside, after)) = sign.strip_prefix("${").and_then(|inside| inside.split_once('}')) {
            match inside {
                "*" | "?" | "$" => plain.push_str(inside),
                _ => {
                    flush(&mut plain, &mut pieces);
                    pieces.push(Piece::Variable(Variable::read(inside)));
                }
            }
            rest = after;
            continue;
        }
        let (sign, after) = sign.split_at_checked(1).unwrap_or_default();
        match sign {
            "*" | "?" if wildcards => {
                flush(&mut plain, &mut pieces);
                pieces.push(if sign == "*" { Piece::Any } else { Piece::One });
            }
            _ => plain.push_str(sign),
        }
        rest = after;
    }
    plain.push_str(rest);
    flush(&mut plain, &mut pieces);
    pieces
}

/// The text behind its first character.
fn behind_first(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    chars.next().map(|_| chars.as_str())
}

/// Whether pieces match all of `text`. A value is plain text, also where it holds `*`.
fn filled_in(pieces: &[Piece], text: &str, keys: &dyn Keys) -> bool {
    let mut pieces = pieces.iter();
    let mut rest = text;
    // After the last `*`: the pieces behind it, and where in the text its match could end next.
    let mut retry: Option<(std::slice::Iter<'_, Piece>, &str)> = None;
    loop {
        let mut ahead = pieces.clone();
        let behind = match ahead.next() {
            Some(Piece::Any) => {
                pieces = ahead;
                retry = Some((pieces.clone(), rest));
                continue;
            }
            Some(Piece::One) => behind_first(rest),
            Some(Piece::Text(plain)) => rest.strip_prefix(plain.as_ref()),
            Some(Piece::Variable(variable)) => match variable.value(keys) {
                Some(value) => rest.strip_prefix(value.as_ref()),
                None => return false,
            },
            None if rest.is_empty() => return true,
            None => None,
        };
        if let Some(behind) = behind {
            pieces = ahead;
            rest = behind;
            continue;
        }
        let Some((after, from)) = &mut retry else { return false };
        let Some(later) = behind_first(from) else { return false };
        *from = later;
        pieces = after.clone();
        rest = later;
    }
}

/// Whether a pattern with wildcards and without variables matches all of `text`.
fn wild(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    let mut retry: Option<(std::str::Chars<'_>, std::str::Chars<'_>)> = None;
    loop {
        let mut ahead = pattern.clone();
        let mut rest = text.clone();
        let fits = match ahead.next() {
            Some('*') => {
                pattern = ahead;
                retry = Some((pattern.clone(), text.clone()));
                continue;
            }
            Some('?') => rest.next().is_some(),
            Some(c) => rest.next() == Some(c),
            None => {
                if rest.next().is_none() {
                    return true;
                }
                false
            }
        };
        if fits {
            pattern = ahead;
            text = rest;
            continue;
        }
        let Some((after, from)) = &mut retry else { return false };
        if from.next().is_none() {
            return false;
        }
        pattern = after.clone();
        text = from.clone();
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::key::Values;
    use super::*;

    const GLOB: Reading = Reading { wildcards: true, variables: true };

    /// `aws:username` is `an*n`, and nothing else is known.
    pub struct Name;

    impl Keys for Name {
        fn values<'a>(&'a self, key: &'a ConditionKey) -> Values<'a> {
            if key.is("aws:username") { Values::one("an*n") } else { Values::none() }
        }
    }

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        let pattern = Pattern::new(pattern, GLOB);
        assert_eq!(pattern.matches(text, &Name), expected, "{pattern:?} {text}");
    }

    #[test]
    fn wildcards_match_as_documented() {
        check("*", "", true);
        check("", "", true);
        check("", "a", false);
        check("a?c", "abc", true);
        check("a?c", "ac", false);
        check("?", "한", true);
        check("repository/app", "repository/app/web", false);
        check("repository/app*", "repository/app", true);
        check("repository/app*", "repository/app/web", true);
        check("repository/app/*", "repository/app", false);
        check("*a*b*c", "xxaxxbxbxc", true);
        check("*a*b*c", "xxaxxbxbx", false);
    }

    #[test]
    fn variables_are_plain_text_and_fail_closed() {
        check("home/${aws:username}/x", "home/an*n/x", true);
        check("home/${aws:username}/x", "home/anyn/x", false);
        check("*/${aws:username}*x", "a/b/an*n/x", true);
        check("home/${aws:nothing}/x", "home//x", false);
        check("home/${aws:nothing, 'all'}/x", "home/all/x", true);
        check("${*}${?}${$}", "*?$", true);
        check("${*}", "abc", false);
        check("${unclosed", "${unclosed", true);
    }

    #[test]
    fn a_pattern_full_of_stars_stays_fast() {
        let pattern = "*a".repeat(500) + "b";
        check(&pattern, &"a".repeat(20_000), false);
    }

    /// The textbook definition: cell by cell, whether the first pieces match the first characters.
    fn textbook(pattern: &[char], text: &[char]) -> bool {
        let mut row: Vec<bool> = (0..=text.len()).map(|len| len == 0).collect();
        for piece in pattern {
            let mut next = vec![*piece == '*' && row[0]];
            for (at, c) in text.iter().enumerate() {
                next.push(match piece {
                    '*' => row[at + 1] || next[at],
                    '?' => row[at],
                    piece => row[at] && piece == c,
                });
            }
            row = next;
        }
        row[text.len()]
    }

    proptest::proptest! {
        #[test]
        fn wildcards_match_as_the_textbook_says(pattern in "[ab?*]{0,10}", text in "[ab]{0,12}") {
            let (pieces, chars): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            let expected = textbook(&pieces, &chars);
            proptest::prop_assert_eq!(Pattern::new(&pattern, GLOB).matches(&text, &Name), expected);
            // The same with a variable at its end, which is matched another way.
            let with_variable = Pattern::new(&format!("{pattern}${{aws:username}}"), GLOB);
            proptest::prop_assert_eq!(with_variable.matches(&format!("{text}an*n"), &Name), expected);
        }
    }
}
