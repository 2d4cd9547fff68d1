//! Which of two package versions is newer, by the distribution's or the language's own rules.

use std::cmp::Ordering;

use super::Distribution;

/// Compares two versions.
pub(super) fn compare(distribution: Distribution, a: &str, b: &str) -> Ordering {
    match distribution {
        Distribution::Alpine => compare_apk(a, b),
        Distribution::Debian | Distribution::Ubuntu => compare_dpkg(a, b),
    }
}

/// Compares two versions of a language's package. What npm, Go, Maven and Python agree upon: numbers between dots, with
/// zeros at the end of no weight; a word such as `rc1` comes before the version itself; after `+` nothing counts.
/// Source: semver.org; PEP 440; Maven's version order specification.
pub fn compare_releases(a: &str, b: &str) -> Ordering {
    let (a, b) = (release_parts(a), release_parts(b));
    let longest = a.len().max(b.len());
    let at = |parts: &[Part], at: usize| parts.get(at).cloned().unwrap_or(Part::Number((0, String::new())));
    (0..longest).map(|index| at(&a, index).cmp(&at(&b, index))).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// A part of a version, in the order of its weight.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// `alpha`, `beta`, `rc` and the like: what comes before the release.
    Before(u8),
    /// Digits: how many, and which.
    Number((usize, String)),
    /// `post`, `sp`: what comes after it.
    After,
}

fn release_parts(version: &str) -> Vec<Part> {
    let version = version.trim_start_matches(['v', 'V']);
    let mut rest = version.split('+').next().unwrap_or(version);
    let mut parts = Vec::new();
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits || is_separator(c)).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        match part {
            "" => {
                rest = skip_char(rest);
                // `v0.3.8-0.20220907…`: what Go takes from between two releases.
                if first == '-' && rest.starts_with(|c: char| c.is_ascii_digit()) {
                    parts.push(Part::Before(4));
                }
            }
            number if digits => {
                let number = number.trim_start_matches('0');
                parts.push(Part::Number((number.len(), number.to_owned())));
                rest = after;
            }
            word => {
                // `.RELEASE`, `.Final` and `.GA` are the release itself.
                let word = word.to_ascii_lowercase();
                match word.as_str() {
                    "release" | "final" | "ga" => {}
                    "post" | "sp" => parts.push(Part::After),
                    "dev" | "snapshot" => parts.push(Part::Before(0)),
                    "a" | "alpha" => parts.push(Part::Before(1)),
                    "b" | "beta" => parts.push(Part::Before(2)),
                    "m" | "milestone" => parts.push(Part::Before(3)),
                    _ => parts.push(Part::Before(4)),
                }
                rest = after;
            }
        }
    }
    parts
}

fn is_separator(c: char) -> bool {
    matches!(c, '.' | '-' | '_')
}

/// `[epoch:]upstream[-revision]`. Source: deb-version(7).
fn compare_dpkg(a: &str, b: &str) -> Ordering {
    let parts = |version: &str| {
        let (epoch, rest) = match version.split_once(':') {
            Some((epoch, rest)) => (epoch.parse().unwrap_or(0), rest),
            None => (0_u64, version),
        };
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
        (epoch, upstream.to_owned(), revision.to_owned())
    };
    let (a, b) = (parts(a), parts(b));
    a.0.cmp(&b.0).then_with(|| compare_deb_part(&a.1, &b.1)).then_with(|| compare_deb_part(&a.2, &b.2))
}

/// Runs of other characters and runs of digits take turns; `~` comes before the end, letters before the rest.
fn compare_deb_part(mut a: &str, mut b: &str) -> Ordering {
    let weight = |c: Option<char>| match c {
        Some('~') => -1,
        None => 0,
        Some(c) if c.is_ascii_digit() => 0,
        Some(c) if c.is_ascii_alphabetic() => c as i32,
        Some(c) => c as i32 + 256,
    };
    while !(a.is_empty() && b.is_empty()) {
        loop {
            let (first_a, first_b) = (a.chars().next(), b.chars().next());
            let is_word = |c: Option<char>| c.is_some_and(|c| !c.is_ascii_digit());
            if !is_word(first_a) && !is_word(first_b) {
                break;
            }
            let order = weight(first_a).cmp(&weight(first_b));
            if order != Ordering::Equal {
                return order;
            }
            a = skip_char(a);
            b = skip_char(b);
        }
        let order = take_number(&mut a).cmp(&take_number(&mut b));
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

fn skip_char(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.as_str()
}

/// Takes the leading digits. Compares as the number that they write, however long: first the length, then the digits.
fn take_number<'a>(text: &mut &'a str) -> (usize, &'a str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    let digits = digits.trim_start_matches('0');
    (digits.len(), digits)
}

/// `1.2.3b_rc1-r4`. Source: apk-package(5), version syntax.
fn compare_apk(a: &str, b: &str) -> Ordering {
    let revision = |version: &str| match version.rsplit_once("-r") {
        Some((rest, revision)) => (rest.to_owned(), revision.parse::<u64>().unwrap_or(0)),
        None => (version.to_owned(), 0),
    };
    let ((a, revision_a), (b, revision_b)) = (revision(a), revision(b));
    let suffixes = |version: &str| {
        let mut parts = version.split('_');
        let head = parts.next().unwrap_or_default().to_owned();
        (head, parts.map(suffix).collect::<Vec<_>>())
    };
    let ((a, suffixes_a), (b, suffixes_b)) = (suffixes(&a), suffixes(&b));
    compare_dotted(&a, &b)
        .then_with(|| {
            // No suffix stands between `_rc` and `_p`.
            let longest = suffixes_a.len().max(suffixes_b.len());
            let padded = |of: &[(i8, u64)], at: usize| of.get(at).copied().unwrap_or((0, 0));
            (0..longest)
                .map(|at| padded(&suffixes_a, at).cmp(&padded(&suffixes_b, at)))
                .find(|o| o.is_ne())
                .unwrap_or(Ordering::Equal)
        })
        .then(revision_a.cmp(&revision_b))
}

fn suffix(text: &str) -> (i8, u64) {
    let end = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    let (name, number) = text.split_at(end);
    let rank = match name {
        "alpha" => -4,
        "beta" => -3,
        "pre" => -2,
        "rc" => -1,
        "cvs" => 1,
        "svn" => 2,
        "git" => 3,
        "hg" => 4,
        _ => 5,
    };
    (rank, number.parse().unwrap_or(0))
}

/// Numbers between dots, the last perhaps with a letter.
fn compare_dotted(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(mut a), Some(mut b)) => {
                let order = take_number(&mut a).cmp(&take_number(&mut b)).then_with(|| a.cmp(b));
                if order != Ordering::Equal {
                    return order;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn ascending(distribution: Distribution, versions: &[&str]) {
        for pair in versions.windows(2) {
            assert_eq!(compare(distribution, pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert_eq!(compare(distribution, pair[1], pair[0]), Ordering::Greater, "{pair:?}");
            assert_eq!(compare(distribution, pair[0], pair[0]), Ordering::Equal, "{pair:?}");
        }
    }

    #[test]
    fn alpine_versions_are_ordered() {
        ascending(
            Distribution::Alpine,
            &[
                "1.2.9-r9",
                "1.2.11-r3",
                "1.2.12_rc1-r0",
                "1.2.12-r0",
                "1.2.12-r2",
                "1.2.12_p1-r0",
                "1.2.12a-r0",
                "1.10-r0",
            ],
        );
        ascending(Distribution::Alpine, &["1.1.1n-r0", "1.1.1t-r0", "3.0.7-r0", "3.0.8-r0", "3.1.0-r0"]);
    }

    #[test]
    fn debian_versions_are_ordered() {
        ascending(
            Distribution::Debian,
            &["1.0~rc1-1", "1.0-1", "1.0-1+deb11u1", "1.0-1+deb11u2", "1.0-1+deb11u10", "1.0.1-1", "1.10", "1:0.1"],
        );
        ascending(
            Distribution::Debian,
            &["1:1.2.11.dfsg-2", "1:1.2.11.dfsg-2+deb11u1", "1:1.2.11.dfsg-2+deb11u2", "1:1.2.13.dfsg-1"],
        );
        ascending(Distribution::Debian, &["3.0.11-1~deb12u1", "3.0.11-1~deb12u2", "3.0.11-1"]);
    }

    #[test]
    fn versions_of_languages_are_ordered() {
        for versions in [
            &["2.0-beta9", "2.0", "2.3.1", "2.12.2", "2.13.0", "2.14.1", "2.15.0"][..],
            &["v0.3.7", "v0.3.8-0.20220907", "v0.3.8", "v0.17.0"],
            &["5.2.20.RELEASE", "5.3.0-M1", "5.3.0-RC1", "5.3.0", "5.3.18"],
            &["2.2.dev1", "2.2a1", "2.2rc1", "2.2", "2.2.1", "2.2.1.post1", "2.2.5"],
            &["1.2.5", "1.2.6", "1.10.0", "20230722.1.0"],
        ] {
            for pair in versions.windows(2) {
                assert_eq!(compare_releases(pair[0], pair[1]), Ordering::Less, "{pair:?}");
                assert_eq!(compare_releases(pair[1], pair[0]), Ordering::Greater, "{pair:?}");
            }
        }
        for (a, b) in [("5.2.20", "5.2.20.RELEASE"), ("2.0", "2.0.0"), ("v1.2.3", "1.2.3+incompatible")] {
            assert_eq!(compare_releases(a, b), Ordering::Equal, "{a} {b}");
        }
    }
}
