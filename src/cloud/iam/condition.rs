//! Conditions of statements: `{ operator: { key: value or values } }`.
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators".

use core::net::IpAddr;
use std::borrow::Cow;

use super::arn_pattern::{ArnPattern, split_arn};
use super::key::{ConditionKey, Keys};
use super::pattern::{Pattern, Reading};

/// One operator on one key, with the values that it is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    quantifier: Quantifier,
    operator: Operator,
    if_exists: bool,
    key: ConditionKey,
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
    Arn(ArnPattern),
    /// In units of `10^-9`, so that it can be compared exactly.
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
        Ok(Self { quantifier, operator, if_exists, key: ConditionKey::new(key), values })
    }

    /// The key that it compares.
    pub fn key(&self) -> &ConditionKey {
        &self.key
    }

    /// The condition keys that the variables in its values name.
    pub(super) fn variables(&self) -> impl Iterator<Item = &ConditionKey> {
        self.values.iter().flat_map(|expected| {
            let (text, arn) = match expected {
                Expected::Text(pattern) => (Some(pattern.variables()), None),
                Expected::Arn(pattern) => (None, Some(pattern.variables())),
                _ => (None, None),
            };
            text.into_iter().flatten().chain(arn.into_iter().flatten())
        })
    }

    /// Whether it holds for a request that carries these keys.
    pub(super) fn holds(&self, keys: &dyn Keys) -> bool {
        let values = keys.values(&self.key);
        if self.operator.comparison == Comparison::Null {
            return self.values.contains(&Expected::Bool(values.is_empty()));
        }
        if values.is_empty() && self.if_exists {
            return true;
        }
        // What a set holds: an empty text counts as nothing.
        let mut set = values.iter().filter(|value| !value.is_empty());
        match self.quantifier {
            // A missing key fails a positive operator and holds for a negated one.
            Quantifier::Single => values.iter().any(|value| self.names(value, keys)) != self.operator.negated,
            Quantifier::Any => set.any(|value| self.fits(value, keys)),
            // Holds for no values at all.
            Quantifier::All => set.all(|value| self.fits(value, keys)),
        }
    }

    /// Whether one value of the request fits: one of the expected, or for a negated operator none of them.
    fn fits(&self, value: &str, keys: &dyn Keys) -> bool {
        self.names(value, keys) != self.operator.negated
    }

    /// Whether one value of the request is one of the expected. Nothing equals a variable without a value.
    fn names(&self, value: &str, keys: &dyn Keys) -> bool {
        self.values.iter().any(|expected| self.equals(expected, value, keys))
    }

    fn equals(&self, expected: &Expected, value: &str, keys: &dyn Keys) -> bool {
        match (self.operator.comparison, expected) {
            (Comparison::Text | Comparison::Binary | Comparison::Like, Expected::Text(text)) => {
                text.matches(value, keys)
            }
            (Comparison::TextIgnoreCase | Comparison::Bool, Expected::Text(text)) => {
                text.equals_ignoring_case(value, keys)
            }
            (Comparison::Arn, Expected::Arn(pattern)) => {
                value.matches(':').count() >= 5 && pattern.matches(&split_arn(value), keys)
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
            Comparison::Text | Comparison::TextIgnoreCase => Self::Text(Pattern::new(text, reading(false))),
            // Variables are for text and ARNs only.
            Comparison::Binary | Comparison::Bool => {
                Self::Text(Pattern::new(text, Reading { wildcards: false, variables: false }))
            }
            Comparison::Like => Self::Text(Pattern::new(text, reading(true))),
            Comparison::Arn => Self::Arn(ArnPattern::new(text, variables)),
            Comparison::Number(_) => number(text).map_or(Self::Unreadable, Self::Number),
            Comparison::Date(_) => Self::Date(date(text).ok_or(ConditionError::BadDate)?),
            Comparison::Ip => network(text).unwrap_or(Self::Unreadable),
            Comparison::Null if text.eq_ignore_ascii_case("true") => Self::Bool(true),
            Comparison::Null if text.eq_ignore_ascii_case("false") => Self::Bool(false),
            Comparison::Null => Self::Unreadable,
        })
    }
}

/// A decimal number in units of `10^-9`.
fn number(text: &str) -> Option<i128> {
    const DIGITS: usize = 9;
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction = fraction.bytes().chain(std::iter::repeat(b'0')).take(DIGITS);
    let fraction = fraction.fold(0, |value, digit| value * 10 + i128::from(digit - b'0'));
    let value = whole.parse::<i128>().ok()?.checked_mul(10_i128.pow(DIGITS as u32))?.checked_add(fraction)?;
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
