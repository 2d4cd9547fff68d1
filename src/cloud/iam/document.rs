//! From JSON to the elements of a policy document, in one pass over the text and without a tree between.
//!
//! Whatever is wrong here is a syntax error to IAM: no JSON, an unknown element, a wrong type, a member that appears
//! twice.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::policy::Listed;

/// A document with its elements' types checked and nothing else.
#[derive(Default)]
pub(super) struct Document<'a> {
    pub version: Option<Text<'a>>,
    pub id: Option<Text<'a>>,
    pub statements: Vec<Element<'a>>,
}

/// A statement.
#[derive(Default)]
pub(super) struct Element<'a> {
    pub sid: Option<Text<'a>>,
    pub effect: Option<Text<'a>>,
    pub principals: Option<Listed<Named<'a>>>,
    pub actions: Option<Listed<Cow<'a, str>>>,
    pub resources: Option<Listed<Cow<'a, str>>>,
    pub conditions: Vec<Comparison<'a>>,
}

/// A principal, by its kind: `AWS`, `Service`, `Federated`, `CanonicalUser`. The kind of a plain `"*"` is `*`.
pub(super) struct Named<'a> {
    pub kind: Cow<'a, str>,
    pub name: Cow<'a, str>,
}

/// One operator on one key.
pub(super) struct Comparison<'a> {
    pub operator: Cow<'a, str>,
    pub key: Cow<'a, str>,
    pub values: Vec<Cow<'a, str>>,
}

/// A text, out of the document itself where it has no escapes.
pub(super) type Text<'a> = Cow<'a, str>;

/// Reads a document; none if it is not of the form.
pub(super) fn read(text: &str) -> Option<Document<'_>> {
    serde_json::from_str(text).ok()
}

/// Declares a visitor with what it expects, for one of the forms below.
macro_rules! visitor {
    ($visitor:ident -> $value:ty { $($body:tt)* }) => {
        struct $visitor;

        impl<'de> Visitor<'de> for $visitor {
            type Value = $value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an element of a policy")
            }

            $($body)*
        }
    };
}

/// A member that is there at most once.
fn once<T, E: serde::de::Error>(slot: &mut Option<T>, value: T) -> Result<(), E> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::custom("a member appears twice")),
    }
}

/// A string.
struct Plain<'a>(Text<'a>);

visitor!(PlainVisitor -> Plain<'de> {
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Plain(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Plain(Cow::Owned(text.to_owned())))
    }
});

impl<'de> Deserialize<'de> for Plain<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(PlainVisitor)
    }
}

/// A string, a number or a truth value, as text; none for `null`.
struct Scalar<'a>(Option<Text<'a>>);

visitor!(ScalarVisitor -> Scalar<'de> {
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar(Some(Cow::Owned(text.to_owned()))))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Scalar(Some(Cow::Borrowed(if value { "true" } else { "false" }))))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Scalar(Some(Cow::Owned(value.to_string()))))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Scalar(Some(Cow::Owned(value.to_string()))))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Scalar(Some(Cow::Owned(value.to_string()))))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar(None))
    }
});

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// A string or a list of strings.
struct Texts<'a>(Vec<Text<'a>>);

visitor!(TextsVisitor -> Texts<'de> {
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Texts(vec![Cow::Borrowed(text)]))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Texts(vec![Cow::Owned(text.to_owned())]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::with_capacity(4);
        // IAM passes over `null` in such lists.
        while let Some(item) = items.next_element::<Option<Plain<'de>>>()? {
            texts.extend(item.map(|Plain(text)| text));
        }
        Ok(Texts(texts))
    }
});

impl<'de> Deserialize<'de> for Texts<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor)
    }
}

/// A value or a list of values that a condition compares with.
struct Expected<'a>(Vec<Text<'a>>);

visitor!(ExpectedVisitor -> Expected<'de> {
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Expected(vec![Cow::Borrowed(text)]))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Expected(vec![Cow::Owned(text.to_owned())]))
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Expected(ScalarVisitor.visit_bool::<E>(value)?.0.into_iter().collect()))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Expected(ScalarVisitor.visit_i64::<E>(value)?.0.into_iter().collect()))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Expected(ScalarVisitor.visit_u64::<E>(value)?.0.into_iter().collect()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Expected(ScalarVisitor.visit_f64::<E>(value)?.0.into_iter().collect()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::with_capacity(4);
        while let Some(Scalar(item)) = items.next_element()? {
            values.push(item.ok_or_else(|| A::Error::custom("null is no value"))?);
        }
        Ok(Expected(values))
    }
});

impl<'de> Deserialize<'de> for Expected<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ExpectedVisitor)
    }
}

/// `Principal`: `"*"`, or names by kind.
struct Principals<'a>(Vec<Named<'a>>);

visitor!(PrincipalsVisitor -> Principals<'de> {
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        let everyone = || Named { kind: Cow::Borrowed("*"), name: Cow::Borrowed("*") };
        if text == "*" { Ok(Principals(vec![everyone()])) } else { Err(E::custom("no principal")) }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found: Vec<Named<'de>> = Vec::new();
        let mut kinds: Vec<Text<'de>> = Vec::new();
        while let Some(Plain(kind)) = members.next_key()? {
            if kinds.contains(&kind) || !matches!(kind.as_ref(), "AWS" | "Service" | "Federated" | "CanonicalUser") {
                return Err(A::Error::custom("an unknown kind, or the same twice"));
            }
            let Texts(names) = members.next_value()?;
            found.extend(names.into_iter().map(|name| Named { kind: kind.clone(), name }));
            kinds.push(kind);
        }
        if kinds.is_empty() { Err(A::Error::custom("no kind")) } else { Ok(Principals(found)) }
    }
});

impl<'de> Deserialize<'de> for Principals<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PrincipalsVisitor)
    }
}

/// `Condition`: values by key, by operator.
struct Conditions<'a>(Vec<Comparison<'a>>);

visitor!(ConditionsVisitor -> Conditions<'de> {
    fn visit_map<A: MapAccess<'de>>(self, mut operators: A) -> Result<Self::Value, A::Error> {
        let mut found: Vec<Comparison<'de>> = Vec::new();
        let mut seen: Vec<Text<'de>> = Vec::new();
        while let Some(Plain(operator)) = operators.next_key()? {
            if seen.contains(&operator) {
                return Err(A::Error::custom("an operator appears twice"));
            }
            let KeysOf(keys) = operators.next_value()?;
            found.extend(keys.into_iter().map(|(key, values)| Comparison { operator: operator.clone(), key, values }));
            seen.push(operator);
        }
        Ok(Conditions(found))
    }
});

impl<'de> Deserialize<'de> for Conditions<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ConditionsVisitor)
    }
}

/// The keys of one operator with their values.
struct KeysOf<'a>(Vec<(Text<'a>, Vec<Text<'a>>)>);

visitor!(KeysOfVisitor -> KeysOf<'de> {
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found: Vec<(Text<'de>, Vec<Text<'de>>)> = Vec::with_capacity(1);
        while let Some(Plain(key)) = members.next_key()? {
            if found.iter().any(|(other, _)| *other == key) {
                return Err(A::Error::custom("a key appears twice"));
            }
            let Expected(values) = members.next_value()?;
            found.push((key, values));
        }
        Ok(KeysOf(found))
    }
});

impl<'de> Deserialize<'de> for KeysOf<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(KeysOfVisitor)
    }
}

visitor!(ElementVisitor -> Element<'de> {
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut element = Element::default();
        let mut conditions = None;
        while let Some(Plain(name)) = members.next_key()? {
            match name.as_ref() {
                "Sid" => once(&mut element.sid, members.next_value::<Plain<'de>>()?.0)?,
                "Effect" => once(&mut element.effect, members.next_value::<Plain<'de>>()?.0)?,
                "Action" | "NotAction" => {
                    let Texts(items) = members.next_value()?;
                    once(&mut element.actions, Listed { except: name.starts_with("Not"), items })?;
                }
                "Resource" | "NotResource" => {
                    let Texts(items) = members.next_value()?;
                    once(&mut element.resources, Listed { except: name.starts_with("Not"), items })?;
                }
                "Principal" | "NotPrincipal" => {
                    let Principals(items) = members.next_value()?;
                    once(&mut element.principals, Listed { except: name.starts_with("Not"), items })?;
                }
                "Condition" => once(&mut conditions, members.next_value::<Conditions<'de>>()?.0)?,
                _ => return Err(A::Error::custom("an unknown element")),
            }
        }
        element.conditions = conditions.unwrap_or_default();
        Ok(element)
    }
});

impl<'de> Deserialize<'de> for Element<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ElementVisitor)
    }
}

/// `Statement`: one, or a list.
struct Elements<'a>(Vec<Element<'a>>);

visitor!(ElementsVisitor -> Elements<'de> {
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        Ok(Elements(vec![ElementVisitor.visit_map(members)?]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::with_capacity(2);
        while let Some(element) = items.next_element()? {
            elements.push(element);
        }
        Ok(Elements(elements))
    }
});

impl<'de> Deserialize<'de> for Elements<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ElementsVisitor)
    }
}

visitor!(DocumentVisitor -> Document<'de> {
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut document = Document::default();
        let mut statements = None;
        while let Some(Plain(name)) = members.next_key()? {
            match name.as_ref() {
                "Version" => once(&mut document.version, members.next_value::<Plain<'de>>()?.0)?,
                "Id" => once(&mut document.id, members.next_value::<Plain<'de>>()?.0)?,
                "Statement" => once(&mut statements, members.next_value::<Elements<'de>>()?.0)?,
                _ => return Err(A::Error::custom("an unknown element")),
            }
        }
        document.statements = statements.unwrap_or_default();
        Ok(document)
    }
});

impl<'de> Deserialize<'de> for Document<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DocumentVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_appears_twice_is_refused_at_any_depth() {
        let statement = |rest: &str| format!(r#"{{"Statement":{{"Effect":"Allow"{rest}}}}}"#);
        assert!(read(&statement("")).is_some());
        for twice in [
            r#","Effect":"Allow""#,
            r#","Action":"a:b","NotAction":"a:b""#,
            r#","Principal":{"AWS":"1","AWS":"2"}"#,
            r#","Condition":{"Bool":{"a":"1"},"Bool":{"b":"1"}}"#,
            r#","Condition":{"Bool":{"a":"1","a":"2"}}"#,
        ] {
            assert!(read(&statement(twice)).is_none(), "{twice}");
        }
        assert!(read(r#"{"Version":"2012-10-17","Version":"2012-10-17"}"#).is_none());
        assert!(read(&"[".repeat(100_000)).is_none());
    }

    #[test]
    fn texts_with_escapes_are_read_as_what_they_mean() {
        let document = read(r#"{"Statement":[{"Sid":"\u0041\/b","Action":["ecr:\u002a",null]}]}"#).unwrap();
        let [element] = document.statements.as_slice() else { panic!("one statement") };
        assert_eq!(element.sid.as_deref(), Some("A/b"));
        assert_eq!(element.actions.as_ref().unwrap().items, ["ecr:*"]);
    }
}
