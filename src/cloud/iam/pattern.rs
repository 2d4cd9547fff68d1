//! Text with `*`, `?` and `${variables}`, and whether it matches.
//!
//! Matching remembers only the last `*`, so its time is at most pattern length times text length: no text is slow.

use std::borrow::Cow;

/// One element of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Exactly this character.
    Char(char),
    /// `*`: any characters, also none.
    Any,
    /// `?`: one character.
    One,
    /// `${key}` or `${key, 'default'}`: the value of a condition key.
    Variable(Box<Variable>),
}

/// A policy variable.
/// Source: IAM User Guide, "IAM policy elements: Variables and tags".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub key: String,
    pub default: Option<String>,
}

/// How a pattern is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// Whether `*` and `?` are wildcards.
    pub wildcards: bool,
    /// Whether `${…}` are variables: in policies of version 2012-10-17.
    pub variables: bool,
}

/// A compiled pattern. Most are plain text or end in their only `*`: those are compared as such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// `*`
    Any,
    /// No wildcard, no variable.
    Text(Box<str>),
    /// Text, then `*`.
    Prefix(Box<str>),
    /// Wildcards anywhere, no variable.
    Pieces(Box<[Piece]>),
    /// With variables, which are filled in first.
    Template(Box<[Piece]>),
}

impl Pattern {
    /// Reads `text`. Never fails: what is not a variable or wildcard is plain text.
    pub fn new(text: &str, reading: Reading) -> Self {
        Self::from_pieces(read(text, reading))
    }

    fn from_pieces(pieces: Vec<Piece>) -> Self {
        if pieces.iter().any(|piece| matches!(piece, Piece::Variable(_))) {
            return Self::Template(pieces.into());
        }
        let plain: String = pieces.iter().map_while(Piece::plain).collect();
        let plain_len = plain.chars().count();
        match pieces.get(plain_len..) {
            None | Some([]) => Self::Text(plain.into()),
            Some([Piece::Any]) if plain_len == 0 => Self::Any,
            Some([Piece::Any]) => Self::Prefix(plain.into()),
            Some(_) => Self::Pieces(pieces.into()),
        }
    }

    /// Reads `text` as the six parts of an ARN. AWS fills missing parts with `*`.
    /// Source: IAM User Guide, "IAM JSON policy elements: Resource".
    pub fn arn_parts(text: &str, reading: Reading) -> [Self; 6] {
        let mut parts = read(text, reading).into_iter();
        let mut complete = true;
        let mut next = |last: bool| {
            let mut part = Vec::new();
            if !complete {
                return Self::from_pieces(vec![Piece::Any]);
            }
            complete = false;
            for piece in parts.by_ref() {
                if piece == Piece::Char(':') && !last {
                    complete = true;
                    break;
                }
                part.push(piece);
            }
            Self::from_pieces(part)
        };
        [next(false), next(false), next(false), next(false), next(false), next(true)]
    }

    /// Whether it matches all of `text`. A variable without a value matches nothing.
    pub fn matches<'a>(&self, text: &str, variables: &impl Fn(&str) -> Option<Cow<'a, str>>) -> bool {
        match self {
            Self::Any => true,
            Self::Text(plain) => plain.as_ref() == text,
            Self::Prefix(plain) => text.starts_with(plain.as_ref()),
            Self::Pieces(pieces) => matches(pieces, text),
            Self::Template(pieces) => expanded(pieces, variables).is_some_and(|pieces| matches(&pieces, text)),
        }
    }

    /// The text of a pattern that was read without wildcards, with all variables filled in.
    pub fn text<'a>(&self, variables: &impl Fn(&str) -> Option<Cow<'a, str>>) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(plain) => Some(Cow::Borrowed(plain)),
            Self::Template(pieces) => {
                Some(expanded(pieces, variables)?.iter().filter_map(Piece::plain).collect::<String>().into())
            }
            Self::Any | Self::Prefix(_) | Self::Pieces(_) => None,
        }
    }
}

impl Piece {
    fn plain(&self) -> Option<char> {
        match self {
            Self::Char(c) => Some(*c),
            Self::Any | Self::One | Self::Variable(_) => None,
        }
    }
}

fn expanded<'a>(pieces: &[Piece], variables: &impl Fn(&str) -> Option<Cow<'a, str>>) -> Option<Vec<Piece>> {
    let mut expanded = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let Piece::Variable(variable) = piece else {
            expanded.push(piece.clone());
            continue;
        };
        let value = variables(&variable.key);
        // A value is plain text, also where it holds `*`.
        expanded.extend(value.as_deref().or(variable.default.as_deref())?.chars().map(Piece::Char));
    }
    Some(expanded)
}

fn read(text: &str, reading: Reading) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if reading.variables
            && let Some(inside) = rest.strip_prefix("${")
            && let Some((name, after)) = inside.split_once('}')
        {
            pieces.push(match name {
                "*" | "?" | "$" => Piece::Char(name.chars().next().unwrap_or('$')),
                _ => Piece::Variable(Box::new(variable(name))),
            });
            rest = after;
            continue;
        }
        pieces.push(match c {
            '*' if reading.wildcards => Piece::Any,
            '?' if reading.wildcards => Piece::One,
            _ => Piece::Char(c),
        });
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    pieces
}

fn variable(inside: &str) -> Variable {
    let (key, default) = match inside.split_once(',') {
        Some((key, default)) => {
            let default = default.trim();
            let unquoted = default.strip_prefix('\'').and_then(|default| default.strip_suffix('\''));
            (key, Some(unquoted.unwrap_or(default).to_owned()))
        }
        None => (inside, None),
    };
    Variable { key: key.trim().to_owned(), default }
}

fn matches(pieces: &[Piece], text: &str) -> bool {
    let mut pieces = pieces.iter();
    let mut text = text.chars();
    // After the last `*`: the pieces behind it, and where in the text its match could end next.
    let mut retry: Option<(std::slice::Iter<'_, Piece>, std::str::Chars<'_>)> = None;
    loop {
        let mut rest = text.clone();
        let fits = match pieces.as_slice().first() {
            Some(Piece::Any) => {
                pieces.next();
                retry = Some((pieces.clone(), text.clone()));
                continue;
            }
            Some(Piece::One) => rest.next().is_some(),
            Some(Piece::Char(c)) => rest.next() == Some(*c),
            Some(Piece::Variable(_)) => false,
            None => {
                if rest.next().is_none() {
                    return true;
                }
                false
            }
        };
        if fits {
            pieces.next();
            text = rest;
            continue;
        }
        let Some((after, from)) = &mut retry else { return false };
        if from.next().is_none() {
            return false;
        }
        pieces = after.clone();
        text = from.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLOB: Reading = Reading { wildcards: true, variables: true };

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        let pattern = Pattern::new(pattern, GLOB);
        let variables = |key: &str| (key == "aws:username").then_some(Cow::Borrowed("an*n"));
        assert_eq!(pattern.matches(text, &variables), expected, "{pattern:?} {text}");
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

    #[test]
    fn an_incomplete_arn_is_filled_with_stars() {
        let none = |_: &str| None;
        let parts = Pattern::arn_parts("arn:aws:ecr", GLOB);
        assert!(
            parts.iter().zip(["arn", "aws", "ecr", "eu-west-1", "1", "repository/x"]).all(|(p, t)| p.matches(t, &none))
        );
        let [.., last] = Pattern::arn_parts("arn:aws:logs:*:*:log-group:x:*", GLOB);
        assert!(last.matches("log-group:x:y:z", &none));
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
            let found = Pattern::new(&pattern, GLOB).matches(&text, &|_| None);
            proptest::prop_assert_eq!(found, textbook(&pieces, &chars));
        }
    }
}
