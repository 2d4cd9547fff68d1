//! What every screen is given: the game, the look, and where to put what the learner wants.

use crate::app::{App, Intent};
use crate::cloud::Timestamp;
use crate::text::{Arg, Bilingual};

use super::theme::Look;

/// The game as a screen sees it.
pub(super) struct Cx<'a> {
    pub(super) app: &'a App,
    pub(super) look: Look,
    pub(super) out: &'a mut Vec<Intent>,
}

impl<'a> Cx<'a> {
    /// The text of a key.
    pub(super) fn t(&self, key: &str) -> String {
        self.app.words().get(key)
    }

    /// The text of a key with its variables.
    pub(super) fn tw(&self, key: &str, args: &[(&str, Arg)]) -> String {
        self.app.words().with(key, args)
    }

    /// Authored text in the learner's language.
    pub(super) fn say<'b>(&self, text: &'b Bilingual) -> &'b str {
        text.text(self.app.lang())
    }

    /// Says what the learner wants.
    pub(super) fn want(&mut self, intent: Intent) {
        self.out.push(intent);
    }

    /// A concept's name; its id where there is no such concept.
    pub(super) fn concept(&self, id: &str) -> String {
        self.app.catalogue().concept(id).map_or_else(|| id.to_owned(), |concept| self.say(&concept.name).to_owned())
    }

    /// `Day 12 · 09:32`.
    pub(super) fn day_and_time(&self, at: Timestamp) -> String {
        let (hour, minute) = at.hour_minute();
        let day = at.game_day();
        self.tw("view-clock-day", &[("day", day.into()), ("time", format!("{hour:02}:{minute:02}").into())])
    }

    /// The colour of a chapter.
    pub(super) fn chapter_color(&self, chapter: u32) -> egui::Color32 {
        let p = &self.look.palette;
        match chapter % 5 {
            1 => p.amber,
            2 => p.violet,
            3 => p.blue,
            4 => p.teal,
            _ => p.pink,
        }
    }
}

/// A number with separators: `1,240`.
pub(super) fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Bytes as docker shows them, in powers of 1000: `4.2MB`.
pub(super) fn bytes(count: u64) -> String {
    let mut value = count as f64;
    let mut unit = "B";
    for next in ["kB", "MB", "GB", "TB"] {
        if value < 1000.0 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    if unit == "B" || value >= 100.0 { format!("{value:.0}{unit}") } else { format!("{value:.1}{unit}") }
}

/// One word for the shell: quoted where it needs to be.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_bytes_and_words_are_written_as_people_and_shells_expect() {
        assert_eq!([grouped(7), grouped(140), grouped(1240), grouped(1_234_567)], ["7", "140", "1,240", "1,234,567"]);
        assert_eq!([bytes(0), bytes(999), bytes(4_200_000), bytes(187_000_000)], ["0B", "999B", "4.2MB", "187MB"]);
        assert_eq!([quoted("web"), quoted("a b"), quoted(""), quoted("it's")], ["web", "'a b'", "''", r"'it'\''s'"]);
    }
}
