//! Everything authored around quests: quests, chapters, concepts, items, sandboxes, and what is wrong with the others.

use std::sync::Arc;

use include_dir::{Dir, include_dir};

use super::{Chapter, Concept, Quest, Sandbox, validate};
use crate::exam::{Bank, Blueprint};
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
    /// the one with the same id, unless it has a problem.
    pub fn with(extra: &[Source<'_>]) -> Self {
        let embedded = Self::embedded_files();
        let sources: Vec<_> = embedded.iter().map(|(file, text)| Source::new(file, text)).collect();
        Self::read_with(Shared::embedded(), &sources, extra)
    }

    /// Reads it all. A file with a problem is out; the others stand, and it is no problem of theirs.
    pub fn read(shared: Shared<'_>, quests: &[Source<'_>]) -> Self {
        Self::read_with(shared, &[], quests)
    }

    fn read_with(shared: Shared<'_>, shipped: &[Source<'_>], own: &[Source<'_>]) -> Self {
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

        let mut shelf = Shelf::default();
        shelf.put(shipped, false, &mut catalogue.problems);
        shelf.put(own, true, &mut catalogue.problems);
        // What is wrong with the exams is said by the bank of questions.
        let exams: Vec<Blueprint> = Bank::exams().read().unwrap_or_default();
        for file in &mut shelf.files {
            let mut wrong = validate::quest(&file.quest, &file.source, &catalogue, &exams);
            file.is_broken = !wrong.is_empty();
            catalogue.problems.append(&mut wrong);
        }
        shelf.check_requirements(&mut catalogue.problems);
        catalogue.quests = shelf.standing();
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

/// A quest file that could be read.
pub(super) struct QuestFile<'a> {
    pub(super) quest: Arc<Quest>,
    source: Source<'a>,
    /// Whether it was given beside what is part of the program.
    pub(super) is_own: bool,
    pub(super) is_broken: bool,
}

/// The quest files while they are looked at together.
#[derive(Default)]
struct Shelf<'a> {
    files: Vec<QuestFile<'a>>,
    /// Those whose place another took.
    replaced: Vec<QuestFile<'a>>,
    /// Whether some file could not be read: nobody knows what it teaches.
    is_partly_unknown: bool,
}

impl<'a> Shelf<'a> {
    fn put(&mut self, sources: &[Source<'a>], is_own: bool, problems: &mut Vec<Problem>) {
        for source in sources {
            let quest = match source.read::<Quest>() {
                Ok(quest) => Arc::new(quest),
                Err(problem) => {
                    self.is_partly_unknown = true;
                    problems.push(problem);
                    continue;
                }
            };
            let there = self.files.iter().position(|file| file.quest.id == quest.id);
            let file = QuestFile { quest, source: *source, is_own, is_broken: false };
            match there.and_then(|at| self.files.get_mut(at)) {
                None => self.files.push(file),
                Some(other) if is_own && !other.is_own => self.replaced.push(std::mem::replace(other, file)),
                Some(_) => {
                    let id = &file.quest.id;
                    problems.push(source.problem(id, Message::new("problem-double-id").with("id", id)));
                }
            }
        }
    }

    /// Says which quests can never be reached. What a broken file teaches counts as taught: that it is broken was said.
    fn check_requirements(&mut self, problems: &mut Vec<Problem>) {
        while let Some((at, concept, what)) = validate::unreachable(&self.files, self.is_partly_unknown) {
            let Some(file) = self.files.get_mut(at) else { break };
            file.is_broken = true;
            problems.push(file.source.problem_after("requires", &concept, what));
        }
    }

    fn standing(self) -> Vec<Arc<Quest>> {
        let mut quests: Vec<_> = self.files.into_iter().filter(|file| !file.is_broken).map(|file| file.quest).collect();
        for file in self.replaced {
            if !quests.iter().any(|quest| quest.id == file.quest.id) {
                quests.push(file.quest);
            }
        }
        quests
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
