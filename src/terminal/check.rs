//! `ecr-quest check`: proves quest and question files, and says file, line and column of what fails.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{is_ron, line, ron_paths, system_lang};
use crate::exam::{self, Bank};
use crate::quest::{self, Catalogue};
use crate::text::authored::{Problem, Source};
use crate::text::{Lang, Message, Words};

/// Proves the files, or all that are part of the program. Says each failure in a line; fails when there is one.
pub fn check(paths: &[PathBuf], lang: Option<Lang>) -> ExitCode {
    let words = Words::new(lang.unwrap_or_else(system_lang));
    let mut files = Vec::new();
    let mut failures = Vec::new();
    for path in paths {
        for found in read(path) {
            match found {
                Ok(file) => files.push(file),
                Err(problem) => failures.push(problem),
            }
        }
    }
    if paths.is_empty() {
        files.extend(Catalogue::embedded_files().into_iter().map(|(name, text)| (name, text.to_owned())));
        files.extend(Bank::embedded_files().into_iter().map(|(name, text)| (name, text.to_owned())));
    }
    let (questions, quests): (Vec<_>, Vec<_>) = files.iter().partition(|(_, text)| is_list(text));
    let sources = |files: &[&'_ (String, String)]| -> Vec<(String, String)> {
        files.iter().map(|(name, text)| (name.clone(), text.clone())).collect()
    };
    let quest_files = sources(&quests);
    let question_files = sources(&questions);
    let quest_sources: Vec<_> = quest_files.iter().map(|(name, text)| Source::new(name, text)).collect();
    let question_sources: Vec<_> = question_files.iter().map(|(name, text)| Source::new(name, text)).collect();
    let catalogue = Catalogue::with(&quest_sources);
    failures.extend(catalogue.problems().iter().cloned());
    for source in &quest_sources {
        // What is wrong with a file's form is enough; nor is the quest of this id then the file's.
        if !failures.iter().any(|failure| failure.file == source.file) {
            check_quest(source, &catalogue, &words, &mut failures);
        }
    }
    let bank = Bank::read(&question_sources, Bank::exams(), &catalogue);
    failures.extend(bank.problems().iter().cloned());
    for source in &question_sources {
        check_questions(source, &bank, &words, &mut failures);
    }
    for failure in &failures {
        eprintln!("{}", failure.say(&words));
    }
    let names: Vec<&str> = quest_sources.iter().chain(&question_sources).map(|source| source.file).collect();
    for name in names {
        if !failures.iter().any(|failure| failure.file == name) {
            line(&format!("ok {name}"));
        }
    }
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The `.ron` files of a folder, or the file itself: path and text, or why there is none.
fn read(path: &Path) -> Vec<Result<(String, String), Problem>> {
    let problem = |path: &Path, what| Problem { file: path.display().to_string(), line: 0, column: 0, what };
    let is_folder = match std::fs::metadata(path) {
        Ok(found) => found.is_dir(),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return vec![Err(problem(path, Message::new("check-no-such-path")))];
        }
        Err(error) => return vec![Err(problem(path, unreadable(&error)))],
    };
    let paths = if is_folder { ron_paths(path) } else { vec![path.to_owned()] };
    if paths.is_empty() {
        return vec![Err(problem(path, Message::new("check-no-file")))];
    }
    if !is_folder && !is_ron(path) {
        return vec![Err(problem(path, Message::new("check-not-ron")))];
    }
    let texts = paths.into_iter().map(|path| {
        let bytes = std::fs::read(&path).map_err(|error| problem(&path, unreadable(&error)))?;
        let text = String::from_utf8(bytes).map_err(|_| problem(&path, Message::new("check-not-utf-8")))?;
        Ok((path.display().to_string(), text))
    });
    texts.collect()
}

/// The text of one quest file, with its path.
pub(super) fn read_quest(path: &Path) -> Result<(String, String), Problem> {
    let problem = |what| Problem { file: path.display().to_string(), line: 0, column: 0, what };
    if path.is_dir() {
        return Err(problem(Message::new("check-folder")));
    }
    match read(path).pop() {
        Some(Ok((_, text))) if is_list(&text) => Err(problem(Message::new("check-questions"))),
        Some(read) => read,
        None => Err(problem(Message::new("check-no-such-path"))),
    }
}

fn unreadable(error: &std::io::Error) -> Message {
    Message::new("check-unreadable").with("why", error.to_string())
}

/// Questions are lists; a quest is one value.
fn is_list(text: &str) -> bool {
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("//"))
        .is_some_and(|l| l.starts_with('['))
}

fn check_quest(source: &Source<'_>, catalogue: &Catalogue, words: &Words, failures: &mut Vec<Problem>) {
    let Ok(read) = source.read::<quest::Quest>() else { return };
    let Some(found) = catalogue.quest(&read.id) else { return };
    for failure in quest::prove(found, words) {
        failures.push(source.problem(failure.at.lines().next().unwrap_or_default(), failure.what));
    }
}

fn check_questions(source: &Source<'_>, bank: &Bank, words: &Words, failures: &mut Vec<Problem>) {
    for question in source.read::<Vec<exam::Question>>().unwrap_or_default() {
        let Some(question) = bank.question(&question.id) else { continue };
        for failure in exam::prove(question, words) {
            let missing: Vec<_> = failure.missing.iter().map(|missing| missing.say(words)).collect();
            let what = match failure.option.and_then(|index| question.options.get(index)) {
                Some(option) => Message::new("check-option-unproved")
                    .with("id", &question.id)
                    .with("option", option.text.text(words.lang()))
                    .with("missing", missing.join("; ")),
                None => {
                    Message::new("check-question-unproved").with("id", &question.id).with("missing", missing.join("; "))
                }
            };
            failures.push(source.problem(&question.id, what));
        }
    }
}
