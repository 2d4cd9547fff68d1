//! Shell patterns: `*`, `?`, `[…]`, for file names, `case`, `[[ == ]]` and `${x%…}`.

/// A pattern, ready to match.
#[derive(Clone, Debug, Default)]
pub(super) struct Pattern {
    items: Vec<Item>,
}

#[derive(Clone, Debug)]
enum Item {
    /// `*`
    Any,
    /// `?`
    One,
    /// `[…]`: ranges, and whether they are turned around.
    Class(Vec<(char, char)>, bool),
    Literal(char),
}

impl Pattern {
    /// Reads a pattern from text and whether it was quoted, piece by piece: what is quoted stands for itself.
    pub(super) fn new<'a>(pieces: impl IntoIterator<Item = (&'a str, bool)>) -> Self {
        let chars: Vec<(char, bool)> =
            pieces.into_iter().flat_map(|(text, quoted)| text.chars().map(move |c| (c, quoted))).collect();
        let mut items = Vec::new();
        let mut rest = chars.as_slice();
        while let Some((&(c, quoted), after)) = rest.split_first() {
            rest = after;
            items.push(match (c, quoted) {
                ('*', false) if matches!(items.last(), Some(Item::Any)) => continue,
                ('*', false) => Item::Any,
                ('?', false) => Item::One,
                ('[', false) => match class(after) {
                    Some((item, after)) => {
                        rest = after;
                        item
                    }
                    None => Item::Literal('['),
                },
                (c, _) => Item::Literal(c),
            });
        }
        Self { items }
    }

    /// Whether there is anything in it that is not a plain character.
    pub(super) fn is_magic(&self) -> bool {
        self.items.iter().any(|item| !matches!(item, Item::Literal(_)))
    }

    /// Whether it starts with a plain dot: only then does it match hidden files.
    pub(super) fn starts_with_dot(&self) -> bool {
        matches!(self.items.first(), Some(Item::Literal('.')))
    }

    /// Whether the whole text matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        self.matches_chars(&text)
    }

    /// The same over characters. One `*` is remembered at a time, so the time is at most pattern × text.
    pub(super) fn matches_chars(&self, text: &[char]) -> bool {
        let (mut item, mut at) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        loop {
            let fits = match (self.items.get(item), text.get(at)) {
                (None, None) => return true,
                (Some(Item::Any), _) => {
                    star = Some((item, at));
                    item += 1;
                    continue;
                }
                (Some(one), Some(c)) => one.fits(*c),
                _ => false,
            };
            if fits {
                item += 1;
                at += 1;
            } else if let Some((star_item, star_at)) = star
                && star_at < text.len()
            {
                star = Some((star_item, star_at + 1));
                item = star_item + 1;
                at = star_at + 1;
            } else {
                return false;
            }
        }
    }
}

impl Item {
    fn fits(&self, c: char) -> bool {
        match self {
            Self::Any | Self::One => true,
            Self::Literal(literal) => *literal == c,
            Self::Class(ranges, negated) => ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)) != *negated,
        }
    }
}

/// Reads a class after its `[`; none if it is never closed.
fn class(chars: &[(char, bool)]) -> Option<(Item, &[(char, bool)])> {
    let mut rest = chars;
    let mut negated = false;
    if let Some((('!' | '^', false), after)) = rest.split_first() {
        negated = true;
        rest = after;
    }
    let mut ranges = Vec::new();
    loop {
        let (&(c, quoted), after) = rest.split_first()?;
        rest = after;
        if c == ']' && !quoted && !ranges.is_empty() {
            return Some((Item::Class(ranges, negated), rest));
        }
        match rest {
            [('-', false), (to, to_quoted), after @ ..] if *to != ']' || *to_quoted => {
                ranges.push((c, *to));
                rest = after;
            }
            _ => ranges.push((c, c)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_as_in_bash() {
        let check = |pattern: &str, text: &str, expect: bool| {
            assert_eq!(Pattern::new([(pattern, false)]).matches(text), expect, "{pattern} {text}");
        };
        check("*.json", "a.json", true);
        check("*.json", "a.jsonl", false);
        check("a?c", "abc", true);
        check("[a-c]*[!0-9]", "b1x", true);
        check("[a-c]*[!0-9]", "b1", false);
        check("[", "[", true);
        check("**a**b", "xxaxxb", true);
        check("", "", true);
    }

    #[test]
    fn what_is_quoted_stands_for_itself() {
        let pattern = Pattern::new([("*", true), ("*", false)]);
        assert!(pattern.matches("*x") && !pattern.matches("xx"));
    }

    #[test]
    fn many_stars_take_no_time() {
        let pattern = "*a".repeat(50) + "b";
        assert!(!Pattern::new([(pattern.as_str(), false)]).matches(&"a".repeat(5000)));
    }
}
