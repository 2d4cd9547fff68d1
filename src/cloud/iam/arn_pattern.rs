//! ARNs with wildcards and variables, as the resources of statements have them.

use super::key::{ConditionKey, Keys};
use super::pattern::{Pattern, Reading, Shape};

/// The pattern of an ARN, part by part: a wildcard stays inside its part. Parts that are left out match everything.
/// Source: IAM User Guide, "IAM JSON policy elements: Resource".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ArnPattern {
    text: Box<str>,
    parts: [Part; 6],
    /// The parts with variables.
    templates: Vec<Pattern>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Without variables: where it lies in the text, and what it is.
    Plain { start: u32, end: u32, shape: Shape },
    /// Which of the templates it is.
    Template(usize),
}

impl ArnPattern {
    pub fn new(text: &str, variables: bool) -> Self {
        let mut templates = Vec::new();
        let mut at = 0;
        let parts = arn_parts(text, variables).map(|part| {
            let Some(part) = part else { return Part::Plain { start: 0, end: 0, shape: Shape::Any } };
            let (start, end) = (at, at + part.len() as u32);
            at = end + 1;
            if variables && part.contains("${") {
                templates.push(Pattern::new(part, Reading { wildcards: true, variables }));
                return Part::Template(templates.len() - 1);
            }
            Part::Plain { start, end, shape: Shape::of(part) }
        });
        Self { text: text.into(), parts, templates }
    }

    /// Whether it matches an ARN, given by its parts.
    pub fn matches(&self, arn: &[&str; 6], keys: &dyn Keys) -> bool {
        // From the last part back: it is the one that tells most resources apart.
        self.parts.iter().zip(arn).rev().all(|(part, value)| match *part {
            Part::Plain { shape: Shape::Any, .. } => true,
            Part::Plain { start, end, shape } => {
                let pattern = self.text.get(start as usize..end as usize);
                pattern.is_some_and(|pattern| shape.matches(pattern, value))
            }
            Part::Template(number) => self.templates.get(number).is_some_and(|pattern| pattern.matches(value, keys)),
        })
    }

    /// The condition keys that its variables name.
    pub fn variables(&self) -> impl Iterator<Item = &ConditionKey> {
        self.templates.iter().flat_map(Pattern::variables)
    }
}

/// The six parts of an ARN; the last has all that is left. Colons inside of variables do not part anything.
fn arn_parts(text: &str, variables: bool) -> [Option<&str>; 6] {
    let mut rest = Some(text);
    let mut number = 0;
    std::array::from_fn(|_| {
        number += 1;
        let part = rest?;
        if number == 6 {
            return rest.take();
        }
        let mut from = 0;
        while let Some(found) = part.get(from..).and_then(|tail| tail.find([':', '$'])) {
            let at = from + found;
            let tail = part.get(at..).unwrap_or_default();
            if tail.starts_with(':') {
                rest = part.get(at + 1..);
                return part.get(..at);
            }
            let inside = tail.find('}').filter(|_| variables && tail.starts_with("${"));
            from = at + inside.unwrap_or(0) + 1;
        }
        rest.take()
    })
}

/// The parts of an ARN as a request has it.
pub(super) fn split_arn(arn: &str) -> [&str; 6] {
    let mut parts = arn.splitn(6, ':');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::pattern::tests::Name;
    use super::*;

    #[track_caller]
    fn check_arn(pattern: &str, arn: &str, expected: bool) {
        let pattern = ArnPattern::new(pattern, true);
        assert_eq!(pattern.matches(&split_arn(arn), &Name), expected, "{pattern:?} {arn}");
    }

    #[test]
    fn an_incomplete_arn_is_filled_with_stars() {
        check_arn("arn:aws:ecr", "arn:aws:ecr:eu-west-1:1:repository/x", true);
        check_arn("*", "arn:aws:ecr:eu-west-1:1:repository/x", true);
        check_arn("arn:aws:ecr:eu-*:", "arn:aws:ecr:eu-west-1:1:repository/x", false);
        check_arn("arn:aws:logs:*:*:log-group:x:*", "arn:aws:logs:r:1:log-group:x:y:z", true);
    }

    #[test]
    fn a_star_in_an_arn_stays_inside_its_part() {
        check_arn("arn:aws:ecr:*:repository/x", "arn:aws:ecr:eu-west-1:1:repository/x", false);
        check_arn("arn:aws:ecr:*:*:repository/x", "arn:aws:ecr:eu-west-1:1:repository/x", true);
        check_arn("arn:aws:ecr:*:*:${aws:username}:*", "arn:aws:ecr:eu-west-1:1:an*n:x", true);
        check_arn("arn:aws:ecr:${aws:username}:*:x", "arn:aws:ecr:an*n:1:x", true);
    }
}
