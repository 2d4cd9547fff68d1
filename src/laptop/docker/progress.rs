//! What a build tells as it goes: BuildKit's plain progress.

use super::Statement;

/// The log so far. What is done in turn is a vertex, and they are numbered.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    text: String,
    vertex: usize,
}

impl Progress {
    /// The log of a build by that builder.
    pub(super) fn new(builder: &str, driver: &str) -> Self {
        Self { text: format!("#0 building with \"{builder}\" instance using {driver} driver\n\n"), vertex: 0 }
    }

    /// Begins a vertex.
    pub fn vertex(&mut self, title: &str) -> usize {
        self.vertex += 1;
        if self.vertex > 1 {
            self.text.push('\n');
        }
        self.text += &format!("#{} {title}\n", self.vertex);
        self.vertex
    }

    /// Says something about a vertex.
    pub fn line(&mut self, vertex: usize, text: &str) {
        self.text += &format!("#{vertex} {text}\n");
    }

    /// The part of the Dockerfile that an error is about.
    pub(super) fn excerpt(&mut self, title: &str, output: &str, name: &str, lines: &[String], statement: &Statement) {
        self.text += &format!("------\n > {title}:\n{output}------\n");
        let (first, last) = statement.lines;
        self.text += &format!("{name}:{first}\n--------------------\n");
        let around = first.saturating_sub(2).max(1)..=last + 2;
        for (at, line) in lines.iter().enumerate() {
            let number = at + 1;
            if around.contains(&number) {
                let mark = if (first..=last).contains(&number) { ">>>" } else { "   " };
                self.text += format!("{number:4} | {mark} {line}").trim_end();
                self.text.push('\n');
            }
        }
        self.text += "--------------------\n";
    }

    /// The log, ended by why the build failed.
    pub fn failed(self, why: &str) -> String {
        self.text + &format!("ERROR: failed to solve: {why}\n")
    }

    /// The log.
    pub fn into_text(self) -> String {
        self.text
    }
}

/// `150B`, `1.32kB`, `24.50MB`.
pub(super) fn bytes(count: usize) -> String {
    match count {
        0..1000 => format!("{count}B"),
        1000..1_000_000 => format!("{:.2}kB", count as f64 / 1e3),
        _ => format!("{:.2}MB", count as f64 / 1e6),
    }
}
