//! A text that is not yet in a language: its key and what is inserted into it.

use std::borrow::Cow;

use super::Words;

/// A value inserted into a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// Words of the user or of AWS; shown as they are.
    Text(String),
    /// A number; languages choose the plural by it.
    Number(i64),
    /// Another text, said in the same language.
    Message(Box<Message>),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Message> for Arg {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

macro_rules! number_args {
    ($($number:ty),*) => {
        $(impl From<$number> for Arg {
            fn from(number: $number) -> Self {
                Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
            }
        })*
    };
}
number_args!(i32, i64, u32, u64, usize);

/// A text by its key and arguments, to be said in the learner's language when it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The key in `assets/text`.
    pub key: Cow<'static, str>,
    /// What is inserted, by variable name.
    pub args: Vec<(&'static str, Arg)>,
}

impl Message {
    /// A text by its key.
    pub fn new(key: &'static str) -> Self {
        Self { key: Cow::Borrowed(key), args: Vec::new() }
    }

    /// The same with one more variable.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// The text in the language of `words`.
    pub fn say(&self, words: &Words) -> String {
        words.with(&self.key, &self.args)
    }
}
