//! What a win is worth: XP less the hints, stars for par and for going without help.

use super::{HintLevel, Quest};

/// What winning a quest gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// One for winning, one for par or better, one for needing no help beyond a look (no [`HintLevel::Direct`] or
    /// [`HintLevel::Answer`] hint, no show).
    pub stars: u8,
    /// Commands used that count.
    pub commands: u32,
    /// Hints opened.
    pub hints: u32,
    /// The quest's XP less its hints, with the bonuses that are met.
    pub xp: u32,
    /// Ids of the bonuses that are met.
    pub bonus: Vec<String>,
    /// Whether the solution was shown.
    pub shown: bool,
}

/// The hints of a quest, and its show, never take more of its XP than this, in percent.
const MOST_TAKEN: u32 = 75;

/// What the show takes of a quest's XP, in percent.
const SHOW: u32 = 50;

/// What a hint takes, in XP: a twentieth, a tenth or a fifth of the quest's.
pub(super) fn hint_cost(quest: &Quest, level: HintLevel) -> u32 {
    let percent = match level {
        HintLevel::Observe => 5,
        HintLevel::Direct => 10,
        HintLevel::Answer => 20,
    };
    quest.xp * percent / 100
}

/// What the show takes, in XP.
pub(super) fn show_cost(quest: &Quest) -> u32 {
    quest.xp * SHOW / 100
}

pub(super) fn score<'a>(
    quest: &Quest,
    commands: u32,
    hints: impl Iterator<Item = HintLevel>,
    bonus: impl Iterator<Item = &'a str>,
    shown: bool,
) -> Score {
    let levels: Vec<_> = hints.collect();
    let bonus: Vec<_> = bonus.map(str::to_owned).collect();
    let taken: u32 = levels.iter().map(|level| hint_cost(quest, *level)).sum();
    let taken = if shown { taken.saturating_add(show_cost(quest)) } else { taken };
    let extra: u32 = quest.bonus.iter().filter(|entry| bonus.contains(&entry.id)).map(|entry| entry.xp).sum();
    let helped = shown || levels.iter().any(|level| *level > HintLevel::Observe);
    Score {
        stars: 1 + u8::from(commands <= quest.par) + u8::from(!helped),
        commands,
        hints: u32::try_from(levels.len()).unwrap_or(u32::MAX),
        xp: quest.xp - taken.min(quest.xp * MOST_TAKEN / 100) + extra,
        bonus,
        shown,
    }
}

/// Whether a line counts against par. Looking costs nothing: a learner who reads first is not punished for it.
///
/// The only place that looks at what was typed, and it judges no answer: a line is a look when each command in it is one.
pub(super) fn counts(line: &str) -> bool {
    let first = line.split("<<").next().unwrap_or_default();
    first.split([';', '|', '&', '\n']).map(str::trim).filter(|command| !command.is_empty()).any(acts)
}

fn acts(command: &str) -> bool {
    const LOOKS: &[&str] = &[
        "help", "why", "history", "clear", "ls", "cat", "pwd", "echo", "printf", "cd", "head", "tail", "grep", "sort",
        "wc", "cut", "jq", "env", "base64", "edit", "exit", "#", "uniq", "find", "whoami", "date", "true",
    ];
    if command.contains('>') {
        return true;
    }
    let mut words = command.split_whitespace();
    let name = words.next().unwrap_or_default();
    let mut plain = plain(words).into_iter();
    match name {
        "aws" => {
            let _service = plain.next();
            !plain.next().is_some_and(|verb| {
                verb == "help" || ["describe-", "list-", "get-", "batch-get-"].iter().any(|look| verb.starts_with(look))
            })
        }
        "docker" => !matches!(
            plain.next(),
            Some("images" | "image" | "ps" | "inspect" | "history" | "version" | "info" | "help")
        ),
        name => !LOOKS.contains(&name) && !name.starts_with('#'),
    }
}

/// The words that are neither options nor the values of `aws`'s global ones.
fn plain<'a>(words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    const WITH_VALUE: &[&str] = &["--output", "--region", "--profile", "--query", "--color", "--endpoint-url"];
    let mut found = Vec::new();
    let mut is_value = false;
    for word in words {
        if word.starts_with('-') {
            is_value = WITH_VALUE.contains(&word);
        } else if !std::mem::take(&mut is_value) {
            found.push(word);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_is_free_and_acting_counts() {
        for look in [
            "aws ecr describe-repositories",
            "aws --output table ecr list-images --repository-name web | head -3",
            "docker images",
            "cat web/Dockerfile; ls",
            "why",
            "",
            "# a note",
        ] {
            assert!(!counts(look), "{look}");
        }
        for act in [
            "docker push x",
            "aws ecr create-repository --repository-name web",
            "aws ecr get-login-password | docker login --username AWS --password-stdin x",
            "echo x > y",
            "cat > p.json <<'E'\n{}\nE",
            "clock advance 3d",
            "dokcer push",
        ] {
            assert!(counts(act), "{act}");
        }
    }
}
