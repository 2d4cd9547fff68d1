//! Authored text: the same thing in both languages.

use serde::{Deserialize, Serialize};

use super::Lang;

/// A value in both languages, as authored data carries it: `(en: …, ko: …)`. Neither can be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual<T = String> {
    /// English.
    pub en: T,
    /// Korean.
    pub ko: T,
}

impl<T> Bilingual<T> {
    /// The value in `lang`.
    pub fn get(&self, lang: Lang) -> &T {
        match lang {
            Lang::En => &self.en,
            Lang::Ko => &self.ko,
        }
    }

    /// Both, with their language.
    pub fn iter(&self) -> impl Iterator<Item = (Lang, &T)> {
        [(Lang::En, &self.en), (Lang::Ko, &self.ko)].into_iter()
    }
}

impl Bilingual<String> {
    /// The text in `lang`.
    pub fn text(&self, lang: Lang) -> &str {
        self.get(lang)
    }
}
