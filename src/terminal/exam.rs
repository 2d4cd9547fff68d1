//! Questions in the terminal: practice and mock.

use super::page::Page;
use super::quest::{notices, say};
use super::{Console, line, now};
use crate::app::{App, Intent, Screen};
use crate::exam::{Hall, Practice, Sitting};
use crate::text::Message;

/// The questions on the screen, one by one, each explained; until they are over or the input ends.
pub(super) fn practice(app: &mut App, console: &mut Console) {
    loop {
        let Some(practice) = current_practice(app) else { return };
        let Some(sitting) = practice.current() else {
            let result =
                Message::new("terminal-practice-over").with("right", practice.right()).with("of", practice.len());
            return say(app, &result);
        };
        let (number, of) = (practice.number(), practice.len());
        ask(app, console.page(), sitting, number, of);
        let Some(answer) = console.line("? ", None) else { return };
        if answer.trim() == "quit" {
            return;
        }
        choose(app, &answer);
        app.apply(Intent::Check);
        let Some(sitting) = current_practice(app).and_then(Practice::current) else { return };
        if sitting.checked {
            explain(app, console.page(), sitting);
            app.apply(Intent::NextQuestion);
        } else {
            let count = sitting.question().kind.count();
            say(app, &Message::new("terminal-choose").with("n", count));
        }
    }
}

/// A mock: answers, `f` to flag, a number to go to a question, `done` to hand it in.
pub(super) fn mock(app: &mut App, console: &mut Console) {
    say(app, &Message::new("terminal-mock-help"));
    loop {
        app.set_now(now());
        notices(app);
        let Hall::Mock(mock) = app.hall() else { break };
        let Some(sitting) = mock.current() else { break };
        let left = mock.seconds_left(app.now());
        let (at, of) = (mock.at(), mock.sittings().len());
        ask(app, console.page(), sitting, at + 1, of);
        say(app, &Message::new("terminal-time-left").with("minutes", left / 60).with("seconds", left % 60));
        let Some(answer) = console.line("? ", None) else { break };
        match answer.trim() {
            "done" => app.apply(Intent::FinishMock),
            "f" => app.apply(Intent::Flag),
            "" => app.apply(Intent::NextQuestion),
            number if number.parse::<usize>().is_ok() => {
                let number = number.parse().unwrap_or(1_usize);
                app.apply(Intent::GoToQuestion(number.saturating_sub(1)));
            }
            answer => {
                choose(app, answer);
                app.apply(Intent::NextQuestion);
            }
        }
    }
    if let Hall::Review(review) = app.hall() {
        let passed = if review.result.passed() { "exam-passed" } else { "exam-failed" };
        let score = Message::new("terminal-mock-result")
            .with("score", review.result.score)
            .with("mark", review.result.pass_mark)
            .with("passed", Message::new(passed));
        say(app, &score);
        for domain in &review.result.domains {
            let name = review.blueprint.domain(domain.domain).map_or("", |domain| domain.name.text(app.lang()));
            line(&format!("  {}/{}  {name}", domain.right, domain.of));
        }
        for sitting in &review.sittings {
            line("");
            line(&console.page().item("", sitting.question().text.text(app.lang())));
            explain(app, console.page(), sitting);
        }
    }
    app.apply(Intent::LeaveExam);
}

fn current_practice(app: &App) -> Option<&Practice> {
    match (app.screen(), app.hall()) {
        (Screen::Debrief, _) => app.debrief()?.practice.as_ref(),
        (_, Hall::Practice(practice)) => Some(practice),
        _ => None,
    }
}

fn ask(app: &App, page: Page, sitting: &Sitting, number: usize, of: usize) {
    let flag = if sitting.flagged { " !" } else { "" };
    line(&format!("\n{}\n", page.item(&format!("{number}/{of}{flag}  "), sitting.question().text.text(app.lang()))));
    for ((option, chosen), letter) in sitting.options().zip('A'..='Z') {
        let mark = if chosen { "*" } else { " " };
        line(&page.item(&format!("{mark}{letter}. "), option.text.text(app.lang())));
    }
    let count = sitting.question().kind.count();
    say(app, &Message::new("terminal-choose").with("n", count));
}

/// Chooses by letters: `b`, `a c`, `ac`. What was chosen before is taken back first.
fn choose(app: &mut App, answer: &str) {
    let chosen: Vec<usize> = {
        let sitting = match app.hall() {
            Hall::Mock(mock) if app.screen() == Screen::Exam => mock.current(),
            _ => current_practice(app).and_then(Practice::current),
        };
        let options = sitting.map(|sitting| sitting.options().map(|(_, chosen)| chosen).collect::<Vec<_>>());
        options.unwrap_or_default().iter().enumerate().filter(|(_, chosen)| **chosen).map(|(place, _)| place).collect()
    };
    for place in chosen {
        app.apply(Intent::Choose(place));
    }
    for letter in answer.chars().map(|letter| letter.to_ascii_lowercase()).filter(char::is_ascii_lowercase) {
        app.apply(Intent::Choose(usize::from(letter as u8 - b'a')));
    }
}

fn explain(app: &App, page: Page, sitting: &Sitting) {
    let key = if sitting.is_right() { "exam-right" } else { "exam-wrong" };
    line(&app.words().get(key));
    for ((option, chosen), letter) in sitting.options().zip('A'..='Z') {
        let mark = if option.correct { "+" } else { "-" };
        let star = if chosen { "*" } else { " " };
        line(&page.item(&format!("{star}{mark} {letter}. "), option.why.text(app.lang())));
    }
}
