//! What the features' tests share: a terminal on a fresh world.

use ecr_quest::shell::{self, Output};
use ecr_quest::text::{Lang, Words};
use ecr_quest::world::World;

/// A world with a shell, in English.
pub struct Terminal {
    pub world: World,
    words: Words,
}

impl Terminal {
    /// A fresh world, always the same.
    pub fn new() -> Self {
        Self { world: World::new(1), words: Words::new(Lang::En) }
    }

    /// Runs a line.
    pub fn run(&mut self, line: &str) -> Output {
        shell::run(&mut self.world, &self.words, line)
    }

    /// Runs a line that must succeed, and answers what it printed.
    #[track_caller]
    pub fn ok(&mut self, line: &str) -> String {
        let output = self.run(line);
        assert_eq!(output.code, 0, "`{line}` failed: {}", output.text());
        output.text()
    }
}

/// Runs lines in a fresh world: what a terminal shows, prompts and all.
pub fn sh(lines: &str) -> String {
    let mut terminal = Terminal::new();
    let mut shown = String::new();
    let mut pending = String::new();
    for line in lines.lines() {
        shown += if pending.is_empty() { "$ " } else { "> " };
        shown += &format!("{line}\n");
        pending += line;
        if shell::is_complete(&pending) {
            shown += &terminal.run(&pending).text();
            pending.clear();
        } else {
            pending.push('\n');
        }
    }
    shown
}

/// Runs a line in a fresh world and compares what it printed.
#[track_caller]
pub fn check(line: &str, expect: &str) {
    assert_eq!(Terminal::new().run(line).text(), expect, "{line}");
}
