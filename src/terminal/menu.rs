//! The menu of the edition without a window.

use std::process::ExitCode;

use super::quest::{notices, say};
use super::{Console, codex, exam, line, quest};
use crate::app::{App, Intent};
use crate::exam::Hall;
use crate::text::{Lang, Message};

/// Lists, asks, opens; until the learner leaves or the input ends.
pub(super) fn run(app: &mut App, console: &mut Console) -> ExitCode {
    loop {
        notices(app);
        list(app);
        let prompt = format!("{} ", app.words().get("terminal-menu-prompt"));
        let Some(answer) = console.line(&prompt, None) else { break };
        let (word, rest) = answer.trim().split_once(' ').unwrap_or((answer.trim(), ""));
        match word {
            // The list and what can be typed come again by themselves.
            "" | "help" => {}
            "quit" | "exit" | "q" => break,
            "sandbox" => {
                let first = app.catalogue().sandboxes().first().map(|sandbox| sandbox.id.clone()).unwrap_or_default();
                quest::sandbox(app, console, if rest.is_empty() { &first } else { rest.trim() });
            }
            "exam" => hall(app, console, rest.trim()),
            "codex" => codex::open(app, console, rest.trim()),
            "profile" => profile(app),
            "language" => {
                let lang = Lang::from_locale(rest.trim()).unwrap_or(app.lang().other());
                app.apply(Intent::SetLanguage(lang));
            }
            "name" => app.apply(Intent::SetName(rest.to_owned())),
            number if number.parse::<usize>().is_ok() => {
                let at = number.parse::<usize>().unwrap_or_default();
                let id =
                    at.checked_sub(1).and_then(|at| app.catalogue().quests().get(at)).map(|quest| quest.id.clone());
                open(app, console, &id.unwrap_or_else(|| number.to_owned()));
            }
            id => open(app, console, id),
        }
    }
    ExitCode::SUCCESS
}

fn open(app: &mut App, console: &mut Console, id: &str) {
    // Whether it was won is said by the quest itself.
    let _ = quest::play(app, console, id, false);
}

fn list(app: &App) {
    let level = app.profile().level();
    let head = Message::new("terminal-menu-head").with("level", level.number).with("xp", app.profile().xp);
    line(&format!("\nECR Quest · {}\n", head.say(app.words())));
    for (number, quest) in (1..).zip(app.catalogue().quests()) {
        let best = app.profile().quests.get(&quest.id);
        let state = match best {
            Some(best) => "*".repeat(usize::from(best.stars)),
            None if app.is_open(quest) => String::new(),
            None => app.words().get("terminal-closed"),
        };
        let text = quest.text.get(app.lang());
        line(&format!("{number:>3}  {} ({}) · {} XP  {state}", text.title, quest.id, quest.xp));
    }
    line("");
    say(app, &Message::new("terminal-menu-help"));
}

fn hall(app: &mut App, console: &mut Console, what: &str) {
    if what.is_empty() {
        for blueprint in app.bank().mocks() {
            line(&format!("  exam {:<10} {}", blueprint.code, blueprint.name.text(app.lang())));
        }
        for (topic, count) in app.bank().topics() {
            let name = app.catalogue().concept(topic).map_or(topic, |concept| concept.name.text(app.lang()));
            line(&format!("  exam {topic:<20} {name} ({count})"));
        }
        return say(app, &Message::new("terminal-exam-help"));
    }
    if app.bank().blueprint(what).is_some() {
        app.apply(Intent::StartMock(what.to_owned()));
    } else {
        app.apply(Intent::StartPractice(Some(what.to_owned()).filter(|topic| topic != "all")));
    }
    notices(app);
    match app.hall() {
        Hall::Mock(_) => exam::mock(app, console),
        Hall::Practice(_) => {
            exam::practice(app, console);
            app.apply(Intent::LeaveExam);
        }
        Hall::Lobby | Hall::Review(_) => {}
    }
}

fn profile(app: &App) {
    let profile = app.profile();
    let level = profile.level();
    if !profile.name.is_empty() {
        line(&profile.name);
    }
    let text = Message::new("terminal-profile")
        .with("level", level.number)
        .with("xp", profile.xp)
        .with("next", level.next)
        .with("won", profile.quests.len())
        .with("of", app.catalogue().quests().len());
    say(app, &text);
    for item in profile.items.iter().filter_map(|item| app.catalogue().item(item)) {
        line(&format!("  {} – {}", item.name.text(app.lang()), item.text.text(app.lang())));
    }
    for result in &profile.exams {
        let passed = if result.passed() { "exam-passed" } else { "exam-failed" };
        line(&format!("  {} {} / 1000, {}", result.exam, result.score, app.words().get(passed)));
    }
}
