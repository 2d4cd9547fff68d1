//! Proving a quest file: it starts unsolved, each solution wins, each wrong turn fails for the reason listed.

use std::sync::Arc;

use super::{GoalStatus, Quest, Session};
use crate::text::{Message, Words};

/// What a proof found wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The text in the file to point at: an objective's id, a line, a wrong turn's name.
    pub at: String,
    /// What is wrong.
    pub what: Message,
}

/// Plays a quest as its author says it goes, and answers where it does not. Empty for a quest that is proved.
///
/// The form of the file, and what it names, were checked when it was read.
pub fn prove(quest: &Arc<Quest>, words: &Words) -> Vec<Failure> {
    let start = match Session::start(quest, words) {
        Ok(session) => session,
        Err(error) => return vec![Failure { at: error.text.clone(), what: error.message() }],
    };
    let mut failures = Vec::new();
    for goal in start.goals().iter().filter(|goal| !goal.bonus && goal.progress.met) {
        failures.push(Failure { at: goal.id.clone(), what: Message::new("prove-starts-solved").with("id", &goal.id) });
    }
    let mut fewest = u32::MAX;
    for (index, solution) in quest.solutions.iter().enumerate() {
        let mut session = start.clone();
        for line in &solution.lines {
            session.run(&line.run, words);
        }
        if session.is_won() {
            fewest = fewest.min(session.commands());
        } else {
            failures.extend(unmet(&session).map(|goal| {
                Failure {
                    at: solution.name.en.clone(),
                    what: Message::new("prove-solution-fails")
                        .with("name", solution.name.text(words.lang()))
                        .with("id", &goal.id)
                        .with("missing", missing(goal, words)),
                }
            }));
        }
        // The others may show how failures are read; what "Show me" plays goes smoothly.
        if index == 0 {
            failures.extend(broken_line(&session, &solution.name.en));
        }
    }
    if fewest != u32::MAX && fewest > quest.par {
        let what = Message::new("prove-above-par").with("par", quest.par).with("fewest", fewest);
        failures.push(Failure { at: "par".to_owned(), what });
    }
    for bonus in &quest.bonus {
        let reached = quest.solutions.iter().any(|solution| {
            let mut session = start.clone();
            solution.lines.iter().for_each(|line| drop(session.run(&line.run, words)));
            session.goals().iter().any(|goal| goal.id == bonus.id && goal.progress.met)
        });
        if !reached {
            let what = Message::new("prove-bonus-unreached").with("id", &bonus.id);
            failures.push(Failure { at: bonus.id.clone(), what });
        }
    }
    for wrong_turn in &quest.must_fail {
        let mut session = start.clone();
        wrong_turn.lines.iter().for_each(|line| drop(session.run(line, words)));
        for id in &wrong_turn.because {
            if session.goals().iter().any(|goal| goal.id == *id && goal.progress.met) {
                let what = Message::new("prove-wrong-turn-wins")
                    .with("name", wrong_turn.name.text(words.lang()))
                    .with("id", id);
                failures.push(Failure { at: wrong_turn.name.en.clone(), what });
            }
        }
        let only_bonus = wrong_turn.because.iter().all(|id| quest.bonus.iter().any(|bonus| bonus.id == *id));
        if session.is_won() && !only_bonus {
            let what = Message::new("prove-wrong-turn-wins")
                .with("name", wrong_turn.name.text(words.lang()))
                .with("id", wrong_turn.because.join(", "));
            failures.push(Failure { at: wrong_turn.name.en.clone(), what });
        }
    }
    failures
}

fn unmet(session: &Session) -> impl Iterator<Item = &GoalStatus> {
    session.goals().iter().filter(|goal| !goal.bonus && !goal.progress.met)
}

fn missing(goal: &GoalStatus, words: &Words) -> String {
    goal.progress.missing.iter().map(|message| message.say(words)).collect::<Vec<_>>().join("; ")
}

/// A line of the first solution that fails is a mistake of its author, even if the quest is won.
fn broken_line(session: &Session, solution: &str) -> Option<Failure> {
    let step = session.steps().iter().find(|step| step.output.code != 0)?;
    let what = match super::last_words(&step.output) {
        silent if silent.is_empty() => Message::new("prove-line-fails-silently"),
        said => Message::new("prove-line-fails").with("said", said),
    };
    let what = what
        .with("name", solution)
        .with("line", step.line.lines().next().unwrap_or_default())
        .with("code", step.output.code);
    Some(Failure { at: step.line.clone(), what })
}
