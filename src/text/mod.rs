//! Languages: every text that a person reads, in Korean and English, from files.
//!
//! Texts of the program are Fluent messages in `assets/text/{en,ko}/*.ftl`, fetched by [`Words`]. Texts of authored data
//! (quests, questions, items) stand in their own files as [`Bilingual`] values. Nothing here reads files at run time.

pub mod authored;
mod bilingual;
mod josa;
pub mod markup;
mod message;
mod words;

pub use bilingual::Bilingual;
pub use josa::josa;
pub use message::{Arg, Message};
pub use words::Words;

use serde::{Deserialize, Serialize};

/// A language that the game speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    Ko,
    #[default]
    En,
}

impl Lang {
    /// All, by code.
    pub const ALL: [Self; 2] = [Self::En, Self::Ko];

    /// The code: `en`, `ko`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// Its name in itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ko => "한국어",
            Self::En => "English",
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Ko => Self::En,
            Self::En => Self::Ko,
        }
    }

    /// From a code or a POSIX locale such as `ko_KR.UTF-8`; none if it is a language that the game does not speak.
    pub fn from_locale(locale: &str) -> Option<Self> {
        let code = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|lang| lang.code().eq_ignore_ascii_case(code))
    }
}

impl std::fmt::Display for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_a_language() {
        assert_eq!(Lang::from_locale("ko_KR.UTF-8"), Some(Lang::Ko));
        assert_eq!(Lang::from_locale("en-US"), Some(Lang::En));
        assert_eq!(Lang::from_locale("C"), None);
        assert_eq!(Lang::from_locale(""), None);
    }
}
