//! The texts of the program in one language, from the Fluent files embedded in it.

use std::fmt;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use include_dir::{Dir, include_dir};

use super::{Arg, Lang, josa};

static TEXTS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/text");

/// The texts of one language. Cheap to clone.
///
/// A key that does not exist shows as `‹key›`: visible, and no reason to stop; a test finds it before a person does.
#[derive(Clone)]
pub struct Words {
    lang: Lang,
    bundle: Arc<FluentBundle<FluentResource>>,
}

impl Words {
    /// The embedded texts in `lang`.
    pub fn new(lang: Lang) -> Self {
        let mut bundle = FluentBundle::new_concurrent(lang.code().parse().into_iter().collect());
        // Isolating marks are for mixed writing directions; both languages run left to right, and terminals show them.
        bundle.set_use_isolating(false);
        // Cannot fail: the name is new in this bundle.
        let _ = bundle.add_function("JOSA", |positional, _| match positional {
            [word, FluentValue::String(pair)] => FluentValue::from(josa(&said(word), pair).to_owned()),
            _ => FluentValue::Error,
        });
        for (_, text) in Self::files(lang) {
            // A line that is no Fluent is left out; the others stand. A test reads every file strictly.
            let resource = match FluentResource::try_new(text.to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
        Self { lang, bundle: Arc::new(bundle) }
    }

    /// The embedded Fluent files of `lang`: name and text, by name.
    pub fn files(lang: Lang) -> Vec<(&'static str, &'static str)> {
        let mut files: Vec<_> = TEXTS
            .get_dir(lang.code())
            .into_iter()
            .flat_map(Dir::files)
            .filter_map(|file| Some((file.path().file_name()?.to_str()?, file.contents_utf8()?)))
            .collect();
        files.sort_unstable();
        files
    }

    /// The language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The text of `key`.
    pub fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The text of `key` with its variables: `words.with("toast-xp", &[("n", 3.into())])`.
    pub fn with(&self, key: &str, args: &[(&str, Arg)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return format!("‹{key}›");
        };
        let args: FluentArgs<'_> = args
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    Arg::Text(text) => FluentValue::from(text.as_str()),
                    Arg::Number(number) => FluentValue::from(*number),
                    Arg::Message(message) => FluentValue::from(message.say(self)),
                };
                (*name, value)
            })
            .collect();
        // A variable that is missing shows as `{$name}`; a test compares the variables of both languages.
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned()
    }
}

fn said(word: &FluentValue<'_>) -> String {
    match word {
        FluentValue::String(text) => text.to_string(),
        FluentValue::Number(number) => number.as_string().into_owned(),
        _ => String::new(),
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({})", self.lang)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_key_shows_itself() {
        assert_eq!(Words::new(Lang::Ko).get("no-such-text"), "‹no-such-text›");
    }

    #[test]
    fn a_particle_fits_the_word_put_in() {
        let ko = Words::new(Lang::Ko);
        assert_eq!(ko.with("goal-missing-repository", &[("name", "web".into())]), "저장소 `web`이 아직 없습니다");
        assert_eq!(ko.with("goal-missing-repository", &[("name", "store".into())]), "저장소 `store`가 아직 없습니다");
    }

    #[test]
    fn texts_carry_no_isolating_marks() {
        let en = Words::new(Lang::En);
        assert_eq!(en.with("goal-missing-repository", &[("name", "web".into())]), "there is no repository `web` yet");
    }
}
