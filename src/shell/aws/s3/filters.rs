//! `--exclude` and `--include`: shell patterns below the source, of which the last that fits decides.

/// The patterns, in the order of the command line.
pub(super) struct Filters {
    patterns: Vec<(bool, String)>,
}

impl Filters {
    /// Reads them from the words.
    pub(super) fn of(words: &[String]) -> Self {
        let mut patterns = Vec::new();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (flag, explicit) = match word.split_once('=') {
                Some((flag, value)) => (flag, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            let includes = match flag {
                "--include" => true,
                "--exclude" => false,
                _ => continue,
            };
            if let Some(pattern) = explicit.or_else(|| words.next().cloned()) {
                patterns.push((includes, pattern));
            }
        }
        Self { patterns }
    }

    /// Whether something below the source is meant.
    pub(super) fn takes(&self, name: &str) -> bool {
        self.patterns.iter().rev().find(|(_, pattern)| matches(pattern, name)).is_none_or(|(includes, _)| *includes)
    }
}

/// Python's `fnmatch`: `*` and `?` also stand for slashes.
fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    // Which prefixes of the name the pattern so far fits.
    let mut fits: Vec<bool> = std::iter::once(true).chain(name.iter().map(|_| false)).collect();
    let mut at = 0;
    while let Some(&symbol) = pattern.get(at) {
        let class = if symbol == '[' { class(pattern.get(at + 1..).unwrap_or_default()) } else { None };
        at += 1 + class.as_ref().map_or(0, |class| class.length);
        let mut next = vec![false; fits.len()];
        if symbol == '*' {
            let mut seen = false;
            for (slot, fit) in next.iter_mut().zip(&fits) {
                seen |= fit;
                *slot = seen;
            }
        } else {
            for ((slot, fit), c) in next.iter_mut().skip(1).zip(&fits).zip(&name) {
                *slot = *fit
                    && match &class {
                        Some(class) => class.has(*c),
                        None => symbol == '?' || symbol == *c,
                    };
            }
        }
        fits = next;
    }
    fits.last().copied().unwrap_or(true)
}

/// `[a-z]`, `[!abc]`.
struct Class {
    negated: bool,
    ranges: Vec<(char, char)>,
    /// How many characters it takes, with the closing bracket.
    length: usize,
}

impl Class {
    fn has(&self, c: char) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != self.negated
    }
}

fn class(text: &[char]) -> Option<Class> {
    let negated = text.first() == Some(&'!');
    let skip = usize::from(negated);
    // A bracket that comes first is one of the characters.
    let end = text.iter().enumerate().skip(skip + 1).find(|(_, c)| **c == ']')?.0;
    let mut body = text.get(skip..end)?;
    let mut ranges = Vec::new();
    while let Some((first, rest)) = body.split_first() {
        match rest {
            ['-', last, tail @ ..] => {
                ranges.push((*first, *last));
                body = tail;
            }
            _ => {
                ranges.push((*first, *first));
                body = rest;
            }
        }
    }
    Some(Class { negated, ranges, length: end + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_pythons_do() {
        for (pattern, name, fits) in [
            ("*", "a/b.txt", true),
            ("*.txt", "a/b.txt", true),
            ("a/*", "a/b/c", true),
            ("?.txt", "ab.txt", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[", "[", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn the_last_pattern_that_fits_decides() {
        let words: Vec<String> = ["--exclude", "*", "--include=*.txt"].map(str::to_owned).to_vec();
        let filters = Filters::of(&words);
        assert!(filters.takes("a.txt") && !filters.takes("a.log"));
    }

    proptest::proptest! {
        #[test]
        fn no_pattern_makes_it_panic(pattern in "[a*?\\[\\]!-]{0,12}", name in "[a\\[\\]-]{0,8}") {
            matches(&pattern, &name);
        }
    }
}
