//! The forms of questions, as data, and what is wrong with a text that does not have its form.
//!
//! Questions are read by types, fast; a text that they refuse is looked at again here, for words that a person can use:
//! which field it is, what came and what is wanted.

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::text::authored::nearest;
use crate::text::{Message, Words};

/// What may stand somewhere. Documents are judged by whoever reads them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Anything,
    Text,
    Number,
    Object,
    List(&'static Shape),
    Fields(&'static [Field]),
}

/// A field of an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    name: &'static str,
    shape: Shape,
    needed: bool,
}

impl Field {
    /// One that must be there.
    pub(super) const fn needed(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, needed: true }
    }

    /// One that may be left out, or be null.
    pub(super) const fn optional(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, needed: false }
    }
}

/// A field of the question whose name is all but one of the form's: what stands in it would be left out of the answer
/// unseen. Names that are like none are the asker's own.
pub(super) fn misspelt(text: &str, fields: &'static [Field]) -> Option<Message> {
    let known: Vec<&str> = fields.iter().map(|field| field.name).collect();
    let is_near = |name: &str, known: &str| {
        let off = if known.len() < 8 { 1 } else { 2 };
        known.len() > 2 && strsim::damerau_levenshtein(name, known) <= off
    };
    let names = names(text)?;
    let mut others = names.iter().filter(|name| !known.contains(&name.as_str()));
    let name = others.find(|name| known.iter().any(|known| is_near(name, known)))?;
    Some(unknown(name, name, &known))
}

/// A field that the form has not.
fn unknown(place: &str, name: &str, known: &[&str]) -> Message {
    let expected = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let what = Message::new("problem-unknown-field").with("field", place);
    what.with("hint", nearest(name, known)).with("expected", expected)
}

/// What is wrong with a text that is not of the form.
pub(super) fn explain(text: &str, fields: &'static [Field], words: &Words) -> Message {
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return syntax(text, &error),
    };
    let wrong = if value.is_object() {
        twice(text).or_else(|| object(&value, "", fields, words))
    } else {
        Some(Message::new("evaluate-not-object").with("found", shown(&value)))
    };
    wrong.unwrap_or_else(|| Message::new("evaluate-form"))
}

fn syntax(text: &str, error: &serde_json::Error) -> Message {
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    // The column counts bytes, from 1.
    let before = line.get(..error.column().saturating_sub(1)).unwrap_or_default();
    match line.get(before.len()..).and_then(|rest| rest.chars().next()) {
        Some(found) if !error.is_eof() => Message::new("evaluate-json")
            .with("column", before.chars().count() + 1)
            .with("found", found.escape_debug().to_string()),
        _ => Message::new("evaluate-json-ends"),
    }
}

/// The names of the question's fields, in their order.
fn names(text: &str) -> Option<Vec<String>> {
    struct Names;
    impl<'de> Visitor<'de> for Names {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut names = Vec::new();
            while let Some((name, IgnoredAny)) = map.next_entry::<String, IgnoredAny>()? {
                names.push(name);
            }
            Ok(names)
        }
    }
    serde_json::Deserializer::from_str(text).deserialize_map(Names).ok()
}

/// The field of the question that is there more than once: JSON has room for that, a question has not.
fn twice(text: &str) -> Option<Message> {
    let mut seen = std::collections::BTreeSet::new();
    let name = names(text)?.into_iter().find(|name| !seen.insert(name.clone()))?;
    Some(Message::new("problem-double-field").with("field", name))
}

/// The first thing that is wrong with an object: a name that it has not, a field that is missing, a wrong value.
fn object(value: &Value, place: &str, fields: &'static [Field], words: &Words) -> Option<Message> {
    let Some(found) = value.as_object() else { return other(value, place, "evaluate-want-object", words) };
    let at = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
    let known: Vec<&str> = fields.iter().map(|field| field.name).collect();
    let mut others = found.keys().filter(|name| !known.contains(&name.as_str()));
    // On its first level a question may have fields that are the asker's own.
    if let Some(name) = others.next().filter(|_| !place.is_empty()) {
        return Some(unknown(&at(name), name, &known));
    }
    fields.iter().find_map(|field| match found.get(field.name) {
        None if field.needed => Some(Message::new("problem-missing-field").with("field", at(field.name))),
        None => None,
        Some(Value::Null) if !field.needed => None,
        Some(value) => check(value, &at(field.name), field.shape, words),
    })
}

fn check(value: &Value, place: &str, shape: Shape, words: &Words) -> Option<Message> {
    match (shape, value) {
        (Shape::Anything, _)
        | (Shape::Text, Value::String(_))
        | (Shape::Number, Value::Number(_))
        | (Shape::Object, Value::Object(_)) => None,
        (Shape::Text, _) => other(value, place, "evaluate-want-text", words),
        (Shape::Number, _) => other(value, place, "evaluate-want-number", words),
        (Shape::Object, _) => other(value, place, "evaluate-want-object", words),
        (Shape::Fields(fields), _) => object(value, place, fields, words),
        (Shape::List(shape), Value::Array(values)) => {
            let mut values = values.iter().enumerate();
            values.find_map(|(at, value)| check(value, &format!("{place}[{at}]"), *shape, words))
        }
        (Shape::List(_), _) => other(value, place, "evaluate-want-list", words),
    }
}

fn other(value: &Value, place: &str, wanted: &'static str, words: &Words) -> Option<Message> {
    let what = Message::new("evaluate-other").with("field", place).with("found", shown(value));
    Some(what.with("wanted", words.get(wanted)))
}

/// A value as it came; the beginning of a long one.
fn shown(value: &Value) -> String {
    const MOST: usize = 40;
    let text = value.to_string();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
