//! Filter patterns: which events a search finds.
//!
//! Terms (`ERROR`, `"not found"`, `?either ?or`, `-without`) and conditions on JSON (`{ $.status = 404 && $.user IS NULL }`).
//! Source: Amazon CloudWatch Logs User Guide, "Filter pattern syntax". Not here: patterns of space-delimited events
//! (`[ip, user, …]`) and regular expressions (`%…%`); both are refused as patterns that can't be read.

use serde_json::Value;

/// A pattern, read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filter {
    /// Words of the message. Without optional ones, all required must be there; with them, any.
    Terms { required: Vec<String>, optional: Vec<String>, excluded: Vec<String> },
    /// A condition on the message as JSON.
    Json(Condition),
}

/// A condition on JSON.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Compare { path: Vec<Step>, operator: Operator, value: String, quoted: bool },
    Is { path: Vec<Step>, what: What },
    NotExists { path: Vec<Step> },
}

/// A step of a selector: `.name`, `[0]` or `[*]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    Index(usize),
    Any,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Null,
    True,
    False,
}

/// How deep parentheses may be: a pattern has at most 1,024 characters.
const DEPTH: usize = 64;

impl Filter {
    /// Reads a pattern; none for one that is wrong.
    pub(super) fn parse(pattern: &str) -> Option<Self> {
        let pattern = pattern.trim();
        match pattern.chars().next() {
            Some('{') => {
                let inner = pattern.strip_prefix('{')?.strip_suffix('}')?;
                let mut reader = Reader { rest: inner };
                let condition = reader.any(0)?;
                reader.is_at_end().then_some(Self::Json(condition))
            }
            Some('[' | '%') => None,
            _ => Self::terms(pattern),
        }
    }

    fn terms(pattern: &str) -> Option<Self> {
        let (mut required, mut optional, mut excluded) = (Vec::new(), Vec::new(), Vec::new());
        let mut rest = pattern.trim_start();
        while let Some(first) = rest.chars().next() {
            let list = match first {
                '?' => &mut optional,
                '-' => &mut excluded,
                _ => &mut required,
            };
            let body = rest.strip_prefix(['?', '-']).unwrap_or(rest);
            let term = match body.strip_prefix('"') {
                Some(quoted) => {
                    let (term, after) = quoted.split_once('"')?;
                    rest = after;
                    term
                }
                None => {
                    let (term, after) = body.split_at(body.find(char::is_whitespace).unwrap_or(body.len()));
                    // Anything but letters, digits and underscores has to be in quotes.
                    if term.is_empty() || !term.chars().all(|c| c.is_alphanumeric() || c == '_') {
                        return None;
                    }
                    rest = after;
                    term
                }
            };
            list.push(term.to_owned());
            rest = rest.trim_start();
        }
        Some(Self::Terms { required, optional, excluded })
    }

    /// Whether it finds a message.
    pub(super) fn matches(&self, message: &str) -> bool {
        match self {
            Self::Terms { required, optional, excluded } => {
                let has = |term: &String| message.contains(term.as_str());
                let found = if optional.is_empty() {
                    required.iter().all(has)
                } else {
                    // Source: as above: beside an optional term a required one is as good as optional.
                    optional.iter().chain(required).any(has)
                };
                found && !excluded.iter().any(has)
            }
            Self::Json(condition) => serde_json::from_str(message).is_ok_and(|event| condition.holds(&event)),
        }
    }
}

impl Condition {
    fn holds(&self, event: &Value) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(event)),
            Self::Any(any) => any.iter().any(|one| one.holds(event)),
            Self::NotExists { path } => select(event, path).is_empty(),
            Self::Is { path, what } => select(event, path).into_iter().any(|found| match what {
                What::Null => found.is_null(),
                What::True => *found == Value::Bool(true),
                What::False => *found == Value::Bool(false),
            }),
            Self::Compare { path, operator, value, quoted } => {
                select(event, path).into_iter().any(|found| compare(found, *operator, value, *quoted))
            }
        }
    }
}

fn compare(found: &Value, operator: Operator, value: &str, quoted: bool) -> bool {
    if let (Some(found), Ok(value), false) = (found.as_f64(), value.parse::<f64>(), quoted) {
        return match operator {
            Operator::Equal => found == value,
            Operator::NotEqual => found != value,
            Operator::Less => found < value,
            Operator::LessOrEqual => found <= value,
            Operator::Greater => found > value,
            Operator::GreaterOrEqual => found >= value,
        };
    }
    let text = match found {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return false,
    };
    match operator {
        Operator::Equal => wildcard(value, &text),
        Operator::NotEqual => !wildcard(value, &text),
        _ => false,
    }
}

/// Whether `pattern`, in which `*` stands for anything, is all of `text`.
fn wildcard(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
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
        let operators = [
            ("!=", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("=", Operator::Equal),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        let operator = operators.into_iter().find(|(sign, _)| self.take(sign))?.1;
        let (value, quoted) = self.value()?;
        Some(Condition::Compare { path, operator, value, quoted })
    }

    fn value(&mut self) -> Option<(String, bool)> {
        if self.take("\"") {
            let (value, rest) = self.rest.split_once('"')?;
            self.rest = rest;
            return Some((value.to_owned(), true));
        }
        self.rest = self.rest.trim_start();
        let ends = |c: char| c.is_whitespace() || matches!(c, ')' | '(' | '&' | '|' | '"' | '%');
        let (value, rest) = self.rest.split_at(self.rest.find(ends).unwrap_or(self.rest.len()));
        self.rest = rest;
        (!value.is_empty()).then(|| (value.to_owned(), false))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(pattern: &str, message: &str) -> bool {
        Filter::parse(pattern).unwrap_or_else(|| panic!("{pattern}")).matches(message)
    }

    #[test]
    fn terms_are_found_as_the_user_guide_says() {
        let error = "[ERROR 400] BAD REQUEST";
        for (pattern, found) in [
            ("", true),
            ("ERROR", true),
            ("error", false),
            ("ERROR BAD", true),
            ("ERROR ARGUMENTS", false),
            ("?ERROR ?ARGUMENTS", true),
            ("?WARN ?ARGUMENTS", false),
            ("ERROR -BAD", false),
            ("ERROR -\"not found\"", true),
            ("\"BAD REQUEST\"", true),
        ] {
            assert_eq!(finds(pattern, error), found, "{pattern}");
        }
    }

    #[test]
    fn conditions_on_json_are_found_as_the_user_guide_says() {
        let event = r#"{"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another"],
            "objectList": [{"name": "a", "id": 1}], "SomeObject": null, "cluster": {"on": true}}"#;
        for (pattern, found) in [
            (r#"{ $.eventType = "UpdateTrail" }"#, true),
            ("{ $.eventType = Update* }", true),
            ("{ $.sourceIPAddress != 123.123.* }", true),
            (r#"{ $.arrayKey[0] = "value" }"#, true),
            (r#"{ $.arrayKey[*] = "another" }"#, true),
            ("{ $.objectList[0].id >= 1 }", true),
            ("{ $.objectList[0].id < 1 }", false),
            ("{ $.SomeObject IS NULL }", true),
            ("{ $.SomeOtherObject NOT EXISTS }", true),
            ("{ $.cluster.on IS TRUE }", true),
            ("{ ($.cluster.on IS FALSE) || ($.objectList[0].id = 1 && $.eventType = Update*) }", true),
        ] {
            assert_eq!(finds(pattern, event), found, "{pattern}");
        }
        assert!(!finds("{ $.a = 1 }", "no JSON"));
    }

    #[test]
    fn a_pattern_that_can_not_be_read_is_none() {
        for pattern in ["{ $.a = 1", "{ }", "{ a = 1 }", "{ $.a ~ 1 }", "[ip, user]", "a.b", "\"open", "{ $.a = 1 } x"]
        {
            assert_eq!(Filter::parse(pattern), None, "{pattern}");
        }
        assert_eq!(Filter::parse(&format!("{{{}", "(".repeat(1000))), None);
    }

    proptest::proptest! {
        #[test]
        fn no_pattern_makes_it_panic(pattern in ".{0,60}", message in ".{0,30}") {
            if let Some(filter) = Filter::parse(&pattern) {
                filter.matches(&message);
            }
        }

        #[test]
        fn no_condition_makes_it_panic(inner in "[$.a0\\[\\]*=!<>&|() \"ISNULTREOXF-]{0,40}") {
            if let Some(filter) = Filter::parse(&format!("{{{inner}}}")) {
                filter.matches("{\"a\": [1, null, {\"a\": \"0\"}]}");
            }
        }
    }
}
