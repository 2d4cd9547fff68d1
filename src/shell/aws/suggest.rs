//! Suggestions for a mistyped word, chosen as the real `aws` chooses them.

use std::collections::BTreeMap;

/// At most three of `choices` that are at least 80 % like `word`, the closest first.
///
/// Python's `difflib.get_close_matches(word, choices, n=3, cutoff=0.8)`, which the real command uses.
pub(super) fn close_matches<'a>(word: &str, choices: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    const CUTOFF: f64 = 0.8;
    let word: Vec<char> = word.chars().collect();
    if word.len() > 200 {
        return Vec::new();
    }
    let mut scored: Vec<(f64, &str)> = choices
        .into_iter()
        .map(|choice| (ratio(&choice.chars().collect::<Vec<_>>(), &word), choice))
        .filter(|(score, _)| *score >= CUTOFF)
        .collect();
    scored.sort_by(|(a, left), (b, right)| b.total_cmp(a).then_with(|| right.cmp(left)));
    scored.truncate(3);
    scored.into_iter().map(|(_, choice)| choice).collect()
}

/// Twice the matching characters over all characters.
fn ratio(a: &[char], b: &[char]) -> f64 {
    let total = a.len() + b.len();
    if total == 0 { 1.0 } else { 2.0 * matching(a, b) as f64 / total as f64 }
}

/// The characters of the longest common block, plus those matching left and right of it.
fn matching(a: &[char], b: &[char]) -> usize {
    let mut found = 0;
    let mut pending = vec![(a, b)];
    while let Some((a, b)) = pending.pop() {
        let (at_a, at_b, len) = longest_block(a, b);
        if len == 0 {
            continue;
        }
        found += len;
        if let (Some(left_a), Some(left_b)) = (a.get(..at_a), b.get(..at_b)) {
            pending.push((left_a, left_b));
        }
        if let (Some(right_a), Some(right_b)) = (a.get(at_a + len..), b.get(at_b + len..)) {
            pending.push((right_a, right_b));
        }
    }
    found
}

fn longest_block(a: &[char], b: &[char]) -> (usize, usize, usize) {
    let mut best = (0, 0, 0);
    // For each position of b, how long the block is that ends there and at the current position of a.
    let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
    for (i, x) in a.iter().enumerate() {
        let mut next = BTreeMap::new();
        for (j, y) in b.iter().enumerate() {
            if x == y {
                let len = j.checked_sub(1).and_then(|before| lengths.get(&before)).copied().unwrap_or(0) + 1;
                next.insert(j, len);
                if len > best.2 {
                    best = (i + 1 - len, j + 1 - len, len);
                }
            }
        }
        lengths = next;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_suggested_and_a_far_one_is_not() {
        let choices = ["ecr", "ecs", "eks", "describe-repositories", "describe-registry", "describe-images"];
        assert_eq!(close_matches("ecrr", choices), ["ecr"]);
        assert_eq!(close_matches("describe-repos", choices), ["describe-repositories"]);
        assert!(close_matches("frobnicate", choices).is_empty());
    }
}
