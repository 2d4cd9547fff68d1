//! Every example in the documents runs and prints what it says.

use ecr_quest::text::{Lang, Words};
use ecr_quest::world::World;
use ecr_quest::{evaluate, quest, shell};

/// The fenced blocks of `text` that are marked `mark`.
fn blocks<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
    let fence = format!("```{mark}\n");
    text.split(&fence).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// A block of `$ line` and what it prints, as a learner sees it in a fresh sandbox.
fn check_session(block: &str) {
    let words = Words::new(Lang::En);
    let mut world = World::new(0);
    let mut lines = block.lines().peekable();
    while let Some(line) = lines.next() {
        let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("expected `$ …`, found `{line}`"));
        let mut expected = String::new();
        while let Some(printed) = lines.next_if(|next| !next.starts_with("$ ")) {
            expected += printed;
            expected.push('\n');
        }
        let output = shell::run(&mut world, &words, command);
        assert_eq!(output.text(), expected, "after `{command}`");
    }
}

#[test]
fn the_sessions_in_the_readme_print_what_it_says() {
    let found = blocks(include_str!("../../README.md"), "ecr-quest");
    assert!(!found.is_empty());
    found.into_iter().for_each(check_session);
}

#[test]
fn the_commands_in_the_readme_are_read_by_the_command_line() {
    let text = include_str!("../../README.md");
    let commands: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("ecr-quest "))
        .map(|rest| rest.split(" #").next().unwrap())
        .collect();
    assert!(commands.len() >= 5);
    for command in commands {
        if (command.starts_with("capture") || command.contains("--window")) && !cfg!(feature = "game") {
            continue;
        }
        // With `--help` behind them all arguments are read, and nothing is done.
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_ecr-quest"));
        let output = child.args(command.split_whitespace()).arg("--help").output().unwrap();
        assert!(output.status.success(), "`ecr-quest {command}`: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_questions_in_the_readme_are_answered_as_it_says() {
    let text = include_str!("../../README.md");
    let words = Words::new(Lang::En);
    type Ask = fn(&str, &Words) -> evaluate::Answer;
    let engines: [(&str, Ask); 2] = [("evaluate-iam", evaluate::iam), ("evaluate-lifecycle", evaluate::lifecycle)];
    for (mark, ask) in engines {
        let found = blocks(text, mark);
        assert!(!found.is_empty(), "{mark}");
        for block in found {
            let (question, answer) = block.trim_end().split_once('\n').unwrap();
            assert_eq!(ask(question, &words).line, answer);
        }
    }
}

#[test]
fn the_readme_names_files_that_are_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for text in
        [include_str!("../../README.md"), include_str!("../../ARCHITECTURE.md"), include_str!("../../CONTRIBUTING.md")]
    {
        for name in text.split('`').skip(1).step_by(2) {
            let is_path = name.contains('/') && !name.contains([' ', '…', '*', '$', '~', '.'].as_slice())
                || name.ends_with(".md");
            let is_ours = ["src/", "assets/", "quests/", "tests/", ".ci/"].iter().any(|room| name.starts_with(room));
            if (is_path && is_ours) || name.ends_with(".md") {
                assert!(root.join(name).exists(), "`{name}` is named and not there");
            }
        }
    }
}

#[test]
fn the_quest_that_the_readme_calls_good_to_copy_is_one() {
    assert!(quest::Catalogue::embedded().quest("first-push").is_some());
}
