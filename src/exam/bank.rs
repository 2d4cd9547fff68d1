//! All questions that could be read, and what is wrong with the others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

use super::{Blueprint, MOCK_QUESTIONS, Mock, Practice, Question};
use crate::learner::Tally;
use crate::quest::Catalogue;
use crate::text::Message;
use crate::text::authored::{Problem, Source};

static QUESTIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/exam");
const EXAMS: &str = include_str!("../../assets/exams.ron");

/// How many questions close a quest's debrief.
const AFTER_QUEST: usize = 3;

/// The exam questions and the exams.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    questions: Vec<Arc<Question>>,
    blueprints: Vec<Arc<Blueprint>>,
    problems: Vec<Problem>,
}

impl Bank {
    /// The question files that are part of the program, as `assets/exam/…`, and their texts.
    pub fn embedded_files() -> Vec<(String, &'static str)> {
        let files = crate::quest::ron_files(&QUESTIONS);
        files.into_iter().map(|(file, text)| (format!("assets/exam/{file}"), text)).collect()
    }

    /// The exams that are part of the program.
    pub fn exams() -> Source<'static> {
        Source::new("assets/exams.ron", EXAMS)
    }

    /// The questions that are part of the program.
    pub fn embedded(catalogue: &Catalogue) -> Self {
        let files = Self::embedded_files();
        let sources: Vec<_> = files.iter().map(|(file, text)| Source::new(file, text)).collect();
        Self::read(&sources, Self::exams(), catalogue)
    }

    /// Reads questions and exams. A file that can't be read is a problem; the others stand. So is a question that
    /// contradicts itself or names what does not exist.
    pub fn read(sources: &[Source<'_>], exams: Source<'_>, catalogue: &Catalogue) -> Self {
        let mut bank = Self::default();
        match exams.read::<Vec<Blueprint>>() {
            Ok(blueprints) => bank.blueprints = blueprints.into_iter().map(Arc::new).collect(),
            Err(problem) => bank.problems.push(problem),
        }
        let mut ids = BTreeSet::new();
        for source in sources {
            let questions = match source.read::<Vec<Question>>() {
                Ok(questions) => questions,
                Err(problem) => {
                    bank.problems.push(problem);
                    continue;
                }
            };
            for question in questions {
                let mut wrong = bank.check(&question, source, catalogue);
                if !ids.insert(question.id.clone()) {
                    wrong
                        .push(source.problem(&question.id, Message::new("problem-double-id").with("id", &question.id)));
                }
                if wrong.is_empty() {
                    bank.questions.push(Arc::new(question));
                }
                bank.problems.append(&mut wrong);
            }
        }
        bank
    }

    fn check(&self, question: &Question, source: &Source<'_>, catalogue: &Catalogue) -> Vec<Problem> {
        let mut wrong = Vec::new();
        let mut say = |needle: &str, what: Message| wrong.push(source.problem_after(&question.id, needle, what));
        if catalogue.concept(&question.topic).is_none() {
            say(&question.topic, Message::new("problem-unknown-concept").with("id", &question.topic));
        }
        for quest in &question.after {
            if catalogue.quest(quest).is_none() {
                say(quest, Message::new("problem-unknown-quest").with("id", quest));
            }
        }
        if question.exam.is_empty() {
            say("exam", Message::new("problem-empty").with("field", "exam"));
        }
        for statement in &question.exam {
            if !self.blueprints.iter().any(|blueprint| blueprint.asks(statement)) {
                let statement = statement.to_string();
                say(&statement, Message::new("problem-unknown-task").with("task", &statement));
            }
        }
        let correct = question.options.iter().filter(|option| option.correct).count();
        if correct != question.kind.count() || correct == 0 {
            let what = Message::new("problem-key").with("found", correct).with("expected", question.kind.count());
            say("options", what);
        }
        if question.options.len() < 4 || correct >= question.options.len() {
            say("options", Message::new("problem-options").with("found", question.options.len()));
        }
        let texts = question.options.iter().flat_map(|option| option.text.iter().chain(option.why.iter()));
        if question.text.iter().chain(texts).any(|(_, text)| text.trim().is_empty()) {
            say("text", Message::new("problem-blank-text"));
        }
        wrong
    }

    /// All questions, in the order of files.
    pub fn questions(&self) -> &[Arc<Question>] {
        &self.questions
    }

    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&Arc<Question>> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// What could not be read.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The topics asked about with their number of questions, by id.
    pub fn topics(&self) -> BTreeMap<&str, usize> {
        let mut topics = BTreeMap::new();
        for question in &self.questions {
            *topics.entry(question.topic.as_str()).or_default() += 1;
        }
        topics
    }

    /// The exams of which a mock can be made: those with enough questions.
    pub fn mocks(&self) -> impl Iterator<Item = &Arc<Blueprint>> {
        self.blueprints.iter().filter(|blueprint| {
            self.questions.iter().filter(|question| blueprint.domain_of(question).is_some()).count() >= MOCK_QUESTIONS
        })
    }

    /// The exam with this code.
    pub fn blueprint(&self, code: &str) -> Option<&Arc<Blueprint>> {
        self.blueprints.iter().find(|blueprint| blueprint.code == code)
    }

    /// Practice of one topic, or of everything: what was last answered wrong first, then what was never asked.
    pub fn practice(&self, topic: Option<&str>, answers: &BTreeMap<String, Tally>, seed: u64) -> Option<Practice> {
        let mut questions: Vec<_> = self
            .questions
            .iter()
            .filter(|question| topic.is_none_or(|topic| question.topic == topic))
            .map(Arc::clone)
            .collect();
        questions.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        questions.sort_by_key(|question| match answers.get(&question.id) {
            Some(tally) if !tally.last_right => 0,
            None => 1,
            Some(tally) => 1 + tally.right,
        });
        Practice::new(topic.map(str::to_owned), questions, seed)
    }

    /// The three questions that close a quest's debrief.
    pub fn after_quest(&self, quest: &str, seed: u64) -> Option<Practice> {
        // A question belongs to the quest that comes last among those it follows.
        let mut questions: Vec<_> = self
            .questions
            .iter()
            .filter(|question| question.after.last().is_some_and(|last| last == quest))
            .map(Arc::clone)
            .collect();
        questions.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        questions.truncate(AFTER_QUEST);
        Practice::new(None, questions, seed)
    }

    /// A mock of an exam; none where there are too few questions.
    pub fn mock(&self, exam: &str, seed: u64, now: i64) -> Option<Mock> {
        Mock::new(self.blueprint(exam)?, &self.questions, seed, now)
    }
}
