//! Conditions of statements: `{ operator: { key: value or values } }`.
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators".

use core::net::IpAddr;
use std::borrow::Cow;

use super::pattern::{Pattern, Reading};
use super::request::Request;

/// One operator on one key, with the values that it is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    quantifier: Quantifier,
    operator: Operator,
    if_exists: bool,
    /// The key as written; compared without regard to case.
    key: Box<str>,
    values: Vec<Expected>,
}

/// How the values of a multivalued key are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantifier {
    /// None written: the key has a single value.
    Single,
    /// `ForAnyValue:`
    Any,
    /// `ForAllValues:`
    All,
}

/// How values are compared; the `…Not…` operators are the same comparison, negated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Text,
    TextIgnoreCase,
    Like,
    Number(Order),
    Date(Order),
    Bool,
    Binary,
    Ip,
    Arn,
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Operator {
    comparison: Comparison,
    negated: bool,
}

/// A value in the policy, read as its operator needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Expected {
    Text(Pattern),
    Arn(Box<[Pattern; 6]>),
    /// Milli-units, so that it can be compared exactly.
    Number(i128),
    /// Milliseconds since 1970.
    Date(i64),
    Bool(bool),
    Network {
        address: IpAddr,
        prefix: u8,
    },
    /// A value that its operator cannot read: nothing equals it.
    Unreadable,
}

/// Why a condition could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConditionError {
    UnknownOperator,
    BadDate,
}

impl Operator {
    fn parse(name: &str) -> Option<Self> {
        let (comparison, negated) = match name {
            "StringEquals" => (Comparison::Text, false),
            "StringNotEquals" => (Comparison::Text, true),
            "StringEqualsIgnoreCase" => (Comparison::TextIgnoreCase, false),
            "StringNotEqualsIgnoreCase" => (Comparison::TextIgnoreCase, true),
            "StringLike" => (Comparison::Like, false),
            "StringNotLike" => (Comparison::Like, true),
            "Bool" => (Comparison::Bool, false),
            "BinaryEquals" => (Comparison::Binary, false),
            "IpAddress" => (Comparison::Ip, false),
            "NotIpAddress" => (Comparison::Ip, true),
            "ArnEquals" | "ArnLike" => (Comparison::Arn, false),
            "ArnNotEquals" | "ArnNotLike" => (Comparison::Arn, true),
            "Null" => (Comparison::Null, false),
            _ => {
                let (comparison, order): (fn(Order) -> Comparison, _) = match name.strip_prefix("Numeric") {
                    Some(order) => (Comparison::Number, order),
                    None => (Comparison::Date, name.strip_prefix("Date")?),
                };
                let (order, negated) = match order {
                    "Equals" => (Order::Equal, false),
                    "NotEquals" => (Order::Equal, true),
                    "LessThan" => (Order::Less, false),
                    "LessThanEquals" => (Order::LessOrEqual, false),
                    "GreaterThan" => (Order::Greater, false),
                    "GreaterThanEquals" => (Order::GreaterOrEqual, false),
                    _ => return None,
                };
                (comparison(order), negated)
            }
        };
        Some(Self { comparison, negated })
    }
}

impl Condition {
    /// Reads one operator with one key.
    pub(super) fn parse(
        operator: &str,
        key: &str,
        values: &[Cow<'_, str>],
        variables: bool,
    ) -> Result<Self, ConditionError> {
        let (quantifier, name) = if let Some(name) = operator.strip_prefix("ForAnyValue:") {
            (Quantifier::Any, name)
        } else if let Some(name) = operator.strip_prefix("ForAllValues:") {
            (Quantifier::All, name)
        } else {
            (Quantifier::Single, operator)
        };
        let (name, if_exists) = match name.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let operator = Operator::parse(name).ok_or(ConditionError::UnknownOperator)?;
        if if_exists && operator.comparison == Comparison::Null {
            return Err(ConditionError::UnknownOperator);
        }
        let values = values
            .iter()
            .map(|value| Expected::parse(operator.comparison, value, variables))
            .collect::<Result<_, _>>()?;
        Ok(Self { quantifier, operator, if_exists, key: key.into(), values })
    }

    /// The key, as written.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether it holds for the request.
    pub(super) fn holds(&self, request: &Request<'_>) -> bool {
        let values = request.values(&self.key);
        if self.operator.comparison == Comparison::Null {
            return self.values.contains(&Expected::Bool(values.is_empty()));
        }
        if values.is_empty() && self.if_exists {
            return true;
        }
        match self.quantifier {
            // A missing key fails a positive operator and holds for a negated one.
            Quantifier::Single => match values.first() {
                Some(value) => self.fits(value, request),
                None => self.operator.negated,
            },
            Quantifier::Any => values.iter().any(|value| self.fits(value, request)),
            // Holds for no values at all.
            Quantifier::All => values.iter().all(|value| self.fits(value, request)),
        }
    }

    /// Whether one value of the request fits: one of the expected, or for a negated operator none of them.
    fn fits(&self, value: &str, request: &Request<'_>) -> bool {
        let any = self.values.iter().any(|expected| self.equals(expected, value, request));
        any != self.operator.negated
    }

    fn equals(&self, expected: &Expected, value: &str, request: &Request<'_>) -> bool {
        let variables = |key: &str| request.value(key);
        match (self.operator.comparison, expected) {
            (Comparison::Text | Comparison::Binary, Expected::Text(text)) => text.matches(value, &variables),
            (Comparison::Like, Expected::Text(pattern)) => pattern.matches(value, &variables),
            (Comparison::TextIgnoreCase, Expected::Text(text)) => {
                text.text(&variables).is_some_and(|text| text.to_lowercase() == value.to_lowercase())
            }
            (Comparison::Bool, Expected::Text(text)) => {
                text.text(&variables).is_some_and(|text| text.eq_ignore_ascii_case(value))
            }
            (Comparison::Arn, Expected::Arn(parts)) => {
                let mut rest = value.splitn(6, ':');
                parts.iter().all(|part| rest.next().is_some_and(|text| part.matches(text, &variables)))
            }
            (Comparison::Number(order), Expected::Number(expected)) => {
                number(value).is_some_and(|value| order.holds(&value, expected))
            }
            (Comparison::Date(order), Expected::Date(expected)) => {
                date(value).is_some_and(|value| order.holds(&value, expected))
            }
            (Comparison::Ip, Expected::Network { address, prefix }) => {
                value.parse().is_ok_and(|value| in_network(value, *address, *prefix))
            }
            _ => false,
        }
    }
}

impl Order {
    fn holds<T: Ord>(self, value: &T, expected: &T) -> bool {
        match self {
            Self::Equal => value == expected,
            Self::Less => value < expected,
            Self::LessOrEqual => value <= expected,
            Self::Greater => value > expected,
            Self::GreaterOrEqual => value >= expected,
        }
    }
}

impl Expected {
    fn parse(comparison: Comparison, text: &str, variables: bool) -> Result<Self, ConditionError> {
        let reading = |wildcards| Reading { wildcards, variables };
        Ok(match comparison {
            Comparison::Text | Comparison::TextIgnoreCase | Comparison::Bool => {
                Self::Text(Pattern::new(text, reading(false)))
            }
            Comparison::Binary => Self::Text(Pattern::new(text, Reading { wildcards: false, variables: false })),
            Comparison::Like => Self::Text(Pattern::new(text, reading(true))),
            Comparison::Arn => Self::Arn(Box::new(Pattern::arn_parts(text, reading(true)))),
            Comparison::Number(_) => number(text).map_or(Self::Unreadable, Self::Number),
            Comparison::Date(_) => Self::Date(date(text).ok_or(ConditionError::BadDate)?),
            Comparison::Ip => network(text).unwrap_or(Self::Unreadable),
            Comparison::Null => match text {
                "true" => Self::Bool(true),
                "false" => Self::Bool(false),
                _ => Self::Unreadable,
            },
        })
    }
}

/// A decimal number in thousandths.
fn number(text: &str) -> Option<i128> {
    let (negative, digits) = match text.trim().strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.trim()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    let value = whole.parse::<i128>().ok()?.checked_mul(1000)?.checked_add(fraction.parse().ok()?)?;
    Some(if negative { -value } else { value })
}

/// An ISO 8601 date or moment, or seconds since 1970, in milliseconds since 1970.
fn date(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<i64>() {
        return seconds.checked_mul(1000);
    }
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Some(moment.as_millisecond());
    }
    // Without an offset it is UTC; without a time, midnight.
    let civil = text.parse::<jiff::civil::DateTime>().ok()?;
    civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|moment| moment.timestamp().as_millisecond())
}

fn network(text: &str) -> Option<Expected> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address.parse::<IpAddr>().ok()?, Some(prefix.parse::<u8>().ok()?)),
        None => (text.parse::<IpAddr>().ok()?, None),
    };
    let bits = if address.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.unwrap_or(bits);
    (prefix <= bits).then_some(Expected::Network { address, prefix })
}

fn in_network(value: IpAddr, address: IpAddr, prefix: u8) -> bool {
    let same = |a: u128, b: u128, bits: u32| {
        let dropped = bits - u32::from(prefix).min(bits);
        dropped == bits || a >> dropped == b >> dropped
    };
    match (value, address) {
        (IpAddr::V4(value), IpAddr::V4(address)) => same(value.to_bits().into(), address.to_bits().into(), 32),
        (IpAddr::V6(value), IpAddr::V6(address)) => same(value.to_bits(), address.to_bits(), 128),
        _ => false,
    }
}
