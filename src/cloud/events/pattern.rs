//! Event patterns: which events a rule is for.
//!
//! Source: Amazon EventBridge User Guide, "Comparison operators for use in event patterns". What a pattern names must be in
//! the event; what it does not name does not matter. Of an array in the event one element must fit.

use core::net::IpAddr;

use serde_json::{Map, Value};

/// A pattern, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    text: String,
    fields: Fields,
}

/// What must hold of an object: of its members, and one of each list of alternatives.
#[derive(Clone, Debug, Default, PartialEq)]
struct Fields {
    members: Vec<(String, Node)>,
    any: Vec<Vec<Fields>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Object(Fields),
    /// One of these.
    Leaf(Vec<Matcher>),
}

/// A condition on a value.
#[derive(Clone, Debug, PartialEq)]
enum Matcher {
    Is(Value),
    Text(Text),
    /// None of these.
    AnythingBut(Vec<Matcher>),
    Numeric(Vec<(Comparison, f64)>),
    Exists(bool),
    Cidr(IpAddr, u8),
}

/// A condition on a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Text {
    Prefix { part: String, ignores_case: bool },
    Suffix { part: String, ignores_case: bool },
    EqualsIgnoreCase(String),
    Wildcard(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// How deep a pattern may be; serde_json does not read deeper either.
const DEPTH: usize = 100;

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in AWS's words as far as they are known. Inferred: some of them.
    pub fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|_| "Invalid JSON".to_owned())?;
        let members = value.as_object().ok_or("Filter is not an object")?;
        if members.is_empty() {
            return Err("Empty objects are not allowed".to_owned());
        }
        Ok(Self { text: text.to_owned(), fields: fields(members, 0)? })
    }

    /// As it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether an event fits.
    pub fn matches(&self, event: &Value) -> bool {
        self.fields.match_value(Some(event))
    }
}

fn fields(members: &Map<String, Value>, depth: usize) -> Result<Fields, String> {
    if depth > DEPTH {
        return Err("Filter is too deep".to_owned());
    }
    let mut read = Fields::default();
    for (name, value) in members {
        match value {
            Value::Array(choices) if name == "$or" => {
                if choices.len() < 2 {
                    return Err("There must have at least 2 Objects in $or relationship".to_owned());
                }
                let each = choices.iter().map(|choice| match choice.as_object() {
                    Some(members) if !members.is_empty() => fields(members, depth + 1),
                    _ => Err("Only JSON object is allowed in $or relationship".to_owned()),
                });
                read.any.push(each.collect::<Result<_, _>>()?);
            }
            Value::Array(values) => {
                if values.is_empty() {
                    return Err("Empty arrays are not allowed".to_owned());
                }
                let matchers = values.iter().map(matcher).collect::<Result<_, _>>()?;
                read.members.push((name.clone(), Node::Leaf(matchers)));
            }
            Value::Object(inner) if inner.is_empty() => return Err("Empty objects are not allowed".to_owned()),
            Value::Object(inner) => read.members.push((name.clone(), Node::Object(fields(inner, depth + 1)?))),
            _ => return Err(format!("\"{name}\" must be an object or an array")),
        }
    }
    Ok(read)
}

fn matcher(value: &Value) -> Result<Matcher, String> {
    let operator = match value {
        Value::Object(operator) => operator,
        Value::Array(_) => return Err("Match value must be String, number, true, false, or null".to_owned()),
        scalar => return Ok(Matcher::Is(scalar.clone())),
    };
    let mut members = operator.iter();
    let (Some((name, value)), None) = (members.next(), members.next()) else {
        return Err("Only one key allowed in match expression".to_owned());
    };
    match name.as_str() {
        "anything-but" => anything_but(value),
        "numeric" => numeric(value),
        "exists" => match value {
            Value::Bool(exists) => Ok(Matcher::Exists(*exists)),
            _ => Err("exists match pattern must be either true or false.".to_owned()),
        },
        "cidr" => cidr(value.as_str().unwrap_or_default()).ok_or_else(|| "Malformed CIDR".to_owned()),
        name => text(name, value).map(Matcher::Text),
    }
}

fn text(name: &str, value: &Value) -> Result<Text, String> {
    let ignoring = value.get("equals-ignore-case").and_then(Value::as_str);
    let part = value.as_str().or(ignoring).map(str::to_owned);
    let ignores_case = ignoring.is_some();
    let wrong = || format!("{name} match pattern must be a string");
    match name {
        "prefix" => part.map(|part| Text::Prefix { part, ignores_case }).ok_or_else(wrong),
        "suffix" => part.map(|part| Text::Suffix { part, ignores_case }).ok_or_else(wrong),
        "equals-ignore-case" => value.as_str().map(|part| Text::EqualsIgnoreCase(part.to_owned())).ok_or_else(wrong),
        "wildcard" => match value.as_str() {
            Some(part) if part.contains("**") => Err("Consecutive wildcard characters at pos 0".to_owned()),
            Some(part) => Ok(Text::Wildcard(part.to_owned())),
            None => Err(wrong()),
        },
        other => Err(format!("Unrecognized match type {other}")),
    }
}

fn anything_but(value: &Value) -> Result<Matcher, String> {
    let wrong = || "Value of anything-but must be an array or single string/number value.".to_owned();
    let each: Vec<Matcher> = match value {
        Value::String(_) | Value::Number(_) => vec![Matcher::Is(value.clone())],
        Value::Array(all) if !all.is_empty() && all.iter().all(|one| one.is_string() || one.is_number()) => {
            all.iter().cloned().map(Matcher::Is).collect()
        }
        Value::Object(operator) => {
            let mut members = operator.iter();
            let (Some((name, value)), None) = (members.next(), members.next()) else { return Err(wrong()) };
            let parts: Vec<&Value> = value.as_array().map_or_else(|| vec![value], |all| all.iter().collect());
            if parts.is_empty() {
                return Err(wrong());
            }
            let texts = parts.into_iter().map(|part| text(name, part).map(Matcher::Text));
            texts.collect::<Result<_, _>>()?
        }
        _ => return Err(wrong()),
    };
    Ok(Matcher::AnythingBut(each))
}

fn numeric(value: &Value) -> Result<Matcher, String> {
    let wrong = || "Value of numeric must be an array of operators and numbers".to_owned();
    let parts = value.as_array().filter(|parts| matches!(parts.len(), 2 | 4)).ok_or_else(wrong)?;
    let mut bounds = Vec::new();
    for pair in parts.chunks(2) {
        let [operator, bound] = pair else { return Err(wrong()) };
        let comparison = match operator.as_str() {
            Some("=") => Comparison::Equal,
            Some("<") => Comparison::Less,
            Some("<=") => Comparison::LessOrEqual,
            Some(">") => Comparison::Greater,
            Some(">=") => Comparison::GreaterOrEqual,
            _ => return Err(format!("Unrecognized numeric range operator: {operator}")),
        };
        bounds.push((comparison, bound.as_f64().ok_or_else(wrong)?));
    }
    Ok(Matcher::Numeric(bounds))
}

fn cidr(text: &str) -> Option<Matcher> {
    let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
    let address: IpAddr = address.parse().ok()?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Some(longest), |length| length.parse().ok())?;
    (length <= longest).then_some(Matcher::Cidr(address, length))
}

impl Fields {
    /// Whether a value that is there, or none, fits: of an array one element must.
    fn match_value(&self, value: Option<&Value>) -> bool {
        match value {
            Some(Value::Array(items)) => items.iter().any(|item| self.match_object(item.as_object())),
            Some(Value::Object(members)) => self.match_object(Some(members)),
            _ => self.match_object(None),
        }
    }

    fn match_object(&self, members: Option<&Map<String, Value>>) -> bool {
        let own = self.members.iter().all(|(name, node)| {
            let value = members.and_then(|members| members.get(name));
            match node {
                Node::Object(fields) => fields.match_value(value),
                Node::Leaf(matchers) => matchers.iter().any(|matcher| matcher.matches(value)),
            }
        });
        let alternatives = |choices: &Vec<Fields>| choices.iter().any(|choice| choice.match_object(members));
        own && self.any.iter().all(alternatives)
    }
}

impl Matcher {
    fn matches(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            // Only a leaf can be said to be there.
            (Self::Exists(exists), value) => value.is_some_and(|value| !value.is_object()) == *exists,
            (_, None) => false,
            (_, Some(Value::Array(items))) => items.iter().any(|item| self.matches_one(item)),
            (_, Some(value)) => self.matches_one(value),
        }
    }

    fn matches_one(&self, value: &Value) -> bool {
        match self {
            Self::Is(wanted) => match (wanted.as_f64(), value.as_f64()) {
                (Some(wanted), Some(value)) => wanted == value,
                _ => wanted == value,
            },
            Self::Text(text) => value.as_str().is_some_and(|value| text.matches(value)),
            Self::AnythingBut(none) => !value.is_object() && !none.iter().any(|one| one.matches_one(value)),
            Self::Numeric(bounds) => value.as_f64().is_some_and(|value| {
                bounds.iter().all(|(comparison, bound)| match comparison {
                    Comparison::Equal => value == *bound,
                    Comparison::Less => value < *bound,
                    Comparison::LessOrEqual => value <= *bound,
                    Comparison::Greater => value > *bound,
                    Comparison::GreaterOrEqual => value >= *bound,
                })
            }),
            Self::Exists(exists) => *exists,
            Self::Cidr(network, length) => {
                let address = value.as_str().and_then(|text| text.parse().ok());
                address.is_some_and(|address| is_in(address, *network, *length))
            }
        }
    }
}

fn is_in(address: IpAddr, network: IpAddr, length: u8) -> bool {
    let (address, network, width) = match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            (u128::from(address.to_bits()), u128::from(network.to_bits()), 32)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => (address.to_bits(), network.to_bits(), 128),
        _ => return false,
    };
    let rest = u32::from(width - length.min(width));
    address.checked_shr(rest).unwrap_or_default() == network.checked_shr(rest).unwrap_or_default()
}

impl Text {
    fn matches(&self, value: &str) -> bool {
        let lower = |text: &str| text.to_lowercase();
        match self {
            Self::Prefix { part, ignores_case: false } => value.starts_with(part.as_str()),
            Self::Prefix { part, ignores_case: true } => lower(value).starts_with(&lower(part)),
            Self::Suffix { part, ignores_case: false } => value.ends_with(part.as_str()),
            Self::Suffix { part, ignores_case: true } => lower(value).ends_with(&lower(part)),
            Self::EqualsIgnoreCase(wanted) => lower(wanted) == lower(value),
            Self::Wildcard(pattern) => wildcard(pattern, value),
        }
    }
}

/// Whether `pattern`, in which `*` stands for anything and `\*` for itself, is all of `text`.
fn wildcard(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    // Which prefixes of the text the pattern so far fits.
    let mut fits: Vec<bool> = std::iter::once(true).chain(text.iter().map(|_| false)).collect();
    let mut symbols = pattern.chars();
    while let Some(symbol) = symbols.next() {
        let mut next = vec![false; fits.len()];
        if symbol == '*' {
            let mut seen = false;
            for (slot, fit) in next.iter_mut().zip(&fits) {
                seen |= fit;
                *slot = seen;
            }
        } else {
            let wanted = if symbol == '\\' { symbols.next().unwrap_or('\\') } else { symbol };
            for ((slot, fit), c) in next.iter_mut().skip(1).zip(&fits).zip(&text) {
                *slot = *fit && *c == wanted;
            }
        }
        fits = next;
    }
    fits.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn matches(pattern: Value) -> bool {
        let event = json!({
            "source": "aws.ecr", "detail-type": "ECR Image Scan", "resources": ["arn:a", "arn:b"],
            "detail": {"repository-name": "team/web", "image-tags": ["v1", "latest"], "scan-status": "COMPLETE",
                "finding-severity-counts": {"CRITICAL": 3}, "ip": "10.0.0.7", "nothing": null, "on": true,
                "list": [{"a": 1, "b": 2}, {"a": 3, "b": 4}]},
        });
        Pattern::parse(&pattern.to_string()).unwrap().matches(&event)
    }

    fn of(name: &str, matchers: Value) -> bool {
        matches(json!({"detail": {name: matchers}}))
    }

    #[test]
    fn what_a_pattern_names_must_be_in_the_event() {
        assert!(matches(json!({"source": ["aws.ecr"]})));
        assert!(matches(json!({"source": ["aws.ecs", "aws.ecr"], "detail": {"scan-status": ["COMPLETE"]}})));
        assert!(!matches(json!({"source": ["aws.ecr"], "detail": {"scan-status": ["FAILED"]}})));
        assert!(!matches(json!({"account": ["1"]})));
        assert!(matches(json!({"resources": ["arn:b"]})));
        assert!(of("nothing", json!([null])) && of("on", json!([true])) && !of("on", json!(["true"])));
        assert!(of("list", json!([{"exists": true}])));
        assert!(matches(json!({"detail": {"list": {"a": [1], "b": [2]}}})));
        assert!(!matches(json!({"detail": {"list": {"a": [1], "b": [4]}}})));
    }

    #[test]
    fn every_comparison_does_what_the_user_guide_says() {
        for (name, matcher, fits) in [
            ("repository-name", json!({"prefix": "team/"}), true),
            ("repository-name", json!({"prefix": {"equals-ignore-case": "TEAM/"}}), true),
            ("repository-name", json!({"prefix": "web"}), false),
            ("repository-name", json!({"suffix": "/web"}), true),
            ("repository-name", json!({"suffix": {"equals-ignore-case": "/WEB"}}), true),
            ("repository-name", json!({"equals-ignore-case": "Team/Web"}), true),
            ("repository-name", json!({"wildcard": "t*m/*b"}), true),
            ("repository-name", json!({"wildcard": "t*x"}), false),
            ("repository-name", json!({"anything-but": "team/api"}), true),
            ("repository-name", json!({"anything-but": ["team/api", "team/web"]}), false),
            ("repository-name", json!({"anything-but": {"prefix": "team/"}}), false),
            ("repository-name", json!({"anything-but": {"suffix": ["/api", "/web"]}}), false),
            ("repository-name", json!({"anything-but": {"wildcard": "*/api"}}), true),
            ("missing", json!({"anything-but": "x"}), false),
            ("missing", json!({"exists": false}), true),
            ("scan-status", json!({"exists": false}), false),
            ("finding-severity-counts", json!({"exists": true}), false),
            ("ip", json!({"cidr": "10.0.0.0/24"}), true),
            ("ip", json!({"cidr": "10.1.0.0/24"}), false),
            ("ip", json!({"cidr": "0.0.0.0/0"}), true),
        ] {
            assert_eq!(of(name, json!([matcher])), fits, "{name} {matcher}");
        }
        let critical = |numeric: Value| {
            matches(json!({"detail": {"finding-severity-counts": {"CRITICAL": [{"numeric": numeric}]}}}))
        };
        assert!(critical(json!([">", 0])) && critical(json!([">=", 3, "<", 4])) && critical(json!(["=", 3.0])));
        assert!(!critical(json!([">", 3])) && !critical(json!(["<", 3])));
    }

    #[test]
    fn one_of_the_alternatives_is_enough() {
        let either =
            json!({"source": ["aws.ecr"], "$or": [{"detail-type": ["ECR Image Action"]}, {"detail": {"on": [true]}}]});
        assert!(matches(either));
        assert!(!matches(json!({"$or": [{"source": ["a"]}, {"source": ["b"]}]})));
    }

    #[test]
    fn what_is_wrong_with_a_pattern_is_said() {
        for (pattern, reason) in [
            (r#"{"source": "aws.ecr"}"#, "\"source\" must be an object or an array"),
            (r#"{"source": []}"#, "Empty arrays are not allowed"),
            (r#"{"source": [{"prefx": "a"}]}"#, "Unrecognized match type prefx"),
            (r#"{"a": [{"exists": 1}]}"#, "exists match pattern must be either true or false."),
            ("[]", "Filter is not an object"),
            ("{", "Invalid JSON"),
            (r#"{"$or": [{"a": ["b"]}]}"#, "There must have at least 2 Objects in $or relationship"),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap_err(), reason, "{pattern}");
        }
    }

    fn value() -> impl proptest::strategy::Strategy<Value = Value> {
        use proptest::prelude::*;
        let leaf = prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-c*]{0,3}|prefix|numeric|exists|anything-but|wildcard|cidr|<|>=|10.0.0.0/8".prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let key = "[ab]|prefix|suffix|numeric|exists|anything-but|wildcard|cidr|\\$or|equals-ignore-case";
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(key, inner, 0..3).prop_map(|members| members.into_iter().collect())
            ]
        })
    }

    proptest::proptest! {
        #[test]
        fn no_pattern_and_no_event_make_it_panic(pattern in value(), event in value()) {
            if let Ok(pattern) = Pattern::parse(&pattern.to_string()) {
                pattern.matches(&event);
            }
        }

        #[test]
        fn a_pattern_of_an_events_own_values_fits_it(a in "[a-z]{0,5}", n in -1000_i32..1000) {
            let event = json!({"a": a, "n": {"m": n}});
            let pattern = json!({"a": [a], "n": {"m": [{"numeric": [">=", n, "<=", n]}]}});
            proptest::prop_assert!(Pattern::parse(&pattern.to_string()).unwrap().matches(&event));
        }
    }
}
