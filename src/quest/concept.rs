//! The concepts of the field, that quests teach, questions ask about and the codex explains. Their one home is
//! `assets/codex`: each file is a list of them, and the files are read in the order of their names.

use serde::Deserialize;

use crate::text::authored::{Problem, Source};
use crate::text::{Bilingual, Lang};

/// A concept of the field.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concept {
    /// Unique: `execution-role`.
    pub id: String,
    pub name: Bilingual,
    /// What it is, in one or two sentences of inline markdown.
    pub summary: Bilingual,
    /// What there is to know about it: paragraphs, lists and code, in markdown.
    pub article: Bilingual,
    /// Ids of concepts to read next.
    #[serde(default)]
    pub see: Vec<String>,
}

impl Concept {
    /// The concepts of one file of `assets/codex`.
    ///
    /// # Errors
    /// With the place in the file and what was expected there.
    pub fn read(source: &Source<'_>) -> Result<Vec<Self>, Problem> {
        source.read()
    }

    /// Whether it fits what is searched: each word stands in its id, in its name in either language, or in its text in
    /// the learner's.
    pub fn fits(&self, search: &str, lang: Lang) -> bool {
        let texts = [&*self.id, &self.name.en, &self.name.ko, self.summary.text(lang), self.article.text(lang)];
        let texts = texts.map(str::to_lowercase);
        search.to_lowercase().split_whitespace().all(|word| texts.iter().any(|text| text.contains(word)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use include_dir::{Dir, include_dir};

    use super::*;
    use crate::text::{Lang, Words};

    static CODEX: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/codex");

    #[test]
    fn every_article_is_whole_in_both_languages_and_points_at_articles_that_exist() {
        let mut concepts = Vec::new();
        for file in CODEX.files() {
            let name = file.path().display().to_string();
            let source = Source::new(&name, file.contents_utf8().unwrap());
            concepts
                .extend(Concept::read(&source).unwrap_or_else(|wrong| panic!("{}", wrong.say(&Words::new(Lang::En)))));
        }
        let ids: BTreeSet<_> = concepts.iter().map(|concept| concept.id.clone()).collect();
        assert_eq!(ids.len(), concepts.len(), "an id stands twice");
        for concept in &concepts {
            for (lang, text) in concept.article.iter().chain(concept.summary.iter()).chain(concept.name.iter()) {
                assert!(!text.trim().is_empty(), "{} in {lang}", concept.id);
                assert_eq!(text.matches("```").count() % 2, 0, "{} in {lang}: a code block stays open", concept.id);
                let hangul = text.chars().any(|c| ('가'..='힣').contains(&c));
                assert!(lang == Lang::Ko || !hangul, "{} has Korean in its English", concept.id);
            }
            let code = |text: &str| text.split("```").skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(code(&concept.article.en), code(&concept.article.ko), "{}: the same code in both", concept.id);
            assert!(!concept.see.is_empty() && !concept.see.contains(&concept.id), "{}", concept.id);
            for other in &concept.see {
                assert!(ids.contains(other), "{} points at `{other}`", concept.id);
            }
        }
    }
}
