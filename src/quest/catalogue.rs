//! Everything authored around quests: quests, chapters, concepts, items, sandboxes, and what is wrong with the others.

use std::collections::BTreeSet;
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use super::{Chapter, Concept, Quest, Sandbox, validate};
use crate::learner::Item;
use crate::text::Message;
use crate::text::authored::{Problem, Source};

static CODEX: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/codex");
static QUESTS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/quests");

/// The small files of shared data, by name and text.
#[derive(Clone, Debug)]
pub struct Shared<'a> {
    pub chapters: Source<'a>,
    /// The codex, by name of file.
    pub concepts: Vec<Source<'a>>,
    pub items: Source<'a>,
    pub sandboxes: Source<'a>,
}

impl Shared<'static> {
    /// Those that are part of the program.
    pub fn embedded() -> Self {
        macro_rules! asset {
            ($name:literal) => {
                Source::new(concat!("assets/", $name), include_str!(concat!("../../assets/", $name)))
            };
        }
        Self {
            chapters: asset!("chapters.ron"),
            concepts: ron_files(&CODEX).into_iter().map(|(file, text)| Source::new(file, text)).collect(),
            items: asset!("items.ron"),
            sandboxes: asset!("sandboxes.ron"),
        }
    }
}

/// All that could be read, and the problems of the rest.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    chapters: Vec<Chapter>,
    concepts: Vec<Concept>,
    items: Vec<Item>,
    sandboxes: Vec<Arc<Sandbox>>,
    quests: Vec<Arc<Quest>>,
    problems: Vec<Problem>,
}

impl Catalogue {
    /// What is part of the program.
    pub fn embedded() -> Self {
        Self::with(&[])
    }

    /// The quest files that are part of the program, as `quests/…`, and their texts.
    pub fn embedded_files() -> Vec<(String, &'static str)> {
        ron_files(&QUESTS).into_iter().map(|(file, text)| (format!("quests/{file}"), text)).collect()
    }

    /// What is part of the program, and further quest files that an edge has read. A quest of theirs takes the place of
    /// the one with the same id.
    pub fn with(extra: &[Source<'_>]) -> Self {
        let embedded = Self::embedded_files();
        let replaced: BTreeSet<_> =
            extra.iter().filter_map(|source| source.read::<Quest>().ok()).map(|quest| quest.id).collect();
        let mut sources: Vec<_> = embedded.iter().map(|(file, text)| Source::new(file, text)).collect();
        if !replaced.is_empty() {
            sources.retain(|source| source.read::<Quest>().map_or(true, |quest| !replaced.contains(&quest.id)));
        }
        sources.extend_from_slice(extra);
        Self::read(Shared::embedded(), &sources)
    }

    /// Reads it all. A file with a problem is out; the others stand.
    pub fn read(shared: Shared<'_>, quests: &[Source<'_>]) -> Self {
        let mut catalogue = Self::default();
        let problems = &mut catalogue.problems;
        catalogue.chapters = list(shared.chapters, problems);
        for source in &shared.concepts {
            catalogue.concepts.extend(Concept::read(source).unwrap_or_else(|problem| {
                problems.push(problem);
                Vec::new()
            }));
        }
        catalogue.items = list(shared.items, problems);
        catalogue.sandboxes = list(shared.sandboxes, problems).into_iter().map(Arc::new).collect();

        let mut read: Vec<(Arc<Quest>, Source<'_>)> = Vec::new();
        let mut ids = BTreeSet::new();
        for source in quests {
            match source.read::<Quest>() {
                Ok(quest) if !ids.insert(quest.id.clone()) => {
                    let what = Message::new("problem-double-id").with("id", &quest.id);
                    catalogue.problems.push(source.problem(&quest.id, what));
                }
                Ok(quest) => read.push((Arc::new(quest), *source)),
                Err(problem) => catalogue.problems.push(problem),
            }
        }
        read.retain(|(quest, source)| {
            let mut wrong = validate::quest(quest, source, &catalogue);
            let good = wrong.is_empty();
            catalogue.problems.append(&mut wrong);
            good
        });
        // Taking one quest out may leave another without its teacher: until nothing changes.
        loop {
            let all: Vec<_> = read.iter().map(|(quest, _)| Arc::clone(quest)).collect();
            let wrong = validate::requirements(&all);
            if wrong.is_empty() {
                break;
            }
            for (id, needle, what) in wrong {
                if let Some(at) = read.iter().position(|(quest, _)| quest.id == id) {
                    let (_, source) = read.remove(at);
                    catalogue.problems.push(source.problem_after("requires", &needle, what));
                }
            }
        }
        catalogue.quests = read.into_iter().map(|(quest, _)| quest).collect();
        catalogue.quests.sort_by(|a, b| (a.chapter, a.number, &a.id).cmp(&(b.chapter, b.number, &b.id)));
        catalogue
    }

    /// The quests, in the order of the curriculum.
    pub fn quests(&self) -> &[Arc<Quest>] {
        &self.quests
    }

    /// The quest with this id.
    pub fn quest(&self, id: &str) -> Option<&Arc<Quest>> {
        self.quests.iter().find(|quest| quest.id == id)
    }

    /// The chapters, by number.
    pub fn chapters(&self) -> &[Chapter] {
        &self.chapters
    }

    /// The chapter with this number.
    pub fn chapter(&self, number: u32) -> Option<&Chapter> {
        self.chapters.iter().find(|chapter| chapter.number == number)
    }

    /// The concepts, in their order.
    pub fn concepts(&self) -> &[Concept] {
        &self.concepts
    }

    /// The concept with this id.
    pub fn concept(&self, id: &str) -> Option<&Concept> {
        self.concepts.iter().find(|concept| concept.id == id)
    }

    /// The item with this id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// All items.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The sandboxes, in their order.
    pub fn sandboxes(&self) -> &[Arc<Sandbox>] {
        &self.sandboxes
    }

    /// The sandbox with this id.
    pub fn sandbox(&self, id: &str) -> Option<&Arc<Sandbox>> {
        self.sandboxes.iter().find(|sandbox| sandbox.id == id)
    }

    /// What could not be read.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The quests that teach a concept.
    pub fn teachers<'a>(&'a self, concept: &'a str) -> impl Iterator<Item = &'a Arc<Quest>> {
        self.quests.iter().filter(move |quest| quest.teaches.iter().any(|taught| taught == concept))
    }

    /// Whether every concept that the quest requires was taught by a quest that was won.
    pub fn is_open(&self, quest: &Quest, won: impl Fn(&str) -> bool) -> bool {
        quest.requires.iter().all(|concept| self.teachers(concept).any(|teacher| won(&teacher.id)))
    }
}

/// The RON files of an embedded folder: name in it and text, by name.
pub(crate) fn ron_files(folder: &'static Dir<'static>) -> Vec<(&'static str, &'static str)> {
    let mut files: Vec<_> = folder
        .files()
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "ron"))
        .filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)))
        .collect();
    files.sort_unstable();
    files
}

fn list<T: serde::de::DeserializeOwned>(source: Source<'_>, problems: &mut Vec<Problem>) -> Vec<T> {
    source.read().unwrap_or_else(|problem| {
        problems.push(problem);
        Vec::new()
    })
}
