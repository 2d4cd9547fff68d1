//! `--generate-cli-skeleton`: a request to fill in, sent nowhere.

use serde_json::{Map, Value, json};

use super::model::{Kind, Type};

/// An example value of a type: empty strings, the first of several choices, every member once.
pub(super) fn skeleton(of: Type<'_>) -> Value {
    example(of, "", &mut Vec::new(), false)
}

/// The same for an answer, where strings show the names of their members.
pub(super) fn answer(of: Type<'_>) -> Value {
    example(of, "", &mut Vec::new(), true)
}

fn example<'m>(of: Type<'m>, member: &str, inside: &mut Vec<&'m str>, names: bool) -> Value {
    // A type that holds itself ends there.
    if of.kind() == Kind::Structure && inside.contains(&of.name) {
        return json!({});
    }
    inside.push(of.name);
    let value = match of.kind() {
        Kind::Structure => {
            let members: Map<String, Value> =
                of.members().map(|(name, to)| (name.to_owned(), example(to, name, inside, names))).collect();
            Value::Object(members)
        }
        Kind::List => Value::Array(of.element().map(|to| example(to, to.name, inside, names)).into_iter().collect()),
        Kind::Map => {
            let value = of.value().map(|to| example(to, to.name, inside, names)).unwrap_or_default();
            json!({"KeyName": value})
        }
        Kind::String if names => Value::from(member),
        Kind::String => Value::from(of.shape.values.first().map_or("", String::as_str)),
        Kind::Integer | Kind::Long => json!(0),
        Kind::Float | Kind::Double => json!(0.0),
        Kind::Boolean => json!(true),
        Kind::Timestamp => json!("1970-01-01T00:00:00"),
        Kind::Blob => json!(""),
    };
    inside.pop();
    value
}
