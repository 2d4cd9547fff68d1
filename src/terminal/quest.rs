//! A quest or a sandbox in the terminal.

use std::process::ExitCode;

use super::page::Page;
use super::{Console, line};
use crate::app::{App, Intent, Screen};
use crate::quest::{HintLevel, Session};
use crate::shell;
use crate::text::Message;

/// Plays a quest until the input ends or the learner leaves. Succeeds when it is won.
pub(super) fn play(app: &mut App, console: &mut Console, id: &str, fresh: bool) -> ExitCode {
    let id = id.to_owned();
    app.apply(if fresh { Intent::RestartQuest(id) } else { Intent::StartQuest(id) });
    if app.screen() != Screen::Play {
        notices(app);
        return ExitCode::from(2);
    }
    let page = console.page();
    story(app, page);
    goals(app, page);
    notices(app);
    say(app, &Message::new("terminal-play-help"));
    let won = converse(app, console);
    if won { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Plays in a sandbox until the input ends or the learner leaves.
pub(super) fn sandbox(app: &mut App, console: &mut Console, id: &str) {
    app.apply(Intent::StartSandbox(id.to_owned()));
    notices(app);
    if app.screen() == Screen::Sandbox {
        say(app, &Message::new("terminal-sandbox-help"));
        converse(app, console);
    }
}

/// Lines in, answers out. Says whether the quest was won in it.
fn converse(app: &mut App, console: &mut Console) -> bool {
    let screen = app.screen();
    let mut told = false;
    while let Some(session) = app.session() {
        let prompt = shell::prompt(session.present());
        let world = session.present().clone();
        let Some(text) = console.command(&prompt, Some(&world)) else { break };
        let (word, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        match word.strip_prefix(':').unwrap_or(word) {
            "quit" => break,
            "hint" => hint(app, console.page(), rest.trim()),
            "goals" => goals(app, console.page()),
            "story" => story(app, console.page()),
            "undo" if rest.is_empty() => undo(app),
            "reset" if word.starts_with(':') => app.apply(Intent::Reset),
            "help" if word.starts_with(':') => own_help(app),
            // The shell's commands, and then those that are no commands of a shell.
            "help" if rest.is_empty() => {
                run(app, console, &text);
                own_help(app);
            }
            "show" if rest.is_empty() => {
                app.apply(Intent::ShowMe);
                announce(app, console.page());
            }
            "next" if rest.is_empty() => next(app, console),
            "back" if rest.is_empty() => app.apply(Intent::EndShow),
            _ => run(app, console, &text),
        }
        if !told && app.session().is_some_and(Session::is_won) {
            notices(app);
            debrief(app, console);
            told = true;
        }
        notices(app);
        // `exit` leaves by opening the map.
        if app.screen() != screen {
            break;
        }
    }
    app.quest_session().is_some_and(Session::is_won)
}

fn run(app: &mut App, console: &mut Console, text: &str) {
    app.apply(Intent::Run(text.to_owned()));
    let Some(step) = last(app) else { return };
    console.print(&step);
    if let Some(editor) = app.editor().cloned() {
        if !console.is_interactive() {
            app.apply(Intent::CloseEditor);
            return console.no_editor(app.words(), &editor.path);
        }
        match console.text(app.words(), &editor.path, &editor.text) {
            Some(content) => app.apply(Intent::SaveFile { path: editor.path, content }),
            None => app.apply(Intent::CloseEditor),
        }
    }
}

fn last(app: &App) -> Option<shell::Output> {
    // After `exit` the map is on the screen; the line still printed something.
    let session = app.session().or_else(|| app.quest_session())?;
    session.steps().last().map(|step| step.output.clone())
}

/// The words that are the edition's own.
fn own_help(app: &App) {
    let in_quest = app.screen() == Screen::Play;
    say(app, &Message::new(if in_quest { "terminal-play-help" } else { "terminal-sandbox-help" }));
}

fn undo(app: &mut App) {
    if app.session().is_some_and(|session| session.steps().is_empty() && !session.is_showing()) {
        return say(app, &Message::new("terminal-nothing-to-undo"));
    }
    app.apply(Intent::Undo);
}

fn next(app: &mut App, console: &mut Console) {
    if app.session().is_none_or(|session| !session.is_showing()) {
        return say(app, &Message::new("terminal-show-none"));
    }
    if app.session().is_none_or(|session| session.next_line().is_none()) {
        return say(app, &Message::new("terminal-show-over"));
    }
    if let Some(next) = app.session().and_then(Session::next_line) {
        line(&format!("$ {}", next.run));
    }
    app.apply(Intent::NextStep);
    if let Some(output) = last(app) {
        console.print(&output);
    }
    announce(app, console.page());
}

/// What the show runs next.
fn announce(app: &App, page: Page) {
    match app.session().and_then(Session::next_line) {
        Some(next) => {
            if let Some(about) = &next.say {
                line(&page.document(about.text(app.lang())));
            }
            say(app, &Message::new("terminal-show-next").with("line", &next.run));
        }
        None => say(app, &Message::new("terminal-show-over")),
    }
}

fn hint(app: &mut App, page: Page, goal: &str) {
    let goal = match app.session().and_then(Session::current_goal) {
        _ if !goal.is_empty() => goal.to_owned(),
        Some(current) => current.id.clone(),
        None => return,
    };
    let before: Vec<_> = app.session().into_iter().flat_map(Session::hints).collect();
    app.apply(Intent::Hint(goal));
    let Some(session) = app.session() else { return };
    let Some(quest) = session.quest() else { return };
    for hint in session.hints().filter(|index| !before.contains(index)).filter_map(|index| quest.hints.get(index)) {
        let level = match hint.level {
            HintLevel::Observe => "hint-observe",
            HintLevel::Direct => "hint-direct",
            HintLevel::Answer => "hint-answer",
        };
        let cost = session.hint_cost(hint.level);
        let head = Message::new("terminal-hint").with("level", Message::new(level)).with("cost", cost);
        line(&format!("{}\n{}", page.bold(&head.say(app.words())), page.document(hint.text.text(app.lang()))));
    }
}

/// Title and story.
fn story(app: &App, page: Page) {
    let Some(quest) = app.session().and_then(Session::quest) else { return };
    let text = quest.text.get(app.lang());
    line(&format!("\n{}\n\n{}\n", page.bold(&text.title), page.document(&text.story)));
}

/// All objectives and bonuses with what is missing.
fn goals(app: &App, page: Page) {
    let Some(session) = app.session() else { return };
    let Some(quest) = session.quest() else { return };
    for goal in session.goals() {
        let objectives = quest.objectives.iter().map(|objective| (&objective.id, &objective.text));
        let bonus = quest.bonus.iter().map(|bonus| (&bonus.id, &bonus.text));
        let Some((_, text)) = objectives.chain(bonus).find(|(id, _)| **id == goal.id) else { continue };
        let mark = if goal.progress.met { "[x]" } else { "[ ]" };
        let text = text.get(app.lang());
        let kind =
            if goal.bonus { format!(" ({})", Message::new("terminal-bonus").say(app.words())) } else { String::new() };
        line(&page.item(&format!("{mark} "), &format!("**{}**{kind}: {}", text.title, text.detail)));
        for missing in &goal.progress.missing {
            line(&page.item("      ", &missing.say(app.words())));
        }
    }
    if let Some(score) = session.score() {
        let used = Message::new("terminal-par").with("par", quest.par).with("n", score.commands);
        say(app, &used);
    }
}

/// What the win brought, what it meant, and three questions for a person.
fn debrief(app: &mut App, console: &mut Console) {
    let page = console.page();
    let Some(state) = app.debrief() else { return };
    let stars = "*".repeat(usize::from(state.score.stars));
    let summary = Message::new("terminal-won")
        .with("title", &state.quest.text.get(app.lang()).title)
        .with("stars", stars)
        .with("xp", state.score.xp)
        .with("commands", state.score.commands)
        .with("par", state.quest.par);
    line(&format!("\n{}\n", summary.say(app.words())));
    let text = &state.quest.text.get(app.lang()).debrief;
    for (key, text) in
        [("debrief-model", &text.model), ("debrief-exam", &text.exam), ("debrief-prevent", &text.prevent)]
    {
        line(&format!("{}\n\n{}\n", page.bold(&app.words().get(key)), page.document(text)));
    }
    if state.practice.is_some() && console.is_interactive() {
        app.apply(Intent::OpenDebrief);
        super::exam::practice(app, console);
        app.apply(Intent::Open(Screen::Play));
    }
}

/// Prints the notices and takes them away.
pub(super) fn notices(app: &mut App) {
    let toasts: Vec<_> = app.toasts().to_vec();
    for toast in toasts {
        line(&format!("* {}", toast.message.say(app.words())));
        app.apply(Intent::DismissToast(toast.number));
    }
}

pub(super) fn say(app: &App, message: &Message) {
    line(&message.say(app.words()));
}
