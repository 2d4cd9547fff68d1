//! The cluster query language: expressions over container instances, of placement constraints and of filters.
//!
//! Source: Amazon ECS Developer Guide, "Create expressions to define container instances for Amazon ECS tasks".

use super::cluster::{Cluster, ContainerInstance};
use super::task::TaskStatus;

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Query {
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    /// Whether a subject is there, or what of its values holds.
    Test {
        subject: Subject,
        operator: Operator,
        values: Vec<String>,
    },
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    AgentConnected,
    AgentVersion,
    Attribute(String),
    Ec2InstanceId,
    RegisteredAt,
    RunningTasksCount,
    TaskGroup,
}

/// How a subject is compared. Their opposites are [`Query::Not`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Exists,
    Equals,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Matches,
}

impl Query {
    /// Reads an expression; none for what is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let tokens = tokens(text)?;
        let mut rest = tokens.as_slice();
        let query = either(&mut rest)?;
        rest.is_empty().then_some(query)
    }

    /// Whether an instance fits.
    pub(super) fn fits(&self, cluster: &Cluster, instance: &ContainerInstance) -> bool {
        match self {
            Self::Not(inner) => !inner.fits(cluster, instance),
            Self::And(a, b) => a.fits(cluster, instance) && b.fits(cluster, instance),
            Self::Or(a, b) => a.fits(cluster, instance) || b.fits(cluster, instance),
            Self::Test { subject, operator, values } => {
                let found = subject.values(cluster, instance);
                match operator {
                    Operator::Exists => !found.is_empty(),
                    operator => found.iter().any(|found| values.iter().any(|value| operator.holds(found, value))),
                }
            }
        }
    }
}

impl Subject {
    fn read(word: &str) -> Option<Self> {
        Some(match word {
            "agentConnected" => Self::AgentConnected,
            "agentVersion" => Self::AgentVersion,
            "ec2InstanceId" => Self::Ec2InstanceId,
            "registeredAt" => Self::RegisteredAt,
            "runningTasksCount" => Self::RunningTasksCount,
            "task:group" => Self::TaskGroup,
            word => Self::Attribute(word.strip_prefix("attribute:").filter(|name| !name.is_empty())?.to_owned()),
        })
    }

    fn values(&self, cluster: &Cluster, instance: &ContainerInstance) -> Vec<String> {
        match self {
            Self::AgentConnected => vec![instance.agent_connected.to_string()],
            Self::AgentVersion => vec![super::attributes::AGENT_VERSION.to_owned()],
            Self::Attribute(name) => instance.attribute(name).map(str::to_owned).into_iter().collect(),
            Self::Ec2InstanceId => vec![instance.ec2_instance_id.clone()],
            Self::RegisteredAt => vec![instance.registered_at.to_string()],
            Self::RunningTasksCount => {
                let running = cluster.tasks_on(&instance.id).filter(|task| task.status == TaskStatus::Running);
                vec![running.count().to_string()]
            }
            Self::TaskGroup => cluster.tasks_on(&instance.id).map(|task| task.group.clone()).collect(),
        }
    }
}

impl Operator {
    fn holds(self, found: &str, value: &str) -> bool {
        let ordering = match (number(found), number(value)) {
            (Some(found), Some(value)) => found.cmp(&value),
            _ => found.cmp(value),
        };
        match self {
            Self::Exists => true,
            Self::Equals => found == value,
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Matches => matches(value, found),
        }
    }
}

/// A version or a number as something to compare: `1.98.0`, `12`.
fn number(text: &str) -> Option<Vec<u64>> {
    text.split('.').map(|part| part.parse().ok()).collect()
}

/// Whether a pattern fits a whole value. Of regular expressions those that the documentation shows are read: characters,
/// `.` for any one, and `*` after a character for any number of it.
fn matches(pattern: &str, value: &str) -> bool {
    let mut atoms: Vec<(char, bool)> = Vec::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match (letter, atoms.last_mut()) {
            ('*', Some((_, many))) => *many = true,
            ('\\', _) => atoms.extend(letters.next().map(|escaped| (escaped, false))),
            (letter, _) => atoms.push((letter, false)),
        }
    }
    let value: Vec<char> = value.chars().collect();
    // For each prefix of the value: whether what was read of the pattern fits it.
    let mut fits: Vec<bool> = (0..=value.len()).map(|len| len == 0).collect();
    for (wanted, many) in atoms {
        let is = |letter: char| wanted == '.' || wanted == letter;
        let mut next = vec![false; fits.len()];
        let mut before = false;
        for (at, slot) in next.iter_mut().enumerate() {
            let letter = at.checked_sub(1).and_then(|at| value.get(at)).copied();
            let reached = at.checked_sub(1).and_then(|at| fits.get(at)).copied().unwrap_or_default();
            let here = fits.get(at).copied().unwrap_or_default();
            let takes = letter.is_some_and(is);
            *slot = if many { here || takes && (reached || before) } else { takes && reached };
            before = *slot;
        }
        fits = next;
    }
    fits.last().copied().unwrap_or_default()
}

/// The words and signs of an expression.
fn tokens(text: &str) -> Option<Vec<String>> {
    const SIGNS: [&str; 13] = ["==", "!=", ">=", "<=", "=~", "!~", "&&", "||", "(", ")", "[", "]", ","];
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign)).or(match first {
            '>' => Some(">"),
            '<' => Some("<"),
            '!' => Some("!"),
            _ => None,
        });
        let token = match (sign, first) {
            (Some(sign), _) => sign,
            (None, '"' | '\'') => {
                let inside = rest.get(1..)?;
                let end = inside.find(first)?;
                tokens.push(inside.get(..end)?.to_owned());
                rest = inside.get(end + 1..)?.trim_start();
                continue;
            }
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "()[],!=<>&|".contains(c)).unwrap_or(rest.len());
                rest.get(..end).filter(|word| !word.is_empty())?
            }
        };
        tokens.push(token.to_owned());
        rest = rest.get(token.len()..)?.trim_start();
    }
    Some(tokens)
}

fn take(rest: &mut &[String], words: &[&str]) -> bool {
    match rest.split_first() {
        Some((first, others)) if words.contains(&first.as_str()) => {
            *rest = others;
            true
        }
        _ => false,
    }
}

fn next<'t>(rest: &mut &'t [String]) -> Option<&'t str> {
    let (first, others) = rest.split_first()?;
    *rest = others;
    Some(first)
}

fn either(rest: &mut &[String]) -> Option<Query> {
    let mut query = both(rest)?;
    while take(rest, &["or", "||"]) {
        query = Query::Or(Box::new(query), Box::new(both(rest)?));
    }
    Some(query)
}

fn both(rest: &mut &[String]) -> Option<Query> {
    let mut query = one(rest)?;
    while take(rest, &["and", "&&"]) {
        query = Query::And(Box::new(query), Box::new(one(rest)?));
    }
    Some(query)
}

fn one(rest: &mut &[String]) -> Option<Query> {
    if take(rest, &["not", "!"]) {
        return Some(Query::Not(Box::new(one(rest)?)));
    }
    if take(rest, &["("]) {
        let inner = either(rest)?;
        return take(rest, &[")"]).then_some(inner);
    }
    let subject = Subject::read(next(rest)?)?;
    let negated = |no: bool, test: Query| if no { Query::Not(Box::new(test)) } else { test };
    let mut no = take(rest, &["not", "!"]);
    let (operator, values) = match next(rest)? {
        "exists" => (Operator::Exists, Vec::new()),
        "not_exists" | "!exists" => {
            no = !no;
            (Operator::Exists, Vec::new())
        }
        word @ ("in" | "not_in") => {
            no ^= word == "not_in";
            if !take(rest, &["["]) {
                return None;
            }
            let mut values = vec![next(rest)?.to_owned()];
            while take(rest, &[","]) {
                values.push(next(rest)?.to_owned());
            }
            if !take(rest, &["]"]) {
                return None;
            }
            (Operator::Equals, values)
        }
        sign => {
            let operator = match sign {
                "==" | "equals" | "!=" | "not_equals" => Operator::Equals,
                ">" | "greater_than" => Operator::Greater,
                ">=" | "greater_than_equal" => Operator::GreaterOrEqual,
                "<" | "less_than" => Operator::Less,
                "<=" | "less_than_equal" => Operator::LessOrEqual,
                "=~" | "matches" | "!~" | "not_matches" => Operator::Matches,
                _ => return None,
            };
            no ^= matches!(sign, "!=" | "not_equals" | "!~" | "not_matches");
            (operator, vec![next(rest)?.to_owned()])
        }
    };
    Some(negated(no, Query::Test { subject, operator, values }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_of_the_documentation_are_read() {
        for good in [
            "attribute:ecs.instance-type == t2.small",
            "attribute:ecs.availability-zone in [us-east-1a, us-east-1b]",
            "task:group == service:production",
            "not(task:group == database)",
            "runningTasksCount == 1",
            "ec2InstanceId in ['i-abcd1234', 'i-wxyx7890']",
            "attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d",
            "attribute:stack exists",
            "attribute:stack !exists",
            "attribute:color not_in [red] || (agentConnected == true && runningTasksCount < 3)",
        ] {
            assert!(Query::parse(good).is_some(), "{good}");
        }
        for wrong in [
            "",
            "attribute:",
            "attribute:a",
            "a == b",
            "attribute:a == b c",
            "attribute:a in b",
            "(agentConnected == true",
            "attribute:a == 'b",
        ] {
            assert_eq!(Query::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_pattern_fits_a_whole_value() {
        for (pattern, value, fits) in [
            ("t3.*", "t3.small", true),
            ("t3.*", "t4g.small", false),
            ("t3\\.small", "t3.small", true),
            ("small", "t3.small", false),
            (".*small", "t3.small", true),
            ("m5.large", "m5.large", true),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern, value), fits, "{pattern} {value}");
        }
    }

    #[test]
    fn numbers_compare_as_numbers() {
        assert!(Operator::Greater.holds("10", "9") && Operator::Greater.holds("1.98.0", "1.9.0"));
        assert!(Operator::Less.holds("abc", "abd"));
    }
}
