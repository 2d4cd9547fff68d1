//! Conditions on events that are JSON: `{ $.status = 404 && $.user IS NULL }`.

use serde_json::Value;

use super::wanted::{Test, read_operator};

/// A condition on JSON.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cloud::logs) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Compare { path: Vec<Step>, test: Test },
    Is { path: Vec<Step>, what: What },
    NotExists { path: Vec<Step> },
}

/// A step of a selector: `.name`, `[0]` or `[*]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cloud::logs) enum Step {
    Member(String),
    Index(usize),
    Any,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cloud::logs) enum What {
    Null,
    True,
    False,
}

/// How deep parentheses may be: a pattern has at most 1,024 characters.
const DEPTH: usize = 64;

impl Condition {
    /// Reads what stands between the braces; none for what is wrong.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text };
        let condition = reader.any(0)?;
        reader.is_at_end().then_some(condition)
    }

    /// How many regular expressions it has.
    pub(super) fn expressions(&self) -> usize {
        match self {
            Self::All(all) | Self::Any(all) => all.iter().map(Self::expressions).sum(),
            Self::Compare { test, .. } => usize::from(test.is_expression()),
            Self::Is { .. } | Self::NotExists { .. } => 0,
        }
    }

    /// Whether an event fulfils it.
    pub(super) fn holds(&self, event: &Value) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(event)),
            Self::Any(any) => any.iter().any(|one| one.holds(event)),
            Self::NotExists { path } => select(event, path).is_empty(),
            Self::Is { path, what } => select(event, path).into_iter().any(|found| match what {
                What::Null => found.is_null(),
                What::True => *found == Value::Bool(true),
                What::False => *found == Value::Bool(false),
            }),
            Self::Compare { path, test } => select(event, path).into_iter().any(|found| match found {
                Value::String(text) => test.holds(text, true),
                Value::Number(number) => test.holds(&number.to_string(), false),
                _ => false,
            }),
        }
    }
}

/// All values that a selector finds.
fn select<'a>(event: &'a Value, path: &[Step]) -> Vec<&'a Value> {
    let mut found = vec![event];
    for step in path {
        found = found
            .into_iter()
            .flat_map(|value| match step {
                Step::Member(name) => value.get(name).into_iter().collect::<Vec<_>>(),
                Step::Index(at) => value.get(at).into_iter().collect(),
                Step::Any => value.as_array().map(|all| all.iter().collect()).unwrap_or_default(),
            })
            .collect();
    }
    found
}

struct Reader<'p> {
    rest: &'p str,
}

impl<'p> Reader<'p> {
    fn is_at_end(&mut self) -> bool {
        self.rest = self.rest.trim_start();
        self.rest.is_empty()
    }

    fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A word of the language, in any case.
    fn take_word(&mut self, word: &str) -> bool {
        self.rest = self.rest.trim_start();
        let Some((start, rest)) = self.rest.split_at_checked(word.len()) else { return false };
        let ends = !rest.starts_with(|c: char| c.is_alphanumeric());
        if start.eq_ignore_ascii_case(word) && ends {
            self.rest = rest;
        }
        start.eq_ignore_ascii_case(word) && ends
    }

    fn any(&mut self, depth: usize) -> Option<Condition> {
        let mut all = vec![self.all(depth)?];
        while self.take("||") {
            all.push(self.all(depth)?);
        }
        if all.len() == 1 { all.pop() } else { Some(Condition::Any(all)) }
    }

    fn all(&mut self, depth: usize) -> Option<Condition> {
        let mut all = vec![self.one(depth)?];
        while self.take("&&") {
            all.push(self.one(depth)?);
        }
        if all.len() == 1 { all.pop() } else { Some(Condition::All(all)) }
    }

    fn one(&mut self, depth: usize) -> Option<Condition> {
        if depth > DEPTH {
            return None;
        }
        if self.take("(") {
            let inner = self.any(depth + 1)?;
            return self.take(")").then_some(inner);
        }
        let path = self.path()?;
        if self.take_word("NOT") {
            return self.take_word("EXISTS").then_some(Condition::NotExists { path });
        }
        if self.take_word("IS") {
            let words = [("NULL", What::Null), ("TRUE", What::True), ("FALSE", What::False)];
            let what = words.into_iter().find(|(word, _)| self.take_word(word))?.1;
            return Some(Condition::Is { path, what });
        }
        self.rest = self.rest.trim_start();
        let (operator, rest) = read_operator(self.rest)?;
        let ends = |c: char| c.is_whitespace() || matches!(c, ')' | '(' | '&' | '|' | '"' | '%');
        let (test, rest) = Test::read(operator, rest, ends)?;
        self.rest = rest;
        Some(Condition::Compare { path, test })
    }

    /// `$.a.b[0].c`.
    fn path(&mut self) -> Option<Vec<Step>> {
        if !self.take("$") {
            return None;
        }
        let mut path = Vec::new();
        loop {
            if let Some(rest) = self.rest.strip_prefix('.') {
                let ends = |c: char| c.is_whitespace() || matches!(c, '.' | '[' | '=' | '!' | '<' | '>' | ')' | '(');
                let (name, rest) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
                if name.is_empty() {
                    return None;
                }
                path.push(Step::Member(name.to_owned()));
                self.rest = rest;
            } else if let Some(rest) = self.rest.strip_prefix('[') {
                let (inner, rest) = rest.split_once(']')?;
                path.push(if inner == "*" { Step::Any } else { Step::Index(inner.parse().ok()?) });
                self.rest = rest;
            } else {
                return (!path.is_empty()).then_some(path);
            }
        }
    }
}
