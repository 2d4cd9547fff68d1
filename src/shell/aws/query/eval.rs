//! What a JMESPath tree finds in a value.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::functions::{self, Argument};
use super::lexer::Kind;
use super::parser::Node;

/// Evaluates `node` over `value`.
pub(super) fn eval(node: &Node, value: &Value) -> Result<Value, String> {
    match node {
        Node::Identity => Ok(value.clone()),
        Node::Field(name) => Ok(value.get(name.as_str()).cloned().unwrap_or(Value::Null)),
        Node::Index(index) => Ok(at(value, *index).cloned().unwrap_or(Value::Null)),
        Node::Slice { start, stop, step } => slice(value, *start, *stop, *step),
        Node::Literal(literal) => Ok(literal.clone()),
        Node::Chain(left, right) => eval(right, &eval(left, value)?),
        Node::Flatten(inner) => Ok(flatten(eval(inner, value)?)),
        Node::Projection(list, then) => match eval(list, value)? {
            Value::Array(items) => project(items, then),
            _ => Ok(Value::Null),
        },
        Node::ValueProjection(object, then) => match eval(object, value)? {
            Value::Object(members) => project(members.into_iter().map(|(_, member)| member), then),
            _ => Ok(Value::Null),
        },
        Node::FilterProjection { list, condition, then } => filter(list, condition, then, value),
        Node::Compare(kind, left, right) => Ok(compare(*kind, &eval(left, value)?, &eval(right, value)?)),
        Node::And(left, right) => {
            let left = eval(left, value)?;
            if is_true(&left) { eval(right, value) } else { Ok(left) }
        }
        Node::Or(left, right) => {
            let left = eval(left, value)?;
            if is_true(&left) { Ok(left) } else { eval(right, value) }
        }
        Node::Not(inner) => Ok(Value::Bool(!is_true(&eval(inner, value)?))),
        Node::MultiList(items) => multi_list(items, value),
        Node::MultiHash(pairs) => multi_hash(pairs, value),
        Node::Function(name, arguments) => call(name, arguments, value),
        // Outside of an argument there is nothing to give it to.
        Node::Expref(_) => Ok(Value::Null),
    }
}

fn call(name: &str, arguments: &[Node], value: &Value) -> Result<Value, String> {
    let arguments = arguments
        .iter()
        .map(|argument| match argument {
            Node::Expref(expression) => Ok(Argument::Expression(expression)),
            node => eval(node, value).map(Argument::Value),
        })
        .collect::<Result<Vec<_>, String>>()?;
    functions::call(name, arguments)
}

fn multi_list(items: &[Node], value: &Value) -> Result<Value, String> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    items.iter().map(|item| eval(item, value)).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

fn multi_hash(pairs: &[(String, Node)], value: &Value) -> Result<Value, String> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let members = pairs.iter().map(|(key, node)| Ok((key.clone(), eval(node, value)?)));
    members.collect::<Result<Map<_, _>, String>>().map(Value::Object)
}

fn project(items: impl IntoIterator<Item = Value>, then: &Node) -> Result<Value, String> {
    let mut found = Vec::new();
    for item in items {
        let value = eval(then, &item)?;
        if !value.is_null() {
            found.push(value);
        }
    }
    Ok(Value::Array(found))
}

fn filter(list: &Node, condition: &Node, then: &Node, value: &Value) -> Result<Value, String> {
    let Value::Array(items) = eval(list, value)? else { return Ok(Value::Null) };
    let mut kept = Vec::new();
    for item in items {
        if is_true(&eval(condition, &item)?) {
            kept.push(item);
        }
    }
    project(kept, then)
}

fn flatten(value: Value) -> Value {
    let Value::Array(items) = value else { return Value::Null };
    let mut flat = Vec::new();
    for item in items {
        match item {
            Value::Array(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    Value::Array(flat)
}

/// An element; a negative index counts from the end.
fn at(value: &Value, index: i64) -> Option<&Value> {
    let items = value.as_array()?;
    let index = if index < 0 { index.checked_add(i64::try_from(items.len()).ok()?)? } else { index };
    items.get(usize::try_from(index).ok()?)
}

/// Python's slice.
fn slice(value: &Value, start: Option<i64>, stop: Option<i64>, step: Option<i64>) -> Result<Value, String> {
    let Value::Array(items) = value else { return Ok(Value::Null) };
    let len = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err("slice step cannot be zero".to_owned());
    }
    let (lowest, highest) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let clamp = |index: i64| (if index < 0 { index.saturating_add(len) } else { index }).clamp(lowest, highest);
    let (first, last) = if step < 0 { (highest, lowest) } else { (lowest, highest) };
    let mut index = start.map_or(first, clamp);
    let stop = stop.map_or(last, clamp);
    let mut found = Vec::new();
    while if step < 0 { index > stop } else { index < stop } {
        if let Some(item) = usize::try_from(index).ok().and_then(|index| items.get(index)) {
            found.push(item.clone());
        }
        index = index.saturating_add(step);
    }
    Ok(Value::Array(found))
}

/// Everything is true but `null`, `false`, the empty string, list and object.
pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(yes) => *yes,
        Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// Orders two numbers or two strings; other pairs have no order.
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
        },
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// Equality, where `1` and `1.0` are one number.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(_), Value::Number(_)) => order(left, right) == Some(Ordering::Equal),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| equal(value, other)))
        }
        _ => left == right,
    }
}

fn compare(kind: Kind, left: &Value, right: &Value) -> Value {
    let ordered = |holds: fn(Ordering) -> bool| order(left, right).map_or(Value::Null, |order| holds(order).into());
    match kind {
        Kind::Eq => equal(left, right).into(),
        Kind::Ne => (!equal(left, right)).into(),
        Kind::Lt => ordered(Ordering::is_lt),
        Kind::Lte => ordered(Ordering::is_le),
        Kind::Gt => ordered(Ordering::is_gt),
        Kind::Gte => ordered(Ordering::is_ge),
        _ => Value::Null,
    }
}
